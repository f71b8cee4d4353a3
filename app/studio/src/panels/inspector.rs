use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, attr, icon, part, row, rows, text};
use wickflow_app::state::reactive::Derived;
use wickflow_graph::{About, Alignment, Axis, Edit, Editor, Port, PortType, Side};

use super::panel_button;
use super::param::param_row;
use crate::state::Studio;
use crate::words;

/// What is selected: a node with its settings and its documentation, several nodes, or the strategy itself.
#[component]
pub fn Inspector() -> impl IntoView {
    let studio = Studio::get();
    // The ids and kinds of what is selected: a changed parameter must not build the fields anew under the pointer.
    let selected = Derived::new(move || {
        studio.selection.track();
        studio.revision.track();
        let found = studio.with_editor(|editor| {
            let nodes = editor.selected_nodes().iter().filter_map(|slot| editor.node(*slot));
            nodes.map(|view| (view.node.id.clone(), view.kind.name.clone())).collect::<Vec<_>>()
        });
        found.unwrap_or_default()
    });
    let body = move || {
        let selected = selected.get();
        Some(match selected.as_slice() {
            [] => view! { <StrategyPanel /> }.erase(),
            [(id, _)] => view! { <NodePanel id=id.clone() /> }.erase(),
            many => view! { <ManyPanel count=many.len() /> }.erase(),
        })
    };
    view! { <div class="inspector scroll" data-testid="inspector">{part(body)}</div> }.erase()
}

/// Opens and closes the inspector.
#[component]
pub fn InspectorButton() -> impl IntoView {
    panel_button(
        Studio::get().inspector_open,
        ["Close the inspector", "Open the inspector"],
        "toggle-inspector",
        Icon::Panel,
    )
}

/// A node.
#[component]
fn NodePanel(id: String) -> impl IntoView {
    let studio = Studio::get();
    let found = studio.with_editor(|editor| {
        let view = editor.node(editor.node_slot(&id)?)?;
        Some((view.kind.clone(), view.is_muted(), view.is_bypassed()))
    });
    let Some((kind, ..)) = found.flatten() else { return ().into_any() };
    let node = StoredValue::new(id.clone());
    let label = Derived::new(move || {
        studio.revision.track();
        let label = studio.with_editor(|editor| {
            let slot = node.with_value(|node| editor.node_slot(node))?;
            editor.node(slot).map(|view| view.label().to_owned())
        });
        label.flatten().unwrap_or_default()
    });
    let rename = move |event| {
        let label = event_target_value(&event);
        studio.edit(|editor| editor.apply(Edit::Rename { node: node.get_value(), label }).is_ok());
    };
    let params = kind.params.iter().map(|param| param_row(studio, &id, param)).collect_view();
    let ports = [(Side::Input, &kind.inputs), (Side::Output, &kind.outputs)].map(|(side, ports)| {
        ports.iter().map(|port| port_row(studio, node, side, port)).collect_view().into_any()
    });
    let source = (!kind.source.is_empty())
        .then(|| view! { <p class="soft">"Source: " {kind.source.clone()}</p> }.erase());
    let warm_up = (!kind.warm_up.is_empty())
        .then(|| view! { <p class="soft">"First value: " {kind.warm_up.clone()}</p> }.erase());
    let has_ports = !kind.inputs.is_empty() || !kind.outputs.is_empty();
    let ports_title = has_ports.then(|| view! { <h3>"Ports"</h3> }.erase());
    view! {
        <header class="inspector-head" data-category=kind.category.clone()>
            <span class="palette-swatch" aria-hidden="true"></span>
            <input
                type="text"
                class="inspector-name"
                aria-label="Name of this node"
                data-testid="node-label"
                maxlength="80"
                prop:value=text(move || label.get())
                on:change=act(rename)
            />
        </header>
        <div class="inspector-tools">
            {toggle(studio, node, "Mute", "muted", |nodes, muted| Edit::SetMuted { nodes, muted })}
            {toggle(studio, node, "Bypass", "bypassed", |nodes, bypassed| Edit::SetBypassed { nodes, bypassed })}
            <button type="button" class="button" data-kind="danger" on:click=act(move |_| {
                let nodes = vec![node.get_value()];
                studio.edit(|editor| editor.apply(Edit::Remove { nodes, edges: Vec::new(), bridge: false }).is_ok());
            })>"Delete"</button>
        </div>
        <div class="inspector-params">{params}</div>
        {ports_title}
        <ul class="inspector-ports">{ports.into_iter().collect_view()}</ul>
        <h3>"About " {kind.label.clone()}</h3>
        <p class="inspector-doc">{kind.doc.clone()}</p>
        {warm_up}
        {source}
        <p class="soft"><code>{kind.name.clone()}</code></p>
    }
    .into_any()
}

fn toggle(
    studio: Studio,
    node: StoredValue<String>,
    name: &'static str,
    flag: &'static str,
    edit: fn(Vec<String>, bool) -> Edit,
) -> AnyView {
    let is_on = Derived::new(move || {
        studio.revision.track();
        let found = studio.with_editor(|editor| {
            let view = editor.node(node.with_value(|node| editor.node_slot(node))?)?;
            Some(if flag == "muted" { view.is_muted() } else { view.is_bypassed() })
        });
        found.flatten().unwrap_or_default()
    });
    view! {
        <button
            type="button"
            class="button"
            aria-pressed=attr(move || if is_on.get() { "true" } else { "false" })
            on:click=act(move |_| {
                let edit = edit(vec![node.get_value()], !is_on.get_untracked());
                studio.edit(|editor| editor.apply(edit).is_ok());
            })
        >
            {name}
        </button>
    }
    .erase()
}

/// A port with what it carries, and its value at the bar looked at.
fn port_row(studio: Studio, node: StoredValue<String>, side: Side, port: &Port) -> AnyView {
    let name = port.name.clone();
    let shown = name.clone();
    let value = move || {
        if side == Side::Input {
            return String::new();
        }
        studio.value_of(&node.get_value(), &name).map_or_else(String::new, |(value, is_signal)| {
            match (is_signal, value) {
                (true, value) if value > 0.5 => "on".to_owned(),
                (true, value) if value.is_finite() => "off".to_owned(),
                (true, _) => words::DASH.to_owned(),
                (false, value) => words::wire_value(value),
            }
        })
    };
    let shape = match port.port_type {
        PortType::Number(_) => "number",
        PortType::Signal => "signal",
        PortType::Size => "size",
        PortType::Unknown => "unknown",
    };
    let direction = if side == Side::Input { "in" } else { "out" };
    view! {
        <li>
            <span class="port-mark" data-type=shape aria-hidden="true"></span>
            <span>{shown}</span>
            <span class="soft">{direction} " · " {port.port_type.describe()}</span>
            <span class="num">{text(value)}</span>
        </li>
    }
    .erase()
}

/// Several nodes.
#[component]
fn ManyPanel(count: usize) -> impl IntoView {
    let studio = Studio::get();
    let nodes = move || {
        studio
            .with_editor(|editor| editor.node_ids(editor.selected_nodes().iter().copied()))
            .unwrap_or_default()
    };
    let run = move |edit: Edit| {
        let failed = studio.edit(|editor| editor.apply(edit).err().map(|error| error.to_string()));
        if let Some(message) = failed.flatten() {
            studio.warn("That cannot be done", &message);
        }
    };
    let align = move |name: &'static str, to: Alignment| {
        view! {
            <button type="button" class="button" on:click=act(move |_| run(Edit::Align { nodes: nodes(), to }))>{name}</button>
        }
        .erase()
    };
    let spread = move |name: &'static str, axis: Axis| {
        view! {
            <button type="button" class="button" on:click=act(move |_| run(Edit::Distribute { nodes: nodes(), axis }))>{name}</button>
        }
        .erase()
    };
    view! {
        <h3>{count} " nodes"</h3>
        <p class="soft">"Line them up, or make them one node with ports of its own."</p>
        <div class="inspector-tools">
            {align("Left", Alignment::Left)}
            {align("Center", Alignment::Center)}
            {align("Right", Alignment::Right)}
            {align("Top", Alignment::Top)}
            {align("Middle", Alignment::Middle)}
            {align("Bottom", Alignment::Bottom)}
        </div>
        <div class="inspector-tools">
            {spread("Spread across", Axis::Horizontal)}
            {spread("Spread down", Axis::Vertical)}
        </div>
        <div class="inspector-tools">
            <button type="button" class="button" data-testid="make-graph" on:click=act(move |_| {
                let name = studio.with_editor(fresh_graph_name).unwrap_or_default();
                run(Edit::MakeGraph { nodes: nodes(), name });
            })>"Make a sub-graph"</button>
            <button type="button" class="button" data-kind="danger" on:click=act(move |_| {
                run(Edit::Remove { nodes: nodes(), edges: Vec::new(), bridge: false });
            })>"Delete"</button>
        </div>
    }
    .into_any()
}

/// A name that no sub-graph has.
fn fresh_graph_name(editor: &Editor) -> String {
    let is_free = |name: &String| !editor.document().wickflow.graphs.contains_key(name);
    (1..).map(|number| format!("Group {number}")).find(is_free).unwrap_or_default()
}

/// The strategy itself.
#[component]
fn StrategyPanel() -> impl IntoView {
    let studio = Studio::get();
    let about = Derived::new(move || {
        studio.revision.track();
        studio.with_editor(|editor| About::of(editor.document()))
    });
    let set = move |change: &dyn Fn(&mut About)| {
        studio.edit(|editor| {
            let mut about = About::of(editor.document());
            change(&mut about);
            editor.apply(Edit::SetAbout { about }).is_ok()
        });
    };
    let read = move |of: fn(&About) -> String| {
        move || about.with(|about| about.as_ref().map(of).unwrap_or_default())
    };
    let named = rows(move || {
        studio.revision.track();
        let names = studio.with_editor(|editor| {
            editor
                .document()
                .wickflow
                .parameters
                .iter()
                .map(|(name, p)| (name.clone(), p.value.to_string()))
                .collect::<Vec<_>>()
        });
        let one = |(name, value): (String, String)| {
            row(format!("{name} {value}"), move || {
                view! { <li><span>{name}</span><span class="num">{value}</span></li> }.erase()
            })
        };
        names.unwrap_or_default().into_iter().map(one).collect()
    });
    let counts = move || {
        studio.revision.track();
        studio
            .with_editor(|editor| {
                format!("{} nodes, {} wires", editor.nodes().count(), editor.edges().count())
            })
            .unwrap_or_default()
    };
    view! {
        <h3>"Strategy"</h3>
        <div class="field">
            <label for="strategy-name">"Name"</label>
            <input
                id="strategy-name"
                data-testid="strategy-name"
                class="plain-input"
                type="text"
                maxlength="120"
                prop:value=text(read(|about| about.name.clone()))
                on:change=act(move |event| set(&|about| about.name = event_target_value(&event)))
            />
        </div>
        <div class="field">
            <label for="strategy-about">"What it is about"</label>
            <textarea
                id="strategy-about"
                class="plain-input"
                rows="6"
                maxlength="4000"
                prop:value=text(read(|about| about.description.clone()))
                on:change=act(move |event| set(&|about| about.description = event_target_value(&event)))
            ></textarea>
        </div>
        <p class="soft">{text(counts)}</p>
        <h3>"Named parameters"</h3>
        <ul class="inspector-ports">{named}</ul>
        <p class="soft">
            {icon(Icon::Info)} " Select a node to change its settings. Press / on the canvas to add one."
        </p>
    }
    .into_any()
}

//! The search at the pointer: kinds to add, conversions, ports to connect with. A list box that is typed into.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use wickflow_app::components::{Erase, act, aria, attr, part, row, rows};
use wickflow_app::state::reactive::{Derived, Var, effect};
use wickflow_graph::{Editor, Kind, PortRef, Side};

use super::{Search, Ui, Want};
use crate::canvas::board::{Addition, navigate};
use crate::state::Studio;

/// Entries that are shown at most.
const MOST: usize = 60;
/// The box's size, CSS pixels: that of the stylesheet.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 340.0;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    key: String,
    label: String,
    /// Where it belongs: a category, or what it carries.
    aside: String,
    what: Chosen,
}

#[derive(Debug, Clone, PartialEq)]
enum Chosen {
    Kind(Arc<Kind>),
    Port(PortRef),
}

/// The search, while one is open.
#[component]
pub fn SearchBox(
    /// What lies over the canvas.
    ui: Ui,
) -> impl IntoView {
    part(move || ui.search.get().map(|search| open_search(ui, search)))
}

fn open_search(ui: Ui, search: Search) -> AnyView {
    let studio = Studio::get();
    let query = Var::new(String::new());
    let active = Var::new(0_usize);
    let input = NodeRef::<Input>::new();
    let choices = Derived::new(move || {
        let query = query.get();
        studio.with_editor(|editor| choices(editor, search.want, &query)).unwrap_or_default()
    });
    effect(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let close = move || close(ui, search);
    let pick = move |choice: &Choice| {
        ui.search.set(None);
        pick(ui, search, choice);
    };
    let on_key = move |event: KeyboardEvent| {
        let count = choices.with_untracked(Vec::len);
        let step = |by: usize| active.update(|active| *active = (*active + by) % count.max(1));
        match event.key().as_str() {
            "ArrowDown" => step(1),
            "ArrowUp" => step(count.saturating_sub(1)),
            "Enter" => {
                let chosen = choices.with_untracked(|choices| choices.get(active.get_untracked()).cloned());
                if let Some(choice) = chosen {
                    pick(&choice);
                }
            }
            "Escape" | "Tab" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    effect(move || {
        let place = active.get();
        wickflow_app::platform::scroll_into_view(&format!("g-choice-{place}"));
    });
    let list = rows(move || {
        let all = choices.get();
        let one = |(place, choice): (usize, Choice)| {
            row(format!("{place} {}", choice.key), move || option(place, &choice, active, pick))
        };
        all.into_iter().enumerate().map(one).collect()
    });
    let at = ui_place(ui, search);
    let on_input = move |event| {
        query.set(event_target_value(&event));
        active.set(0);
    };
    view! {
        <div class="g-search" data-testid="quick-add" style:transform=at>
            <input
                node_ref=input
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="g-choices"
                aria-autocomplete="list"
                aria-activedescendant=attr(move || format!("g-choice-{}", active.get()))
                aria-label=words(search.want)
                placeholder=words(search.want)
                autocomplete="off"
                spellcheck="false"
                maxlength="64"
                on:input=act(on_input)
                on:keydown=act(on_key)
                on:blur=act(move |_| close())
            />
            <ul id="g-choices" role="listbox" aria-label=words(search.want)>{list}</ul>
            {part(move || {
                let is_empty = choices.with(Vec::is_empty);
                is_empty.then(|| view! { <p class="g-none" role="status">"Nothing fits."</p> }.erase())
            })}
        </div>
    }
    .erase()
}

fn option(place: usize, choice: &Choice, active: Var<usize>, pick: impl Fn(&Choice) + 'static) -> AnyView {
    let picked = choice.clone();
    let (label, aside) = (choice.label.clone(), choice.aside.clone());
    // On the press, before the field loses the keyboard and closes the search.
    let press = move |event: web_sys::PointerEvent| {
        event.prevent_default();
        pick(&picked);
    };
    view! {
        <li
            id=format!("g-choice-{place}")
            role="option"
            data-kind=choice.key.clone()
            aria-selected=aria(move || active.get() == place)
            on:pointerdown=act(press)
            on:pointermove=act(move |_| active.update_if(|active| (std::mem::replace(active, place) != place, ())).unwrap_or_default())
        >
            <span>{label}</span>
            <small>{aside}</small>
        </li>
    }
    .erase()
}

fn words(want: Want) -> &'static str {
    match want {
        Want::Add { wire: None, .. } => "Add a node",
        Want::Add { .. } => "Add a node at this wire",
        Want::Convert { .. } => "Convert with",
        Want::Partner(_) => "Connect with",
    }
}

fn ui_place(ui: Ui, search: Search) -> String {
    let mut viewport = (0.0, 0.0);
    ui.with_widget(|widget| viewport = widget.with(|board| board.viewport));
    let x = search.at.x.min(viewport.0 - WIDTH - 8.0).max(8.0);
    let y = search.at.y.min(viewport.1 - HEIGHT - 8.0).max(8.0);
    format!("translate({x}px,{y}px)")
}

fn close(ui: Ui, search: Search) {
    // The field's blur comes again when it is taken away.
    if ui.search.with_untracked(|open| *open == Some(search)) {
        ui.search.set(None);
        ui.with_widget(|widget| {
            widget.act(|board, _, _| board.overlay.pending = None);
            widget.focus();
        });
    }
}

fn pick(ui: Ui, search: Search, choice: &Choice) {
    ui.with_widget(|widget| {
        widget.focus();
        widget.act(|board, editor, out| {
            board.overlay.pending = None;
            match (&choice.what, search.want) {
                (Chosen::Kind(kind), Want::Add { at, wire, after }) => {
                    let addition = match (wire, after) {
                        (Some(port), _) => Addition::Wired(at, port),
                        (None, Some(slot)) => Addition::After(slot),
                        (None, None) => Addition::At(at),
                    };
                    if let Some(slot) = board.add(kind, addition, editor, out) {
                        board.follow(editor);
                        board.reveal(slot);
                    }
                }
                (Chosen::Kind(kind), Want::Convert { from, to }) => {
                    board.add(kind, Addition::Between(from, to), editor, out);
                }
                (Chosen::Port(port), Want::Partner(own)) => board.connect(own, *port, editor, out),
                _ => {}
            }
        });
    });
}

fn choices(editor: &Editor, want: Want, query: &str) -> Vec<Choice> {
    let catalogue = editor.catalogue();
    match want {
        Want::Add { wire: Some(port), .. } => fitting(editor, port, query),
        Want::Add { after: Some(slot), .. }
            if query.trim().is_empty() && !editor.outputs(slot).is_empty() =>
        {
            fitting(editor, PortRef { node: slot, side: Side::Output, port: 0 }, query)
        }
        Want::Add { .. } => {
            catalogue.search(query).into_iter().take(MOST).map(|kind| of_kind(&kind)).collect()
        }
        Want::Convert { from, to } => {
            let types = editor.port(from).zip(editor.port(to));
            let found = types.map(|(from, to)| catalogue.conversions(from.port_type, to.port_type));
            let kinds = found.unwrap_or_default().into_iter().map(|conversion| of_kind(&conversion.kind));
            kinds.filter(|choice| is_meant(&choice.label, query)).take(MOST).collect()
        }
        Want::Partner(port) => partners(editor, port, query),
    }
}

fn fitting(editor: &Editor, port: PortRef, query: &str) -> Vec<Choice> {
    let Some(found) = editor.port(port) else { return Vec::new() };
    let fits = editor.catalogue().fitting(port.side, found.port_type, query);
    fits.into_iter().take(MOST).map(|fit| of_kind(&fit.kind)).collect()
}

/// Ports that fit, the nearest node first.
fn partners(editor: &Editor, port: PortRef, query: &str) -> Vec<Choice> {
    let own = editor.node(port.node).map(|view| view.rect().center()).unwrap_or_default();
    let distance = |port: &PortRef| {
        let other = editor.node(port.node).map(|view| view.rect().center()).unwrap_or_default();
        (other.x - own.x).hypot(other.y - own.y)
    };
    let mut found = editor.partners(port);
    found.sort_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
    let choice = |port: PortRef| {
        let is_wired = port.side == Side::Input && editor.wires_at(port).next().is_some();
        Some(Choice {
            key: format!("{}-{:?}-{}", port.node.0, port.side, port.port),
            label: navigate::port_words(editor, port),
            aside: format!(
                "{} · {}",
                editor.node(port.node)?.node.id,
                if is_wired { "replaces a wire".to_owned() } else { editor.port(port)?.port_type.describe() }
            ),
            what: Chosen::Port(port),
        })
    };
    let choices = found.into_iter().filter_map(choice);
    let is_meant = |choice: &Choice| is_meant(&format!("{} {}", choice.label, choice.aside), query);
    choices.filter(is_meant).take(MOST).collect()
}

fn of_kind(kind: &Arc<Kind>) -> Choice {
    Choice {
        key: kind.name.clone(),
        label: kind.label.clone(),
        aside: kind.category.clone(),
        what: Chosen::Kind(kind.clone()),
    }
}

/// Whether every word of a query is in a text.
fn is_meant(text: &str, query: &str) -> bool {
    let text = text.to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_to_be_there() {
        assert!(is_meant("a of Crosses over", "cross a"));
        assert!(is_meant("a of Crosses over", ""));
        assert!(!is_meant("a of Crosses over", "cross b"));
    }
}

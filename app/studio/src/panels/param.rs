//! One parameter of a node: a slider with a number, a choice, a switch, or a text.

use leptos::prelude::*;
use serde_json::Value as Json;
use wickflow_app::components::{Erase, Icon, act, attr, icon, is, part, text};
use wickflow_app::state::format;
use wickflow_app::state::reactive::{Derived, Var};
use wickflow_graph::{Edit, Param, ParamKind};

use super::sensitivity::SensitivityStrip;
use crate::state::Studio;

/// A slider whose range is wider than this share of its values is moved on a logarithmic scale.
const LOG_FROM: f64 = 200.0;
/// Positions of a slider.
const SLIDER_STEPS: f64 = 1000.0;

/// What a parameter is set to.
#[derive(Debug, Clone, PartialEq)]
enum Setting {
    /// A value, its own or the default.
    Own(Json),
    /// The named parameter that it reads.
    Named(String),
}

/// Shows and changes a parameter of the node `node`.
pub(super) fn param_row(studio: Studio, node: &str, param: &Param) -> AnyView {
    let field =
        Field { studio, node: StoredValue::new(node.to_owned()), param: StoredValue::new(param.clone()) };
    let mistake = Var::new(None::<String>);
    let id = format!("param-{}", param.name);
    let control = match &param.kind {
        ParamKind::Integer { .. } | ParamKind::Number { .. } => number(field, &id, mistake),
        ParamKind::Choice { options, .. } => choice(field, &id, options),
        ParamKind::Boolean { .. } => switch(field, &id),
        ParamKind::Symbol | ParamKind::Timeframe | ParamKind::Name | ParamKind::Other => {
            words(field, &id, mistake)
        }
    };
    let name = param.name.clone();
    let is_default = Derived::new(move || field.is_default());
    let named = move || match field.setting() {
        Setting::Named(name) => {
            Some(view! { <span class="chip" title="Reads a named parameter">{name}</span> }.erase())
        }
        Setting::Own(_) => None,
    };
    let is_number = param.range().is_some();
    let strip = is_number
        .then(|| view! { <SensitivityStrip node=node.to_owned() param=param.name.clone() /> }.erase());
    view! {
        <div class="param" data-param=name data-testid=format!("{id}-row")>
            <div class="param-head">
                <label for=id.clone() title=param.doc.clone()>{words_of(&param.name)}</label>
                {part(named)}
                <button
                    type="button"
                    class="icon-button"
                    aria-label=format!("Reset {}", words_of(&param.name))
                    title="Back to the default"
                    hidden=is(move || is_default.get())
                    on:click=act(move |_| field.reset())
                >
                    {icon(Icon::Reset)}
                </button>
            </div>
            {control}
            {strip}
            <p class="mistake" role="alert" hidden=is(move || mistake.with(Option::is_none))>{text(move || mistake.get())}</p>
        </div>
    }
    .erase()
}

/// `fast_period` as people read it.
fn words_of(name: &str) -> String {
    format::capitalized(&name.replace('_', " "))
}

/// A parameter of a node. Cheap to copy.
#[derive(Clone, Copy)]
struct Field {
    studio: Studio,
    node: StoredValue<String>,
    param: StoredValue<Param>,
}

impl Field {
    /// What it is set to; tracks the graph.
    fn setting(self) -> Setting {
        self.studio.revision.track();
        let found = self.studio.with_editor(|editor| {
            let slot = self.node.with_value(|node| editor.node_slot(node))?;
            let params = &editor.node(slot)?.node.data.params;
            self.param.with_value(|param| params.get(&param.name).cloned())
        });
        let value = found.flatten();
        if let Some(name) = value.as_ref().and_then(|value| value.get("$param")).and_then(Json::as_str) {
            return Setting::Named(name.to_owned());
        }
        Setting::Own(value.unwrap_or_else(|| self.param.with_value(Param::default_value)))
    }

    /// The value in effect: its own, or that of the named parameter.
    fn value(self) -> Json {
        match self.setting() {
            Setting::Own(value) => value,
            Setting::Named(name) => self
                .studio
                .with_editor(|editor| {
                    editor.document().wickflow.parameters.get(&name).map(|param| param.value.clone())
                })
                .flatten()
                .unwrap_or(Json::Null),
        }
    }

    fn number(self) -> f64 {
        match self.value() {
            Json::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Json::String(text) => text.trim().parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        }
    }

    fn is_default(self) -> bool {
        self.setting() == Setting::Own(self.param.with_value(Param::default_value))
    }

    /// Sets it, or says why not.
    fn set(self, value: Json) -> Result<(), String> {
        // A parameter that reads a named one changes that one: the slider stays what it is.
        let named = match untrack(|| self.setting()) {
            Setting::Named(name) => Some(name),
            Setting::Own(_) => None,
        };
        let result = self.studio.edit(|editor| {
            let edit = match named.and_then(|name| {
                let mut param = editor.document().wickflow.parameters.get(&name)?.clone();
                param.value = value.clone();
                Some(Edit::SetNamed { name, param })
            }) {
                Some(edit) => edit,
                None => Edit::SetParam {
                    node: self.node.get_value(),
                    param: self.param.with_value(|param| param.name.clone()),
                    value,
                },
            };
            editor.apply(edit).map_err(|error| error.to_string())
        });
        result.unwrap_or(Ok(()))
    }

    fn reset(self) {
        let (node, param) = (self.node.get_value(), self.param.with_value(|param| param.name.clone()));
        self.studio.edit(|editor| editor.apply(Edit::ResetParam { node, param }).is_ok());
    }

    fn json_number(self, value: f64) -> Json {
        if self.param.with_value(|param| matches!(param.kind, ParamKind::Integer { .. })) {
            #[expect(clippy::cast_possible_truncation, reason = "rounded, and bounds are far below 2^53")]
            return Json::from(value.round() as i64);
        }
        serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)
    }
}

/// Where a slider stands, 0 to [`SLIDER_STEPS`], and what a place on it means.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    step: f64,
    is_log: bool,
}

impl Scale {
    /// A slider for a range. Wide ranges get a logarithmic one, and very wide ones end where a value makes sense beside
    /// the present one.
    fn new((low, high, step): (f64, f64, f64), default: f64) -> Self {
        let sensible = (default.abs().max(step) * 20.0).max(low + step);
        let high = if high - low > 10_000.0 * step { high.min(sensible.max(100.0 * step)) } else { high };
        let low = if low < -1e6 { -sensible } else { low };
        let is_log = low > 0.0 && high / low > LOG_FROM;
        Self { low, high, step, is_log }
    }

    fn place(self, value: f64) -> f64 {
        let share = if self.is_log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        (share * SLIDER_STEPS).round().clamp(0.0, SLIDER_STEPS)
    }

    fn value(self, place: f64) -> f64 {
        let share = place / SLIDER_STEPS;
        let value = if self.is_log {
            self.low * (self.high / self.low).powf(share)
        } else {
            self.low + (self.high - self.low) * share
        };
        // Steps are counted from zero, as people count: 0.5, 1, 1.5.
        let stepped = (value / self.step).round() * self.step;
        let decimals = 10_f64.powi(9);
        ((stepped * decimals).round() / decimals).clamp(self.low, self.high)
    }
}

fn number(field: Field, id: &str, mistake: Var<Option<String>>) -> AnyView {
    let studio = field.studio;
    let (range, default) = field.param.with_value(|param| {
        (param.range().unwrap_or((0.0, 1.0, 0.1)), param.default_value().as_f64().unwrap_or_default())
    });
    let scale = Scale::new(range, default);
    let shown = Derived::new(move || field.number());
    let place = move || scale.place(shown.get()).to_string();
    let slide = move |event| {
        let Ok(place) = event_target_value(&event).parse::<f64>() else { return };
        begin_drag(field);
        let result = field.set(field.json_number(scale.value(place)));
        mistake.set(result.err());
    };
    let typed = move |event| {
        let result = match event_target_value(&event).trim().replace(',', "").parse::<f64>() {
            Ok(value) if value.is_finite() => field.set(field.json_number(value)),
            _ => Err(format!("Type {}.", field.param.with_value(Param::accepted))),
        };
        mistake.set(result.err());
    };
    let word = move || {
        let value = shown.get();
        if value.is_finite() { value.to_string() } else { String::new() }
    };
    view! {
        <div class="param-number">
            <input
                type="range"
                min="0"
                max=SLIDER_STEPS.to_string()
                step="1"
                aria-label=field.param.with_value(|param| format!("{}, slider", words_of(&param.name)))
                aria-valuetext=attr(word)
                data-testid=format!("{id}-slider")
                prop:value=text(place)
                on:input=act(slide)
                on:change=act(move |_| end_drag(studio))
            />
            <input
                id=id.to_owned()
                data-testid=id.to_owned()
                type="text"
                inputmode="decimal"
                autocomplete="off"
                maxlength="24"
                prop:value=text(word)
                on:change=act(typed)
            />
        </div>
    }
    .erase()
}

/// The steps of a slider are one entry of the history, and are run without details.
fn begin_drag(field: Field) {
    let studio = field.studio;
    if !studio.is_dragging.get_untracked() {
        let label = format!("Set {}", field.param.with_value(|param| words_of(&param.name)));
        studio.edit(|editor| editor.begin(label));
        studio.is_dragging.set(true);
    }
}

fn end_drag(studio: Studio) {
    if studio.is_dragging.get_untracked() {
        studio.edit(wickflow_graph::Editor::commit);
        studio.is_dragging.set(false);
    }
}

fn choice(field: Field, id: &str, options: &[String]) -> AnyView {
    let chosen = Derived::new(move || field.value().as_str().unwrap_or_default().to_owned());
    let options = options
        .iter()
        .map(|option| {
            let is_chosen = untrack(|| chosen.with(|chosen| chosen == option));
            view! { <option value=option.clone() selected=is_chosen>{words_of(option)}</option> }
        })
        .collect_view();
    view! {
        <select
            id=id.to_owned()
            data-testid=id.to_owned()
            prop:value=text(move || chosen.get())
            on:change=act(move |event| {
                // Only what is offered can be chosen, so nothing can be wrong with it.
                let _ = field.set(Json::from(event_target_value(&event)));
            })
        >
            {options}
        </select>
    }
    .erase()
}

fn switch(field: Field, id: &str) -> AnyView {
    let value = Derived::new(move || field.value().as_bool().unwrap_or_default());
    view! {
        <input
            id=id.to_owned()
            data-testid=id.to_owned()
            type="checkbox"
            role="switch"
            prop:checked=is(move || value.get())
            on:change=act(move |event| {
                let _ = field.set(Json::from(event_target_checked(&event)));
            })
        />
    }
    .erase()
}

fn words(field: Field, id: &str, mistake: Var<Option<String>>) -> AnyView {
    let shown = Derived::new(move || match field.value() {
        Json::String(text) => text,
        Json::Null => String::new(),
        other => other.to_string(),
    });
    let hint = field.param.with_value(|param| match param.kind {
        ParamKind::Symbol => "The traded one",
        ParamKind::Timeframe => "The strategy's own",
        _ => "",
    });
    view! {
        <input
            id=id.to_owned()
            data-testid=id.to_owned()
            type="text"
            autocomplete="off"
            spellcheck="false"
            maxlength="64"
            placeholder=hint
            prop:value=text(move || shown.get())
            on:change=act(move |event| mistake.set(field.set(Json::from(event_target_value(&event))).err()))
        />
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliders_reach_both_ends_and_keep_to_their_steps() {
        for (range, default) in [
            ((1.0, 500.0, 1.0), 14.0),
            ((0.0, 1.0, 0.01), 0.5),
            ((2.0, 100_000.0, 1.0), 20.0),
            ((-5.0, 5.0, 0.5), 0.0),
        ] {
            let scale = Scale::new(range, default);
            assert!((scale.value(0.0) - range.0).abs() < 1e-9, "{range:?}");
            assert!(scale.value(SLIDER_STEPS) <= range.1, "{range:?}");
            for place in 0..=1000 {
                let value = scale.value(f64::from(place));
                assert!(value >= range.0 && value <= range.1, "{range:?} {value}");
            }
            assert!(
                (scale.value(scale.place(default)) - default).abs() <= range.2.max(default * 0.02),
                "{range:?}"
            );
        }
    }
}

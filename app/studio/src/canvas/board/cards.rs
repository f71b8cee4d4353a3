//! What a node's card shows, as values: a view compares it with what it shows and changes what differs.

use serde_json::Value as Json;
use wickflow_graph::geometry::rows;
use wickflow_graph::{Editor, NodeView, Param, ParamKind, PortRef, Row, Side};

use super::drag::port_name;
use super::{color, commands};

/// A card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CardModel {
    /// The node's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What is told about it to those who do not see it.
    pub words: String,
    /// The class of its header.
    pub color: u8,
    /// Its place and size in the world.
    pub place: [f64; 4],
    /// What stands in the header besides the name.
    pub badges: Vec<Badge>,
    /// How it stands out: `selected`, `muted`, `error`, as words for a style.
    pub look: String,
    /// Its rows, from top to bottom.
    pub rows: Vec<RowModel>,
    /// The text of a comment; `None` for other nodes.
    pub note: Option<String>,
}

/// A mark in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// What it looks like.
    pub kind: &'static str,
    /// What stands in it.
    pub text: String,
    /// What it means.
    pub title: String,
}

/// A row of a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RowModel {
    /// What it is called.
    pub label: String,
    /// The port on its side: shape, class, whether something is wired, and its number.
    pub port: Option<PortModel>,
    /// The parameter that is set here.
    pub param: Option<ParamModel>,
    /// Whether something is wrong with it, and what.
    pub problem: Option<String>,
}

/// A port of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortModel {
    /// Which.
    pub port: PortRef,
    /// Its shape.
    pub shape: &'static str,
    /// Its class.
    pub color: u8,
    /// Whether a wire is there.
    pub is_wired: bool,
    /// Its name and type for those who do not see it.
    pub words: String,
}

/// A parameter of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamModel {
    /// Its name in the document.
    pub name: String,
    /// How it is set.
    pub control: Control,
    /// Its value as text.
    pub value: String,
    /// The named parameter that it reads.
    pub bound: Option<String>,
}

/// How a parameter is set.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// By typing, or dragging sideways.
    Number {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// What a pixel of dragging or a press of an arrow key changes.
        step: f64,
        /// Whether only whole numbers will do.
        is_whole: bool,
    },
    /// By choosing.
    Choice(Vec<String>),
    /// On or off.
    Switch,
    /// By typing.
    Text,
}

/// The card of a node; `problems` gives what is wrong with it: of which port or parameter, and whether it is an error.
#[must_use]
pub fn card_of(
    editor: &Editor,
    view: &NodeView<'_>,
    problems: &[(Option<String>, bool, String)],
) -> CardModel {
    let is_note = view.is_note();
    let own_rows = if view.is_collapsed() || is_note { Vec::new() } else { rows(view.kind) };
    let has_error = problems.iter().any(|(_, is_error, _)| *is_error);
    let mut look = String::new();
    for (is, word) in [
        (editor.selected_nodes().contains(&view.slot), "selected "),
        (view.is_muted(), "muted "),
        (view.is_bypassed(), "bypassed "),
        (has_error, "error "),
        (view.is_collapsed(), "collapsed "),
        (is_note, "note "),
    ] {
        if is {
            look.push_str(word);
        }
    }
    CardModel {
        id: view.node.id.clone(),
        title: view.label().to_owned(),
        words: format!("{}, {}", view.label(), view.kind.label),
        color: color::of_kind(view.kind),
        place: [view.at.x, view.at.y, view.size.width, view.size.height],
        badges: badges(view, problems),
        look,
        rows: own_rows.into_iter().map(|row| row_of(editor, view, row, problems)).collect(),
        note: (view.kind.name == "note.comment").then(|| commands::note_text(view)),
    }
}

fn badges(view: &NodeView<'_>, problems: &[(Option<String>, bool, String)]) -> Vec<Badge> {
    let badge =
        |kind, text: &str, title: &str| Badge { kind, text: text.to_owned(), title: title.to_owned() };
    let mut badges = Vec::new();
    if view.is_muted() {
        badges.push(badge("muted", "M", "Muted: computes nothing"));
    }
    if view.is_bypassed() {
        badges.push(badge("bypassed", "B", "Bypassed: passes on what it is given"));
    }
    if !problems.is_empty() {
        let is_error = problems.iter().any(|(_, is_error, _)| *is_error);
        let words: Vec<&str> = problems.iter().map(|(_, _, words)| words.as_str()).collect();
        badges.push(badge(if is_error { "error" } else { "warning" }, "!", &words.join(" ")));
    }
    badges
}

fn row_of(
    editor: &Editor,
    view: &NodeView<'_>,
    row: Row,
    problems: &[(Option<String>, bool, String)],
) -> RowModel {
    let port = |side: Side, port: usize| {
        let place = PortRef { node: view.slot, side, port };
        let found = editor.port(place)?;
        let is_wired = editor.wires_at(place).next().is_some();
        let side = if side == Side::Input { "Input" } else { "Output" };
        let words = format!("{side} {}, {}", port_name(&found.name), found.port_type.describe());
        let color = color::of_type(found.port_type);
        Some(PortModel { port: place, shape: color::shape(found.port_type), color, is_wired, words })
    };
    let (name, port, param) = match row {
        Row::Output(index) => {
            (view.outputs().get(index).map(|port| &port.name), port(Side::Output, index), None)
        }
        Row::Param(index) => {
            let param = view.kind.params.get(index);
            (param.map(|param| &param.name), None, param)
        }
        Row::Input(index, param) => {
            let own = port(Side::Input, index);
            let is_wired = own.as_ref().is_some_and(|port| port.is_wired);
            let param = param.filter(|_| !is_wired).and_then(|param| view.kind.params.get(param));
            (view.inputs().get(index).map(|port| &port.name), own, param)
        }
    };
    let name = name.map(String::as_str).unwrap_or_default();
    let wrong = problems.iter().find(|(port, ..)| port.as_deref() == Some(name));
    RowModel {
        label: port_name(name),
        port,
        param: param.map(|param| param_of(editor, view, param)),
        problem: wrong.map(|(_, _, words)| words.clone()),
    }
}

fn param_of(editor: &Editor, view: &NodeView<'_>, param: &Param) -> ParamModel {
    let own = view.node.data.params.get(&param.name);
    let bound = own.and_then(|value| value.get("$param")).and_then(Json::as_str).map(str::to_owned);
    let named = bound.as_ref().and_then(|name| editor.document().wickflow.parameters.get(name));
    let default = param.default_value();
    let value = named.map(|named| &named.value).or(own.filter(|_| bound.is_none())).unwrap_or(&default);
    let control = match &param.kind {
        ParamKind::Integer { .. } | ParamKind::Number { .. } => {
            let (min, max, step) = param.range().unwrap_or((f64::MIN, f64::MAX, 1.0));
            Control::Number { min, max, step, is_whole: matches!(param.kind, ParamKind::Integer { .. }) }
        }
        ParamKind::Choice { options, .. } => Control::Choice(options.clone()),
        ParamKind::Boolean { .. } => Control::Switch,
        ParamKind::Symbol | ParamKind::Timeframe | ParamKind::Name | ParamKind::Other => Control::Text,
    };
    ParamModel { name: param.name.clone(), control, value: plain(value), bound }
}

/// A value as a field shows it.
#[must_use]
pub fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        // 2 rather than 2.0: a whole number is typed without a point.
        Json::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string())
        }
        other => other.to_string(),
    }
}

impl Control {
    /// What a text typed into the field means; `None` for what is no number.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Json> {
        match self {
            Self::Number { min, max, is_whole, .. } => {
                let number: f64 = text.trim().replace(',', ".").parse().ok()?;
                let number = number.clamp(*min, *max);
                number
                    .is_finite()
                    .then(|| wickflow_graph::node::number(if *is_whole { number.round() } else { number }))
            }
            Self::Switch => Some(Json::Bool(text == "true")),
            Self::Choice(_) | Self::Text => Some(Json::from(text)),
        }
    }

    /// The value after dragging or stepping so far, in steps, on the step's grid.
    #[must_use]
    pub fn scrub(&self, from: f64, steps: f64) -> Option<Json> {
        let Self::Number { min, max, step, is_whole } = self else { return None };
        let step = if *is_whole { step.max(1.0) } else { *step };
        let moved = ((from + steps.round() * step) / step).round() * step;
        // 0.30000000000000004 is 0.3 to the one who drags.
        let digits = (-step.log10()).ceil().clamp(0.0, 8.0);
        let scale = 10.0_f64.powf(digits);
        Some(wickflow_graph::node::number(((moved * scale).round() / scale).clamp(*min, *max)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_kept_in_range() {
        let period = Control::Number { min: 1.0, max: 500.0, step: 1.0, is_whole: true };
        assert_eq!(period.read("14.6"), Some(Json::from(15)));
        assert_eq!(period.read(" 9,2 "), Some(Json::from(9)));
        assert_eq!(period.read("900"), Some(Json::from(500)));
        assert_eq!(period.read("much"), None);
        assert_eq!(Control::Switch.read("true"), Some(Json::Bool(true)));
    }

    #[test]
    fn scrubbing_stays_on_the_grid_of_steps() {
        let amount = Control::Number { min: 0.001, max: 1000.0, step: 0.1, is_whole: false };
        assert_eq!(amount.scrub(0.1, 2.0), Some(wickflow_graph::node::number(0.3)));
        assert_eq!(amount.scrub(0.1, -9.0), Some(wickflow_graph::node::number(0.001)));
        assert_eq!(Control::Switch.scrub(0.0, 1.0), None);
    }

    #[test]
    fn values_are_shown_as_they_are_typed() {
        assert_eq!(plain(&serde_json::json!(2.0)), "2");
        assert_eq!(plain(&serde_json::json!(0.25)), "0.25");
        assert_eq!(plain(&serde_json::json!("1h")), "1h");
        assert_eq!(plain(&serde_json::json!(true)), "true");
    }
}

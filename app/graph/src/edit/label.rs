//! What an edit is called in the history: short, with names that the user sees.

use serde_json::Value as Json;

use super::{Alignment, Axis, Edit, End};
use crate::Editor;
use crate::catalogue::param_short;

impl Editor {
    /// What an edit would be called in the history.
    #[must_use]
    pub fn label_of(&self, edit: &Edit) -> String {
        let name = |id: &str| self.name_of(id);
        let nodes = |verb: &str, ids: &[String]| match ids {
            [one] => format!("{verb} {}", self.name_of(one)),
            many => format!("{verb} {} nodes", many.len()),
        };
        let either = |on: bool, yes: &str, no: &str, ids: &[String]| nodes(if on { yes } else { no }, ids);
        match edit {
            Edit::Add { nodes, edges } => match nodes.as_slice() {
                [node] => format!("Add {}", self.kind_label(&node.kind)),
                [] => wires("Add", edges.len()),
                many => format!("Add {} nodes", many.len()),
            },
            Edit::Remove { nodes: gone, edges, .. } if gone.is_empty() => wires("Remove", edges.len()),
            Edit::Remove { nodes: gone, .. } => nodes("Remove", gone),
            Edit::Move { places } => match places.as_slice() {
                [one] => format!("Move {}", name(&one.node)),
                many => format!("Move {} nodes", many.len()),
            },
            Edit::Resize { node, .. } => format!("Resize {}", name(node)),
            Edit::SetParam { node, param, value } => match value.get("$param").and_then(Json::as_str) {
                Some(named) => format!("Bind {} {param} to {named}", name(node)),
                None => format!("Set {} {param} to {}", name(node), shown(value)),
            },
            Edit::ResetParam { node, param } => format!("Reset {} {param}", name(node)),
            Edit::BindParam { node, param, name: named } => format!("Bind {} {param} to {named}", name(node)),
            Edit::SetNamed { name, param } => format!("Set {name} to {}", shown(&param.value)),
            Edit::RemoveNamed { name } => format!("Remove parameter {name}"),
            Edit::RenameNamed { from, to } => format!("Rename parameter {from} to {to}"),
            Edit::Rename { node, label } if label.trim().is_empty() => {
                format!("Drop the name of {}", name(node))
            }
            Edit::Rename { node, label } => format!("Rename {} to {}", name(node), clipped(label)),
            Edit::SetData { node, field, .. } => format!("Change {field} of {}", name(node)),
            Edit::Connect { source, target } => {
                format!("Wire {} to {}", self.end_label(source), self.end_label(target))
            }
            Edit::Disconnect { edges } => wires("Remove", edges.len()),
            Edit::Reconnect { .. } => "Rewire".to_owned(),
            Edit::MoveWires { from, to } => {
                format!("Move the wires of {} to {}", self.end_label(from), self.end_label(to))
            }
            Edit::InsertOnEdge { node, .. } => format!("Insert {} on a wire", name(node)),
            Edit::Detach { nodes: freed } => nodes("Detach", freed),
            Edit::ReplaceKind { node, kind } => {
                format!("Replace {} by {}", name(node), self.kind_label(kind))
            }
            Edit::Swap { a, b } => format!("Swap {} and {}", name(a), name(b)),
            Edit::SwapInputs { node, a, b } => format!("Swap {a} and {b} of {}", name(node)),
            Edit::SetPoints { .. } => "Reroute a wire".to_owned(),
            Edit::SetMuted { nodes, muted } => either(*muted, "Mute", "Unmute", nodes),
            Edit::SetBypassed { nodes, bypassed } => either(*bypassed, "Bypass", "Use", nodes),
            Edit::SetCollapsed { nodes, collapsed } => either(*collapsed, "Collapse", "Unfold", nodes),
            Edit::Align { nodes: aligned, to } => {
                let side = match to {
                    Alignment::Left => "left",
                    Alignment::Center => "center",
                    Alignment::Right => "right",
                    Alignment::Top => "top",
                    Alignment::Middle => "middle",
                    Alignment::Bottom => "bottom",
                };
                format!("Align {} nodes {side}", aligned.len())
            }
            Edit::Distribute { nodes: spread, axis } => {
                let way = if *axis == Axis::Horizontal { "horizontally" } else { "vertically" };
                format!("Distribute {} nodes {way}", spread.len())
            }
            Edit::MakeGraph { name, .. } => format!("Make sub-graph {name}"),
            Edit::Expand { node } => format!("Expand {}", name(node)),
            Edit::RenameGraph { from, to } => format!("Rename sub-graph {from} to {to}"),
            Edit::RemoveGraph { name } => format!("Remove sub-graph {name}"),
            Edit::RenamePort { name, .. } => format!("Rename port to {}", clipped(name)),
            Edit::Paste { .. } => "Paste".to_owned(),
            Edit::SetAbout { .. } => "Change the strategy's settings".to_owned(),
        }
    }

    fn name_of(&self, id: &str) -> String {
        self.view_by_id(id).map_or_else(|_| clipped(id), |view| clipped(view.label()))
    }

    fn kind_label(&self, kind: &str) -> String {
        self.catalogue.find(kind).map_or_else(|| clipped(kind), |kind| kind.label.clone())
    }

    fn end_label(&self, end: &End) -> String {
        let has_many =
            self.view_by_id(&end.node).is_ok_and(|view| view.inputs().len() + view.outputs().len() > 2);
        let node = self.name_of(&end.node);
        if has_many && !end.port.is_empty() { format!("{node} {}", end.port) } else { node }
    }
}

fn wires(verb: &str, count: usize) -> String {
    if count == 1 { format!("{verb} a wire") } else { format!("{verb} {count} wires") }
}

/// A value without the quotes of JSON.
fn shown(value: &Json) -> String {
    match value.as_str() {
        Some("") => "nothing".to_owned(),
        Some(text) => clipped(text),
        None => param_short(value),
    }
}

fn clipped(text: &str) -> String {
    const LONGEST: usize = 40;
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

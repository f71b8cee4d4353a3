//! Nodes and ports in words, for those who do not see the canvas.

use wickflow_graph::{Editor, NodeSlot, PortRef, Side};

use super::Board;
use super::drag::port_name;

impl Board {
    /// The node farthest to the left, of several the highest.
    pub(super) fn first_node(&self) -> Option<NodeSlot> {
        let cards = self.scene.nodes();
        let first =
            cards.min_by(|(_, a), (_, b)| a.rect.x.total_cmp(&b.rect.x).then(a.rect.y.total_cmp(&b.rect.y)));
        first.map(|(slot, _)| NodeSlot(slot))
    }
}

/// A node with its wires in a sentence or two.
#[must_use]
pub fn describe(editor: &Editor, slot: NodeSlot) -> String {
    let Some(view) = editor.node(slot) else { return String::new() };
    let mut words = view.label().to_owned();
    if view.label() != view.kind.label {
        words.push_str(&format!(", {}", view.kind.label));
    }
    for (is, word) in [(view.is_muted(), ", muted"), (view.is_bypassed(), ", bypassed")] {
        if is {
            words.push_str(word);
        }
    }
    words.push('.');
    for (port, input) in view.inputs().iter().enumerate() {
        let place = PortRef { node: slot, side: Side::Input, port };
        if let Some(from) =
            editor.wires_at(place).next().and_then(|wire| end_words(editor, wire.source, Side::Output))
        {
            words.push_str(&format!(" {} from {from}.", port_name(&input.name)));
        }
    }
    let targets = view.wires_out().iter().filter_map(|wire| editor.edge(*wire)?.target);
    let targets: Vec<String> = targets.filter_map(|end| end_words(editor, Some(end), Side::Input)).collect();
    if !targets.is_empty() {
        words.push_str(&format!(" To {}.", targets.join(", ")));
    }
    words
}

/// A port with its node: `close of Candle`.
#[must_use]
pub fn port_words(editor: &Editor, port: PortRef) -> String {
    let (Some(view), Some(found)) = (editor.node(port.node), editor.port(port)) else { return String::new() };
    format!("{} of {}", port_name(&found.name), view.label())
}

fn end_words(editor: &Editor, end: Option<wickflow_graph::WireEnd>, side: Side) -> Option<String> {
    let end = end?;
    Some(port_words(editor, PortRef { node: end.node, side, port: end.port? }))
}

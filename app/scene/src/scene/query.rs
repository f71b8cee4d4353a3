//! What lies in a part of the world.

use super::{Scene, Slot};
use crate::geometry::Rect;
use crate::seen::Seen;
use crate::sort;

/// What a query found, and the memory to find it with: keep one and use it again.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    /// Nodes, the farthest first: frames, then cards by height and slot.
    pub nodes: Vec<Slot>,
    /// Wires by slot. A wire is found by its line, not by the box around it.
    pub wires: Vec<Slot>,
    seen_nodes: Seen,
    seen_wires: Seen,
}

impl Scene {
    /// The nodes that touch `rect`, and the wires whose line comes into it.
    pub fn visible(&self, rect: &Rect, found: &mut Visible) {
        self.visible_nodes(rect, found);
        self.visible_wires(rect, found);
    }

    /// The nodes that touch `rect`.
    pub fn visible_nodes(&self, rect: &Rect, found: &mut Visible) {
        found.nodes.clear();
        found.seen_nodes.begin();
        self.node_grid.query(rect, |slot| {
            if found.seen_nodes.is_first(slot) && self.node(slot).is_some_and(|node| node.rect.touches(rect))
            {
                found.nodes.push(slot);
            }
        });
        self.sort_by_depth(&mut found.nodes);
    }

    /// The wires whose line comes into `rect`.
    pub fn visible_wires(&self, rect: &Rect, found: &mut Visible) {
        found.wires.clear();
        found.seen_wires.begin();
        self.wire_grid.query(rect, |slot| {
            if found.seen_wires.is_first(slot)
                && let Some(routed) = self.routed(slot)
                && (rect.contains_rect(&routed.path.bounds())
                    || routed.path.pieces().any(|(a, b)| Rect::between(a, b).touches(rect)))
            {
                found.wires.push(slot);
            }
        });
        sort::by(&mut found.wires, &mut |a, b| a.cmp(&b));
    }

    pub(super) fn sort_by_depth(&self, slots: &mut [Slot]) {
        sort::by(slots, &mut |a, b| self.depth(a).cmp(&self.depth(b)));
    }

    /// Frames before cards, low before high.
    pub(super) fn depth(&self, slot: Slot) -> (bool, i32, Slot) {
        self.node(slot).map_or((false, 0, slot), |node| (!node.is_frame(), node.z, slot))
    }
}

//! Where the arrow keys go, and what a drag takes along.

use std::collections::BTreeSet;

use wickflow_strategy::document::Node;

use super::Editor;
use crate::edit::Placed;
use crate::geometry::Point;
use crate::index::NodeSlot;
use crate::node;
use crate::order::Gather;

/// A direction of an arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// To smaller x.
    Left,
    /// To larger x.
    Right,
    /// To smaller y.
    Up,
    /// To larger y.
    Down,
}

impl Editor {
    /// The nearest node in a direction: within 45° of it where there is one, else anywhere on that side. Sideways
    /// distance counts double, so that rows and columns are kept.
    #[must_use]
    pub fn next_node(&self, from: NodeSlot, heading: Heading) -> Option<NodeSlot> {
        let origin = self.node(from)?.rect().center();
        let mut best: Option<(bool, f64, NodeSlot)> = None;
        for view in self.nodes().filter(|view| view.slot != from) {
            let center = view.rect().center();
            let (dx, dy) = (center.x - origin.x, center.y - origin.y);
            let (along, across) = match heading {
                Heading::Left => (-dx, dy),
                Heading::Right => (dx, dy),
                Heading::Up => (-dy, dx),
                Heading::Down => (dy, dx),
            };
            if along <= 0.0 {
                continue;
            }
            let candidate = (across.abs() > along, along + 2.0 * across.abs(), view.slot);
            if best.is_none_or(|best| candidate.0.cmp(&best.0).then(candidate.1.total_cmp(&best.1)).is_lt()) {
                best = Some(candidate);
            }
        }
        best.map(|(.., slot)| slot)
    }

    /// What a drag of these nodes moves, and from where: also what lies wholly within a frame among them. Ask once
    /// when the drag begins, or a frame would gather what it passes over.
    #[must_use]
    pub fn moving(&self, slots: impl IntoIterator<Item = NodeSlot>) -> Vec<Placed> {
        let mut all: BTreeSet<NodeSlot> = slots.into_iter().gather();
        let mut frames: Vec<NodeSlot> = all.iter().copied().collect();
        while let Some(slot) = frames.pop() {
            for inner in self.frame_content(slot) {
                if all.insert(inner) {
                    frames.push(inner);
                }
            }
        }
        let follows = |slot: NodeSlot| {
            let parent = self.node(slot).and_then(|view| self.node_slot(node::parent(view.node)?));
            parent.is_some_and(|parent| all.contains(&parent))
        };
        let moved = all.iter().copied().filter(|slot| !follows(*slot)).filter_map(|slot| self.node(slot));
        moved.map(|view| Placed { node: view.node.id.clone(), at: view.at }).collect()
    }

    /// The nodes that lie wholly within a frame; none for anything else.
    #[must_use]
    pub fn frame_content(&self, slot: NodeSlot) -> Vec<NodeSlot> {
        let Some(frame) = self.node(slot).filter(|view| view.kind.name == "note.frame") else {
            return Vec::new();
        };
        let rect = frame.rect();
        let inside = self.nodes().filter(|view| view.slot != slot && rect.holds(view.rect()));
        // Of two frames of one size neither takes the other along for ever: the smaller, or later one is inside.
        let inside = inside.filter(|view| view.rect() != rect || view.slot > slot);
        inside.map(|view| view.slot).collect()
    }

    /// A new frame around nodes, for [`Edit::Add`](crate::Edit::Add); `None` where none are given.
    #[must_use]
    pub fn frame_around(&self, slots: impl IntoIterator<Item = NodeSlot>) -> Option<Node> {
        const MARGIN_PX: f64 = 20.0;
        const TITLE_PX: f64 = 40.0;
        let rects = slots.into_iter().filter_map(|slot| self.node(slot)).map(|view| view.rect());
        let bounds = rects.reduce(crate::Rect::union)?;
        let corner = bounds.min.plus(-MARGIN_PX, -TITLE_PX);
        let mut frame = node::new_node(self.fresh_id("frame"), "note.frame", corner);
        let (width, height) =
            (bounds.size.width + 2.0 * MARGIN_PX, bounds.size.height + TITLE_PX + MARGIN_PX);
        frame.other.insert("width".to_owned(), node::number(width));
        frame.other.insert("height".to_owned(), node::number(height));
        Some(frame)
    }

    /// The smallest rectangle around nodes; around all of the open graph where none are given.
    #[must_use]
    pub fn bounds(&self, slots: impl IntoIterator<Item = NodeSlot>) -> Option<crate::Rect> {
        let chosen = slots.into_iter().filter_map(|slot| self.node(slot)).map(|view| view.rect());
        let chosen = chosen.reduce(crate::Rect::union);
        chosen.or_else(|| self.nodes().map(|view| view.rect()).reduce(crate::Rect::union))
    }

    /// A place at or beside this one where a node of a size touches no other, so that new nodes do not hide old ones.
    #[must_use]
    pub fn free_place(&self, at: Point, size: crate::Size) -> Point {
        const STEP_PX: f64 = 20.0;
        const TRIES: usize = 200;
        let mut place = at.snapped();
        for _ in 0..TRIES {
            let rect = crate::Rect::new(place, size);
            let is_free = self.nodes().filter(|view| !view.is_note()).all(|view| !view.rect().touches(rect));
            if is_free {
                break;
            }
            place = place.plus(STEP_PX, STEP_PX);
        }
        place
    }
}

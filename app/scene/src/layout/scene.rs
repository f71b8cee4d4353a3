//! Layout of what is on the canvas, with its frames.

use std::collections::BTreeMap;

use super::{LayoutEdge, LayoutNode, LayoutOptions, layout};
use crate::geometry::{Point, Rect};
use crate::scene::{Scene, Side, Slot};

/// Space between a frame and what is in it, below its header, world pixels.
const PADDING: f64 = 30.0;

/// The frame directly around each node, by where they are now.
type Parents = BTreeMap<Slot, Slot>;

impl Scene {
    /// Places for these nodes, wherever they are now, with the wires between them: the corner of the box around them
    /// stays. A frame is moved and fitted around the nodes that lie in it, if it is among them; they stay together.
    #[must_use]
    pub fn layout(&self, slots: &[Slot], options: &LayoutOptions) -> Vec<(Slot, Rect)> {
        let slots: Vec<Slot> = slots.iter().copied().filter(|slot| self.node(*slot).is_some()).collect();
        let parents = self.parents(&slots);
        let bounds =
            slots.iter().filter_map(|slot| self.node(*slot)).map(|node| node.rect).reduce(|a, b| a.union(&b));
        let corner = bounds.unwrap_or_default().origin().snapped(options.grid);
        let mut found = BTreeMap::new();
        self.lay_out_frame(None, &slots, &parents, options, &mut found);
        found.into_iter().map(|(slot, rect)| (slot, rect.moved_to(rect.origin() + corner))).collect()
    }

    /// The smallest of the given frames that holds each node.
    fn parents(&self, slots: &[Slot]) -> Parents {
        let mut frames: Vec<(Slot, Rect)> = slots
            .iter()
            .filter_map(|slot| Some((*slot, self.node(*slot)?)))
            .filter(|(_, node)| node.is_frame())
            .map(|(slot, node)| (slot, node.rect))
            .collect();
        frames.sort_by(|a, b| a.1.area().total_cmp(&b.1.area()).then(a.0.cmp(&b.0)));
        let parent = |slot: &Slot| {
            let rect = self.node(*slot)?.rect;
            // In the order of the list, so that two equal frames do not hold each other.
            let own = frames.iter().position(|(frame, _)| frame == slot).map_or(0, |own| own + 1);
            let around = frames.iter().skip(own).find(|(_, frame)| frame.contains_rect(&rect))?;
            Some((*slot, around.0))
        };
        slots.iter().filter_map(parent).collect()
    }

    /// Places what is directly in a frame, frames in it first, from the frame's own corner; returns the size.
    fn lay_out_frame(
        &self,
        frame: Option<Slot>,
        slots: &[Slot],
        parents: &Parents,
        options: &LayoutOptions,
        found: &mut BTreeMap<Slot, Rect>,
    ) -> (f64, f64) {
        let members: Vec<Slot> =
            slots.iter().copied().filter(|slot| parents.get(slot).copied() == frame).collect();
        let mut nodes = Vec::with_capacity(members.len());
        for slot in &members {
            let Some(node) = self.node(*slot) else { continue };
            let full = node.is_frame() && parents.values().any(|parent| parent == slot);
            let (width, height) = if full {
                self.lay_out_frame(Some(*slot), slots, parents, options, found)
            } else {
                (node.rect.width, node.rect.height)
            };
            nodes.push(LayoutNode { width, height });
        }
        let edges = self.edges_among(&members, parents, found);
        let inner = LayoutOptions { origin: Point::default(), ..*options };
        let header = frame.and_then(|slot| self.node(slot)).map_or(0.0, |node| node.header);
        let inset = if frame.is_some() {
            Point::new(PADDING, header + PADDING).snapped(options.grid)
        } else {
            options.origin
        };
        let mut size = Rect::default();
        for ((slot, node), place) in members.iter().zip(&nodes).zip(layout(&nodes, &edges, &inner)) {
            let rect = Rect::new(place.x + inset.x, place.y + inset.y, node.width, node.height);
            size = size.union(&rect);
            // What lies in it was placed from its corner.
            for inside in slots.iter().filter(|inside| is_within(**inside, *slot, parents)) {
                if let Some(inner) = found.get_mut(inside) {
                    *inner = inner.moved_to(inner.origin() + rect.origin());
                }
            }
            found.insert(*slot, rect);
        }
        (size.right() + PADDING, size.bottom() + PADDING)
    }

    /// Wires between what lies in different members, as edges between these.
    fn edges_among(
        &self,
        members: &[Slot],
        parents: &Parents,
        found: &BTreeMap<Slot, Rect>,
    ) -> Vec<LayoutEdge> {
        let places: BTreeMap<Slot, usize> =
            members.iter().enumerate().map(|(place, slot)| (*slot, place)).collect();
        let member = |slot: Slot| {
            let mut slot = slot;
            loop {
                if let Some(place) = places.get(&slot) {
                    return Some((*place, slot));
                }
                slot = *parents.get(&slot)?;
            }
        };
        // Where a port is: from the top of its node, which for one in a frame has just been placed there.
        let height = |slot: Slot, top: Slot, side: Side, port: u16| {
            let node = self.node(slot)?;
            let own = node.port(side, port).y - node.rect.y;
            Some(if slot == top { own } else { own + found.get(&slot).map_or(0.0, |rect| rect.y) })
        };
        self.wires()
            .filter_map(|(_, wire, _)| {
                let ((from, from_top), (to, to_top)) = (member(wire.from.node)?, member(wire.to.node)?);
                Some(LayoutEdge {
                    from,
                    to,
                    from_y: height(wire.from.node, from_top, Side::Output, wire.from.port)?,
                    to_y: height(wire.to.node, to_top, Side::Input, wire.to.port)?,
                })
            })
            .collect()
    }
}

fn is_within(slot: Slot, frame: Slot, parents: &Parents) -> bool {
    let mut above = parents.get(&slot);
    while let Some(parent) = above {
        if *parent == frame {
            return true;
        }
        above = parents.get(parent);
    }
    false
}

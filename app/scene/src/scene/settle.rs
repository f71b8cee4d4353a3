//! Lines of wires, after what they join or go round has changed.

use super::{Routed, Scene, Side, Slot};
use crate::geometry::{Point, Rect};
use crate::route::{self, WireStyle, cheap};

/// With more moved nodes than this all wires are routed again, instead of looking for those concerned.
const MANY_MOVED: usize = 256;

/// How far the drawing of a wire reaches over its line, world pixels: half its width, reroute points.
pub(crate) const WIRE_HALO: f64 = 10.0;

impl Scene {
    /// Routes the wires that changes concern round the nodes, at most `limit` of them, and returns how many are left.
    ///
    /// Where wires run when none are left depends on the scene only, and not on the way it came about.
    pub fn settle(&mut self, limit: usize) -> usize {
        self.find_concerned();
        let left = self.stale.len().saturating_sub(limit);
        while self.stale.len() > left {
            let Some(slot) = self.stale.pop() else { break };
            self.route_round(slot);
        }
        left
    }

    /// The same for the wires that begin, end or pass in a part of the world, whatever else waits: so that a large
    /// document opens with what is seen in order. Returns how many wait elsewhere.
    pub fn settle_in(&mut self, area: &Rect) -> usize {
        self.find_concerned();
        let mut stale = std::mem::take(&mut self.stale);
        stale.retain(|slot| {
            let here = self.routed(*slot).is_some_and(|routed| routed.path.bounds().touches(area));
            if here {
                self.route_round(*slot);
            }
            !here
        });
        self.stale = stale;
        self.stale.len()
    }

    /// Wires that [`Scene::settle`] would have to route now.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.stale.is_empty() && self.moved.is_empty()
    }

    pub(super) fn reroute_wires_of(&mut self, node: Slot) {
        for index in 0..self.wires_of(node).len() {
            if let Some(wire) = self.wires_of(node).get(index).copied() {
                self.reroute(wire);
            }
        }
    }

    /// Draws a wire by the cheap route, and remembers to do better.
    pub(super) fn reroute(&mut self, slot: Slot) {
        self.unlist(slot);
        let Some((mut points, lane)) = self.ends(slot) else { return };
        let style = self.style;
        if let Some(routed) = self.routed_mut(slot) {
            cheap::route(style, &points, lane, &mut routed.path);
        }
        self.wait(slot);
        points.clear();
        self.points = points;
        self.list(slot);
    }

    /// Moves the line of a wire as it is, and remembers to look at it again.
    pub(super) fn shift_wire(&mut self, slot: Slot, by: Point) {
        self.unlist(slot);
        if let Some(routed) = self.routed_mut(slot) {
            routed.path.shift(by);
        }
        self.wait(slot);
        self.list(slot);
    }

    fn wait(&mut self, slot: Slot) {
        let orthogonal = self.style == WireStyle::Orthogonal;
        if let Some(routed) = self.routed_mut(slot)
            && orthogonal
            && !routed.path.is_empty()
            && !std::mem::replace(&mut routed.stale, true)
        {
            self.stale.push(slot);
        }
    }

    fn route_round(&mut self, slot: Slot) {
        let Some(routed) = self.routed_mut(slot) else { return };
        routed.stale = false;
        if self.style != WireStyle::Orthogonal {
            return;
        }
        let Some((mut points, lane)) = self.ends(slot) else { return };
        let (nodes, grid) = (&self.nodes, &self.node_grid);
        let obstacles = |area: &Rect, found: &mut dyn FnMut(Slot, &Rect)| {
            grid.query(area, |slot| {
                if let Some(Some(node)) = nodes.get(slot as usize)
                    && !node.is_frame()
                    && node.rect.overlaps(area)
                {
                    found(slot, &node.rect);
                }
            });
        };
        let examined = self.router.route(&obstacles, &points, lane);
        points.clear();
        self.points = points;
        let Some(Some(routed)) = self.wires.get(slot as usize) else { return };
        if routed.path != *self.router.path() {
            self.unlist(slot);
            let path = std::mem::take(self.router.path_mut());
            if let Some(routed) = self.routed_mut(slot) {
                let before = std::mem::replace(&mut routed.path, path);
                *self.router.path_mut() = before;
            }
            self.revision += 1;
            self.list(slot);
        }
        if let Some(routed) = self.routed_mut(slot) {
            routed.examined = examined;
        }
    }

    /// Start, reroute points and end of a wire, and its lane; no points if an end does not exist. `None` if the wire
    /// does not.
    fn ends(&mut self, slot: Slot) -> Option<(Vec<Point>, f64)> {
        let mut points = std::mem::take(&mut self.points);
        points.clear();
        let wire = self.wire(slot)?;
        let (from, to) = (self.node(wire.from.node), self.node(wire.to.node));
        if let (Some(from), Some(to)) = (from, to) {
            points.push(from.port(Side::Output, wire.from.port));
            points.extend(wire.reroutes.iter().filter(|point| point.x.is_finite() && point.y.is_finite()));
            points.push(to.port(Side::Input, wire.to.port));
        }
        Some((points, route::lane(wire.from.node, wire.from.port)))
    }

    /// Marks the wires whose route may depend on a node that has moved.
    fn find_concerned(&mut self) {
        let nodes = &self.nodes;
        let moved = self.moved.take(|slot| nodes.get(slot as usize)?.as_ref());
        if moved.is_empty() || self.style != WireStyle::Orthogonal {
            return;
        }
        let many = moved.len() > MANY_MOVED;
        for (slot, place) in (0..).zip(&mut self.wires) {
            let Some(routed) = place.as_mut().filter(|routed| !routed.stale && !routed.path.is_empty())
            else {
                continue;
            };
            if many || moved.iter().any(|rect| rect.touches(&routed.examined)) {
                routed.stale = true;
                self.stale.push(slot);
            }
        }
    }

    /// Takes the line of a wire out of the index.
    pub(super) fn unlist(&mut self, slot: Slot) {
        self.damage_wire(slot);
        let Some(Some(routed)) = self.wires.get(slot as usize) else { return };
        for (a, b) in routed.path.pieces() {
            self.wire_grid.remove(slot, &Rect::between(a, b));
        }
    }

    fn list(&mut self, slot: Slot) {
        self.damage_wire(slot);
        let Some(Some(routed)) = self.wires.get(slot as usize) else { return };
        for (a, b) in routed.path.pieces() {
            self.wire_grid.insert(slot, &Rect::between(a, b));
        }
    }

    /// One rectangle per piece of a polyline: the box around a long wire is mostly empty.
    pub(super) fn damage_wire(&mut self, slot: Slot) {
        let Some(Some(Routed { path, .. })) = self.wires.get(slot as usize) else { return };
        if self.damage.is_all() || path.is_empty() {
            return;
        }
        if path.is_curved() {
            self.damage.add(path.bounds().grown(WIRE_HALO));
            return;
        }
        for (a, b) in path.pieces() {
            self.damage.add(Rect::between(a, b).grown(WIRE_HALO));
        }
    }
}

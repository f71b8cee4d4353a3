//! Changes, each of which leaves index, lines and damage up to date.

use super::{Damage, End, Flags, Grid, Node, Routed, Scene, Side, Slot, Wire};
use crate::geometry::{Point, Rect};
use crate::route::{self, Path, WireStyle, cheap};

/// With more moved nodes than this all wires are routed again, instead of looking for those concerned.
const MANY_MOVED: usize = 256;

/// How far the drawing of a wire reaches over its line, world pixels: half its width, reroute points.
pub(crate) const WIRE_HALO: f64 = 10.0;

impl Scene {
    /// Adds or replaces a node. Its wires follow.
    pub fn set_node(&mut self, slot: Slot, node: Node) {
        if slot >= Self::MAX_SLOTS || !node.rect.is_finite() {
            return;
        }
        grow(&mut self.nodes, slot);
        self.revision += 1;
        let (painted, rect, card) = (node.painted(), node.rect, !node.is_frame());
        self.damage.add(painted);
        let Some(place) = self.nodes.get_mut(slot as usize) else { return };
        let same = place.as_ref().is_some_and(|before| same_geometry(before, &node));
        if let Some(before) = place.replace(node) {
            self.damage.add(before.painted());
            if same {
                return;
            }
            self.node_grid.remove(slot, &before.painted());
            self.obstacle(before.rect, !before.is_frame());
        } else {
            self.node_count += 1;
        }
        self.node_grid.insert(slot, &painted);
        self.obstacle(rect, card);
        self.reroute_wires_of(slot);
    }

    /// Takes a node away. Its wires stay, without a line, until they are removed or the node comes back.
    pub fn remove_node(&mut self, slot: Slot) -> Option<Node> {
        let node = self.nodes.get_mut(slot as usize)?.take()?;
        self.revision += 1;
        self.node_count -= 1;
        self.damage.add(node.painted());
        self.node_grid.remove(slot, &node.painted());
        self.obstacle(node.rect, !node.is_frame());
        self.reroute_wires_of(slot);
        Some(node)
    }

    /// Puts the top left corner of a node at `origin`.
    pub fn move_node(&mut self, slot: Slot, origin: Point) {
        self.move_nodes(&[(slot, origin)]);
    }

    /// Moves several nodes; wires between them are drawn once.
    pub fn move_nodes(&mut self, moves: &[(Slot, Point)]) {
        for (slot, origin) in moves {
            self.shift(*slot, *origin);
        }
        for (slot, _) in moves {
            self.reroute_wires_of(*slot);
        }
    }

    /// Has the place of a node drawn again.
    pub fn damage_node(&mut self, slot: Slot) {
        if let Some(painted) = self.node(slot).map(Node::painted) {
            self.damage.add(painted);
        }
    }

    /// Changes how a node stands out, which moves nothing.
    pub fn set_node_flags(&mut self, slot: Slot, flags: Flags) {
        let Some(node) = self.nodes.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if node.flags != flags {
            node.flags = flags;
            let painted = node.painted();
            self.revision += 1;
            self.damage.add(painted);
        }
    }

    /// Adds or replaces a wire. Its ends may come later.
    pub fn set_wire(&mut self, slot: Slot, wire: Wire) {
        if slot >= Self::MAX_SLOTS || wire.from.node >= Self::MAX_SLOTS || wire.to.node >= Self::MAX_SLOTS {
            return;
        }
        self.remove_wire(slot);
        grow(&mut self.wires, slot);
        for end in [wire.from, wire.to] {
            self.attach(slot, end);
        }
        if let Some(place) = self.wires.get_mut(slot as usize) {
            *place = Some(Routed { wire, ..Routed::default() });
            self.wire_count += 1;
            self.revision += 1;
        }
        self.reroute(slot);
    }

    pub fn remove_wire(&mut self, slot: Slot) -> Option<Wire> {
        self.unlist(slot);
        let routed = self.wires.get_mut(slot as usize)?.take()?;
        self.revision += 1;
        self.wire_count -= 1;
        for end in [routed.wire.from, routed.wire.to] {
            if let Some(wires) = self.attached.get_mut(end.node as usize) {
                wires.retain(|wire| *wire != slot);
            }
        }
        Some(routed.wire)
    }

    /// Changes how a wire stands out, which moves nothing.
    pub fn set_wire_flags(&mut self, slot: Slot, flags: Flags) {
        let Some(routed) = self.wires.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if routed.wire.flags != flags {
            routed.wire.flags = flags;
            self.revision += 1;
            damage_path(&mut self.damage, &routed.path);
        }
    }

    /// Changes how all wires run.
    pub fn set_style(&mut self, style: WireStyle) {
        if self.style != style {
            self.style = style;
            self.revision += 1;
            self.damage.add_all();
            for slot in 0..route_slots(self.wires.len()) {
                self.reroute(slot);
            }
        }
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        let (style, revision) = (self.style, self.revision + 1);
        *self = Self { revision, ..Self::new(style) };
        self.damage.add_all();
    }

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

    /// Wires that [`Scene::settle`] would have to route now.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.stale.is_empty() && self.moved.is_empty()
    }

    fn shift(&mut self, slot: Slot, origin: Point) {
        let Some(node) = self.nodes.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        if node.rect.origin() == origin || !node.rect.moved_to(origin).is_finite() {
            return;
        }
        let (before, card) = (node.painted(), !node.is_frame());
        let (old, rect) = (node.rect, node.rect.moved_to(origin));
        node.rect = rect;
        let after = node.painted();
        self.revision += 1;
        self.damage.add(before);
        self.damage.add(after);
        if !Grid::same_cells(&before, &after) {
            self.node_grid.remove(slot, &before);
            self.node_grid.insert(slot, &after);
        }
        self.obstacle(old, card);
        self.obstacle(rect, card);
    }

    /// Remembers that a card has come to a place or has left it.
    fn obstacle(&mut self, rect: Rect, card: bool) {
        if card {
            self.moved.push(rect);
        }
    }

    fn attach(&mut self, wire: Slot, end: End) {
        let node = end.node as usize;
        if self.attached.len() <= node {
            self.attached.resize_with(node + 1, Vec::new);
        }
        if let Some(wires) = self.attached.get_mut(node)
            && let Err(place) = wires.binary_search(&wire)
        {
            wires.insert(place, wire);
        }
    }

    fn reroute_wires_of(&mut self, node: Slot) {
        for index in 0..self.wires_of(node).len() {
            if let Some(wire) = self.wires_of(node).get(index).copied() {
                self.reroute(wire);
            }
        }
    }

    /// Draws a wire by the cheap route, and remembers to do better.
    fn reroute(&mut self, slot: Slot) {
        self.unlist(slot);
        let Some((mut points, lane)) = self.ends(slot) else { return };
        let style = self.style;
        if let Some(routed) = self.routed_mut(slot) {
            cheap::route(style, &points, lane, &mut routed.path);
            let waits = style == WireStyle::Orthogonal && !points.is_empty();
            if waits && !std::mem::replace(&mut routed.stale, true) {
                self.stale.push(slot);
            }
        }
        points.clear();
        self.points = points;
        self.list(slot);
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
        let many = self.moved.len() > MANY_MOVED;
        if self.moved.is_empty() || self.style != WireStyle::Orthogonal {
            self.moved.clear();
            return;
        }
        for (slot, place) in (0..).zip(&mut self.wires) {
            let Some(routed) = place.as_mut().filter(|routed| !routed.stale && !routed.path.is_empty())
            else {
                continue;
            };
            if many || self.moved.iter().any(|rect| rect.touches(&routed.examined)) {
                routed.stale = true;
                self.stale.push(slot);
            }
        }
        self.moved.clear();
    }

    /// Takes the line of a wire out of the index.
    fn unlist(&mut self, slot: Slot) {
        let Some(Some(routed)) = self.wires.get(slot as usize) else { return };
        damage_path(&mut self.damage, &routed.path);
        for (a, b) in routed.path.pieces() {
            self.wire_grid.remove(slot, &Rect::between(a, b));
        }
    }

    fn list(&mut self, slot: Slot) {
        let Some(Some(routed)) = self.wires.get(slot as usize) else { return };
        damage_path(&mut self.damage, &routed.path);
        for (a, b) in routed.path.pieces() {
            self.wire_grid.insert(slot, &Rect::between(a, b));
        }
    }
}

/// One rectangle per piece of a polyline: the box around a long wire is mostly empty.
fn damage_path(damage: &mut Damage, path: &Path) {
    if damage.is_all() || path.is_empty() {
        return;
    }
    if path.is_curved() {
        damage.add(path.bounds().grown(WIRE_HALO));
        return;
    }
    for (a, b) in path.pieces() {
        damage.add(Rect::between(a, b).grown(WIRE_HALO));
    }
}

fn same_geometry(a: &Node, b: &Node) -> bool {
    a.rect == b.rect
        && a.kind == b.kind
        && a.inputs == b.inputs
        && a.outputs == b.outputs
        && (a.header - b.header).abs() < f64::EPSILON
}

fn grow<T>(table: &mut Vec<Option<T>>, slot: Slot) {
    if table.len() <= slot as usize {
        table.resize_with(slot as usize + 1, || None);
    }
}

fn route_slots(count: usize) -> Slot {
    Slot::try_from(count).unwrap_or(Slot::MAX)
}

//! Changes, each of which leaves index, lines and damage up to date.

use std::collections::BTreeMap;

use super::{End, Flags, Grid, Node, Routed, Scene, Slot, Wire};
use crate::geometry::Point;
use crate::route::WireStyle;
use crate::sort;

impl Scene {
    /// Adds or replaces a node. Its wires follow.
    pub fn set_node(&mut self, slot: Slot, node: Node) {
        if slot >= Self::MAX_SLOTS || !node.rect.is_finite() {
            return;
        }
        grow(&mut self.nodes, slot);
        self.revision += 1;
        let painted = node.painted();
        self.damage.add(painted);
        self.moved.will_change(slot, self.nodes.get(slot as usize).and_then(Option::as_ref));
        let Some(place) = self.nodes.get_mut(slot as usize) else { return };
        let same = place.as_ref().is_some_and(|before| same_geometry(before, &node));
        if let Some(before) = place.replace(node) {
            self.damage.add(before.painted());
            if same {
                return;
            }
            self.node_grid.remove(slot, &before.painted());
        } else {
            self.node_count += 1;
        }
        self.node_grid.insert(slot, &painted);
        self.reroute_wires_of(slot);
    }

    /// Takes a node away. Its wires stay, without a line, until they are removed or the node comes back.
    pub fn remove_node(&mut self, slot: Slot) -> Option<Node> {
        let place = self.nodes.get_mut(slot as usize)?;
        self.moved.will_change(slot, place.as_ref());
        let node = place.take()?;
        self.revision += 1;
        self.node_count -= 1;
        self.damage.add(node.painted());
        self.node_grid.remove(slot, &node.painted());
        self.reroute_wires_of(slot);
        Some(node)
    }

    /// Puts the top left corner of a node at `origin`.
    pub fn move_node(&mut self, slot: Slot, origin: Point) {
        self.move_nodes(&[(slot, origin)]);
    }

    /// Moves several nodes. Wires between nodes that move alike keep their shape until [`Scene::settle`].
    pub fn move_nodes(&mut self, moves: &[(Slot, Point)]) {
        let mut wires = std::mem::take(&mut self.concerned);
        let mut shifts = std::mem::take(&mut self.shifts);
        for (slot, origin) in moves {
            if let Some(shift) = self.shift(*slot, *origin) {
                // A node may be named more than once.
                let sum = shifts.entry(*slot).or_default();
                *sum = *sum + shift;
                wires.extend_from_slice(self.wires_of(*slot));
            }
        }
        sort::by(&mut wires, &mut |a, b| a.cmp(&b));
        wires.dedup();
        for wire in wires.drain(..) {
            match self.common_shift(wire, &shifts) {
                Some(shift) => self.shift_wire(wire, shift),
                None => self.reroute(wire),
            }
        }
        shifts.clear();
        (self.concerned, self.shifts) = (wires, shifts);
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
        if let Some(routed) = self.routed_mut(slot)
            && same_course(&routed.wire, &wire)
        {
            routed.wire = wire;
            self.revision += 1;
            self.damage_wire(slot);
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
        let Some(routed) = self.routed_mut(slot) else { return };
        if routed.wire.flags != flags {
            routed.wire.flags = flags;
            self.revision += 1;
            self.damage_wire(slot);
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

    /// How far the node is from where it was, if it is elsewhere now.
    fn shift(&mut self, slot: Slot, origin: Point) -> Option<Point> {
        let node = self.nodes.get_mut(slot as usize)?.as_mut()?;
        let (rect, shift) = (node.rect.moved_to(origin), origin - node.rect.origin());
        if node.rect == rect || !rect.is_finite() {
            return None;
        }
        self.moved.will_change(slot, Some(node));
        let before = node.painted();
        node.rect = rect;
        let after = node.painted();
        self.revision += 1;
        self.damage.add(before);
        self.damage.add(after);
        if !Grid::same_cells(&before, &after) {
            self.node_grid.remove(slot, &before);
            self.node_grid.insert(slot, &after);
        }
        Some(shift)
    }

    /// How far both ends of a wire have moved, if that is the same, no reroute point stays behind, and its shape
    /// depends on more than its ends.
    fn common_shift(&self, wire: Slot, shifts: &BTreeMap<Slot, Point>) -> Option<Point> {
        if self.style != WireStyle::Orthogonal {
            return None;
        }
        let wire = self.wire(wire).filter(|wire| wire.reroutes.is_empty())?;
        let (from, to) = (shifts.get(&wire.from.node)?, shifts.get(&wire.to.node)?);
        (from == to).then_some(*from)
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
}

fn same_course(a: &Wire, b: &Wire) -> bool {
    a.from == b.from && a.to == b.to && a.reroutes == b.reroutes
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

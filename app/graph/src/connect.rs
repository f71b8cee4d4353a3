//! Which wires may be drawn, and why others may not: the compiler's rules, in time for the pointer.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::editor::{Editor, PortRef};
use crate::index::{EdgeSlot, NodeSlot};
use crate::order::Gather;
use crate::port::Side;
use crate::ports::text_param;
use crate::through::Through;

/// A wire that may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attach {
    /// Nothing was wired to the input.
    Free,
    /// This wire ends at the input, and gives way.
    Replaces(EdgeSlot),
}

/// Why a wire may not be drawn; its text is a sentence for the pointer's hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The port is not there.
    Gone,
    /// Two inputs, or two outputs.
    SameSide(Side),
    /// A node cannot read itself.
    SameNode(String),
    /// The types do not go together.
    WrongType {
        /// What the output gives.
        found: String,
        /// What the input takes.
        accepted: String,
        /// The input's name.
        input: String,
    },
    /// The nodes would feed themselves.
    Cycle {
        /// Their labels on the way, in the wires' direction.
        path: Vec<String>,
    },
    /// This very wire is there.
    Duplicate,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("This port is no longer there."),
            Self::SameSide(Side::Input) => {
                f.write_str("Both are inputs; a wire goes from an output to an input.")
            }
            Self::SameSide(Side::Output) => {
                f.write_str("Both are outputs; a wire goes from an output to an input.")
            }
            Self::SameNode(label) => write!(f, "{label} cannot be wired to itself."),
            Self::WrongType { found, accepted, input } => {
                write!(f, "The input {input} takes a {accepted}; this output gives a {found}.")
            }
            Self::Cycle { path } => write!(
                f,
                "These nodes would feed themselves: {}. A latch or a counter remembers without a circle.",
                path.join(" → ")
            ),
            Self::Duplicate => f.write_str("This wire is there already."),
        }
    }
}

impl Editor {
    /// Whether a wire may go between two ports, named in any order. An input takes one wire: a second replaces the
    /// first.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn can_connect(&self, a: PortRef, b: PortRef) -> Result<Attach, Refusal> {
        self.can_rewire(a, b, None)
    }

    /// As [`can_connect`](Self::can_connect), for a wire that is taken from where it is.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn can_rewire(&self, a: PortRef, b: PortRef, moved: Option<EdgeSlot>) -> Result<Attach, Refusal> {
        if a.side == b.side {
            return Err(Refusal::SameSide(a.side));
        }
        let (source, target) = if a.side == Side::Output { (a, b) } else { (b, a) };
        let (Some(from), Some(to)) = (self.port(source), self.port(target)) else {
            return Err(Refusal::Gone);
        };
        if source.node == target.node {
            return Err(Refusal::SameNode(self.label(source.node)));
        }
        if !from.port_type.fits(to.port_type) {
            return Err(Refusal::WrongType {
                found: from.port_type.describe(),
                accepted: to.port_type.describe(),
                input: to.name.clone(),
            });
        }
        let present = self.wires_at(target).find(|wire| Some(wire.slot) != moved);
        if present.is_some() && self.is_wired(source, target) {
            return Err(Refusal::Duplicate);
        }
        let gives_way = [moved, present.map(|wire| wire.slot)];
        if let Some(path) = self.way(target, source, &gives_way) {
            let mut path: Vec<String> = path.into_iter().map(|node| self.label(node)).collect();
            path.extend(path.first().cloned());
            return Err(Refusal::Cycle { path });
        }
        Ok(present.map_or(Attach::Free, |wire| Attach::Replaces(wire.slot)))
    }

    /// Every port that a wire from this one may go to: what is shown as open while a wire is drawn.
    #[must_use]
    pub fn partners(&self, port: PortRef) -> Vec<PortRef> {
        let side = if port.side == Side::Input { Side::Output } else { Side::Input };
        let mut found = Vec::new();
        // Nodes on a way back are looked for once, not for every port.
        let back = match port.side {
            Side::Output => self.reaching(port),
            Side::Input => self.reached_from(port),
        };
        let Some(own) = self.port(port).map(|port| port.port_type) else { return found };
        for view in self.nodes().filter(|view| view.slot != port.node) {
            let ports = if side == Side::Input { &view.kind.inputs } else { &view.kind.outputs };
            for (index, other) in ports.iter().enumerate() {
                let other_type = other.port_type;
                let fits = if side == Side::Input { own.fits(other_type) } else { other_type.fits(own) };
                let partner = PortRef { node: view.slot, side, port: index };
                // Only where a way back may exist is it looked for.
                let is_legal = || match back.contains(&view.slot) {
                    true => self.can_connect(port, partner).is_ok(),
                    false => !self.is_wired(port, partner),
                };
                if fits && is_legal() {
                    found.push(partner);
                }
            }
        }
        found
    }

    /// Whether a wire goes from one port to the other.
    fn is_wired(&self, a: PortRef, b: PortRef) -> bool {
        let (source, target) = if a.side == Side::Output { (a, b) } else { (b, a) };
        let begins = |end: crate::WireEnd| end.node == source.node && end.port == Some(source.port);
        self.wires_at(target).any(|wire| wire.source.is_some_and(begins))
    }

    fn label(&self, slot: NodeSlot) -> String {
        self.node(slot).map(|view| view.label().to_owned()).unwrap_or_default()
    }

    /// Nodes that lead to the node of this port.
    fn reaching(&self, port: PortRef) -> BTreeSet<NodeSlot> {
        let mut found: BTreeSet<NodeSlot> = [port.node].into_iter().gather();
        let mut open = vec![port.node];
        while let Some(slot) = open.pop() {
            let wires = self.index.node(slot).map(|entry| entry.wires_in.as_slice()).unwrap_or_default();
            let ends = wires.iter().filter_map(|wire| self.index.edge(*wire)?.source);
            open.extend(ends.map(|end| end.node).filter(|node| found.insert(*node)));
        }
        found
    }

    /// Nodes that the node of this port leads to.
    fn reached_from(&self, port: PortRef) -> BTreeSet<NodeSlot> {
        let mut found: BTreeSet<NodeSlot> = [port.node].into_iter().gather();
        let mut open = vec![port.node];
        while let Some(slot) = open.pop() {
            let wires = self.index.node(slot).map(|entry| entry.wires_out.as_slice()).unwrap_or_default();
            let ends = wires.iter().filter_map(|wire| self.index.edge(*wire)?.target);
            open.extend(ends.map(|end| end.node).filter(|node| found.insert(*node)));
        }
        found
    }

    /// The nodes on the way from an input to an output, along wires that stay; both ends included. Through a node that
    /// stands for a sub-graph it goes only where that output follows from that input.
    fn way(&self, from: PortRef, to: PortRef, without: &[Option<EdgeSlot>]) -> Option<Vec<NodeSlot>> {
        let mut through = Through::new(&self.document);
        let mut before: BTreeMap<(NodeSlot, usize), Option<(NodeSlot, usize)>> = BTreeMap::new();
        let mut open = vec![(from.node, from.port)];
        before.insert((from.node, from.port), None);
        while let Some(step) = open.pop() {
            let (slot, input) = step;
            let Some(view) = self.node(slot) else { continue };
            let passes = (view.node.kind == "graph.use").then(|| {
                through.outputs(text_param(view.node, "graph"), &view.inputs().get(input)?.name.clone())
            });
            let passes = passes.flatten();
            let leads = |output: Option<usize>| match &passes {
                None => true,
                Some(names) => output
                    .and_then(|port| view.outputs().get(port))
                    .is_some_and(|port| names.contains(&port.name)),
            };
            if slot == to.node && leads(Some(to.port)) {
                let mut way = vec![slot];
                let mut step = step;
                while let Some(Some(previous)) = before.get(&step) {
                    way.push(previous.0);
                    step = *previous;
                }
                way.reverse();
                return Some(way);
            }
            for wire in view.wires_out().iter().filter(|wire| !without.contains(&Some(**wire))) {
                let Some(entry) = self.index.edge(*wire) else { continue };
                let (Some(source), Some(target)) = (entry.source, entry.target) else { continue };
                // Elsewhere than in a sub-graph every output follows from every input, so a node is visited once.
                let is_use = self.index.node(target.node).is_some_and(|node| node.kind.name == "graph.use");
                let next = (target.node, if is_use { target.port.unwrap_or(usize::MAX) } else { 0 });
                if leads(source.port) && !before.contains_key(&next) {
                    before.insert(next, Some(step));
                    open.push(next);
                }
            }
        }
        None
    }
}

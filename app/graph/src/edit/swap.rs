//! Swapping nodes, the inputs of a node, and its kind.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{EditError, Placed};
use crate::Editor;
use crate::catalogue::Role;
use crate::connect::Refusal;
use crate::editor::PortRef;
use crate::index::{NodeSlot, WireEnd};
use crate::port::{Port, Side};

impl Editor {
    /// Swaps the places of two nodes and their wires. A wire goes to the port of the same name, else to the port that
    /// has the same place among those of its type; where there is none it goes.
    pub(super) fn swap(&mut self, a: &str, b: &str) -> Result<(), EditError> {
        let (left, right) = (self.view_by_id(a)?, self.view_by_id(b)?);
        if left.slot == right.slot {
            return Err(EditError::NotPossible("a node cannot be swapped with itself".to_owned()));
        }
        let places =
            [Placed { node: a.to_owned(), at: right.at }, Placed { node: b.to_owned(), at: left.at }];
        let pair = (left.slot, right.slot);
        let inputs = pairing(left.inputs(), right.inputs());
        let outputs = pairing(left.outputs(), right.outputs());
        let other = |end: WireEnd, side: Side| -> Option<PortRef> {
            let pairs = if side == Side::Input { &inputs } else { &outputs };
            let port = end.port?;
            let (node, port) = if end.node == pair.0 {
                (pair.1, pairs.iter().find(|(from, _)| *from == port)?.1)
            } else if end.node == pair.1 {
                (pair.0, pairs.iter().find(|(_, to)| *to == port)?.0)
            } else {
                (end.node, port)
            };
            Some(PortRef { node, side, port })
        };
        let touches = |end: Option<WireEnd>| end.is_some_and(|end| end.node == pair.0 || end.node == pair.1);
        let mut led = Vec::new();
        let mut dropped = BTreeSet::new();
        for wire in self.edges().filter(|wire| touches(wire.source) || touches(wire.target)) {
            let from = wire.source.and_then(|end| other(end, Side::Output));
            let to = wire.target.and_then(|end| other(end, Side::Input));
            match (from, to) {
                (Some(from), Some(to)) => led.push((wire.edge.id.clone(), from, to)),
                _ => {
                    dropped.insert(wire.slot);
                }
            }
        }
        self.take_out(&BTreeSet::new(), &dropped);
        for (id, from, to) in &led {
            self.lead(id, *from, *to)?;
        }
        self.check_circles(&led)?;
        self.move_to(&places)
    }

    pub(super) fn replace_kind(&mut self, id: &str, kind: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let Some(new) = self.catalogue.find(kind).cloned() else {
            return Err(EditError::NotPossible(format!("there is no kind {kind:?}")));
        };
        if [view.kind.role, new.role].iter().any(|role| matches!(role, Role::Graph | Role::Note)) {
            let label = view.label();
            return Err(EditError::NotPossible(format!("{label} and {} have nothing in common", new.label)));
        }
        let node = view.slot;
        let inputs = pairing(view.inputs(), &new.inputs);
        let outputs = pairing(view.outputs(), &new.outputs);
        let other = |end: WireEnd, side: Side| -> Option<PortRef> {
            let pairs = if side == Side::Input { &inputs } else { &outputs };
            let port = end.port?;
            let at_node = || pairs.iter().find(|(from, _)| *from == port).map(|(_, to)| *to);
            Some(PortRef { node: end.node, side, port: if end.node == node { at_node()? } else { port } })
        };
        let mut led = Vec::new();
        let mut dropped = BTreeSet::new();
        for wire in view.wires_in().iter().chain(view.wires_out()).filter_map(|wire| self.edge(*wire)) {
            let from = wire.source.and_then(|end| other(end, Side::Output));
            let to = wire.target.and_then(|end| other(end, Side::Input));
            match (from, to) {
                (Some(from), Some(to)) => led.push((wire.edge.id.clone(), from, to)),
                _ => {
                    dropped.insert(wire.slot);
                }
            }
        }
        self.take_out(&BTreeSet::new(), &dropped);
        self.change_node(id, |node| {
            node.kind = kind.to_owned();
            let takes = |name: &String, value: &Json| {
                let param = new.param(name);
                param.is_some_and(|param| value.get("$param").is_some() || param.check(value).is_ok())
            };
            node.data.params.retain(|name, value| takes(name, value));
        })?;
        for (id, from, to) in &led {
            self.lead(id, *from, *to)?;
        }
        Ok(())
    }

    /// Sub-graphs lead some inputs to some outputs only, so that two may not do the same in each other's place.
    fn check_circles(&self, led: &[(String, PortRef, PortRef)]) -> Result<(), EditError> {
        for (id, from, to) in led {
            match self.can_rewire(*from, *to, self.edge_slot(id)) {
                Err(Refusal::Cycle { path }) => return Err(EditError::Refused(Refusal::Cycle { path })),
                _ => continue,
            }
        }
        Ok(())
    }

    pub(super) fn swap_inputs(&mut self, id: &str, a: &str, b: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let node: NodeSlot = view.slot;
        let label = view.label().to_owned();
        let port = |name: &str| {
            let port = view.inputs().iter().position(|input| input.name == name);
            port.map(|port| PortRef { node, side: Side::Input, port })
        };
        let no_port = |name: &str| EditError::NoPort { node: label.clone(), port: name.to_owned() };
        let (left, right) = (port(a).ok_or_else(|| no_port(a))?, port(b).ok_or_else(|| no_port(b))?);
        let types = [left, right].map(|port| self.port(port).map(|port| port.port_type));
        if let [Some(first), Some(second)] = types
            && !first.fits(second)
        {
            let (first, second) = (first.describe(), second.describe());
            return Err(EditError::NotPossible(format!("{a} takes a {first}, {b} a {second}")));
        }
        let mut led = Vec::new();
        for (from, to) in [(left, right), (right, left)] {
            for wire in self.wires_at(from) {
                if let Some(WireEnd { node, port: Some(port) }) = wire.source {
                    let source = PortRef { node, side: Side::Output, port };
                    led.push((wire.edge.id.clone(), source, to));
                }
            }
        }
        for (id, from, to) in &led {
            self.lead(id, *from, *to)?;
        }
        self.check_circles(&led)
    }
}

/// Which ports stand for each other: those of one name, then by order among those that are left; types fit.
fn pairing(left: &[Port], right: &[Port]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for by_name in [true, false] {
        for (from, port) in left.iter().enumerate() {
            let is_free = |to: usize| pairs.iter().all(|(a, b)| *a != from && *b != to);
            let fits = |to: &usize| {
                right.get(*to).is_some_and(|other| {
                    port.port_type.fits(other.port_type) && (!by_name || port.name == other.name)
                })
            };
            if let Some(to) = (0..right.len()).filter(|to| is_free(*to)).find(fits) {
                pairs.push((from, to));
            }
        }
    }
    pairs
}

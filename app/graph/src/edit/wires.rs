//! Connecting, moving and bridging wires.

use std::collections::BTreeSet;

use wickflow_strategy::document::Edge;

use super::{EditError, End};
use crate::Editor;
use crate::connect::{Attach, Refusal};
use crate::editor::{EdgeView, NodeView, PortRef};
use crate::geometry::Point;
use crate::index::{EdgeSlot, NodeSlot, WireEnd};
use crate::node;
use crate::order::{Gather, order_by};
use crate::port::{PortType, Side, Unwired};
use crate::through::Through;

impl Editor {
    /// Draws a wire; with `edge`, one that has these fields.
    pub(super) fn connect(
        &mut self,
        source: &End,
        target: &End,
        edge: Option<Edge>,
    ) -> Result<(), EditError> {
        let from = self.find_port(source, Side::Output)?;
        let to = self.find_port(target, Side::Input)?;
        let attach = self.can_connect(from, to).map_err(EditError::Refused)?;
        self.clear_input(to, attach, None);
        let other = edge.as_ref().map(|edge| edge.other.clone()).unwrap_or_default();
        let id = edge.map(|edge| edge.id).filter(|id| !id.is_empty() && self.edge_slot(id).is_none());
        let edge = Edge {
            id: id.unwrap_or_else(|| self.fresh_edge_id()),
            source: source.node.clone(),
            target: target.node.clone(),
            source_handle: self.end(from).and_then(|end| end.handle()),
            target_handle: self.end(to).and_then(|end| end.handle()),
            other,
        };
        self.insert(Vec::new(), vec![edge])
    }

    pub(super) fn disconnect(&mut self, edges: &[String]) -> Result<(), EditError> {
        for id in edges {
            self.edge_by_id(id)?;
        }
        let slots = edges.iter().filter_map(|id| self.edge_slot(id)).gather();
        self.take_out(&BTreeSet::new(), &slots);
        Ok(())
    }

    pub(super) fn reconnect(
        &mut self,
        id: &str,
        source: Option<&End>,
        target: Option<&End>,
    ) -> Result<(), EditError> {
        let edge = self.edge_by_id(id)?;
        let end = |node: &String, handle: &Option<String>| End::new(node, handle.clone().unwrap_or_default());
        let old_source = end(&edge.source, &edge.source_handle);
        let old_target = end(&edge.target, &edge.target_handle);
        let from = self.find_port(source.unwrap_or(&old_source), Side::Output)?;
        let to = self.find_port(target.unwrap_or(&old_target), Side::Input)?;
        let moved = self.edge_slot(id);
        if source
            .is_none_or(|end| self.port_ref(&old_source, Side::Output) == self.port_ref(end, Side::Output))
            && target
                .is_none_or(|end| self.port_ref(&old_target, Side::Input) == self.port_ref(end, Side::Input))
        {
            return Ok(());
        }
        let attach = self.can_rewire(from, to, moved).map_err(EditError::Refused)?;
        self.clear_input(to, attach, moved);
        self.lead(id, from, to)
    }

    pub(super) fn move_wires(&mut self, from: &End, to: &End) -> Result<(), EditError> {
        let port = self.find_port(from, Side::Output)?;
        let wires: Vec<String> = self.wires_at(port).map(|wire| wire.edge.id.clone()).collect();
        for id in wires {
            self.reconnect(&id, Some(to), None)?;
        }
        Ok(())
    }

    /// By which input and output a node can be put on a wire: what a drag over it asks.
    ///
    /// # Errors
    /// [`EditError`] says why it cannot.
    pub fn can_insert(&self, node: NodeSlot, edge: EdgeSlot) -> Result<(PortRef, PortRef), EditError> {
        let (Some(view), Some(wire)) = (self.node(node), self.edge(edge)) else {
            return Err(EditError::Refused(Refusal::Gone));
        };
        let port = |end: Option<WireEnd>, side| {
            end.and_then(|end| Some(PortRef { node: end.node, side, port: end.port? }))
        };
        let (Some(source), Some(target)) = (port(wire.source, Side::Output), port(wire.target, Side::Input))
        else {
            return Err(EditError::Refused(Refusal::Gone));
        };
        let (Some(from), Some(to)) = (self.port(source), self.port(target)) else {
            return Err(EditError::Refused(Refusal::Gone));
        };
        let Some((input, output)) = self.between(&view, from.port_type, to.port_type) else {
            let (from, to) = (from.port_type.describe(), to.port_type.describe());
            let text = format!("{} does not make a {to} of a {from}", view.label());
            return Err(EditError::NotPossible(text));
        };
        self.can_rewire(source, input, Some(edge)).map_err(EditError::Refused)?;
        self.can_rewire(output, target, Some(edge)).map_err(EditError::Refused)?;
        Ok((input, output))
    }

    pub(super) fn insert_on_edge(&mut self, id: &str, edge: &str) -> Result<(), EditError> {
        let wire = self.edge_by_id(edge)?;
        let target = End::new(&wire.target, wire.target_handle.clone().unwrap_or_default());
        let (node, slot) = (self.view_by_id(id)?.slot, self.edge_slot(edge));
        let slot = slot.ok_or_else(|| EditError::NoEdge(edge.to_owned()))?;
        let (input, output) = self.can_insert(node, slot)?;
        let (Some(input), Some(output)) = (self.end(input), self.end(output)) else { return Ok(()) };
        self.reconnect(edge, None, Some(&input))?;
        self.connect(&output, &target, None)
    }

    /// The ports by which a node can stand between two types: a free input before a wired one, one that needs a
    /// wire before others.
    fn between(&self, view: &NodeView<'_>, from: PortType, to: PortType) -> Option<(PortRef, PortRef)> {
        let input = |port: usize| PortRef { node: view.slot, side: Side::Input, port };
        let rank = |port: usize, unwired: &Unwired| {
            (self.wires_at(input(port)).next().is_some(), *unwired != Unwired::Refused)
        };
        let inputs = view.inputs().iter().enumerate().filter(|(_, port)| from.fits(port.port_type));
        let (best, _) = inputs.min_by_key(|(index, port)| rank(*index, &port.unwired))?;
        let output = view.outputs().iter().position(|port| port.port_type.fits(to))?;
        Some((input(best), PortRef { node: view.slot, side: Side::Output, port: output }))
    }

    pub(super) fn detach(&mut self, nodes: &[String]) -> Result<(), EditError> {
        for id in nodes {
            self.view_by_id(id)?;
        }
        self.bridge(nodes)?;
        let inside: BTreeSet<NodeSlot> = nodes.iter().filter_map(|id| self.node_slot(id)).gather();
        let is_inside = |end: Option<WireEnd>| end.is_some_and(|end| inside.contains(&end.node));
        let crossing = self.edges().filter(|wire| is_inside(wire.source) != is_inside(wire.target));
        let crossing = crossing.map(|wire| wire.slot).gather();
        self.take_out(&BTreeSet::new(), &crossing);
        Ok(())
    }

    /// Wires together what is wired through these nodes, where types fit.
    pub(super) fn bridge(&mut self, nodes: &[String]) -> Result<(), EditError> {
        let inside: BTreeSet<NodeSlot> = nodes.iter().filter_map(|id| self.node_slot(id)).gather();
        let leaving: Vec<(String, PortRef, PortRef)> = self
            .edges()
            .filter_map(|wire| {
                let (source, target) = (wire.source?, wire.target?);
                let leaves = inside.contains(&source.node) && !inside.contains(&target.node);
                let from = self.before(&inside, source)?;
                let to = PortRef { node: target.node, side: Side::Input, port: target.port? };
                let fits = self.port(from)?.port_type.fits(self.port(to)?.port_type);
                (leaves && fits).then(|| (wire.edge.id.clone(), from, to))
            })
            .collect();
        for (id, from, to) in leaving {
            self.lead(&id, from, to)?;
        }
        Ok(())
    }

    /// The output outside of these nodes whose value would go through them to this one.
    fn before(&self, inside: &BTreeSet<NodeSlot>, end: WireEnd) -> Option<PortRef> {
        let mut end = end;
        // No circle can be longer than there are nodes.
        for _ in 0..=inside.len() {
            if !inside.contains(&end.node) {
                return Some(PortRef { node: end.node, side: Side::Output, port: end.port? });
            }
            end = self.passed_on(end.node, end.port?)?.source?;
        }
        None
    }

    /// The wire whose value stands for an output when its node is bypassed: at the input of the same name or else at
    /// the first of the same type.
    pub(crate) fn passed_on(&self, node: NodeSlot, output: usize) -> Option<EdgeView<'_>> {
        let view = self.node(node)?;
        let output = view.outputs().get(output)?;
        let mut through = Through::new(&self.document);
        let mut fitting: Vec<(bool, usize)> = view
            .inputs()
            .iter()
            .enumerate()
            .filter(|(_, input)| output.port_type.fits(input.port_type))
            // Else a circle could come of it.
            .filter(|(_, input)| through.leads(view.node, &input.name, &output.name))
            .map(|(index, input)| (input.name != output.name, index))
            .collect();
        fitting = order_by(fitting, |(is_other, _)| u64::from(*is_other));
        fitting
            .into_iter()
            .find_map(|(_, port)| self.wires_at(PortRef { node, side: Side::Input, port }).next())
    }

    /// Changes the ends of a wire, unchecked. Points that led it elsewhere go.
    pub(super) fn lead(&mut self, id: &str, from: PortRef, to: PortRef) -> Result<(), EditError> {
        let (Some(source), Some(target)) = (self.end(from), self.end(to)) else { return Ok(()) };
        self.change_edge(id, |edge| {
            edge.source_handle = source.handle();
            edge.source = source.node;
            edge.target_handle = target.handle();
            edge.target = target.node;
            node::set_points(edge, &[]);
        })
    }

    /// Takes away what is wired to an input, but for the wire that is being moved there.
    fn clear_input(&mut self, input: PortRef, attach: Attach, moved: Option<EdgeSlot>) {
        if let Attach::Replaces(_) = attach {
            let wires = self.wires_at(input).map(|wire| wire.slot);
            let wires: BTreeSet<EdgeSlot> = wires.filter(|slot| Some(*slot) != moved).gather();
            self.take_out(&BTreeSet::new(), &wires);
        }
    }

    pub(super) fn set_points(&mut self, id: &str, points: &[Point]) -> Result<(), EditError> {
        const MOST: usize = 100;
        if points.len() > MOST {
            return Err(EditError::NotPossible(format!("a wire has at most {MOST} points")));
        }
        if !points.iter().all(|at| at.x.is_finite() && at.y.is_finite()) {
            return Err(EditError::NotPossible("a position has to be a number".to_owned()));
        }
        self.change_edge(id, |edge| node::set_points(edge, points))
    }
}

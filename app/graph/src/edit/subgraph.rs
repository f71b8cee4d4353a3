//! Making sub-graphs, putting them back in place, and naming them and their ports.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde_json::{Map, json};
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;
use wickflow_strategy::document::{Edge, Graph, Node};

use super::EditError;
use super::params::check_name;
use crate::Editor;
use crate::editor::{EdgeView, PortRef, fresh};
use crate::geometry::{NODE_WIDTH_PX, Point, Rect, node_size};
use crate::index::{NodeSlot, WireEnd, text_param};
use crate::node::{self, new_node, number};
use crate::op::{About, Op, Pair, Parts, parts};
use crate::port::{PortType, Side};

/// Between the content of a sub-graph and its ports.
const GAP_PX: f64 = 60.0;
/// From one port of a sub-graph to the next.
const PORT_STEP_PX: f64 = 100.0;

/// A port of a sub-graph that is being made.
struct Border {
    name: String,
    port_type: PortType,
    node: Node,
}

impl Editor {
    pub(super) fn make_graph(&mut self, nodes: &[String], name: &str) -> Result<(), EditError> {
        check_name(name)?;
        self.check_free_graph(name)?;
        let mut chosen = BTreeSet::new();
        for id in nodes {
            let view = self.view_by_id(id)?;
            // The ports of the open sub-graph stay outside.
            if !is_port(view.node) {
                chosen.insert(view.slot);
            }
        }
        let inside = self.with_children(&chosen);
        let Some(bounds) =
            inside.iter().filter_map(|slot| Some(self.node(*slot)?.rect())).reduce(Rect::union)
        else {
            return Err(EditError::NotPossible("a sub-graph is made of selected nodes; none is".to_owned()));
        };
        let made = self.cut_out(&inside, bounds, name);
        self.check_room(made.graph.nodes.len() + 1 - inside.len(), 0)?;
        let first = inside.iter().filter_map(|slot| self.index.node(*slot)).map(|entry| entry.at).min();
        let touching: BTreeSet<_> = self
            .edges()
            .filter(|wire| {
                [wire.source, wire.target].into_iter().flatten().any(|end| inside.contains(&end.node))
            })
            .map(|wire| wire.slot)
            .collect();
        self.run(Op::Graph { name: name.to_owned(), change: Pair::new(None, Some(made.graph)) });
        self.take_out(&inside, &touching);
        let edges = Parts::appended((0, self.index.edge_order.len()), [], made.outer).edges;
        let use_id = made.use_node.id.clone();
        // In the place of the first, since actions act in the order of the document.
        let parts = Parts { nodes: vec![(first.unwrap_or_default(), made.use_node)], edges };
        self.run(Op::Insert { graph: self.graph.clone(), parts });
        let slot = self.node_slot(&use_id);
        self.select(slot, []);
        Ok(())
    }

    /// The content of a sub-graph, the node that stands for it, and the wires at that node.
    fn cut_out(&self, inside: &BTreeSet<NodeSlot>, bounds: Rect, name: &str) -> Made {
        let has = |end: Option<WireEnd>| end.is_some_and(|end| inside.contains(&end.node));
        let mut nodes: Vec<Node> = self
            .nodes()
            .filter(|view| inside.contains(&view.slot))
            .map(|view| {
                let mut node = view.node.clone();
                if node::parent(&node)
                    .and_then(|id| self.node_slot(id))
                    .is_none_or(|slot| !inside.contains(&slot))
                {
                    node.other.remove("parentId");
                    node.other.remove("parentNode");
                    node::set_position(&mut node, view.at);
                }
                node
            })
            .collect();
        let mut edges: Vec<Edge> = self
            .edges()
            .filter(|wire| (has(wire.source) || has(wire.target)) && !self.crosses(wire, inside))
            .map(|wire| wire.edge.clone())
            .collect();
        let use_id = self.fresh_id(&slug(name));
        let mut outer = Vec::new();
        let mut crossing: Vec<EdgeView<'_>> =
            self.edges().filter(|wire| self.crosses(wire, inside)).collect();
        crossing.sort_by(|a, b| self.height(a, inside).total_cmp(&self.height(b, inside)));
        let mut taken: BTreeSet<String> = nodes.iter().map(|node| node.id.clone()).collect();
        let mut borders: [Vec<Border>; 2] = [Vec::new(), Vec::new()];
        let mut ports: BTreeMap<(&str, Option<&str>), (Side, String, String)> = BTreeMap::new();
        for wire in crossing {
            let side = if has(wire.target) { Side::Input } else { Side::Output };
            let of_side = if side == Side::Input { 0 } else { 1 };
            let edge = wire.edge;
            // One port for all wires of one output.
            let key = (edge.source.as_str(), edge.source_handle.as_deref());
            let is_new = !ports.contains_key(&key);
            if is_new && let Some(list) = borders.get_mut(of_side) {
                let border = self.border(&wire, side, list, &mut taken);
                ports.insert(key, (side, border.name.clone(), border.node.id.clone()));
                list.push(border);
            }
            let Some((_, port, node)) = ports.get(&key) else { continue };
            let (inner, outside) = across(edge, side, (&use_id, port), node);
            if side == Side::Input || is_new {
                edges.push(inner);
            }
            if side == Side::Output || is_new {
                outer.push(outside);
            }
        }
        let [inputs, outputs] = borders;
        place_ports(inputs, bounds.min.x - GAP_PX - NODE_WIDTH_PX, bounds.min.y, &mut nodes);
        place_ports(outputs, bounds.max().x + GAP_PX, bounds.min.y, &mut nodes);
        let mut use_node = new_node(use_id, "graph.use", bounds.center());
        use_node.data.params.insert("graph".to_owned(), json!(name));
        let height = self.catalogue.find("graph.use").map_or(0.0, |kind| node_size(kind).height);
        let corner = bounds.center().plus(-NODE_WIDTH_PX / 2.0, -height / 2.0).snapped();
        node::set_position(&mut use_node, corner);
        Made { graph: Graph { nodes, edges, other: Map::new() }, use_node, outer }
    }

    fn crosses(&self, wire: &EdgeView<'_>, inside: &BTreeSet<NodeSlot>) -> bool {
        match (wire.source, wire.target) {
            (Some(source), Some(target)) => inside.contains(&source.node) != inside.contains(&target.node),
            _ => false,
        }
    }

    /// How far down a wire crosses the border: ports come in this order.
    fn height(&self, wire: &EdgeView<'_>, inside: &BTreeSet<NodeSlot>) -> f64 {
        let end = |side, end: Option<WireEnd>| Some((side, end.filter(|end| inside.contains(&end.node))?));
        let inner = end(Side::Input, wire.target).or_else(|| end(Side::Output, wire.source));
        inner.and_then(|(side, end)| Some(self.node(end.node)?.port_at(side, end.port).y)).unwrap_or_default()
    }

    fn border(
        &self,
        wire: &EdgeView<'_>,
        side: Side,
        others: &[Border],
        taken: &mut BTreeSet<String>,
    ) -> Border {
        let port = |end: Option<WireEnd>, side| {
            let end = end?;
            self.port(PortRef { node: end.node, side, port: end.port? })
        };
        let (from, to) = (port(wire.source, Side::Output), port(wire.target, Side::Input));
        let port_type = from.or(to).map_or(PortType::Unknown, |port| port.port_type);
        let telling =
            |name: Option<&String>| name.filter(|name| !matches!(name.as_str(), "" | "value")).cloned();
        let of_node = || {
            let view = self.node(wire.source?.node)?;
            Some(node::own_label(view.node).map_or_else(|| last(&view.kind.name), slug))
        };
        let stem = telling(from.map(|port| &port.name)).or_else(|| match side {
            Side::Input => telling(to.map(|port| &port.name)),
            Side::Output => of_node(),
        });
        let stem = stem.unwrap_or_else(|| if side == Side::Input { "in" } else { "out" }.to_owned());
        let name = fresh(&stem, |name| others.iter().any(|other| other.name == name));
        let (prefix, kind) =
            if side == Side::Input { ("in", "graph.input") } else { ("out", "graph.output") };
        let id = fresh(&format!("{prefix}_{name}"), |id| taken.contains(id));
        taken.insert(id.clone());
        Border { name, port_type, node: new_node(id, kind, Point::default()) }
    }

    pub(super) fn expand(&mut self, id: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let name = text_param(view.node, "graph").to_owned();
        let Some(graph) = self.document.wickflow.graphs.get(&name).filter(|_| view.node.kind == "graph.use")
        else {
            return Err(EditError::NotPossible(format!("{} stands for no sub-graph", view.label())));
        };
        let graph = graph.clone();
        let (slot, at) = (view.slot, self.index.node(view.slot).map_or(0, |entry| entry.at));
        let unfolded = self.unfold(&graph, slot);
        self.check_room(unfolded.nodes.len().saturating_sub(1), unfolded.edges.len())?;
        let wires = view.wires_in().iter().chain(view.wires_out()).copied().collect();
        self.take_out(&BTreeSet::from([slot]), &wires);
        let added: Vec<String> = unfolded.nodes.iter().map(|node| node.id.clone()).collect();
        let nodes = unfolded.nodes.into_iter().enumerate().map(|(index, node)| (at + index, node)).collect();
        let edges = Parts::appended((0, self.index.edge_order.len()), [], unfolded.edges).edges;
        self.run(Op::Insert { graph: self.graph.clone(), parts: Parts { nodes, edges } });
        if !self.is_used(&name) {
            self.run(Op::Graph { name, change: Pair::new(Some(graph), None) });
        }
        let slots: Vec<_> = added.iter().filter_map(|id| self.node_slot(id)).collect();
        self.select(slots, []);
        Ok(())
    }

    /// The content of a sub-graph as it is in the place of the node that stands for it.
    fn unfold(&self, graph: &Graph, slot: NodeSlot) -> Graph {
        let center = self.node(slot).map(|view| view.rect().center()).unwrap_or_default();
        let mut taken = BTreeSet::new();
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let mut nodes = Vec::new();
        for node in graph.nodes.iter().filter(|node| !is_port(node)) {
            // The id of the node that goes is free.
            let is_taken =
                |id: &str| taken.contains(id) || self.node_slot(id).is_some_and(|other| other != slot);
            let id = fresh(&node.id, is_taken);
            taken.insert(id.clone());
            ids.insert(&node.id, id.clone());
            nodes.push(Node { id, ..node.clone() });
        }
        self.center_on(&mut nodes, center);
        for node in &mut nodes {
            if let Some(parent) = node::parent(node).and_then(|id| ids.get(id)).cloned() {
                node.other.insert("parentId".to_owned(), json!(parent));
            }
        }
        let joints = Joints { graph, outer: self.joints(slot), ids: &ids };
        let mut edges = Vec::new();
        let mut used = BTreeSet::new();
        let mut push = |mut edge: Edge, (source, source_handle): (String, Option<String>)| {
            (edge.source, edge.source_handle) = (source, source_handle);
            let is_taken = |id: &str| {
                used.contains(id)
                    || self.edge_slot(id).and_then(|wire| self.edge(wire)).is_some_and(|wire| {
                        ![wire.source, wire.target].into_iter().flatten().any(|end| end.node == slot)
                    })
            };
            edge.id = fresh(&edge.id, is_taken);
            used.insert(edge.id.clone());
            edges.push(edge);
        };
        for edge in &graph.edges {
            if let (Some(target), Some(source)) = (ids.get(edge.target.as_str()), joints.source(edge)) {
                push(Edge { target: target.clone(), ..edge.clone() }, source);
            }
        }
        let view = self.node(slot);
        for wire in view.iter().flat_map(|view| view.wires_out()).filter_map(|wire| self.edge(*wire)) {
            let port = wire.source.and_then(|end| self.outputs(slot).get(end.port?));
            if let Some(source) = port.and_then(|port| joints.behind(&port.name)) {
                push(wire.edge.clone(), source);
            }
        }
        Graph { nodes, edges, other: Map::new() }
    }

    /// What is wired to the inputs of a node, by name.
    fn joints(&self, slot: NodeSlot) -> BTreeMap<String, (String, Option<String>)> {
        let wires = self.node(slot).map(|view| view.wires_in()).unwrap_or_default();
        let joint = |wire: &crate::EdgeSlot| {
            let wire = self.edge(*wire)?;
            let port = self.inputs(slot).get(wire.target?.port?)?;
            Some((port.name.clone(), (wire.edge.source.clone(), wire.edge.source_handle.clone())))
        };
        wires.iter().filter_map(joint).collect()
    }

    /// Moves nodes so that their middle is at a place.
    fn center_on(&self, nodes: &mut [Node], center: Point) {
        let size =
            |node: &Node| self.catalogue.find(&node.kind).map(|kind| node_size(kind)).unwrap_or_default();
        let rect = |node: &Node| Rect::new(node::position(node).unwrap_or_default(), size(node));
        let outermost = nodes.iter().filter(|node| node::parent(node).is_none());
        let Some(bounds) = outermost.map(rect).reduce(Rect::union) else { return };
        let shift = Point::new(center.x - bounds.center().x, center.y - bounds.center().y).snapped();
        for node in nodes.iter_mut().filter(|node| node::parent(node).is_none()) {
            let place = node::position(node).unwrap_or_default();
            node::set_position(node, place.plus(shift.x, shift.y));
        }
    }

    pub(super) fn rename_graph(&mut self, from: &str, to: &str) -> Result<(), EditError> {
        check_name(to)?;
        self.check_free_graph(to)?;
        let graph = self.graph_named(from)?.clone();
        self.run(Op::Graph { name: to.to_owned(), change: Pair::new(None, Some(graph.clone())) });
        for owner in self.all_graphs() {
            let uses = parts(&self.document, &owner).0.iter();
            let uses: Vec<Node> = uses.filter(|node| is_use_of(node, from)).cloned().collect();
            for before in uses {
                let mut after = before.clone();
                after.data.params.insert("graph".to_owned(), json!(to));
                self.run(Op::Node { graph: owner.clone(), change: Pair::new(before, after) });
            }
        }
        self.run(Op::Graph { name: from.to_owned(), change: Pair::new(Some(graph), None) });
        Ok(())
    }

    pub(super) fn remove_graph(&mut self, name: &str) -> Result<(), EditError> {
        let graph = self.graph_named(name)?.clone();
        if self.is_used(name) {
            return Err(EditError::NotPossible(format!(
                "{name} is in use; remove the nodes that stand for it first"
            )));
        }
        self.run(Op::Graph { name: name.to_owned(), change: Pair::new(Some(graph), None) });
        Ok(())
    }

    pub(super) fn rename_port(&mut self, id: &str, name: &str) -> Result<(), EditError> {
        check_name(name)?;
        let view = self.view_by_id(id)?;
        let kind = view.node.kind.clone();
        if !is_port(view.node) {
            return Err(EditError::NotPossible(format!("{} is no port of a sub-graph", view.label())));
        }
        let is_taken = self.nodes().any(|other| {
            other.node.id != id && other.node.kind == kind && text_param(other.node, "name") == name
        });
        if is_taken {
            return Err(EditError::BadName(format!("another port of this sub-graph is called {name:?}")));
        }
        let old = text_param(view.node, "name").to_owned();
        if let Some(open) = self.graph.clone() {
            self.rename_handles(&open, &old, name, kind == "graph.input");
        }
        self.change_node(id, |node| {
            node.data.params.insert("name".to_owned(), json!(name));
        })
    }

    /// Wires at nodes that stand for a sub-graph follow a port's new name.
    fn rename_handles(&mut self, graph: &str, from: &str, to: &str, is_input: bool) {
        for owner in self.all_graphs() {
            let (nodes, edges) = parts(&self.document, &owner);
            let uses: BTreeSet<&str> =
                nodes.iter().filter(|node| is_use_of(node, graph)).map(|node| node.id.as_str()).collect();
            let mut changed = Vec::new();
            for before in edges {
                let mut after = before.clone();
                let (node, handle) = if is_input {
                    (&before.target, &mut after.target_handle)
                } else {
                    (&before.source, &mut after.source_handle)
                };
                if uses.contains(node.as_str()) && handle.as_deref() == Some(from) {
                    *handle = Some(to.to_owned());
                    changed.push((before.clone(), after));
                }
            }
            for (before, after) in changed {
                self.run(Op::Edge { graph: owner.clone(), change: Pair::new(before, after) });
            }
        }
    }

    pub(super) fn set_about(&mut self, about: About) -> Result<(), EditError> {
        if let Some(bad) = about.symbols.iter().find(|symbol| Symbol::from_str(symbol).is_err()) {
            return Err(EditError::BadName(format!("{bad:?} is no symbol such as BITFINEX:BTCUSD")));
        }
        if let Some(bad) = about.timeframe.as_ref().filter(|text| Timeframe::from_str(text).is_err()) {
            return Err(EditError::BadName(format!("{bad:?} is no timeframe such as 15m, 1h or 1d")));
        }
        let before = About::of(&self.document);
        self.run(Op::About { change: Pair::new(before, about) });
        Ok(())
    }

    fn graph_named(&self, name: &str) -> Result<&Graph, EditError> {
        let graph = self.document.wickflow.graphs.get(name);
        graph.ok_or_else(|| EditError::BadName(format!("there is no sub-graph {name:?}")))
    }

    fn check_free_graph(&self, name: &str) -> Result<(), EditError> {
        if self.document.wickflow.graphs.contains_key(name) {
            return Err(EditError::BadName(format!("there is a sub-graph {name:?} already")));
        }
        Ok(())
    }

    fn is_used(&self, name: &str) -> bool {
        self.all_graphs()
            .iter()
            .any(|owner| parts(&self.document, owner).0.iter().any(|node| is_use_of(node, name)))
    }
}

struct Made {
    graph: Graph,
    use_node: Node,
    outer: Vec<Edge>,
}

/// What wires inside of a sub-graph are wired to once it is in place.
struct Joints<'a> {
    graph: &'a Graph,
    outer: BTreeMap<String, (String, Option<String>)>,
    ids: &'a BTreeMap<&'a str, String>,
}

impl Joints<'_> {
    /// Where a wire begins: at a node inside, or at what is wired to the port outside.
    fn source(&self, edge: &Edge) -> Option<(String, Option<String>)> {
        let mut edge = edge;
        // A port may lead to a port; no way is longer than there are wires.
        for _ in 0..=self.graph.edges.len() {
            if let Some(id) = self.ids.get(edge.source.as_str()) {
                return Some((id.clone(), edge.source_handle.clone()));
            }
            let node = self.graph.nodes.iter().find(|node| node.id == edge.source)?;
            if node.kind == "graph.input" {
                return self.outer.get(text_param(node, "name")).cloned();
            }
            edge = self.graph.edges.iter().find(|other| other.target == node.id)?;
        }
        None
    }

    /// What an output of the sub-graph gives.
    fn behind(&self, output: &str) -> Option<(String, Option<String>)> {
        let is_port = |node: &&Node| node.kind == "graph.output" && text_param(node, "name") == output;
        let port = self.graph.nodes.iter().find(is_port)?;
        self.source(self.graph.edges.iter().find(|edge| edge.target == port.id)?)
    }
}

/// A wire across the border: its part inside and its part outside.
fn across(edge: &Edge, side: Side, (use_id, port): (&str, &str), border: &str) -> (Edge, Edge) {
    let (mut inner, mut outer) = (edge.clone(), edge.clone());
    node::set_points(&mut inner, &[]);
    node::set_points(&mut outer, &[]);
    let value = || Some("value".to_owned());
    match side {
        Side::Input => {
            (inner.source, inner.source_handle) = (border.to_owned(), value());
            (outer.target, outer.target_handle) = (use_id.to_owned(), Some(port.to_owned()));
        }
        Side::Output => {
            (inner.target, inner.target_handle) = (border.to_owned(), value());
            (outer.source, outer.source_handle) = (use_id.to_owned(), Some(port.to_owned()));
        }
    }
    (inner, outer)
}

fn place_ports(borders: Vec<Border>, x: f64, top: f64, nodes: &mut Vec<Node>) {
    let mut y = top;
    for border in borders {
        let mut node = border.node;
        let port_type =
            if border.port_type == PortType::Unknown { "number" } else { border.port_type.name() };
        node.data.params.insert("name".to_owned(), json!(border.name));
        node.data.params.insert("type".to_owned(), json!(port_type));
        node.other.insert("position".to_owned(), json!({ "x": number(x.round()), "y": number(y.round()) }));
        y += PORT_STEP_PX;
        nodes.push(node);
    }
}

fn is_port(node: &Node) -> bool {
    matches!(node.kind.as_str(), "graph.input" | "graph.output")
}

fn is_use_of(node: &Node, graph: &str) -> bool {
    node.kind == "graph.use" && text_param(node, "graph") == graph
}

/// The last part of a kind's name.
fn last(kind: &str) -> String {
    kind.rsplit('.').next().unwrap_or_default().to_owned()
}

/// A name as an id: lower case, words joined by `_`.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("_").to_lowercase();
    if slug.is_empty() { "graph".to_owned() } else { slug.chars().take(40).collect() }
}

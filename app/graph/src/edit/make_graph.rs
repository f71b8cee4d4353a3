//! Making a sub-graph of nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};
use wickflow_strategy::document::{Edge, Graph, Node};

use super::EditError;
use super::names::is_port;
use super::params::check_name;
use crate::Editor;
use crate::editor::{EdgeView, PortRef, fresh};
use crate::geometry::{NODE_WIDTH_PX, Point, Rect, node_size};
use crate::index::{NodeSlot, WireEnd};
use crate::node::{self, new_node, number};
use crate::op::{Op, Pair, Parts};
use crate::order::{Gather, key_of, order_by};
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

struct Made {
    graph: Graph,
    use_node: Node,
    outer: Vec<Edge>,
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
            .gather();
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
        let mut nodes = self.lifted(inside);
        let mut edges: Vec<Edge> = self
            .edges()
            .filter(|wire| (has(wire.source) || has(wire.target)) && !self.crosses(wire, inside))
            .map(|wire| wire.edge.clone())
            .collect();
        let use_id = self.fresh_id(&slug(name));
        let mut outer = Vec::new();
        let mut crossing: Vec<EdgeView<'_>> =
            self.edges().filter(|wire| self.crosses(wire, inside)).collect();
        crossing = order_by(crossing, |wire| key_of(self.height(wire, inside)));
        let mut taken: BTreeSet<String> = nodes.iter().map(|node| node.id.clone()).gather();
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

//! A connected part of the input, with bends where edges pass through columns.

use super::{LayoutEdge, LayoutNode};
use crate::geometry::{at, float, put};
use crate::sort;

/// Bends beyond this number are not made: longer edges then have no say in the order of the columns they pass.
const MAX_BENDS: usize = 20_000;

/// Height that an edge takes in a column that it passes, world pixels.
pub(super) const BEND_HEIGHT: f64 = 10.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// The nodes of the part, then bends.
    pub(super) vertices: Vec<Vertex>,
    /// How many of the vertices are nodes.
    pub(super) nodes: usize,
    /// Edges between nodes, all of them from lower to higher rank once ranks are given.
    pub(super) edges: Vec<LayoutEdge>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Vertex {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) rank: usize,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) ins: Vec<Link>,
    pub(super) outs: Vec<Link>,
}

/// One end of an edge, as seen from a vertex.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Link {
    pub(super) other: usize,
    /// Where it meets this vertex and the other, from the top.
    pub(super) own_y: f64,
    pub(super) other_y: f64,
}

impl Graph {
    /// `index` gives each node's position in its part.
    pub(super) fn new(nodes: &[LayoutNode], part: &[usize], index: &[usize], edges: &[LayoutEdge]) -> Self {
        let vertices = part.iter().filter_map(|node| nodes.get(*node)).map(|node| Vertex {
            width: node.width.max(1.0),
            height: node.height.max(1.0),
            ..Vertex::default()
        });
        let edges = edges.iter().filter(|edge| edge.from != edge.to);
        let edges =
            edges.map(|edge| LayoutEdge { from: at(index, edge.from), to: at(index, edge.to), ..*edge });
        Self { vertices: vertices.collect(), nodes: part.len(), edges: edges.collect() }
    }

    /// Links the vertices, with a bend in each column that an edge passes, and returns the vertices of each column.
    pub(super) fn columns(&mut self) -> Vec<Vec<usize>> {
        let edges = std::mem::take(&mut self.edges);
        // The shortest first: they gain most from the bends that there may be.
        let spans: Vec<f64> = edges.iter().map(|edge| float(self.span(edge))).collect();
        for edge in sort::positions(&spans).into_iter().filter_map(|position| edges.get(position as usize)) {
            let span = self.span(edge);
            if self.vertices.len() - self.nodes + span > MAX_BENDS {
                break;
            }
            self.bend(edge);
        }
        self.edges = edges;
        let count = self.vertices.iter().map(|vertex| vertex.rank + 1).max().unwrap_or(0);
        let mut columns = vec![Vec::new(); count];
        for (index, vertex) in self.vertices.iter().enumerate() {
            if let Some(column) = columns.get_mut(vertex.rank) {
                column.push(index);
            }
        }
        columns
    }

    pub(super) fn vertex(&self, index: usize) -> Option<&Vertex> {
        self.vertices.get(index)
    }

    pub(super) fn is_bend(&self, index: usize) -> bool {
        index >= self.nodes
    }

    fn span(&self, edge: &LayoutEdge) -> usize {
        let rank = |vertex: usize| self.vertices.get(vertex).map_or(0, |vertex| vertex.rank);
        rank(edge.to).saturating_sub(rank(edge.from))
    }

    fn bend(&mut self, edge: &LayoutEdge) {
        let first = self.vertices.get(edge.from).map_or(0, |vertex| vertex.rank);
        let (mut before, mut before_y) = (edge.from, edge.from_y);
        for rank in first + 1..first + self.span(edge) {
            let bend = self.vertices.len();
            self.vertices.push(Vertex { height: BEND_HEIGHT, rank, ..Vertex::default() });
            self.link(before, before_y, bend, BEND_HEIGHT / 2.0);
            (before, before_y) = (bend, BEND_HEIGHT / 2.0);
        }
        self.link(before, before_y, edge.to, edge.to_y);
    }

    fn link(&mut self, from: usize, from_y: f64, to: usize, to_y: f64) {
        if let Some(vertex) = self.vertices.get_mut(from) {
            vertex.outs.push(Link { other: to, own_y: from_y, other_y: to_y });
        }
        if let Some(vertex) = self.vertices.get_mut(to) {
            vertex.ins.push(Link { other: from, own_y: to_y, other_y: from_y });
        }
    }
}

/// Connected parts, and the place of each node in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// Those with more nodes first, then by their first node. Nodes of a part are in input order.
    pub(super) parts: Vec<Vec<usize>>,
    /// Per node: the part, and the position in it.
    pub(super) part_of: Vec<usize>,
    pub(super) index: Vec<usize>,
}

/// Edges have to be between nodes that there are.
pub(super) fn parts(count: usize, edges: &[LayoutEdge]) -> Parts {
    let mut roots: Vec<usize> = (0..count).collect();
    for edge in edges {
        let (a, b) = (root(&mut roots, edge.from), root(&mut roots, edge.to));
        put(&mut roots, a.max(b), a.min(b));
    }
    let mut nodes_of: Vec<Vec<usize>> = vec![Vec::new(); count];
    for node in 0..count {
        if let Some(nodes) = nodes_of.get_mut(root(&mut roots, node)) {
            nodes.push(node);
        }
    }
    nodes_of.retain(|nodes| !nodes.is_empty());
    let sizes: Vec<f64> = nodes_of.iter().map(|nodes| -float(nodes.len())).collect();
    let order = sort::positions(&sizes);
    let mut parts = Parts { parts: Vec::new(), part_of: vec![0; count], index: vec![0; count] };
    for part in order {
        let nodes = nodes_of.get_mut(part as usize).map(std::mem::take).unwrap_or_default();
        for (index, node) in nodes.iter().enumerate() {
            put(&mut parts.part_of, *node, parts.parts.len());
            put(&mut parts.index, *node, index);
        }
        parts.parts.push(nodes);
    }
    parts
}

fn root(roots: &mut [usize], node: usize) -> usize {
    let mut node = node;
    while let Some(above) = roots.get(node).copied().filter(|above| *above != node) {
        let top = at(roots, above);
        put(roots, node, top);
        node = top;
    }
    node
}

//! A connected part of the input, with bends where edges pass through columns.

use std::collections::BTreeMap;

use super::{LayoutEdge, LayoutNode};

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
    pub(super) fn new(nodes: &[LayoutNode], part: &[usize], edges: &[LayoutEdge]) -> Self {
        let index: BTreeMap<usize, usize> =
            part.iter().enumerate().map(|(index, node)| (*node, index)).collect();
        let vertices = part.iter().filter_map(|node| nodes.get(*node)).map(|node| Vertex {
            width: node.width.max(1.0),
            height: node.height.max(1.0),
            ..Vertex::default()
        });
        let edges = edges.iter().filter_map(|edge| {
            let (from, to) = (*index.get(&edge.from)?, *index.get(&edge.to)?);
            (from != to).then_some(LayoutEdge { from, to, ..*edge })
        });
        Self { vertices: vertices.collect(), nodes: part.len(), edges: edges.collect() }
    }

    /// Links the vertices, with a bend in each column that an edge passes, and returns the vertices of each column.
    pub(super) fn columns(&mut self) -> Vec<Vec<usize>> {
        let mut edges = std::mem::take(&mut self.edges);
        // The shortest first: they gain most from the bends that there may be.
        edges.sort_by_key(|edge| self.span(edge));
        for edge in &edges {
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

/// Connected parts: those with more nodes first, then by their first node. Nodes of a part are in input order.
pub(super) fn parts(count: usize, edges: &[LayoutEdge]) -> Vec<Vec<usize>> {
    let mut roots: Vec<usize> = (0..count).collect();
    for edge in edges.iter().filter(|edge| edge.from < count && edge.to < count) {
        let (a, b) = (root(&mut roots, edge.from), root(&mut roots, edge.to));
        crate::geometry::put(&mut roots, a.max(b), a.min(b));
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..count {
        parts.entry(root(&mut roots, node)).or_default().push(node);
    }
    let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// The part of each node.
pub(super) fn part_of(count: usize, parts: &[Vec<usize>]) -> Vec<usize> {
    let mut part_of = vec![usize::MAX; count];
    for (part, nodes) in parts.iter().enumerate() {
        for node in nodes {
            crate::geometry::put(&mut part_of, *node, part);
        }
    }
    part_of
}

fn root(roots: &mut [usize], node: usize) -> usize {
    let mut node = node;
    while let Some(above) = roots.get(node).copied().filter(|above| *above != node) {
        let top = crate::geometry::at(roots, above);
        crate::geometry::put(roots, node, top);
        node = top;
    }
    node
}

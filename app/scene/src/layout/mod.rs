//! Layout in columns from left to right: cycles broken, ranks, order within columns, heights.
//!
//! The steps are those of Sugiyama, Tagawa and Toda (1981): [`rank`], [`order`], [`place`]. Everything in it is
//! decided by position in the input, so equal input gives equal output. Parts that no edge joins are laid out alone
//! and packed below each other; a frame is laid out alone and then takes part as one box.

mod graph;
mod order;
mod pack;
mod place;
mod rank;
mod scene;

use crate::geometry::{Point, Rect, at, put};
use graph::{Graph, Parts};

/// Distances, world pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayoutOptions {
    /// Between columns: room for wires to turn.
    pub column_gap: f64,
    /// Between boxes of a column.
    pub row_gap: f64,
    /// Positions are multiples of this; 0 for any.
    pub grid: f64,
    /// Top left corner of the result.
    pub origin: Point,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        Self { column_gap: 100.0, row_gap: 40.0, grid: 10.0, origin: Point::new(0.0, 0.0) }
    }
}

/// A box to be placed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayoutNode {
    pub width: f64,
    pub height: f64,
}

/// A wire between two boxes, given by their positions in the list. One that names a box that is not there counts for
/// nothing, as does one from a box to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayoutEdge {
    pub from: usize,
    pub to: usize,
    /// Where it leaves and where it arrives, from the top of the boxes.
    pub from_y: f64,
    pub to_y: f64,
}

/// The top left corners of the boxes, in the order of `nodes`.
///
/// No two boxes overlap, and where edges make no cycle every one of them goes from left to right.
#[must_use]
pub fn layout(nodes: &[LayoutNode], edges: &[LayoutEdge], options: &LayoutOptions) -> Vec<Point> {
    let mut positions = vec![Point::default(); nodes.len()];
    let exists = |edge: &&LayoutEdge| edge.from < nodes.len() && edge.to < nodes.len();
    let edges: Vec<LayoutEdge> = edges.iter().filter(exists).copied().collect();
    let Parts { parts, part_of, index } = graph::parts(nodes.len(), &edges);
    let mut edges_of = vec![Vec::new(); parts.len()];
    for edge in edges {
        if let Some(edges) = edges_of.get_mut(at(&part_of, edge.from)) {
            edges.push(edge);
        }
    }
    let boxes = parts.iter().zip(&edges_of).map(|(part, edges)| {
        let graph = Graph::new(nodes, part, &index, edges);
        lay_out_part(graph, part, options, &mut positions)
    });
    let boxes: Vec<(f64, f64)> = boxes.collect();
    let corners = pack::pack(&boxes, options);
    for (part, corner) in parts.iter().zip(corners) {
        for node in part {
            if let Some(position) = positions.get_mut(*node) {
                *position = *position + corner + options.origin;
            }
        }
    }
    positions
}

/// Places the nodes of a connected part from its own origin, and returns its size.
fn lay_out_part(
    mut graph: Graph,
    part: &[usize],
    options: &LayoutOptions,
    positions: &mut [Point],
) -> (f64, f64) {
    rank::rank(&mut graph);
    let mut columns = graph.columns();
    order::order(&graph, &mut columns);
    place::place(&mut graph, &columns, options);
    let mut size = Rect::default();
    for (node, vertex) in part.iter().zip(&graph.vertices) {
        let rect = Rect::new(vertex.x, vertex.y, vertex.width, vertex.height);
        size = size.union(&rect);
        put(positions, *node, rect.origin());
    }
    (size.width, size.height)
}

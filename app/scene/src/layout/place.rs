//! Coordinates: columns side by side, and in each column heights that make wires straight.

use super::LayoutOptions;
use super::graph::{Graph, Link};

/// Passes over all columns, to the right and to the left in turn.
const PASSES: usize = 8;

/// How much more than a wire at a node a wire between two bends wants to be straight.
const STRAIGHT: f64 = 6.0;

/// Sets `x` and `y` of every vertex, from 0 on.
pub(super) fn place(graph: &mut Graph, columns: &[Vec<usize>], options: &LayoutOptions) {
    let mut x = 0.0;
    for column in columns {
        let mut y = 0.0;
        let mut widest: f64 = 0.0;
        for index in column {
            let gap = gap(graph, *index, options);
            let Some(vertex) = graph.vertices.get_mut(*index) else { continue };
            (vertex.x, vertex.y) = (x, y);
            y += vertex.height + gap;
            widest = widest.max(vertex.width);
        }
        x = up_to_grid(x + widest + options.column_gap, options.grid);
    }
    let mut blocks = Vec::new();
    for pass in 0..PASSES {
        let right = pass % 2 == 0;
        for step in 0..columns.len() {
            let column = if right { step } else { columns.len() - 1 - step };
            // The last passes weigh both sides.
            let sides = (right || pass + 2 >= PASSES, !right || pass + 2 >= PASSES);
            if let Some(column) = columns.get(column) {
                settle(graph, column, sides, options, &mut blocks);
            }
        }
    }
    to_grid(graph, columns, options);
}

/// Vertices that touch each other and so move together: the least squares of a column with fixed order.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Sums over the vertices, of weights and of weighted wanted heights of the first of them.
    weight: f64,
    wanted: f64,
    /// From the top of the first vertex to where the next may begin.
    height: f64,
    count: usize,
}

impl Block {
    fn y(&self) -> f64 {
        self.wanted / self.weight
    }
}

/// Puts each vertex of a column as near to where its wires are straight as the others allow.
fn settle(
    graph: &mut Graph,
    column: &[usize],
    sides: (bool, bool),
    options: &LayoutOptions,
    blocks: &mut Vec<Block>,
) {
    blocks.clear();
    for index in column {
        let Some(vertex) = graph.vertex(*index) else { continue };
        let (mut weight, mut wanted) = (0.01, 0.01 * vertex.y);
        for (used, links) in [(sides.0, &vertex.ins), (sides.1, &vertex.outs)] {
            for link in links.iter().filter(|_| used) {
                let pull = pull(graph, *index, link);
                let other = graph.vertex(link.other).map_or(0.0, |other| other.y);
                weight += pull;
                wanted += pull * (other + link.other_y - link.own_y);
            }
        }
        let height = vertex.height + gap(graph, *index, options);
        let mut block = Block { weight, wanted, height, count: 1 };
        while let Some(above) = blocks.pop() {
            if above.y() + above.height <= block.y() {
                blocks.push(above);
                break;
            }
            block = Block {
                weight: above.weight + block.weight,
                wanted: above.wanted + block.wanted - block.weight * above.height,
                height: above.height + block.height,
                count: above.count + block.count,
            };
        }
        blocks.push(block);
    }
    let mut vertices = column.iter();
    for block in blocks.iter() {
        let mut y = block.y();
        for index in vertices.by_ref().take(block.count) {
            let gap = gap(graph, *index, options);
            let Some(vertex) = graph.vertices.get_mut(*index) else { continue };
            vertex.y = y;
            y += vertex.height + gap;
        }
    }
}

fn pull(graph: &Graph, index: usize, link: &Link) -> f64 {
    if graph.is_bend(index) && graph.is_bend(link.other) { STRAIGHT } else { 1.0 }
}

/// Room below a vertex.
fn gap(graph: &Graph, index: usize, options: &LayoutOptions) -> f64 {
    if graph.is_bend(index) { options.row_gap / 4.0 } else { options.row_gap }
}

/// Heights of nodes become multiples of the grid, from 0 on, in the order that they have. Bends are done with.
fn to_grid(graph: &mut Graph, columns: &[Vec<usize>], options: &LayoutOptions) {
    let nodes = graph.nodes;
    let top = graph.vertices.iter().take(nodes).map(|vertex| vertex.y).fold(f64::INFINITY, f64::min);
    let mut least: f64 = 0.0;
    for column in columns {
        let mut free = f64::NEG_INFINITY;
        for index in column.iter().filter(|index| **index < nodes) {
            let Some(vertex) = graph.vertices.get_mut(*index) else { continue };
            let y = vertex.y - top;
            let near = if options.grid > 0.0 { (y / options.grid).round() * options.grid } else { y };
            vertex.y = if near >= free { near } else { up_to_grid(free, options.grid) };
            free = vertex.y + vertex.height + options.row_gap.min(options.grid.max(1.0));
            least = least.min(vertex.y);
        }
    }
    for vertex in graph.vertices.iter_mut().take(nodes) {
        vertex.y -= least;
    }
}

pub(super) fn up_to_grid(value: f64, grid: f64) -> f64 {
    if grid > 0.0 { (value / grid).ceil() * grid } else { value }
}

//! Order within columns: nodes go to the middle of what they are joined with, as long as that uncrosses wires.

use super::graph::{Graph, Link};
use crate::geometry::{at, put};

/// Sweeps over all columns, to the right and to the left in turn.
const SWEEPS: usize = 12;

/// Sweeps that may bring nothing before the rest is left out.
const PATIENCE: usize = 4;

pub(super) fn order(graph: &Graph, columns: &mut Vec<Vec<usize>>) {
    let mut places = vec![0.0; graph.vertices.len()];
    depth_first(graph, columns, &mut places);
    let mut best = (crossings(graph, columns, &places), columns.clone());
    let mut idle = 0;
    for sweep in 0..SWEEPS {
        if best.0 == 0 || idle == PATIENCE {
            break;
        }
        let right = sweep % 2 == 0;
        for step in 0..columns.len() {
            let column = if right { step } else { columns.len() - 1 - step };
            if let Some(column) = columns.get_mut(column) {
                sort(graph, column, &mut places, right);
            }
        }
        let now = crossings(graph, columns, &places);
        idle += 1;
        if now < best.0 {
            best = (now, columns.clone());
            idle = 0;
        }
    }
    *columns = best.1;
}

/// The order in which walks from the left meet the vertices: a good start, in which trees have no crossings.
fn depth_first(graph: &Graph, columns: &mut [Vec<usize>], places: &mut [f64]) {
    let mut seen = vec![false; graph.vertices.len()];
    let mut count = 0.0;
    let starts: Vec<usize> = columns.iter().flatten().copied().collect();
    let mut open = Vec::new();
    for start in starts {
        open.push(start);
        while let Some(vertex) = open.pop() {
            if std::mem::replace(seen.get_mut(vertex).unwrap_or(&mut true), true) {
                continue;
            }
            put(places, vertex, count);
            count += 1.0;
            if let Some(vertex) = graph.vertex(vertex) {
                open.extend(vertex.outs.iter().rev().map(|link| link.other));
            }
        }
    }
    for column in columns {
        let numbers: Vec<f64> = column.iter().map(|vertex| at(places, *vertex)).collect();
        sort_by(column, &numbers);
        number(column, places);
    }
}

fn number(column: &[usize], places: &mut [f64]) {
    let mut place = 0.0;
    for vertex in column {
        put(places, *vertex, place);
        place += 1.0;
    }
}

/// Sorts a column by the mean place of its neighbors on one side; a vertex without any stays where it is.
fn sort(graph: &Graph, column: &mut [usize], places: &mut [f64], by_ins: bool) {
    let wanted = column.iter().map(|index| {
        let vertex = graph.vertex(*index);
        let links = vertex.map_or(&[][..], |vertex| if by_ins { &vertex.ins } else { &vertex.outs });
        mean(graph, links, places).unwrap_or_else(|| at(places, *index))
    });
    let wanted: Vec<f64> = wanted.collect();
    sort_by(column, &wanted);
    number(column, places);
}

/// Equals keep their order.
fn sort_by(column: &mut [usize], numbers: &[f64]) {
    let sorted = crate::sort::positions(numbers);
    let sorted: Vec<usize> = sorted.iter().map(|position| at(column, *position as usize)).collect();
    column.copy_from_slice(&sorted);
}

fn mean(graph: &Graph, links: &[Link], places: &[f64]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for link in links {
        sum += port_place(graph, link, places);
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// The place of the other end, and within it that of the port.
fn port_place(graph: &Graph, link: &Link, places: &[f64]) -> f64 {
    let height = graph.vertex(link.other).map_or(1.0, |vertex| vertex.height);
    at(places, link.other) + (link.other_y / height).clamp(0.0, 0.999)
}

/// Wires that cross between neighboring columns.
fn crossings(graph: &Graph, columns: &[Vec<usize>], places: &[f64]) -> usize {
    let mut ends: Vec<f64> = Vec::new();
    let mut count = 0;
    for column in columns {
        ends.clear();
        for vertex in column.iter().filter_map(|index| graph.vertex(*index)) {
            let mut outs: Vec<(f64, f64)> =
                vertex.outs.iter().map(|link| (link.own_y, port_place(graph, link, places))).collect();
            crate::sort::pairs(&mut outs);
            ends.extend(outs.into_iter().map(|(_, place)| place));
        }
        count += inversions(&mut ends);
    }
    count
}

/// Pairs in the wrong order, by merging halves; sorts on the way.
fn inversions(values: &mut [f64]) -> usize {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().copied().peekable(), right.iter().copied().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if *b < *a => {
                count += left.len();
                merged.extend(right.next());
            }
            (Some(_), _) => merged.extend(left.next()),
            (None, Some(_)) => merged.extend(right.next()),
            (None, None) => break,
        }
    }
    values.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_pairs_in_the_wrong_order() {
        assert_eq!(inversions(&mut [1.0, 2.0, 2.0, 3.0]), 0);
        assert_eq!(inversions(&mut [3.0, 2.0, 1.0]), 3);
        assert_eq!(inversions(&mut [2.0, 4.0, 1.0, 3.0]), 3);
    }
}

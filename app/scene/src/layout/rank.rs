//! Columns: cycles are broken, then every edge goes at least one column to the right.

use super::graph::Graph;
use crate::geometry::{at, put};

/// Turns edges round where they close a cycle, and gives each node the column that its edges ask for.
pub(super) fn rank(graph: &mut Graph) {
    break_cycles(graph);
    let order = sorted(graph);
    let (ins, outs) = neighbors(graph);
    let mut ranks: Vec<usize> = vec![0; graph.nodes];
    // Longest path: as far left as possible.
    for node in &order {
        let before = list(&ins, *node).iter().map(|other| at(&ranks, *other) + 1).max();
        put(&mut ranks, *node, before.unwrap_or(0));
    }
    // Then to the right what thereby makes more edges shorter than longer.
    for node in order.iter().rev() {
        let (ins, outs) = (list(&ins, *node), list(&outs, *node));
        let after = outs.iter().map(|other| at(&ranks, *other)).min();
        if let Some(after) = after
            && outs.len() > ins.len()
        {
            put(&mut ranks, *node, after.saturating_sub(1));
        }
    }
    let first = ranks.iter().copied().min().unwrap_or(0);
    for (vertex, rank) in graph.vertices.iter_mut().zip(ranks) {
        vertex.rank = rank - first;
    }
}

type Lists = Vec<Vec<usize>>;

fn list(lists: &Lists, node: usize) -> &[usize] {
    lists.get(node).map_or(&[], Vec::as_slice)
}

fn neighbors(graph: &Graph) -> (Lists, Lists) {
    let (mut ins, mut outs) = (vec![Vec::new(); graph.nodes], vec![Vec::new(); graph.nodes]);
    for edge in &graph.edges {
        if let (Some(outs), Some(ins)) = (outs.get_mut(edge.from), ins.get_mut(edge.to)) {
            outs.push(edge.to);
            ins.push(edge.from);
        }
    }
    (ins, outs)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Visit {
    #[default]
    New,
    /// On the way that is being followed.
    Open,
    Done,
}

/// Edges that lead back to the way on which they were reached are turned round.
fn break_cycles(graph: &mut Graph) {
    let mut edges_of = vec![Vec::new(); graph.nodes];
    let mut has_input = vec![false; graph.nodes];
    for (index, edge) in graph.edges.iter().enumerate() {
        if let Some(edges) = edges_of.get_mut(edge.from) {
            edges.push(index);
        }
        put(&mut has_input, edge.to, true);
    }
    let mut visits = vec![Visit::New; graph.nodes];
    // From where nothing comes in first, so that a cycle is broken where it leads back to its entry.
    let starts = (0..graph.nodes).filter(|node| !at(&has_input, *node)).chain(0..graph.nodes);
    for start in starts.collect::<Vec<_>>() {
        if at(&visits, start) == Visit::New {
            follow(graph, &edges_of, &mut visits, start);
        }
    }
}

fn follow(graph: &mut Graph, edges_of: &Lists, visits: &mut [Visit], start: usize) {
    let mut way = vec![(start, 0)];
    put(visits, start, Visit::Open);
    while let Some((node, next)) = way.last_mut() {
        let Some(edge) = list(edges_of, *node).get(*next).copied() else {
            put(visits, *node, Visit::Done);
            way.pop();
            continue;
        };
        *next += 1;
        let Some(edge) = graph.edges.get_mut(edge) else { continue };
        match at(visits, edge.to) {
            Visit::Done => {}
            Visit::Open => {
                (edge.from, edge.to) = (edge.to, edge.from);
                (edge.from_y, edge.to_y) = (edge.to_y, edge.from_y);
            }
            Visit::New => {
                put(visits, edge.to, Visit::Open);
                way.push((edge.to, 0));
            }
        }
    }
}

/// The nodes with those before that their edges come from; there are no cycles any more.
fn sorted(graph: &Graph) -> Vec<usize> {
    let (ins, outs) = neighbors(graph);
    let mut waiting: Vec<usize> = ins.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..graph.nodes).filter(|node| at(&waiting, *node) == 0).collect();
    let mut next = 0;
    while let Some(node) = order.get(next).copied() {
        next += 1;
        for other in list(&outs, node) {
            let left = at(&waiting, *other) - 1;
            put(&mut waiting, *other, left);
            if left == 0 {
                order.push(*other);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::super::{LayoutEdge, LayoutNode};
    use super::*;

    fn ranks(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
        let part: Vec<usize> = (0..count).collect();
        let edges: Vec<LayoutEdge> = edges
            .iter()
            .map(|(from, to)| LayoutEdge { from: *from, to: *to, ..LayoutEdge::default() })
            .collect();
        let mut graph = Graph::new(&vec![LayoutNode::default(); count], &part, &part, &edges);
        rank(&mut graph);
        graph.vertices.iter().map(|vertex| vertex.rank).collect()
    }

    #[test]
    fn a_node_is_right_of_everything_it_reads() {
        assert_eq!(ranks(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]), [0, 1, 2, 3]);
    }

    #[test]
    fn a_source_stands_beside_what_reads_it() {
        // 3 is a constant that only the last node reads.
        assert_eq!(ranks(4, &[(0, 1), (1, 2), (3, 2)]), [0, 1, 2, 1]);
    }

    #[test]
    fn a_cycle_is_broken_where_it_leads_back() {
        assert_eq!(ranks(4, &[(0, 1), (1, 2), (2, 1), (2, 3)]), [0, 1, 2, 3]);
        assert_eq!(ranks(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
    }
}

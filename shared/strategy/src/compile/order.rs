//! An order in which every node comes after what it reads, or the circles that forbid one.

use super::connect::Wires;
use super::diagnostic::Diagnostic;
use super::expand::Flat;

/// The nodes in order. Nodes on a circle, and those that read them, are left out and reported.
pub(super) fn order(flat: &Flat, wires: &Wires, problems: &mut Vec<Diagnostic>) -> Vec<usize> {
    let count = flat.nodes.len();
    let mut readers = vec![Vec::new(); count];
    let mut waits = vec![0_usize; count];
    for (node, inputs) in wires.iter().enumerate() {
        for (source, _) in inputs.iter().flatten() {
            if let (Some(readers), Some(waits)) = (readers.get_mut(*source), waits.get_mut(node)) {
                readers.push(node);
                *waits += 1;
            }
        }
    }
    // Always the lowest node that is ready: the order does not depend on how the wires are listed.
    let mut ready: std::collections::BTreeSet<usize> =
        waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(node, _)| node).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for reader in readers.get(node).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*reader) {
                *waits -= 1;
                if *waits == 0 {
                    ready.insert(*reader);
                }
            }
        }
    }
    if order.len() < count {
        for circle in circles(wires, &waits) {
            let names: Vec<&str> =
                circle.iter().filter_map(|node| flat.nodes.get(*node)).map(|node| node.id.as_str()).collect();
            let first = names.first().copied().unwrap_or_default();
            problems.push(
                Diagnostic::error(
                    "cycle",
                    format!("these nodes feed themselves: {} → {first}", names.join(" → ")),
                )
                .at(first)
                .found(
                    "a circle of wires",
                    "a graph without circles; `logic.latch` and `logic.counter` remember",
                ),
            );
        }
    }
    order
}

/// The circles among the nodes that still wait, each found once, from its lowest node in the wires' direction.
fn circles(wires: &Wires, waits: &[usize]) -> Vec<Vec<usize>> {
    let is_stuck = |node: usize| waits.get(node).is_some_and(|waits| *waits > 0);
    let mut done = vec![false; waits.len()];
    let mut circles = Vec::new();
    for start in (0..waits.len()).filter(|node| is_stuck(*node)) {
        // Every stuck node reads a stuck node, so walking up must meet itself, or something done before.
        let mut walk: Vec<usize> = Vec::new();
        let mut on_walk = std::collections::BTreeMap::new();
        let mut node = start;
        loop {
            if done.get(node).copied().unwrap_or(true) {
                break;
            }
            if let Some(position) = on_walk.get(&node) {
                let mut circle: Vec<usize> = walk.iter().skip(*position).copied().rev().collect();
                let lowest =
                    circle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(index, _)| index);
                circle.rotate_left(lowest);
                circles.push(circle);
                break;
            }
            on_walk.insert(node, walk.len());
            walk.push(node);
            let Some(next) = wires.get(node).and_then(|inputs| {
                inputs.iter().flatten().map(|(source, _)| *source).find(|source| is_stuck(*source))
            }) else {
                break;
            };
            node = next;
        }
        for node in walk {
            if let Some(done) = done.get_mut(node) {
                *done = true;
            }
        }
    }
    circles
}

//! Sorting, in few versions: each type and each order that is sorted by costs kilobytes of WebAssembly.

use std::cmp::Ordering;

/// Sorts by an order in which no two items are equal.
pub(crate) fn by(items: &mut [u32], order: &mut dyn FnMut(u32, u32) -> Ordering) {
    items.sort_unstable_by(|a, b| order(*a, *b));
}

/// Sorts by a number, equals by themselves.
pub(crate) fn by_number(items: &mut [u32], number: &dyn Fn(u32) -> f64) {
    by(items, &mut |a, b| number(a).total_cmp(&number(b)).then(a.cmp(&b)));
}

/// The positions in the order of their numbers, equals as they are.
pub(crate) fn positions(numbers: &[f64]) -> Vec<u32> {
    let mut positions: Vec<u32> = (0..).take(numbers.len()).collect();
    by_number(&mut positions, &|position| crate::geometry::at(numbers, position as usize));
    positions
}

/// Sorts by the first number, then by the second.
pub(crate) fn pairs(pairs: &mut [(f64, f64)]) {
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        assert_eq!(positions(&[2.0, 1.0, 2.0, -1.0, 1.0]), [3, 1, 4, 0, 2]);
    }

    #[test]
    fn pairs_sort_by_both() {
        let mut items = [(2.0, 1.0), (1.0, 5.0), (2.0, 0.0)];
        pairs(&mut items);
        assert_eq!(items, [(1.0, 5.0), (2.0, 0.0), (2.0, 1.0)]);
    }
}

//! Collecting and ordering with little code: `collect` into an ordered set or map, and `sort`, bring five kilobytes
//! into the page for every type that they are used with.

/// Collecting one by one.
pub(crate) trait Gather: Iterator + Sized {
    /// All items.
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}

/// Items by their keys, the least first; those of one key stay as they are.
pub(crate) fn order_by<T>(items: Vec<T>, key: impl Fn(&T) -> u64) -> Vec<T> {
    let mut places: Vec<(u64, usize)> =
        items.iter().enumerate().map(|(index, item)| (key(item), index)).collect();
    places.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    places.into_iter().filter_map(|(_, index)| items.get_mut(index)?.take()).collect()
}

/// A key that orders as the number does: IEEE 754's total order.
pub(crate) fn key_of(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_numbers_do() {
        let numbers = [f64::NEG_INFINITY, -1e300, -2.0, -1.0, -1e-300, 0.0, 1e-300, 1.0, 2.5, f64::INFINITY];
        for pair in numbers.windows(2) {
            assert!(key_of(pair[0]) < key_of(pair[1]), "{pair:?}");
        }
        let items = vec![(2.0, 'a'), (-1.0, 'b'), (2.0, 'c'), (0.5, 'd')];
        let ordered: String =
            order_by(items, |(key, _)| key_of(*key)).into_iter().map(|(_, name)| name).collect();
        assert_eq!(ordered, "bdac");
    }
}

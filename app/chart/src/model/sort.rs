//! One sort for everything that the model keeps in order.

/// Sorts by a whole number, such as a time; items with the same number stay as they stood.
///
/// The standard library's sort takes 5 kB of WASM for every type that it sorts. Here it sorts pairs of number and
/// place, whatever the items are. What is sorted already, as candles from a server, costs one pass.
pub(crate) fn sort_by_number<T: Clone>(items: &mut Vec<T>, number: impl Fn(&T) -> i64) {
    if items.is_sorted_by_key(&number) {
        return;
    }
    let mut order: Vec<(i64, usize)> =
        items.iter().enumerate().map(|(at, item)| (number(item), at)).collect();
    // No two pairs are equal, so an unstable sort keeps the order of equal numbers too.
    order.sort_unstable();
    *items = order.into_iter().filter_map(|(_, at)| items.get(at).cloned()).collect();
}

/// A whole number that orders as `value` does in [`f64::total_cmp`].
pub(crate) fn total_order(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    // Of negative numbers the bits of the magnitude count backwards.
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(mut items in prop::collection::vec((-4_i64..4, 0..1000), 0..60)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_number(&mut items, |item| item.0);
            prop_assert_eq!(items, expected);
        }

        #[test]
        fn floats_order_as_their_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(total_order(a).cmp(&total_order(b)), a.total_cmp(&b));
        }
    }

    #[test]
    fn zeros_and_infinities_have_their_places() {
        let floats = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, f64::MIN_POSITIVE, 2.0, f64::INFINITY, f64::NAN];
        assert!(floats.is_sorted_by_key(|value| total_order(*value)));
    }
}

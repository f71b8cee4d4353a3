//! Values of one time line on another.

/// For each of the times `onto` the last of `values` whose time is not later; a gap before the first one. Both lists of
/// times ascend. For curves of other bars than the chart has: another timeframe, a run that began later.
#[must_use]
pub fn align(times: &[i64], values: &[f64], onto: &[i64]) -> Vec<f64> {
    let mut rows = times.iter().zip(values).peekable();
    let mut last = f64::NAN;
    let step = |wanted: &i64| {
        while let Some((_, value)) = rows.next_if(|(time, _)| *time <= wanted) {
            last = *value;
        }
        last
    };
    onto.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_holds() {
        let got = align(&[10, 20, 30], &[1.0, 2.0, 3.0], &[5, 10, 15, 20, 29, 30, 99]);
        assert!(got[0].is_nan());
        assert_eq!(got[1..], [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
        assert_eq!(align(&[1, 2], &[7.0], &[3]), [7.0], "rows beyond the shorter list do not count");
        assert!(align(&[], &[], &[3])[0].is_nan());
    }
}

//! Fewer points of a column that look the same: of every stretch of rows the lowest and the highest stay.

use std::ops::Range;

/// The rows that stay, ascending, at most `points` but no fewer than 4; the first and the last are among them. Missing
/// values (NaN) stay only where all of a stretch is missing.
pub(crate) fn rows(range: Range<usize>, points: usize, value: impl Fn(usize) -> f64) -> Vec<usize> {
    let count = range.len();
    if count <= points {
        return range.collect();
    }
    // The ends, and two of each stretch.
    let stretches = (points.saturating_sub(2) / 2).max(1);
    let mut kept = Vec::with_capacity(stretches * 2 + 2);
    kept.push(range.start);
    for stretch in 0..stretches {
        // The products stay below 2^53 for any series that fits into memory.
        let from = range.start + count * stretch / stretches;
        let to = range.start + count * (stretch + 1) / stretches;
        let (low, high) = extremes(from..to, &value);
        let (first, second) = if low <= high { (low, high) } else { (high, low) };
        kept.extend([first, second]);
    }
    kept.push(range.end - 1);
    kept.dedup();
    kept
}

/// The rows of the lowest and the highest value; the first row where all are missing.
fn extremes(range: Range<usize>, value: &impl Fn(usize) -> f64) -> (usize, usize) {
    let (mut low, mut high) = ((range.start, f64::NAN), (range.start, f64::NAN));
    for row in range {
        let value = value(row);
        if value < low.1 || low.1.is_nan() && !value.is_nan() {
            low = (row, value);
        }
        if value > high.1 || high.1.is_nan() && !value.is_nan() {
            high = (row, value);
        }
    }
    (low.0, high.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extremes_of_every_stretch_stay() {
        let mut values: Vec<f64> = (0..1_000).map(|row| f64::from(row % 7)).collect();
        values[313] = 99.0;
        values[314] = -99.0;
        let kept = rows(0..1_000, 20, |row| values[row]);
        assert!(kept.len() <= 20 && kept.is_sorted_by(|a, b| a < b), "{kept:?}");
        assert!(kept.contains(&313) && kept.contains(&314));
    }

    #[test]
    fn few_rows_all_stay() {
        assert_eq!(rows(3..7, 4, |_| 0.0), [3, 4, 5, 6]);
        assert_eq!(rows(5..5, 4, |_| 0.0), [0; 0]);
    }

    #[test]
    fn missing_values_give_way() {
        let values = [f64::NAN, 1.0, f64::NAN, f64::NAN, f64::NAN, f64::NAN];
        assert_eq!(rows(0..6, 5, |row| values[row]), [0, 1, 5]);
    }
}

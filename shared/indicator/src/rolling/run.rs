/// How many equal values came in a row.
///
/// Running sums carry rounding noise; a window of equal values has an exact answer, and this says when it is due.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    last: f64,
    length: u32,
}

impl Run {
    pub(crate) const fn new() -> Self {
        Self { last: f64::NAN, length: 0 }
    }

    /// The length of the run that ends with `value`.
    #[inline]
    #[expect(clippy::float_cmp, reason = "a run is of equal values, not of near ones")]
    pub(crate) fn push(&mut self, value: f64) -> usize {
        // Arithmetic instead of a branch: whether two closes are equal is a coin toss for the predictor.
        let same = 0_u32.wrapping_sub(u32::from(value == self.last));
        self.length = (self.length & same).saturating_add(1);
        self.last = value;
        self.length as usize
    }
}

/// Writes `value(x)` into the rows whose last `period` values all equal `x`, as [`Run`] finds them row by row.
///
/// Looks at every window's newest value and back from there only as far as they are equal: where prices move,
/// that is one comparison or two for `period` rows.
#[expect(clippy::float_cmp, reason = "a run is of equal values, not of near ones")]
pub(crate) fn over_flat_windows(
    period: usize,
    input: &[f64],
    output: &mut [f64],
    value: impl Fn(f64) -> f64,
) {
    let mut start = 0;
    while let Some(&[.., newest]) = input.get(start..start + period) {
        let equals = |x: &&f64| **x == newest;
        let window = input.get(start..start + period).unwrap_or_default();
        let back = window.iter().rev().take_while(equals).count();
        if back < period {
            // No window is flat before the one that begins where this run began.
            start += period - back;
            continue;
        }
        let end = start + period;
        let more = input.get(end..).unwrap_or_default().iter().take_while(equals).count();
        let rows = end - 1..end + more;
        if let (Some(cells), Some(inputs)) = (output.get_mut(rows.clone()), input.get(rows)) {
            // Each row's own value: 0 and −0 are equal, but not the same bits.
            for (cell, input) in cells.iter_mut().zip(inputs) {
                *cell = value(*input);
            }
        }
        start = end + more;
    }
}

use crate::Kernel;

/// How far the price got within one row, the jump from the previous close included, in the unit of the price.
///
/// The largest of high - low, |previous close - high| and |previous close - low|; first value with row 2, as TA-Lib
/// has it (Wilder takes high - low for row 1).
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section III.
/// Checked against `tests/golden/true_range.csv`.
#[derive(Debug, Clone)]
pub struct TrueRange {
    /// NaN before the first row.
    previous_close: f64,
}

impl TrueRange {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { previous_close: f64::NAN }
    }
}

impl Default for TrueRange {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel<3, 1> for TrueRange {
    fn warm_up(&self) -> usize {
        1
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let previous = core::mem::replace(&mut self.previous_close, close);
        [if previous.is_nan() { f64::NAN } else { true_range(high, low, previous) }]
    }

    fn columns(self, [high, low, close]: [&[f64]; 3], [output]: [&mut [f64]; 1]) {
        if let Some(first) = output.first_mut() {
            *first = f64::NAN;
        }
        if let ([_, high @ ..], [_, low @ ..], [_, output @ ..]) = (high, low, output) {
            true_ranges(high, low, close, output);
        }
    }
}

/// The true ranges of rows after those that closed at `previous`.
#[inline]
pub(crate) fn true_ranges(high: &[f64], low: &[f64], previous: &[f64], output: &mut [f64]) {
    for (((&high, &low), &previous), cell) in high.iter().zip(low).zip(previous).zip(output) {
        *cell = true_range(high, low, previous);
    }
}

/// The true range of a row after one that closed at `previous`.
#[inline]
pub(crate) fn true_range(high: f64, low: f64, previous: f64) -> f64 {
    let (range, up, down) = (high - low, (previous - high).abs(), (previous - low).abs());
    let jump = if up > down { up } else { down };
    if range > jump { range } else { jump }
}

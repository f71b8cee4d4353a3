use crate::Kernel;
use crate::rolling::bounded;

/// A sum of gains or losses that no price shows: see [`settled`].
const VANISHED: f64 = 1e-290;

/// Gains and losses under Wilder's smoothing, both `2 * period` times their averages: only their ratio is asked for.
///
/// A change plus its size is twice the gain, its size minus it twice the loss: no branch has to guess the sign.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
    up: f64,
    down: f64,
}

impl Flow {
    #[inline]
    fn next(&mut self, change: f64, decay: f64) {
        let size = change.abs();
        self.up = settled(self.up * decay + (size + change));
        self.down = settled(self.down * decay + (size - change));
    }

    /// Share of the gains, 0 to 1; `None` where nothing moved.
    #[inline]
    fn share(self) -> Option<f64> {
        let total = self.up + self.down;
        (total > 0.0).then(|| self.up / total)
    }
}

/// The sum, or 0 where nothing is left of it.
///
/// Shrinking on and on what is nothing would only slow the processor down, and its last bits mean nothing.
#[inline]
fn settled(sum: f64) -> f64 {
    if sum < VANISHED {
        // A branch that the processor foresees, not a selection for which the next row has to wait.
        core::hint::cold_path();
        return 0.0;
    }
    sum
}

/// The first `period` changes seed the flow.
#[derive(Clone, Debug)]
struct Changes {
    period: usize,
    seen: usize,
    last: f64,
    decay: f64,
    flow: Flow,
}

impl Changes {
    fn new(period: usize) -> Self {
        let period = bounded(period);
        let decay = (period - 1) as f64 / period as f64;
        Self { period, seen: 0, last: f64::NAN, decay, flow: Flow::default() }
    }

    /// The flow with `value`; `None` during warm-up.
    #[inline]
    fn push(&mut self, value: f64) -> Option<Flow> {
        let change = value - self.last;
        self.last = value;
        if self.seen > self.period {
            self.flow.next(change, self.decay);
            return Some(self.flow);
        }
        self.seed(change)
    }

    fn seed(&mut self, change: f64) -> Option<Flow> {
        self.seen += 1;
        // The first row has no change.
        if !change.is_nan() {
            self.flow.up += change.abs() + change;
            self.flow.down += change.abs() - change;
        }
        (self.seen > self.period).then_some(self.flow)
    }

    #[inline]
    fn over_column(mut self, input: &[f64], output: &mut [f64], value: impl Fn(Flow) -> f64) {
        let warm = (self.period + 1).min(input.len()).min(output.len());
        let (first, rest) = input.split_at(warm);
        let (first_cells, cells) = output.split_at_mut(warm);
        for (&x, cell) in first.iter().zip(first_cells) {
            *cell = self.push(x).map_or(f64::NAN, &value);
        }
        let (mut flow, mut last, decay) = (self.flow, self.last, self.decay);
        for (&x, cell) in rest.iter().zip(cells) {
            flow.next(x - last, decay);
            last = x;
            *cell = value(flow);
        }
    }
}

/// Relative Strength Index in [0, 100], with Wilder's smoothing (weight `1 / period`).
///
/// Seeded with the plain mean of the first `period` changes, so the first value comes with row `period + 1`.
/// When the average loss is zero: 100 if there were gains, otherwise 50 (our choice; TA-Lib gives 0).
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section VI.
/// Checked against `tests/golden/rsi_14.csv`.
#[derive(Clone, Debug)]
pub struct Rsi {
    changes: Changes,
}

impl Rsi {
    /// Over averages of `period` changes.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { changes: Changes::new(period) }
    }

    #[inline]
    fn value(flow: Flow) -> f64 {
        flow.share().map_or(50.0, |share| 100.0 * share)
    }

    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> f64 {
        self.changes.push(value).map_or(f64::NAN, Self::value)
    }
}

impl Kernel<1, 1> for Rsi {
    fn warm_up(&self) -> usize {
        self.changes.period
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.push(value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.changes.over_column(input, output, Self::value);
    }
}

/// Chande Momentum Oscillator in [-100, 100]: gains minus losses, by their sum, with Wilder's smoothing as TA-Lib.
///
/// 0 where nothing moved. Source: T. Chande and S. Kroll, The New Technical Trader (1994), who sum over a window.
/// Checked against `tests/golden/cmo_14.csv`.
#[derive(Clone, Debug)]
pub struct Cmo {
    changes: Changes,
}

impl Cmo {
    /// Over averages of `period` changes.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { changes: Changes::new(period) }
    }

    #[inline]
    fn value(flow: Flow) -> f64 {
        let total = flow.up + flow.down;
        if total > 0.0 { 100.0 * ((flow.up - flow.down) / total) } else { 0.0 }
    }
}

impl Kernel<1, 1> for Cmo {
    fn warm_up(&self) -> usize {
        self.changes.period
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.changes.push(value).map_or(f64::NAN, Self::value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.changes.over_column(input, output, Self::value);
    }
}

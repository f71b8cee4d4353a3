use crate::Kernel;
use crate::average::{Recurrence, Smoothing};
use crate::rolling::bounded;

/// A fast and a slow exponential average, and one of what they give.
///
/// As in TA-Lib, nothing is given out before the signal line has its first value; and MACD's fast average is
/// seeded with the rows just before the slow one's first value, PPO's with the first rows of all.
#[derive(Clone, Debug)]
struct Pair {
    /// Rows that the fast average leaves out.
    skip: usize,
    fast: Smoothing,
    slow: Smoothing,
    signal: Smoothing,
}

/// [`Pair`] after its warm-up.
struct Running {
    fast: Recurrence,
    slow: Recurrence,
    signal: Recurrence,
}

impl Pair {
    /// Exchanges `fast` and `slow` if need be: the shorter is the fast one.
    fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (bounded(fast.min(slow)), bounded(fast.max(slow)));
        Self {
            skip: 0,
            fast: Smoothing::exponential(fast),
            slow: Smoothing::exponential(slow),
            signal: Smoothing::exponential(signal),
        }
    }

    /// The first values of both averages come in the same row, and from rows that end there.
    fn together(self) -> Self {
        Self { skip: self.slow.warm_up() - self.fast.warm_up(), ..self }
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up() + self.signal.warm_up()
    }

    #[inline]
    fn push(&mut self, value: f64, line: impl Fn(f64, f64) -> f64) -> [f64; 3] {
        let slow = self.slow.push(value);
        let fast = if self.skip > 0 {
            self.skip -= 1;
            f64::NAN
        } else {
            self.fast.push(value)
        };
        if slow.is_nan() {
            return [f64::NAN; 3];
        }
        let line = line(fast, slow);
        let signal = self.signal.push(line);
        if signal.is_nan() { [f64::NAN; 3] } else { [line, signal, line - signal] }
    }

    #[inline]
    fn over_columns(
        mut self,
        input: &[f64],
        [lines, signals, histogram]: [&mut [f64]; 3],
        line: impl Fn(f64, f64) -> f64,
    ) {
        let rows = lines.iter_mut().zip(signals).zip(histogram).zip(input);
        let mut rows = rows.map(|(((line, signal), difference), &x)| (x, [line, signal, difference]));
        for (x, cells) in rows.by_ref().take(self.warm_up() + 1) {
            for (cell, value) in cells.into_iter().zip(self.push(x, &line)) {
                *cell = value;
            }
        }
        let mut running = Running {
            fast: self.fast.recurrence(),
            slow: self.slow.recurrence(),
            signal: self.signal.recurrence(),
        };
        for (x, [line_cell, signal_cell, difference_cell]) in rows {
            let value = line(running.fast.next(x), running.slow.next(x));
            let signal = running.signal.next(value);
            *line_cell = value;
            *signal_cell = signal;
            *difference_cell = value - signal;
        }
    }
}

/// Moving Average Convergence/Divergence: line, signal and histogram, in the unit of the input.
///
/// The line is a fast minus a slow exponential average, the signal an exponential average of the line, the
/// histogram line minus signal; commonly 12, 26 and 9 rows. All three begin with row `slow + signal - 1`.
/// Source: G. Appel, The Moving Average Convergence-Divergence Trading Method (1985).
/// Checked against `tests/golden/macd_12_26_9.csv`.
#[derive(Clone, Debug)]
pub struct Macd {
    pair: Pair,
}

/// Percentage Price Oscillator: MACD's line in percent of the slow average, with its signal and histogram.
///
/// Comparable between instruments where [`Macd`] is not. 0 where the slow average is 0.
/// Checked against `tests/golden/ppo_12_26_9.csv`.
#[derive(Clone, Debug)]
pub struct Ppo {
    pair: Pair,
}

impl Macd {
    /// The shorter of `fast` and `slow` is the fast average.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self { pair: Pair::new(fast, slow, signal).together() }
    }
}

impl Ppo {
    /// The shorter of `fast` and `slow` is the fast average.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self { pair: Pair::new(fast, slow, signal) }
    }

    #[inline]
    fn line(fast: f64, slow: f64) -> f64 {
        if slow == 0.0 { 0.0 } else { 100.0 * ((fast - slow) / slow) }
    }
}

impl Kernel<1, 3> for Macd {
    fn warm_up(&self) -> usize {
        self.pair.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 3] {
        self.pair.push(value, |fast, slow| fast - slow)
    }

    fn columns(self, [input]: [&[f64]; 1], output: [&mut [f64]; 3]) {
        self.pair.over_columns(input, output, |fast, slow| fast - slow);
    }
}

impl Kernel<1, 3> for Ppo {
    fn warm_up(&self) -> usize {
        self.pair.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 3] {
        self.pair.push(value, Self::line)
    }

    fn columns(self, [input]: [&[f64]; 1], output: [&mut [f64]; 3]) {
        self.pair.over_columns(input, output, Self::line);
    }
}

use crate::Kernel;
use crate::average::Smoothing;
use crate::rolling::bounded;

/// After how many rows vanished distances become zero: far fewer than they take from there to trouble a processor.
const SETTLE: usize = 64;

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
    rows: usize,
}

/// What a line is made of: the averages themselves are not needed for their difference.
struct Averages {
    value: f64,
    /// How far the fast and the slow average are below the value.
    fast: f64,
    slow: f64,
}

impl Averages {
    /// Fast minus slow.
    #[inline]
    fn difference(&self) -> f64 {
        self.slow - self.fast
    }
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
            rows: 0,
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
    fn push(&mut self, value: f64, line: impl Fn(Averages) -> f64) -> [f64; 3] {
        let slow = self.slow.advance(value);
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.fast.advance(value);
        }
        let mut values = [f64::NAN; 3];
        if !slow.is_nan() {
            let (fast, slow) = (self.fast.recurrence().distance(), self.slow.recurrence().distance());
            let line = line(Averages { value, fast, slow });
            let signal = self.signal.advance(line);
            if !signal.is_nan() {
                values = [line, signal, line - signal];
            }
        }
        self.rows += 1;
        if self.rows == SETTLE {
            self.rows = 0;
            for average in [&mut self.fast, &mut self.slow, &mut self.signal] {
                average.settle();
            }
        }
        values
    }

    #[inline]
    fn over_columns(
        mut self,
        input: &[f64],
        [lines, signals, histogram]: [&mut [f64]; 3],
        line: impl Fn(Averages) -> f64,
    ) {
        let rows = lines.iter_mut().zip(signals).zip(histogram).zip(input);
        let mut rows = rows.map(|(((line, signal), difference), &x)| (x, [line, signal, difference]));
        let (mut last, mut last_line) = (f64::NAN, f64::NAN);
        for (x, cells) in rows.by_ref().take(self.warm_up() + 1) {
            let values = self.push(x, &line);
            (last, last_line) = (x, values[0]);
            for (cell, value) in cells.into_iter().zip(values) {
                *cell = value;
            }
        }
        let (mut fast, mut slow) = (self.fast.recurrence(), self.slow.recurrence());
        let (mut signal, mut unsettled) = (self.signal.recurrence(), SETTLE - self.rows);
        while rows.len() > 0 {
            for (x, [line_cell, signal_cell, difference_cell]) in rows.by_ref().take(unsettled) {
                let change = x - last;
                let value =
                    line(Averages { value: x, fast: fast.advance(change), slow: slow.advance(change) });
                let average = value - signal.advance(value - last_line);
                (last, last_line) = (x, value);
                *line_cell = value;
                *signal_cell = average;
                *difference_cell = value - average;
            }
            for average in [&mut fast, &mut slow, &mut signal] {
                average.settle();
            }
            unsettled = SETTLE;
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
    fn line(averages: Averages) -> f64 {
        let slow = averages.value - averages.slow;
        if slow == 0.0 { 0.0 } else { 100.0 * (averages.difference() / slow) }
    }
}

impl Kernel<1, 3> for Macd {
    fn warm_up(&self) -> usize {
        self.pair.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 3] {
        self.pair.push(value, |averages| averages.difference())
    }

    fn columns(self, [input]: [&[f64]; 1], output: [&mut [f64]; 3]) {
        self.pair.over_columns(input, output, |averages| averages.difference());
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

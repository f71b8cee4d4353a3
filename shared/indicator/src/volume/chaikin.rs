use super::AccumulationDistribution;
use super::flow::money_flow;
use crate::Kernel;
use crate::rolling::{Run, RunningSum, bounded};

/// Chaikin oscillator of high, low, close, volume: a fast less a slow exponential average of the
/// [accumulation/distribution line](AccumulationDistribution), in the unit of the volume.
///
/// Both averages start from the line's first value, not from a mean, and values are held back until row
/// `max(fast, slow)`, all as TA-Lib has it. Source: M. Chaikin. Checked against `tests/golden/chaikin_3_10.csv`.
#[derive(Debug, Clone)]
pub struct ChaikinOscillator {
    line: AccumulationDistribution,
    fast: Average,
    slow: Average,
    warm_up: usize,
    /// Rows seen, up to `warm_up + 1`.
    rows: usize,
}

/// An exponential average that starts from its first value.
#[derive(Debug, Clone)]
struct Average {
    weight: f64,
    value: f64,
}

impl Average {
    fn new(period: usize) -> Self {
        Self { weight: 2.0 / (bounded(period) + 1) as f64, value: 0.0 }
    }

    #[inline]
    fn push(&mut self, value: f64) -> f64 {
        self.value = self.weight * value + (1.0 - self.weight) * self.value;
        self.value
    }
}

impl ChaikinOscillator {
    /// Chaikin's values are 3 and 10.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        let warm_up = bounded(fast).max(bounded(slow)) - 1;
        let line = AccumulationDistribution::new();
        Self { line, fast: Average::new(fast), slow: Average::new(slow), warm_up, rows: 0 }
    }
}

impl Kernel<4, 1> for ChaikinOscillator {
    fn warm_up(&self) -> usize {
        self.warm_up
    }

    #[inline]
    fn update(&mut self, row: [f64; 4]) -> [f64; 1] {
        let [line] = self.line.update(row);
        if self.rows == 0 {
            (self.fast.value, self.slow.value) = (line, line);
        }
        let difference = self.fast.push(line) - self.slow.push(line);
        if self.rows <= self.warm_up {
            self.rows += 1;
        }
        [if self.rows > self.warm_up { difference } else { f64::NAN }]
    }
}

/// Chaikin money flow of high, low, close, volume, in [-1, 1]: the part of the volume of `period` rows that went with
/// closes near the high (positive) or near the low (negative).
///
/// First value with row `period`; 0 where there was no volume, as in TA-Lib.
/// Source: M. Chaikin. Checked against `tests/golden/cmf_20.csv`.
#[derive(Debug, Clone)]
pub struct Cmf {
    flow: RunningSum,
    volume: RunningSum,
    run: Run,
}

impl Cmf {
    /// Over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { flow: RunningSum::new(period), volume: RunningSum::new(period), run: Run::new() }
    }
}

impl Kernel<4, 1> for Cmf {
    fn warm_up(&self) -> usize {
        self.flow.period() - 1
    }

    #[inline]
    fn update(&mut self, row: [f64; 4]) -> [f64; 1] {
        let run = self.run.push(row[3]);
        let (flow, volume) = (self.flow.push(money_flow(row)), self.volume.push(row[3]));
        // A window without volume is told by its rows: the running sum may keep a trace of what left it.
        let idle = row[3] == 0.0 && run >= self.volume.period();
        [if !self.volume.is_full() {
            f64::NAN
        } else if volume > 0.0 && !idle {
            (flow / volume).clamp(-1.0, 1.0)
        } else {
            0.0
        }]
    }
}

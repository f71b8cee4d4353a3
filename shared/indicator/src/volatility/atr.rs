use super::{Decay, STRIDE, TrueRange, true_ranges};
use crate::Kernel;
use crate::rolling::bounded;

/// Rows that are worked on together, a multiple of [`STRIDE`]: so few that the processor takes the next ranges while it
/// waits for these averages.
const CHUNK: usize = 8 * STRIDE;

/// Average true range in the unit of the price, with Wilder's smoothing (weight 1/period).
///
/// Seeded with the plain mean of the first `period` true ranges, so the first value comes with row `period + 1`;
/// a period of 1 is the [true range](super::TrueRange) itself.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section III.
/// Checked against `tests/golden/atr_14.csv`.
#[derive(Debug, Clone)]
pub struct Atr {
    period: usize,
    range: TrueRange,
    decay: Decay,
    /// Rows seen, up to `period + 1`.
    rows: usize,
    /// The first `period` true ranges.
    sum: f64,
}

impl Atr {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self { period, range: TrueRange::new(), decay: Decay::new(period), rows: 0, sum: 0.0 }
    }

    /// One of the first ranges; NaN before all of them.
    #[cold]
    fn seed(&mut self, range: f64) -> f64 {
        self.rows += 1;
        if self.rows == 1 {
            return f64::NAN;
        }
        self.sum += range;
        if self.rows <= self.period {
            return f64::NAN;
        }
        let average = self.sum / self.period as f64;
        self.decay.rebase(average);
        average
    }
}

impl Kernel<3, 1> for Atr {
    fn warm_up(&self) -> usize {
        self.period
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 1] {
        let [range] = self.range.update(row);
        [if self.rows > self.period { self.decay.push(range) } else { self.seed(range) }]
    }

    fn columns<'a>(mut self, [high, low, close]: [&'a [f64]; 3], [output]: [&mut [f64]; 1]) {
        let seeds = (self.period + 1).min(output.len());
        let cut = |column: &'a [f64]| column.split_at_checked(seeds).unwrap_or((column, &[]));
        let ((high, highs), (low, lows), (first, _)) = (cut(high), cut(low), cut(close));
        let (cells, output) = output.split_at_mut(seeds);
        TrueRange::new().columns([high, low, first], [&mut *cells]);
        for cell in cells {
            *cell = self.seed(*cell);
        }
        let previous = close.get(seeds.max(1) - 1..).unwrap_or_default();
        let mut decay = self.decay;
        let rows = highs.chunks(CHUNK).zip(lows.chunks(CHUNK)).zip(previous.chunks(CHUNK));
        for (((high, low), previous), cells) in rows.zip(output.chunks_mut(CHUNK)) {
            true_ranges(high, low, previous, cells);
            let (blocks, last) = cells.as_chunks_mut();
            for cells in blocks {
                *cells = decay.block(*cells);
            }
            for cell in last {
                *cell = decay.push(*cell);
            }
        }
    }
}

/// Average true range as percent of the close.
///
/// First value with row `period + 1`. 0 where the close is 0, as TA-Lib has it.
/// Checked against `tests/golden/natr_14.csv`.
#[derive(Debug, Clone)]
pub struct Natr {
    atr: Atr,
}

impl Natr {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { atr: Atr::new(period) }
    }
}

impl Kernel<3, 1> for Natr {
    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 1] {
        let [atr] = self.atr.update(row);
        [percent(atr, row[2])]
    }

    fn columns(self, [high, low, close]: [&[f64]; 3], [output]: [&mut [f64]; 1]) {
        self.atr.columns([high, low, close], [&mut *output]);
        for (cell, &close) in output.iter_mut().zip(close) {
            *cell = percent(*cell, close);
        }
    }
}

/// NaN stays NaN, also at a close of 0.
#[inline]
fn percent(atr: f64, close: f64) -> f64 {
    if close == 0.0 { atr * 0.0 } else { atr / close * 100.0 }
}

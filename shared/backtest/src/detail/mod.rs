//! Finer candles of the traded symbol, that orders are matched along (rule B3): decisions stay at the closes of the
//! strategy's own bars.
//!
//! Finer candles outside of the exchange's hours do not count: nothing fills then (rule M4). A bar is walked through in detail only where its finer candles are all there and make up the bar; elsewhere its own
//! path counts, and [`Coverage`] tells how often that was so.

mod check;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wickflow_shared::market::{Bucket, Symbol, divides};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::data::Series;

pub(crate) use self::check::{Finding, examine};

use crate::config::ConfigError;
use crate::simulate::{Bar, Bars, FinerBar, bucket_of, span_of};

/// The finer candles within each bar of a series.
#[derive(Debug)]
pub struct Detail {
    finer: Arc<Series>,
    /// The bars' timeframe, and when the first and the last of them close.
    timeframe: Timeframe,
    ends: [Option<Timestamp>; 2],
    /// For each bar, its finer candles.
    bars: Vec<Part>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    finding: Finding,
    from: u32,
    to: u32,
}

/// For how many bars the finer candles served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Bars that were looked at.
    pub bars: u32,
    /// Bars whose finer candles are there and make them up.
    pub detailed: u32,
    /// Bars of which finer candles are missing, some or all.
    pub gaps: u32,
    /// Bars with all their finer candles, whose first, highest, lowest or last price is another one.
    pub disagreeing: u32,
}

impl Coverage {
    pub(crate) fn count(&mut self, finding: Finding) {
        self.bars += 1;
        match finding {
            Finding::Whole => self.detailed += 1,
            Finding::Gap => self.gaps += 1,
            Finding::Disagrees => self.disagreeing += 1,
        }
    }
}

/// Why candles are no detail of a series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetailError {
    /// They are of something else.
    #[error("the finer candles are of {found}, not of {traded}")]
    Symbol {
        /// What is traded.
        traded: Symbol,
        /// What they are of.
        found: Symbol,
    },
    /// Bars do not consist of whole ones.
    #[error("bars of {bars} do not consist of whole candles of {found}")]
    Timeframe {
        /// The strategy's.
        bars: Timeframe,
        /// Theirs.
        found: Timeframe,
    },
}

impl Detail {
    /// Finds the finer candles of each bar.
    ///
    /// # Errors
    /// [`DetailError`] when they are of another symbol, or not finer.
    pub fn new(series: &Series, finer: Arc<Series>) -> Result<Self, DetailError> {
        if series.symbol() != finer.symbol() {
            let (traded, found) = (series.symbol().clone(), finer.symbol().clone());
            return Err(DetailError::Symbol { traded, found });
        }
        let (bars, found) = (series.timeframe(), finer.timeframe());
        if !divides(found, bars) {
            return Err(DetailError::Timeframe { bars, found });
        }
        let coarse = Bars::new(series);
        let times = finer.candles().open_times();
        let closes = series.close_times();
        let mut detail = Self {
            finer: finer.clone(),
            timeframe: bars,
            ends: [closes.first().copied(), closes.last().copied()],
            bars: Vec::with_capacity(series.rows()),
        };
        let mut within = Vec::new();
        let mut next = 0;
        for row in 0..series.rows() {
            let (Some(bar), Some(bucket)) = (coarse.at(row), bucket_of(series, row)) else { break };
            let span = span_of(series.calendar(), bucket);
            while times.get(next).is_some_and(|time| *time < span.open) {
                next += 1;
            }
            let from = next;
            while times.get(next).is_some_and(|time| *time < span.close) {
                next += 1;
            }
            detail.copy(from, next, &mut within);
            let finding = examine(series.calendar(), span, &bar, &within);
            let number = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
            detail.bars.push(Part { finding, from: number(from), to: number(next) });
        }
        Ok(detail)
    }

    /// Whether it was prepared for a series, as far as symbol, timeframe, number and times of its bars tell.
    pub(crate) fn check(&self, series: &Series) -> Result<(), ConfigError> {
        let times = series.close_times();
        let is_same = series.symbol() == self.finer.symbol()
            && series.timeframe() == self.timeframe
            && series.rows() == self.bars.len()
            && (times.first(), times.last()) == (self.ends[0].as_ref(), self.ends[1].as_ref());
        if is_same { Ok(()) } else { Err(ConfigError::Detail) }
    }

    /// The finer candles.
    #[must_use]
    pub fn finer(&self) -> &Arc<Series> {
        &self.finer
    }

    /// For how many bars of [from, to) they serve: for a run, its first bar and the one after its last.
    #[must_use]
    pub fn coverage(&self, from: u32, to: u32) -> Coverage {
        let mut coverage = Coverage::default();
        let to = (to as usize).min(self.bars.len());
        let bars = self.bars.get(from as usize..to).unwrap_or_default();
        bars.iter().for_each(|part| coverage.count(part.finding));
        coverage
    }

    /// Puts the finer candles of a bar into `within`; none where they do not serve.
    pub(crate) fn read(&self, row: usize, within: &mut Vec<FinerBar>) {
        within.clear();
        if let Some(part) = self.bars.get(row).filter(|part| part.finding == Finding::Whole) {
            self.copy(part.from as usize, part.to as usize, within);
        }
    }

    fn copy(&self, from: usize, to: usize, within: &mut Vec<FinerBar>) {
        let bars = Bars::new(&self.finer);
        let finer = |row| {
            let (bar, bucket): (Bar, Bucket) = (bars.at(row)?, bucket_of(&self.finer, row)?);
            Some(FinerBar { bucket, bar, volume: bars.volume(row) })
        };
        within.clear();
        within.extend((from..to).filter_map(finer));
    }
}

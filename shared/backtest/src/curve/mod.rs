//! Equity over time, from what a run held between its fills.
//!
//! Between fills cash and position stand still, so equity follows the price along a straight line: what is asked of a
//! stretch of bars comes from the extremes of its prices, and stretches without a position cost nothing.

mod drawdown;
mod summary;

use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::{Field, Series};

pub use self::summary::{CurveSummary, Part};

use crate::result::{Run, Segment};
use crate::sketch::Holding;

/// The equity of a run over the bars of its series.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    run: &'a Run,
    series: &'a Series,
    high: &'a [f64],
    low: &'a [f64],
    close: &'a [f64],
}

/// Equity at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When.
    pub time: Timestamp,
    /// Cash and position.
    pub equity: f64,
}

/// Bars of one holding: the first may have fills, the others have none. Through those, equity is cash + position × price.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// The bar with fills, in front of the others.
    pub fills: Option<&'a Segment>,
    /// The first of the bars after it.
    pub from: usize,
    /// The bar after the last.
    pub to: usize,
    /// Cash at their closes.
    pub cash: f64,
    /// Units held at their closes; negative when short.
    pub position: f64,
}

impl<'a> Curve<'a> {
    /// The equity of a run over the series that it ran over.
    #[must_use]
    pub fn new(run: &'a Run, series: &'a Series) -> Self {
        let [high, low, close] =
            [Field::High, Field::Low, Field::Close].map(|field| series.field(field).raw());
        Self { run, series, high, low, close }
    }

    /// Equity at each close of the run.
    #[must_use]
    pub fn closes(&self) -> Vec<f64> {
        let mut equity = Vec::with_capacity((self.run.end_bar - self.run.first_bar) as usize);
        for stretch in self.stretches() {
            let first = stretch.fills.map_or(stretch.from, |fills| fills.bar as usize);
            let closes = self.close.get(first..stretch.to).unwrap_or_default();
            equity.extend(closes.iter().map(|close| stretch.cash + stretch.position * close));
        }
        equity
    }

    /// Equity at the close of a bar; cash at the start for a bar before the run.
    #[must_use]
    pub fn at(&self, bar: u32) -> Option<f64> {
        let next = self.run.segments.partition_point(|segment| segment.bar <= bar);
        match next.checked_sub(1).and_then(|last| self.run.segments.get(last)) {
            Some(segment) => Some(segment.cash + segment.position * self.close.get(bar as usize)?),
            None => Some(self.run.start_cash),
        }
    }

    /// Equity at the last close of each calendar day in the series' zone; before the first, cash at the run's start. A
    /// bar that ends at midnight belongs to the day before.
    #[must_use]
    pub fn days(&self) -> Vec<Sample> {
        let start = self.series.candles().open_times().get(self.run.first_bar as usize).copied();
        let start = start.filter(|_| self.run.first_bar < self.run.end_bar);
        let start = start.map(|time| Sample { time, equity: self.run.start_cash });
        start.into_iter().chain(self.day_ends()).collect()
    }

    /// As [`days`](Self::days), without the start.
    pub fn day_ends(&self) -> impl Iterator<Item = Sample> + use<'a> {
        let holding =
            |segment: &Segment| Holding { bar: segment.bar, cash: segment.cash, position: segment.position };
        let run = self.run;
        day_ends(self.series, (run.first_bar, run.end_bar), run.start_cash, run.segments.iter().map(holding))
    }

    /// The last bar of each calendar day. The last bar of the run ends a day, wherever it lies.
    pub fn day_rows(&self) -> impl Iterator<Item = usize> + use<'a> {
        day_rows(self.series, (self.run.first_bar, self.run.end_bar))
    }

    /// The run, cut where the account changed.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'a>> {
        let run = self.run;
        let end = run.end_bar as usize;
        let first = run.segments.first().map_or(end, |segment| segment.bar as usize);
        let start = Stretch {
            fills: None,
            from: run.first_bar as usize,
            to: first,
            cash: run.start_cash,
            position: 0.0,
        };
        let nexts = run.segments.iter().skip(1).map(|segment| segment.bar as usize).chain([end]);
        let others = run.segments.iter().zip(nexts).map(|(segment, to)| Stretch {
            fills: Some(segment),
            from: segment.bar as usize + 1,
            to,
            cash: segment.cash,
            position: segment.position,
        });
        std::iter::once(start).chain(others)
    }
}

/// Equity at the last close of each calendar day of the bars [first, end), from what was held when.
pub(crate) fn day_ends<'a>(
    series: &'a Series,
    bars: (u32, u32),
    start_cash: f64,
    holdings: impl Iterator<Item = Holding> + 'a,
) -> impl Iterator<Item = Sample> {
    let (close, times) = (series.field(Field::Close).raw(), series.close_times());
    let mut holdings = holdings.peekable();
    let (mut cash, mut position) = (start_cash, 0.0);
    day_rows(series, bars).filter_map(move |row| {
        while let Some(holding) = holdings.next_if(|holding| holding.bar as usize <= row) {
            (cash, position) = (holding.cash, holding.position);
        }
        Some(Sample { time: *times.get(row)?, equity: cash + position * close.get(row)? })
    })
}

fn day_rows(series: &Series, (first, end): (u32, u32)) -> impl Iterator<Item = usize> + use<'_> {
    let (first, end) = (first as usize, end as usize);
    let ends = series.day_ends();
    let from = ends.partition_point(|row| *row < first);
    let whole = ends.get(from..).unwrap_or_default().iter().copied().take_while(move |row| row + 1 < end);
    whole.chain(end.checked_sub(1).filter(|last| *last >= first))
}

//! Equity over time, from what a run held between its fills.
//!
//! Between fills cash and position stand still, so equity follows the price along a straight line: what is asked of a
//! stretch of bars comes from the extremes of its prices, and stretches without a position cost nothing.

mod drawdown;

use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::{Field, Series};

use self::drawdown::Fall;
use crate::fold::{extremes, share_of_equity, sum};
use crate::result::{Run, Segment};

const DAY_MS: i64 = 86_400_000;

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

/// What equity did on the whole. Depths are positive fractions of the peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveSummary {
    /// Bars of the run.
    pub bars: usize,
    /// Bars in which a position was held, if only for a part of them.
    pub bars_held: usize,
    /// The deepest fall from one close to a later one; cash at the start counts as a close.
    pub max_drawdown: f64,
    /// The deepest fall within bars: the position is marked at the best and the worst price of each bar, of which the
    /// best is taken to come first; in a bar with fills, at the points of the path.
    pub max_drawdown_intrabar: f64,
    /// The deepest fall within bars, in cash; not always the moment of the deepest fraction.
    pub max_drawdown_cash: f64,
    /// How far the last close is below the highest.
    pub current_drawdown: f64,
    /// Bars from a highest close to the recovery, the longest; an open fall counts to the end.
    pub longest_drawdown_bars: usize,
    /// Bars since the highest close while equity is below it.
    pub open_drawdown_bars: usize,
    /// Mean over all closes of what is held over equity, both in cash; a close without equity counts as 0.
    pub capital_exposure: f64,
    /// Mean equity over all closes.
    pub mean_equity: f64,
    /// Everything bought and sold, in cash.
    pub traded: f64,
}

impl CurveSummary {
    /// The share of bars in which a position was held.
    #[must_use]
    pub fn time_in_market(&self) -> f64 {
        share(count(self.bars_held), count(self.bars))
    }

    /// How often equity was traded: everything bought and sold over mean equity.
    #[must_use]
    pub fn turnover(&self) -> f64 {
        share(self.traded, self.mean_equity)
    }
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
        let zone = self.series.calendar().zone();
        let (first, end) = (self.run.first_bar as usize, self.run.end_bar as usize);
        let times = self.series.close_times().get(..end).unwrap_or_default();
        let start = self.series.candles().open_times().get(first).copied();
        let start = start.filter(|_| first < end).map(|time| Sample { time, equity: self.run.start_cash });
        let mut samples: Vec<Sample> = start.into_iter().collect();
        let mut row = first;
        while let Some(time) = times.get(row) {
            let local = zone.local(time.plus_ms(-1));
            let midnight = Timestamp(local.0.div_euclid(DAY_MS).saturating_add(1).saturating_mul(DAY_MS));
            let day_end = zone.instant(midnight).max(*time);
            let rest = times.get(row..).unwrap_or_default();
            row += rest.partition_point(|time| *time <= day_end);
            let last = row - 1;
            let (time, equity) = (times.get(last), u32::try_from(last).ok().and_then(|last| self.at(last)));
            samples.extend(time.zip(equity).map(|(time, equity)| Sample { time: *time, equity }));
        }
        samples
    }

    /// Drawdowns, exposure and turnover.
    #[must_use]
    pub fn summary(&self) -> CurveSummary {
        let (mut closes, mut within) = (Fall::new(self.run.start_cash), Fall::new(self.run.start_cash));
        let (mut bars_held, mut exposure, mut equity) = (0, 0.0, 0.0);
        for stretch in self.stretches() {
            if let Some(fills) = stretch.fills {
                let close = self.close.get(fills.bar as usize).copied().unwrap_or_default();
                let at_close = fills.cash + fills.position * close;
                closes.push(at_close, at_close);
                within.push(fills.high_equity, fills.low_equity);
                bars_held += usize::from(fills.held);
                exposure += share((fills.position * close).abs(), at_close);
                equity += at_close;
            }
            let bars = stretch.to - stretch.from;
            if stretch.position.abs() > 0.0 {
                self.follow(&stretch, &mut closes, &mut within);
                let prices = self.close.get(stretch.from..stretch.to).unwrap_or_default();
                exposure += share_of_equity(prices, stretch.cash, stretch.position);
                equity += stretch.cash * count(bars) + stretch.position * sum(prices);
                bars_held += bars;
            } else {
                closes.push_flat(stretch.cash, bars);
                within.push_flat(stretch.cash, bars);
                equity += stretch.cash * count(bars);
            }
        }
        let bars = (self.run.end_bar - self.run.first_bar) as usize;
        let (closes, within) = (closes.end(), within.end());
        CurveSummary {
            bars,
            bars_held,
            max_drawdown: closes.depth,
            max_drawdown_intrabar: within.depth,
            max_drawdown_cash: within.cash,
            current_drawdown: share(closes.peak - self.run.final_equity, closes.peak),
            longest_drawdown_bars: closes.longest,
            open_drawdown_bars: closes.open,
            capital_exposure: share(exposure, count(bars)),
            mean_equity: share(equity, count(bars)),
            traded: self.run.fills.iter().map(|fill| fill.notional()).sum(),
        }
    }

    /// A stretch with a position, block by block: a block without a new peak is a matter of its extremes.
    fn follow(&self, stretch: &Stretch<'_>, closes: &mut Fall, within: &mut Fall) {
        const BLOCK: usize = 64;
        let equity = |price: f64| stretch.cash + stretch.position * price;
        let is_long = stretch.position > 0.0;
        let ordered = |low: f64, high: f64| {
            if is_long { (equity(high), equity(low)) } else { (equity(low), equity(high)) }
        };
        let cut = |prices: &'a [f64]| prices.get(stretch.from..stretch.to).unwrap_or_default().chunks(BLOCK);
        for ((close, high), low) in cut(self.close).zip(cut(self.high)).zip(cut(self.low)) {
            let (lowest, highest) = extremes(close, close);
            let (best, worst) = ordered(lowest, highest);
            if !closes.push_below(best, worst, close.len()) {
                close.iter().for_each(|close| closes.push(equity(*close), equity(*close)));
            }
            let (lowest, highest) = extremes(low, high);
            let (best, worst) = ordered(lowest, highest);
            if !within.push_below(best, worst, close.len()) {
                for (low, high) in low.iter().zip(high) {
                    let (best, worst) = ordered(*low, *high);
                    within.push(best, worst);
                }
            }
        }
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

/// A quotient, or 0 without a positive divisor.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "bars are counted in 32 bits")]
fn count(bars: usize) -> f64 {
    bars as f64
}

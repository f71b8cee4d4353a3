//! Equity bar by bar, read once from what the run held between its fills and the candles.

use serde::Serialize;
use wickflow_backtest::{Run, Segment};
use wickflow_shared::time::Timestamp;
use wickflow_stats::{Drawdown, DrawdownSummary};
use wickflow_strategy::data::Series;

const DAY_MS: i64 = 86_400_000;

/// Most points of the equity curve in a report: more than a page has pixels for.
pub const MAX_POINTS: usize = 1500;

/// Equity and drawdown, thinned out: in every stretch of bars the lowest and the highest close stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Curve {
    /// Equity at closes, in the order of time.
    pub equity: Vec<EquityPoint>,
    /// The deepest drawdown of each stretch, as a fraction below the highest close before.
    pub drawdown: Vec<DrawdownPoint>,
}

/// Equity at the close of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EquityPoint {
    /// The bar's close.
    pub time: Timestamp,
    /// The bar.
    pub bar: u32,
    /// Cash and position.
    pub equity: f64,
    /// What buy and hold was worth.
    pub benchmark: Option<f64>,
}

/// Drawdown at the close of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DrawdownPoint {
    /// The bar's close.
    pub time: Timestamp,
    /// A fraction of the peak, 0 or above.
    pub depth: f64,
}

/// How much of the time, and of the capital, was at work. Shares are fractions of the simulated bars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Exposure {
    /// Bars in which anything was held.
    pub time_in_market: f64,
    /// Bars that closed with a long position.
    pub time_long: f64,
    /// Bars that closed with a short position.
    pub time_short: f64,
    /// Mean over all bars of the position's value at the close over equity.
    pub capital: f64,
    /// The largest value of a long position at a close over equity.
    pub max_long_leverage: f64,
    /// The largest value of a short position at a close over equity.
    pub max_short_leverage: f64,
    /// The longest time without a position, in bars.
    pub longest_idle_bars: usize,
    /// The bar with which that ended.
    pub longest_idle_end: u32,
}

/// The last bar of a calendar day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Day {
    pub(crate) bar: usize,
    /// One millisecond before the close, so that the close of midnight belongs to the day that ends.
    pub(crate) time_ms: i64,
    pub(crate) equity: f64,
}

/// What one pass over the bars finds.
pub(crate) struct Scan {
    pub(crate) days: Vec<Day>,
    pub(crate) drawdown: DrawdownSummary,
    pub(crate) exposure: Exposure,
    pub(crate) curve: Curve,
}

/// The simulated bars of a run, within the series.
pub(crate) fn bars_of(run: &Run, series: &Series) -> std::ops::Range<usize> {
    let end = (run.end_bar as usize).min(series.rows());
    (run.first_bar as usize).min(end)..end
}

impl Scan {
    pub(crate) fn of(run: &Run, series: &Series) -> Self {
        let bars = bars_of(run, series);
        let mut days = day_ends(series, bars.clone());
        let mut next_day = 0;
        let mut drawdown = Drawdown::new(run.start_cash);
        let mut thinned = Thinned::new(run.start_cash, bars.len());
        let mut exposure = ExposureSum::default();
        walk(run, series, bars.clone(), |bar, mark| {
            drawdown.push(mark.high, mark.low, mark.close);
            thinned.push(bar, mark.close);
            exposure.push(bar, mark);
            if let Some(day) = days.get_mut(next_day).filter(|day| day.bar == bar) {
                day.equity = mark.close;
                next_day += 1;
            }
        });
        Self {
            days,
            drawdown: drawdown.summary(),
            exposure: exposure.over(bars.len()),
            curve: thinned.curve(series.close_times()),
        }
    }
}

/// A bar's equity, and what was held.
#[derive(Clone, Copy)]
struct Mark {
    high: f64,
    low: f64,
    close: f64,
    position_value: f64,
    held: bool,
}

/// Visits every bar. Between segments the account does not change, and its equity is cash + position × price.
fn walk(run: &Run, series: &Series, bars: std::ops::Range<usize>, mut visit: impl FnMut(usize, Mark)) {
    let (mut from, mut cash, mut position) = (bars.start, run.start_cash, 0.0);
    for segment in &run.segments {
        let bar = segment.bar as usize;
        if bar >= bars.end {
            break;
        }
        if bar >= from {
            stretch(series, from..bar, (cash, position), &mut visit);
            if let Some(close) = series.candles().closes().get(bar) {
                visit(bar, Mark::of_segment(segment, *close));
            }
            from = bar + 1;
        }
        (cash, position) = (segment.cash, segment.position);
    }
    stretch(series, from..bars.end, (cash, position), &mut visit);
}

/// Visits bars through which cash and position stay as they are.
#[inline]
fn stretch(
    series: &Series,
    bars: std::ops::Range<usize>,
    (cash, position): (f64, f64),
    visit: &mut impl FnMut(usize, Mark),
) {
    let candles = series.candles();
    let columns = [candles.closes(), candles.highs(), candles.lows()].map(|column| column.get(bars.clone()));
    let [Some(closes), Some(highs), Some(lows)] = columns else { return };
    for (bar, ((close, high), low)) in bars.zip(closes.iter().zip(highs).zip(lows)) {
        let (at_high, at_low) = (cash + position * high, cash + position * low);
        let position_value = position * close;
        let mark = Mark {
            high: at_high.max(at_low),
            low: at_high.min(at_low),
            close: cash + position_value,
            position_value,
            held: position != 0.0,
        };
        visit(bar, mark);
    }
}

impl Mark {
    fn of_segment(segment: &Segment, close: f64) -> Self {
        let position_value = segment.position * close;
        let equity = segment.cash + position_value;
        Self {
            high: segment.high_equity.max(equity),
            low: segment.low_equity.min(equity),
            close: equity,
            position_value,
            held: segment.held,
        }
    }
}

/// The last bar of every calendar day of the series' zone, by the close of the bar. Equity is filled in later.
fn day_ends(series: &Series, bars: std::ops::Range<usize>) -> Vec<Day> {
    let zone = series.calendar().zone();
    let closes = series.close_times();
    let mut days = Vec::new();
    let mut bar = bars.start;
    while let Some(close) = closes.get(bar).filter(|_| bar < bars.end) {
        let local_day = zone.local(close.plus_ms(-1)).0.div_euclid(DAY_MS);
        let midnight = zone.instant(Timestamp((local_day + 1).saturating_mul(DAY_MS)));
        let rest = closes.get(bar..bars.end).unwrap_or_default();
        // Doubling steps first: days are short beside a series of years.
        let mut step = 1;
        while rest.get(step).is_some_and(|close| *close <= midnight) {
            step *= 2;
        }
        let within = rest.get(..rest.len().min(step)).unwrap_or_default();
        let count = within.partition_point(|close| *close <= midnight).max(1);
        let last = bar + count - 1;
        let time_ms = closes.get(last).map_or(0, |close| close.0 - 1);
        days.push(Day { bar: last, time_ms, equity: 0.0 });
        bar += count;
    }
    days
}

/// Sums towards an [`Exposure`].
#[derive(Default)]
struct ExposureSum {
    held: usize,
    long: usize,
    short: usize,
    capital: f64,
    max_long: f64,
    max_short: f64,
    idle: usize,
    longest_idle: usize,
    longest_idle_end: usize,
}

impl ExposureSum {
    #[inline]
    fn push(&mut self, bar: usize, mark: Mark) {
        if !mark.held {
            self.idle += 1;
            if self.idle > self.longest_idle {
                (self.longest_idle, self.longest_idle_end) = (self.idle, bar);
            }
            return;
        }
        self.idle = 0;
        self.held += 1;
        self.long += usize::from(mark.position_value > 0.0);
        self.short += usize::from(mark.position_value < 0.0);
        if mark.close > 0.0 {
            let leverage = mark.position_value / mark.close;
            self.capital += leverage.abs();
            self.max_long = self.max_long.max(leverage);
            self.max_short = self.max_short.max(-leverage);
        }
    }

    fn over(&self, bars: usize) -> Exposure {
        let share = |count: f64| if bars == 0 { 0.0 } else { count / bars as f64 };
        Exposure {
            time_in_market: share(self.held as f64),
            time_long: share(self.long as f64),
            time_short: share(self.short as f64),
            capital: share(self.capital),
            max_long_leverage: self.max_long,
            max_short_leverage: self.max_short,
            longest_idle_bars: self.longest_idle,
            longest_idle_end: u32::try_from(self.longest_idle_end).unwrap_or(u32::MAX),
        }
    }
}

/// Lowest and highest close of every stretch of bars, and its deepest drawdown.
struct Thinned {
    stride: usize,
    left: usize,
    peak: f64,
    low: (usize, f64),
    high: (usize, f64),
    /// The bar, how far it is below the peak then, and that peak.
    deepest: (usize, f64, f64),
    equity: Vec<(usize, f64)>,
    drawdown: Vec<(usize, f64)>,
}

impl Thinned {
    const NO_LOW: (usize, f64) = (0, f64::INFINITY);
    const NO_HIGH: (usize, f64) = (0, f64::NEG_INFINITY);
    const NO_FALL: (usize, f64, f64) = (0, -1.0, 1.0);

    fn new(start_cash: f64, bars: usize) -> Self {
        let stride = if bars <= MAX_POINTS { 1 } else { bars.div_ceil(MAX_POINTS / 2) };
        Self {
            stride,
            left: stride,
            peak: start_cash,
            low: Self::NO_LOW,
            high: Self::NO_HIGH,
            deepest: Self::NO_FALL,
            equity: Vec::with_capacity(MAX_POINTS),
            drawdown: Vec::with_capacity(MAX_POINTS),
        }
    }

    #[inline]
    fn push(&mut self, bar: usize, equity: f64) {
        if equity < self.low.1 {
            self.low = (bar, equity);
        }
        if equity > self.high.1 {
            self.high = (bar, equity);
        }
        self.peak = self.peak.max(equity);
        let fall = self.peak - equity;
        if fall * self.deepest.2 > self.deepest.1 * self.peak {
            self.deepest = (bar, fall, self.peak);
        }
        self.left -= 1;
        if self.left == 0 {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.left == self.stride {
            return;
        }
        let (first, second) =
            if self.low.0 <= self.high.0 { (self.low, self.high) } else { (self.high, self.low) };
        self.equity.push(first);
        if second.0 != first.0 {
            self.equity.push(second);
        }
        let (bar, fall, peak) = self.deepest;
        self.drawdown.push((bar, if peak > 0.0 && fall > 0.0 { fall / peak } else { 0.0 }));
        (self.low, self.high, self.deepest) = (Self::NO_LOW, Self::NO_HIGH, Self::NO_FALL);
        self.left = self.stride;
    }

    fn curve(mut self, close_times: &[Timestamp]) -> Curve {
        self.flush();
        let time = |bar: usize| close_times.get(bar).copied().unwrap_or_default();
        let number = |bar: usize| u32::try_from(bar).unwrap_or(u32::MAX);
        let point = |(bar, equity): (usize, f64)| EquityPoint {
            time: time(bar),
            bar: number(bar),
            equity,
            benchmark: None,
        };
        Curve {
            equity: self.equity.into_iter().map(point).collect(),
            drawdown: self
                .drawdown
                .into_iter()
                .map(|(bar, depth)| DrawdownPoint { time: time(bar), depth })
                .collect(),
        }
    }
}

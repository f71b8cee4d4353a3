//! Equity bar by bar, read once from what the run held between its fills and the candles.

use serde::Serialize;
use wickflow_backtest::{CurveSummary, Part, Run};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::{Field, Series};

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

/// What one pass over the bars finds.
pub(crate) struct Scan {
    pub(crate) summary: CurveSummary,
    pub(crate) exposure: Exposure,
    pub(crate) curve: Curve,
}

/// The simulated bars of a run, within the series.
pub(crate) fn bars_of(run: &Run, series: &Series) -> std::ops::Range<usize> {
    let end = (run.end_bar as usize).min(series.rows());
    (run.first_bar as usize).min(end)..end
}

impl Scan {
    /// Reads every bar.
    pub(crate) fn of(run: &Run, series: &Series) -> Self {
        let bars = bars_of(run, series);
        let closes = series.field(Field::Close).raw();
        let mut thinned = Thinned::new(run.start_cash, bars.len(), closes);
        let mut exposure = ExposureSum::default();
        let summary = wickflow_backtest::Curve::new(run, series).summary_by_parts(|part| {
            exposure.push(part);
            thinned.push(part);
        });
        Self {
            exposure: exposure.over(bars.len(), summary.capital_exposure),
            curve: thinned.curve(series.close_times()),
            summary,
        }
    }
}

/// Sums towards an [`Exposure`].
#[derive(Default)]
struct ExposureSum {
    held: usize,
    long: usize,
    short: usize,
    max_long: f64,
    max_short: f64,
    idle: usize,
    longest_idle: usize,
    longest_idle_end: usize,
}

impl ExposureSum {
    fn push(&mut self, part: &Part<'_>) {
        let bars = part.rows.len();
        if !part.fills.map_or(part.position != 0.0, |fills| fills.held) {
            self.idle += bars;
            if self.idle > self.longest_idle {
                (self.longest_idle, self.longest_idle_end) = (self.idle, part.rows.end.saturating_sub(1));
            }
            return;
        }
        self.idle = 0;
        self.held += bars;
        if part.position > 0.0 {
            self.long += bars;
            self.max_long = self.max_long.max(part.largest_share);
        } else if part.position < 0.0 {
            self.short += bars;
            self.max_short = self.max_short.max(part.largest_share);
        }
    }

    fn over(&self, bars: usize, capital: f64) -> Exposure {
        let share = |count: usize| if bars == 0 { 0.0 } else { count as f64 / bars as f64 };
        Exposure {
            time_in_market: share(self.held),
            time_long: share(self.long),
            time_short: share(self.short),
            capital,
            max_long_leverage: self.max_long,
            max_short_leverage: self.max_short,
            longest_idle_bars: self.longest_idle,
            longest_idle_end: u32::try_from(self.longest_idle_end).unwrap_or(u32::MAX),
        }
    }
}

/// Lowest and highest close of every stride of bars, and its deepest drawdown.
struct Thinned<'a> {
    closes: &'a [f64],
    stride: usize,
    left: usize,
    peak: f64,
    low: Place,
    high: Place,
    /// The place, how far it is below the peak then, and that peak.
    deepest: (Place, f64, f64),
    equity: Vec<(usize, f64)>,
    drawdown: Vec<(usize, f64)>,
}

/// An equity that was reached at some close from a bar on. At which one is looked up for the few that stay.
#[derive(Clone, Copy)]
struct Place {
    equity: f64,
    from: usize,
    cash: f64,
    position: f64,
}

impl Place {
    const fn nowhere(equity: f64) -> Self {
        Self { equity, from: 0, cash: 0.0, position: 0.0 }
    }

    #[expect(clippy::float_cmp, reason = "the same arithmetic gives the same bits")]
    fn bar(&self, closes: &[f64]) -> usize {
        let mut closes = closes.get(self.from..).unwrap_or_default().iter();
        let place = closes.position(|close| self.cash + self.position * close == self.equity);
        self.from + place.unwrap_or_default()
    }
}

impl<'a> Thinned<'a> {
    const NO_LOW: Place = Place::nowhere(f64::INFINITY);
    const NO_HIGH: Place = Place::nowhere(f64::NEG_INFINITY);
    const NO_FALL: (Place, f64, f64) = (Place::nowhere(0.0), -1.0, 1.0);

    fn new(start_cash: f64, bars: usize, closes: &'a [f64]) -> Self {
        let stride = if bars <= MAX_POINTS { 1 } else { bars.div_ceil(MAX_POINTS / 2) };
        Self {
            closes,
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

    /// Takes the bars of a part, as many at a time as the stride has left.
    fn push(&mut self, part: &Part<'_>) {
        if part.rows.len() < self.left {
            self.left -= part.rows.len();
            self.push_some(part);
            return;
        }
        let mut rest = part.clone();
        while !rest.rows.is_empty() {
            let end = rest.rows.end.min(rest.rows.start + self.left);
            let mut some = Part { rows: rest.rows.start..end, ..rest };
            rest.rows.start = end;
            if some.position != 0.0 && some.rows.len() < part.rows.len() {
                let closes = self.closes.get(some.rows.clone()).unwrap_or_default();
                let equity = closes.iter().map(|close| some.cash + some.position * close);
                (some.worst, some.best) = equity
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(worst, best), equity| {
                        (worst.min(equity), best.max(equity))
                    });
            }
            self.left -= some.rows.len();
            self.push_some(&some);
            if self.left == 0 {
                self.flush();
            }
        }
    }

    /// Bars of one stride.
    fn push_some(&mut self, part: &Part<'_>) {
        let place = |equity, from| Place { equity, from, cash: part.cash, position: part.position };
        if part.worst < self.low.equity {
            self.low = place(part.worst, part.rows.start);
        }
        if part.best > self.high.equity {
            self.high = place(part.best, part.rows.start);
        }
        if part.best <= self.peak {
            self.fall_to(part.worst, |equity| place(equity, part.rows.start));
            return;
        }
        // Which of worst and best was first?
        let telling = if part.position == 0.0 { 1 } else { part.rows.len() };
        let closes = self.closes;
        let closes = closes.get(part.rows.clone()).unwrap_or_default().iter().take(telling);
        for (bar, close) in part.rows.clone().zip(closes) {
            let equity = part.cash + part.position * close;
            self.peak = self.peak.max(equity);
            self.fall_to(equity, |equity| place(equity, bar));
        }
    }

    fn fall_to(&mut self, equity: f64, place: impl Fn(f64) -> Place) {
        let fall = self.peak - equity;
        if fall * self.deepest.2 > self.deepest.1 * self.peak {
            self.deepest = (place(equity), fall, self.peak);
        }
    }

    fn flush(&mut self) {
        if self.left == self.stride {
            return;
        }
        let found = |place: Place| (place.bar(self.closes), place.equity);
        let (low, high) = (found(self.low), found(self.high));
        let (first, second) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        self.equity.push(first);
        if second.0 != first.0 {
            self.equity.push(second);
        }
        let (place, fall, peak) = self.deepest;
        let depth = if peak > 0.0 && fall > 0.0 { fall / peak } else { 0.0 };
        self.drawdown.push((place.bar(self.closes), depth));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, flat, swing};

    /// The extremes of 50,000 closes are among the points, and so is the deepest fall.
    #[test]
    fn thinning_keeps_the_extremes() {
        let case = Case::new(swing(50_000)).trades(1, 10, 7, 5.0).with(|case| {
            case.candles[31_415].close = 500.0;
            case.candles[31_416].close = 1.0;
        });
        let report = case.report();
        let series = case.series();
        let closes = wickflow_backtest::Curve::new(&case.run, &series).closes();
        let points = &report.curve.equity;
        assert!(points.len() <= MAX_POINTS && points.len() > MAX_POINTS / 2, "{}", points.len());
        assert!(points.is_sorted_by(|a, b| a.bar < b.bar));
        for extreme in [f64::min, f64::max] {
            let of_closes = closes.iter().copied().reduce(extreme).unwrap();
            let of_points = points.iter().map(|point| point.equity).reduce(extreme).unwrap();
            assert_eq!(of_closes.to_bits(), of_points.to_bits());
        }
        let deepest = report.curve.drawdown.iter().map(|point| point.depth).fold(0.0, f64::max);
        let known = report.metric("max_drawdown_close").unwrap().value.value().unwrap();
        assert!((deepest - known).abs() < 1e-12, "{deepest} {known}");
        for point in points {
            assert_eq!(point.equity.to_bits(), closes[point.bar as usize].to_bits());
        }
    }

    /// Ten of twenty bars: long in bars 2 to 7 (sold at the open of 7), short in 10 to 13; 40 units of 100 of 10,000.
    #[test]
    fn exposure_by_hand() {
        let exposure = Case::new(flat(20)).trade(2, 7, 40.0).trade(10, 13, -20.0).report().exposure;
        assert_eq!((exposure.time_in_market, exposure.time_long, exposure.time_short), (0.5, 0.25, 0.15));
        assert!((exposure.capital - (5.0 * 0.4 + 3.0 * 0.2) / 20.0).abs() < 1e-3, "{exposure:?}");
        assert!(
            (exposure.max_long_leverage - 0.4).abs() < 1e-3
                && (exposure.max_short_leverage - 0.2).abs() < 1e-3
        );
        assert_eq!((exposure.longest_idle_bars, exposure.longest_idle_end), (6, 19));
    }
}

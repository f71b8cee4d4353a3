//! Drawdown of millions of bars, one at a time in constant memory.

use serde::Serialize;

use crate::moments::finite;

/// Watches equity bar by bar; [`summary`](Self::summary) says how deep and how long it fell.
///
/// Starts from the initial equity, so a loss on the first bar counts. The deepest fall is kept as its peak and
/// low and compared by cross-multiplication: no division per bar, and the branch is hardly ever taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawdown {
    intrabar: Watermark,
    close: Watermark,
    cash: f64,
    under: u64,
    longest: u64,
    last: f64,
}

/// A running peak, and the deepest fall below it as the peak and low of that moment.
///
/// Products of two equities are compared, so beyond 1e154 falls go unseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Watermark {
    peak: f64,
    worst_peak: f64,
    worst_low: f64,
}

impl Watermark {
    pub(crate) fn new(equity: f64) -> Self {
        Self { peak: equity, worst_peak: equity, worst_low: equity }
    }

    /// Takes the low when it is a smaller share of its peak than the worst so far; peaks are positive.
    #[inline(always)]
    pub(crate) fn push(&mut self, high: f64, low: f64) {
        self.peak = if high > self.peak { high } else { self.peak };
        if low * self.worst_peak < self.worst_low * self.peak {
            self.worst_low = low;
            self.worst_peak = self.peak;
        }
    }

    pub(crate) fn depth(&self) -> Option<f64> {
        if self.worst_peak > 0.0 {
            finite((self.worst_peak - self.worst_low) / self.worst_peak)
        } else {
            None
        }
    }
}

/// What a [`Drawdown`] saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct DrawdownSummary {
    /// Deepest fall with highs and lows within bars, as a fraction. Which came first in a bar is unknown and the
    /// high is taken to, so this is an upper bound.
    pub intrabar: Option<f64>,
    /// Deepest fall between closes, as a fraction.
    pub close: Option<f64>,
    /// Deepest fall within bars in cash; not always the moment of the deepest fraction.
    pub intrabar_cash: f64,
    /// Depth below the highest close now.
    pub current: Option<f64>,
    /// Bars from a peak close to its recovery, the longest; an open fall counts to now.
    pub longest_bars: u64,
    /// Bars since the peak close while equity is below it; zero otherwise.
    pub open_bars: u64,
}

impl Drawdown {
    /// Starts at the initial equity; depths exist when it is positive.
    #[must_use]
    pub fn new(start_equity: f64) -> Self {
        let start = Watermark::new(start_equity);
        Self { intrabar: start, close: start, cash: 0.0, under: 0, longest: 0, last: start_equity }
    }

    /// Takes the next bar: the highest and lowest equity within it, and equity at its close. Finite numbers;
    /// a caller without intrabar marks gives the close three times.
    #[inline]
    pub fn push(&mut self, high_equity: f64, low_equity: f64, close_equity: f64) {
        self.intrabar.push(high_equity, low_equity);
        let fall = self.intrabar.peak - low_equity;
        self.cash = if fall > self.cash { fall } else { self.cash };

        let below = close_equity < self.close.peak;
        self.close.push(close_equity, close_equity);
        let bars = self.under + u64::from(below | (self.under > 0));
        self.longest = self.longest.max(bars);
        self.under = if below { bars } else { 0 };
        self.last = close_equity;
    }

    /// The figures so far.
    #[must_use]
    pub fn summary(&self) -> DrawdownSummary {
        let peak = self.close.peak;
        DrawdownSummary {
            intrabar: self.intrabar.depth(),
            close: self.close.depth(),
            intrabar_cash: finite(self.cash).unwrap_or(0.0),
            current: if peak > 0.0 { finite((peak - self.last) / peak) } else { None },
            longest_bars: self.longest,
            open_bars: self.under,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawdown::max_drawdown;
    use proptest::prelude::*;

    #[test]
    fn a_first_bar_loss_counts() {
        let mut drawdown = Drawdown::new(100.0);
        drawdown.push(104.0, 78.0, 90.0);
        let summary = drawdown.summary();
        assert_eq!((summary.intrabar, summary.close, summary.current), (Some(0.25), Some(0.1), Some(0.1)));
        assert_eq!((summary.intrabar_cash, summary.longest_bars, summary.open_bars), (26.0, 1, 1));
    }

    #[test]
    fn lengths_from_peak_to_recovery() {
        let mut drawdown = Drawdown::new(100.0);
        for equity in [100.0, 90.0, 75.0, 80.0, 100.0, 120.0, 90.0, 96.0] {
            drawdown.push(equity, equity, equity);
        }
        let summary = drawdown.summary();
        assert_eq!((summary.longest_bars, summary.open_bars), (4, 2));
        assert_eq!((summary.close, summary.intrabar), (Some(0.25), Some(0.25)));
    }

    #[test]
    fn the_deepest_fraction_and_the_deepest_cash_differ() {
        let mut drawdown = Drawdown::new(10.0);
        for equity in [5.0, 1000.0, 900.0] {
            drawdown.push(equity, equity, equity);
        }
        assert_eq!((drawdown.summary().close, drawdown.summary().intrabar_cash), (Some(0.5), 100.0));
    }

    #[test]
    fn no_depth_without_a_positive_start() {
        let summary = Drawdown::new(0.0).summary();
        assert_eq!((summary.intrabar, summary.close, summary.current), (None, None, None));
    }

    proptest! {
        /// The accumulator and the plain function see the same depth.
        #[test]
        fn equals_the_function_over_series(
            bars in prop::collection::vec((1.0..1e6f64, 0.0..1.0f64, 0.0..1.0f64), 1..200),
        ) {
            let start = bars[0].0;
            let mut drawdown = Drawdown::new(start);
            let (mut highs, mut lows, mut closes) = (vec![start], vec![start], vec![start]);
            for (high, down, share) in bars {
                let low = high * (1.0 - down);
                let close = low + (high - low) * share;
                drawdown.push(high, low, close);
                highs.push(high);
                lows.push(low);
                closes.push(close);
            }
            let summary = drawdown.summary();
            for (ours, peaks, lows) in [(summary.intrabar, &highs, &lows), (summary.close, &closes, &closes)] {
                let (ours, expected) = (ours.unwrap(), max_drawdown(peaks, lows).unwrap().depth);
                prop_assert!((0.0..=1.0).contains(&ours));
                prop_assert!((ours - expected).abs() < 1e-14, "{} is not {}", ours, expected);
            }
        }
    }
}

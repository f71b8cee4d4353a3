use wickflow_shared::time::{Timestamp, Zone};
use wickflow_stats::Drawdown;

use super::PortfolioRun;
use crate::curve::{CurveSummary, Sample};

const DAY_MS: i64 = 86_400_000;

impl PortfolioRun {
    /// Equity at the last close of each calendar day in a zone; before the first, cash at the start. A close at midnight
    /// belongs to the day before.
    #[must_use]
    pub fn days(&self, zone: &Zone) -> Vec<Sample> {
        let day = |time: Timestamp| zone.local(time.plus_ms(-1)).0.div_euclid(DAY_MS);
        let start = self.start_time.map(|time| Sample { time, equity: self.start_cash });
        let ends = self.curve.chunk_by(|before, after| day(before.time) == day(after.time));
        let ends = ends.filter_map(|points| points.last());
        let samples = ends.map(|point| Sample { time: point.time, equity: point.equity });
        start.into_iter().chain(samples).collect()
    }

    /// Drawdowns, exposure and turnover, as those of one symbol; a bar is a point of the curve here.
    #[must_use]
    pub fn summary(&self) -> CurveSummary {
        let mut drawdown = Drawdown::new(self.start_cash);
        let (mut bars_held, mut exposure, mut equity) = (0, 0.0, 0.0);
        let mut fills = self.fills().map(|(_, fill)| fill.time).peekable();
        for point in &self.curve {
            drawdown.push(point.high_equity, point.low_equity, point.equity);
            let mut has_filled = false;
            while fills.next_if(|time| *time <= point.time).is_some() {
                has_filled = true;
            }
            bars_held += usize::from(point.held > 0 || has_filled);
            exposure += if point.equity > 0.0 { point.exposure / point.equity } else { 0.0 };
            equity += point.equity;
        }
        let falls = drawdown.summary();
        let bars = self.curve.len();
        let mean = |sum: f64| if bars > 0 { sum / count(bars) } else { 0.0 };
        let length = |bars: u64| usize::try_from(bars).unwrap_or(usize::MAX);
        CurveSummary {
            bars,
            bars_held,
            max_drawdown: falls.close.unwrap_or_default(),
            max_drawdown_intrabar: falls.intrabar.unwrap_or_default(),
            max_drawdown_cash: falls.intrabar_cash,
            current_drawdown: falls.current.unwrap_or_default(),
            longest_drawdown_bars: length(falls.longest_bars),
            open_drawdown_bars: length(falls.open_bars),
            capital_exposure: mean(exposure),
            mean_equity: mean(equity),
            traded: self.fills().map(|(_, fill)| fill.notional()).sum(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "bars are counted in 32 bits")]
fn count(bars: usize) -> f64 {
    bars as f64
}

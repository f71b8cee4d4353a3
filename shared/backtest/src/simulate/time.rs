use wickflow_shared::market::Bucket;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;

use super::Log;
use super::event::At;
use crate::fill::{Fill, Step};
use crate::trade::Trade;

/// A candle that comes later than this after the one before, while the market was open, is stale (rule M2).
const STALE_MS: i64 = 3_600_000;

/// When a point of a bar's path happens: as `market::bar_path` has it.
pub(super) fn time_of(series: &Series, at: At) -> Timestamp {
    let calendar = series.calendar();
    let open = series.candles().open_times().get(at.row).copied().unwrap_or(Timestamp(0));
    if at.step == Step::Open && calendar.is_round_the_clock() {
        return open.plus_ms(1);
    }
    let close = series.close_times().get(at.row).copied().unwrap_or(open);
    let bucket = Bucket { open, close };
    let span = if calendar.is_round_the_clock() { bucket } else { calendar.trading_span(bucket) };
    let third = (span.close.0.saturating_sub(span.open.0) - 2) / 3;
    match at.step {
        Step::Open => span.open.plus_ms(1),
        Step::FirstExtreme => span.open.plus_ms(1 + third),
        Step::SecondExtreme => span.open.plus_ms(1 + third * 2),
        Step::Close => span.close.plus_ms(-1),
        Step::AfterClose => close,
    }
}

impl Log {
    /// Writes down when everything happened. Done at the end because the times lie far apart in memory: looked up one
    /// after the other, without anything that waits for them, they come several at a time.
    pub(super) fn set_times(&mut self, series: &Series) {
        let mut stale = 0;
        for fill in &mut self.fills {
            fill.time = time_of(series, at(fill));
            fill.stale = is_stale(series, at(fill));
            stale += u32::from(fill.stale);
        }
        self.counts.stale_fills = stale;
        let fills = &self.fills;
        for trade in &mut self.trades {
            let time = |index: u32| fills.get(index as usize).map(|fill| fill.time);
            trade.entry_time = time(trade.first_fill).unwrap_or(trade.entry_time);
            trade.exit_time = time(last_fill(trade)).unwrap_or(trade.exit_time);
        }
    }
}

/// The fills of a trade stand one behind the other.
fn last_fill(trade: &Trade) -> u32 {
    (trade.first_fill + trade.entries + trade.exits).saturating_sub(1)
}

fn at(fill: &Fill) -> At {
    At { row: fill.bar as usize, step: fill.step }
}

fn is_stale(series: &Series, at: At) -> bool {
    let opens = series.candles().open_times();
    let (Some(before), Some(open)) = (at.row.checked_sub(1), opens.get(at.row)) else { return false };
    let most = STALE_MS.max(series.timeframe().nominal_ms());
    let gap_after = |time: &Timestamp| open.0.saturating_sub(time.0);
    // A candle closes after its open, so what is near to that is near to its close, which need not be read then.
    if at.step == Step::AfterClose || opens.get(before).is_none_or(|open| gap_after(open) <= most) {
        return false;
    }
    let close = series.close_times().get(before);
    close.is_some_and(|close| gap_after(close) > most && series.calendar().is_open(*close))
}

//! Whether the fills could have been had.

use wickflow_backtest::config::EntryTiming;
use wickflow_backtest::{Fill, Run, Step};
use wickflow_shared::order::OrderSide;
use wickflow_strategy::data::{Field, Series};

use super::{Facts, Finding, Severity, share};
use crate::words::{percent, plural};

/// Exits by a bracket with both legs in one bar: above it the path within bars is part of the strategy.
const AMBIGUOUS_SHARE: f64 = 0.05;
/// Trades that begin and end in one bar: candles cannot tell in which order things happened there.
const SAME_BAR_SHARE: f64 = 0.2;
/// How near to the better extreme counts as at it, as a share of the bar's range.
const AT_EXTREME: f64 = 0.02;
/// If prices within bars were random two fills in a hundred would be that near; ten times as many are no accident.
const EXTREME_SHARE: f64 = 0.2;
/// With fewer fills a share of them says nothing.
const MIN_FILLS: usize = 20;
/// An order of more than a tenth of what the bar traded moves the price and rarely fills in full.
const LARGE_ORDER: f64 = 0.1;

pub(super) fn signal_close(facts: &Facts) -> Option<Finding> {
    let is_at_close = facts.input.config.profile.entry == EntryTiming::SignalClose;
    let fills = facts.run.fills.iter().filter(|fill| fill.step == Step::AfterClose).count();
    if !is_at_close || fills == 0 {
        return None;
    }
    let text = format!(
        "{} happened at the close of the bar whose close decided them: the price is known only when trading on it is \
         over. The next-open profile waits for the next bar.",
        plural(fills, "fill")
    );
    let finding =
        Finding::new("signal_close", Severity::Serious, "Fills on the price that decided them", text);
    Some(finding.with("fills", fills as f64))
}

pub(super) fn stale(facts: &Facts) -> Option<Finding> {
    let stale = facts.run.counts.stale_fills as usize;
    let text = format!(
        "{} of {} came right after missing candles: the price may be hours from what the order was decided on.",
        plural(stale, "fill"),
        facts.run.fills.len()
    );
    let finding = Finding::new("stale_fills", Severity::Caution, "Fills after missing data", text);
    let bars = facts.run.fills.iter().filter(|fill| fill.stale).map(|fill| fill.bar);
    (stale > 0).then(|| finding.with("fills", stale as f64).about_bars(bars))
}

pub(super) fn ambiguous_brackets(facts: &Facts) -> Option<Finding> {
    let (ambiguous, trades) = (facts.run.counts.ambiguous_exits as usize, facts.trades().len());
    let part = share(ambiguous, trades);
    if ambiguous == 0 || part < AMBIGUOUS_SHARE {
        return None;
    }
    let text = format!(
        "In {} of {} stop and target lay in one bar, and an assumption about the path decided which was first. Finer \
         candles or wider brackets would tell.",
        plural(ambiguous, "exit"),
        plural(trades, "trade")
    );
    let finding =
        Finding::new("ambiguous_brackets", Severity::Caution, "Both legs of a bracket in one bar", text);
    Some(finding.with("exits", ambiguous as f64).with("share", part))
}

pub(super) fn same_bar(facts: &Facts) -> Option<Finding> {
    let trades = facts.trades_where(|trade| trade.bars() == 0);
    let part = share(trades.len(), facts.trades().len());
    if part < SAME_BAR_SHARE || facts.trades().len() < MIN_FILLS {
        return None;
    }
    let text = format!(
        "{} began and ended within one bar ({}). What happened first inside a candle is an assumption; use a shorter \
         timeframe.",
        plural(trades.len(), "trade"),
        percent(part)
    );
    let finding = Finding::new("same_bar", Severity::Caution, "Trades inside one bar", text);
    Some(finding.with("trades", trades.len() as f64).with("share", part).about_trades(trades))
}

/// What one look at each fill beside its bar finds; the bars lie far apart in memory.
#[derive(Debug, Default)]
pub(crate) struct BesideBars {
    /// Bought near the low of the bar, or sold near its high.
    at_extremes: Vec<u32>,
    /// In a bar without volume.
    no_volume: Vec<u32>,
    /// Larger than [`LARGE_ORDER`] of the bar's volume.
    large: Vec<u32>,
    /// The largest share of a bar's volume, of those.
    largest: f64,
}

impl BesideBars {
    pub(crate) fn of(run: &Run, series: &Series) -> Self {
        let [highs, lows, volumes] =
            [Field::High, Field::Low, Field::Volume].map(|field| series.field(field).raw());
        let mut found = Self::default();
        for fill in &run.fills {
            let bar = fill.bar as usize;
            let (Some(high), Some(low), Some(volume)) = (highs.get(bar), lows.get(bar), volumes.get(bar))
            else {
                continue;
            };
            if is_at_extreme(fill, *high, *low) {
                found.at_extremes.push(fill.bar);
            }
            if *volume <= 0.0 {
                found.no_volume.push(fill.bar);
            } else if fill.quantity / volume > LARGE_ORDER {
                found.large.push(fill.bar);
                found.largest = found.largest.max(fill.quantity / volume);
            }
        }
        found
    }
}

fn is_at_extreme(fill: &Fill, high: f64, low: f64) -> bool {
    let near = (high - low) * AT_EXTREME;
    near > 0.0
        && match fill.side {
            OrderSide::Buy => fill.price <= low + near,
            OrderSide::Sell => fill.price >= high - near,
        }
}

pub(super) fn at_extremes(facts: &Facts) -> Option<Finding> {
    let found = &facts.measured.beside_bars.at_extremes;
    let part = share(found.len(), facts.run.fills.len());
    if part < EXTREME_SHARE || facts.run.fills.len() < MIN_FILLS {
        return None;
    }
    let text = format!(
        "{} of {} bought at the bar's low or sold at its high. Those are prices that the last one in the queue does not get.",
        percent(part),
        plural(facts.run.fills.len(), "fill")
    );
    let finding =
        Finding::new("fills_at_extremes", Severity::Caution, "Fills at the best price of the bar", text);
    Some(finding.with("share", part).with("fills", found.len() as f64).about_bars(found.iter().copied()))
}

pub(super) fn no_volume(facts: &Facts) -> Option<Finding> {
    let found = &facts.measured.beside_bars.no_volume;
    // A series without any volume does not know it; that is no finding.
    let volumes = facts.series.field(Field::Volume).raw();
    if found.is_empty() || volumes.iter().all(|volume| *volume <= 0.0) {
        return None;
    }
    let text = format!(
        "{} happened in bars in which nothing was traded: nobody was there to take the other side.",
        plural(found.len(), "fill")
    );
    let finding = Finding::new("no_volume", Severity::Caution, "Fills without volume", text);
    Some(finding.with("fills", found.len() as f64).about_bars(found.iter().copied()))
}

pub(super) fn large_orders(facts: &Facts) -> Option<Finding> {
    let (large, largest) = (&facts.measured.beside_bars.large, facts.measured.beside_bars.largest);
    if large.is_empty() {
        return None;
    }
    let text = format!(
        "{} took more than {} of the bar's volume, the largest {}. Such orders move the price against themselves or stay \
         unfilled.",
        plural(large.len(), "fill"),
        percent(LARGE_ORDER),
        percent(largest)
    );
    let severity = if largest > 1.0 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("large_orders", severity, "Orders too large for the market", text);
    let finding = finding.with("fills", large.len() as f64).with("largest", largest);
    Some(finding.about_bars(large.iter().copied()))
}

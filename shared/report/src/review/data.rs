//! What is wrong with the candles.

use wickflow_shared::market::Calendar;
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::data::Field;

use super::{Facts, Finding, Severity, share};
use crate::curve::bars_of;
use crate::words::{count, figure, percent, plural};

/// Missing candles beyond this share leave holes that indicators and fills fall into.
const MANY_GAPS: f64 = 0.01;

pub(super) fn jumps(facts: &Facts) -> Option<Finding> {
    let times = facts.series.candles().open_times();
    let [opens, closes] = [Field::Open, Field::Close].map(|field| facts.series.field(field).raw());
    let bars = bars_of(facts.run, facts.series);
    let is_known = |bar: usize| {
        let time = times.get(bar).copied().unwrap_or_default();
        let before = bar.checked_sub(1).and_then(|before| times.get(before)).copied();
        facts.input.config.splits.iter().any(|split| split.time <= time && Some(split.time) > before)
    };
    let within = |bar: &usize| *bar > bars.start && *bar < bars.end && !is_known(*bar);
    let found: Vec<usize> = facts.series.jumps().iter().copied().filter(within).collect();
    let first = *found.first()?;
    let change = opens.get(first)? / closes.get(first.checked_sub(1)?)?;
    let text = format!(
        "{} opened far from the close before, the first at {} times it. That may be a split that the candles were not \
         adjusted for: name it in the settings, or the result and buy and hold are wrong.",
        plural(found.len(), "bar"),
        figure(change)
    );
    let finding = Finding::new("price_jumps", Severity::Serious, "Prices jump", text);
    let finding = finding.with("jumps", found.len() as f64).with("first_ratio", change);
    Some(finding.about_bars(found.into_iter().filter_map(|bar| u32::try_from(bar).ok())))
}

pub(super) fn gaps(facts: &Facts) -> Option<Finding> {
    let calendar = facts.series.calendar();
    let timeframe = facts.series.timeframe();
    let bars = bars_of(facts.run, facts.series);
    let (opens, closes) = (facts.series.candles().open_times(), facts.series.close_times());
    let breaks = facts.series.breaks();
    let from = breaks.partition_point(|row| *row <= bars.start);
    let within = breaks.get(from..).unwrap_or_default().iter().take_while(|row| **row < bars.end);
    let mut found = Vec::new();
    let mut missing = 0;
    for row in within {
        let holes = match (closes.get(row - 1), opens.get(*row)) {
            (Some(close), Some(next)) => missing_between(calendar, timeframe, *close, *next),
            _ => 0,
        };
        if holes > 0 {
            missing += holes;
            found.push(u32::try_from(*row).unwrap_or(u32::MAX));
        }
    }
    if found.is_empty() {
        return None;
    }
    let part = share(missing, missing + bars.len());
    let text = format!(
        "{} where the market was open, about {} candles ({}). Missing candles stay missing: indicators skip them, and \
         orders fill after them.",
        plural(found.len(), "gap"),
        count(missing),
        percent(part)
    );
    let severity = if part > MANY_GAPS { Severity::Caution } else { Severity::Info };
    let finding = Finding::new("data_gaps", severity, "Missing candles", text);
    Some(finding.with("gaps", found.len() as f64).with("candles", missing as f64).about_bars(found))
}

/// More sessions than this within one gap are not looked at one by one.
const MAX_SESSIONS: usize = 1000;

/// Candles that could have been between the close of one and the open of the next, while the market was open.
fn missing_between(calendar: &Calendar, timeframe: Timeframe, close: Timestamp, next: Timestamp) -> usize {
    let candles = |ms: i64| usize::try_from(ms / timeframe.nominal_ms()).unwrap_or_default();
    if calendar.is_round_the_clock() {
        return candles(next.0 - close.0);
    }
    let mut at = close;
    let mut missing = 0;
    for _ in 0..MAX_SESSIONS {
        let Some(session) = calendar.session_at(at).or_else(|| calendar.next_session(at)) else { break };
        if session.open >= next {
            break;
        }
        missing += match timeframe {
            Timeframe::Minutes(_) => candles(session.close.min(next).0 - session.open.max(at).0),
            // Days and weeks open at local midnight, before their session.
            Timeframe::Day | Timeframe::Week => usize::from(session.close <= next),
        };
        at = session.close;
    }
    if timeframe == Timeframe::Week { missing / 7 } else { missing }
}

//! Closed trades: which are in view, which lie together, which is under the pointer.

use super::column::{Column, Range};
use crate::model::sort_by_number;
use crate::{Chart, Side};

/// Trades that began before a stretch of time are looked through so far back for those that reach into it.
const LOOK_BACK: usize = 64;
/// Where thousands share a few pixels the newest are enough.
const MAX_NEAR: usize = 1000;

/// A trade from entry to exit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// UTC milliseconds; drawn at the bar that contains it.
    pub entry_time: i64,
    pub entry_price: f64,
    pub exit_time: i64,
    pub exit_price: f64,
    /// [`Side::Buy`] for a long trade.
    pub side: Side,
    /// Profit or loss, in any unit: only its sign is drawn. Zero counts as won.
    pub pnl: f64,
}

impl Trade {
    pub(super) fn is_won(&self) -> bool {
        self.pnl >= 0.0
    }

    fn check(&self) -> bool {
        self.entry_price.is_finite() && self.exit_price.is_finite() && self.entry_time <= self.exit_time
    }
}

/// Trades in order of their entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Trades {
    /// As the caller gave them.
    given: Vec<Trade>,
    /// Positions in `given` of those that can be drawn, by entry time.
    by_entry: Vec<usize>,
    /// The same by exit time.
    by_exit: Vec<usize>,
    /// Lowest and highest of entry and exit price, in the order of `by_entry`.
    lows: Column,
    highs: Column,
    /// Profit or loss of the first `n` in the order of `by_entry`.
    sums: Vec<f64>,
    selected: Option<usize>,
}

/// Several trades as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Merged {
    pub(super) prices: Range,
    pub(super) pnl: f64,
}

impl Trades {
    pub(super) fn new(given: Vec<Trade>) -> Self {
        let shown = |at: &usize| given.get(*at).is_some_and(Trade::check);
        let time = |at: usize, pick: fn(&Trade) -> i64| given.get(at).map_or(0, pick);
        let mut by_entry: Vec<usize> = (0..given.len()).filter(shown).collect();
        let mut by_exit = by_entry.clone();
        sort_by_number(&mut by_entry, |at| time(*at, |trade| trade.entry_time));
        sort_by_number(&mut by_exit, |at| time(*at, |trade| trade.exit_time));
        let sorted = || by_entry.iter().filter_map(|at| given.get(*at));
        let lows = Column::new(sorted().map(|trade| trade.entry_price.min(trade.exit_price)).collect());
        let highs = Column::new(sorted().map(|trade| trade.entry_price.max(trade.exit_price)).collect());
        let mut sum = 0.0;
        let sums = std::iter::once(0.0).chain(sorted().map(|trade| {
            sum += if trade.pnl.is_finite() { trade.pnl } else { 0.0 };
            sum
        }));
        let sums = sums.collect();
        Self { lows, highs, sums, given, by_entry, by_exit, selected: None }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Trade> {
        self.given.get(index)
    }

    /// How many are shown.
    pub(super) fn len(&self) -> usize {
        self.by_entry.len()
    }

    pub(super) fn select(&mut self, index: Option<usize>) {
        self.selected = index.filter(|at| self.given.get(*at).is_some_and(Trade::check));
    }

    pub(super) fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// Position in the order of entries of the first that enters at `time` or later.
    pub(super) fn entered_from(&self, time: i64) -> usize {
        self.by_entry.partition_point(|at| self.given.get(*at).is_some_and(|trade| trade.entry_time < time))
    }

    /// The trade at a position in the order of entries.
    pub(super) fn nth(&self, position: usize) -> Option<&Trade> {
        self.given.get(*self.by_entry.get(position)?)
    }

    /// Trades before a position in the order of entries that reach to `time`, as far as they are looked through, the
    /// newest first, with their positions in the caller's list.
    pub(super) fn reaching(&self, position: usize, time: i64) -> impl Iterator<Item = (usize, &Trade)> {
        let from = position.saturating_sub(LOOK_BACK);
        let before = self.by_entry.get(from..position).unwrap_or_default();
        let found = before.iter().rev().filter_map(|at| Some((*at, self.given.get(*at)?)));
        found.filter(move |(_, trade)| trade.exit_time >= time)
    }

    /// The trades at positions `[from, to)` in the order of entries as one.
    pub(super) fn merged(&self, from: usize, to: usize) -> Option<Merged> {
        let (a, b) = (i64::try_from(from).ok()?, i64::try_from(to).ok()?);
        let prices = Range { low: self.lows.extremes(a, b)?.low, high: self.highs.extremes(a, b)?.high };
        Some(Merged { prices, pnl: self.sums.get(to)? - self.sums.get(from)? })
    }

    /// The trade, by its position in the caller's list, whose entry, exit or connecting line is nearest to a place, if
    /// one is within reach.
    pub(super) fn at(&self, chart: &Chart, x: f64, y: f64, reach: f64) -> Option<usize> {
        if self.by_entry.is_empty() {
            return None;
        }
        let (left, right) = (chart.time_from_x(x - reach)?, chart.time_from_x(x + reach)?);
        let right = right.saturating_add(chart.step_ms());
        let mut best: Option<(f64, usize)> = None;
        let mut offer = |distance: f64, at: usize| {
            if distance <= reach && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, at));
            }
        };
        let place = |time, price| Some((chart.x_from_time(time)?, chart.y_from_price(price)?));
        let far = |(px, py): (f64, f64)| (px - x).hypot(py - y);
        for (order, pick) in [
            (&self.by_entry, (|trade| (trade.entry_time, trade.entry_price)) as fn(&Trade) -> (i64, f64)),
            (&self.by_exit, |trade| (trade.exit_time, trade.exit_price)),
        ] {
            let bound = |time| {
                order.partition_point(|at| self.given.get(*at).is_some_and(|trade| pick(trade).0 < time))
            };
            let near = order.get(bound(left)..bound(right)).unwrap_or_default();
            for at in near.iter().rev().take(MAX_NEAR) {
                let Some((time, price)) = self.given.get(*at).map(pick) else { continue };
                offer(place(time, price).map_or(f64::INFINITY, far), *at);
            }
        }
        if best.is_none() {
            for (at, trade) in self.reaching(self.entered_from(right), left) {
                let ends =
                    place(trade.entry_time, trade.entry_price).zip(place(trade.exit_time, trade.exit_price));
                if let Some((a, b)) = ends
                    && distance_to_line((x, y), a, b) <= reach / 2.0
                {
                    return Some(at);
                }
            }
        }
        best.map(|(_, at)| at)
    }
}

/// From a point to the stretch between two others.
fn distance_to_line((x, y): (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - a.0) * dx + (y - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (a.0 + along * dx - x).hypot(a.1 + along * dy - y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trade(entry_time: i64, exit_time: i64, pnl: f64) -> Trade {
        let price = 100.0 + pnl;
        Trade { entry_time, entry_price: 100.0, exit_time, exit_price: price, side: Side::Buy, pnl }
    }

    #[test]
    fn trades_merge_to_their_true_range_and_sum() {
        let trades = Trades::new(vec![
            trade(30, 40, -2.0),
            trade(10, 20, 5.0),
            Trade { exit_price: f64::NAN, ..trade(12, 13, 9.0) },
            trade(50, 45, 9.0),
            trade(20, 60, 1.0),
        ]);
        assert_eq!(trades.len(), 3, "neither a price that is no number nor an exit before the entry");
        assert_eq!(trades.nth(0).map(|trade| trade.entry_time), Some(10));
        assert_eq!(trades.entered_from(20), 1);
        let merged = trades.merged(0, 3).unwrap();
        assert_eq!(merged, Merged { prices: Range { low: 98.0, high: 105.0 }, pnl: 4.0 });
        assert_eq!(trades.merged(1, 1), None);
        let reaching: Vec<_> = trades.reaching(3, 50).map(|(at, _)| at).collect();
        assert_eq!(reaching, [4]);
    }

    #[test]
    fn a_selection_is_a_trade_that_is_shown() {
        let mut trades = Trades::new(vec![trade(1, 2, 1.0), trade(5, 4, 1.0)]);
        for (wanted, got) in [(Some(0), Some(0)), (Some(1), None), (Some(9), None), (None, None)] {
            trades.select(wanted);
            assert_eq!(trades.selected(), got);
        }
    }

    #[test]
    fn distances_are_to_the_stretch_and_not_beyond() {
        let far = |x, y| distance_to_line((x, y), (0.0, 0.0), (10.0, 0.0));
        assert!((far(5.0, 3.0) - 3.0).abs() < 1e-12);
        assert!((far(14.0, 3.0) - 5.0).abs() < 1e-12);
        assert!((distance_to_line((3.0, 4.0), (0.0, 0.0), (0.0, 0.0)) - 5.0).abs() < 1e-12);
    }
}

use wickflow_shared::order::OrderSide;
use wickflow_strategy::plan::{ActionKind, Direction};

use super::Sim;
use super::inputs::{ActionInput, covers};
use super::order::{ActiveGuard, Amount, Terms, Waiting, opening_side};
use crate::fold::{least, most};

/// How many bars are looked at together.
const BLOCK: usize = 32;

impl Sim<'_> {
    /// The next bar in which anything can happen, after `row`; the price of a position is followed up to it.
    pub(super) fn skip(&mut self, row: usize) -> usize {
        let next = row + 1;
        if self.must_look_at_next() {
            return next;
        }
        let mut bound = self.end;
        for action in &self.inputs.actions {
            let bits = if self.can_act(action) { action.when.on_bits() } else { None };
            if let Some(signal) = bits.and_then(|bits| bits.next_one(next)) {
                bound = bound.min(signal);
            }
        }
        for entry in &self.resting {
            bound = bound.min(entry.last_row);
        }
        for (split, _) in &self.splits {
            if *split >= next {
                bound = bound.min(*split);
            }
        }
        let has_prices = self.account.held.is_some() || !self.resting.is_empty();
        if has_prices && next < bound { self.follow_prices(next, bound) } else { bound.max(next) }
    }

    fn must_look_at_next(&self) -> bool {
        let is_waiting = !self.exits.is_empty() || !self.entries.is_empty() || self.forced.is_some();
        let is_fresh = |terms: Option<Terms>| matches!(terms, Some(Terms::CloseLimit(_)));
        self.inputs.is_late
            || self.late.is_some()
            || is_waiting
            || self.guards.iter().any(|guard| guard.is_fresh || guard.moves)
            || self.resting.iter().any(|entry| entry.is_fresh || is_fresh(entry.terms))
    }

    /// Whether an action whose signal comes on would do anything, as things are.
    fn can_act(&self, action: &ActionInput<'_>) -> bool {
        match action.kind {
            ActionKind::Enter { .. } => self.may_enter(action),
            ActionKind::Exit { direction, .. } => {
                self.direction().is_some_and(|held| covers(*direction, held))
            }
            ActionKind::CancelEntries => !self.resting.is_empty(),
        }
    }

    /// The first bar of [from, to) in which the price reaches a level, or `to`.
    fn follow_prices(&mut self, from: usize, to: usize) -> usize {
        let (lower, upper) = self.levels();
        let (Some(lows), Some(highs)) = (self.bars.low.get(from..to), self.bars.high.get(from..to)) else {
            return from;
        };
        let mut row = from;
        for (lows, highs) in lows.chunks(BLOCK).zip(highs.chunks(BLOCK)) {
            let (low, high) = (least(lows), most(highs));
            if low <= lower || high >= upper {
                let place = lows.iter().zip(highs).position(|(low, high)| *low <= lower || *high >= upper);
                let before = place.unwrap_or(lows.len());
                for (low, high) in lows.iter().zip(highs).take(before) {
                    self.account.visit(*low, *high);
                }
                return row + before;
            }
            self.account.visit(low, high);
            row += lows.len();
        }
        to
    }

    /// Between these prices nothing fills: the highest level below the market, and the lowest above it.
    pub(super) fn levels(&self) -> (f64, f64) {
        let (mut lower, mut upper) = self.ruin();
        let mut take = |waiting: Waiting| {
            let (price, is_limit) = match waiting.terms {
                Terms::Limit(price) => (price, true),
                Terms::Stop(price) | Terms::StopLimit(price, _) => (price, false),
                Terms::CloseLimit(_) => return,
            };
            // Written so that a level that is not known changes nothing.
            if (waiting.side == OrderSide::Buy) == is_limit {
                lower = if price > lower { price } else { lower };
            } else {
                upper = if price < upper { price } else { upper };
            }
        };
        if let Some(side) = self.account.side() {
            self.guards.iter().for_each(|guard: &ActiveGuard| take(guard.waiting(side.closed_by())));
        }
        self.resting.iter().filter_map(super::Entry::waiting).for_each(take);
        (lower, upper)
    }

    /// The prices at which the position can no longer be kept (rule K4), a hair early.
    fn ruin(&self) -> (f64, f64) {
        let (position, cash) = (self.account.position, self.account.cash);
        let maintenance = self.maintenance();
        if position > 0.0 {
            let kept = position * (1.0 - maintenance);
            let low = if kept > 0.0 { -cash / kept * (1.0 + 1e-9) } else { f64::INFINITY };
            // With a maintenance margin of one or more the price says too little: every bar is looked at.
            (if cash < 0.0 || kept <= 0.0 { low } else { f64::NEG_INFINITY }, f64::INFINITY)
        } else if position < 0.0 {
            (f64::NEG_INFINITY, cash / (-position * (1.0 + maintenance)) * (1.0 - 1e-9))
        } else {
            (f64::NEG_INFINITY, f64::INFINITY)
        }
    }

    /// New units for old ones before a bar; the ratio, if there is a split.
    pub(super) fn split(&mut self, row: usize) -> Option<f64> {
        let mut all = 1.0;
        for (_, ratio) in self.splits.iter().filter(|(split, _)| *split == row && row > self.first) {
            all *= ratio;
        }
        if (all - 1.0_f64).abs() <= 0.0 {
            return None;
        }
        self.account.split(all);
        for guard in &mut self.guards {
            for price in [&mut guard.level, &mut guard.base, &mut guard.best] {
                *price /= all;
            }
            if self.inputs.guards.get(usize::from(guard.index)).is_some_and(|input| input.is_price()) {
                guard.value /= all;
            }
        }
        for entry in self.resting.iter_mut().chain(&mut self.entries) {
            entry.terms = entry.terms.map(|terms| terms.scaled(1.0 / all));
            entry.signal_close /= all;
            entry.amount = match entry.amount {
                Amount::Units(units) => Amount::Units(units * all),
                Amount::Risk(percent, distance, most) => Amount::Risk(percent, distance / all, most),
                amount => amount,
            };
            for (value, input) in entry.guard_values.iter_mut().zip(&self.inputs.guards) {
                if input.is_price() {
                    *value /= all;
                }
            }
        }
        Some(all)
    }
}

impl super::Entry {
    /// As it waits for a price; a market order and one that waits for a close do not.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let terms = self.terms.filter(|terms| !matches!(terms, Terms::CloseLimit(_)))?;
        Some(Waiting { side: opening_side(self.direction), terms, is_fresh: self.is_fresh })
    }

    /// Its number and limit, when it waits for closes and this one is within its limit.
    pub(super) fn limit_within(&self, close: f64) -> Option<(u32, f64)> {
        let Some(Terms::CloseLimit(limit)) = self.terms else { return None };
        let is_within = match self.direction {
            Direction::Long => close < limit,
            Direction::Short => close > limit,
        };
        is_within.then_some((self.number, limit))
    }
}

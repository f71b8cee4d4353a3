use wickflow_shared::order::OrderSide;
use wickflow_strategy::plan::Direction;

use super::Sim;
use super::order::{ActiveGuard, Amount, Terms, Waiting, opening_side};
use crate::event::Event;

impl Sim<'_> {
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
        if let Some(side) = self.state.account.side() {
            self.state.guards.iter().for_each(|guard: &ActiveGuard| take(guard.waiting(side.closed_by())));
        }
        self.state.resting.iter().filter_map(super::Entry::waiting).for_each(take);
        (lower, upper)
    }

    /// The prices at which the position can no longer be kept (rule K4), a hair early.
    fn ruin(&self) -> (f64, f64) {
        let (position, cash) = (self.state.account.position, self.state.account.cash);
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

    /// New units for old ones before a bar; does nothing at a ratio of 1. Whether there was a split.
    pub(super) fn split(&mut self, ratio: f64) -> bool {
        if (ratio - 1.0_f64).abs() <= 0.0 {
            return false;
        }
        self.state.log.note(|| Event::Split { ratio });
        self.state.account.split(ratio);
        for guard in &mut self.state.guards {
            for price in [&mut guard.level, &mut guard.base, &mut guard.best] {
                *price /= ratio;
            }
            guard.ahead *= ratio;
            if self.inputs.guards.get(usize::from(guard.index)).is_some_and(|input| input.is_price()) {
                guard.value /= ratio;
            }
        }
        for entry in self.state.resting.iter_mut().chain(&mut self.state.entries) {
            entry.terms = entry.terms.map(|terms| terms.scaled(1.0 / ratio));
            entry.signal_close /= ratio;
            entry.ahead *= ratio;
            entry.amount = match entry.amount {
                Amount::Units(units) => Amount::Units(units * ratio),
                Amount::Risk(percent, distance, most) => Amount::Risk(percent, distance / ratio, most),
                amount => amount,
            };
            for (value, input) in entry.guard_values.iter_mut().zip(&self.inputs.guards) {
                if input.is_price() {
                    *value /= ratio;
                }
            }
        }
        true
    }
}

impl super::Entry {
    /// As it waits for a price; a market order and one that waits for a close do not.
    pub(super) fn waiting(&self) -> Option<Waiting> {
        let terms = self.terms.filter(|terms| !matches!(terms, Terms::CloseLimit(_)))?;
        let is_first = self.ahead < 0.0;
        Some(Waiting { side: opening_side(self.direction), terms, is_fresh: self.is_fresh, is_first })
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

use wickflow_shared::portfolio::PositionSide;
use wickflow_strategy::plan::{Direction, Distance, From, GuardKind};

use super::Sim;
use super::event::At;
use super::inputs::covers;
use super::order::{ActiveGuard, Entry};
use crate::config::GuardStart;
use crate::event::Event;
use crate::fill::{Cause, Step};
use crate::result::RejectReason;

impl Sim<'_> {
    /// Places the guards of a new position, or moves those of one that was added to: what counts from the fill counts
    /// from the average price of all entries then (our choice).
    pub(super) fn place_guards(&mut self, at: At, entry: &Entry, price: f64) {
        let Some((average, is_first)) =
            self.state.account.held.as_ref().map(|held| (held.average, held.entries == 1))
        else {
            return;
        };
        if !is_first {
            self.rebase(average);
            return;
        }
        let inputs = self.inputs;
        let waits = self.config.profile.guards == GuardStart::NextBar || at.step == Step::AfterClose;
        // Stops first: a target in multiples of the risk needs their distance.
        for is_target in [false, true] {
            for (index, input) in (0_u16..).zip(&inputs.guards) {
                let guard = &input.guard;
                if (guard.kind == GuardKind::TakeProfit) != is_target
                    || !covers(guard.direction, entry.direction)
                {
                    continue;
                }
                let value = entry.guard_values.get(usize::from(index)).copied().unwrap_or(f64::NAN);
                let base = match guard.from {
                    From::Fill => price,
                    From::SignalClose => entry.signal_close,
                };
                let moves = guard.follows || guard.kind == GuardKind::TrailingStop;
                let mut active = ActiveGuard {
                    number: self.state.next_order,
                    index,
                    kind: guard.kind,
                    level: f64::NAN,
                    base,
                    from: guard.from,
                    value,
                    is_fresh: true,
                    ahead: self.ahead(),
                    best: base,
                    first_row: at.row + usize::from(waits),
                    moves,
                };
                active.level = self.level(&active);
                if active.level.is_nan() {
                    self.state.log.counts.missing_guards += 1;
                    self.state.log.reject(at.row, Cause::Guard(index), RejectReason::MissingLevel, 0.0, 0.0);
                }
                if active.level.is_nan() && !moves {
                    continue;
                }
                self.state.next_order += 1;
                if let Some(held) = &mut self.state.account.held
                    && held.initial_risk.is_none()
                    && !is_target
                {
                    held.initial_risk = (!active.level.is_nan()).then(|| (base - active.level).abs());
                }
                let known = (!active.level.is_nan()).then_some(active.level);
                let order = active.number;
                self.state.log.note(|| Event::GuardPlaced { order, guard: index, level: known });
                self.state.guards.push(active);
            }
        }
    }

    fn rebase(&mut self, average: f64) {
        let mut guards = std::mem::take(&mut self.state.guards);
        for guard in guards.iter_mut().filter(|guard| guard.from == From::Fill) {
            guard.base = average;
            if guard.kind != GuardKind::TrailingStop {
                let level = self.level(guard);
                self.move_to(guard, level);
            }
        }
        self.state.guards = guards;
    }

    /// The price was within these since the guards numbered below `newest` were placed.
    pub(super) fn advance_trailing(&mut self, low: f64, high: f64, newest: u32) {
        let is_long = self.state.account.position > 0.0;
        for guard in self.state.guards.iter_mut().filter(|guard| guard.number < newest) {
            guard.best = if is_long { guard.best.max(high) } else { guard.best.min(low) };
        }
    }

    /// Works the levels that may change out anew, at a close.
    pub(super) fn follow(&mut self, row: usize) {
        if !self.state.guards.iter().any(|guard| guard.moves) {
            return;
        }
        let mut guards = std::mem::take(&mut self.state.guards);
        for guard in guards.iter_mut().filter(|guard| guard.moves) {
            let Some(input) = self.inputs.guards.get(usize::from(guard.index)) else { continue };
            let value = input.value.number(row, &self.values);
            if value.is_nan() {
                continue;
            }
            guard.value = value;
            let level = self.level(guard);
            self.move_to(guard, level);
        }
        self.state.guards = guards;
    }

    /// Whether there is a stop that moves with the price.
    pub(super) fn trails(&self) -> bool {
        self.state.guards.iter().any(|guard| guard.kind == GuardKind::TrailingStop)
    }

    /// Moves trailing stops after their best prices, at the distances that were read last.
    pub(crate) fn ratchet(&mut self) {
        let mut guards = std::mem::take(&mut self.state.guards);
        for guard in guards.iter_mut().filter(|guard| guard.kind == GuardKind::TrailingStop) {
            let level = self.level(guard);
            self.move_to(guard, level);
        }
        self.state.guards = guards;
    }

    fn move_to(&mut self, guard: &mut ActiveGuard, level: f64) {
        if level.is_nan() {
            return;
        }
        let is_back = match (guard.kind, self.state.account.side()) {
            (GuardKind::TrailingStop, Some(PositionSide::Long)) => level < guard.level,
            (GuardKind::TrailingStop, Some(PositionSide::Short)) => level > guard.level,
            _ => false,
        };
        if !is_back {
            // A limit that changes arrives anew, and may take (rule L-6).
            let is_moved = level.total_cmp(&guard.level).is_ne();
            guard.is_fresh |= guard.kind == GuardKind::TakeProfit && is_moved;
            if is_moved {
                let order = guard.number;
                self.state.log.note(|| Event::GuardMoved { order, level });
                guard.ahead = self.ahead();
            }
            guard.level = level;
        }
    }

    /// Where a guard is now; NaN when that is not known.
    fn level(&self, guard: &ActiveGuard) -> f64 {
        let Some(input) = self.inputs.guards.get(usize::from(guard.index)) else { return f64::NAN };
        let base = if guard.kind == GuardKind::TrailingStop { guard.best } else { guard.base };
        let value = guard.value;
        let distance = match input.guard.distance {
            Distance::Level(_) => return self.on_tick(value),
            Distance::Percent(_) => base * (value / 100.0),
            Distance::Price(_) => value,
            Distance::Risk(_) => {
                let held = self.state.account.held.as_ref();
                value * held.and_then(|held| held.initial_risk).unwrap_or(f64::NAN)
            }
        };
        if distance.is_nan() || distance < 0.0 {
            return f64::NAN;
        }
        let is_up = (self.direction() == Some(Direction::Long)) == (guard.kind == GuardKind::TakeProfit);
        self.on_tick(if is_up { base + distance } else { base - distance })
    }

    /// A price of an order as the nearest whole number of ticks.
    pub(super) fn on_tick(&self, price: f64) -> f64 {
        self.config.on_tick(price)
    }
}

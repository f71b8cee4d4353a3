use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::plan::{Direction, GuardKind};

use super::Sim;
use super::event::At;
use super::inputs::Bar;
use super::order::{Entry, Exit, Hit, opening_side};
use crate::config::{FeeModel, FeeOrder, Taking};
use crate::event::Event;
use crate::fill::{Cause, Fill};
use crate::result::RejectReason;

impl Sim<'_> {
    /// A guard closes the position.
    pub(super) fn fill_guard(&mut self, at: At, number: u32, hit: &Hit, bar: &Bar) {
        let Some(guard) = self.state.guards.iter().find(|guard| guard.number == number).copied() else {
            return;
        };
        let within = |kind: fn(GuardKind) -> bool| {
            self.state
                .guards
                .iter()
                .any(|guard| kind(guard.kind) && (bar.low..=bar.high).contains(&guard.level))
        };
        if within(|kind| kind == GuardKind::TakeProfit) && within(|kind| kind != GuardKind::TakeProfit) {
            self.state.log.counts.ambiguous_exits += 1;
        }
        self.close(at, self.state.account.position.abs(), hit, Cause::Guard(guard.index), number);
    }

    /// A market order closes the position, or a part of it.
    pub(super) fn fill_exit(&mut self, at: At, exit: &Exit, hit: &Hit) {
        let held = self.state.account.position.abs();
        let covered = self.direction().is_some_and(|held| exit.direction.is_none_or(|which| which == held));
        if !covered {
            return;
        }
        let cause = Cause::Action(exit.action);
        let part = if exit.fraction >= 1.0 { held } else { self.whole_lots(held * exit.fraction) };
        if part > 0.0 {
            self.close(at, part.min(held), hit, cause, exit.number);
        } else {
            self.state.log.reject(
                at.row,
                cause,
                RejectReason::BelowLot,
                self.config.lot_size,
                held * exit.fraction,
            );
        }
    }

    /// A resting entry has been reached; whether it filled.
    pub(super) fn fill_resting(&mut self, at: At, number: u32, hit: &Hit) -> bool {
        let Some(place) = self.state.resting.iter().position(|entry| entry.number == number) else {
            return false;
        };
        let entry = self.state.resting.remove(place);
        self.enter(at, &entry, hit)
    }

    /// An entry fills: a position the other way is closed first, by the same order. Whether it filled.
    pub(super) fn enter(&mut self, at: At, entry: &Entry, hit: &Hit) -> bool {
        let side = opening_side(entry.direction);
        let cause = Cause::Action(entry.action);
        let mut before = (0.0, 0.0);
        let held = self.direction();
        if entry.only_adds && held != Some(entry.direction) {
            self.state.log.cancel(entry.number);
            return false;
        }
        match held {
            Some(held) if held != entry.direction => {
                let closed = self.close(at, self.state.account.position.abs(), hit, cause, entry.number);
                before = (closed.quantity, closed.notional());
            }
            Some(_)
                if self.state.account.held.as_ref().is_some_and(|held| held.entries >= entry.max_entries) =>
            {
                self.state.log.cancel(entry.number);
                return false;
            }
            _ => {}
        }
        let fill = match self.sized(at, entry, hit, before) {
            Ok(fill) => fill,
            Err((reason, needed, available)) => {
                self.state.log.reject(at.row, cause, reason, needed, available);
                return false;
            }
        };
        debug_assert_eq!(fill.side, side, "an entry opens on its side");
        let number = self.state.log.next_fill();
        self.state.account.enter(&fill, number);
        self.write(fill);
        self.place_guards(at, entry, fill.price);
        true
    }

    /// Closes so many units of the position.
    pub(super) fn close(&mut self, at: At, quantity: f64, hit: &Hit, cause: Cause, number: u32) -> Fill {
        let side = self.state.account.side().unwrap_or(PositionSide::Long).closed_by();
        let fill = self.fill(at, side, quantity, hit, cause, number, (0.0, 0.0));
        let closed = self.state.account.exit(&fill);
        self.write(fill);
        if let Some(trade) = closed {
            self.state.log.trades.push(trade);
            self.state.log.note(|| Event::TradeClosed(Box::new(trade)));
            self.state.guards.clear();
        }
        fill
    }

    fn write(&mut self, fill: Fill) {
        let state = &mut self.state;
        state.log.counts.stale_fills += u32::from(fill.stale);
        state.log.fills.push(fill);
        state.log.note(|| Event::OrderFilled(fill));
        state.log.mark(state.account.equity(fill.price));
    }

    /// A fill with slippage and fee, its time still open; `before` is what its order has filled: quantity and notional.
    #[expect(clippy::too_many_arguments, reason = "a fill is that many things")]
    pub(super) fn fill(
        &self,
        at: At,
        side: OrderSide,
        quantity: f64,
        hit: &Hit,
        cause: Cause,
        order: u32,
        before: (f64, f64),
    ) -> Fill {
        let price = self.slipped(side, quantity, hit, order);
        let fee = self.config.fees.fee(&FeeOrder {
            side,
            liquidity: hit.liquidity,
            time: self.fee_time(at),
            notional: price * quantity,
            quantity,
            notional_before: before.1,
            quantity_before: before.0,
        });
        let (time, stale) = self.clock.stamp(at).unwrap_or((Timestamp(0), false));
        Fill {
            bar: super::row_number(at.row),
            step: at.step,
            time,
            side,
            quantity,
            price,
            slippage: (price - hit.price).abs(),
            fee,
            rule: hit.rule,
            liquidity: hit.liquidity,
            cause,
            order,
            stale,
        }
    }

    /// The price of a taking fill after slippage (rule K1), never beyond its limit.
    pub(super) fn slipped(&self, side: OrderSide, quantity: f64, hit: &Hit, order: u32) -> f64 {
        if hit.liquidity == LiquiditySide::Maker {
            return hit.price;
        }
        let slippage = &self.config.slippage;
        let volume = if slippage.is_independent_of_quantity() { 0.0 } else { self.state.volume };
        let taking = Taking { side, reference: hit.price, quantity, volume, order };
        let price = slippage.slip(&taking, self.config.tick_size, self.config.seed);
        match (hit.limit, side) {
            (Some(limit), OrderSide::Buy) => price.min(limit),
            (Some(limit), OrderSide::Sell) => price.max(limit),
            (None, _) => price,
        }
    }

    /// The direction of the position.
    pub(super) fn direction(&self) -> Option<Direction> {
        self.state.account.side().map(|side| match side {
            PositionSide::Long => Direction::Long,
            PositionSide::Short => Direction::Short,
        })
    }

    /// The time that fees are looked up by: only the dated ones need it.
    pub(super) fn fee_time(&self, at: At) -> Timestamp {
        match self.config.fees {
            FeeModel::India { .. } => self.clock.time_of(at),
            FeeModel::Free | FeeModel::Percentage { .. } | FeeModel::PerShare { .. } => Timestamp(0),
        }
    }
}

use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::plan::{Direction, GuardKind};

use super::Sim;
use super::event::At;
use super::inputs::Bar;
use super::order::{Entry, Exit, Hit, opening_side};
use crate::config::FeeOrder;
use crate::config::Taking;
use crate::fill::{Cause, Fill, Step};
use crate::result::RejectReason;

/// A candle that comes later than this after the one before, while the market was open, is stale (rule M2).
const STALE_MS: i64 = 3_600_000;

impl Sim<'_> {
    /// A guard closes the position.
    pub(super) fn fill_guard(&mut self, at: At, number: u32, hit: &Hit, bar: &Bar) {
        let Some(guard) = self.guards.iter().find(|guard| guard.number == number).copied() else { return };
        let within = |kind: fn(GuardKind) -> bool| {
            self.guards.iter().any(|guard| kind(guard.kind) && (bar.low..=bar.high).contains(&guard.level))
        };
        if within(|kind| kind == GuardKind::TakeProfit) && within(|kind| kind != GuardKind::TakeProfit) {
            self.log.counts.ambiguous_exits += 1;
        }
        self.close(at, self.account.position.abs(), hit, Cause::Guard(guard.index), number);
    }

    /// A market order closes the position, or a part of it.
    pub(super) fn fill_exit(&mut self, at: At, exit: &Exit, hit: &Hit) {
        let held = self.account.position.abs();
        let covered = self.direction().is_some_and(|held| exit.direction.is_none_or(|which| which == held));
        if !covered {
            return;
        }
        let cause = Cause::Action(exit.action);
        let part = if exit.fraction >= 1.0 { held } else { self.whole_lots(held * exit.fraction) };
        if part > 0.0 {
            self.close(at, part.min(held), hit, cause, exit.number);
        } else {
            self.reject(at.row, cause, RejectReason::BelowLot, self.config.lot_size, held * exit.fraction);
        }
    }

    /// A resting entry has been reached; whether it filled.
    pub(super) fn fill_resting(&mut self, at: At, number: u32, hit: &Hit) -> bool {
        let Some(place) = self.resting.iter().position(|entry| entry.number == number) else { return false };
        let entry = self.resting.remove(place);
        self.enter(at, &entry, hit)
    }

    /// An entry fills: a position the other way is closed first, by the same order. Whether it filled.
    pub(super) fn enter(&mut self, at: At, entry: &Entry, hit: &Hit) -> bool {
        let side = opening_side(entry.direction);
        let cause = Cause::Action(entry.action);
        let mut before = (0.0, 0.0);
        let held = self.direction();
        if entry.only_adds && held != Some(entry.direction) {
            self.log.counts.canceled += 1;
            return false;
        }
        match held {
            Some(held) if held != entry.direction => {
                let closed = self.close(at, self.account.position.abs(), hit, cause, entry.number);
                before = (closed.quantity, closed.notional());
            }
            Some(_) if self.account.held.as_ref().is_some_and(|held| held.entries >= entry.max_entries) => {
                self.log.counts.canceled += 1;
                return false;
            }
            _ => {}
        }
        let fill = match self.sized(at, entry, hit, before) {
            Ok(fill) => fill,
            Err((reason, needed, available)) => {
                self.reject(at.row, cause, reason, needed, available);
                return false;
            }
        };
        debug_assert_eq!(fill.side, side, "an entry opens on its side");
        let number = u32::try_from(self.log.fills.len()).unwrap_or(u32::MAX);
        self.account.enter(&fill, number);
        self.write(fill);
        self.place_guards(at, entry, fill.price);
        true
    }

    /// Closes so many units of the position.
    pub(super) fn close(&mut self, at: At, quantity: f64, hit: &Hit, cause: Cause, number: u32) -> Fill {
        let side = self.account.side().unwrap_or(PositionSide::Long).closed_by();
        let fill = self.fill(at, side, quantity, hit, cause, number, (0.0, 0.0));
        if let Some(trade) = self.account.exit(&fill) {
            self.log.trades.push(trade);
            self.guards.clear();
        }
        self.write(fill);
        fill
    }

    fn write(&mut self, fill: Fill) {
        self.log.counts.stale_fills += u32::from(fill.stale);
        self.log.fills.push(fill);
        let equity = self.account.equity(fill.price);
        self.log.low_equity = self.log.low_equity.min(equity);
        self.log.high_equity = self.log.high_equity.max(equity);
    }

    /// A fill with slippage and fee; `before` is what its order has filled: quantity and notional.
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
        let price = self.slipped(at, side, quantity, hit, order);
        let time = self.time(at);
        let fee = self.config.fees.fee(&FeeOrder {
            side,
            liquidity: hit.liquidity,
            time,
            notional: price * quantity,
            quantity,
            notional_before: before.1,
            quantity_before: before.0,
        });
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
            stale: self.is_stale(at),
        }
    }

    /// The price of a taking fill after slippage (rule K1), never beyond its limit.
    pub(super) fn slipped(&self, at: At, side: OrderSide, quantity: f64, hit: &Hit, order: u32) -> f64 {
        if hit.liquidity == LiquiditySide::Maker {
            return hit.price;
        }
        let volume = self.bars.volume(at.row);
        let taking = Taking { side, reference: hit.price, quantity, volume, order };
        let price = self.config.slippage.slip(&taking, self.config.tick_size, self.config.seed);
        match (hit.limit, side) {
            (Some(limit), OrderSide::Buy) => price.min(limit),
            (Some(limit), OrderSide::Sell) => price.max(limit),
            (None, _) => price,
        }
    }

    /// The direction of the position.
    pub(super) fn direction(&self) -> Option<Direction> {
        self.account.side().map(|side| match side {
            PositionSide::Long => Direction::Long,
            PositionSide::Short => Direction::Short,
        })
    }

    /// When a point of a bar's path happens: as `market::bar_path` has it.
    fn time(&self, at: At) -> Timestamp {
        let series = self.bars.series;
        let open = series.candles().open_times().get(at.row).copied().unwrap_or(Timestamp(0));
        let close = series.close_times().get(at.row).copied().unwrap_or(open);
        let bucket = wickflow_shared::market::Bucket { open, close };
        let calendar = series.calendar();
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

    fn is_stale(&self, at: At) -> bool {
        let series = self.bars.series;
        let previous = at.row.checked_sub(1).and_then(|row| series.close_times().get(row));
        let (Some(previous), Some(open)) = (previous, series.candles().open_times().get(at.row)) else {
            return false;
        };
        let gap = open.0.saturating_sub(previous.0);
        at.step != Step::AfterClose
            && gap > STALE_MS.max(series.timeframe().nominal_ms())
            && series.calendar().is_open(*previous)
    }
}

use wickflow_shared::order::{LiquiditySide, Rule};
use wickflow_shared::portfolio::PositionSide;

use super::Sim;
use super::inputs::Bar;
use super::order::{Hit, Meeting, Move, Terms, Waiting, placed_exit};
use super::walk::{Entered, Turn};
use crate::config::{BarPath, EntryTiming, StopLimitFill};
use crate::event::Event;
use crate::fill::{Cause, Step};
use crate::result::Segment;

/// Where in time something happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub row: usize,
    pub step: Step,
}

/// How a bar was found.
pub(crate) struct Begun {
    fills: usize,
    was_held: bool,
    was_split: bool,
}

/// An order that a move reaches.
#[derive(Clone, Copy)]
struct Reached {
    turn: (bool, f64, f64),
    number: u32,
    waiting: Waiting,
    is_guard: bool,
}

impl Sim<'_> {
    /// A bar: its prices meet the orders, then the strategy looks at its close.
    pub(crate) fn step(&mut self, turn: &Turn<'_>) {
        let begun = self.begin(turn);
        if !turn.finer.is_empty() && (self.is_reached(&turn.bar) || self.trails()) {
            self.walk_finer(turn);
        } else if self.is_reached(&turn.bar) {
            self.walk(turn.row, turn.from(), &turn.bar);
        } else {
            self.visit_all(&turn.bar);
        }
        self.end(turn, &begun);
    }

    pub(crate) fn begin(&mut self, turn: &Turn<'_>) -> Begun {
        self.state.volume = turn.volume;
        (self.state.log.low_equity, self.state.log.high_equity) = (f64::INFINITY, f64::NEG_INFINITY);
        let (fills, was_held) = (self.state.log.fills.len(), self.state.account.held.is_some());
        Begun { fills, was_held, was_split: self.split(turn.ratio) }
    }

    /// The strategy looks at the close.
    pub(crate) fn end(&mut self, turn: &Turn<'_>, begun: &Begun) {
        let Turn { row, bar, .. } = *turn;
        if !self.state.log.is_ruined {
            self.expire(row);
            self.look(row, &bar);
            if self.config.profile.entry == EntryTiming::SignalClose {
                self.fill_at_market(At { row, step: Step::AfterClose }, bar.close);
                self.watch_equity(bar.close);
            }
        }
        let has_filled = self.state.log.fills.len() > begun.fills;
        if has_filled || begun.was_split {
            self.state.log.segments.push(Segment {
                bar: super::row_number(row),
                cash: self.state.account.cash,
                position: self.state.account.position,
                low_equity: self.state.log.low_equity.min(self.state.account.equity(bar.close)),
                high_equity: self.state.log.high_equity.max(self.state.account.equity(bar.close)),
                held: begun.was_held || has_filled,
            });
        }
    }

    /// Whether anything can fill in a bar, or has to be marked as met.
    pub(super) fn is_reached(&self, bar: &Bar) -> bool {
        if self.is_walking
            || !self.state.exits.is_empty()
            || !self.state.entries.is_empty()
            || self.state.forced.is_some()
        {
            return true;
        }
        let is_fresh =
            |entry: &super::Entry| entry.is_fresh || matches!(entry.terms, Some(Terms::CloseLimit(_)));
        if self.state.guards.iter().any(|guard| guard.is_fresh) || self.state.resting.iter().any(is_fresh) {
            return true;
        }
        let (lower, upper) = self.levels();
        bar.low <= lower || bar.high >= upper
    }

    /// The price goes everywhere within a bar, and nothing fills: equity follows it, so its extremes are all that counts.
    pub(super) fn visit_all(&mut self, bar: &Bar) {
        self.state.account.visit(bar.low, bar.high);
        self.advance_trailing(bar.low, bar.high, u32::MAX);
        self.mark(bar.low);
        self.mark(bar.high);
    }

    /// Takes note of equity at a price.
    pub(crate) fn mark(&mut self, price: f64) {
        let equity = self.state.account.equity(price);
        self.state.log.mark(equity);
    }

    /// One move: market orders, then what waits, in the order in which the price comes to it. Orders that a fill brings
    /// about meet later moves only (rule C2).
    pub(super) fn meet(&mut self, at: At, movement: Move, bar: &Bar) -> Option<Entered> {
        let newest = self.state.next_order;
        if self.config.profile.queue.is_some() {
            self.shorten_queues(at.row, &movement);
        }
        let reached = self.reached(&movement, at);
        self.state.guards.iter_mut().for_each(|guard| guard.is_fresh = false);
        self.state.resting.iter_mut().for_each(|entry| entry.is_fresh = false);
        if at.step == Step::Open || self.state.forced.is_some() {
            self.fill_at_market(at, movement.to);
        }
        let mut entered = None;
        for order in reached {
            let met = order.waiting.meet(&movement, self.config.profile.limit);
            match met {
                Meeting::Nothing => {}
                Meeting::Triggered => self.trigger(order.number),
                Meeting::Fills(hit) if order.is_guard => self.fill_guard(at, order.number, &hit, bar),
                Meeting::Fills(hit) => {
                    let is_limit = matches!(order.waiting.terms, Terms::Limit(_));
                    if self.fill_resting(at, order.number, &hit) && at.step != Step::Open {
                        entered = Some(Entered { price: hit.price, is_limit });
                        if self.config.profile.path == BarPath::AdverseFirst {
                            break;
                        }
                    }
                }
            }
        }
        if at.step == Step::Close {
            self.fill_triggered_on_close(at, bar);
        }
        let price = match &entered {
            Some(entered) if self.config.profile.path == BarPath::AdverseFirst => entered.price,
            _ => movement.to,
        };
        self.state.account.visit(price, price);
        self.advance_trailing(price, price, newest);
        self.watch_equity(price);
        entered
    }

    fn reached(&self, movement: &Move, at: At) -> Vec<Reached> {
        let fill = self.config.profile.limit;
        let mut reached = Vec::new();
        let mut look = |number, waiting: Waiting, is_guard| {
            if waiting.meet(movement, fill) != Meeting::Nothing {
                reached.push(Reached { turn: waiting.turn(movement), number, waiting, is_guard });
            }
        };
        for entry in &self.state.resting {
            if let Some(waiting) = entry.waiting() {
                look(entry.number, waiting, false);
            }
        }
        if let Some(side) = self.state.account.side() {
            for guard in self.state.guards.iter().filter(|guard| guard.first_row <= at.row) {
                look(guard.number, guard.waiting(side.closed_by()), true);
            }
        }
        reached.sort_by(|a, b| {
            let ((a0, a1, a2), (b0, b1, b2)) = (a.turn, b.turn);
            a0.cmp(&b0).then(a1.total_cmp(&b1)).then(a2.total_cmp(&b2)).then(a.number.cmp(&b.number))
        });
        reached
    }

    /// What waits for nothing but the next event: forced exits first, then exits, then entries.
    pub(super) fn fill_at_market(&mut self, at: At, price: f64) {
        let hit = Hit { price, rule: Rule::MarketAtLast, liquidity: LiquiditySide::Taker, limit: None };
        if let Some(cause) = self.state.forced.take() {
            let quantity = self.state.account.position.abs();
            if quantity > 0.0 {
                let number = self.state.take_number();
                if let Some(side) = self.state.account.side().map(PositionSide::closed_by) {
                    self.state.log.note(|| Event::OrderPlaced(placed_exit(number, cause, side)));
                }
                self.close(at, quantity, &hit, cause, number);
            }
            self.state.log.is_ruined |= cause == Cause::Liquidation;
        }
        // What fills orders nothing, so the lists can be put back, with the memory that they have.
        let mut exits = std::mem::take(&mut self.state.exits);
        exits.drain(..).for_each(|exit| self.fill_exit(at, &exit, &hit));
        self.state.exits = exits;
        let mut entries = std::mem::take(&mut self.state.entries);
        for entry in entries.drain(..) {
            self.enter(at, &entry, &hit);
        }
        self.state.entries = entries;
    }

    fn trigger(&mut self, number: u32) {
        let on_close = self.config.profile.stop_limit == StopLimitFill::BarClose;
        let ahead = self.ahead();
        if let Some(entry) = self.state.resting.iter_mut().find(|entry| entry.number == number)
            && let Some(Terms::StopLimit(_, limit)) = entry.terms
        {
            entry.ahead = ahead;
            entry.terms = Some(if on_close { Terms::CloseLimit(limit) } else { Terms::Limit(limit) });
            entry.is_fresh = !on_close;
            self.state.log.note(|| Event::OrderTriggered { order: number });
        }
    }

    /// Stop-limit orders that fill on the close once they are triggered: at their limit, or where the bar did not come
    /// to it at the bar's price nearest to it.
    fn fill_triggered_on_close(&mut self, at: At, bar: &Bar) {
        while let Some((number, limit)) =
            self.state.resting.iter().find_map(|entry| entry.limit_within(bar.close))
        {
            let price = limit.min(bar.high).max(bar.low);
            let (rule, liquidity) = (Rule::LimitTradedThrough, LiquiditySide::Maker);
            self.fill_resting(at, number, &Hit { price, rule, liquidity, limit: None });
        }
    }

    /// Marks equity on the way, and looks whether the position can be kept (rule K4).
    fn watch_equity(&mut self, price: f64) {
        let account = &self.state.account;
        let equity = account.equity(price);
        self.state.log.mark(equity);
        if account.held.is_none() && !account.elsewhere.is_held {
            if equity <= 0.0 {
                self.state.log.is_ruined = true;
            }
            return;
        }
        let needed = self.maintenance() * account.position.abs() * price + account.elsewhere.maintenance;
        if equity <= 0.0 {
            self.force(Cause::Liquidation);
        } else if equity < needed {
            self.force(Cause::MarginCall);
        }
    }

    /// Everything is to be closed at the next event.
    pub(crate) fn force(&mut self, cause: Cause) {
        self.state.alarm = Some(cause);
        self.state.forced = self.state.account.held.is_some().then_some(cause);
        let log = &mut self.state.log;
        let exits = self.state.exits.drain(..).map(|exit| exit.number);
        exits.chain(self.state.entries.drain(..).map(|entry| entry.number)).for_each(|order| {
            log.note(|| Event::OrderCanceled { order });
        });
        self.cancel_resting();
        self.state.guards.clear();
    }

    pub(super) fn maintenance(&self) -> f64 {
        let margin = &self.config.margin;
        if self.state.account.position > 0.0 { margin.long_maintenance } else { margin.short_maintenance }
    }

    pub(super) fn cancel_resting(&mut self) {
        let state = &mut self.state;
        state.resting.drain(..).for_each(|entry| state.log.cancel(entry.number));
    }

    /// Ends the entries that have rested for as long as they may.
    fn expire(&mut self, row: usize) {
        let log = &mut self.state.log;
        self.state.resting.retain(|entry| {
            let stays = entry.last_row > row;
            if !stays {
                log.counts.expired = log.counts.expired.saturating_add(1);
                log.note(|| Event::OrderExpired { order: entry.number });
            }
            stays
        });
    }
}

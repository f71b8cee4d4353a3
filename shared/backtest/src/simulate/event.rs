use wickflow_shared::market::Bucket;
use wickflow_shared::order::{LiquiditySide, Rule};
use wickflow_shared::portfolio::PositionSide;

use super::Sim;
use super::inputs::Bar;
use super::order::{Hit, Meeting, Move, Terms, Waiting, placed_exit};
use crate::config::{BarPath, EntryTiming, StopLimitFill, Tie};
use crate::event::Event;
use crate::fill::{Cause, Step};
use crate::result::Segment;

/// Where in time something happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub row: usize,
    pub step: Step,
}

/// A bar that is simulated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub row: usize,
    pub bar: Bar,
    /// The close before it.
    pub before: Option<f64>,
    /// 0 when unknown, or when no slippage model asks for it.
    pub volume: f64,
    /// Units after a split right before it for one before; 1 without a split.
    pub ratio: f64,
    /// The finer candles that the bar consists of, where they are known (rule B3).
    pub finer: &'a [FinerBar],
}

impl Turn<'_> {
    /// The price before the bar.
    pub(crate) fn from(&self) -> f64 {
        self.before.unwrap_or(self.bar.open) / self.ratio
    }
}

/// A candle within a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FinerBar {
    pub bucket: Bucket,
    pub bar: Bar,
    pub volume: f64,
}

/// How a bar was found.
pub(crate) struct Begun {
    fills: usize,
    was_held: bool,
    was_split: bool,
}

/// The way of the price through a candle, as far as it has come.
pub(crate) struct Walk {
    row: usize,
    bar: Bar,
    path: Path,
    pub price: f64,
}

impl Walk {
    /// The point that comes next.
    pub(crate) fn next_step(&self) -> Option<Step> {
        let next = self.path.left.checked_sub(1)?;
        self.path.points.get(next).map(|(_, step)| *step)
    }
}

/// The points of a bar that are still to come, the next one last.
struct Path {
    points: [(f64, Step); 3],
    left: usize,
}

impl Path {
    fn next(&mut self) -> Option<(f64, Step)> {
        self.left = self.left.checked_sub(1)?;
        self.points.get(self.left).copied()
    }
}

/// An order that a move reaches.
#[derive(Clone, Copy)]
struct Reached {
    turn: (bool, f64, f64),
    number: u32,
    waiting: Waiting,
    is_guard: bool,
}

/// An entry that filled on the way, and at what price: in the adverse profile the rest of the bar is seen anew.
struct Entered {
    price: f64,
    is_limit: bool,
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
    fn is_reached(&self, bar: &Bar) -> bool {
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
    fn visit_all(&mut self, bar: &Bar) {
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

    /// The price goes along a candle's path, coming from the price before it.
    fn walk(&mut self, row: usize, from: f64, bar: &Bar) {
        let mut walk = self.set_out(row, from, bar);
        if !self.state.log.is_ruined && !self.is_reached(bar) {
            self.visit_all(bar);
            return;
        }
        while self.advance(&mut walk) {}
    }

    /// The price goes along the paths of the finer candles, one after the other. A trailing stop moves at the end of
    /// each: what came first is known there (rule B5).
    fn walk_finer(&mut self, turn: &Turn<'_>) {
        let mut from = turn.from();
        for (place, finer) in turn.finer.iter().enumerate() {
            if self.state.log.is_ruined {
                break;
            }
            if place > 0 {
                self.ratchet();
            }
            self.clock.focus(Some(finer.bucket));
            self.state.volume = finer.volume;
            if self.is_reached(&finer.bar) {
                self.walk(turn.row, from, &finer.bar);
            } else {
                self.visit_all(&finer.bar);
            }
            from = finer.bar.close;
        }
        self.clock.focus(None);
        self.state.volume = turn.volume;
    }

    /// The price comes to a candle's open.
    pub(crate) fn set_out(&mut self, row: usize, from: f64, bar: &Bar) -> Walk {
        self.meet(At { row, step: Step::Open }, Move { from, to: bar.open, is_opening: true }, bar);
        Walk { row, bar: *bar, path: self.path(bar), price: bar.open }
    }

    /// The price comes to the next point; whether there was one.
    pub(crate) fn advance(&mut self, walk: &mut Walk) -> bool {
        if self.state.log.is_ruined {
            return false;
        }
        let Some((to, step)) = walk.path.next() else { return false };
        let movement = Move { from: walk.price, to, is_opening: false };
        let entered = self.meet(At { row: walk.row, step }, movement, &walk.bar);
        walk.price = to;
        if let Some(entered) = entered.filter(|_| self.config.profile.path == BarPath::AdverseFirst) {
            walk.path = self.path_after_entry(&walk.bar, &entered);
            walk.price = entered.price;
        }
        true
    }

    /// The points after the open (rules B1 and B2).
    fn path(&self, bar: &Bar) -> Path {
        let (up, down) = (bar.high - bar.open, bar.open - bar.low);
        let is_nearer = match self.config.profile.tie {
            Tie::LowFirst => up < down,
            Tie::HighFirst => up <= down,
        };
        let high_first = match (self.config.profile.path, self.state.account.side()) {
            (BarPath::NearerFirst, _) | (_, None) => is_nearer,
            (BarPath::AdverseFirst, Some(side)) => side == PositionSide::Short,
            (BarPath::FavorableFirst, Some(side)) => side == PositionSide::Long,
        };
        let (first, second) = if high_first { (bar.high, bar.low) } else { (bar.low, bar.high) };
        let points = [(bar.close, Step::Close), (second, Step::SecondExtreme), (first, Step::FirstExtreme)];
        Path { points, left: 3 }
    }

    /// The points after an entry within the bar, at their worst for it: a stop entry has the extreme in its favor still
    /// to come, a limit entry may have it behind it.
    fn path_after_entry(&self, bar: &Bar, entered: &Entered) -> Path {
        let (against, in_favor) = match self.state.account.side() {
            Some(PositionSide::Short) => (bar.high, bar.low),
            _ => (bar.low, bar.high),
        };
        let (first, second) = ((against, Step::SecondExtreme), (in_favor, Step::SecondExtreme));
        let points = [(bar.close, Step::Close), if entered.is_limit { first } else { second }, first];
        Path { points, left: if entered.is_limit { 2 } else { 3 } }
    }

    /// One move: market orders, then what waits, in the order in which the price comes to it. Orders that a fill brings
    /// about meet later moves only (rule C2).
    fn meet(&mut self, at: At, movement: Move, bar: &Bar) -> Option<Entered> {
        let newest = self.state.next_order;
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
        if let Some(entry) = self.state.resting.iter_mut().find(|entry| entry.number == number)
            && let Some(Terms::StopLimit(_, limit)) = entry.terms
        {
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

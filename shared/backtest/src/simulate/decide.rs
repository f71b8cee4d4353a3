use wickflow_shared::portfolio::PositionSide;
use wickflow_strategy::plan::{AccountView, ActionKind, Direction, EntryOrder, Size};

use super::Sim;
use super::inputs::{ActionInput, Bar, covers};
use super::order::{Amount, Entry, Exit, Terms};
use super::size::kelly;
use crate::event::Event;
use crate::fill::Cause;
use crate::result::RejectReason;

/// What signals want of one direction.
#[derive(Default)]
struct Wants {
    enter: bool,
    exit: bool,
}

impl Wants {
    fn contradicts(&self) -> bool {
        self.enter && self.exit
    }
}

impl Sim<'_> {
    /// A bar before the run: values that follow from what is held warm up, with nothing held.
    pub(crate) fn look_flat(&mut self, row: usize) {
        self.values.step(row, &AccountView::flat(self.config.cash));
    }

    /// The strategy looks at a close and orders.
    pub(super) fn look(&mut self, row: usize, bar: &Bar) {
        if self.values.are_late() {
            let view = self.view(row, bar.close);
            self.values.step(row, &view);
        }
        self.follow(row);
        if self.state.forced.is_some() {
            return;
        }
        let inputs = self.inputs;
        let (mut long, mut short) = (Wants::default(), Wants::default());
        for action in inputs.actions.iter().filter(|action| self.is_on(action, row)) {
            match &action.kind {
                ActionKind::Enter { direction: Direction::Long, .. } => long.enter |= self.may_enter(action),
                ActionKind::Enter { direction: Direction::Short, .. } => {
                    short.enter |= self.may_enter(action)
                }
                ActionKind::Exit { direction, .. } => {
                    long.exit |= covers(*direction, Direction::Long);
                    short.exit |= covers(*direction, Direction::Short);
                }
                ActionKind::CancelEntries => {}
            }
        }
        for action in &inputs.actions {
            match &action.kind {
                ActionKind::Exit { direction, fraction } if self.is_on(action, row) => {
                    self.order_exit(action.index, *direction, *fraction);
                }
                ActionKind::CancelEntries if self.is_on(action, row) => self.cancel_resting(),
                _ => {}
            }
        }
        if !long.enter && !short.enter {
            return;
        }
        // Rule C6: what contradicts itself enters nothing.
        if long.contradicts() || short.contradicts() || (long.enter && short.enter) {
            self.state.log.counts.conflicts += 1;
            self.state.log.note(|| Event::SignalsConflicted);
            return;
        }
        for action in &inputs.actions {
            if matches!(action.kind, ActionKind::Enter { .. })
                && self.is_on(action, row)
                && self.may_enter(action)
            {
                self.order_entry(action, row, bar);
            }
        }
    }

    fn is_on(&self, action: &ActionInput<'_>, row: usize) -> bool {
        action.when.is_on(row, &self.values)
    }

    /// Whether an entry would do anything: a position that has all its entries takes no more.
    pub(super) fn may_enter(&self, action: &ActionInput<'_>) -> bool {
        let ActionKind::Enter { direction, max_entries, only_adds, .. } = &action.kind else { return false };
        match &self.state.account.held {
            Some(held) if self.direction() == Some(*direction) => held.entries < *max_entries,
            _ => !only_adds,
        }
    }

    fn order_exit(&mut self, action: u16, direction: Option<Direction>, fraction: f64) {
        if let Some(side) = self.state.account.side().map(PositionSide::closed_by)
            && self.direction().is_some_and(|held| covers(direction, held))
        {
            let number = self.state.take_number();
            let exit = Exit { number, action, direction, fraction };
            self.state.log.note(|| Event::OrderPlaced(exit.placed(side)));
            self.state.exits.push(exit);
        }
    }

    fn order_entry(&mut self, action: &ActionInput<'_>, row: usize, bar: &Bar) {
        let ActionKind::Enter { direction, order, size, expiry_bars, max_entries, only_adds } = &action.kind
        else {
            return;
        };
        let cause = Cause::Action(action.index);
        if *direction == Direction::Short && !self.config.allow_short {
            self.state.log.reject(row, cause, RejectReason::ShortNotAllowed, 0.0, 0.0);
            return;
        }
        let Some(amount) = self.amount(action, size, row) else {
            self.state.log.reject(row, cause, RejectReason::MissingSize, 0.0, 0.0);
            return;
        };
        let terms = match self.terms(action, *order, row) {
            Ok(terms) => terms,
            Err(reason) => {
                self.state.log.reject(row, cause, reason, 0.0, 0.0);
                return;
            }
        };
        let entry = Entry {
            number: self.state.take_number(),
            action: action.index,
            direction: *direction,
            terms,
            amount,
            max_entries: *max_entries,
            only_adds: *only_adds,
            is_fresh: true,
            ahead: self.ahead(),
            last_row: if *expiry_bars == 0 { usize::MAX } else { row.saturating_add(*expiry_bars as usize) },
            signal_close: bar.close,
            guard_values: self.inputs.guard_values(row, &self.values),
        };
        if entry.terms.is_none() {
            self.state.log.note(|| Event::OrderPlaced(entry.placed()));
            self.state.entries.push(entry);
            return;
        }
        // A new signal moves the order that still waits for the one before.
        if let Some(place) = self.state.resting.iter().position(|resting| resting.action == action.index) {
            let replaced = self.state.resting.remove(place);
            self.state.log.cancel(replaced.number);
        }
        self.state.log.note(|| Event::OrderPlaced(entry.placed()));
        self.state.resting.push(entry);
    }

    /// The prices that an entry waits for; `None` for a market order.
    fn terms(
        &self,
        action: &ActionInput<'_>,
        order: EntryOrder,
        row: usize,
    ) -> Result<Option<Terms>, RejectReason> {
        let [first, second] = action.prices.map(|source| {
            let price = source.map_or(f64::NAN, |source| self.on_tick(source.number(row, &self.values)));
            if price > 0.0 { Ok(price) } else { Err(RejectReason::MissingPrice) }
        });
        Ok(match order {
            EntryOrder::Market => None,
            EntryOrder::Limit(_) => Some(Terms::Limit(first?)),
            EntryOrder::Stop(_) => Some(Terms::Stop(first?)),
            EntryOrder::StopLimit { .. } => Some(Terms::StopLimit(first?, second?)),
        })
    }

    /// How much an entry is for; `None` when a number of it is missing or not above 0.
    fn amount(&self, action: &ActionInput<'_>, size: &Size, row: usize) -> Option<Amount> {
        let [first, second] = action.sizes.map(|source| {
            let number = source.map_or(f64::NAN, |source| source.number(row, &self.values));
            (number > 0.0).then_some(number)
        });
        Some(match size {
            Size::Units(_) => Amount::Units(first?),
            Size::Cash(_) => Amount::Cash(first?),
            Size::PercentOfEquity(_) => Amount::Percent(first?),
            Size::Risk { max_percent, .. } => Amount::Risk(first?, second?, *max_percent),
            Size::Volatility { max_percent, .. } => {
                Amount::Percent((100.0 * first? / second?).min(*max_percent))
            }
            Size::Kelly { share, lookback, start_percent, max_percent } => {
                let fraction = kelly(&self.state.log.trades, *lookback as usize);
                let percent = fraction.map_or(*start_percent, |fraction| 100.0 * share * fraction);
                Amount::Percent(Some(percent.min(*max_percent)).filter(|percent| *percent > 0.0)?)
            }
        })
    }

    fn view(&self, row: usize, close: f64) -> AccountView {
        let account = &self.state.account;
        let rows_since =
            |since: Option<usize>| since.map_or(f64::NAN, |since| count(row.saturating_sub(since)));
        let held = account.held.as_ref();
        let entry_price = held.map_or(f64::NAN, |held| held.average);
        let unrealized_pnl = held.map_or(0.0, |held| account.position * (close - held.average));
        let paid = account.position.abs() * entry_price;
        AccountView {
            position: account.position,
            entry_price,
            unrealized_pnl,
            unrealized_percent: if paid > 0.0 { 100.0 * unrealized_pnl / paid } else { 0.0 },
            bars_since_entry: rows_since(held.map(|held| held.entry_row)),
            bars_since_exit: rows_since(account.last_exit_row),
            equity: account.equity(close),
            cash: account.cash,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "bars are counted in 32 bits")]
fn count(rows: usize) -> f64 {
    rows as f64
}

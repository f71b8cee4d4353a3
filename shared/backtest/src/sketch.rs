//! Runs of which only equity at closes and the gains of trades are wanted: what a search compares candidates by.

use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::column::{Bits, Column};
use wickflow_strategy::data::{Field, Series};
use wickflow_strategy::plan::{ActionKind, Direction, EntryOrder, Plan, Size, Value};

use crate::config::{EntryTiming, FeeModel, FeeOrder, RunConfig, Taking};
use crate::curve::{Sample, day_ends};
use crate::result::Run;
use crate::simulate::Columns;

/// What is left of a run. The lists keep their memory from one run to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sketch {
    /// The first bar.
    pub first_bar: u32,
    /// The bar after the last.
    pub end_bar: u32,
    /// Cash at the start.
    pub start_cash: f64,
    /// What was held from the close of a bar on, wherever that changed.
    pub holdings: Vec<Holding>,
    /// Gains of closed trades after fees, in the order of their exits.
    pub pnl: Vec<f64>,
}

/// What is held from the close of a bar on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holding {
    /// The bar.
    pub bar: u32,
    /// Cash.
    pub cash: f64,
    /// Units; negative when short.
    pub position: f64,
}

impl Sketch {
    /// Takes over what a run has of it.
    pub fn copy(&mut self, run: &Run) {
        self.clear(run.first_bar, run.end_bar, run.start_cash);
        let holding = |segment: &crate::Segment| Holding {
            bar: segment.bar,
            cash: segment.cash,
            position: segment.position,
        };
        self.holdings.extend(run.segments.iter().map(holding));
        self.pnl.extend(run.trades.iter().map(|trade| trade.pnl));
    }

    /// Equity at the last close of each calendar day, as [`Curve::day_ends`](crate::Curve::day_ends) has it.
    pub fn day_ends<'a>(&'a self, series: &'a Series) -> impl Iterator<Item = Sample> + use<'a> {
        day_ends(series, (self.first_bar, self.end_bar), self.start_cash, self.holdings.iter().copied())
    }

    fn clear(&mut self, first_bar: u32, end_bar: u32, start_cash: f64) {
        (self.first_bar, self.end_bar, self.start_cash) = (first_bar, end_bar, start_cash);
        self.holdings.clear();
        self.pnl.clear();
    }
}

/// Walks from signal to signal where that is all there is to a run: market orders at the next open, sizes in units, cash
/// or percent, whole exits, no guards, no splits, flat fees, and slippage that does not ask for the quantity. What it
/// comes to is what [`simulate`](crate::simulate()) does, bit for bit; false where it takes more than this, and `sketch`
/// is of no use then.
pub fn sketch(
    plan: &Plan,
    series: &Series,
    columns: &dyn Columns,
    config: &RunConfig,
    sketch: &mut Sketch,
) -> bool {
    Walk::new(plan, series, columns, config).and_then(|walk| walk.run(sketch)).is_some()
}

/// An action with what it reads.
struct Signal<'a> {
    on: &'a Bits,
    wish: Wish<'a>,
}

#[derive(Clone, Copy)]
enum Wish<'a> {
    Enter { direction: Direction, amount: Amount<&'a Column>, max_entries: u32, only_adds: bool },
    Exit(Option<Direction>),
}

/// How much to enter.
#[derive(Clone, Copy)]
enum Amount<T> {
    Units(T),
    Cash(T),
    Percent(T),
}

impl Amount<&Column> {
    /// The number at a close; `None` when it is missing or not above 0.
    fn at(self, row: usize) -> Option<Amount<f64>> {
        let number = |column: &Column| Some(column.register(row)).filter(|number| *number > 0.0);
        Some(match self {
            Self::Units(column) => Amount::Units(number(column)?),
            Self::Cash(column) => Amount::Cash(number(column)?),
            Self::Percent(column) => Amount::Percent(number(column)?),
        })
    }
}

/// A market order for the next open.
#[derive(Clone, Copy)]
enum Order {
    Exit(Option<Direction>),
    Enter { direction: Direction, amount: Amount<f64>, max_entries: u32, only_adds: bool },
}

/// The walk through a series.
struct Walk<'a> {
    config: &'a RunConfig,
    series: &'a Series,
    opens: &'a [f64],
    /// Exits before entries, each in the order of the plan.
    signals: Vec<Signal<'a>>,
    /// Share of the notional that a fill costs.
    rate: f64,
    /// The lowest and the highest price of the series.
    range: (f64, f64),
    cash: f64,
    position: f64,
    entries: u32,
    /// Of the open trade.
    entered: f64,
    fees: f64,
}

impl<'a> Walk<'a> {
    fn new(
        plan: &'a Plan,
        series: &'a Series,
        columns: &'a dyn Columns,
        config: &'a RunConfig,
    ) -> Option<Self> {
        let is_plain = plan.guards.is_empty()
            && config.splits.is_empty()
            && config.profile.entry == EntryTiming::NextOpen
            && config.slippage.is_independent_of_quantity()
            && !matches!(config.fees, FeeModel::India { .. });
        let rate = config.fees.rate(LiquiditySide::Taker).filter(|_| is_plain && config.check().is_ok())?;
        let mut signals = Vec::with_capacity(plan.actions.len());
        for action in &plan.actions {
            let on = columns.column(action.when)?.signals()?.on();
            match &action.kind {
                // Nothing rests that could be canceled.
                ActionKind::CancelEntries => {}
                kind => signals.push(Signal { on, wish: wish(kind, columns)? }),
            }
        }
        signals.sort_by_key(|signal| matches!(signal.wish, Wish::Enter { .. }));
        Some(Self {
            config,
            series,
            opens: series.field(Field::Open).raw(),
            signals,
            rate,
            range: series.price_range(),
            cash: config.cash,
            position: 0.0,
            entries: 0,
            entered: 0.0,
            fees: 0.0,
        })
    }

    fn run(mut self, sketch: &mut Sketch) -> Option<()> {
        let rows = u32::try_from(self.series.rows()).ok()?;
        let end = u32::try_from(self.config.rows.to).unwrap_or(u32::MAX).min(rows);
        let first = u32::try_from(self.config.rows.from).unwrap_or(u32::MAX).min(end);
        sketch.clear(first, end, self.config.cash);
        let mut orders = Vec::new();
        let mut row = first as usize;
        while let Some(signal) = self.next_signal(row).filter(|signal| *signal < end as usize) {
            self.look(signal, &mut orders);
            row = signal + 1;
            if orders.is_empty() || row >= end as usize {
                continue;
            }
            let open = *self.opens.get(row)?;
            let mut has_filled = false;
            for order in orders.drain(..) {
                has_filled |= self.fill(order, open, &mut sketch.pnl)?;
            }
            if has_filled {
                let (cash, position) = (self.cash, self.position);
                sketch.holdings.push(Holding { bar: u32::try_from(row).ok()?, cash, position });
            }
        }
        Some(())
    }

    /// The first close at or after a row at which an action would do something.
    fn next_signal(&self, row: usize) -> Option<usize> {
        let acting = self.signals.iter().filter(|signal| match signal.wish {
            Wish::Enter { .. } => self.may_enter(signal.wish),
            Wish::Exit(direction) => self.covers(direction),
        });
        acting.filter_map(|signal| signal.on.next_one(row)).min()
    }

    fn direction(&self) -> Option<Direction> {
        if self.position > 0.0 {
            Some(Direction::Long)
        } else if self.position < 0.0 {
            Some(Direction::Short)
        } else {
            None
        }
    }

    fn covers(&self, direction: Option<Direction>) -> bool {
        self.direction().is_some_and(|held| direction.is_none_or(|which| which == held))
    }

    fn may_enter(&self, wish: Wish<'_>) -> bool {
        let Wish::Enter { direction, max_entries, only_adds, .. } = wish else { return false };
        if self.direction() == Some(direction) { self.entries < max_entries } else { !only_adds }
    }

    /// What is ordered at a close (rule C6: what contradicts itself enters nothing).
    fn look(&self, row: usize, orders: &mut Vec<Order>) {
        let on = || self.signals.iter().filter(|signal| signal.on.get(row)).map(|signal| signal.wish);
        let (mut enters, mut exits) = ([false; 2], [false; 2]);
        for wish in on() {
            match wish {
                Wish::Enter { direction, .. } if self.may_enter(wish) => {
                    let [long, short] = &mut enters;
                    *(if direction == Direction::Long { long } else { short }) = true;
                }
                Wish::Enter { .. } => {}
                Wish::Exit(direction) => {
                    let [long, short] = &mut exits;
                    *long |= direction != Some(Direction::Short);
                    *short |= direction != Some(Direction::Long);
                    if self.covers(direction) {
                        orders.push(Order::Exit(direction));
                    }
                }
            }
        }
        let ([long, short], [exits_long, exits_short]) = (enters, exits);
        if (long && exits_long) || (short && exits_short) || (long && short) {
            return;
        }
        for wish in on().filter(|wish| self.may_enter(*wish)) {
            if let Wish::Enter { direction, amount, max_entries, only_adds } = wish
                && (direction == Direction::Long || self.config.allow_short)
                && let Some(amount) = amount.at(row)
            {
                orders.push(Order::Enter { direction, amount, max_entries, only_adds });
            }
        }
    }

    /// A market order at an open; whether it filled. `None` when what is held then could come to ruin.
    fn fill(&mut self, order: Order, open: f64, pnl: &mut Vec<f64>) -> Option<bool> {
        let has_filled = match order {
            Order::Exit(direction) => self.covers(direction) && self.close(open, pnl),
            Order::Enter { direction, amount, max_entries, only_adds } => {
                let held = self.direction();
                let is_same = held == Some(direction);
                if (only_adds && !is_same) || (is_same && self.entries >= max_entries) {
                    return Some(false);
                }
                let has_closed = held.is_some() && !is_same && self.close(open, pnl);
                self.enter(direction, amount, open) || has_closed
            }
        };
        self.is_safe().then_some(has_filled)
    }

    fn close(&mut self, open: f64, pnl: &mut Vec<f64>) -> bool {
        let is_long = self.position > 0.0;
        let side = if is_long { OrderSide::Sell } else { OrderSide::Buy };
        let quantity = self.position.abs();
        let price = self.slipped(side, open);
        let (notional, fee) = self.cost(side, quantity, price);
        self.cash -= if is_long { -quantity } else { quantity } * price + fee;
        let gained = notional - self.entered;
        pnl.push(if is_long { gained } else { -gained } - (self.fees + fee));
        (self.position, self.entries, self.entered, self.fees) = (0.0, 0, 0.0, 0.0);
        true
    }

    /// Buys or sells short as much as is wanted and covered (rule K3).
    fn enter(&mut self, direction: Direction, amount: Amount<f64>, open: f64) -> bool {
        let side = match direction {
            Direction::Long => OrderSide::Buy,
            Direction::Short => OrderSide::Sell,
        };
        let price = self.slipped(side, open);
        let equity = self.cash + self.position * open;
        let affordable = |budget: f64| budget / (price * (1.0 + self.rate));
        let quantity = match amount {
            Amount::Units(units) => units,
            Amount::Cash(cash) => affordable(cash),
            Amount::Percent(percent) => affordable(equity * (percent / 100.0)),
        };
        if !(quantity > 0.0 && quantity.is_finite()) {
            return false;
        }
        let quantity = self.config.whole_lots(quantity);
        let signed = if side == OrderSide::Buy { quantity } else { -quantity };
        let (notional, fee) = self.cost(side, quantity, price);
        if quantity <= 0.0 || !self.is_covered(direction, signed, price, fee) {
            return false;
        }
        self.cash -= signed * price + fee;
        self.position += signed;
        self.entries += 1;
        self.entered += notional;
        self.fees += fee;
        true
    }

    fn slipped(&self, side: OrderSide, reference: f64) -> f64 {
        let taking = Taking { side, reference, quantity: 0.0, volume: 0.0, order: 0 };
        self.config.slippage.slip(&taking, self.config.tick_size, self.config.seed)
    }

    /// As the simulator checks it (rule K3).
    fn is_covered(&self, direction: Direction, signed: f64, price: f64, fee: f64) -> bool {
        let position = self.position + signed;
        let equity = self.cash - signed * price - fee + position * price;
        let initial = match direction {
            Direction::Long => self.config.margin.long_initial,
            Direction::Short => self.config.margin.short_initial,
        };
        let needed = position.abs() * price * initial;
        equity - needed >= -1e-9 * needed
    }

    /// Notional and fee of a fill.
    fn cost(&self, side: OrderSide, quantity: f64, price: f64) -> (f64, f64) {
        let notional = price * quantity;
        let fee = self.config.fees.fee(&FeeOrder {
            side,
            liquidity: LiquiditySide::Taker,
            time: Timestamp(0),
            notional,
            quantity,
            notional_before: 0.0,
            quantity_before: 0.0,
        });
        (notional, fee)
    }

    /// Whether no price of the series brings equity below what the position asks for, with a hair to spare (rule K4).
    fn is_safe(&self) -> bool {
        let (cash, position, (least, most)) = (self.cash, self.position, self.range);
        let margin = &self.config.margin;
        let spare = 1.0 - 1e-8;
        if position > 0.0 {
            margin.long_maintenance < 1.0
                && position * (1.0 - margin.long_maintenance) * least * spare > -cash
        } else if position < 0.0 {
            -position * (1.0 + margin.short_maintenance) * most < cash * spare
        } else {
            cash > 0.0
        }
    }
}

fn wish<'a>(kind: &ActionKind, columns: &'a dyn Columns) -> Option<Wish<'a>> {
    let column = |value: &Value| columns.column(*value);
    match kind {
        ActionKind::Enter {
            direction,
            order: EntryOrder::Market,
            size,
            max_entries,
            only_adds,
            expiry_bars: _,
        } => {
            let amount = match size {
                Size::Units(units) => Amount::Units(column(units)?),
                Size::Cash(cash) => Amount::Cash(column(cash)?),
                Size::PercentOfEquity(percent) => Amount::Percent(column(percent)?),
                Size::Risk { .. } | Size::Volatility { .. } | Size::Kelly { .. } => return None,
            };
            let (direction, max_entries, only_adds) = (*direction, *max_entries, *only_adds);
            Some(Wish::Enter { direction, amount, max_entries, only_adds })
        }
        ActionKind::Exit { direction, fraction } if *fraction >= 1.0 => Some(Wish::Exit(*direction)),
        _ => None,
    }
}

//! Plans, columns and candles for tests, in a line each.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside of test functions")]

use std::sync::Arc;

use wickflow_backtest::config::{FeeModel, FillProfile, Slippage};
use wickflow_backtest::{Columns, Pace, PlanLeg, PortfolioRun, Run, RunConfig, simulate, simulate_portfolio};
use wickflow_shared::market::{Calendar, Candle, CandleColumns, aggregate};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::column::{Bits, Column, Numbers, Signals};
use wickflow_strategy::data::Series;
use wickflow_strategy::plan::{
    Action, ActionKind, Direction, Distance, EntryOrder, From, Guard, GuardKind, Plan, Size, Value,
};

/// Columns by the number of their value.
#[derive(Default)]
pub(crate) struct Table(pub(crate) Vec<Column>);

impl Columns for Table {
    fn column(&self, value: Value) -> Option<&Column> {
        self.0.get(value.0 as usize)
    }
}

/// A plan and its columns, over candles.
pub(crate) struct Lab {
    pub(crate) series: Series,
    pub(crate) table: Table,
    pub(crate) plan: Plan,
    pub(crate) config: RunConfig,
}

pub(crate) fn series(candles: CandleColumns) -> Series {
    let calendar = Arc::new(Calendar::round_the_clock(Zone::utc()));
    Series::new("TEST:X".parse().unwrap(), Timeframe::M1, calendar, Arc::new(candles))
}

/// One-minute candles from open, high, low and close.
pub(crate) fn candles(bars: &[[f64; 4]]) -> CandleColumns {
    let columns: CandleColumns = (0_i64..)
        .zip(bars)
        .map(|(minute, [open, high, low, close])| Candle {
            high: *high,
            low: *low,
            close: *close,
            volume: 1000.0,
            ..Candle::flat(Timestamp(minute * 60_000), *open)
        })
        .collect();
    columns.check().unwrap();
    columns
}

/// Longer bars of a series.
pub(crate) fn folded(series: &Series, minutes: u16) -> Series {
    let timeframe = Timeframe::Minutes(minutes);
    let candles = Arc::new(aggregate(series.candles(), timeframe, series.calendar()));
    Series::new(series.symbol().clone(), timeframe, series.calendar().clone(), candles)
}

impl Lab {
    /// 10,000 in cash, no fees, no slippage.
    pub(crate) fn new(candles: CandleColumns) -> Self {
        Self::over(series(candles))
    }

    pub(crate) fn over(series: Series) -> Self {
        let config = RunConfig::new(10_000.0, FeeModel::Free, Slippage::None);
        Self { series, table: Table::default(), plan: Plan::default(), config }
    }

    pub(crate) fn of(bars: &[[f64; 4]]) -> Self {
        Self::new(candles(bars))
    }

    pub(crate) fn profile(mut self, profile: FillProfile) -> Self {
        self.config.profile = profile;
        self
    }

    pub(crate) fn config(mut self, change: impl FnOnce(&mut RunConfig)) -> Self {
        change(&mut self.config);
        self
    }

    fn add(&mut self, column: Column) -> Value {
        self.table.0.push(column);
        Value(u32::try_from(self.table.0.len() - 1).unwrap())
    }

    /// A number that never changes.
    pub(crate) fn constant(&mut self, number: f64) -> Value {
        let rows = self.series.rows();
        self.add(Column::Constant { value: number, rows })
    }

    /// A number for each row.
    pub(crate) fn numbers(&mut self, numbers: Vec<f64>) -> Value {
        self.add(Numbers::new(numbers).into())
    }

    /// A signal that is on in these rows.
    pub(crate) fn on(&mut self, rows: &[usize]) -> Value {
        let len = self.series.rows();
        let mut on = Bits::filled(false, len);
        rows.iter().for_each(|row| on.set(*row, true));
        self.add(Signals::new(on, Bits::filled(true, len)).into())
    }

    pub(crate) fn signal(&mut self, on: Bits) -> Value {
        let len = self.series.rows();
        self.add(Signals::new(on, Bits::filled(true, len)).into())
    }

    pub(crate) fn act(mut self, rows: &[usize], kind: ActionKind) -> Self {
        let when = self.on(rows);
        let node = format!("action{}", self.plan.actions.len());
        self.plan.actions.push(Action { node, when, kind });
        self
    }

    /// Orders `units` at a bar's close.
    pub(crate) fn enter(mut self, rows: &[usize], direction: Direction, order: Order, units: f64) -> Self {
        let size = Size::Units(self.constant(units));
        self.enter_sized(rows, direction, order, size)
    }

    pub(crate) fn enter_sized(
        mut self,
        rows: &[usize],
        direction: Direction,
        order: Order,
        size: Size,
    ) -> Self {
        let order = match order {
            Order::Market => EntryOrder::Market,
            Order::Limit(price) => EntryOrder::Limit(self.constant(price)),
            Order::Stop(price) => EntryOrder::Stop(self.constant(price)),
            Order::StopLimit(stop, limit) => {
                EntryOrder::StopLimit { stop: self.constant(stop), limit: self.constant(limit) }
            }
        };
        self.act(rows, enter(direction, order, size))
    }

    pub(crate) fn buy(self, rows: &[usize], units: f64) -> Self {
        self.enter(rows, Direction::Long, Order::Market, units)
    }

    pub(crate) fn short(self, rows: &[usize], units: f64) -> Self {
        self.enter(rows, Direction::Short, Order::Market, units)
    }

    pub(crate) fn exit(self, rows: &[usize], fraction: f64) -> Self {
        self.act(rows, ActionKind::Exit { direction: None, fraction })
    }

    pub(crate) fn guard(
        mut self,
        kind: GuardKind,
        distance: impl FnOnce(Value) -> Distance,
        number: f64,
    ) -> Self {
        let value = self.constant(number);
        self.plan.guards.push(guard(kind, distance(value), From::Fill));
        self
    }

    pub(crate) fn run(&self) -> Run {
        let [skipping, every] = [Pace::Skipping, Pace::EveryBar].map(|pace| self.run_at(pace));
        assert!(skipping == every, "skipping bars changes nothing");
        skipping
    }

    pub(crate) fn run_at(&self, pace: Pace) -> Run {
        simulate(&self.plan, &self.series, &self.table, None, &self.config, pace).unwrap()
    }

    /// What filled: bar, price, signed quantity.
    pub(crate) fn fills(&self) -> Vec<(u32, f64, f64)> {
        self.run().fills.iter().map(|fill| (fill.bar, fill.price, fill.signed_quantity())).collect()
    }
}

/// Labs on one account.
pub(crate) fn portfolio(labs: &[&Lab]) -> PortfolioRun {
    simulate_portfolio(labs.iter().map(|lab| lab.leg()).collect()).unwrap()
}

impl Lab {
    pub(crate) fn leg(&self) -> PlanLeg<'_> {
        let Self { series, table, plan, config } = self;
        PlanLeg { plan, columns: table, late: None, series, detail: None, config }
    }
}

/// How an entry is ordered, with its prices.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Market,
    Limit(f64),
    Stop(f64),
    StopLimit(f64, f64),
}

pub(crate) fn enter(direction: Direction, order: EntryOrder, size: Size) -> ActionKind {
    ActionKind::Enter { direction, order, size, expiry_bars: 0, max_entries: 1, only_adds: false }
}

pub(crate) fn guard(kind: GuardKind, distance: Distance, from: From) -> Guard {
    let node = format!("{kind:?}");
    Guard { node, direction: None, kind, distance, from, follows: false }
}

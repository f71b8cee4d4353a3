//! Runs made by hand: fills at the open of named bars, kept in a plain ledger.

use std::sync::Arc;

use wickflow_backtest::config::{FeeModel, FeeOrder, Slippage};
use wickflow_backtest::{Cause, Counts, Fill, OpenTrade, Run, RunConfig, Segment, Step, Trade};
use wickflow_shared::market::{Calendar, Candle, CandleColumns};
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, Program, compile};

use crate::input::{Proofs, ReportInput, basis_of};
use crate::report::Report;
use crate::review::Finding;

/// A run over daily candles from 2024-01-01 on: 10,000 in cash, 10 bps a fill, no slippage.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) candles: Vec<Candle>,
    pub(crate) timeframe: Timeframe,
    pub(crate) calendar: Calendar,
    pub(crate) config: RunConfig,
    pub(crate) run: Run,
    pub(crate) profiles: Vec<(&'static str, Run)>,
    pub(crate) parameters: usize,
    pub(crate) proofs: Proofs,
    pub(crate) document: String,
}

/// Buys when the close crosses above its average of three bars, and sells when it crosses below.
pub(crate) const CROSS: &str = r#"{"nodes": [
    {"id": "candle", "type": "data.candle"},
    {"id": "average", "type": "indicator.sma", "data": {"params": {"period": 3}}},
    {"id": "up", "type": "logic.cross_over"}, {"id": "down", "type": "logic.cross_under"},
    {"id": "buy", "type": "action.buy"}, {"id": "sell", "type": "action.sell"}],
  "edges": [
    {"source": "candle", "sourceHandle": "close", "target": "average", "targetHandle": "source"},
    {"source": "candle", "sourceHandle": "close", "target": "up", "targetHandle": "a"},
    {"source": "average", "target": "up", "targetHandle": "b"},
    {"source": "candle", "sourceHandle": "close", "target": "down", "targetHandle": "a"},
    {"source": "average", "target": "down", "targetHandle": "b"},
    {"source": "up", "target": "buy", "targetHandle": "when"},
    {"source": "down", "target": "sell", "targetHandle": "when"}]}"#;

/// 2024-01-01T00:00:00Z.
const START: Timestamp = Timestamp(1_704_067_200_000);
const DAY_MS: i64 = 86_400_000;

impl Case {
    /// Candles that close at `closes` and open at the close before, with shadows of half a unit.
    pub(crate) fn new(closes: impl IntoIterator<Item = f64>) -> Self {
        let mut open = None;
        let candle = |(index, close): (usize, f64)| {
            let open = open.replace(close).unwrap_or(close);
            Candle {
                open_time: START.plus_ms(DAY_MS * i64::try_from(index).unwrap()),
                open,
                high: open.max(close) + 0.5,
                low: open.min(close) - 0.5,
                close,
                volume: 1e6,
                turnover: 0.0,
                trades: 0,
            }
        };
        let candles: Vec<Candle> = closes.into_iter().enumerate().map(candle).collect();
        Self {
            name: "Cross".to_owned(),
            run: empty_run(10_000.0, candles.len()),
            candles,
            timeframe: Timeframe::Day,
            calendar: Calendar::round_the_clock(Zone::utc()),
            config: RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None),
            profiles: Vec::new(),
            parameters: 1,
            proofs: Proofs::default(),
            document: CROSS.to_owned(),
        }
    }

    /// Enters at the open of one bar and leaves at the open of a later one; negative units are short.
    pub(crate) fn trade(mut self, entry: usize, exit: usize, units: f64) -> Self {
        let (before, bought) = (self.run.cash, self.fill(entry, units));
        let sold = self.fill(exit, -units);
        self.run.trades.push(self.trade_of(before, (entry, bought), (exit, sold), units));
        self
    }

    /// Enters and stays.
    pub(crate) fn hold(mut self, entry: usize, units: f64) -> Self {
        let (before, bought) = (self.run.cash, self.fill(entry, units));
        let last = self.candles.len() - 1;
        let mark = self.candles[last].close;
        let mut marked = self.trade_of(before, (entry, bought), (last, mark), units);
        marked.pnl = self.run.cash + units * mark - before;
        marked.exit_cause = Cause::EndOfData;
        let unrealized_pnl = units * (mark - bought);
        let quantity = units.abs();
        self.run.open_trade = Some(OpenTrade { marked, quantity, entry_price: bought, mark, unrealized_pnl });
        self.run.final_equity = self.run.cash + units * mark;
        self
    }

    /// The same trade every `every` bars, held for `bars`.
    pub(crate) fn trades(mut self, first: usize, every: usize, bars: usize, units: f64) -> Self {
        let mut entry = first;
        while entry + bars < self.candles.len() {
            self = self.trade(entry, entry + bars, units);
            entry += every;
        }
        self
    }

    /// Changes the run, the settings or the candles.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// In the plan of [`CROSS`] selling comes before buying.
    fn cause(units: f64) -> Cause {
        Cause::Action(u16::from(units > 0.0))
    }

    fn fill(&mut self, bar: usize, units: f64) -> f64 {
        let candle = self.candles[bar];
        let (price, quantity) = (candle.open, units.abs());
        let side = if units > 0.0 { OrderSide::Buy } else { OrderSide::Sell };
        let fee = self.config.fees.fee(&FeeOrder {
            side,
            liquidity: LiquiditySide::Taker,
            time: candle.open_time,
            notional: price * quantity,
            quantity,
            notional_before: 0.0,
            quantity_before: 0.0,
        });
        let bar = u32::try_from(bar).unwrap();
        self.run.counts.orders += 1;
        self.run.fills.push(Fill {
            bar,
            step: Step::Open,
            time: candle.open_time.plus_ms(1),
            side,
            quantity,
            price,
            slippage: 0.0,
            fee,
            rule: Rule::MarketAtLast,
            liquidity: LiquiditySide::Taker,
            cause: Self::cause(units),
            order: self.run.counts.orders,
            stale: false,
        });
        self.run.cash -= units * price + fee;
        self.run.position += units;
        let equity = self.run.cash + self.run.position * candle.close;
        self.run.final_equity = self.run.cash + self.run.position * price;
        self.run.segments.retain(|segment| segment.bar != bar);
        self.run.segments.push(Segment {
            bar,
            cash: self.run.cash,
            position: self.run.position,
            low_equity: equity,
            high_equity: equity,
            held: true,
        });
        price
    }

    fn trade_of(&self, before: f64, entry: (usize, f64), exit: (usize, f64), units: f64) -> Trade {
        let last = self.run.fills.len() - 1;
        let fees: f64 = self.run.fills.iter().rev().take(2).map(|fill| fill.fee).sum();
        let pnl = self.run.cash - before;
        let time = |bar: usize| self.candles[bar].open_time.plus_ms(1);
        let held = || self.candles[entry.0..=exit.0].iter();
        let (lowest, highest) = (
            held().map(|candle| candle.low).fold(f64::INFINITY, f64::min),
            held().map(|candle| candle.high).fold(f64::NEG_INFINITY, f64::max),
        );
        Trade {
            side: if units > 0.0 { PositionSide::Long } else { PositionSide::Short },
            entry_bar: u32::try_from(entry.0).unwrap(),
            exit_bar: u32::try_from(exit.0).unwrap(),
            entry_time: time(entry.0),
            exit_time: time(exit.0),
            entry_cause: Self::cause(units),
            exit_cause: Self::cause(-units),
            first_fill: u32::try_from(last.saturating_sub(1)).unwrap(),
            entries: 1,
            exits: 1,
            quantity: units.abs(),
            entry_price: entry.1,
            exit_price: exit.1,
            fees,
            slippage_cost: 0.0,
            pnl,
            return_fraction: pnl / (entry.1 * units.abs()),
            mae: 0.0,
            mfe: pnl.max(0.0),
            worst_price: if units > 0.0 { lowest } else { highest },
            best_price: if units > 0.0 { highest } else { lowest },
            initial_risk: None,
        }
    }

    pub(crate) fn series(&self) -> Series {
        let mut columns = CandleColumns::with_capacity(self.candles.len());
        self.candles.iter().for_each(|candle| columns.push(candle));
        let calendar = Arc::new(self.calendar.clone());
        Series::new("TEST:ABC".parse().unwrap(), self.timeframe, calendar, Arc::new(columns))
    }

    pub(crate) fn report(&self) -> Report {
        let series = self.series();
        let program = program(&self.document);
        let profiles: Vec<(&str, &Run)> = self.profiles.iter().map(|(name, run)| (*name, run)).collect();
        Report::new(&ReportInput {
            strategy: &self.name,
            program: &program,
            parameters: self.parameters,
            series: &series,
            config: &self.config,
            run: &self.run,
            profiles: &profiles,
            snapshot_id: "made-up",
            run_hash: "0123abcd",
            basis: basis_of(&series),
            trials: None,
            proofs: self.proofs,
            timings: &[("simulate", 1.25)],
        })
    }

    /// The finding of a code.
    pub(crate) fn finding(&self, code: &str) -> Option<Finding> {
        self.report().review.into_iter().find(|finding| finding.code == code)
    }
}

/// Compiles a document.
pub(crate) fn program(document: &str) -> Program {
    compile(&Document::parse(document).unwrap(), &Limits::default())
        .unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn empty_run(cash: f64, bars: usize) -> Run {
    Run {
        first_bar: 0,
        end_bar: u32::try_from(bars).unwrap(),
        start_cash: cash,
        cash,
        position: 0.0,
        final_equity: cash,
        fills: Vec::new(),
        trades: Vec::new(),
        open_trade: None,
        rejects: Vec::new(),
        counts: Counts::default(),
        segments: Vec::new(),
        is_ruined: false,
    }
}

/// Closes that never move.
pub(crate) fn flat(bars: usize) -> impl Iterator<Item = f64> {
    std::iter::repeat_n(100.0, bars)
}

/// Closes that rise by a fixed step from 100.
pub(crate) fn slope(bars: usize, step: f64) -> impl Iterator<Item = f64> {
    (0..bars).map(move |bar| 100.0 + step * bar as f64)
}

/// Closes that swing between 95 and 105 with a period of ten bars: low at bars 0, 10, 20 …, high five bars later.
pub(crate) fn swing(bars: usize) -> impl Iterator<Item = f64> {
    (0..bars).map(|bar| {
        if bar % 10 <= 5 { 95.0 + 2.0 * (bar % 10) as f64 } else { 105.0 - 2.0 * (bar % 10 - 5) as f64 }
    })
}

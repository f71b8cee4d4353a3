//! What tests share.

use std::ops::Range;

use serde_json::json;
use wickflow_backtest::{Cause, Counts, Fill, OpenTrade, Run, Segment, Step, Trade};
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_shared::portfolio::PositionSide;
use wickflow_strategy::data::{Field, Series};
use wickflow_strategy::document::{Document, NamedParam};
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluation, Program};

use crate::tester::Runner;

/// Long while a fast average is above a slow one. The slow one's period is the named parameter `length`.
pub(crate) fn crossing() -> Document {
    let template = TEMPLATES.iter().find(|template| template.name == "average_cross").expect("a template");
    let mut document = template.document().expect("a document");
    document.set_param("slow", "period", json!({ "$param": "length" }));
    let length = NamedParam { value: json!(30), other: serde_json::Map::new() };
    document.wickflow.parameters.insert("length".to_owned(), length);
    document
}

/// Fills the signals of [`crossing`] at the next bar's open with all cash and 0.1 % fees: simple enough to be seen to
/// be right, and independent of the simulator.
pub(crate) struct CrossRunner;

/// What a run begins with.
pub(crate) const CASH: f64 = 1e10;
const FEE: f64 = 0.001;

impl Runner for CrossRunner {
    fn run(
        &self,
        program: &Program,
        evaluation: &Evaluation,
        series: &Series,
        rows: Range<usize>,
    ) -> Result<Run, String> {
        // The plan has exits before entries.
        let [sell, buy] = program.plan().actions.as_slice() else { return Err("two actions".to_owned()) };
        let on =
            |when| evaluation.column(when).and_then(|column| column.signals()).map(|signals| signals.on());
        let (Some(buy), Some(sell)) = (on(buy.when), on(sell.when)) else { return Err("signals".to_owned()) };
        let opens = series.field(Field::Open).raw();
        let mut run = empty(rows.clone());
        for row in rows.clone().skip(1) {
            let signal = if run.position > 0.0 { sell } else { buy };
            if !signal.get(row - 1) {
                continue;
            }
            let fill = fill(&run, series, row, opens[row]);
            run.cash -= fill.signed_quantity() * fill.price + fill.fee;
            run.position += fill.signed_quantity();
            if fill.side == OrderSide::Sell {
                run.position = 0.0;
                let entry = *run.fills.last().expect("an entry");
                run.trades.push(trade(&entry, &fill));
            }
            run.fills.push(fill);
            let equity = run.cash + run.position * series.field(Field::Close).raw()[row];
            run.segments.push(Segment {
                bar: fill.bar,
                cash: run.cash,
                position: run.position,
                low_equity: equity,
                high_equity: equity,
                held: true,
            });
        }
        if let Some(last) = rows.last() {
            let mark = series.field(Field::Close).raw()[last];
            run.final_equity = run.cash + run.position * mark;
            if run.position > 0.0 {
                let entry = *run.fills.last().expect("an entry");
                let exit = Fill { price: mark, fee: 0.0, ..entry };
                run.open_trade = Some(OpenTrade {
                    marked: trade(&entry, &exit),
                    quantity: run.position,
                    entry_price: entry.price,
                    mark,
                    unrealized_pnl: (mark - entry.price) * run.position,
                });
            }
        }
        Ok(run)
    }
}

fn empty(rows: Range<usize>) -> Run {
    let row = |row: usize| u32::try_from(row).expect("few rows");
    Run {
        first_bar: row(rows.start),
        end_bar: row(rows.end),
        start_cash: CASH,
        cash: CASH,
        position: 0.0,
        final_equity: CASH,
        fills: Vec::new(),
        trades: Vec::new(),
        open_trade: None,
        rejects: Vec::new(),
        counts: Counts::default(),
        segments: Vec::new(),
        is_ruined: false,
    }
}

fn fill(run: &Run, series: &Series, row: usize, price: f64) -> Fill {
    let is_entry = run.position <= 0.0;
    let quantity = if is_entry { run.cash / (price * (1.0 + FEE)) } else { run.position };
    Fill {
        bar: u32::try_from(row).expect("few rows"),
        step: Step::Open,
        time: series.candles().open_times()[row],
        side: if is_entry { OrderSide::Buy } else { OrderSide::Sell },
        quantity,
        price,
        slippage: 0.0,
        fee: quantity * price * FEE,
        rule: Rule::MarketAtLast,
        liquidity: LiquiditySide::Taker,
        cause: Cause::Action(u16::from(!is_entry)),
        order: 1,
        stale: false,
    }
}

fn trade(entry: &Fill, exit: &Fill) -> Trade {
    let pnl = (exit.price - entry.price) * entry.quantity - entry.fee - exit.fee;
    Trade {
        side: PositionSide::Long,
        entry_bar: entry.bar,
        exit_bar: exit.bar,
        entry_time: entry.time,
        exit_time: exit.time,
        entry_cause: entry.cause,
        exit_cause: exit.cause,
        first_fill: 0,
        entries: 1,
        exits: 1,
        quantity: entry.quantity,
        entry_price: entry.price,
        exit_price: exit.price,
        fees: entry.fee + exit.fee,
        slippage_cost: 0.0,
        pnl,
        return_fraction: pnl / (entry.price * entry.quantity),
        mae: 0.0,
        mfe: 0.0,
        worst_price: entry.price.min(exit.price),
        best_price: entry.price.max(exit.price),
        initial_risk: None,
    }
}

use wickflow_backtest::{Fill, Run, Trade};
use wickflow_shared::order::OrderSide;
use wickflow_shared::portfolio::PositionSide;

use super::MAX_TRADES;
use crate::message::{Columns, count32, time_number};
use crate::protocol::{Cause, Fills, Trades};

/// The closed trades of a run.
pub(super) fn trades(run: &Run, columns: &mut Columns) -> Trades {
    let first = run.trades.len().saturating_sub(MAX_TRADES);
    let listed = run.trades.get(first..).unwrap_or_default();
    let mut add = |number: &dyn Fn(&Trade) -> f64| columns.of(listed, number);
    Trades {
        total: count32(run.trades.len()),
        first: count32(first),
        side: add(&|trade| f64::from(side_sign(trade.side))),
        entry_bar: add(&|trade| f64::from(trade.entry_bar)),
        exit_bar: add(&|trade| f64::from(trade.exit_bar)),
        entry_time: add(&|trade| time_number(trade.entry_time.0)),
        exit_time: add(&|trade| time_number(trade.exit_time.0)),
        entry_price: add(&|trade| trade.entry_price),
        exit_price: add(&|trade| trade.exit_price),
        quantity: add(&|trade| trade.quantity),
        pnl: add(&|trade| trade.pnl),
        return_fraction: add(&|trade| trade.return_fraction),
        fees: add(&|trade| trade.fees),
        mae: add(&|trade| trade.mae),
        mfe: add(&|trade| trade.mfe),
        entry_cause: add(&|trade| cause(trade.entry_cause).code()),
        exit_cause: add(&|trade| cause(trade.exit_cause).code()),
    }
}

/// The fills of a run.
pub(super) fn fills(run: &Run, columns: &mut Columns) -> Fills {
    let first = run.fills.len().saturating_sub(2 * MAX_TRADES);
    let listed = run.fills.get(first..).unwrap_or_default();
    let mut add = |number: &dyn Fn(&Fill) -> f64| columns.of(listed, number);
    Fills {
        total: count32(run.fills.len()),
        first: count32(first),
        bar: add(&|fill| f64::from(fill.bar)),
        time: add(&|fill| time_number(fill.time.0)),
        side: add(&|fill| match fill.side {
            OrderSide::Buy => 1.0,
            OrderSide::Sell => -1.0,
        }),
        price: add(&|fill| fill.price),
        quantity: add(&|fill| fill.quantity),
        fee: add(&|fill| fill.fee),
        cause: add(&|fill| cause(fill.cause).code()),
    }
}

/// 1 long, −1 short.
pub(super) fn side_sign(side: PositionSide) -> i8 {
    match side {
        PositionSide::Long => 1,
        PositionSide::Short => -1,
    }
}

fn cause(cause: wickflow_backtest::Cause) -> Cause {
    match cause {
        wickflow_backtest::Cause::Action(index) => Cause::Action(index),
        wickflow_backtest::Cause::Guard(index) => Cause::Guard(index),
        wickflow_backtest::Cause::MarginCall => Cause::MarginCall,
        wickflow_backtest::Cause::Liquidation => Cause::Liquidation,
        wickflow_backtest::Cause::EndOfData => Cause::EndOfData,
    }
}

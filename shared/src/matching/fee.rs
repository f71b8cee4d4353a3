use serde::{Deserialize, Serialize};

use crate::num::{Bps, Money};

/// What a fill costs (rule K2). Always named, never zero by silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum FeeModel {
    /// Nothing, said aloud.
    Free,
    /// A share of the notional, by liquidity side, at least `min` for each fill.
    Percentage {
        /// Share when the order waited.
        maker: Bps,
        /// Share when it took.
        taker: Bps,
        /// Least fee of one fill.
        min: Money,
    },
    /// Indian equity, intraday: brokerage, transaction tax, exchange charge, stamp duty, GST, each rounded to
    /// the paisa. The rates are those in force from 2024-10-01 and stand in the code with their source.
    IndiaEquityIntraday,
}

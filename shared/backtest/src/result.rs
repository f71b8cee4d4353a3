//! What a run comes to.

use serde::{Deserialize, Serialize};

use crate::fill::{Cause, Fill};
use crate::trade::{OpenTrade, Trade};

/// Everything that a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The first bar that was simulated, and the one after the last.
    pub first_bar: u32,
    /// The bar after the last that was simulated; earlier than asked when the run was ended by rule K4.
    pub end_bar: u32,
    /// Cash at the start.
    pub start_cash: f64,
    /// Cash at the end.
    pub cash: f64,
    /// Units held at the end; negative when short.
    pub position: f64,
    /// Cash and position at the last close.
    pub final_equity: f64,
    /// Every fill, in the order of time.
    pub fills: Vec<Fill>,
    /// Every trade that was closed, in the order of its last exit.
    pub trades: Vec<Trade>,
    /// The position that is still open.
    pub open_trade: Option<OpenTrade>,
    /// Orders that were refused: the first [`MAX_REJECTS`].
    pub rejects: Vec<Reject>,
    /// What was counted.
    pub counts: Counts,
    /// What was held between fills, for the equity curve.
    pub segments: Vec<Segment>,
    /// Whether the run ended because equity fell to zero or below (rule K4).
    pub is_ruined: bool,
}

/// How many refused orders are listed; all are counted.
pub const MAX_REJECTS: usize = 1000;

/// What happened how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Orders that were placed, guards not counted.
    pub orders: u32,
    /// Refused orders.
    pub rejects: u32,
    /// Resting entries that expired.
    pub expired: u32,
    /// Resting entries that the strategy canceled, or that an entry the other way or the end of a run did.
    pub canceled: u32,
    /// Closes at which entry and exit, or long and short, were on together, so that nothing was entered (rule C6).
    pub conflicts: u32,
    /// Fills right after missing candles (rule M2).
    pub stale_fills: u32,
    /// Exits by a guard in a bar that held a stop and a target of the position both, so that the path decided.
    pub ambiguous_exits: u32,
    /// Guards that were not placed because their level was not known.
    pub missing_guards: u32,
}

/// An order that was refused: it was not made smaller instead (rule K3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reject {
    /// The bar.
    pub bar: u32,
    /// Which action or guard asked.
    pub cause: Cause,
    /// Why it was refused.
    pub reason: RejectReason,
    /// What it would have taken; NaN-free: 0 where nothing is to say.
    pub needed: f64,
    /// What there was.
    pub available: f64,
}

/// Why an order was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// Its size is not known, or not above 0.
    MissingSize,
    /// Its limit or stop price is not known, or not above 0.
    MissingPrice,
    /// Its level is not known: the position goes without this guard until it is.
    MissingLevel,
    /// The size is less than a lot.
    BelowLot,
    /// Cash does not cover it, its fee included.
    InsufficientCash,
    /// Equity does not cover its initial margin.
    InsufficientMargin,
    /// Selling short is not allowed.
    ShortNotAllowed,
}

/// What the account held from the close of a bar until the close before the next segment's bar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The bar with the fills that led to it; before it, the account was as the segment before says.
    pub bar: u32,
    /// Cash at its close.
    pub cash: f64,
    /// Units held at its close; negative when short.
    pub position: f64,
    /// Lowest equity within this bar, fill by fill along its path.
    pub low_equity: f64,
    /// Highest equity within this bar, fill by fill along its path.
    pub high_equity: f64,
    /// Whether anything was held within this bar.
    pub held: bool,
}

use serde::{Deserialize, Serialize};
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timestamp;

use crate::fill::Fill;
use crate::result::{Counts, Reject};
use crate::trade::{OpenTrade, Trade};

/// Everything that a run over several symbols did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortfolioRun {
    /// When the first bar of any symbol opened; `None` without bars.
    pub start_time: Option<Timestamp>,
    /// Cash at the start.
    pub start_cash: f64,
    /// Cash at the end.
    pub cash: f64,
    /// Cash and all positions, each at its last close.
    pub final_equity: f64,
    /// The symbols, in the order in which they were given.
    pub legs: Vec<LegRun>,
    /// Equity at each close of any symbol.
    pub curve: Vec<PortfolioPoint>,
    /// All fills, in the order in which they happened.
    pub sequence: Vec<SequenceFill>,
    /// Whether the run ended because equity fell to zero or below (rule K4).
    pub is_ruined: bool,
}

/// A fill, named by its symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceFill {
    /// The place among the symbols.
    pub leg: u32,
    /// The place among the symbol's fills.
    pub fill: u32,
}

/// What one symbol did. Bars, orders and fills are counted by symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegRun {
    /// Which symbol.
    pub symbol: Symbol,
    /// The first bar that was simulated.
    pub first_bar: u32,
    /// The bar after the last that was simulated.
    pub end_bar: u32,
    /// Units held at the end; negative when short.
    pub position: f64,
    /// What the symbol gained after fees, in cash: closed trades, and the open one at the last close.
    pub pnl: f64,
    /// Every fill, in the order of time.
    pub fills: Vec<Fill>,
    /// Every trade that was closed, in the order of its last exit.
    pub trades: Vec<Trade>,
    /// The position that is still open.
    pub open_trade: Option<OpenTrade>,
    /// Orders that were refused: the first [`MAX_REJECTS`](crate::MAX_REJECTS).
    pub rejects: Vec<Reject>,
    /// What was counted.
    pub counts: Counts,
}

/// The account at a close.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PortfolioPoint {
    /// When.
    pub time: Timestamp,
    /// Cash.
    pub cash: f64,
    /// Cash and all positions, each at its last price.
    pub equity: f64,
    /// Lowest equity since the point before, along the paths of the bars; symbols that move at once move one after
    /// the other.
    pub low_equity: f64,
    /// Highest equity since the point before, likewise.
    pub high_equity: f64,
    /// What all positions are worth, longs and shorts added up.
    pub exposure: f64,
    /// How many symbols are held.
    pub held: u32,
}

impl PortfolioRun {
    /// All fills in the order in which they happened, each with the place of its symbol.
    pub fn fills(&self) -> impl Iterator<Item = (usize, &Fill)> {
        self.sequence.iter().filter_map(|place| {
            let leg = place.leg as usize;
            Some((leg, self.legs.get(leg)?.fills.get(place.fill as usize)?))
        })
    }
}

use serde::{Deserialize, Serialize};
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::Timestamp;

use crate::fill::Cause;

/// From flat to flat: all that happened between the fill that opened a position and the one that closed its last unit.
///
/// Percentages and cash are net of fees where the name does not say otherwise. A reversal ends one trade and begins
/// the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// Long or short.
    pub side: PositionSide,
    /// The bar of the first entry.
    pub entry_bar: u32,
    /// The bar of the last exit.
    pub exit_bar: u32,
    /// When the first entry filled.
    pub entry_time: Timestamp,
    /// When the last exit filled.
    pub exit_time: Timestamp,
    /// What ordered the first entry.
    pub entry_cause: Cause,
    /// What ordered the last exit.
    pub exit_cause: Cause,
    /// Where its fills begin in the run's list, and how many there are up to the last exit.
    pub first_fill: u32,
    /// Number of fills that entered.
    pub entries: u32,
    /// Number of fills that exited.
    pub exits: u32,
    /// Units entered in all, above 0.
    pub quantity: f64,
    /// Average price of the entries.
    pub entry_price: f64,
    /// Average price of the exits.
    pub exit_price: f64,
    /// All fees, of entries and exits.
    pub fees: f64,
    /// What slippage cost, in cash.
    pub slippage_cost: f64,
    /// Gain after fees, in cash.
    pub pnl: f64,
    /// Gain after fees as a fraction of what was paid for the entries, fees apart.
    pub return_fraction: f64,
    /// Maximum adverse excursion: the worst unrealized loss while held, in cash before fees; 0 or above.
    pub mae: f64,
    /// Maximum favorable excursion: the best unrealized gain while held, in cash before fees; 0 or above.
    pub mfe: f64,
    /// The worst price while held, the entry's and the exit's fills included.
    pub worst_price: f64,
    /// The best price while held, the entry's and the exit's fills included.
    pub best_price: f64,
    /// Loss per unit that the first stop-loss of the position stood for; `None` without one. A gain divided by it and
    /// the quantity is the trade in multiples of its risk.
    pub initial_risk: Option<f64>,
}

impl Trade {
    /// Bars from the first entry to the last exit; 0 within one bar.
    #[must_use]
    pub fn bars(&self) -> u32 {
        self.exit_bar - self.entry_bar
    }

    /// Gain in multiples of the initial risk.
    #[must_use]
    pub fn r_multiple(&self) -> Option<f64> {
        let risk = self.initial_risk? * self.quantity;
        (risk > 0.0).then(|| self.pnl / risk)
    }
}

/// The position that a run ended with: it stays open, and is reported apart from the trades (rule C7).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OpenTrade {
    /// The trade as if it were closed at the last close, without a fee for that.
    pub marked: Trade,
    /// Units still held, above 0.
    pub quantity: f64,
    /// Average price of what is still held.
    pub entry_price: f64,
    /// The last close.
    pub mark: f64,
    /// Gain at the last close of what is still held, in cash before fees.
    pub unrealized_pnl: f64,
}

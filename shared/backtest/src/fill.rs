use serde::{Deserialize, Serialize};
use wickflow_shared::market::PathStep;
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_shared::time::Timestamp;

/// Where within its bar a fill happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// At the open: the price jumped here from the bar before.
    Open,
    /// On the way to the extreme that comes first.
    FirstExtreme,
    /// On the way to the other extreme.
    SecondExtreme,
    /// On the way to the close.
    Close,
    /// At the close, after the strategy looked: only in profiles that trade on the signal's own close.
    AfterClose,
}

impl Step {
    /// The point of the path in the words of market events; an order that fills after the close fills at the close.
    #[must_use]
    pub const fn path_step(self) -> PathStep {
        match self {
            Self::Open => PathStep::Open,
            Self::FirstExtreme => PathStep::FirstExtreme,
            Self::SecondExtreme => PathStep::SecondExtreme,
            Self::Close | Self::AfterClose => PathStep::Close,
        }
    }

    /// A number of its own, in the order of time, for the run hash.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::FirstExtreme => 1,
            Self::SecondExtreme => 2,
            Self::Close => 3,
            Self::AfterClose => 4,
        }
    }
}

/// What ordered a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "index")]
pub enum Cause {
    /// An action of the plan, by its place there.
    Action(u16),
    /// A guard of the plan, by its place there.
    Guard(u16),
    /// The maintenance margin was no longer covered: the position was closed, the run went on.
    MarginCall,
    /// Equity fell to zero or below: the position was closed and the run ended (rule K4).
    Liquidation,
    /// Nothing: an open position at the end of the data, marked at the last close (rule C7). No fill has it.
    EndOfData,
}

/// One execution, with all that is needed to check it by hand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// The bar, counted from the first of the series.
    pub bar: u32,
    /// Where within the bar; where finer candles decided, within the one of them that `time` lies in.
    pub step: Step,
    /// When: the points of a candle's path lie as in `market::bar_path`; after the close it is the bar's close.
    pub time: Timestamp,
    /// Which way.
    pub side: OrderSide,
    /// Units, above 0.
    pub quantity: f64,
    /// Price per unit, slippage included.
    pub price: f64,
    /// How much worse than the price before slippage, per unit; never negative.
    pub slippage: f64,
    /// Fee, in the quote currency; never negative.
    pub fee: f64,
    /// The rule of `docs/fill-rules.md` that made it.
    pub rule: Rule,
    /// Whether the order waited or took.
    pub liquidity: LiquiditySide,
    /// What ordered it.
    pub cause: Cause,
    /// The order, numbered from 1 within the run. A reversal has two fills with one number: the closing one first.
    pub order: u32,
    /// Whether candles were missing right before its bar, for more than an hour and more than one candle (rule M2).
    pub stale: bool,
}

impl Fill {
    /// Units with a sign: negative when sold.
    #[must_use]
    pub fn signed_quantity(&self) -> f64 {
        match self.side {
            OrderSide::Buy => self.quantity,
            OrderSide::Sell => -self.quantity,
        }
    }

    /// Price × quantity.
    #[must_use]
    pub fn notional(&self) -> f64 {
        self.price * self.quantity
    }
}

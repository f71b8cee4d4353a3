//! How orders meet the market. The rules and their ids are those of `docs/fill-rules.md`.

mod fee;
mod market;
mod rules;
mod slippage;
mod taking;

pub use fee::{FeeModel, IndiaEquityIntradayFee};
pub use market::{Market, Markets, SymbolIndex};
pub use rules::{Candidate, Execution, Move, execute};
pub use slippage::{Draw, SlippageModel};
pub use taking::{Liquidity, Piece, taking_price, within_limit};

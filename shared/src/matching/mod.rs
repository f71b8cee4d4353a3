//! How orders meet the market. The rules and their ids are those of `docs/fill-rules.md`.

mod fee;
mod slippage;

pub use fee::FeeModel;
pub use slippage::SlippageModel;

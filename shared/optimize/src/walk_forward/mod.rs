//! Walk-forward tests: search in one window, trade the finding in the next, move on. What the findings earn in windows
//! that no search has seen is what a strategy, and the way its parameters are chosen, may be worth.
//!
//! Columns are computed over the whole series once, so windows are warmed up by the bars before them; a value at a bar
//! follows from bars up to it alone.
//!
//! Source: R. Pardo, The Evaluation and Optimization of Trading Strategies (2008), chapter 11.

mod concentration;
mod folds;
mod report;
mod session;
mod significance;
mod stability;
mod stitched;
#[cfg(test)]
mod tests;
mod verdict;

pub use folds::{Fold, FoldError, MAX_FOLDS, Mode, Span, SpanError, Windows, folds};
pub use report::{FoldReport, Report};
pub use session::{
    Answer, MAX_COMPARED, Next, Task, TaskError, TaskId, WalkForward, WalkForwardCheckpoint,
    WalkForwardError, WalkForwardSettings,
};
pub use significance::Significance;
pub use stability::AxisStability;
pub use stitched::Stitched;
pub use verdict::{Judgment, Reason, Verdict, Weight};

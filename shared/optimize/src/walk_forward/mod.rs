//! Walk-forward tests: search in one window, trade the finding in the next, move on. What the findings earn in windows
//! that no search has seen is what a strategy, and the way its parameters are chosen, may be worth.
//!
//! Columns are computed over the whole series once, so windows are warmed up by the bars before them; a value at a bar
//! follows from bars up to it alone.
//!
//! Source: R. Pardo, The Evaluation and Optimization of Trading Strategies (2008), chapter 11.

mod folds;

pub use folds::{Fold, FoldError, MAX_FOLDS, Mode, Span, SpanError, Windows, folds};

//! The two evaluators: whole columns with a cache, and bar by bar. They give the same bits.

mod columns;
mod live;
mod stream;

pub use columns::{EvaluateError, Evaluation, Evaluator};
pub use live::Live;
pub use stream::{ProgramStream, StreamError};

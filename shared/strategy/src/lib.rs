//! Strategies: from a document to values and orders.
//!
//! A [`document`] names nodes of the [`catalogue`] and wires them; [`compile`] turns it into a [`Program`], whose
//! values are computed over whole columns ([`Evaluator`]) or bar by bar ([`ProgramStream`]) with the same bits, and
//! whose [`plan`] says what to order. Filling orders is not done here.
//!
//! A value at a bar is known at that bar's close, from what was known then: nothing here can look ahead.

pub mod catalogue;
pub mod column;
mod compile;
pub mod data;
pub mod document;
mod evaluate;
pub mod operator;
pub mod plan;
mod program;
pub mod proof;
pub mod synthetic;
pub mod templates;

pub use compile::{Diagnostic, Limits, Severity, compile};
pub use evaluate::{EvaluateError, Evaluation, Evaluator, Live, ProgramStream, StreamError};
pub use program::{Clock, NodeOutput, Program};

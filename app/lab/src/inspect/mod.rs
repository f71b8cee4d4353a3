//! Looking into a run: values at a bar, wires over time, where things happen, what nodes cost.

mod column;
mod find;
mod proofs;
mod sensitivity;
mod stats;
mod values;

pub(crate) use column::{column, sparklines};
pub(crate) use find::find;
pub(crate) use proofs::proofs;
pub(crate) use sensitivity::SensitivityJob;
pub(crate) use stats::node_stats;
pub(crate) use values::values;

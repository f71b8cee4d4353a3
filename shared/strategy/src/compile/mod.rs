//! From a document to a program: every problem found is reported at once, with node, port and what would do.

mod build;
mod connect;
mod diagnostic;
mod expand;
mod order;
mod plan;
mod warnings;

pub use diagnostic::{Diagnostic, Severity};

use crate::document::Document;
use crate::program::Program;

/// Bounds of a program, so that a stranger's strategy is safe to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nodes, sub-graphs counted in full.
    pub nodes: usize,
    /// Wires.
    pub edges: usize,
    /// Levels of sub-graphs.
    pub depth: usize,
    /// Rows until everything has a value.
    pub warm_up: usize,
    /// How many problems are listed.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 2_000, edges: 8_000, depth: 16, warm_up: 100_000, problems: 200 }
    }
}

/// Compiles a document.
///
/// # Errors
/// Every problem found, errors first; warnings are among them.
pub fn compile(document: &Document, limits: &Limits) -> Result<Program, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let flat = expand::expand(document, limits, &mut problems);
    let wires = connect::connect(&flat, &mut problems);
    let order = order::order(&flat, &wires, &mut problems);
    let timeframe = document.wickflow.timeframe.as_deref().and_then(|text| text.parse().ok());
    let mut builder = build::Builder::new(&flat, &wires, timeframe);
    for node in order {
        builder.node(node);
    }
    let built = builder.finish();
    let plan = plan::plan(&flat, &wires, built, limits, &mut problems);
    problems.sort_by_key(|problem| problem.severity);
    match plan {
        Some(mut program) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
            warnings::warn(&flat, &wires, &program, &mut problems);
            problems.truncate(limits.problems);
            program.warnings = problems;
            Ok(program)
        }
        _ => {
            problems.truncate(limits.problems);
            Err(problems)
        }
    }
}

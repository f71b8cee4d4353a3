//! What works on strategies: the node catalogue, checks, indicators, backtests and searches.

pub mod backtest;
pub mod check;
pub mod indicator;
pub mod input;
pub mod nodes;
pub mod optimize;
pub mod search;
pub mod settings;
pub mod walk_forward;

use std::path::Path;

use serde_json::Value as Json;
use wickflow_strategy::document::{Document, MAX_BYTES};
use wickflow_strategy::{Limits, Program, compile};

use super::{CliError, print_line};

/// Reads a strategy document.
///
/// # Errors
/// [`CliError::BadInput`] when there is no such file, it is too large, or it is no document.
pub fn read_document(path: &Path) -> Result<Document, CliError> {
    let refused = |error: &dyn std::fmt::Display| CliError::bad_input(format!("{}: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| refused(&error))?.len();
    // Before it is read: a file of gigabytes is refused at once.
    if size > MAX_BYTES as u64 {
        let error = wickflow_strategy::document::DocumentError::TooLarge {
            found: usize::try_from(size).unwrap_or(usize::MAX),
        };
        return Err(refused(&error));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    Document::parse(&text).map_err(|error| refused(&error))
}

/// What a strategy is called in reports: its own name, or its file's.
#[must_use]
pub fn name_of(path: &Path, document: &Document) -> String {
    match document.wickflow.name.as_str() {
        "" => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        name => name.to_owned(),
    }
}

/// Writes a file that was asked for.
///
/// # Errors
/// [`CliError::Failed`] when it cannot be written.
pub fn write(file: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(file, text).map_err(|error| CliError::failed(format!("{}: {error}", file.display())))
}

/// Compiles a strategy.
///
/// # Errors
/// [`CliError::BadInput`] with every problem on a line of its own.
pub fn compile_document(path: &Path, document: &Document) -> Result<Program, CliError> {
    compile(document, &Limits::default()).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        CliError::bad_input(format!("{} does not compile:{}", path.display(), lines.concat()))
    })
}

/// Prints one JSON document.
///
/// # Errors
/// [`CliError::Failed`] when standard output is closed.
pub fn print_json(json: &Json) -> Result<(), CliError> {
    print_line(serde_json::to_string_pretty(json).map_err(CliError::failed)?)
}

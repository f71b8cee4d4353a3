//! The report as files.

use wickflow_report::html::html;
use wickflow_report::trades_csv;

use crate::error::LabError;
use crate::protocol::Text;
use crate::run::Full;

/// The report as a page of its own.
pub(crate) fn report_html(full: &mut Full, clock: fn() -> f64) -> Result<Text, LabError> {
    let text = html(full.report(clock)?);
    Ok(Text { file_name: file_name(full, "html"), media_type: "text/html".to_owned(), text })
}

/// The report as the command line prints it.
pub(crate) fn report_json(full: &mut Full, clock: fn() -> f64) -> Result<Text, LabError> {
    let text = full.report(clock)?.to_json().map_err(|error| LabError::not_found(error.to_string()))?;
    Ok(Text { file_name: file_name(full, "json"), media_type: "application/json".to_owned(), text })
}

/// The trades for a spreadsheet.
pub(crate) fn trades_table(full: &mut Full, clock: fn() -> f64) -> Result<Text, LabError> {
    let text = trades_csv(full.report(clock)?);
    Ok(Text { file_name: file_name(full, "csv"), media_type: "text/csv".to_owned(), text })
}

fn file_name(full: &Full, extension: &str) -> String {
    named(&full.done.document.wickflow.name, extension)
}

/// A name that every file system takes.
pub(crate) fn named(name: &str, extension: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let stem: String = name.trim().chars().take(60).map(plain).collect();
    let stem = stem.trim_matches('-').to_lowercase();
    let stem = if stem.is_empty() { "strategy" } else { stem.as_str() };
    format!("{stem}.{extension}")
}

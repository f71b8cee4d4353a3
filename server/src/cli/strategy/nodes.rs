//! `wickflow nodes`: the catalogue of node kinds.

use wickflow_strategy::catalogue::{catalogue_json, kinds};

use super::super::{CliError, print_line};
use super::print_json;

/// Arguments of `wickflow nodes`.
#[derive(Debug, clap::Args)]
pub struct NodesArgs {
    /// Print one JSON document: kinds, ports, parameters, defaults, documentation.
    #[arg(long)]
    json: bool,
}

/// Runs it.
///
/// # Errors
/// [`CliError::Failed`] when standard output is closed.
pub fn run(args: &NodesArgs) -> Result<(), CliError> {
    if args.json {
        return print_json(&catalogue_json());
    }
    let mut category = "";
    for kind in kinds() {
        if kind.category != category {
            category = kind.category;
            print_line(format!("\n{category}"))?;
        }
        print_line(format!("  {:<28} {}", kind.kind, kind.label))?;
    }
    Ok(())
}

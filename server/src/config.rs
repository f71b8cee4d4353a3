//! Settings: `wickflow.toml`, then `WICKFLOW_…` in the environment, then flags; the later wins.
//!
//! One table below names every setting with its type, default and explanation; the flags, the environment
//! variables, the keys of the file and `wickflow serve --help` all follow from it.

mod table;
mod values;

use std::path::{Path, PathBuf};

use crate::cli::CliError;

pub use table::{Config, Settings};
pub use values::{FeedSource, Hidden, LogFormat, Origins, PaperCash, ReplayStart, Words};

/// Read when it exists and no other file is named.
const DEFAULT_FILE: &str = "wickflow.toml";

/// Variables that are no settings: where the settings are, where a development server finds the page, and what
/// the build and the tests of this repository are told.
const OTHER_VARIABLES: [&str; 6] = [
    "WICKFLOW_CONFIG",
    "WICKFLOW_PAGE_DIR",
    "WICKFLOW_CACHE",
    "WICKFLOW_WASM",
    "WICKFLOW_BINARY",
    "WICKFLOW_CHROMIUM",
];

/// Reads the file (`wickflow.toml` unless another is named) and lays the flags and the environment over it.
///
/// # Errors
/// [`CliError::BadInput`] naming the file, line and key that is wrong.
pub fn load(file: Option<&Path>, flags: Settings) -> Result<Config, CliError> {
    let settings = flags.or(read_file(file)?);
    settings.resolve().map_err(CliError::bad_input)
}

/// Which database to open: for subcommands that need nothing else of the configuration.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DatabaseArgs {
    /// Where everything is kept: `sqlite://FILE`. Defaults to the configuration file's, then `sqlite://wickflow.db`.
    #[arg(long, env = "WICKFLOW_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Configuration file; `wickflow.toml` is read when it exists.
    #[arg(long, env = "WICKFLOW_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl DatabaseArgs {
    /// The database's URL.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when the configuration file is wrong.
    pub fn url(self) -> Result<String, CliError> {
        let flags = Settings { database: self.database, ..Settings::default() };
        Ok(load(self.config.as_deref(), flags)?.database)
    }
}

fn read_file(named: Option<&Path>) -> Result<Settings, CliError> {
    let path = match named {
        Some(path) => path,
        None if Path::new(DEFAULT_FILE).exists() => Path::new(DEFAULT_FILE),
        None => return Ok(Settings::default()),
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| CliError::bad_input(format!("{} cannot be read: {error}", path.display())))?;
    toml::from_str(&text)
        .map_err(|error| CliError::bad_input(format!("{} is not valid: {error}", path.display())))
}

/// Names of `WICKFLOW_…` variables that mean nothing, to warn of.
///
/// Not an error: Kubernetes and Docker set `WICKFLOW_PORT` and the like when a service has that name.
#[must_use]
pub fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let known = |name: &str| OTHER_VARIABLES.contains(&name) || Settings::VARIABLES.contains(&name);
    let mut unknown: Vec<String> =
        names.filter(|name| name.starts_with("WICKFLOW_") && !known(name)).collect();
    unknown.sort_unstable();
    unknown
}

#[cfg(test)]
mod tests;

//! The command line: one subcommand per job. Scripts depend on it, so names and exit codes stay stable.
//!
//! Standard output carries results only. Errors are one sentence on standard error, with exit code 1 when the
//! job failed and 2 when the input was wrong.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use wickflow_store::DatabaseError;

pub mod audit;
pub mod candles;
pub mod import;
pub mod serve;
pub mod strategy;

/// A trading laboratory in the browser: live charts, paper orders, one engine.
#[derive(Debug, Parser)]
#[command(name = "wickflow", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: market data, paper trading, the page and its API in one process.
    Serve(Box<serve::ServeArgs>),
    /// Read candles from a file into the history.
    Import(Box<import::ImportArgs>),
    /// Print candles of the history.
    Candles(candles::CandlesArgs),
    /// List the kinds of nodes that strategies are made of.
    Nodes(strategy::nodes::NodesArgs),
    /// Compute an indicator over candles.
    Indicator(strategy::indicator::IndicatorArgs),
    /// Check a strategy: everything that is wrong with it, and proofs about it.
    Check(strategy::check::CheckArgs),
    /// Run a strategy over candles, and report on it.
    Backtest(Box<strategy::backtest::BacktestArgs>),
    /// Search over parameters of a strategy.
    Optimize(Box<strategy::optimize::OptimizeArgs>),
    /// Try what a search finds on the time after it, again and again.
    WalkForward(Box<strategy::walk_forward::WalkForwardArgs>),
    /// Check that the journal is what was written.
    Audit(audit::AuditArgs),
    /// Measure this machine.
    Bench(crate::bench::BenchArgs),
}

/// Why a subcommand ended early: a sentence, and whose fault it was.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// What was asked for makes no sense: a flag, a file that is not there, its content, a configuration key. Exit
    /// code 2.
    #[error("{0}")]
    BadInput(String),
    /// It made sense, and it failed: database locked, port in use, disk full. Exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl CliError {
    /// The input is wrong.
    pub fn bad_input(error: impl std::fmt::Display) -> Self {
        Self::BadInput(error.to_string())
    }

    /// The job failed.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// A database cannot be opened: the input is wrong when it is none, or when there is no such file.
    #[must_use]
    pub fn of_database(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Address(_) | DatabaseError::Missing(_) => Self::bad_input(error),
            DatabaseError::Sql(_) | DatabaseError::Migration(_) => Self::failed(error),
        }
    }

    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed(_) => ExitCode::from(1),
            Self::BadInput(_) => ExitCode::from(2),
        }
    }
}

/// Parses the arguments, runs the subcommand, and turns its outcome into an exit code.
pub fn main() -> ExitCode {
    let matches = command().get_matches();
    let outcome = Cli::from_arg_matches(&matches).map_err(|error| error.exit());
    let Ok(cli) = outcome;
    match runtime().and_then(|runtime| runtime.block_on(run(cli.command))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when even standard error is closed.
            let _ = writeln!(std::io::stderr(), "wickflow: {error}");
            error.exit_code()
        }
    }
}

/// The command line as clap knows it, with the defaults of all settings in the help.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command().mut_subcommand("serve", crate::config::Settings::describe_defaults)
}

async fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Serve(args) => serve::run(*args).await,
        Command::Import(args) => import::run(*args).await,
        Command::Candles(args) => candles::run(args).await,
        Command::Nodes(args) => strategy::nodes::run(&args),
        Command::Indicator(args) => strategy::indicator::run(args).await,
        Command::Check(args) => strategy::check::run(&args),
        Command::Backtest(args) => strategy::backtest::run(*args).await,
        Command::Optimize(args) => strategy::optimize::run(*args).await,
        Command::WalkForward(args) => strategy::walk_forward::run(*args).await,
        Command::Audit(args) => audit::run(args).await,
        Command::Bench(args) => crate::bench::run(args).await,
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("the runtime could not start: {error}")))
}

/// Writes one line to standard output.
///
/// # Errors
/// [`CliError::Failed`] when standard output is closed.
pub fn print_line(line: impl std::fmt::Display) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).map_err(CliError::failed)
}

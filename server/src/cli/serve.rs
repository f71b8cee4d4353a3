//! `wickflow serve`.

use std::path::PathBuf;

use super::{CliError, print_line};
use crate::config::{self, Settings};
use crate::server::Server;
use crate::telemetry;

/// Settings of the server. Flags win over `WICKFLOW_…` variables, those over `wickflow.toml`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Configuration file; `wickflow.toml` is read when it exists. Its keys are the long flags with `_` for `-`.
    #[arg(long, env = "WICKFLOW_CONFIG", value_name = "FILE", help_heading = "Server")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Serves until SIGINT or SIGTERM. Prints one line with the address when it is ready.
///
/// # Errors
/// [`CliError::BadInput`] for settings that are wrong, [`CliError::Failed`] when it cannot start.
pub async fn run(args: ServeArgs) -> Result<(), CliError> {
    let config = config::load(args.config.as_deref(), args.settings)?;
    telemetry::init_logs(&config)?;
    for name in config::unknown_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))
    {
        tracing::warn!(name, "this variable is no setting; `wickflow serve --help` lists them");
    }
    // Before the start, so that an early signal is not lost.
    let stop = stop_signal()?;
    let server = Server::start(config).await?;
    print_line(format_args!("wickflow: listening on http://{}", server.address()))?;
    stop.await;
    tracing::info!("shutting down");
    server.stop().await;
    Ok(())
}

/// Resolves at the first SIGINT or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

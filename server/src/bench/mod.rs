//! `wickflow bench`: the figures of `docs/benchmarks.md`, measured on this machine.
//!
//! Figures are never compared with anything: what is fast enough differs by machine, and tests do not time.

pub mod engine;
pub mod history;
pub mod http;
pub mod orders;
pub mod process;
pub mod sockets;
pub mod startup;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::{CliError, print_line};

/// Arguments of `wickflow bench`.
#[derive(Debug, clap::Args)]
pub struct BenchArgs {
    /// What to measure; everything that needs no file when left out.
    #[command(subcommand)]
    name: Option<BenchName>,
    /// Print one JSON document.
    #[arg(long, global = true)]
    json: bool,
}

/// What can be measured.
#[derive(Debug, clap::Subcommand)]
enum BenchName {
    /// Strategies over a million bars.
    Engine(engine::EngineArgs),
    /// A candle file from import to the chart.
    History(history::HistoryArgs),
    /// From order to acknowledgement, on disk, under a steady stream of orders.
    Orders(orders::OrdersArgs),
    /// Many sockets that follow many symbols: latency, processor and memory.
    Sockets(sockets::SocketsArgs),
    /// From starting the process to its first answers.
    Startup(startup::StartupArgs),
    /// The server that `sockets` measures.
    #[command(hide = true)]
    SocketsServer(sockets::SocketsArgs),
    /// The clients that `sockets` measures with.
    #[command(hide = true)]
    SocketsClients(sockets::ClientsArgs),
}

/// Measures and prints.
///
/// # Errors
/// [`CliError::Failed`] when something could not be measured.
pub async fn run(args: BenchArgs) -> Result<(), CliError> {
    let names = match args.name {
        Some(BenchName::SocketsServer(args)) => return sockets::serve(args).await,
        Some(BenchName::SocketsClients(args)) => return sockets::connect(args).await,
        Some(name) => vec![name],
        None => vec![
            BenchName::Engine(defaults()?),
            BenchName::Startup(defaults()?),
            BenchName::Orders(defaults()?),
            BenchName::Sockets(defaults()?),
        ],
    };
    let mut reports = Map::new();
    for name in names {
        let (name, report) = measure(name).await?;
        if !args.json {
            print_report(name, &report)?;
        }
        reports.insert(name.to_owned(), report);
    }
    if args.json {
        print_line(format_args!("{:#}", Value::Object(reports)))?;
    }
    Ok(())
}

async fn measure(name: BenchName) -> Result<(&'static str, Value), CliError> {
    match name {
        BenchName::Engine(args) => {
            let report =
                tokio::task::spawn_blocking(move || engine::run(args)).await.map_err(CliError::failed)??;
            Ok(("engine", document(&report)?))
        }
        BenchName::History(args) => Ok(("history", document(&history::measure(args).await?)?)),
        BenchName::Orders(args) => {
            let report =
                tokio::task::spawn_blocking(move || orders::run(args)).await.map_err(CliError::failed)??;
            Ok(("orders", document(&report)?))
        }
        BenchName::Sockets(args) => Ok(("sockets", document(&sockets::measure(args).await?)?)),
        BenchName::Startup(args) => Ok(("startup", document(&startup::measure(args).await?)?)),
        BenchName::SocketsServer(_) | BenchName::SocketsClients(_) => {
            Err(CliError::bad_input("this is a part of `bench sockets`"))
        }
    }
}

fn document(report: &impl Serialize) -> Result<Value, CliError> {
    serde_json::to_value(report).map_err(CliError::failed)
}

fn print_report(name: &str, report: &Value) -> Result<(), CliError> {
    print_line(name)?;
    for (name, value) in report.as_object().into_iter().flatten() {
        if let Some(spread) = value.as_object() {
            for (part, value) in spread {
                print_line(format_args!(
                    "  {:<28} {:>14.3}",
                    format!("{name} {part}"),
                    value.as_f64().unwrap_or_default()
                ))?;
            }
            continue;
        }
        match value.as_f64().filter(|_| value.is_f64()) {
            Some(value) => print_line(format_args!("  {name:<28} {value:>14.3}"))?,
            None => print_line(format_args!("  {name:<28} {value:>14}"))?,
        }
    }
    Ok(())
}

/// The arguments of a benchmark as they are by default.
fn defaults<T: clap::Args>() -> Result<T, CliError> {
    let command = T::augment_args(clap::Command::new("bench").no_binary_name(true));
    let matches = command.try_get_matches_from::<_, &str>([]).map_err(CliError::failed)?;
    T::from_arg_matches(&matches).map_err(CliError::failed)
}

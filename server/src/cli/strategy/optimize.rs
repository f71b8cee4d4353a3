//! `wickflow optimize`: a search over parameters of a strategy.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Map, Value as Json, json};
use wickflow_backtest::RunConfig;
use wickflow_optimize::search::{Ask, Candidate, Checkpoint, Search, Trial};
use wickflow_optimize::{Metric, Metrics, Space, Tester};
use wickflow_report::html::search_html;
use wickflow_strategy::data::Dataset;

use super::super::{CliError, print_line};
use super::input::CandleArgs;
use super::search::{Asked, SearchArgs, Work, kept, to_text, work_through};
use super::settings::RunArgs;
use super::{compile_document, name_of, print_json, read_document, write};

/// Arguments of `wickflow optimize`.
#[derive(Debug, clap::Args)]
pub struct OptimizeArgs {
    /// The strategy.
    #[arg(long, value_name = "FILE")]
    strategy: PathBuf,
    #[command(flatten)]
    candles: CandleArgs,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    run: RunArgs,
    /// How many candidates are listed, best first.
    #[arg(long, default_value_t = 20)]
    top: usize,
    /// Write the strategy with the best settings.
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    /// Write a page that shows what was found without anything else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

impl Work for Search {
    type Task = Candidate;
    type Answer = Option<Metrics>;

    fn ask(&mut self) -> Asked<Candidate> {
        match Search::ask(self) {
            Ask::Run(candidate) => Asked::Task(candidate),
            Ask::Wait => Asked::Wait,
            Ask::Done => Asked::Done,
        }
    }

    fn answer(task: &Candidate, space: &Space, tester: &mut Tester<RunConfig>) -> Option<Metrics> {
        let rows = 0..tester.series().rows();
        tester.metrics(space.axes(), &task.settings, rows).ok()
    }

    fn tell(&mut self, task: Candidate, answer: Option<Metrics>) -> Result<(), String> {
        Search::tell(self, task.number, answer).map_err(|error| error.to_string())
    }

    fn progress(&self) -> (u64, u64) {
        let progress = Search::progress(self);
        (progress.done.into(), progress.total.into())
    }

    fn checkpoint(&self) -> Result<String, serde_json::Error> {
        to_text(&Search::checkpoint(self))
    }
}

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when the strategy, the candles, a parameter or a setting are refused.
pub async fn run(args: OptimizeArgs) -> Result<(), CliError> {
    let document = read_document(&args.strategy)?;
    compile_document(&args.strategy, &document)?;
    let space = args.search.space(&document)?;
    let search = match kept::<Checkpoint>(args.search.checkpoint.as_deref())? {
        Some(checkpoint) => Search::resume(checkpoint).map_err(CliError::bad_input)?,
        None => Search::new(space.clone(), args.search.settings()).map_err(CliError::bad_input)?,
    };
    if *search.space() != space {
        return Err(CliError::bad_input("the checkpoint is of a search over other parameters"));
    }
    let candles = args.candles.read().await?;
    let config = args.run.config(candles.instrument.as_ref())?;
    let name = name_of(&args.strategy, &document);
    let series = candles.series.clone();
    let dataset = Dataset::new(candles.series);
    let begun = Instant::now();
    let (search, args, document) = tokio::task::spawn_blocking(move || {
        let search = work_through(search, &args.search, &space, &document, &dataset, &config)?;
        Ok::<_, CliError>((search, args, document))
    })
    .await
    .map_err(CliError::failed)??;
    let elapsed_ms = begun.elapsed().as_secs_f64() * 1_000.0;
    if let (Some(file), Some(best)) = (&args.apply, search.best()) {
        let mut document = document;
        for (axis, setting) in search.space().axes().iter().zip(settings_of(&search, best)) {
            super::backtest::set_param(&mut document, &format!("{}={setting}", axis.name()))?;
        }
        write(file, &document.to_json())?;
    }
    if let Some(file) = &args.html {
        write(file, &search_html(&name, &search, &series))?;
    }
    if args.json {
        let listed = |trials: &mut dyn Iterator<Item = &Trial>| -> Vec<Json> {
            trials.map(|trial| trial_json(&search, trial)).collect()
        };
        return print_json(&json!({
            "best": search.best().map(|trial| trial_json(&search, trial)),
            "front": listed(&mut search.front()),
            "top": listed(&mut search.ranking(args.top).into_iter()),
            "candidates": search.trials().len(),
            "elapsed_ms": elapsed_ms,
            "settings": search.settings(),
        }));
    }
    print_table(&search, args.top)?;
    let rate = f64::from(u32::try_from(search.trials().len()).unwrap_or(u32::MAX))
        / (elapsed_ms / 1_000.0).max(1e-9);
    print_line(format!("{} candidates in {elapsed_ms:.0} ms, {rate:.0} a second", search.trials().len()))
}

fn settings_of(search: &Search, trial: &Trial) -> Vec<wickflow_optimize::space::Setting> {
    search.space().candidate(trial.index).unwrap_or_default()
}

fn trial_json(search: &Search, trial: &Trial) -> Json {
    let names = search.space().axes().iter().map(wickflow_optimize::space::Axis::name);
    let settings: Map<String, Json> =
        names.zip(settings_of(search, trial)).map(|(name, setting)| (name, setting.to_json())).collect();
    json!({ "number": trial.number, "params": settings, "metrics": trial.metrics })
}

/// The figures that are listed.
const SHOWN: [Metric; 6] = [
    Metric::Return,
    Metric::Sharpe,
    Metric::Sortino,
    Metric::MaxDrawdown,
    Metric::ProfitFactor,
    Metric::Trades,
];

fn print_table(search: &Search, top: usize) -> Result<(), CliError> {
    let axes = search.space().axes();
    let names: Vec<String> = axes.iter().map(|axis| format!("{:>14}", axis.name())).collect();
    let metrics: Vec<String> = SHOWN.iter().map(|metric| format!("{:>14}", metric.name())).collect();
    print_line(format!("{}{}", names.concat(), metrics.concat()))?;
    for trial in search.ranking(top) {
        let settings: Vec<String> =
            settings_of(search, trial).iter().map(|setting| format!("{:>14}", setting.to_string())).collect();
        let figures =
            SHOWN.iter().map(|metric| match trial.metrics.as_ref().map(|metrics| metrics.get(*metric)) {
                Some(wickflow_stats::Ratio::Value(value)) => format!("{value:>14.4}"),
                Some(wickflow_stats::Ratio::NoLosses) => format!("{:>14}", "no losses"),
                Some(wickflow_stats::Ratio::Undefined) | None => format!("{:>14}", "n/a"),
            });
        print_line(format!("{}{}", settings.concat(), figures.collect::<Vec<_>>().concat()))?;
    }
    Ok(())
}

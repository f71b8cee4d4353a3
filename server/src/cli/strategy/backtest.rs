//! `wickflow backtest`: a strategy over candles, and the report about it.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::Value as Json;
use wickflow_backtest::{
    Coverage, Detail, FillProfile, Run, RunConfig, run_hash, run_hash_in_detail, run_program,
    run_program_in_detail,
};
use wickflow_report::html::html;
use wickflow_report::text::text;
use wickflow_report::{Proofs, Report, ReportInput, basis_of, free_parameters, trades_csv};
use wickflow_shared::digest::Digest;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;
use wickflow_strategy::proof::warm_up_drift;
use wickflow_strategy::{Evaluation, Evaluator, Program};

use super::super::{CliError, print_line};
use super::input::{CandleArgs, tell};
use super::settings::RunArgs;
use super::{compile_document, name_of, read_document, write};

/// Arguments of `wickflow backtest`.
#[derive(Debug, clap::Args)]
pub struct BacktestArgs {
    /// The strategy.
    #[arg(long, value_name = "FILE")]
    strategy: PathBuf,
    #[command(flatten)]
    candles: CandleArgs,
    /// Finer candles of the same market (CSV or Parquet): orders are filled along them within each candle.
    #[arg(long, value_name = "FILE")]
    detail: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    /// Another setting of a node, such as fast.period=20; $name=20 for a named parameter.
    #[arg(long = "param", value_name = "NODE.PARAM=VALUE")]
    params: Vec<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
    /// Write a page that shows the report without anything else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the trades as CSV.
    #[arg(long, value_name = "FILE")]
    trades: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when the strategy, the candles or a setting are refused.
pub async fn run(args: BacktestArgs) -> Result<(), CliError> {
    let mut document = read_document(&args.strategy)?;
    args.params.iter().try_for_each(|param| set_param(&mut document, param))?;
    let mut clock = Clock::new();
    let program = compile_document(&args.strategy, &document)?;
    clock.lap("compile");
    let candles = args.candles.read().await?;
    let config = args.run.config(candles.instrument.as_ref())?;
    clock.lap("read candles");
    let name = name_of(&args.strategy, &document);
    let series = candles.series;
    let detail = match &args.detail {
        Some(file) => {
            let finer = args.candles.detail(file, &series)?;
            Some((Detail::new(&series, finer.clone()).map_err(CliError::bad_input)?, finer.digest()))
        }
        None => None,
    };
    let report = tokio::task::spawn_blocking(move || {
        report(&name, &document, &program, &series, detail.as_ref(), &config, clock)
    })
    .await
    .map_err(CliError::failed)??;
    if let Some(file) = &args.html {
        write(file, &html(&report))?;
    }
    if let Some(file) = &args.trades {
        write(file, &trades_csv(&report))?;
    }
    if args.json {
        print_line(report.to_json().map_err(CliError::failed)?)
    } else {
        print_line(text(&report))
    }
}

/// Changes a setting of the document.
///
/// # Errors
/// [`CliError::BadInput`] when it is not written so, or there is no such node.
pub fn set_param(document: &mut Document, text: &str) -> Result<(), CliError> {
    let wrong = || CliError::bad_input(format!("{text:?} is not NODE.PARAM=VALUE or $NAME=VALUE"));
    let (target, value) = text.split_once('=').ok_or_else(wrong)?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Json::String(value.to_owned()));
    if let Some(name) = target.strip_prefix('$') {
        let found = document.wickflow.parameters.get_mut(name);
        let parameter =
            found.ok_or_else(|| CliError::bad_input(format!("there is no named parameter {name:?}")))?;
        parameter.value = value;
        return Ok(());
    }
    let (node, param) = target.rsplit_once('.').ok_or_else(wrong)?;
    if document.set_param(node, param, value) {
        return Ok(());
    }
    Err(CliError::bad_input(format!("there is no node {node:?}")))
}

/// Takes the time of steps.
#[derive(Debug)]
struct Clock {
    begun: Instant,
    laps: Vec<(&'static str, f64)>,
}

impl Clock {
    fn new() -> Self {
        Self { begun: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, step: &'static str) {
        self.laps.push((step, self.begun.elapsed().as_secs_f64() * 1_000.0));
        self.begun = Instant::now();
    }
}

fn report(
    name: &str,
    document: &Document,
    program: &Program,
    series: &std::sync::Arc<Series>,
    detail: Option<&(Detail, Digest)>,
    config: &RunConfig,
    mut clock: Clock,
) -> Result<Report, CliError> {
    let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
    let evaluation = evaluator.evaluate(program).map_err(CliError::bad_input)?;
    clock.lap("compute columns");
    let finer = detail.map(|(detail, _)| detail);
    let run = fill(program, &evaluation, series, finer, config)?;
    clock.lap("fill orders");
    if let Some(detail) = finer {
        let Coverage { bars, detailed, gaps, disagreeing } = detail.coverage(run.first_bar, run.end_bar);
        tell(format_args!(
            "orders were filled along finer candles in {detailed} of {bars} candles \
             ({gaps} with finer ones missing, {disagreeing} with other prices)"
        ));
    }
    let others = side_by_side(program, &evaluation, series, finer, config)?;
    let profiles: Vec<(&str, &Run)> = others.iter().map(|(name, run)| (*name, run)).collect();
    clock.lap("other fill profiles");
    let snapshot = series.digest();
    let hash = match detail {
        Some((_, finer)) => run_hash_in_detail(&program.key(), &snapshot, finer, config, &run),
        None => run_hash(&program.key(), &snapshot, config, &run),
    };
    let hash = hash.to_string();
    clock.lap("hash");
    let drift = warm_up_drift(program, series).map_err(CliError::failed)?;
    let first = drift.iter().filter_map(|drift| drift.percent.first()).map(|(_, percent)| *percent);
    clock.lap("prove warm-up");
    Ok(Report::new(&ReportInput {
        strategy: name,
        program,
        parameters: free_parameters(document),
        series,
        config,
        run: &run,
        profiles: &profiles,
        snapshot_id: &snapshot.to_string(),
        run_hash: &hash,
        basis: basis_of(series),
        trials: None,
        proofs: Proofs { leaks: None, drift_percent: first.reduce(f64::max) },
        timings: &clock.laps,
    }))
}

/// The same strategy under every named profile.
fn side_by_side(
    program: &Program,
    evaluation: &Evaluation,
    series: &Series,
    detail: Option<&Detail>,
    config: &RunConfig,
) -> Result<Vec<(&'static str, Run)>, CliError> {
    FillProfile::NAMED
        .into_iter()
        .map(|(name, profile)| {
            let config = RunConfig { profile, ..config.clone() };
            fill(program, evaluation, series, detail, &config).map(|run| (name, run))
        })
        .collect()
}

fn fill(
    program: &Program,
    evaluation: &Evaluation,
    series: &Series,
    detail: Option<&Detail>,
    config: &RunConfig,
) -> Result<Run, CliError> {
    match detail {
        Some(detail) => run_program_in_detail(program, evaluation, series, detail, config),
        None => run_program(program, evaluation, series, config),
    }
    .map_err(CliError::bad_input)
}

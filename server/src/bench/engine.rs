//! Strategies over a million bars: the workloads that other engines are measured with.
//!
//! The series is [`synthetic`]'s with seed 42, in whole cents, so that sums of prices are exact and every engine must
//! make the same trades; `docs/benchmarks.md` has theirs beside ours.

use std::time::Instant;

use serde::Serialize;
use wickflow_backtest::config::{BarPath, FeeModel, GuardStart, LimitFill, Slippage};
use wickflow_backtest::{FillProfile, Pace, Run, RunConfig, run_program, simulate};
use wickflow_report::{Proofs, Report, ReportInput, basis_of};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluation, Evaluator, Limits, Program, compile, synthetic};

use crate::cli::CliError;

/// What to measure.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct EngineArgs {
    /// Bars of the long series.
    #[arg(long, default_value_t = 1_000_000)]
    pub bars: usize,
    /// How often each workload is repeated.
    #[arg(long, default_value_t = 15)]
    pub repeats: usize,
}

/// What was measured; times are nanoseconds for each bar, least and typical.
#[derive(Debug, Serialize)]
pub struct EngineReport {
    /// Two averages and their crossings, as a graph: columns and fills, nothing cached.
    pub cross_ns_per_bar: Spread,
    /// The same with the whole report: equity, a hundred figures, the review, receipts. What depends on the candles alone
    /// (the ends of days, gaps, jumps) is worked out with the first report and kept with the series.
    pub cross_report_ns_per_bar: Spread,
    /// The same over candles that were never reported on.
    pub cross_first_report_ns_per_bar: Spread,
    /// Of all that, the columns.
    pub cross_columns_ns_per_bar: Spread,
    /// Closed trades.
    pub cross_trades: usize,
    /// Equity at the end, in cents.
    pub cross_equity: f64,
    /// The same entries with a stop-loss and a take-profit, over a tenth of the bars, skipping quiet bars.
    pub bracket_ns_per_bar: Spread,
    /// The same, walking through every bar.
    pub bracket_every_bar_ns_per_bar: Spread,
    /// Closed trades.
    pub bracket_trades: usize,
    /// Equity at the end, in cents.
    pub bracket_equity: f64,
}

/// Several measurements of one thing.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    /// The least.
    pub least: f64,
    /// The one in the middle.
    pub median: f64,
}

const SEED: u64 = 42;
const CASH: f64 = 1e10;

/// Measures.
///
/// # Errors
/// [`CliError::Failed`] when a strategy of the benchmark does not run.
pub fn run(args: EngineArgs) -> Result<EngineReport, CliError> {
    let fees = FeeModel::Percentage { maker_bps: 10.0, taker_bps: 10.0, min: 0.0 };
    let config = RunConfig::new(CASH, fees, Slippage::None);
    let cross = program(&cross_document()?)?;
    let long = Dataset::new(synthetic::series(synthetic::candles_in_cents(SEED, args.bars)));
    let evaluate = |program: &Program, data: &Dataset| {
        Evaluator::new(data.clone()).evaluate(program).map_err(CliError::failed)
    };
    let (columns, _) = timed(args.repeats, args.bars, || evaluate(&cross, &long))?;
    let (whole, run) = timed(args.repeats, args.bars, || {
        let evaluation = evaluate(&cross, &long)?;
        run_program(&cross, &evaluation, long.base(), &config).map_err(CliError::failed)
    })?;

    let report = |data: &Dataset| {
        let evaluation = evaluate(&cross, data)?;
        let run = run_program(&cross, &evaluation, data.base(), &config).map_err(CliError::failed)?;
        Ok(Report::new(&ReportInput {
            strategy: "benchmark",
            program: &cross,
            parameters: 2,
            series: data.base(),
            config: &config,
            run: &run,
            profiles: &[],
            snapshot_id: "",
            run_hash: "",
            basis: basis_of(data.base()),
            trials: None,
            proofs: Proofs::default(),
            timings: &[],
        }))
    };
    let (reported, _) = timed(args.repeats, args.bars, || report(&long))?;
    let candles = synthetic::candles_in_cents(SEED, args.bars);
    let fresh = || Dataset::new(synthetic::series(candles.clone()));
    let (first, _) = timed_after(args.repeats, args.bars, fresh, |data| report(&data))?;

    let bars = args.bars / 10;
    let short = Dataset::new(synthetic::series(synthetic::candles_in_cents(SEED, bars)));
    let bracket = program(&bracket_document()?)?;
    // A stop at the next bar's open or worse, looked at before the target, from the bar after the entry on.
    let profile = FillProfile {
        path: BarPath::AdverseFirst,
        guards: GuardStart::NextBar,
        limit: LimitFill::Touch,
        ..FillProfile::next_open()
    };
    let config = RunConfig { profile, ..config };
    let fill = |evaluation: &Evaluation, pace| {
        simulate(bracket.plan(), short.base(), evaluation, None, &config, pace).map_err(CliError::failed)
    };
    let (skipping, bracketed) =
        timed(args.repeats, bars, || fill(&evaluate(&bracket, &short)?, Pace::Skipping))?;
    let (walking, _) = timed(args.repeats, bars, || fill(&evaluate(&bracket, &short)?, Pace::EveryBar))?;
    let trades = |run: &Run| run.trades.len();
    Ok(EngineReport {
        cross_ns_per_bar: whole,
        cross_report_ns_per_bar: reported,
        cross_first_report_ns_per_bar: first,
        cross_columns_ns_per_bar: columns,
        cross_trades: trades(&run),
        cross_equity: run.final_equity,
        bracket_ns_per_bar: skipping,
        bracket_every_bar_ns_per_bar: walking,
        bracket_trades: trades(&bracketed),
        bracket_equity: bracketed.final_equity,
    })
}

fn cross_document() -> Result<Document, CliError> {
    let template = TEMPLATES.iter().find(|template| template.name == "average_cross");
    template
        .ok_or_else(|| CliError::failed("the template average_cross is gone"))?
        .document()
        .map_err(CliError::failed)
}

/// The same entries; instead of the sale a stop-loss at 2 % and a take-profit at 4 %.
fn bracket_document() -> Result<Document, CliError> {
    let mut document = cross_document()?;
    document.nodes.retain(|node| node.id != "sell" && node.id != "down");
    document.edges.retain(|edge| edge.target != "sell" && edge.target != "down");
    let guards = r#"{"nodes": [
        {"id": "stop", "type": "action.stop_loss", "data": {"params": {"amount": 2.0}}},
        {"id": "target", "type": "action.take_profit", "data": {"params": {"amount": 4.0}}}
    ]}"#;
    document.nodes.extend(Document::parse(guards).map_err(CliError::failed)?.nodes);
    Ok(document)
}

fn program(document: &Document) -> Result<Program, CliError> {
    compile(document, &Limits::default())
        .map_err(|problems| CliError::failed(problems.first().map(ToString::to_string).unwrap_or_default()))
}

/// Does something several times; the last result, and nanoseconds for each bar.
fn timed<T>(
    repeats: usize,
    bars: usize,
    mut work: impl FnMut() -> Result<T, CliError>,
) -> Result<(Spread, T), CliError> {
    timed_after(repeats, bars, || (), |()| work())
}

/// As [`timed`], with something to be made ready each time that is not counted.
fn timed_after<P, T>(
    repeats: usize,
    bars: usize,
    prepare: impl Fn() -> P,
    mut work: impl FnMut(P) -> Result<T, CliError>,
) -> Result<(Spread, T), CliError> {
    let mut result = work(prepare())?;
    let mut times = Vec::new();
    for _ in 0..repeats.max(1) {
        let prepared = prepare();
        let begun = Instant::now();
        result = work(prepared)?;
        times.push(
            begun.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(bars.max(1)).unwrap_or(u32::MAX)),
        );
    }
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok((Spread { least: at(0), median: at(times.len() / 2) }, result))
}

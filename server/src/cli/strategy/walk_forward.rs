//! `wickflow walk-forward`: what a search finds, tried on the time after it, again and again.

use std::path::PathBuf;

use serde_json::json;
use wickflow_backtest::RunConfig;
use wickflow_optimize::walk_forward::{
    Answer, Mode, Next, Report, Span, Task, WalkForward, WalkForwardCheckpoint, WalkForwardSettings, Windows,
};
use wickflow_optimize::{Space, Tester};
use wickflow_report::html::walk_forward_html;
use wickflow_strategy::data::Dataset;

use super::super::{CliError, print_line};
use super::input::CandleArgs;
use super::search::{Asked, SearchArgs, Work, kept, to_text, work_through};
use super::settings::RunArgs;
use super::{compile_document, name_of, print_json, read_document, write};

/// Arguments of `wickflow walk-forward`.
#[derive(Debug, clap::Args)]
pub struct WalkForwardArgs {
    /// The strategy.
    #[arg(long, value_name = "FILE")]
    strategy: PathBuf,
    #[command(flatten)]
    candles: CandleArgs,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    run: RunArgs,
    /// How long each search looks: bars (500), days (30d), weeks (8w), months (6mo) or years (1y).
    #[arg(long, default_value = "6mo", value_name = "LENGTH")]
    in_sample: Span,
    /// How long what it found is tried afterwards.
    #[arg(long, default_value = "1mo", value_name = "LENGTH")]
    out_of_sample: Span,
    /// Begin every search at the start of the candles, instead of moving along.
    #[arg(long)]
    anchored: bool,
    /// Bars left out between a search and what it is tried on.
    #[arg(long, default_value_t = 0)]
    purge: u32,
    /// Bars left out after what it is tried on, before the next search may use them.
    #[arg(long, default_value_t = 0)]
    embargo: u32,
    /// Write a page that shows what was found without anything else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

impl Work for WalkForward {
    type Task = Task;
    type Answer = Answer;

    fn ask(&mut self) -> Asked<Task> {
        match WalkForward::ask(self) {
            Next::Run(task) => Asked::Task(task),
            Next::Wait => Asked::Wait,
            Next::Done => Asked::Done,
        }
    }

    fn answer(task: &Task, space: &Space, tester: &mut Tester<RunConfig>) -> Answer {
        task.answer(space, tester)
    }

    fn tell(&mut self, task: Task, answer: Answer) -> Result<(), String> {
        WalkForward::tell(self, task.id, answer).map_err(|error| error.to_string())
    }

    fn progress(&self) -> (u64, u64) {
        WalkForward::progress(self)
    }

    fn checkpoint(&self) -> Result<String, serde_json::Error> {
        to_text(&WalkForward::checkpoint(self))
    }
}

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when the strategy, the candles, a parameter or a window are refused.
pub async fn run(args: WalkForwardArgs) -> Result<(), CliError> {
    let document = read_document(&args.strategy)?;
    compile_document(&args.strategy, &document)?;
    let space = args.search.space(&document)?;
    let candles = args.candles.read().await?;
    let config = args.run.config(candles.instrument.as_ref())?;
    let settings = WalkForwardSettings {
        windows: Windows {
            mode: if args.anchored { Mode::Anchored } else { Mode::Rolling },
            in_sample: args.in_sample,
            out_of_sample: args.out_of_sample,
            purge_bars: args.purge,
            embargo_bars: args.embargo,
        },
        search: args.search.settings(),
        rows: 0..candles.series.rows(),
    };
    let test = match kept::<WalkForwardCheckpoint>(args.search.checkpoint.as_deref())? {
        Some(checkpoint) => WalkForward::resume(checkpoint, &candles.series),
        None => WalkForward::new(space.clone(), settings, &candles.series),
    }
    .map_err(CliError::bad_input)?;
    let name = name_of(&args.strategy, &document);
    let series = candles.series.clone();
    let dataset = Dataset::new(candles.series);
    let (is_json, html) = (args.json, args.html);
    let test = tokio::task::spawn_blocking(move || {
        work_through(test, &args.search, &space, &document, &dataset, &config)
    })
    .await
    .map_err(CliError::failed)??;
    let report = test.report().ok_or_else(|| CliError::failed("the test ended without a report"))?;
    if let Some(file) = &html {
        write(file, &walk_forward_html(&name, test.settings(), &report, &series))?;
    }
    if is_json { print_json(&json!(report)) } else { print_report(&report) }
}

fn print_report(report: &Report) -> Result<(), CliError> {
    let percent = |value: Option<f64>| {
        value.map_or_else(|| "n/a".to_owned(), |value| format!("{:.2} %", 100.0 * value))
    };
    print_line(format!("{:>5} {:>18} {:>18}  settings", "fold", "in sample, a year", "out of sample"))?;
    for (number, fold) in report.folds.iter().enumerate() {
        let settings: Vec<String> = fold.settings.iter().flatten().map(ToString::to_string).collect();
        print_line(format!(
            "{:>5} {:>18} {:>18}  {}",
            number + 1,
            percent(fold.in_sample_per_year),
            percent(fold.out_of_sample_per_year),
            settings.join(", ")
        ))?;
    }
    print_line(format!(
        "efficiency {}",
        report.efficiency.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"))
    ))?;
    print_line(format!("profitable folds {}", percent(report.profitable_share)))?;
    print_line(format!("verdict: {}", report.verdict.text))
}

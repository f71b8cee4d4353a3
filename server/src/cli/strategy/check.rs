//! `wickflow check`: compiles a strategy and says everything that is wrong with it.

use std::path::PathBuf;

use serde_json::json;
use wickflow_strategy::proof::{Drift, Leak, truncation, warm_up_drift};
use wickflow_strategy::{Diagnostic, Limits, Program, Severity, compile, synthetic};

use super::super::{CliError, print_line};
use super::{print_json, read_document};

/// Arguments of `wickflow check`.
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// The strategy.
    strategy: PathBuf,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// The badges are tried on a made-up series: it needs no data, and every check has the same one.
const SEED: u64 = 42;
/// At least so many candles, and four times what the strategy needs to warm up.
const ROWS: usize = 4_000;
const MOST_ROWS: usize = 50_000;
/// Smaller drifts than a thousandth of a percent are rounding; JSON lists them all.
const WORTH_SAYING: f64 = 0.001;

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when the strategy has errors, which have been printed.
pub fn run(args: &CheckArgs) -> Result<(), CliError> {
    let document = read_document(&args.strategy)?;
    let program = match compile(&document, &Limits::default()) {
        Ok(program) => program,
        Err(problems) => {
            let count = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
            if args.json {
                print_json(&json!({ "ok": false, "problems": problems }))?;
            } else {
                print_problems(&problems)?;
            }
            let noun = if count == 1 { "error" } else { "errors" };
            return Err(CliError::bad_input(format!("{} has {count} {noun}", args.strategy.display())));
        }
    };
    let (leaks, drifts) = badges(&program)?;
    if args.json {
        return print_json(&json!({
            "ok": true,
            "problems": program.warnings(),
            "program_key": program.key().to_string(),
            "steps": program.step_count(),
            "warm_up_bars": program.warm_up(),
            "look_ahead": leaks.as_ref().map(|leaks| json!({ "passed": leaks.is_empty(), "leaks": leaks })),
            "warm_up": drifts,
        }));
    }
    print_problems(program.warnings())?;
    print_line(format!(
        "{} compiles: {} computations, {} bars until everything has a value",
        args.strategy.display(),
        program.step_count(),
        program.warm_up()
    ))?;
    match leaks {
        Some(leaks) if leaks.is_empty() => {
            print_line("look-ahead: none; cutting the data changes nothing before the cut")?
        }
        Some(leaks) => {
            print_line(format!("look-ahead: {} values changed when their future was cut off", leaks.len()))?
        }
        None => print_line("look-ahead: not tried, the strategy reads another symbol")?,
    }
    for drift in drifts
        .iter()
        .flatten()
        .filter(|drift| drift.percent.iter().any(|(_, percent)| *percent >= WORTH_SAYING))
    {
        let steps: Vec<String> =
            drift.percent.iter().map(|(rows, percent)| format!("{percent:.3} % after {rows} bars")).collect();
        print_line(format!("warm-up: {}.{} is off by {}", drift.node, drift.port, steps.join(", ")))?;
    }
    Ok(())
}

/// What the proofs found: values that leaked, and how much last values drift; `None` where they could not be tried.
type Badges = (Option<Vec<Leak>>, Option<Vec<Drift>>);

/// The proofs, where a made-up series can give them.
fn badges(program: &Program) -> Result<Badges, CliError> {
    if program.clocks().iter().any(|clock| clock.symbol.is_some()) {
        return Ok((None, None));
    }
    let rows = program.warm_up().saturating_mul(10).clamp(ROWS, MOST_ROWS);
    let series = synthetic::series(synthetic::candles(SEED, rows));
    let leaks = truncation(program, &series).map_err(CliError::failed)?;
    let drifts = warm_up_drift(program, &series).map_err(CliError::failed)?;
    Ok((Some(leaks), Some(drifts)))
}

fn print_problems(problems: &[Diagnostic]) -> Result<(), CliError> {
    problems.iter().try_for_each(|problem| {
        let word = if problem.severity == Severity::Error { "error" } else { "warning" };
        print_line(format!("{word}: {problem}"))
    })
}

//! What `wickflow optimize` and `wickflow walk-forward` share: the space, the goals, and the workers.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use wickflow_backtest::RunConfig;
use wickflow_optimize::method::MAX_GRID;
use wickflow_optimize::objective::Goal;
use wickflow_optimize::search::SearchSettings;
use wickflow_optimize::{Method, Objectives, Space, Tester};
use wickflow_strategy::Evaluator;
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;

use super::super::CliError;

/// What is searched for, and how.
#[derive(Debug, clap::Args)]
pub struct SearchArgs {
    /// A parameter and its values: NODE.PARAM=5..50:5 or NODE.PARAM=5,10,20; $NAME=… for a named parameter.
    #[arg(long = "param", value_name = "NODE.PARAM=VALUES", required = true)]
    params: Vec<String>,
    /// A condition between parameters, such as "fast.period < slow.period".
    #[arg(long = "where", value_name = "CONDITION")]
    constraints: Vec<String>,
    /// How candidates are chosen: grid, random, tpe or genetic.
    #[arg(long, default_value = "grid")]
    method: Method,
    /// What is best: sharpe, return, calmar, sortino and the like; several times for a Pareto front.
    #[arg(long = "metric", default_value = "sharpe")]
    metrics: Vec<Goal>,
    /// Candidates with fewer closed trades rank last.
    #[arg(long, default_value_t = 1)]
    min_trades: u32,
    /// How many candidates are tried. Default: a grid all, other methods 300.
    #[arg(long)]
    budget: Option<u32>,
    /// Seed of the search's own choices.
    #[arg(long, default_value_t = 0)]
    search_seed: u64,
    /// How many candidates run at once. Default: as many as there are cores.
    #[arg(long)]
    jobs: Option<usize>,
    /// Keep the search's state in this file, and go on from it if it is there.
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}

/// Candidates tried without being told how many, where not all are.
const BUDGET: u32 = 300;

impl SearchArgs {
    /// The combinations to be searched, of parameters that the document has.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when an axis or a condition cannot be read, or names what is not there.
    pub fn space(&self, document: &Document) -> Result<Space, CliError> {
        let space = Space::parse(&self.params, &self.constraints).map_err(CliError::bad_input)?;
        space.check(document).map_err(CliError::bad_input)?;
        Ok(space)
    }

    /// How they are searched.
    #[must_use]
    pub fn settings(&self) -> SearchSettings {
        let all = u32::try_from(MAX_GRID).unwrap_or(u32::MAX);
        let budget = self.budget.unwrap_or(if self.method == Method::Grid { all } else { BUDGET });
        SearchSettings {
            method: self.method,
            objectives: Objectives { goals: self.metrics.clone(), min_trades: self.min_trades },
            budget,
            seed: self.search_seed,
        }
    }

    fn jobs(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(cores).clamp(1, 256)
    }
}

/// Something that hands out work and takes results.
pub trait Work: Send {
    /// A piece of work.
    type Task: Send;
    /// What comes of it.
    type Answer: Send;

    /// The next piece.
    fn ask(&mut self) -> Asked<Self::Task>;

    /// Does a piece.
    fn answer(task: &Self::Task, space: &Space, tester: &mut Tester<RunConfig>) -> Self::Answer;

    /// Takes a result.
    ///
    /// # Errors
    /// A sentence, when nobody waits for it: a mistake of this program.
    fn tell(&mut self, task: Self::Task, answer: Self::Answer) -> Result<(), String>;

    /// Done, and in all.
    fn progress(&self) -> (u64, u64);

    /// What has to be kept to go on later.
    fn checkpoint(&self) -> Result<String, serde_json::Error>;
}

/// What asking for work came to.
#[derive(Debug)]
pub enum Asked<T> {
    /// This.
    Task(T),
    /// Nothing until more results are in.
    Wait,
    /// Nothing any more.
    Done,
}

/// How often the state is written and progress told.
const PERIOD: Duration = Duration::from_secs(2);
/// How long a worker waits where others have to finish first.
const PAUSE: Duration = Duration::from_micros(200);
/// What all workers together may keep of computed columns.
const CACHE_BYTES: usize = 1 << 30;

/// Does all work on as many threads as asked for. The result does not depend on how many there are.
///
/// # Errors
/// [`CliError::Failed`] when the state cannot be written.
pub fn work_through<W: Work>(
    work: W,
    args: &SearchArgs,
    space: &Space,
    document: &Document,
    dataset: &Dataset,
    config: &RunConfig,
) -> Result<W, CliError> {
    let jobs = args.jobs();
    let shared = Mutex::new(work);
    let failed = Mutex::new(None);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs)
            .map(|_| {
                scope.spawn(|| {
                    let evaluator = Evaluator::new(dataset.clone()).with_capacity(CACHE_BYTES / jobs);
                    let mut tester = Tester::with_evaluator(document.clone(), evaluator, config.clone());
                    worker::<W>(&shared, space, &mut tester, &failed, &is_over);
                })
            })
            .collect();
        let mut told = Instant::now();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(Duration::from_millis(5));
            if told.elapsed() >= PERIOD {
                told = Instant::now();
                tell_progress(&shared, args.checkpoint.as_deref(), &failed);
            }
        }
    });
    let work = shared.into_inner().map_err(|_| CliError::failed("a worker broke down"))?;
    if let Some(message) = failed.into_inner().unwrap_or_default() {
        return Err(CliError::failed(message));
    }
    if let Some(file) = &args.checkpoint {
        keep(file, &work.checkpoint().map_err(CliError::failed)?)?;
    }
    Ok(work)
}

fn worker<W: Work>(
    shared: &Mutex<W>,
    space: &Space,
    tester: &mut Tester<RunConfig>,
    failed: &Mutex<Option<String>>,
    is_over: &AtomicBool,
) {
    while !is_over.load(Ordering::Relaxed) {
        let Ok(asked) = shared.lock().map(|mut work| work.ask()) else { return };
        match asked {
            Asked::Done => return,
            Asked::Wait => thread::sleep(PAUSE),
            Asked::Task(task) => {
                let answer = W::answer(&task, space, tester);
                let told = shared.lock().map(|mut work| work.tell(task, answer));
                if let Ok(Err(message)) = told {
                    is_over.store(true, Ordering::Relaxed);
                    note(failed, message);
                }
            }
        }
    }
}

fn note(failed: &Mutex<Option<String>>, message: String) {
    if let Ok(mut failed) = failed.lock() {
        failed.get_or_insert(message);
    }
}

fn tell_progress<W: Work>(shared: &Mutex<W>, checkpoint: Option<&Path>, failed: &Mutex<Option<String>>) {
    let Ok((progress, state)) =
        shared.lock().map(|work| (work.progress(), checkpoint.map(|file| (file, work.checkpoint()))))
    else {
        return;
    };
    let (done, total) = progress;
    tracing::debug!(done, total, "searching");
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        use std::io::Write as _;
        // Progress that cannot be shown is not worth ending a search for.
        let _ = write!(std::io::stderr(), "\r{done} of {total} done ");
    }
    match state {
        Some((file, Ok(text))) => {
            if let Err(error) = keep(file, &text) {
                note(failed, error.to_string());
            }
        }
        Some((_, Err(error))) => note(failed, error.to_string()),
        None => {}
    }
}

/// Writes a file whole: beside it first, so that a crash leaves the old one.
fn keep(file: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::failed(format!("{}: {error}", file.display()));
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, file).map_err(failed)
}

/// The state that a search left behind, if it did.
///
/// # Errors
/// [`CliError::BadInput`] when the file is no such state.
pub fn kept<T: DeserializeOwned>(file: Option<&Path>) -> Result<Option<T>, CliError> {
    let Some(file) = file else { return Ok(None) };
    match std::fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| CliError::bad_input(format!("{}: {error}", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CliError::bad_input(format!("{}: {error}", file.display()))),
    }
}

/// A state as text.
///
/// # Errors
/// Never for the states here, whose keys are strings.
pub fn to_text(state: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(state)
}

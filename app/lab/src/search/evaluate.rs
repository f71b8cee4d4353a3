use wickflow_backtest::RunConfig;
use wickflow_optimize::{Space, Tester};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Evaluator, Limits, Program, compile};

use super::outcome::{of_metrics, of_outcome};
use super::{begin, setting};
use crate::error::LabError;
use crate::message::Message;
use crate::protocol::{Answer, Evaluate, Evaluated, Prepare, Task, TaskAnswer, TaskId};
use crate::run::{COLUMN_BYTES, dataset};
use crate::series::Shelf;
use crate::settings::run_config;

/// What is at hand for candidates of the last few searches.
#[derive(Default)]
pub(crate) struct Prepared {
    /// The one prepared last comes last.
    list: Vec<(u32, Space, Tester<RunConfig>)>,
}

/// Searches whose columns are kept.
const KEPT: usize = 2;
/// Most candidates in one message.
const MAX_TASKS: usize = 10_000;

impl Prepared {
    /// Makes ready for the candidates of a search.
    pub(crate) fn prepare(&mut self, request: &Prepare, shelf: &mut Shelf) -> Result<(), LabError> {
        let document = Document::parse(&request.document)?;
        let program = compile(&document, &Limits::default()).map_err(LabError::Compile)?;
        let config = run_config(&request.settings)?;
        let space = begin::space(&request.params, &[])?;
        space.check(&document).map_err(LabError::search)?;
        let dataset = dataset(&request.settings, &program, shelf)?;
        let bytes = kept_bytes(&program, dataset.base().rows());
        let evaluator = Evaluator::new(dataset).with_capacity(bytes);
        self.list.retain(|(search, ..)| *search != request.search);
        if self.list.len() >= KEPT {
            self.list.remove(0);
        }
        self.list.push((request.search, space, Tester::with_evaluator(document, evaluator, config)));
        Ok(())
    }

    fn find(&mut self, search: u32) -> Result<(&Space, &mut Tester<RunConfig>), LabError> {
        let found = self.list.iter_mut().find(|(known, ..)| *known == search);
        let found = found.map(|(_, space, tester)| (&*space, tester));
        found.ok_or_else(|| {
            LabError::not_found(format!("this worker is not prepared for the search {search}"))
        })
    }
}

/// Bytes of columns that are kept for a search: twice what one candidate needs at most, because every worker of a pool
/// keeps its own.
fn kept_bytes(program: &Program, rows: usize) -> usize {
    // Constants that stand in for wires have columns, too.
    let columns = program.outputs().len() + 50;
    rows.saturating_mul(columns * size_of::<f64>() * 2).clamp(32 << 20, COLUMN_BYTES)
}

/// Evaluates candidates, one at a time.
pub(crate) struct EvaluateJob {
    request: Evaluate,
    answers: Vec<TaskAnswer>,
    ms: f64,
}

impl EvaluateJob {
    pub(crate) fn new(request: Evaluate, prepared: &mut Prepared) -> Result<Self, LabError> {
        if request.tasks.len() > MAX_TASKS {
            return Err(LabError::TooLarge(format!(
                "at most {MAX_TASKS} candidates can be evaluated at once"
            )));
        }
        prepared.find(request.search)?;
        Ok(Self { request, answers: Vec::new(), ms: 0.0 })
    }

    /// Evaluates the next one; the reply after the last.
    pub(crate) fn step(
        &mut self,
        id: u32,
        prepared: &mut Prepared,
        clock: fn() -> f64,
    ) -> Result<Option<Message>, LabError> {
        let begun = clock();
        if let Some(task) = self.request.tasks.get(self.answers.len()) {
            let (space, tester) = prepared.find(self.request.search)?;
            self.answers.push(evaluate(task, space, tester)?);
        }
        self.ms += (clock() - begun).max(0.0);
        if self.answers.len() < self.request.tasks.len() {
            return Ok(None);
        }
        let answers = std::mem::take(&mut self.answers);
        let reply = Evaluated { search: self.request.search, answers, ms: self.ms };
        Ok(Some(Message::last(id, Answer::Evaluated(reply))))
    }
}

/// What the engine's own workers do with a candidate.
fn evaluate(task: &Task, space: &Space, tester: &mut Tester<RunConfig>) -> Result<TaskAnswer, LabError> {
    let axes = space.axes();
    let settings: Vec<_> = task.settings.iter().filter_map(setting).collect();
    if settings.len() != axes.len() || settings.len() != task.settings.len() {
        let message =
            format!("a candidate has {} settings; {} parameters vary", task.settings.len(), axes.len());
        return Err(LabError::Search(message));
    }
    let end = (task.to as usize).min(tester.series().rows());
    let rows = (task.from as usize).min(end)..end;
    Ok(match task.id {
        TaskId::Candidate { .. } | TaskId::Search { .. } => {
            of_metrics(task.id, tester.metrics(axes, &settings, rows).ok().as_ref())
        }
        TaskId::Test { .. } | TaskId::Compare { .. } => {
            of_outcome(task.id, tester.outcome(axes, &settings, rows).ok())
        }
    })
}

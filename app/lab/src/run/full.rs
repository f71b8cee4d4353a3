use std::sync::Arc;

use wickflow_report::Report;
use wickflow_strategy::column::Column;
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{EvaluateError, Program};

use super::evaluators::Evaluators;
use super::wiring::Wiring;
use super::{Done, late, output_infos};
use crate::error::LabError;
use crate::protocol::{Output, OutputKind};

/// The last run that had a result: what everything else is asked about.
pub(crate) struct Current {
    pub(crate) seq: u64,
    pub(crate) series: Arc<Series>,
    pub(crate) wiring: Wiring,
    pub(crate) outputs: Vec<Output>,
    columns: Option<Vec<Option<Column>>>,
}

/// It, with the run itself.
pub(crate) struct Full {
    pub(crate) current: Current,
    pub(crate) done: Done,
    /// Its report, once it was written.
    pub(crate) report: Option<Report>,
}

impl Current {
    pub(super) fn new(seq: u64, series: Arc<Series>, document: &Document, program: &Program) -> Self {
        let wiring = Wiring::of(document);
        let outputs = output_infos(program, &wiring);
        Self { seq, series, wiring, outputs, columns: None }
    }

    pub(super) fn with(self, done: Done) -> Full {
        Full { current: self, done, report: None }
    }
}

impl Full {
    /// The columns of all outputs, in their order; computed when first asked for. `None` for what could not be kept.
    pub(crate) fn columns(&mut self, evaluators: &mut Evaluators) -> Result<&[Option<Column>], LabError> {
        if self.current.columns.is_none() {
            self.current.columns = Some(self.compute(evaluators)?);
        }
        Ok(self.current.columns.as_deref().unwrap_or_default())
    }

    /// The columns as far as they were computed.
    pub(crate) fn computed(&self) -> &[Option<Column>] {
        self.current.columns.as_deref().unwrap_or_default()
    }

    fn compute(&self, evaluators: &mut Evaluators) -> Result<Vec<Option<Column>>, LabError> {
        let (program, series) = (&self.done.program, &self.current.series);
        let outputs = program.outputs();
        let values: Vec<_> =
            outputs.iter().map(|output| output.value).chain(program.plan().values()).collect();
        let all = evaluators.find(&self.done.key).map(|rig| rig.evaluate_values(program, &values));
        let evaluation = match all {
            Some(Ok(evaluation)) => evaluation,
            // Too many for the memory there is, or the candles were forgotten: what the run itself needed is here.
            None | Some(Err(EvaluateError::Memory { .. })) => self.done.evaluation.clone(),
            Some(Err(error)) => return Err(LabError::evaluate(error, program)),
        };
        let mut columns = late::late_columns(program, &evaluation, series, &self.done.config);
        for (column, output) in columns.iter_mut().zip(outputs) {
            if column.is_none() {
                *column = evaluation.column(output.value).cloned();
            }
        }
        Ok(columns)
    }

    /// The place of a node's output among all; of its only one when `port` is `None`.
    pub(crate) fn output(&self, node: &str, port: Option<&str>) -> Result<usize, LabError> {
        let outputs = &self.current.outputs;
        let mut of_node = outputs.iter().enumerate().filter(|(_, output)| output.node == node);
        let found = match port {
            Some(port) => of_node.find(|(_, output)| output.port == port),
            None => of_node.next(),
        };
        let short = |text: &str| text.chars().take(60).collect::<String>();
        found.map(|(place, _)| place).ok_or_else(|| match port {
            Some(port) => LabError::not_found(format!(
                "there is no output {:?} of a node {:?}",
                short(port),
                short(node)
            )),
            None => LabError::not_found(format!("there is no node {:?} with an output", short(node))),
        })
    }

    /// Whether an output carries signals.
    pub(crate) fn is_signal(&self, place: usize) -> bool {
        self.current.outputs.get(place).is_some_and(|output| output.kind == OutputKind::Signal)
    }

    /// When a bar closed.
    pub(crate) fn close_time(&self, bar: u32) -> Result<i64, LabError> {
        let times = self.current.series.close_times();
        let count = times.len();
        times
            .get(bar as usize)
            .map(|time| time.0)
            .ok_or_else(|| LabError::not_found(format!("there is no bar {bar}; there are {count}")))
    }

    /// Units held at the close of a bar.
    pub(crate) fn position(&self, bar: u32) -> f64 {
        let segments = &self.done.run.segments;
        let next = segments.partition_point(|segment| segment.bar <= bar);
        let last = next.checked_sub(1).and_then(|last| segments.get(last));
        last.map_or(0.0, |segment| segment.position)
    }
}

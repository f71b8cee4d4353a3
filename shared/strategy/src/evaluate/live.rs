use std::collections::BTreeMap;

use super::Evaluation;
use crate::column::Column;
use crate::data::Series;
use crate::operator::{Now, Stream};
use crate::plan::{AccountView, Value};
use crate::program::{Body, Program};

/// The values of a program that follow from what the strategy holds: worked out bar by bar while orders fill, from
/// the columns of everything else.
pub struct Live {
    registers: Vec<f64>,
    /// Columns that late steps or the plan read.
    pulls: Vec<(usize, Column)>,
    steps: Vec<LiveStep>,
    /// Where the inputs of a step are put together.
    scratch: Vec<f64>,
}

struct LiveStep {
    stream: Box<dyn Stream>,
    inputs: Vec<usize>,
    first: usize,
    outputs: usize,
}

impl Live {
    /// The late part of a program; `None` when nothing that its plan reads is late.
    #[must_use]
    pub fn new(program: &Program, evaluation: &Evaluation) -> Option<Self> {
        if !program.plan().values().any(|value| program.is_late(value)) {
            return None;
        }
        let mut pulls = BTreeMap::new();
        let mut pull = |value: Value| {
            if let Some(column) = evaluation.column(value) {
                pulls.insert(value.0 as usize, column.clone());
            }
        };
        program.plan().values().for_each(&mut pull);
        let mut steps = Vec::new();
        for step in program.steps.iter().filter(|step| step.is_late) {
            step.inputs.iter().copied().for_each(&mut pull);
            if let Body::Operator(operator) = &step.body {
                let inputs = step.inputs.iter().map(|value| value.0 as usize).collect();
                let stream = operator.stream();
                steps.push(LiveStep { stream, inputs, first: step.first.0 as usize, outputs: step.outputs });
            }
        }
        let registers = vec![f64::NAN; program.values.len()];
        Some(Self { registers, pulls: pulls.into_iter().collect(), steps, scratch: Vec::new() })
    }

    /// Works out a row: the close of bar `row`, with what is held then. Rows come in order, each once.
    pub fn step(&mut self, series: &Series, row: usize, account: &AccountView) {
        let (Some(candle), Some(close_time)) = (series.candles().get(row), series.close_times().get(row))
        else {
            return;
        };
        for (index, column) in &self.pulls {
            if let Some(register) = self.registers.get_mut(*index) {
                *register = column.register(row);
            }
        }
        let now = Now { candle: &candle, close_time: *close_time, calendar: series.calendar(), account };
        for step in &mut self.steps {
            self.scratch.clear();
            let registers = &self.registers;
            let inputs = step.inputs.iter().map(|input| registers.get(*input).copied().unwrap_or(f64::NAN));
            self.scratch.extend(inputs);
            if let Some(outputs) = self.registers.get_mut(step.first..step.first + step.outputs) {
                step.stream.update(&now, &self.scratch, outputs);
            }
        }
    }

    /// A value at the latest row: a number, or a signal as 1 or 0; NaN when missing.
    #[must_use]
    pub fn register(&self, value: Value) -> f64 {
        self.registers.get(value.0 as usize).copied().unwrap_or(f64::NAN)
    }
}

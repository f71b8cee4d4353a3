use std::collections::BTreeSet;
use std::sync::Arc;

use wickflow_shared::market::{Calendar, Candle, CandleAggregator, Symbol, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::operator::{Now, Stream};
use crate::plan::{AccountView, Value};
use crate::program::{Body, Clock, Program};

/// A program that takes one bar at a time: what a forward test runs.
///
/// Longer candles of the traded symbol are folded from its bars. Bars of other symbols are pushed with
/// [`push_other`](Self::push_other), before the traded bar whose close they precede or share.
pub struct ProgramStream {
    registers: Vec<f64>,
    scratch: Vec<f64>,
    clocks: Vec<ClockState>,
    calendar: Arc<Calendar>,
}

/// Why a program cannot be streamed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// It reads longer candles that the traded bars cannot be folded to.
    #[error("candles of {longer} cannot be made from bars of {base}")]
    Timeframe {
        /// What it reads.
        longer: Timeframe,
        /// What comes.
        base: Timeframe,
    },
}

struct ClockState {
    clock: Clock,
    /// Folds the traded bars; `None` for the traded clock itself and for other symbols.
    aggregator: Option<CandleAggregator>,
    steps: Vec<StreamStep>,
}

struct StreamStep {
    stream: StepState,
    inputs: Vec<usize>,
    first: usize,
    outputs: usize,
}

enum StepState {
    Constant(f64),
    /// The registers of the other clock hold its latest row, so holding is copying.
    Hold,
    Operator(Box<dyn Stream>),
}

impl ProgramStream {
    /// A fresh stream of a program over bars of a timeframe.
    ///
    /// # Errors
    /// [`StreamError`] when it reads candles that the bars cannot be folded to.
    pub fn new(
        program: &Program,
        timeframe: Timeframe,
        calendar: Arc<Calendar>,
    ) -> Result<Self, StreamError> {
        Self::with_values(program, program.plan().values(), timeframe, calendar)
    }

    /// A stream that works out the wanted values.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_values(
        program: &Program,
        wanted: impl IntoIterator<Item = Value>,
        timeframe: Timeframe,
        calendar: Arc<Calendar>,
    ) -> Result<Self, StreamError> {
        let needed = super::columns::needed_steps(program, wanted);
        let used: BTreeSet<usize> =
            needed.iter().filter_map(|step| program.steps.get(*step)).map(|step| step.clock).collect();
        let mut clocks = Vec::new();
        for (index, clock) in program.clocks.iter().enumerate() {
            let own = clock.symbol.is_none() && index > 0 && used.contains(&index);
            let aggregator = match clock.timeframe.filter(|longer| own && *longer != timeframe) {
                Some(longer) if !divides(timeframe, longer) => {
                    return Err(StreamError::Timeframe { longer, base: timeframe });
                }
                longer => longer.map(CandleAggregator::new),
            };
            clocks.push(ClockState { clock: clock.clone(), aggregator, steps: Vec::new() });
        }
        for step in needed.iter().filter_map(|step| program.steps.get(*step)) {
            let stream = match &step.body {
                Body::Constant(register, _) => StepState::Constant(*register),
                Body::Hold => StepState::Hold,
                Body::Operator(operator) => StepState::Operator(operator.stream()),
            };
            let inputs = step.inputs.iter().map(|value| value.0 as usize).collect();
            let step_state =
                StreamStep { stream, inputs, first: step.first.0 as usize, outputs: step.outputs };
            if let Some(clock) = clocks.get_mut(step.clock) {
                clock.steps.push(step_state);
            }
        }
        let registers = vec![f64::NAN; program.values.len()];
        Ok(Self { registers, scratch: Vec::new(), clocks, calendar })
    }

    /// Takes a closed bar of another symbol.
    pub fn push_other(
        &mut self,
        symbol: &Symbol,
        timeframe: Timeframe,
        candle: &Candle,
        calendar: &Calendar,
    ) {
        let close_time = calendar.bucket(candle.open_time, timeframe).close;
        for index in 1..self.clocks.len() {
            let is_this = self.clocks.get(index).is_some_and(|state| {
                state.clock.symbol.as_ref() == Some(symbol)
                    && state.clock.timeframe.is_none_or(|clock| clock == timeframe)
            });
            if is_this {
                let account = AccountView::flat(0.0);
                self.run(index, &Now { candle, close_time, calendar, account: &account });
            }
        }
    }

    /// Takes a closed bar of the traded symbol, with what is held at its close; afterwards every value is that of
    /// this close.
    pub fn push(&mut self, candle: &Candle, close_time: Timestamp, account: &AccountView) {
        let calendar = self.calendar.clone();
        for index in 1..self.clocks.len() {
            self.fold(index, candle, close_time, &calendar);
        }
        self.run(0, &Now { candle, close_time, calendar: &calendar, account });
    }

    /// Folds a traded bar into a longer candle, and runs the longer clock where one is complete.
    fn fold(&mut self, index: usize, candle: &Candle, close_time: Timestamp, calendar: &Calendar) {
        let account = AccountView::flat(0.0);
        let Some(state) = self.clocks.get_mut(index) else { return };
        let Some(aggregator) = &mut state.aggregator else {
            // The traded timeframe under its own name.
            if state.clock.symbol.is_none() {
                self.run(index, &Now { candle, close_time, calendar, account: &account });
            }
            return;
        };
        let timeframe = aggregator.timeframe();
        let closed = [aggregator.push(calendar, candle), aggregator.close_until(close_time)];
        for longer in closed.iter().flatten() {
            let close_time = calendar.bucket(longer.open_time, timeframe).close;
            self.run(index, &Now { candle: longer, close_time, calendar, account: &account });
        }
    }

    fn run(&mut self, clock: usize, now: &Now<'_>) {
        let Some(state) = self.clocks.get_mut(clock) else { return };
        for step in &mut state.steps {
            match &mut step.stream {
                StepState::Constant(value) => {
                    if let Some(register) = self.registers.get_mut(step.first) {
                        *register = *value;
                    }
                }
                StepState::Hold => {
                    let held = step.inputs.first().and_then(|input| self.registers.get(*input)).copied();
                    if let (Some(register), Some(held)) = (self.registers.get_mut(step.first), held) {
                        *register = held;
                    }
                }
                StepState::Operator(stream) => {
                    self.scratch.clear();
                    let registers = &self.registers;
                    let inputs =
                        step.inputs.iter().map(|input| registers.get(*input).copied().unwrap_or(f64::NAN));
                    self.scratch.extend(inputs);
                    if let Some(outputs) = self.registers.get_mut(step.first..step.first + step.outputs) {
                        stream.update(now, &self.scratch, outputs);
                    }
                }
            }
        }
    }

    /// A value at the latest close: a number, or a signal as 1 or 0; NaN when missing.
    #[must_use]
    pub fn register(&self, value: Value) -> f64 {
        self.registers.get(value.0 as usize).copied().unwrap_or(f64::NAN)
    }

    /// How many bytes the state takes, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let steps = self.clocks.iter().flat_map(|clock| &clock.steps);
        let of_step = |step: &StreamStep| {
            let stream = match &step.stream {
                StepState::Operator(stream) => stream.bytes(),
                StepState::Constant(_) | StepState::Hold => 0,
            };
            size_of::<StreamStep>() + step.inputs.len() * size_of::<usize>() + stream
        };
        size_of::<Self>() + self.registers.len() * size_of::<f64>() + steps.map(of_step).sum::<usize>()
    }
}

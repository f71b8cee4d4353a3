use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Symbol, aggregate, divides};
use wickflow_shared::time::Timeframe;

use crate::column::{Bits, Column, Numbers, Signals};
use crate::data::{Dataset, Series};
use crate::operator::ColumnType;
use crate::plan::Value;
use crate::program::{Body, Clock, Program, Step};

/// Computes the columns of programs over one dataset, and keeps them: a changed parameter recomputes only what
/// follows from it, and candidates of a search share what they have in common.
pub struct Evaluator {
    dataset: Dataset,
    capacity: usize,
    cache: BTreeMap<Digest, Cached>,
    bytes: usize,
    /// Counts evaluations: what the oldest has not been used since is forgotten first.
    now: u64,
    series: BTreeMap<Clock, Arc<Series>>,
    /// For each clock, the row of it that each traded row sees, plus one; 0 before there is one.
    rows: BTreeMap<Clock, Arc<Vec<u32>>>,
}

struct Cached {
    columns: Vec<Column>,
    used: u64,
}

/// Why a program cannot be evaluated over a dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// It reads a series that is not there and cannot be made from one that is.
    #[error("there are no candles of {symbol} at {timeframe}, and none that they could be made from")]
    NoSeries {
        /// Which symbol.
        symbol: Symbol,
        /// At which timeframe.
        timeframe: Timeframe,
    },
    /// Its columns would take too much memory.
    #[error("the columns would take {found} MB; at most {limit} MB are allowed")]
    Memory {
        /// What they would take.
        found: usize,
        /// What is allowed.
        limit: usize,
    },
}

/// The columns of one program.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    columns: Vec<Option<Column>>,
    rows: usize,
}

impl Evaluation {
    /// Number of rows of the traded series.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column of a value. `None` when it follows from what the strategy holds, or was not asked for.
    #[must_use]
    pub fn column(&self, value: Value) -> Option<&Column> {
        self.columns.get(value.0 as usize)?.as_ref()
    }
}

/// How much an evaluator keeps without being told: 1 GiB natively; browsers pass less.
const CAPACITY: usize = 1 << 30;
/// What sizes are told in.
const MEGABYTE: usize = 1 << 20;

impl Evaluator {
    /// An evaluator over a dataset.
    #[must_use]
    pub fn new(dataset: Dataset) -> Self {
        Self {
            dataset,
            capacity: CAPACITY,
            cache: BTreeMap::new(),
            bytes: 0,
            now: 0,
            series: BTreeMap::new(),
            rows: BTreeMap::new(),
        }
    }

    /// Bounds how many bytes of columns are kept, and how many one program may need.
    #[must_use]
    pub fn with_capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// What is evaluated over.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// How many bytes of columns are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The columns that the program's plan reads, and those that its late values need.
    ///
    /// # Errors
    /// [`EvaluateError`] when a series is missing or the columns would be too large.
    pub fn evaluate(&mut self, program: &Program) -> Result<Evaluation, EvaluateError> {
        self.evaluate_values(program, program.plan().values())
    }

    /// The columns of the values that are wanted.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_values(
        &mut self,
        program: &Program,
        wanted: impl IntoIterator<Item = Value>,
    ) -> Result<Evaluation, EvaluateError> {
        self.now += 1;
        let rows = self.dataset.base().rows();
        let wanted: Vec<Value> = wanted.into_iter().collect();
        let needed = needed_steps(program, wanted.iter().copied());
        let steps = || needed.iter().filter_map(|step| program.steps.get(*step)).filter(|step| !step.is_late);
        let bytes = steps().map(|step| step.outputs * rows * size_of::<f64>()).sum::<usize>();
        if bytes > self.capacity {
            return Err(EvaluateError::Memory { found: bytes / MEGABYTE, limit: self.capacity / MEGABYTE });
        }
        let mut columns = vec![None; program.values.len()];
        // A number that only a plan reads stays a number.
        let read: BTreeSet<Value> = steps().flat_map(|step| step.inputs.iter().copied()).collect();
        for step in steps() {
            if let Body::Constant(value, ColumnType::Numbers) = step.body
                && !read.contains(&step.first)
            {
                if let Some(cell) = columns.get_mut(step.first.0 as usize) {
                    *cell = Some(Column::Constant { value, rows });
                }
                continue;
            }
            let results = self.step(program, step, &columns)?;
            let cells = columns.iter_mut().skip(step.first.0 as usize);
            for (cell, column) in cells.zip(results) {
                *cell = Some(column);
            }
        }
        self.forget();
        Ok(Evaluation { columns, rows })
    }

    fn step(
        &mut self,
        program: &Program,
        step: &Step,
        columns: &[Option<Column>],
    ) -> Result<Vec<Column>, EvaluateError> {
        if let Some(cached) = self.cache.get_mut(&step.key) {
            cached.used = self.now;
            return Ok(cached.columns.clone());
        }
        let clock = program.clocks.get(step.clock).cloned().unwrap_or_default();
        let series = self.series(&clock)?;
        let inputs: Vec<Column> =
            step.inputs.iter().filter_map(|input| columns.get(input.0 as usize).cloned().flatten()).collect();
        let results = match &step.body {
            Body::Constant(register, ColumnType::Numbers) => {
                vec![Numbers::constant(*register, series.rows()).into()]
            }
            Body::Constant(register, ColumnType::Signals) => {
                vec![Signals::constant(*register > 0.5, series.rows()).into()]
            }
            Body::Hold => {
                let from = step
                    .inputs
                    .first()
                    .and_then(|input| program.step_of(*input))
                    .map_or(0, |step| step.clock);
                let from = program.clocks.get(from).cloned().unwrap_or_default();
                let rows = self.rows(&from)?;
                inputs.iter().map(|column| gather(column, &rows)).collect()
            }
            Body::Operator(operator) => operator.columns(&series, &inputs),
        };
        self.bytes += results.iter().map(Column::bytes).sum::<usize>();
        self.cache.insert(step.key, Cached { columns: results.clone(), used: self.now });
        Ok(results)
    }

    /// Forgets what was not used for longest, until the rest fits.
    fn forget(&mut self) {
        while self.bytes > self.capacity {
            let oldest = self.cache.values().map(|cached| cached.used).min().unwrap_or(self.now);
            if oldest == self.now {
                break;
            }
            let bytes = &mut self.bytes;
            self.cache.retain(|_, cached| {
                let stays = cached.used != oldest;
                if !stays {
                    *bytes -= cached.columns.iter().map(Column::bytes).sum::<usize>();
                }
                stays
            });
        }
    }

    /// The series of a clock: given, or made from shorter candles of its symbol.
    fn series(&mut self, clock: &Clock) -> Result<Arc<Series>, EvaluateError> {
        if let Some(series) = self.series.get(clock) {
            return Ok(series.clone());
        }
        let base = self.dataset.base();
        let symbol = clock.symbol.clone().unwrap_or_else(|| base.symbol().clone());
        let timeframe = clock.timeframe.unwrap_or_else(|| base.timeframe());
        let series = find_or_make(&self.dataset, &symbol, timeframe)
            .ok_or(EvaluateError::NoSeries { symbol, timeframe })?;
        self.series.insert(clock.clone(), series.clone());
        Ok(series)
    }

    /// Which row of a clock each traded row sees: the last one that closed at or before its own close.
    fn rows(&mut self, clock: &Clock) -> Result<Arc<Vec<u32>>, EvaluateError> {
        if let Some(rows) = self.rows.get(clock) {
            return Ok(rows.clone());
        }
        let series = self.series(clock)?;
        let mut closed = 0;
        let times = series.close_times();
        let seen = self.dataset.base().close_times().iter().map(|close| {
            while times.get(closed).is_some_and(|time| time <= close) {
                closed += 1;
            }
            u32::try_from(closed).unwrap_or(u32::MAX)
        });
        let rows = Arc::new(seen.collect::<Vec<_>>());
        self.rows.insert(clock.clone(), rows.clone());
        Ok(rows)
    }
}

/// The steps that the wanted values follow from, in order.
pub(super) fn needed_steps(program: &Program, wanted: impl IntoIterator<Item = Value>) -> BTreeSet<usize> {
    let step_of = |value: &Value| program.values.get(value.0 as usize).map(|info| info.step);
    let mut open: Vec<usize> = wanted.into_iter().filter_map(|value| step_of(&value)).collect();
    let mut needed = BTreeSet::new();
    while let Some(step) = open.pop() {
        if needed.insert(step)
            && let Some(step) = program.steps.get(step)
        {
            open.extend(step.inputs.iter().filter_map(step_of));
        }
    }
    needed
}

fn find_or_make(dataset: &Dataset, symbol: &Symbol, timeframe: Timeframe) -> Option<Arc<Series>> {
    if let Some(series) = dataset.find(symbol, timeframe) {
        return Some(series.clone());
    }
    // From the longest that divides it: the fewest candles to fold.
    let source = dataset
        .series()
        .filter(|series| series.symbol() == symbol && divides(series.timeframe(), timeframe))
        .max_by_key(|series| series.timeframe().nominal_ms())?;
    let candles = aggregate(source.candles(), timeframe, source.calendar());
    Some(Arc::new(Series::new(symbol.clone(), timeframe, source.calendar().clone(), Arc::new(candles))))
}

/// A column as the traded rows see it.
fn gather(column: &Column, rows: &[u32]) -> Column {
    let row_of = |seen: u32| (seen as usize).checked_sub(1);
    match column {
        Column::Constant { value, .. } => Column::Constant { value: *value, rows: rows.len() },
        Column::Numbers(numbers) => {
            let value = |seen: &u32| row_of(*seen).and_then(|row| numbers.get(row)).unwrap_or(f64::NAN);
            Numbers::new(rows.iter().map(value).collect()).into()
        }
        Column::Signals(signals) => {
            let signal = |row: usize| rows.get(row).and_then(|seen| signals.get(row_of(*seen)?));
            let on = Bits::from_fn(rows.len(), |row| signal(row) == Some(true));
            let known = Bits::from_fn(rows.len(), |row| signal(row).is_some());
            Signals::new(on, known).into()
        }
    }
}

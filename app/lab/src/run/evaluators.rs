use std::sync::Arc;

use wickflow_optimize::days::Days;
use wickflow_report::basis_of;
use wickflow_stats::Basis;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::plan::Value;
use wickflow_strategy::{EvaluateError, Evaluation, Evaluator, Program};

use super::COLUMN_BYTES;
use crate::error::LabError;
use crate::protocol::Settings;
use crate::series::{Shelf, cut};

/// Evaluators of the datasets that were used last, each with the columns that it computed.
#[derive(Default)]
pub(crate) struct Evaluators {
    /// The one used last comes last.
    rigs: Vec<Rig>,
    /// That of the run on screen stays.
    pinned: Option<RigKey>,
}

/// How many datasets are kept at hand: the one on screen, and one to compare with.
const KEPT: usize = 2;

/// An evaluator, and what else is worked out once for a dataset.
pub(crate) struct Rig {
    pub(crate) key: RigKey,
    evaluator: Evaluator,
    pub(crate) days: Days,
    pub(crate) basis: Basis,
    series: Arc<Series>,
}

/// Names a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RigKey {
    /// The traded series first.
    revisions: Vec<u64>,
    from: Option<i64>,
    to: Option<i64>,
}

impl Rig {
    /// The series that is traded.
    pub(crate) fn series(&self) -> &Arc<Series> {
        &self.series
    }

    /// All series.
    pub(crate) fn dataset(&self) -> &Dataset {
        self.evaluator.dataset()
    }

    /// The columns that a program's plan reads.
    pub(crate) fn evaluate(&mut self, program: &Program) -> Result<Evaluation, EvaluateError> {
        self.evaluate_values(program, &program.plan().values().collect::<Vec<_>>())
    }

    /// The columns of some values. Few columns are kept without need, but one program may need as many as there is room.
    pub(crate) fn evaluate_values(
        &mut self,
        program: &Program,
        values: &[Value],
    ) -> Result<Evaluation, EvaluateError> {
        let evaluated = self.evaluator.evaluate_values(program, values.iter().copied());
        if !matches!(evaluated, Err(EvaluateError::Memory { .. })) {
            return evaluated;
        }
        let empty = Evaluator::new(self.dataset().clone());
        self.evaluator = std::mem::replace(&mut self.evaluator, empty).with_capacity(COLUMN_BYTES);
        self.evaluator.evaluate_values(program, values.iter().copied())
    }
}

impl Evaluators {
    /// The evaluator of the candles that settings and strategy name, made when it is not there.
    pub(crate) fn get(
        &mut self,
        settings: &Settings,
        program: &Program,
        shelf: &mut Shelf,
    ) -> Result<&mut Rig, LabError> {
        let (key, others) = key_of(settings, program, shelf)?;
        let place = self.rigs.iter().position(|rig| rig.key == key);
        let rig = match place {
            Some(place) => self.rigs.remove(place),
            None => {
                let whole = shelf.get(&settings.series)?.series.clone();
                let series = cut(&whole, settings.from, settings.to).unwrap_or(whole);
                let oldest = self.rigs.iter().position(|rig| self.pinned.as_ref() != Some(&rig.key));
                if let Some(oldest) = oldest.filter(|_| self.rigs.len() >= KEPT) {
                    self.rigs.remove(oldest);
                }
                rig(key, series, others)
            }
        };
        self.rigs.push(rig);
        self.rigs.last_mut().ok_or_else(|| LabError::unknown_series(&settings.series))
    }

    /// Keeps the evaluator of a dataset, whatever others are asked for.
    pub(crate) fn pin(&mut self, key: &RigKey) {
        self.pinned = Some(key.clone());
    }

    /// The evaluator of a dataset that was used before.
    pub(crate) fn find(&mut self, key: &RigKey) -> Option<&mut Rig> {
        self.rigs.iter_mut().find(|rig| rig.key == *key)
    }
}

/// The dataset of settings and strategy, for whoever keeps an evaluator of its own.
pub(crate) fn dataset(
    settings: &Settings,
    program: &Program,
    shelf: &mut Shelf,
) -> Result<Dataset, LabError> {
    let (_, others) = key_of(settings, program, shelf)?;
    let whole = shelf.get(&settings.series)?.series.clone();
    let series = cut(&whole, settings.from, settings.to).unwrap_or(whole);
    Ok(others.into_iter().fold(Dataset::new(series), Dataset::with))
}

/// Bytes of columns that are kept: some 80 columns, so that a slider goes back without computing anything.
fn kept_bytes(rows: usize) -> usize {
    (rows * size_of::<f64>() * 80).clamp(16 << 20, COLUMN_BYTES)
}

fn rig(key: RigKey, series: Arc<Series>, others: Vec<Arc<Series>>) -> Rig {
    let dataset = others.into_iter().fold(Dataset::new(series.clone()), Dataset::with);
    Rig {
        key,
        evaluator: Evaluator::new(dataset).with_capacity(kept_bytes(series.rows())),
        days: Days::new(&series),
        basis: basis_of(&series),
        series,
    }
}

/// Names the dataset, and finds the series of other symbols that the strategy reads. Of the traded symbol there is but
/// the traded series, as on the command line: longer candles are folded from it.
fn key_of(
    settings: &Settings,
    program: &Program,
    shelf: &mut Shelf,
) -> Result<(RigKey, Vec<Arc<Series>>), LabError> {
    let base = shelf.get(&settings.series)?;
    let (traded, mut revisions) = (base.series.symbol().clone(), vec![base.revision]);
    let mut symbols: Vec<_> = program.clocks().iter().filter_map(|clock| clock.symbol.as_ref()).collect();
    symbols.sort();
    symbols.dedup();
    let mut others = Vec::new();
    for entry in
        symbols.into_iter().filter(|symbol| **symbol != traded).flat_map(|symbol| shelf.of_symbol(symbol))
    {
        revisions.push(entry.revision);
        others.push(entry.series.clone());
    }
    Ok((RigKey { revisions, from: settings.from, to: settings.to }, others))
}

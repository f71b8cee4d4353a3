use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use wickflow_shared::time::Timestamp;
use wickflow_stats::Basis;
use wickflow_strategy::data::Series;

use super::folds::{Fold, FoldError, Windows, folds};
use crate::days::basis;
use crate::metrics::Metrics;
use crate::search::{Ask, Checkpoint, Progress, ResumeError, Search, SearchError, SearchSettings, TellError};
use crate::space::{Setting, Space};
use crate::tester::{CandidateError, Outcome, Runner, Tester};

/// How many candidates are compared over all of the time, to estimate what choosing the best of them overfits.
pub const MAX_COMPARED: usize = 200;

/// What is tested, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalkForwardSettings {
    /// How history is cut.
    pub windows: Windows,
    /// How is searched in each fold.
    pub search: SearchSettings,
    /// The rows of the series that take part.
    pub rows: Range<usize>,
}

/// Why a test cannot begin, or go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalkForwardError {
    /// History cannot be cut like this.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// Nothing can be searched like this.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A search cannot go on.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// The candles are not those that the checkpoint was made with.
    #[error("the checkpoint has {kept} folds, the candles have {found}: they are not those it was made with")]
    Candles {
        /// In the checkpoint.
        kept: usize,
        /// With these candles.
        found: usize,
    },
}

/// A run that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Which one.
    pub id: TaskId,
    /// The settings, one for each axis.
    pub settings: Vec<Setting>,
    /// The rows to be run over.
    pub rows: Range<usize>,
}

/// Names a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskId {
    /// A candidate of the search of a fold; its figures are wanted.
    Search {
        /// The fold.
        fold: usize,
        /// The candidate's number.
        number: u32,
    },
    /// The finding of a fold in the window after it; the outcome is wanted.
    Test {
        /// The fold.
        fold: usize,
    },
    /// A candidate over all of the time; the outcome is wanted.
    Compare {
        /// Its place among those compared.
        place: usize,
    },
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of a candidate of a search; `None` when it could not be run.
    Metrics(Option<Metrics>),
    /// Of all others; `None` when it could not be run.
    Outcome(Option<Box<Outcome>>),
}

/// What [`WalkForward::ask`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Run this, and tell what came of it.
    Run(Task),
    /// Nothing until more answers are in.
    Wait,
    /// All runs are out or done.
    Done,
}

/// Why an answer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// By the search.
    #[error(transparent)]
    Search(#[from] TellError),
    /// It is not waited for.
    #[error("no answer to {0:?} is waited for")]
    Unknown(TaskId),
    /// Figures instead of an outcome, or the other way round.
    #[error("the answer to {0:?} is of another kind than was asked for")]
    Kind(TaskId),
}

/// A running test. Asked and told as a [`Search`]; answers may come in any order and change nothing by it.
pub struct WalkForward {
    pub(super) space: Space,
    pub(super) settings: WalkForwardSettings,
    pub(super) basis: Basis,
    pub(super) folds: Vec<FoldRun>,
    /// Candidates over all of the time, once all folds are through.
    pub(super) compared: Option<Vec<(u64, Slot)>>,
}

pub(super) struct FoldRun {
    pub(super) fold: Fold,
    /// When the search window begins and ends.
    pub(super) in_sample: [Timestamp; 2],
    pub(super) search: Search,
    pub(super) test: Slot,
}

/// A run whose outcome is wanted.
pub(super) enum Slot {
    Ready,
    Out,
    Told(Option<Box<Outcome>>),
}

/// A test as it is kept: the searches. What follows from them is run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalkForwardCheckpoint {
    space: Space,
    settings: WalkForwardSettings,
    searches: Vec<Checkpoint>,
}

impl Task {
    /// Runs it.
    #[must_use]
    pub fn answer<R: Runner>(&self, space: &Space, tester: &mut Tester<R>) -> Answer {
        let (axes, rows) = (space.axes(), self.rows.clone());
        match self.id {
            TaskId::Search { .. } => Answer::Metrics(tester.metrics(axes, &self.settings, rows).ok()),
            TaskId::Test { .. } | TaskId::Compare { .. } => {
                let outcome: Result<Outcome, CandidateError> = tester.outcome(axes, &self.settings, rows);
                Answer::Outcome(outcome.ok().map(Box::new))
            }
        }
    }
}

impl WalkForward {
    /// Begins a test on the candles of a series.
    ///
    /// # Errors
    /// [`WalkForwardError`] when history cannot be cut or nothing can be searched like this.
    pub fn new(
        space: Space,
        settings: WalkForwardSettings,
        series: &Series,
    ) -> Result<Self, WalkForwardError> {
        let times = series.candles().open_times();
        let time = |row: usize| times.get(row).copied().unwrap_or_default();
        let folds = folds(times, settings.rows.clone(), &settings.windows)?
            .into_iter()
            .map(|fold| {
                Ok(FoldRun {
                    in_sample: [time(fold.in_sample.start), time(fold.in_sample.end)],
                    search: Search::new(space.clone(), settings.search.clone())?,
                    fold,
                    test: Slot::Ready,
                })
            })
            .collect::<Result<Vec<_>, SearchError>>()?;
        Ok(Self { space, settings, basis: basis(series), folds, compared: None })
    }

    /// What is tested, and how; of a test that goes on, what its checkpoint says.
    #[must_use]
    pub fn settings(&self) -> &WalkForwardSettings {
        &self.settings
    }

    /// What has to be kept to go on later.
    #[must_use]
    pub fn checkpoint(&self) -> WalkForwardCheckpoint {
        WalkForwardCheckpoint {
            space: self.space.clone(),
            settings: self.settings.clone(),
            searches: self.folds.iter().map(|fold| fold.search.checkpoint()).collect(),
        }
    }

    /// Goes on where a test was left, on the same candles.
    ///
    /// # Errors
    /// [`WalkForwardError`] when the checkpoint is not one of this program's tests, or of other candles.
    pub fn resume(checkpoint: WalkForwardCheckpoint, series: &Series) -> Result<Self, WalkForwardError> {
        let WalkForwardCheckpoint { space, settings, searches } = checkpoint;
        let mut test = Self::new(space, settings, series)?;
        if searches.len() != test.folds.len() {
            return Err(WalkForwardError::Candles { kept: searches.len(), found: test.folds.len() });
        }
        for (fold, search) in test.folds.iter_mut().zip(searches) {
            fold.search = Search::resume(search)?;
        }
        Ok(test)
    }

    /// The next run.
    pub fn ask(&mut self) -> Next {
        for (index, fold) in self.folds.iter_mut().enumerate() {
            if let Some(task) = fold.ask(index) {
                return Next::Run(task);
            }
        }
        if !self.folds.iter().all(FoldRun::is_finished) {
            return Next::Wait;
        }
        let rows = self.all_rows();
        if self.compared.is_none() {
            self.compared = Some(self.to_compare().into_iter().map(|index| (index, Slot::Ready)).collect());
        }
        let compared = self.compared.iter_mut().flatten().enumerate();
        for (place, (index, slot)) in compared {
            if matches!(slot, Slot::Ready) {
                *slot = Slot::Out;
                let settings = self.space.candidate(*index).unwrap_or_default();
                return Next::Run(Task { id: TaskId::Compare { place }, settings, rows });
            }
        }
        Next::Done
    }

    /// Takes what came of a run.
    ///
    /// # Errors
    /// [`TaskError`] when it is not waited for, or of another kind.
    pub fn tell(&mut self, id: TaskId, answer: Answer) -> Result<(), TaskError> {
        let slot = match id {
            TaskId::Search { fold, number } => {
                let fold = self.folds.get_mut(fold).ok_or(TaskError::Unknown(id))?;
                let Answer::Metrics(metrics) = answer else { return Err(TaskError::Kind(id)) };
                return Ok(fold.search.tell(number, metrics)?);
            }
            TaskId::Test { fold } => self.folds.get_mut(fold).map(|fold| &mut fold.test),
            TaskId::Compare { place } => {
                self.compared.as_mut().and_then(|all| all.get_mut(place)).map(|(_, slot)| slot)
            }
        };
        let slot = slot.filter(|slot| matches!(slot, Slot::Out)).ok_or(TaskError::Unknown(id))?;
        let Answer::Outcome(outcome) = answer else { return Err(TaskError::Kind(id)) };
        *slot = Slot::Told(outcome);
        Ok(())
    }

    /// How far it is: runs done and in all. The searches' progress is in [`searches`](Self::searches).
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let told = |slot: &Slot| u64::from(matches!(slot, Slot::Told(_)));
        let compared = self.compared.as_ref();
        let after = compared.map_or(0, |all| all.iter().map(|(_, slot)| told(slot)).sum());
        let expected = compared.map_or(MAX_COMPARED.min(self.folds.len() * 2), Vec::len) as u64;
        self.folds.iter().fold((after, expected), |(done, total), fold| {
            let progress = fold.search.progress();
            let done = done + u64::from(progress.done) + u64::from(fold.is_finished());
            (done, total + u64::from(progress.total) + 1)
        })
    }

    /// The searches' progress, fold by fold.
    pub fn searches(&self) -> impl Iterator<Item = Progress> {
        self.folds.iter().map(|fold| fold.search.progress())
    }

    /// Whether all answers are in.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let compared = self.compared.as_ref();
        compared.is_some_and(|all| all.iter().all(|(_, slot)| matches!(slot, Slot::Told(_))))
    }

    /// What is searched.
    #[must_use]
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// From the first search window to the end of the last test.
    fn all_rows(&self) -> Range<usize> {
        let start = self.folds.first().map_or(0, |fold| fold.fold.in_sample.start);
        start..self.folds.last().map_or(start, |fold| fold.fold.out_of_sample.end)
    }

    /// The findings of all folds, and as many others that were tried as fit, evenly spread over the space.
    fn to_compare(&self) -> BTreeSet<u64> {
        let tried = self.tried();
        let found = self.folds.iter().filter_map(|fold| fold.search.best()).map(|trial| trial.index);
        let mut chosen: BTreeSet<u64> = found.take(MAX_COMPARED).collect();
        let room = MAX_COMPARED.saturating_sub(chosen.len()).min(tried.len());
        let tried: Vec<u64> = tried.into_iter().collect();
        let spread = (0..room).filter_map(|place| tried.get(place * tried.len() / room.max(1)));
        chosen.extend(spread);
        chosen
    }

    /// Every combination that any search tried.
    pub(super) fn tried(&self) -> BTreeSet<u64> {
        self.folds.iter().flat_map(|fold| fold.search.trials()).map(|trial| trial.index).collect()
    }
}

impl FoldRun {
    fn ask(&mut self, index: usize) -> Option<Task> {
        if let Ask::Run(candidate) = self.search.ask() {
            let id = TaskId::Search { fold: index, number: candidate.number };
            return Some(Task { id, settings: candidate.settings, rows: self.fold.in_sample.clone() });
        }
        if !self.search.is_finished() || !matches!(self.test, Slot::Ready) {
            return None;
        }
        let Some(best) = self.search.best() else {
            self.test = Slot::Told(None);
            return None;
        };
        self.test = Slot::Out;
        let settings = self.search.space().candidate(best.index).unwrap_or_default();
        Some(Task { id: TaskId::Test { fold: index }, settings, rows: self.fold.out_of_sample.clone() })
    }

    fn is_finished(&self) -> bool {
        matches!(self.test, Slot::Told(_))
    }

    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.test.outcome()
    }
}

impl Slot {
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Told(outcome) => outcome.as_deref(),
            Self::Ready | Self::Out => None,
        }
    }
}

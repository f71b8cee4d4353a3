//! Runs the open strategy whenever it means something else: one run at a time, the newest next, the last good result
//! stays until another is there.

use std::sync::Arc;

use leptos::prelude::UpdateValue;
use wickflow_app::state::reactive::effect;
use wickflow_lab::protocol::{Answer, Ask, Detail, Failure, Run};

use super::{FullOutcome, Outcome, SeriesState, Studio};
use crate::engine::Columns;

/// What the engine is doing about the strategy as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Nothing: no strategy, or no candles.
    Idle,
    /// It is being run.
    Running,
    /// The result shown is that of the strategy as it is.
    Done,
    /// The strategy does not compile: the result shown is of an earlier form.
    Broken,
    /// The run failed: why.
    Failed(String),
}

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Desk {
    seq: u64,
    /// The run that has not given its result yet.
    in_flight: Option<u64>,
    /// Whether the strategy has changed since that run was sent.
    is_stale: bool,
}

impl Studio {
    /// Runs now, and after every change from now on.
    pub(crate) fn follow_meaning(self) {
        effect(move || {
            self.meaning.track();
            self.choices.track();
            let has_candles = self.series.with(|series| matches!(series, SeriesState::Ready(_)));
            if has_candles {
                self.run_soon();
            }
        });
        // A gesture that ended is run once more, with details.
        effect(move || {
            if !self.is_dragging.get() {
                self.run_soon();
            }
        });
    }

    /// Runs the strategy as it is now, or as soon as the run under way has its result.
    pub fn run_soon(self) {
        let is_free = self.desk.try_update_value(|desk| {
            desk.is_stale = true;
            desk.in_flight.is_none()
        });
        if is_free == Some(true) {
            self.start_run();
        }
    }

    fn start_run(self) {
        let settings = self.series.with_untracked(|series| match series {
            SeriesState::Ready(candles) => Some((candles.tick_size, candles.lot_size, candles.key.clone())),
            _ => None,
        });
        let document = self.with_editor(|editor| editor.compile_view().to_json());
        let (Some(engine), Some((tick, lot, key)), Some(document)) = (self.engine(), settings, document)
        else {
            return;
        };
        let mut settings = self.choices.with_untracked(|choices| choices.settings(tick, lot));
        // Other candles may have been chosen that are still being loaded.
        settings.series = key;
        let detail = if self.is_dragging.get_untracked() { Detail::Quick } else { Detail::Full };
        let seq = self.desk.try_update_value(|desk| {
            desk.seq += 1;
            desk.in_flight = Some(desk.seq);
            desk.is_stale = false;
            desk.seq
        });
        let Some(seq) = seq else { return };
        self.run_state.set(RunState::Running);
        let run = Run { seq, document: Some(document), set: Vec::new(), settings, detail };
        engine.send(Ask::Run(run), &[], move |answer, columns| self.on_run(seq, answer, columns));
    }

    fn on_run(self, seq: u64, answer: Answer, columns: &Columns) {
        match answer {
            Answer::Problems(problems) => {
                let ok = problems.ok;
                self.problems.set(Arc::new(problems.problems));
                if !ok {
                    self.finish(seq, RunState::Broken);
                }
            }
            Answer::Result(result) => {
                self.outcome.set(Some(Outcome { result: Arc::new(*result), columns: columns.clone() }));
                self.finish(seq, RunState::Done);
            }
            Answer::Details(details) => {
                let is_latest = self.outcome.with_untracked(|outcome| {
                    outcome.as_ref().is_some_and(|outcome| outcome.result.seq == details.seq)
                });
                if is_latest {
                    self.full
                        .set(Some(FullOutcome { details: Arc::new(*details), columns: columns.clone() }));
                }
            }
            Answer::Failed(failure) => self.on_failure(seq, failure),
            // A newer run has taken its place.
            Answer::Overtaken | Answer::Canceled => self.finish(seq, RunState::Idle),
            _ => {}
        }
    }

    fn on_failure(self, seq: u64, failure: Failure) {
        let Failure { message, missing, .. } = failure;
        if missing.is_empty() {
            self.finish(seq, RunState::Failed(message));
        } else {
            self.finish(seq, RunState::Failed(message));
            self.load_missing(missing);
        }
    }

    /// The run has given what it gives at first; the next may begin.
    fn finish(self, seq: u64, state: RunState) {
        let next = self.desk.try_update_value(|desk| {
            // An earlier run may still be told that it was overtaken, when a later one has its result already.
            let is_current = desk.in_flight == Some(seq);
            if is_current {
                desk.in_flight = None;
            }
            is_current.then_some(desk.is_stale)
        });
        match next.flatten() {
            Some(true) => self.start_run(),
            Some(false) => self.run_state.set(state),
            None => {}
        }
    }

    /// What was under way is lost: another engine was started.
    pub(super) fn forget_runs(self) {
        self.desk.update_value(|desk| {
            desk.in_flight = None;
            desk.is_stale = true;
        });
    }
}

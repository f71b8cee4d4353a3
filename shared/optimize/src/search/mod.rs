//! A search as a machine that is asked for candidates and told how they did.
//!
//! Who runs the candidates, and on how many threads, is not its business. Results may come in any order: they are
//! applied in the order of the candidates' numbers, so one worker and fifty get the same candidates and the same best.
//! To cancel, stop asking; to resume, keep a [`Checkpoint`].

mod checkpoint;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::method::{MAX_GRID, Method, Past, Sampler};
use crate::metrics::Metrics;
use crate::objective::{MAX_GOALS, Objectives, Score};
use crate::pareto::Front;
use crate::space::{Setting, Space};

pub use checkpoint::{Checkpoint, ResumeError};

/// The most candidates of a search.
pub const MAX_CANDIDATES: u32 = 1_000_000;
/// How many candidates may be out without their results: beyond, [`Search::ask`] says to wait.
const MAX_OUT: usize = 4_096;

/// What is searched for, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchSettings {
    /// How candidates are chosen.
    pub method: Method,
    /// What they are ranked by.
    pub objectives: Objectives,
    /// How many candidates are tried, at most [`MAX_CANDIDATES`]. A grid stops there too.
    pub budget: u32,
    /// Where random choices begin.
    pub seed: u64,
}

/// Why a search cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// No candidate, or too many.
    #[error("a budget of {0} candidates; 1 to {MAX_CANDIDATES} are possible")]
    Budget(u32),
    /// Too large to be tried in full.
    #[error(
        "the grid has {0} combinations; at most {MAX_GRID} can be tried in full: search with random, tpe or genetic, or take larger steps"
    )]
    Grid(u64),
    /// No goal, or too many.
    #[error("{0} goals; 1 to {MAX_GOALS} are possible")]
    Goals(usize),
    /// A setting of a method that makes no sense.
    #[error("{name} is {found}; {accepted} is accepted")]
    Method {
        /// The setting.
        name: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        accepted: &'static str,
    },
}

/// What [`Search::ask`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Run this, and tell how it did.
    Run(Candidate),
    /// Nothing until more results are in.
    Wait,
    /// All candidates are out or done.
    Done,
}

/// Settings to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Counts the candidates of a search from 0.
    pub number: u32,
    /// The combination in the space.
    pub index: u64,
    /// The settings, one for each axis.
    pub settings: Vec<Setting>,
}

/// A candidate that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trial {
    /// The candidate's number.
    pub number: u32,
    /// The combination in the space.
    pub index: u64,
    /// How it did; `None` when it could not be run.
    pub metrics: Option<Metrics>,
}

/// Why a result was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TellError {
    /// There is no such candidate, or it was not handed out.
    #[error("no result of candidate {0} is waited for")]
    Unknown(u32),
    /// It has a result.
    #[error("candidate {0} has its result already")]
    Twice(u32),
}

/// How far a search is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// Candidates whose results are in.
    pub done: u32,
    /// Candidates in all; a bound while a space with conditions is searched that is too large to be counted.
    pub total: u32,
    /// The best so far, by the first goal; among the results whose predecessors are all in.
    pub best: Option<Trial>,
}

/// A running search.
pub struct Search {
    space: Space,
    settings: SearchSettings,
    sampler: Box<dyn Sampler + Send>,
    trials: Vec<Trial>,
    /// Beside the trials.
    indices: Vec<u64>,
    scores: Vec<Score>,
    front: Front,
    /// Candidates after the trials, in order of their numbers.
    open: VecDeque<Open>,
    drawn: BTreeSet<u64>,
    total: u32,
    is_exhausted: bool,
}

/// A candidate that is not yet a trial.
struct Open {
    index: u64,
    state: State,
}

enum State {
    /// To be handed out.
    Ready,
    /// Handed out.
    Out,
    /// Its result is in, but not those of all before it.
    Told(Option<Metrics>),
}

impl Search {
    /// Begins a search.
    ///
    /// # Errors
    /// [`SearchError`] when it would be without bounds or without a goal.
    pub fn new(space: Space, settings: SearchSettings) -> Result<Self, SearchError> {
        check(&space, &settings)?;
        let sampler = settings.method.sampler(&space, settings.seed);
        let total = total(&space, settings.budget);
        Ok(Self {
            space,
            settings,
            sampler,
            trials: Vec::new(),
            indices: Vec::new(),
            scores: Vec::new(),
            front: Front::default(),
            open: VecDeque::new(),
            drawn: BTreeSet::new(),
            total,
            is_exhausted: false,
        })
    }

    /// The next candidate. One that was handed out is not handed out again, except after a resume.
    pub fn ask(&mut self) -> Ask {
        if !self.open.iter().any(|open| matches!(open.state, State::Ready)) {
            self.draw();
        }
        let place = self.open.iter().position(|open| matches!(open.state, State::Ready));
        let Some((place, open)) = place.and_then(|place| Some((place, self.open.get_mut(place)?))) else {
            return if self.is_exhausted { Ask::Done } else { Ask::Wait };
        };
        open.state = State::Out;
        let index = open.index;
        let settings = self.space.candidate(index).unwrap_or_default();
        Ask::Run(Candidate { number: number(self.trials.len() + place), index, settings })
    }

    /// Takes the result of a candidate that was handed out; `None` when it could not be run.
    ///
    /// # Errors
    /// [`TellError`] when nothing, or nothing more, is to be told of it.
    pub fn tell(&mut self, number: u32, metrics: Option<Metrics>) -> Result<(), TellError> {
        let place = (number as usize).checked_sub(self.trials.len()).ok_or(TellError::Twice(number))?;
        let open = self.open.get_mut(place).ok_or(TellError::Unknown(number))?;
        match open.state {
            State::Out => open.state = State::Told(metrics),
            State::Ready => return Err(TellError::Unknown(number)),
            State::Told(_) => return Err(TellError::Twice(number)),
        }
        self.apply();
        Ok(())
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let told = self.open.iter().filter(|open| matches!(open.state, State::Told(_))).count();
        Progress { done: number(self.trials.len() + told), total: self.total, best: self.best().copied() }
    }

    /// Whether all results are in.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.is_exhausted && self.open.is_empty()
    }

    /// What is searched.
    #[must_use]
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// What is searched for, and how.
    #[must_use]
    pub fn settings(&self) -> &SearchSettings {
        &self.settings
    }

    /// The results that are applied, by number.
    #[must_use]
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// The best result by the first goal; the first among equals. `None` while none has a value.
    #[must_use]
    pub fn best(&self) -> Option<&Trial> {
        self.trials.get(self.front.best()?)
    }

    /// The results that no other beats in all goals, by number. With one goal it is the best alone.
    pub fn front(&self) -> impl Iterator<Item = &Trial> {
        self.front.members().filter_map(|place| self.trials.get(place))
    }

    /// The best results, at most `limit`, best first: by value with one goal, by front and crowding with several.
    #[must_use]
    pub fn ranking(&self, limit: usize) -> Vec<&Trial> {
        let order = crate::pareto::order(&self.scores, self.settings.objectives.goals.len(), limit);
        order.into_iter().filter_map(|place| self.trials.get(place)).collect()
    }

    /// Draws the next batch, if it may be drawn now.
    fn draw(&mut self) {
        if self.is_exhausted || self.open.len() >= MAX_OUT || (self.sampler.learns() && !self.open.is_empty())
        {
            return;
        }
        let past = Past {
            space: &self.space,
            goals: self.settings.objectives.goals.len(),
            indices: &self.indices,
            scores: &self.scores,
            drawn: &self.drawn,
            seed: self.settings.seed,
        };
        let left = (self.settings.budget as usize).saturating_sub(self.drawn.len());
        let count = self.sampler.batch(&past).min(left);
        let drawn = self.sampler.draw(&past, count);
        self.is_exhausted = drawn.len() == left || drawn.len() < count;
        if self.is_exhausted {
            self.total = number(self.drawn.len() + drawn.len());
        }
        for index in drawn {
            self.drawn.insert(index);
            self.open.push_back(Open { index, state: State::Ready });
        }
    }

    /// Makes trials of the candidates whose results, and those of all before them, are in.
    fn apply(&mut self) {
        while let Some(Open { index, state: State::Told(metrics) }) = self.open.front() {
            let (index, metrics) = (*index, *metrics);
            self.open.pop_front();
            let score = self.settings.objectives.score(metrics.as_ref());
            self.front.push(self.trials.len(), score);
            self.trials.push(Trial { number: number(self.trials.len()), index, metrics });
            self.indices.push(index);
            self.scores.push(score);
        }
    }
}

/// Counts of candidates are at most [`MAX_CANDIDATES`].
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How many candidates there will be; a bound where the space is too large to be counted.
fn total(space: &Space, budget: u32) -> u32 {
    let size = if space.size() <= MAX_GRID {
        (0..space.size()).filter(|index| space.allows_index(*index)).count() as u64
    } else {
        space.size()
    };
    u32::try_from(size).map_or(budget, |size| size.min(budget))
}

fn check(space: &Space, settings: &SearchSettings) -> Result<(), SearchError> {
    if !(1..=MAX_CANDIDATES).contains(&settings.budget) {
        return Err(SearchError::Budget(settings.budget));
    }
    if !(1..=MAX_GOALS).contains(&settings.objectives.goals.len()) {
        return Err(SearchError::Goals(settings.objectives.goals.len()));
    }
    let refused = |name, found: &dyn ToString, accepted| {
        Err(SearchError::Method { name, found: found.to_string(), accepted })
    };
    match &settings.method {
        Method::Grid if space.size() > MAX_GRID => Err(SearchError::Grid(space.size())),
        Method::Grid | Method::Random => Ok(()),
        Method::Tpe(tpe) if !(tpe.good_share > 0.0 && tpe.good_share < 1.0) => {
            refused("good_share", &tpe.good_share, "a number between 0 and 1")
        }
        Method::Tpe(tpe) if !(1..=1_000).contains(&tpe.draws) => refused("draws", &tpe.draws, "1 to 1000"),
        Method::Tpe(_) => Ok(()),
        Method::Genetic(genetic) if !(2..=1_000).contains(&genetic.population) => {
            refused("population", &genetic.population, "2 to 1000")
        }
        Method::Genetic(genetic) if !(0.0..=1.0).contains(&genetic.crossover) => {
            refused("crossover", &genetic.crossover, "a number from 0 to 1")
        }
        Method::Genetic(genetic) if !(genetic.mutations > 0.0 && genetic.mutations <= 32.0) => {
            refused("mutations", &genetic.mutations, "a number above 0 and up to 32")
        }
        Method::Genetic(_) => Ok(()),
    }
}

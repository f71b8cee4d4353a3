use serde::{Deserialize, Serialize};

use super::{Ask, Search, SearchError, SearchSettings};
use crate::metrics::Metrics;
use crate::space::Space;

/// The version that this code writes.
const VERSION: u32 = 1;

/// A search as it is kept: what was searched for, and the results. Candidates follow from these, so whoever resumes
/// draws the same ones again; those that were out without a result are handed out once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    version: u32,
    space: Space,
    settings: SearchSettings,
    results: Vec<Kept>,
}

/// A result as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    number: u32,
    index: u64,
    /// As [`Metrics::to_text`] writes them; `None` when the candidate could not be run.
    metrics: Option<String>,
}

/// Why a search cannot be resumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// Written by a later program.
    #[error("the checkpoint has version {0}; this program knows versions up to {VERSION}")]
    Version(u32),
    /// What it searches for is not possible.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// Its results are not those of the candidates that this program would draw.
    #[error(
        "the checkpoint's result {0} is not of the candidate that comes there: it was changed, or written by another version"
    )]
    Different(u32),
}

impl Search {
    /// What has to be kept to go on later.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let kept = |number: usize, index: u64, metrics: &Option<Metrics>| Kept {
            number: super::number(number),
            index,
            metrics: metrics.as_ref().map(Metrics::to_text),
        };
        let applied =
            self.trials.iter().enumerate().map(|(place, trial)| kept(place, trial.index, &trial.metrics));
        let told = self.open.iter().enumerate().filter_map(|(place, open)| match &open.state {
            super::State::Told(metrics) => Some(kept(self.trials.len() + place, open.index, metrics)),
            super::State::Ready | super::State::Out => None,
        });
        Checkpoint {
            version: VERSION,
            space: self.space.clone(),
            settings: self.settings.clone(),
            results: applied.chain(told).collect(),
        }
    }

    /// Goes on where a search was left: with the same candidates, numbers and best as if it had not been.
    ///
    /// # Errors
    /// [`ResumeError`] when the checkpoint is not one of this program's searches.
    pub fn resume(checkpoint: Checkpoint) -> Result<Self, ResumeError> {
        if checkpoint.version > VERSION {
            return Err(ResumeError::Version(checkpoint.version));
        }
        let mut search = Self::new(checkpoint.space, checkpoint.settings)?;
        for result in checkpoint.results {
            let metrics = match result.metrics.as_deref().map(Metrics::from_text) {
                None => None,
                Some(Some(metrics)) => Some(metrics),
                Some(None) => return Err(ResumeError::Different(result.number)),
            };
            search
                .replay(result.number, result.index, metrics)
                .ok_or(ResumeError::Different(result.number))?;
        }
        // What the replay passed over was out when the checkpoint was made.
        for open in &mut search.open {
            if matches!(open.state, super::State::Out) {
                open.state = super::State::Ready;
            }
        }
        Ok(search)
    }

    /// Asks until the candidate is out, and tells its result.
    fn replay(&mut self, number: u32, index: u64, metrics: Option<Metrics>) -> Option<()> {
        while (number as usize).checked_sub(self.trials.len())? >= self.open_count_out() {
            match self.ask() {
                Ask::Run(_) => {}
                Ask::Wait | Ask::Done => return None,
            }
        }
        let open = self.open.get(number as usize - self.trials.len())?;
        if open.index != index {
            return None;
        }
        self.tell(number, metrics).ok()
    }

    /// How many of the open candidates were handed out; they are handed out in order.
    fn open_count_out(&self) -> usize {
        self.open.iter().take_while(|open| !matches!(open.state, super::State::Ready)).count()
    }
}

use super::permutation::Permutation;
use super::{Past, Sampler};
use crate::space::Space;

/// Combinations in a random order, each once.
pub(super) struct RandomSampler {
    order: Permutation,
    next: u64,
}

/// After so many excluded combinations in a row a space counts as exhausted: conditions that hardly anything meets
/// must not make a search hang.
const MAX_MISSES: usize = 1_000_000;

impl RandomSampler {
    pub(super) fn new(space: &Space, seed: u64) -> Self {
        Self { order: Permutation::new(space.size(), seed), next: 0 }
    }

    /// The next combination of the order that was not drawn yet.
    pub(super) fn next(&mut self, past: &Past<'_>, also_drawn: &[u64]) -> Option<u64> {
        for _ in 0..MAX_MISSES {
            let index = self.order.get(self.next)?;
            self.next += 1;
            if !past.drawn.contains(&index) && !also_drawn.contains(&index) && past.space.allows_index(index)
            {
                return Some(index);
            }
        }
        None
    }
}

impl Sampler for RandomSampler {
    fn batch(&self, _past: &Past<'_>) -> usize {
        256
    }

    fn learns(&self) -> bool {
        false
    }

    fn draw(&mut self, past: &Past<'_>, count: usize) -> Vec<u64> {
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            match self.next(past, &[]) {
                Some(index) => drawn.push(index),
                None => break,
            }
        }
        drawn
    }
}

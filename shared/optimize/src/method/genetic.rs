use serde::{Deserialize, Serialize};
use wickflow_stats::monte_carlo::Generator;

use super::random::RandomSampler;
use super::{Past, Sampler};
use crate::objective::Score;
use crate::pareto;
use crate::space::{Axis, Space};

/// Settings of the genetic algorithm.
///
/// A population of the best results so far (elitism) has as many children: each of two parents, who are the better of
/// some picked at random (tournament); each parameter comes from either parent (uniform crossover) and may be changed
/// (mutation). With several goals, better is by the fronts and crowding of NSGA-II.
/// Sources: Syswerda 1989 (uniform crossover); Deb et al. 2002 (NSGA-II).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Genetic {
    /// Size of the population, and of a batch: as many workers can work at once.
    pub population: u16,
    /// How many are picked for a tournament.
    pub tournament: u16,
    /// Probability that a child has two parents and not one.
    pub crossover: f64,
    /// How many parameters of a child are changed, on average.
    pub mutations: f64,
}

/// Our choice: small populations suit budgets of some hundred.
impl Default for Genetic {
    fn default() -> Self {
        Self { population: 24, tournament: 2, crossover: 0.9, mutations: 1.0 }
    }
}

/// How often a child that conditions exclude, or that is known, is made anew.
const TRIES: usize = 32;
/// The share of mutations that go anywhere; the others stay near.
const FAR_MUTATIONS: f64 = 0.2;
/// How far a near mutation goes on average, as a share of the axis.
const NEAR: f64 = 0.1;

pub(super) struct GeneticSampler {
    settings: Genetic,
    random: RandomSampler,
    /// The best so far, best first, as places among the results.
    population: Vec<usize>,
    /// How many results were looked at.
    seen: usize,
}

impl GeneticSampler {
    pub(super) fn new(settings: Genetic, space: &Space, seed: u64) -> Self {
        Self { settings, random: RandomSampler::new(space, seed), population: Vec::new(), seen: 0 }
    }

    fn size(&self) -> usize {
        usize::from(self.settings.population.max(2))
    }

    /// The best of the population and of what came since.
    fn select(&mut self, past: &Past<'_>) {
        let mut rivals = std::mem::take(&mut self.population);
        rivals.extend(self.seen..past.scores.len());
        self.seen = past.scores.len();
        let score = |trial: &usize| past.scores.get(*trial).copied().unwrap_or(Score::Undefined);
        let scores: Vec<Score> = rivals.iter().map(score).collect();
        let order = pareto::order(&scores, past.goals, self.size());
        self.population = order.into_iter().filter_map(|place| rivals.get(place).copied()).collect();
    }

    /// The positions of a parent: the first in order among some picked at random.
    fn parent(&self, past: &Past<'_>, random: &mut Generator) -> Option<Vec<u32>> {
        let picks = (0..self.settings.tournament.max(1)).map(|_| random.below(self.population.len()));
        let trial = self.population.get(picks.min()?)?;
        past.space.positions(*past.indices.get(*trial)?)
    }

    fn child(&self, past: &Past<'_>, random: &mut Generator) -> Option<Vec<u32>> {
        let mut child = self.parent(past, random)?;
        if random.unit() < self.settings.crossover {
            let other = self.parent(past, random)?;
            for (gene, other) in child.iter_mut().zip(other) {
                if random.unit() < 0.5 {
                    *gene = other;
                }
            }
        }
        let rate = self.settings.mutations / child.len() as f64;
        for (gene, axis) in child.iter_mut().zip(past.space.axes()) {
            if random.unit() < rate {
                *gene = mutated(*gene, axis, random);
            }
        }
        Some(child)
    }
}

impl Sampler for GeneticSampler {
    fn batch(&self, _past: &Past<'_>) -> usize {
        self.size()
    }

    fn draw(&mut self, past: &Past<'_>, count: usize) -> Vec<u64> {
        self.select(past);
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            let mut random = past.generator(past.drawn.len() + drawn.len());
            let is_new = |positions: &Vec<u32>| {
                let index = past.space.index(positions).filter(|_| past.space.allows(positions));
                index.filter(|index| !past.drawn.contains(index) && !drawn.contains(index))
            };
            let children = (0..TRIES).filter_map(|_| self.child(past, &mut random));
            let child = children.filter_map(|positions| is_new(&positions)).next();
            match child.or_else(|| self.random.next(past, &drawn)) {
                Some(index) => drawn.push(index),
                None => break,
            }
        }
        drawn
    }
}

/// Another position: near on an axis of numbers most of the time, anywhere otherwise.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a distance within the axis")]
fn mutated(position: u32, axis: &Axis, random: &mut Generator) -> u32 {
    let count = axis.count();
    if !axis.is_numeric() || random.unit() < FAR_MUTATIONS {
        return u32::try_from(random.below(count as usize)).unwrap_or(position);
    }
    // Exponential distances: mostly a step or two, sometimes a leap.
    let distance = -libm::log1p(-random.unit()) * NEAR * f64::from(count);
    let distance = distance.ceil().min(f64::from(count)) as u32;
    if random.unit() < 0.5 { position.saturating_sub(distance) } else { (position + distance).min(count - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutations_stay_on_the_axis_and_reach_all_of_it() {
        for text in ["a.p=1..30", "a.p=u,v,w", "a.p=1..1"] {
            let axis: Axis = text.parse().expect("an axis");
            let mut random = Generator::from_seed(3);
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..5_000 {
                seen.insert(mutated(axis.count() / 2, &axis, &mut random));
            }
            assert_eq!(seen.len(), axis.count() as usize, "{text}");
            assert!(seen.last() < Some(&axis.count()));
        }
    }
}

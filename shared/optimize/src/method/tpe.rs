use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wickflow_stats::monte_carlo::Generator;
use wickflow_stats::normal;

use super::random::RandomSampler;
use super::{Past, Sampler};
use crate::objective::Score;
use crate::pareto;
use crate::space::{Axis, Space};

/// Settings of the tree-structured Parzen estimator.
///
/// The results so far are split into the good ones, a share γ of them, and the rest. On each axis both are smoothed
/// into a density; candidates are drawn from that of the good, and the one is taken for which good over rest is
/// greatest. Axes are looked at one by one, so it does not see that two of them only work together.
/// Source: Bergstra, Bardenet, Bengio and Kégl 2011, "Algorithms for Hyper-Parameter Optimization", section 4.
///
/// Written here because a search has to give the same candidates natively and in the browser and to resume from a
/// file: the crates that there are draw from the platform's logarithm and from generators whose state cannot be
/// kept, and know neither conditions between parameters nor batches.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tpe {
    /// How many candidates are drawn at random first.
    pub startup: u16,
    /// The share of results that counts as good, γ.
    pub good_share: f64,
    /// How many are drawn from the good density to choose one.
    pub draws: u16,
    /// How many candidates are chosen from the same results, so that as many workers can work at once.
    pub batch: u16,
}

/// 0.15 and 24 are what the authors of hyperopt and its successors settled on; 16 and 8 are our choice.
impl Default for Tpe {
    fn default() -> Self {
        Self { startup: 16, good_share: 0.15, draws: 24, batch: 8 }
    }
}

/// The most results that count as good: with more, the good density becomes too broad to lead anywhere.
const MAX_GOOD: usize = 25;
/// For each draw so many may fail conditions or be known.
const TRIES: usize = 8;

pub(super) struct TpeSampler {
    settings: Tpe,
    random: RandomSampler,
}

impl TpeSampler {
    pub(super) fn new(settings: Tpe, space: &Space, seed: u64) -> Self {
        Self { settings, random: RandomSampler::new(space, seed) }
    }

    /// The best of some draws by good over rest; `None` when all were excluded or known.
    fn choose(&self, past: &Past<'_>, model: &[AxisModel], taken: &[u64]) -> Option<u64> {
        let mut random = past.generator(past.drawn.len() + taken.len());
        let (mut best, mut valid) = (None, 0);
        for _ in 0..usize::from(self.settings.draws) * TRIES {
            let positions: Vec<u32> = model.iter().map(|axis| axis.good.draw(&mut random)).collect();
            let Some(index) = past.space.index(&positions) else { continue };
            if past.drawn.contains(&index) || taken.contains(&index) || !past.space.allows(&positions) {
                continue;
            }
            let gain: f64 =
                model.iter().zip(&positions).map(|(axis, position)| axis.log_ratio(*position)).sum();
            if best.is_none_or(|(_, most)| gain > most) {
                best = Some((index, gain));
            }
            valid += 1;
            if valid == self.settings.draws {
                break;
            }
        }
        best.map(|(index, _)| index)
    }
}

impl Sampler for TpeSampler {
    fn batch(&self, past: &Past<'_>) -> usize {
        let startup = usize::from(self.settings.startup.max(1));
        match startup.checked_sub(past.indices.len()) {
            Some(missing) if missing > 0 => missing,
            _ => usize::from(self.settings.batch.max(1)),
        }
    }

    fn draw(&mut self, past: &Past<'_>, count: usize) -> Vec<u64> {
        let has_model = past.indices.len() >= usize::from(self.settings.startup.max(1))
            && past.scores.iter().any(Score::is_defined);
        let model = if has_model { model(past, self.settings.good_share) } else { Vec::new() };
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            let chosen = if has_model { self.choose(past, &model, &drawn) } else { None };
            match chosen.or_else(|| self.random.next(past, &drawn)) {
                Some(index) => drawn.push(index),
                None => break,
            }
        }
        drawn
    }
}

/// Where good and other results are on an axis.
struct AxisModel {
    good: Density,
    rest: Density,
}

impl AxisModel {
    fn log_ratio(&self, position: u32) -> f64 {
        // Far from all windows a mass may round to zero: as small as can be then, so that the ratio stays a number.
        let log = |density: &Density| libm::log(density.mass(position).max(f64::MIN_POSITIVE));
        log(&self.good) - log(&self.rest)
    }
}

fn model(past: &Past<'_>, good_share: f64) -> Vec<AxisModel> {
    let good = good_count(past.scores.len(), good_share);
    let best = pareto::order(past.scores, past.goals, good);
    let is_good: BTreeSet<usize> = best.into_iter().collect();
    let (mut good, mut rest) = (Vec::new(), Vec::new());
    for (trial, index) in past.indices.iter().enumerate() {
        let set = if is_good.contains(&trial) { &mut good } else { &mut rest };
        set.extend(past.space.positions(*index));
    }
    let on_axis = |set: &[Vec<u32>], axis: usize| -> Vec<u32> {
        set.iter().filter_map(|positions| positions.get(axis).copied()).collect()
    };
    let axes = past.space.axes().iter().enumerate();
    axes.map(|(index, axis)| AxisModel {
        good: Density::new(axis, on_axis(&good, index)),
        rest: Density::new(axis, on_axis(&rest, index)),
    })
    .collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count, clamped")]
fn good_count(results: usize, share: f64) -> usize {
    let count = (results as f64 * share.clamp(0.0, 1.0)).ceil() as usize;
    count.clamp(1, MAX_GOOD)
}

/// How likely each position of an axis is.
enum Density {
    /// Words: how often each was there, and once more.
    Words(Vec<f64>),
    /// Numbers: a mixture of normal distributions, one around each result and a broad one over all, cut off at the
    /// ends, and summed up over each position.
    Windows { windows: Vec<Window>, total: f64, count: u32 },
}

struct Window {
    center: f64,
    width: f64,
    /// How many results it stands for.
    weight: f64,
    /// The probability below the first position, and up to the last.
    from: f64,
    to: f64,
}

impl Window {
    fn new(center: f64, width: f64, weight: f64, count: u32) -> Self {
        let cdf = |edge: f64| normal::cdf((edge - center) / width);
        Self { center, width, weight, from: cdf(-0.5), to: cdf(f64::from(count) - 0.5) }
    }

    fn mass(&self, position: f64) -> f64 {
        let cdf = |edge: f64| normal::cdf((edge - self.center) / self.width);
        (cdf(position + 0.5) - cdf(position - 0.5)) / (self.to - self.from)
    }
}

impl Density {
    fn new(axis: &Axis, mut positions: Vec<u32>) -> Self {
        let count = axis.count();
        positions.sort_unstable();
        if axis.is_numeric() {
            Self::of_numbers(&positions, count)
        } else {
            Self::of_words(&positions, count)
        }
    }

    fn of_words(positions: &[u32], count: u32) -> Self {
        let mut weights = vec![1.0; count as usize];
        for position in positions {
            if let Some(weight) = weights.get_mut(*position as usize) {
                *weight += 1.0;
            }
        }
        let total: f64 = weights.iter().sum();
        Self::Words(weights.into_iter().map(|weight| weight / total).collect())
    }

    /// Each window reaches as far as its farther neighbor, within bounds: dense results make narrow windows.
    fn of_numbers(sorted: &[u32], count: u32) -> Self {
        let span = f64::from(count);
        let narrowest = (span / (sorted.len() as f64 + 1.0).min(100.0)).max(0.5);
        let middle = (span - 1.0) / 2.0;
        let mut windows = vec![Window::new(middle, span, 1.0, count)];
        let mut runs: Vec<(f64, f64)> = Vec::new();
        for position in sorted.iter().map(|position| f64::from(*position)) {
            match runs.last_mut() {
                Some((center, weight)) if (position - *center).abs() < 0.5 => *weight += 1.0,
                _ => runs.push((position, 1.0)),
            }
        }
        for (index, (center, weight)) in runs.iter().enumerate() {
            let distance = |other: Option<usize>| {
                other.and_then(|other| runs.get(other)).map_or(0.0, |(other, _)| (other - center).abs())
            };
            let width = distance(index.checked_sub(1)).max(distance(Some(index + 1)));
            windows.push(Window::new(*center, width.clamp(narrowest, span), *weight, count));
        }
        Self::Windows { windows, total: sorted.len() as f64 + 1.0, count }
    }

    fn mass(&self, position: u32) -> f64 {
        match self {
            Self::Words(masses) => masses.get(position as usize).copied().unwrap_or(0.0),
            Self::Windows { windows, total, .. } => {
                windows.iter().map(|window| window.weight * window.mass(f64::from(position))).sum::<f64>()
                    / total
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the axis")]
    fn draw(&self, random: &mut Generator) -> u32 {
        let mut share = random.unit();
        match self {
            Self::Words(masses) => {
                let reached = masses.iter().position(|mass| {
                    share -= mass;
                    share < 0.0
                });
                u32::try_from(reached.unwrap_or(masses.len().saturating_sub(1))).unwrap_or(u32::MAX)
            }
            Self::Windows { windows, total, count } => {
                share *= total;
                let reached = windows.iter().find(|window| {
                    share -= window.weight;
                    share < 0.0
                });
                let Some(window) = reached.or(windows.last()) else { return 0 };
                let probability = window.from + random.unit() * (window.to - window.from);
                let center = window.center + window.width * normal::inverse_cdf(probability).unwrap_or(0.0);
                center.round().clamp(0.0, f64::from(count - 1)) as u32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn density(axis: &str, positions: &[u32]) -> Density {
        Density::new(&axis.parse().expect("an axis"), positions.to_vec())
    }

    #[test]
    fn masses_of_an_axis_add_up_to_one_and_draws_follow_them() {
        for (axis, positions) in [
            ("a.p=1..10", &[3, 3, 4, 9][..]),
            ("a.p=1..10", &[]),
            ("a.p=5,7", &[0]),
            ("a.p=u,v,w", &[2, 2, 0]),
            ("a.p=3..3:1", &[0, 0]),
        ] {
            let density = density(axis, positions);
            let count = axis.parse::<Axis>().expect("an axis").count();
            let masses: Vec<f64> = (0..count).map(|position| density.mass(position)).collect();
            assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{axis} {masses:?}");
            let mut random = Generator::from_seed(1);
            let mut hits = vec![0.0; masses.len()];
            for _ in 0..20_000 {
                hits[density.draw(&mut random) as usize] += 1.0 / 20_000.0;
            }
            for (hit, mass) in hits.iter().zip(&masses) {
                assert!((hit - mass).abs() < 0.02, "{axis} {hits:?} {masses:?}");
            }
        }
    }

    #[test]
    fn results_make_their_neighborhood_likely() {
        let few = density("a.p=1..100", &[40, 42, 44]);
        assert!(few.mass(42) > 2.0 * few.mass(80));
        let density = density("a.p=1..100", &[36, 38, 39, 40, 41, 42, 42, 43, 44, 45, 46, 48]);
        assert!(density.mass(42) > 10.0 * density.mass(80), "more results are surer");
        assert!(density.mass(80) > 0.0, "nothing is ruled out");
    }

    #[test]
    fn good_results_are_a_share_within_bounds() {
        for (results, expected) in [(1, 1), (16, 3), (100, 15), (1_000, 25)] {
            assert_eq!(good_count(results, 0.15), expected);
        }
        assert_eq!(good_count(10, f64::NAN), 1);
    }
}

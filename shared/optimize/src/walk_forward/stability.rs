use serde::Serialize;

use crate::space::{Axis, Setting};

/// How much the chosen value of a parameter changes from fold to fold. What works for a reason keeps working nearby.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AxisStability {
    /// The parameter.
    pub name: String,
    /// The values chosen, fold by fold; nothing where no candidate had a value.
    pub values: Vec<Option<Setting>>,
    /// Number of different values.
    pub distinct: usize,
    /// From the lowest to the highest value chosen, in steps, as a share of the steps that the axis has: 0 when it is
    /// always the same, 1 when both ends were chosen. `None` for words, and for an axis of one value.
    pub spread: Option<f64>,
    /// The share of folds, from the second on, that chose the value of the fold before or one of its neighbors; for
    /// words the same value. `None` below two folds.
    pub neighbor_share: Option<f64>,
}

impl AxisStability {
    /// From the positions chosen on an axis, fold by fold.
    pub(super) fn new(axis: &Axis, positions: &[Option<u32>]) -> Self {
        let values = positions.iter().map(|position| axis.value((*position)?)).collect();
        let chosen: Vec<u32> = positions.iter().copied().flatten().collect();
        let mut distinct = chosen.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let steps = axis.count() - 1;
        let range = distinct.first().zip(distinct.last()).map(|(low, high)| high - low);
        let spread =
            range.filter(|_| axis.is_numeric() && steps > 0).map(|range| f64::from(range) / f64::from(steps));
        let reach = u32::from(axis.is_numeric());
        let pairs = chosen.iter().zip(chosen.iter().skip(1));
        let near = pairs.filter(|(before, after)| before.abs_diff(**after) <= reach).count();
        let neighbor_share = (chosen.len() > 1).then(|| near as f64 / (chosen.len() - 1) as f64);
        Self { name: axis.name(), values, distinct: distinct.len(), spread, neighbor_share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_and_neighbors() {
        let of = |axis: &str, positions: &[Option<u32>]| {
            let stability = AxisStability::new(&axis.parse().expect("an axis"), positions);
            (stability.distinct, stability.spread, stability.neighbor_share)
        };
        let numbers = [Some(2), Some(3), None, Some(3), Some(8), Some(2)];
        assert_eq!(of("a.p=1..11", &numbers), (3, Some(0.6), Some(0.5)));
        assert_eq!(of("a.p=u,v,w", &[Some(0), Some(1), Some(1)]), (2, None, Some(0.5)));
        assert_eq!(of("a.p=1..11", &[Some(4)]), (1, Some(0.0), None));
        assert_eq!(of("a.p=5,7", &[None]), (0, None, None));
        assert_eq!(of("a.p=5..5:1", &[Some(0), Some(0)]), (1, None, Some(1.0)));
    }
}

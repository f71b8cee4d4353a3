//! Ranking by several goals at once.

use std::cmp::Ordering;

use crate::objective::{MAX_GOALS, Score};

/// The positions of the scores, best first.
///
/// With one goal that is its order. With several it is that of NSGA-II: by front (what nothing dominates, then what
/// only those dominate, and so on), within a front the least crowded first. Equals keep their order.
/// Source: Deb, Pratap, Agarwal and Meyarivan 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II".
#[must_use]
pub fn order(scores: &[Score], goals: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..scores.len()).collect();
    let get = |position: usize| scores.get(position).copied().unwrap_or(Score::Undefined);
    if goals <= 1 {
        positions.sort_by(|left, right| get(*right).compare(&get(*left)));
        return positions;
    }
    let mut ordered = Vec::with_capacity(scores.len());
    for front in fronts(scores) {
        let crowding = crowding(scores, &front, goals);
        let mut members: Vec<(usize, f64)> = front.into_iter().zip(crowding).collect();
        members.sort_by(|left, right| right.1.total_cmp(&left.1));
        ordered.extend(members.into_iter().map(|(position, _)| position));
    }
    ordered
}

/// The positions by front, each in ascending order.
#[must_use]
pub fn fronts(scores: &[Score]) -> Vec<Vec<usize>> {
    // For each score how many dominate it, and whom it dominates.
    let mut dominated_by = vec![0_usize; scores.len()];
    let mut dominates = vec![Vec::new(); scores.len()];
    for (index, (score, beaten)) in scores.iter().zip(&mut dominates).enumerate() {
        for (other, (rival, count)) in scores.iter().zip(&mut dominated_by).enumerate() {
            if other != index && score.dominates(rival) {
                beaten.push(other);
                *count += 1;
            }
        }
    }
    let is_free = |(index, count): (usize, &usize)| (*count == 0).then_some(index);
    let mut front: Vec<usize> = dominated_by.iter().enumerate().filter_map(is_free).collect();
    let mut fronts = Vec::new();
    while !front.is_empty() {
        let mut next = Vec::new();
        for beaten in front.iter().filter_map(|index| dominates.get(*index)).flatten() {
            if let Some(count) = dominated_by.get_mut(*beaten) {
                *count -= 1;
                if *count == 0 {
                    next.push(*beaten);
                }
            }
        }
        next.sort_unstable();
        fronts.push(std::mem::replace(&mut front, next));
    }
    fronts
}

/// How alone each member of a front is: the sum over the goals of the distance between its neighbors, as a share of
/// the front's span; infinite for the ends.
fn crowding(scores: &[Score], front: &[usize], goals: usize) -> Vec<f64> {
    let mut crowding = vec![0.0; front.len()];
    for goal in 0..goals.min(MAX_GOALS) {
        let value = |member: usize| {
            let values = front.get(member).and_then(|index| scores.get(*index)).and_then(Score::values);
            // "Nothing was lost" is as far out as a number can be, without making differences of infinities.
            values.and_then(|values| values.get(goal)).map_or(0.0, |value| value.clamp(-FAR, FAR))
        };
        let mut members: Vec<usize> = (0..front.len()).collect();
        members.sort_by(|left, right| value(*left).total_cmp(&value(*right)));
        let (Some(first), Some(last)) = (members.first(), members.last()) else { continue };
        let span = value(*last) - value(*first);
        let mut add = |member: usize, distance: f64| {
            if let Some(cell) = crowding.get_mut(member) {
                *cell += distance;
            }
        };
        add(*first, f64::INFINITY);
        add(*last, f64::INFINITY);
        for window in members.windows(3) {
            if let [before, member, after] = window
                && span > 0.0
            {
                add(*member, (value(*after) - value(*before)) / span);
            }
        }
    }
    crowding
}

const FAR: f64 = 1e150;

/// The candidates that nothing dominates, kept while results come in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Front {
    members: Vec<(usize, Score)>,
}

impl Front {
    /// Takes a result. Of equals the first stays.
    pub fn push(&mut self, position: usize, score: Score) {
        let is_beaten = |(_, member): &(usize, Score)| {
            member.dominates(&score) || member.compare(&score) == Ordering::Equal
        };
        if !score.is_defined() || self.members.iter().any(is_beaten) {
            return;
        }
        self.members.retain(|(_, member)| !score.dominates(member));
        self.members.push((position, score));
    }

    /// The positions, in the order in which they came.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|(position, _)| *position)
    }

    /// The member that is best by the first goal.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        let better = |left: &(usize, Score), right: &(usize, Score)| right.1.compare(&left.1);
        self.members.iter().copied().min_by(better).map(|(position, _)| position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(pairs: &[(f64, f64)]) -> Vec<Score> {
        pairs.iter().map(|(first, second)| Score::Values([*first, *second, 0.0, 0.0])).collect()
    }

    #[test]
    fn fronts_are_peeled_one_by_one() {
        let mut scores = scores(&[(1.0, 1.0), (3.0, 1.0), (1.0, 3.0), (2.0, 2.0), (0.0, 0.0), (1.0, 2.5)]);
        scores.push(Score::TooFew(2));
        scores.push(Score::Undefined);
        assert_eq!(fronts(&scores), [vec![1, 2, 3], vec![5], vec![0], vec![4], vec![6], vec![7]]);
        assert_eq!(fronts(&[]), [[0; 0]; 0]);
        let mut front = Front::default();
        scores.iter().enumerate().for_each(|(index, score)| front.push(index, *score));
        assert_eq!(front.members().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(front.best(), Some(1));
    }

    #[test]
    fn the_least_crowded_come_first() {
        // One front; the ends first, then (4, 6) whose neighbors are far apart, then the close ones.
        let scores = scores(&[(0.0, 10.0), (1.0, 9.0), (2.0, 8.0), (4.0, 6.0), (10.0, 0.0)]);
        assert_eq!(order(&scores, 2), [0, 4, 3, 2, 1]);
        let infinite = super::tests::scores(&[(f64::INFINITY, 0.0), (1.0, 1.0), (0.0, 2.0)]);
        assert_eq!(order(&infinite, 2), [0, 2, 1]);
    }

    #[test]
    fn one_goal_is_its_own_order_and_equals_keep_theirs() {
        let mut scores = scores(&[(1.0, 0.0), (3.0, 0.0), (1.0, 0.0), (2.0, 0.0)]);
        scores.insert(0, Score::Undefined);
        assert_eq!(order(&scores, 1), [2, 4, 1, 3, 0]);
    }
}

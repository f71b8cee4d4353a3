//! Ranking by several goals at once.

use std::cmp::Ordering;

use crate::objective::{MAX_GOALS, Score};

/// The positions of the best scores, at most `limit`, best first.
///
/// With one goal that is its order. With several it is that of NSGA-II: by front (what nothing dominates, then what
/// only those dominate, and so on), within a front the least crowded first. Equals keep their order.
/// Source: Deb, Pratap, Agarwal and Meyarivan 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II".
#[must_use]
pub fn order(scores: &[Score], goals: usize, limit: usize) -> Vec<usize> {
    let get = |position: usize| scores.get(position).copied().unwrap_or(Score::Undefined);
    let mut rest: Vec<usize> = (0..scores.len()).collect();
    if goals <= 1 {
        rest.sort_by(|left, right| get(*right).compare(&get(*left)));
        rest.truncate(limit);
        return rest;
    }
    let mut ordered = Vec::new();
    while ordered.len() < limit && !rest.is_empty() {
        let (front, others) = peel(scores, rest);
        let crowding = crowding(scores, &front, goals);
        let mut members: Vec<(usize, f64)> = front.into_iter().zip(crowding).collect();
        members.sort_by(|left, right| right.1.total_cmp(&left.1));
        ordered.extend(members.into_iter().map(|(position, _)| position));
        rest = others;
    }
    ordered.truncate(limit);
    ordered
}

/// Parts what nothing among the positions dominates from the others; both stay in order.
///
/// Compares with the front so far only: its authors compare all with all, whose memory grows with the square.
fn peel(scores: &[Score], positions: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let dominates = |left: usize, right: usize| match (scores.get(left), scores.get(right)) {
        (Some(left), Some(right)) => left.dominates(right),
        _ => false,
    };
    let (mut front, mut others) = (Vec::<usize>::new(), Vec::new());
    for position in positions {
        if front.iter().any(|member| dominates(*member, position)) {
            others.push(position);
            continue;
        }
        front.retain(|member| {
            let stays = !dominates(position, *member);
            if !stays {
                others.push(*member);
            }
            stays
        });
        front.push(position);
    }
    others.sort_unstable();
    (front, others)
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
        let mut fronts = Vec::new();
        let mut rest: Vec<usize> = (0..scores.len()).collect();
        while !rest.is_empty() {
            let (front, others) = peel(&scores, rest);
            fronts.push(front);
            rest = others;
        }
        assert_eq!(fronts, [vec![1, 2, 3], vec![5], vec![0], vec![4], vec![6], vec![7]]);
        assert_eq!(order(&scores, 2, 5), [1, 2, 3, 5, 0], "ends of a front first");
        assert_eq!(order(&[], 2, 5), [0; 0]);
        let mut front = Front::default();
        scores.iter().enumerate().for_each(|(index, score)| front.push(index, *score));
        assert_eq!(front.members().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(front.best(), Some(1));
    }

    #[test]
    fn the_least_crowded_come_first() {
        // One front; the ends first, then (4, 6) whose neighbors are far apart, then the close ones.
        let scores = scores(&[(0.0, 10.0), (1.0, 9.0), (2.0, 8.0), (4.0, 6.0), (10.0, 0.0)]);
        assert_eq!(order(&scores, 2, 9), [0, 4, 3, 2, 1]);
        let infinite = super::tests::scores(&[(f64::INFINITY, 0.0), (1.0, 1.0), (0.0, 2.0)]);
        assert_eq!(order(&infinite, 2, 9), [0, 2, 1]);
    }

    #[test]
    fn one_goal_is_its_own_order_and_equals_keep_theirs() {
        let mut scores = scores(&[(1.0, 0.0), (3.0, 0.0), (1.0, 0.0), (2.0, 0.0)]);
        scores.insert(0, Score::Undefined);
        assert_eq!(order(&scores, 1, 9), [2, 4, 1, 3, 0]);
        assert_eq!(order(&scores, 1, 2), [2, 4]);
    }
}

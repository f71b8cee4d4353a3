//! Selected nodes in line, or at equal distances.

use crate::geometry::{Point, Rect};
use crate::scene::Slot;
use crate::sort;

/// What a selection is brought into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Left edges on that of the leftmost; the others likewise.
    Left,
    Center,
    Right,
    Top,
    Middle,
    Bottom,
    /// Equal distances between neighbors, where the first and the last stay where they are.
    Across,
    Down,
}

/// New top left corners of the nodes that move.
#[must_use]
pub fn arrange(nodes: &[(Slot, Rect)], arrangement: Arrangement) -> Vec<(Slot, Point)> {
    let Some(bounds) = nodes.iter().map(|(_, rect)| *rect).reduce(|a, b| a.union(&b)) else {
        return Vec::new();
    };
    let center = bounds.center();
    let place = |rect: &Rect| match arrangement {
        Arrangement::Left => Point::new(bounds.x, rect.y),
        Arrangement::Center => Point::new(center.x - rect.width / 2.0, rect.y),
        Arrangement::Right => Point::new(bounds.right() - rect.width, rect.y),
        Arrangement::Top => Point::new(rect.x, bounds.y),
        Arrangement::Middle => Point::new(rect.x, center.y - rect.height / 2.0),
        Arrangement::Bottom => Point::new(rect.x, bounds.bottom() - rect.height),
        Arrangement::Across | Arrangement::Down => rect.origin(),
    };
    let places: Vec<(Slot, Point)> = match arrangement {
        Arrangement::Across => {
            distribute(nodes, |rect| (rect.x, rect.width), |rect, x| Point::new(x, rect.y))
        }
        Arrangement::Down => distribute(nodes, |rect| (rect.y, rect.height), |rect, y| Point::new(rect.x, y)),
        _ => nodes.iter().map(|(slot, rect)| (*slot, place(rect))).collect(),
    };
    let moves = |(slot, place): &(Slot, Point)| {
        nodes.iter().any(|(other, rect)| other == slot && rect.origin() != *place)
    };
    places.into_iter().filter(moves).collect()
}

/// `side` gives begin and length along the axis, `at` the corner for a new begin.
fn distribute(
    nodes: &[(Slot, Rect)],
    side: impl Fn(&Rect) -> (f64, f64),
    at: impl Fn(&Rect, f64) -> Point,
) -> Vec<(Slot, Point)> {
    let middle = |rect: &Rect| side(rect).0 + side(rect).1 / 2.0;
    let middles: Vec<f64> = nodes.iter().map(|(_, rect)| middle(rect)).collect();
    let sorted = sort::positions(&middles);
    let sorted: Vec<&(Slot, Rect)> = sorted.iter().filter_map(|index| nodes.get(*index as usize)).collect();
    let (Some((_, first)), Some((_, last))) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let begin = side(first).0;
    let length: f64 = sorted.iter().map(|(_, rect)| side(rect).1).sum();
    let gaps = sorted.iter().skip(1).map(|_| 1.0).sum::<f64>().max(1.0);
    let gap = (side(last).0 + side(last).1 - begin - length) / gaps;
    let mut next = begin;
    let places = sorted.iter().map(|(slot, rect)| {
        let place = (*slot, at(rect, next));
        next += side(rect).1 + gap;
        place
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: [(Slot, Rect); 3] = [
        (4, Rect::new(300.0, 50.0, 100.0, 40.0)),
        (7, Rect::new(0.0, 0.0, 60.0, 60.0)),
        (9, Rect::new(90.0, 20.0, 80.0, 100.0)),
    ];

    fn check(arrangement: Arrangement, expected: &[(Slot, (f64, f64))]) {
        let places: Vec<_> =
            arrange(&NODES, arrangement).into_iter().map(|(slot, at)| (slot, (at.x, at.y))).collect();
        assert_eq!(places, expected, "{arrangement:?}");
    }

    #[test]
    fn edges_and_middles() {
        check(Arrangement::Left, &[(4, (0.0, 50.0)), (9, (0.0, 20.0))]);
        check(Arrangement::Center, &[(4, (150.0, 50.0)), (7, (170.0, 0.0)), (9, (160.0, 20.0))]);
        check(Arrangement::Right, &[(7, (340.0, 0.0)), (9, (320.0, 20.0))]);
        check(Arrangement::Top, &[(4, (300.0, 0.0)), (9, (90.0, 0.0))]);
        check(Arrangement::Middle, &[(4, (300.0, 40.0)), (7, (0.0, 30.0)), (9, (90.0, 10.0))]);
        check(Arrangement::Bottom, &[(4, (300.0, 80.0)), (7, (0.0, 60.0))]);
    }

    #[test]
    fn equal_distances() {
        check(Arrangement::Across, &[(9, (140.0, 20.0))]);
        // There are 120 pixels for heights of 60, 40 and 100 in this order: each overlaps the next by 40.
        check(Arrangement::Down, &[(4, (300.0, 20.0))]);
        assert!(arrange(&NODES[..1], Arrangement::Across).is_empty());
        assert!(arrange(&[], Arrangement::Left).is_empty());
    }
}

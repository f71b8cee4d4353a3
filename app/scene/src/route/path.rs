//! The line of a wire, and questions about it.

use crate::geometry::{Point, Rect};

/// Straight pieces that a curved span is replaced by for hit tests and the index.
const PIECES: u32 = 12;

/// A polyline, or a chain of cubic curves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    points: Vec<Point>,
    curved: bool,
    bounds: Rect,
}

/// Where on a path something is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    pub distance: f64,
    /// Share of the path's length before it, 0 to 1.
    pub t: f64,
    pub point: Point,
}

impl Path {
    /// Corners of a polyline; or start, two control points, end, two control points, end, ... of cubic curves.
    /// Empty when an end of the wire does not exist.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    #[must_use]
    pub const fn is_curved(&self) -> bool {
        self.curved
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    #[must_use]
    pub const fn bounds(&self) -> Rect {
        self.bounds
    }

    /// Straight pieces from start to end; those of a polyline are exact.
    pub fn pieces(&self) -> impl Iterator<Item = (Point, Point)> {
        let straight = if self.curved { &[] } else { self.points.as_slice() };
        let cubics = if self.curved { self.points.as_slice() } else { &[] };
        let straight = straight.iter().zip(straight.iter().skip(1)).map(|(a, b)| (*a, *b));
        let curved = cubics.windows(4).step_by(3).flat_map(|cubic| {
            (0..PIECES).map(move |piece| {
                let at = |piece: u32| on_cubic(cubic, f64::from(piece) / f64::from(PIECES));
                (at(piece), at(piece + 1))
            })
        });
        straight.chain(curved)
    }

    #[must_use]
    pub fn length(&self) -> f64 {
        self.pieces().map(|(a, b)| a.distance(b)).sum()
    }

    /// The point before which lies the share `t` of the length.
    #[must_use]
    pub fn at(&self, t: f64) -> Point {
        let mut left = self.length() * t.clamp(0.0, 1.0);
        for (a, b) in self.pieces() {
            let length = a.distance(b);
            if length >= left && length > 0.0 {
                return a.toward(b, left / length);
            }
            left -= length;
        }
        self.points.last().copied().unwrap_or_default()
    }

    /// The middle of the longest level piece, where a label reads best; for a curve the middle of its length.
    #[must_use]
    pub fn label_point(&self) -> Point {
        if self.curved {
            return self.at(0.5);
        }
        let level =
            |(a, b): &(Point, Point)| if (a.y - b.y).abs() < 1.0e-6 { (a.x - b.x).abs() } else { 0.0 };
        let longest = self.pieces().max_by(|a, b| level(a).total_cmp(&level(b)));
        longest.map_or_else(Point::default, |(a, b)| a.toward(b, 0.5))
    }

    /// The place on the path that is nearest to `point`; `None` if the path is empty.
    #[must_use]
    pub fn nearest(&self, point: Point) -> Option<Nearest> {
        let mut best: Option<Nearest> = None;
        let mut before = 0.0;
        for (a, b) in self.pieces() {
            let length = a.distance(b);
            let along = nearest_share(a, b, point);
            let on = a.toward(b, along);
            let distance = on.distance(point);
            if best.is_none_or(|best| distance < best.distance) {
                best = Some(Nearest { distance, t: before + length * along, point: on });
            }
            before += length;
        }
        best.map(|nearest| Nearest { t: if before > 0.0 { nearest.t / before } else { 0.0 }, ..nearest })
    }

    /// Whether a straight line meets the path.
    #[must_use]
    pub fn meets(&self, a: Point, b: Point) -> bool {
        self.pieces().any(|(c, d)| segments_meet(a, b, c, d))
    }

    pub(crate) fn clear(&mut self) {
        self.points.clear();
        self.curved = false;
        self.bounds = Rect::default();
    }

    /// Begins a polyline or curves at `start`.
    pub(crate) fn begin(&mut self, start: Point, curved: bool) {
        self.clear();
        self.curved = curved;
        self.points.push(start);
    }

    /// Goes on to a corner. Corners that do not turn are dropped.
    pub(crate) fn line_to(&mut self, corner: Point) {
        while let Some([before, last]) = self.points.last_chunk::<2>()
            && !turns(*before, *last, corner)
        {
            self.points.pop();
        }
        if self.points.last() != Some(&corner) {
            self.points.push(corner);
        }
    }

    pub(crate) fn shift(&mut self, by: Point) {
        if self.is_empty() {
            return;
        }
        for point in &mut self.points {
            *point = *point + by;
        }
        self.bounds = self.bounds.moved_to(self.bounds.origin() + by);
    }

    pub(crate) fn curve_to(&mut self, first: Point, second: Point, end: Point) {
        self.points.extend([first, second, end]);
    }

    /// To be called after the last corner. A path has at least a start and an end.
    pub(crate) fn finish(&mut self) {
        if let [only] = *self.points {
            self.points.push(only);
        }
        let mut points = self.pieces().flat_map(|(a, b)| [a, b]);
        let Some(first) = points.next() else { return };
        let (mut low, mut high) = (first, first);
        for point in points {
            low = Point::new(low.x.min(point.x), low.y.min(point.y));
            high = Point::new(high.x.max(point.x), high.y.max(point.y));
        }
        self.bounds = Rect::between(low, high);
    }
}

/// Whether a way over `b` is not the same as one from `a` to `c` on a level or upright line. A way back along itself
/// does turn.
fn turns(a: Point, b: Point, c: Point) -> bool {
    let same = |a: f64, b: f64| (a - b).abs() < 1.0e-9;
    let between = |a: f64, b: f64, c: f64| (b - a) * (c - b) >= 0.0;
    let level = same(a.y, b.y) && same(b.y, c.y) && between(a.x, b.x, c.x);
    let upright = same(a.x, b.x) && same(b.x, c.x) && between(a.y, b.y, c.y);
    !level && !upright
}

fn on_cubic(cubic: &[Point], t: f64) -> Point {
    let [a, b, c, d] = *cubic else { return Point::default() };
    let (ab, bc, cd) = (a.toward(b, t), b.toward(c, t), c.toward(d, t));
    ab.toward(bc, t).toward(bc.toward(cd, t), t)
}

/// Share of the way from `a` to `b` at which the line is nearest to `point`.
fn nearest_share(a: Point, b: Point, point: Point) -> f64 {
    let (way, to) = (b - a, point - a);
    let square = way.x * way.x + way.y * way.y;
    if square > 0.0 { ((to.x * way.x + to.y * way.y) / square).clamp(0.0, 1.0) } else { 0.0 }
}

fn segments_meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let turn = |o: Point, p: Point, q: Point| (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x);
    let on = |o: Point, p: Point, q: Point, turn: f64| turn.abs() < 1.0e-9 && Rect::between(o, p).contains(q);
    let (abc, abd, cda, cdb) = (turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b));
    (abc * abd < 0.0 && cda * cdb < 0.0)
        || on(a, b, c, abc)
        || on(a, b, d, abd)
        || on(c, d, a, cda)
        || on(c, d, b, cdb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(points: &[(f64, f64)]) -> Path {
        let mut path = Path::default();
        let mut points = points.iter().map(|(x, y)| Point::new(*x, *y));
        path.begin(points.next().unwrap(), false);
        points.for_each(|point| path.line_to(point));
        path.finish();
        path
    }

    #[test]
    fn corners_that_do_not_turn_are_dropped() {
        let path = path(&[(0.0, 0.0), (5.0, 0.0), (5.0, 0.0), (9.0, 0.0), (9.0, 4.0), (9.0, 8.0)]);
        assert_eq!(path.points(), [Point::new(0.0, 0.0), Point::new(9.0, 0.0), Point::new(9.0, 8.0)]);
        assert_eq!(path.bounds(), Rect::new(0.0, 0.0, 9.0, 8.0));
    }

    #[test]
    fn places_are_shares_of_the_length() {
        let path = path(&[(0.0, 0.0), (10.0, 0.0), (10.0, 30.0)]);
        assert_eq!(path.at(0.5), Point::new(10.0, 10.0));
        let nearest = path.nearest(Point::new(13.0, 20.0)).unwrap();
        assert!((nearest.distance - 3.0).abs() < 1.0e-9 && (nearest.t - 0.75).abs() < 1.0e-9);
    }

    #[test]
    fn a_wire_of_no_length_has_a_place() {
        let path = path(&[(3.0, 3.0)]);
        assert_eq!(path.at(0.3), Point::new(3.0, 3.0));
        assert!((path.nearest(Point::new(3.0, 7.0)).unwrap().distance - 4.0).abs() < 1.0e-9);
    }

    #[test]
    fn a_line_meets_what_it_crosses_or_touches() {
        let path = path(&[(0.0, 0.0), (10.0, 0.0)]);
        let meets = |a: (f64, f64), b: (f64, f64)| path.meets(Point::new(a.0, a.1), Point::new(b.0, b.1));
        assert!(meets((5.0, -1.0), (6.0, 1.0)));
        assert!(meets((5.0, -1.0), (5.0, 0.0)));
        assert!(!meets((5.0, 1.0), (6.0, 2.0)));
        assert!(!meets((11.0, -1.0), (11.0, 1.0)));
        assert!(meets((10.0, 0.0), (12.0, 0.0)));
    }

    #[test]
    fn a_curve_lies_in_its_bounds() {
        let mut path = Path::default();
        path.begin(Point::new(0.0, 0.0), true);
        path.curve_to(Point::new(50.0, 0.0), Point::new(-50.0, 100.0), Point::new(0.0, 100.0));
        path.finish();
        let bounds = path.bounds();
        assert!(path.pieces().all(|(a, b)| bounds.contains(a) && bounds.contains(b)));
        assert!(path.at(0.5).distance(Point::new(0.0, 50.0)) < 1.0e-6);
    }
}

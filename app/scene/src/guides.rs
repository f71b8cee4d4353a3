//! Snapping while nodes are dragged: to the edges and middles of other nodes, to equal distances, to the grid.

use crate::geometry::{Point, Rect};
use crate::scene::{Scene, Slot, Visible};

/// Nodes beyond this many are not compared with; those with the lowest places come first.
const LIMIT: usize = 400;

/// A line that shows why something snapped: level or upright, in world pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guide {
    pub from: Point,
    pub to: Point,
    pub kind: GuideKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideKind {
    /// Along edges or middles in one line.
    Align,
    /// Across a distance that is equal to another.
    Gap,
}

/// What to snap to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapping {
    /// Multiples of this, world pixels; 0 for none. Only where nothing else is near.
    pub grid: f64,
    /// How near an edge has to be, world pixels; 0 for no alignment.
    pub radius: f64,
}

impl Default for Snapping {
    fn default() -> Self {
        Self { grid: 10.0, radius: 6.0 }
    }
}

/// Snaps, and keeps the memory that this takes.
#[derive(Clone, Debug, Default)]
pub struct Snapper {
    visible: Visible,
    others: Vec<Rect>,
    guides: Vec<Guide>,
}

/// Which coordinates a computation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    X,
    Y,
}

/// A rectangle along one axis: begin, end, and its extent across.
#[derive(Clone, Copy, Debug)]
struct Side {
    begin: f64,
    end: f64,
    low: f64,
    high: f64,
}

impl Snapper {
    /// Where the top left corner of `dragged`, the box around the nodes `moving`, should be. Compares with the cards
    /// that touch `seen`, usually what the camera shows.
    pub fn snap(
        &mut self,
        scene: &Scene,
        moving: &[Slot],
        dragged: &Rect,
        seen: &Rect,
        snapping: Snapping,
    ) -> Point {
        self.others.clear();
        if snapping.radius > 0.0 {
            scene.visible_nodes(seen, &mut self.visible);
            let cards = self.visible.nodes.iter().filter(|slot| !moving.contains(slot));
            let rects = cards.filter_map(|slot| scene.node(*slot)).filter(|node| !node.is_frame());
            self.others.extend(rects.map(|node| node.rect).take(LIMIT));
        }
        let grid = dragged.origin().snapped(snapping.grid);
        let shift = |axis| shift(&self.others, dragged, axis, snapping.radius);
        let origin = Point::new(
            shift(Axis::X).map_or(grid.x, |by| dragged.x + by),
            shift(Axis::Y).map_or(grid.y, |by| dragged.y + by),
        );
        self.guides.clear();
        let placed = dragged.moved_to(origin);
        for axis in [Axis::X, Axis::Y] {
            align_guides(&self.others, &placed, axis, &mut self.guides);
            gap_guides(&self.others, &placed, axis, &mut self.guides);
        }
        origin
    }

    /// Lines for what the last snap came to lie in line with.
    #[must_use]
    pub fn guides(&self) -> &[Guide] {
        &self.guides
    }
}

impl Axis {
    fn side(self, rect: &Rect) -> Side {
        match self {
            Self::X => Side { begin: rect.x, end: rect.right(), low: rect.y, high: rect.bottom() },
            Self::Y => Side { begin: rect.y, end: rect.bottom(), low: rect.x, high: rect.right() },
        }
    }

    fn point(self, along: f64, across: f64) -> Point {
        match self {
            Self::X => Point::new(along, across),
            Self::Y => Point::new(across, along),
        }
    }
}

impl Side {
    /// Begin, middle, end.
    fn lines(&self) -> [f64; 3] {
        [self.begin, (self.begin + self.end) / 2.0, self.end]
    }

    fn shares_band(&self, other: &Self) -> bool {
        self.low < other.high && other.low < self.high
    }
}

/// The smallest move along an axis that puts the rectangle in line with another, or at an equal distance.
fn shift(others: &[Rect], dragged: &Rect, axis: Axis, radius: f64) -> Option<f64> {
    let mine = axis.side(dragged);
    let lines = others.iter().flat_map(|other| {
        let theirs = axis.side(other).lines();
        mine.lines().into_iter().flat_map(move |line| theirs.map(|other| other - line))
    });
    let gaps = neighbors(others, &mine, axis).and_then(|(before, after)| {
        equal_gaps(&mine, before, after).into_iter().flatten().min_by(|a, b| a.abs().total_cmp(&b.abs()))
    });
    let best = lines.chain(gaps).filter(|by| by.abs() <= radius);
    best.min_by(|a, b| a.abs().total_cmp(&b.abs()).then(a.total_cmp(b)))
}

/// Up to two neighbors in the same band on each side, the nearest first.
type Neighbors = ([Option<Side>; 2], [Option<Side>; 2]);

fn neighbors(others: &[Rect], mine: &Side, axis: Axis) -> Option<Neighbors> {
    let middle = |side: &Side| (side.begin + side.end) / 2.0;
    let (mut before, mut after): Neighbors = Default::default();
    for other in others.iter().map(|other| axis.side(other)).filter(|other| other.shares_band(mine)) {
        if middle(&other) < middle(mine) {
            keep(&mut before, other, |side| -side.end);
        } else {
            keep(&mut after, other, |side| side.begin);
        }
    }
    (before[0].is_some() || after[0].is_some()).then_some((before, after))
}

/// Keeps the two with the smallest keys.
fn keep(kept: &mut [Option<Side>; 2], side: Side, key: impl Fn(&Side) -> f64) {
    let [first, second] = kept;
    if first.as_ref().is_none_or(|first| key(&side) < key(first)) {
        *second = first.replace(side);
    } else if second.as_ref().is_none_or(|second| key(&side) < key(second)) {
        *second = Some(side);
    }
}

/// Moves that make the distance to a neighbor equal to that neighbor's distance to the next, or that put the
/// rectangle in the middle between two.
fn equal_gaps(mine: &Side, before: [Option<Side>; 2], after: [Option<Side>; 2]) -> [Option<f64>; 3] {
    let positive = |gap: f64| (gap > 0.0).then_some(gap);
    let behind = before[0]
        .zip(before[1])
        .and_then(|(near, far)| positive(near.begin - far.end).map(|gap| near.end + gap - mine.begin));
    let ahead = after[0]
        .zip(after[1])
        .and_then(|(near, far)| positive(far.begin - near.end).map(|gap| near.begin - gap - mine.end));
    let between = before[0].zip(after[0]).and_then(|(left, right)| {
        let room = right.begin - left.end - (mine.end - mine.begin);
        positive(room).map(|room| left.end + room / 2.0 - mine.begin)
    });
    [behind, ahead, between]
}

/// Coordinates that differ by less than this are in one line.
const SAME: f64 = 0.01;

/// One guide for each of begin, middle and end that is in line with others, over all that are.
fn align_guides(others: &[Rect], placed: &Rect, axis: Axis, guides: &mut Vec<Guide>) {
    let mine = axis.side(placed);
    for line in mine.lines() {
        let in_line = others.iter().map(|other| axis.side(other));
        let in_line = in_line.filter(|other| other.lines().iter().any(|other| (other - line).abs() < SAME));
        let extent = in_line.fold(None, |extent: Option<(f64, f64)>, other| {
            let (low, high) = extent.unwrap_or((mine.low, mine.high));
            Some((low.min(other.low), high.max(other.high)))
        });
        if let Some((low, high)) = extent {
            let (from, to) = (axis.point(line, low), axis.point(line, high));
            guides.push(Guide { from, to, kind: GuideKind::Align });
        }
    }
}

/// The equal distances on both sides of a neighbor, or of the rectangle itself.
fn gap_guides(others: &[Rect], placed: &Rect, axis: Axis, guides: &mut Vec<Guide>) {
    let mine = axis.side(placed);
    let Some((before, after)) = neighbors(others, &mine, axis) else { return };
    let still = |by: &Option<f64>| by.is_some_and(|by| by.abs() < SAME);
    let [behind, ahead, between] = equal_gaps(&mine, before, after);
    let mut across = |a: Side, b: Side| {
        let height = (a.low.max(b.low) + a.high.min(b.high)) / 2.0;
        let (from, to) = (axis.point(a.end, height), axis.point(b.begin, height));
        guides.push(Guide { from, to, kind: GuideKind::Gap });
    };
    if let (true, [Some(near), Some(far)]) = (still(&behind), before) {
        across(far, near);
        across(near, mine);
    }
    if let (true, [Some(near), Some(far)]) = (still(&ahead), after) {
        across(mine, near);
        across(near, far);
    }
    if let (true, Some(left), Some(right)) = (still(&between), before[0], after[0]) {
        across(left, mine);
        across(mine, right);
    }
}

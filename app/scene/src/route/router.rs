//! Routes round nodes.

use super::search::{Search, inside};
use super::{LANE, LANES, Path, STUB, Span, cheap, spans};
use crate::geometry::{Point, Rect};
use crate::scene::Slot;
use crate::seen::Seen;
use crate::sort;

/// What is tried in turn: tight places, then long ways round.
const ATTEMPTS: [Attempt; 3] = [
    Attempt { room: 10.0, stub: STUB, reach: 200.0 },
    Attempt { room: 2.0, stub: 6.0, reach: 200.0 },
    Attempt { room: 10.0, stub: STUB, reach: 1500.0 },
];

/// Distances in world pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Attempt {
    /// Kept to nodes.
    room: f64,
    /// The shortest way out of a port.
    stub: f64,
    /// How far around the ends a wire may go.
    reach: f64,
}

/// A corridor with more nodes than this is not looked through.
const MAX_OBSTACLES: usize = 3000;

/// So many nodes at a port are a heap.
const MAX_BURIED: usize = 64;

/// Level channels that are tried, the best first.
const CHANNELS: usize = 12;

impl Attempt {
    /// Where a wire may first turn, and where it has to have turned last.
    fn ends(&self, span: &Span) -> (Point, Point) {
        let leave = if span.out { span.from.x + self.stub } else { span.from.x };
        let enter = if span.into { span.to.x - self.stub } else { span.to.x };
        (Point::new(leave, span.from.y), Point::new(enter, span.to.y))
    }

    /// Whether a node leaves no room for an end: asked first, as it costs less than looking at the whole corridor.
    fn is_blocked(&self, nodes: &Nodes<'_>, end: Point) -> bool {
        let mut blocked = false;
        nodes(&Rect::between(end, end).grown(self.room), &mut |_, rect| {
            blocked |= inside(&rect.grown(self.room), end);
        });
        blocked
    }
}

/// Calls back with each node that overlaps a rectangle, in any order and perhaps repeatedly.
pub(crate) type Nodes<'a> = dyn Fn(&Rect, &mut dyn FnMut(Slot, &Rect)) + 'a;

/// Finds routes, one at a time. Keeps its memory.
#[derive(Debug, Default)]
pub(crate) struct Router {
    path: Path,
    seen: Seen,
    obstacles: Vec<Rect>,
    /// The same with the room kept to them.
    blocks: Vec<Rect>,
    gaps: Vec<(f64, f64)>,
    channels: Vec<(f64, f64)>,
    corners: Vec<Point>,
    search: Search,
}

impl Router {
    pub(crate) const fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn path_mut(&mut self) -> &mut Path {
        &mut self.path
    }

    /// Finds a path over `points`. Returns the region that was looked at: nodes elsewhere make no difference.
    pub(crate) fn route(&mut self, nodes: &Nodes<'_>, points: &[Point], lane: f64) -> Rect {
        let Some(start) = points.first() else {
            self.path.clear();
            return Rect::default();
        };
        let mut examined = around(*start);
        self.path.begin(*start, false);
        for span in spans(points) {
            examined = examined.union(&around(span.to));
            let mut corridor = None;
            let buried = [span.from, span.to].into_iter().any(|end| is_buried(nodes, end));
            let found = !buried
                && ATTEMPTS.iter().any(|attempt| {
                    let (leave, enter) = attempt.ends(&span);
                    if attempt.is_blocked(nodes, leave) || attempt.is_blocked(nodes, enter) {
                        examined = examined.union(&Rect::between(leave, enter).grown(attempt.room));
                        return false;
                    }
                    let area = corridor_of(&span, attempt.reach);
                    if corridor.replace(area) != Some(area) {
                        self.look(nodes, &area);
                        examined = examined.union(&area);
                    }
                    self.obstacles.len() <= MAX_OBSTACLES && self.attempt(&span, lane, &area, attempt)
                });
            if !found {
                cheap::steps(&span, lane, &mut self.path);
            }
        }
        self.path.finish();
        examined
    }

    /// Lists the nodes of a corridor, in any order: what follows must not depend on it.
    fn look(&mut self, nodes: &Nodes<'_>, corridor: &Rect) {
        self.obstacles.clear();
        self.seen.begin();
        nodes(corridor, &mut |slot, rect| {
            if self.seen.is_first(slot) {
                self.obstacles.push(*rect);
            }
        });
    }

    /// Appends a free route of one span to the path, if there is one.
    fn attempt(&mut self, span: &Span, lane: f64, corridor: &Rect, attempt: &Attempt) -> bool {
        self.blocks.clear();
        self.blocks.extend(self.obstacles.iter().map(|rect| rect.grown(attempt.room)));
        let (leave, enter) = attempt.ends(span);
        self.corners.clear();
        let found = self.with_one_upright(span, leave, enter, lane)
            || self.with_channel(leave, enter, lane, corridor)
            || self.search.run(
                &self.blocks,
                corridor,
                span,
                (leave, enter),
                &self.channels,
                &mut self.corners,
            );
        if found {
            for corner in &self.corners {
                self.path.line_to(*corner);
            }
            self.path.line_to(span.to);
        }
        found
    }

    /// Level, upright, level: where the ends would like it best, or near one of them.
    fn with_one_upright(&mut self, span: &Span, leave: Point, enter: Point, lane: f64) -> bool {
        if leave.x > enter.x && (span.out || span.into) {
            return false;
        }
        let aside = (lane + LANE * f64::from(LANES)).min((enter.x - leave.x).abs());
        let xs = [cheap::upright(leave.x, enter.x, lane), leave.x + aside, enter.x - aside];
        let free = xs.into_iter().find(|x| {
            let (a, b) = (Point::new(*x, leave.y), Point::new(*x, enter.y));
            self.is_free(a, b) && self.is_free(leave, a) && self.is_free(b, enter)
        });
        if let Some(x) = free {
            self.corners.extend([Point::new(x, leave.y), Point::new(x, enter.y)]);
        }
        free.is_some()
    }

    /// Upright near the start, level through a channel that is free all along, upright near the end.
    fn with_channel(&mut self, leave: Point, enter: Point, lane: f64, corridor: &Rect) -> bool {
        let aside = (lane + LANE * f64::from(LANES)) / 2.0;
        // Loops turn in the ports' own columns, where nothing but the stubs has room.
        let forward = leave.x + 2.0 * aside <= enter.x;
        let (left, right) = if forward { (leave.x + aside, enter.x - aside) } else { (leave.x, enter.x) };
        self.find_channels(left.min(right), left.max(right), (leave.y, enter.y), lane, corridor);
        let free = self.channels.iter().take(CHANNELS).map(|(_, y)| *y).find(|y| {
            let (a, b) = (Point::new(left, *y), Point::new(right, *y));
            let (a_end, b_end) = (Point::new(left, leave.y), Point::new(right, enter.y));
            self.is_free(a_end, a)
                && self.is_free(b, b_end)
                && self.is_free(leave, a_end)
                && self.is_free(b_end, enter)
        });
        if let Some(y) = free {
            let corners = [(left, leave.y), (left, y), (right, y), (right, enter.y)];
            self.corners.extend(corners.map(|(x, y)| Point::new(x, y)));
        }
        free.is_some()
    }

    /// Heights at which nothing is in the way between two columns, with what the detour costs, the cheapest first.
    fn find_channels(&mut self, left: f64, right: f64, ends: (f64, f64), lane: f64, corridor: &Rect) {
        self.gaps.clear();
        let across = |block: &&Rect| block.x < right && left < block.right();
        self.gaps.extend(self.blocks.iter().filter(across).map(|block| (block.y, block.bottom())));
        sort::pairs(&mut self.gaps);
        self.channels.clear();
        let middle = (ends.0 + ends.1) / 2.0;
        let mut top = corridor.y;
        for (begin, end) in self.gaps.iter().copied().chain([(corridor.bottom(), f64::INFINITY)]) {
            if begin >= top {
                // The lane keeps wires apart that take the same channel; a narrow one has less room for it.
                let wanted = middle.clamp(top, begin);
                let spread = ((begin - top) / 2.0).min(LANE * f64::from(LANES));
                let y = (wanted + lane).clamp(top, begin).clamp(wanted - spread, wanted + spread);
                self.channels.push(((y - ends.0).abs() + (y - ends.1).abs(), y));
            }
            top = top.max(end);
        }
        sort::pairs(&mut self.channels);
    }

    /// Whether a level or upright line keeps out of all blocks; running along an edge is fine.
    fn is_free(&self, a: Point, b: Point) -> bool {
        let line = Rect::between(a, b);
        self.blocks.iter().all(|block| !crosses(block, &line))
    }
}

/// Whether a line, as a rectangle without width, goes through the inside of a block.
pub(super) fn crosses(block: &Rect, line: &Rect) -> bool {
    line.x < block.right() && block.x < line.right() && line.y < block.bottom() && block.y < line.bottom()
        || line.width <= 0.0
            && block.x < line.x
            && line.x < block.right()
            && line.y < block.bottom()
            && block.y < line.bottom()
        || line.height <= 0.0
            && block.y < line.y
            && line.y < block.bottom()
            && line.x < block.right()
            && block.x < line.right()
}

/// Whether an end lies among so many nodes that there is no use in looking for a way: after a paste thousands may lie
/// upon each other, and then every wire would have to look at all of them.
fn is_buried(nodes: &Nodes<'_>, end: Point) -> bool {
    let mut count = 0;
    nodes(&around(end), &mut |_, _| count += 1);
    count > MAX_BURIED
}

/// The region that decides whether an end is buried.
fn around(end: Point) -> Rect {
    Rect::between(end, end).grown(1.0)
}

fn corridor_of(span: &Span, reach: f64) -> Rect {
    let (leave, enter) = span.stubs();
    let ends = Rect::between(span.from, span.to);
    ends.union(&Rect::between(Point::new(leave, span.from.y), Point::new(enter, span.to.y))).grown(reach)
}

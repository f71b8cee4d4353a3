//! Lines of wires.
//!
//! [`cheap`] looks at the ends only. The [`Router`] goes round nodes: it tries the plain shapes first, then looks for
//! a free channel, then searches; what it costs is bounded per wire, and what it decides depends on nothing but the
//! nodes in the region that it reports, so that a scene knows which wires a moved node concerns.

pub(crate) mod cheap;
mod path;
mod router;
mod search;

pub use path::{Nearest, Path};
pub(crate) use router::Router;

use crate::geometry::Point;

/// How wires run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WireStyle {
    /// Level and upright, going round nodes.
    #[default]
    Orthogonal,
    /// Level and upright, straight to the end.
    Step,
    /// Cubic curves.
    Curve,
}

/// How far a wire runs straight out of a port, world pixels.
pub(crate) const STUB: f64 = 20.0;

/// Distances of parallel wires in one corridor, world pixels.
const LANE: f64 = 6.0;

/// Lanes on each side of the middle.
const LANES: u32 = 3;

/// The offset of the wires that leave one output: they share a lane, others mostly have another.
pub(crate) fn lane(node: u32, port: u16) -> f64 {
    let mixed = node.wrapping_mul(0x9e37_79b1).wrapping_add(u32::from(port).wrapping_mul(0x85eb_ca6b));
    let lane = (mixed >> 16) % (2 * LANES + 1);
    (f64::from(lane) - f64::from(LANES)) * LANE
}

/// A part of a wire between two fixed points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) from: Point,
    pub(crate) to: Point,
    /// Begins at an output, and so leaves to the right.
    pub(crate) out: bool,
    /// Ends at an input, and so arrives from the left.
    pub(crate) into: bool,
}

impl Span {
    /// Where it may first turn, and where it has to have turned last.
    pub(crate) fn stubs(&self) -> (f64, f64) {
        let leave = if self.out { self.from.x + STUB } else { self.from.x };
        let enter = if self.into { self.to.x - STUB } else { self.to.x };
        (leave, enter)
    }
}

/// The spans over start, reroute points and end.
pub(crate) fn spans(points: &[Point]) -> impl Iterator<Item = Span> {
    let last = points.len().saturating_sub(2);
    points.iter().zip(points.iter().skip(1)).enumerate().map(move |(index, (from, to))| Span {
        from: *from,
        to: *to,
        out: index == 0,
        into: index == last,
    })
}

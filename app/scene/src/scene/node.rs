//! What a scene is made of: boxes with ports, wires, and how they stand out.

use std::ops::{BitOr, BitOrAssign};

use crate::geometry::{Point, Rect};

/// Names a node or a wire of a scene: a small number that its caller chooses and may use again.
pub type Slot = u32;

/// A box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    pub rect: Rect,
    pub kind: NodeKind,
    pub title: String,
    /// Height of the part that carries the title, from the top.
    pub header: f64,
    /// Color class of the header; see [`Ink::class`](crate::Ink::class).
    pub color: u8,
    /// Ports on the left edge.
    pub inputs: Vec<Port>,
    /// Ports on the right edge.
    pub outputs: Vec<Port>,
    pub flags: Flags,
    /// Higher is nearer; equal ones stack by slot. Frames are behind all cards whatever this says.
    pub z: i32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodeKind {
    /// Wires go round it.
    #[default]
    Card,
    /// Lies behind wires and cards and is empty inside: only its header and its edges can be hit.
    Frame,
}

/// Where wires end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Port {
    /// From the top of the node, world pixels.
    pub y: f64,
    /// Color class.
    pub color: u8,
}

/// A port of a node, counted from 0 among the inputs or the outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    pub node: Slot,
    pub port: u16,
}

/// Which of a node's ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Input,
    Output,
}

/// From an output to an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wire {
    pub from: End,
    pub to: End,
    /// Color class.
    pub color: u8,
    /// Points that it passes through, in order.
    pub reroutes: Vec<Point>,
    pub flags: Flags,
}

/// How a node or a wire stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u8);

impl Flags {
    pub const NONE: Self = Self(0);
    pub const SELECTED: Self = Self(1);
    /// Takes no part in the result: drawn faded.
    pub const MUTED: Self = Self(2);
    pub const ERROR: Self = Self(4);
    /// On the path that is true at the bar that is looked at.
    pub const FIRED: Self = Self(8);
    pub const HOVERED: Self = Self(16);

    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// With `other` set or cleared.
    #[must_use]
    pub const fn with(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { Self(self.0 & !other.0) }
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Node {
    /// Where a wire meets a port. A port that does not exist is in the middle of the header, so that wires of a
    /// collapsed or unknown node still end somewhere.
    #[must_use]
    pub fn port(&self, side: Side, port: u16) -> Point {
        let (ports, x) = match side {
            Side::Input => (&self.inputs, self.rect.x),
            Side::Output => (&self.outputs, self.rect.right()),
        };
        let y = ports.get(usize::from(port)).map_or(self.header / 2.0, |port| port.y);
        Point::new(x, self.rect.y + y)
    }

    /// Each port with its side, its number and its place.
    pub fn ports(&self) -> impl Iterator<Item = (Side, u16, Point)> {
        let side = |side: Side, ports: &[Port]| {
            (0..).take(ports.len()).map(move |port: u16| (side, port, self.port(side, port)))
        };
        side(Side::Input, &self.inputs).chain(side(Side::Output, &self.outputs))
    }

    /// What it covers when drawn, with ports and the frame of a selection.
    #[must_use]
    pub fn painted(&self) -> Rect {
        self.rect.grown(Self::HALO)
    }

    /// How far a drawing of a node may reach over its rectangle, world pixels.
    pub const HALO: f64 = 8.0;

    pub(crate) fn is_frame(&self) -> bool {
        self.kind == NodeKind::Frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_does_not_exist_is_in_the_header() {
        let node = Node { rect: Rect::new(10.0, 20.0, 100.0, 80.0), header: 30.0, ..Node::default() };
        assert_eq!(node.port(Side::Output, 3), Point::new(110.0, 35.0));
    }

    #[test]
    fn flags_are_set_and_cleared() {
        let flags = Flags::SELECTED | Flags::ERROR;
        assert!(flags.contains(Flags::ERROR));
        assert_eq!(flags.with(Flags::ERROR, false).with(Flags::MUTED, true), Flags::SELECTED | Flags::MUTED);
    }
}

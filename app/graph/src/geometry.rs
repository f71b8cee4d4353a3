//! How large a node is and where its ports are: one answer for the cards, the canvas and the layout.
//!
//! A card is a header and rows: an output each, then parameters without an input of their own, then an input each,
//! whose parameter is edited in its row. Lengths are CSS px at zoom 1.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Kind, ParamKind, Role};
use crate::port::Side;

/// The canvas' grid.
pub const GRID_PX: f64 = 10.0;
/// The width of a node.
pub const NODE_WIDTH_PX: f64 = 200.0;
/// The height of a node's title.
pub const HEADER_PX: f64 = 28.0;
/// The height of a row.
pub const ROW_PX: f64 = 22.0;
/// Below the last row.
pub const FOOT_PX: f64 = 8.0;
/// A frame of which the document says no size.
pub const FRAME_SIZE: Size = Size { width: 400.0, height: 240.0 };
/// A comment of which the document says no size.
pub const COMMENT_SIZE: Size = Size { width: 200.0, height: 100.0 };

/// A place on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A size on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A rectangle on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Its left upper corner.
    pub min: Point,
    /// Its size.
    pub size: Size,
}

/// A row of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The output of this index.
    Output(usize),
    /// The parameter of this index, which no input takes the place of.
    Param(usize),
    /// The input of this index, and the parameter that stands in while nothing is wired.
    Input(usize, Option<usize>),
}

impl Point {
    /// A place.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// This place, moved.
    #[must_use]
    pub fn plus(self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy }
    }

    /// The nearest crossing of the grid.
    #[must_use]
    pub fn snapped(self) -> Self {
        let snap = |value: f64| (value / GRID_PX).round() * GRID_PX + 0.0;
        Self { x: snap(self.x), y: snap(self.y) }
    }
}

impl Rect {
    /// A rectangle.
    #[must_use]
    pub const fn new(min: Point, size: Size) -> Self {
        Self { min, size }
    }

    /// Its right lower corner.
    #[must_use]
    pub fn max(self) -> Point {
        self.min.plus(self.size.width, self.size.height)
    }

    /// Its middle.
    #[must_use]
    pub fn center(self) -> Point {
        self.min.plus(self.size.width / 2.0, self.size.height / 2.0)
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let min = Point { x: self.min.x.min(other.min.x), y: self.min.y.min(other.min.y) };
        let (a, b) = (self.max(), other.max());
        let size = Size { width: a.x.max(b.x) - min.x, height: a.y.max(b.y) - min.y };
        Self { min, size }
    }

    /// Whether all of another is inside.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        let (a, b) = (self.max(), other.max());
        self.min.x <= other.min.x && self.min.y <= other.min.y && b.x <= a.x && b.y <= a.y
    }

    /// Whether they share a point.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        let (a, b) = (self.max(), other.max());
        self.min.x <= b.x && other.min.x <= a.x && self.min.y <= b.y && other.min.y <= a.y
    }
}

/// The rows of a card of this kind, from top to bottom.
#[must_use]
pub fn rows(kind: &Kind) -> Vec<Row> {
    let stands_in = |name: &str| kind.inputs.iter().any(|input| input.param() == Some(name));
    let param_of = |input: &crate::port::Port| {
        let name = input.param()?;
        kind.params.iter().position(|param| param.name == name)
    };
    let outputs = (0..kind.outputs.len()).map(Row::Output);
    let params = kind.params.iter().enumerate();
    // A type of a later version cannot be edited here.
    let params = params.filter(|(_, param)| !stands_in(&param.name) && param.kind != ParamKind::Other);
    let inputs = kind.inputs.iter().enumerate().map(|(index, input)| Row::Input(index, param_of(input)));
    outputs.chain(params.map(|(index, _)| Row::Param(index))).chain(inputs).collect()
}

/// The size of a node of this kind that is not a note and not collapsed.
#[must_use]
pub fn node_size(kind: &Kind) -> Size {
    #[expect(clippy::cast_precision_loss, reason = "a node has few rows")]
    let count = rows(kind).len() as f64;
    Size { width: NODE_WIDTH_PX, height: HEADER_PX + ROW_PX * count + FOOT_PX }
}

/// The size of a node's title alone.
pub const COLLAPSED_SIZE: Size = Size { width: NODE_WIDTH_PX, height: HEADER_PX };

/// Where wires meet a node: relative to its left upper corner. A collapsed node, and a port that is not there, have
/// them at the title.
#[must_use]
pub fn port_offset(kind: &Kind, side: Side, port: Option<usize>, is_collapsed: bool) -> Point {
    let x = if side == Side::Input { 0.0 } else { NODE_WIDTH_PX };
    let is_row = |row: &Row| match (side, *row) {
        (Side::Output, Row::Output(index)) | (Side::Input, Row::Input(index, _)) => Some(index) == port,
        _ => false,
    };
    let row = if is_collapsed { None } else { rows(kind).iter().position(is_row) };
    #[expect(clippy::cast_precision_loss, reason = "a node has few rows")]
    let y = row.map_or(HEADER_PX / 2.0, |row| HEADER_PX + ROW_PX * (row as f64 + 0.5));
    Point { x, y }
}

/// The size of a frame, comment or React Flow group of which the document says none.
pub(crate) fn note_size(kind: &Kind) -> Option<Size> {
    (kind.role == Role::Note).then_some(if kind.name == "note.comment" { COMMENT_SIZE } else { FRAME_SIZE })
}

//! A list of shapes in device pixels: what a canvas executes and what tests compare.

use std::fmt;

use super::Ink;
use crate::geometry::{PixelRect, Point};

/// One step of a draw list. Ranges point into the list's own buffers; get at them with [`DrawList::rects`],
/// [`DrawList::strokes`] and [`DrawList::text`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// Fill rectangles with one color; their order does not matter.
    Rects { ink: Ink, start: usize, end: usize },
    /// Stroke one path with butt ends.
    Strokes { ink: Ink, width: f64, start: usize, end: usize },
    /// Write text that begins at `x` on the baseline `y`, in a font of `size` device pixels.
    Text { ink: Ink, size: f64, x: i32, y: i32, start: usize, end: usize },
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stroke {
    Move(Point),
    Line(Point),
    Quadratic(Point, Point),
    Cubic(Point, Point, Point),
}

/// Operations and their data, in buffers that are used again for the next picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawList {
    ops: Vec<Op>,
    rects: Vec<PixelRect>,
    strokes: Vec<Stroke>,
    text: String,
}

impl DrawList {
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The rectangles of an operation; empty for other operations.
    #[must_use]
    pub fn rects(&self, op: &Op) -> &[PixelRect] {
        match *op {
            Op::Rects { start, end, .. } => self.rects.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The path of an operation.
    #[must_use]
    pub fn strokes(&self, op: &Op) -> &[Stroke] {
        match *op {
            Op::Strokes { start, end, .. } => self.strokes.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The text of an operation.
    #[must_use]
    pub fn text(&self, op: &Op) -> &str {
        match *op {
            Op::Text { start, end, .. } => self.text.get(start..end).unwrap_or_default(),
            _ => "",
        }
    }

    /// What an executor's time is spent on: rectangles, path steps, texts.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let texts = self.ops.iter().filter(|op| matches!(op, Op::Text { .. })).count();
        [self.rects.len(), self.strokes.len(), texts]
    }

    pub(crate) fn clear(&mut self) {
        self.ops.clear();
        self.rects.clear();
        self.strokes.clear();
        self.text.clear();
    }

    pub(crate) fn rect(&mut self, ink: Ink, rect: PixelRect) {
        self.batch(ink, &[rect]);
    }

    /// Fills rectangles. Joins the previous operation if that has the same color.
    pub(crate) fn batch(&mut self, ink: Ink, rects: &[PixelRect]) {
        let start = self.rects.len();
        self.rects.extend(rects.iter().filter(|rect| !rect.is_empty()));
        let now = self.rects.len();
        if now == start {
            return;
        }
        match self.ops.last_mut() {
            Some(Op::Rects { ink: last, end, .. }) if *last == ink && *end == start => *end = now,
            _ => self.ops.push(Op::Rects { ink, start, end: now }),
        }
    }

    pub(crate) fn path(&mut self, ink: Ink, width: f64, strokes: &[Stroke]) {
        if !strokes.is_empty() {
            let start = self.strokes.len();
            self.strokes.extend_from_slice(strokes);
            self.ops.push(Op::Strokes { ink, width, start, end: self.strokes.len() });
        }
    }

    pub(crate) fn write(&mut self, ink: Ink, size: f64, (x, y): (i32, i32), parts: [&str; 2]) {
        let start = self.text.len();
        parts.iter().for_each(|part| self.text.push_str(part));
        if self.text.len() > start {
            self.ops.push(Op::Text { ink, size, x, y, start, end: self.text.len() });
        }
    }
}

impl fmt::Display for Stroke {
    /// As in the paths of SVG.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |point: &Point| format!("{},{}", point.x, point.y);
        match self {
            Self::Move(to) => write!(f, "M{}", place(to)),
            Self::Line(to) => write!(f, "L{}", place(to)),
            Self::Quadratic(control, to) => write!(f, "Q{} {}", place(control), place(to)),
            Self::Cubic(first, second, to) => write!(f, "C{} {} {}", place(first), place(second), place(to)),
        }
    }
}

impl fmt::Display for DrawList {
    /// One operation a line, for snapshots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for op in &self.ops {
            match *op {
                Op::Rects { ink, .. } => {
                    write!(f, "{}", ink.index())?;
                    for PixelRect { x, y, width, height } in self.rects(op) {
                        write!(f, " {x},{y}+{width}x{height}")?;
                    }
                    writeln!(f)?;
                }
                Op::Strokes { ink, width, .. } => {
                    write!(f, "{} stroke {width}", ink.index())?;
                    self.strokes(op).iter().try_for_each(|stroke| write!(f, " {stroke}"))?;
                    writeln!(f)?;
                }
                Op::Text { ink, size, x, y, .. } => {
                    let size = (size * 100.0).round() / 100.0;
                    writeln!(f, "{} {size}px {x},{y} {:?}", ink.index(), self.text(op))?;
                }
            }
        }
        Ok(())
    }
}

//! A list of shapes in device pixels: what a renderer executes and what tests compare.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::Ink;
use crate::geometry::PixelRect;

/// One step of a draw list. Ranges point into the list's own buffers; get at them with [`DrawList::rects`],
/// [`DrawList::points`] and [`DrawList::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Fill rectangles with one color. They may touch but their order does not matter.
    Rects { ink: Ink, start: usize, end: usize },
    /// Fill a convex polygon.
    Polygon { ink: Ink, start: usize, end: usize },
    /// Stroke open paths, `width` device pixels wide, joined without tips.
    Stroke { ink: Ink, width: i32, start: usize, end: usize },
    /// Fill closed paths by the nonzero rule.
    Fill { ink: Ink, start: usize, end: usize },
    /// Write text that begins at `x` on the baseline `y`, in the chart's font.
    Text { ink: Ink, x: i32, y: i32, start: usize, end: usize },
}

#[derive(Clone, Debug, Default)]
pub struct DrawList {
    ops: Vec<Op>,
    rects: Vec<PixelRect>,
    points: Vec<[i32; 2]>,
    path: Vec<PathPoint>,
    text: String,
    sprites: Vec<Sprite>,
    /// Rectangles from this one on may join their operation with the next; those before belong to another sprite.
    fence: usize,
}

/// Units of [`PathPoint`]s in a device pixel.
pub const SUBPIXELS: i32 = 16;

/// A corner of a path, in [`SUBPIXELS`] from the chart's top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathPoint {
    pub x: i32,
    pub y: i32,
    /// Whether a path begins here; otherwise a line leads here from the point before.
    pub begins: bool,
}

/// Part of a list that stands alone: a small area that moves more often than it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sprite {
    /// Holds everything that the sprite draws.
    pub area: PixelRect,
    /// Depends on what is drawn relative to the area's corner, and not on where the area is.
    pub fingerprint: u64,
    start: usize,
    end: usize,
}

impl Op {
    /// Its color.
    #[must_use]
    pub const fn ink(&self) -> Ink {
        let (Self::Rects { ink, .. }
        | Self::Polygon { ink, .. }
        | Self::Stroke { ink, .. }
        | Self::Fill { ink, .. }
        | Self::Text { ink, .. }) = *self;
        ink
    }
}

impl DrawList {
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The rectangles of an operation; empty for other operations.
    #[must_use]
    pub fn rects(&self, op: &Op) -> &[PixelRect] {
        match *op {
            Op::Rects { start, end, .. } => self.rects.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The corners of a polygon.
    #[must_use]
    pub fn points(&self, op: &Op) -> &[[i32; 2]] {
        match *op {
            Op::Polygon { start, end, .. } => self.points.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The corners of paths to stroke or fill.
    #[must_use]
    pub fn path(&self, op: &Op) -> &[PathPoint] {
        match *op {
            Op::Stroke { start, end, .. } | Op::Fill { start, end, .. } => {
                self.path.get(start..end).unwrap_or_default()
            }
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

    /// The parts of the overlay, each small and apart: a renderer may give each a canvas of its own and move that,
    /// instead of painting over one large canvas. Empty for the base layer.
    #[must_use]
    pub fn sprites(&self) -> &[Sprite] {
        &self.sprites
    }

    /// The operations of a sprite.
    #[must_use]
    pub fn sprite_ops(&self, sprite: &Sprite) -> &[Op] {
        self.ops.get(sprite.start..sprite.end).unwrap_or_default()
    }

    pub(crate) fn clear(&mut self) {
        self.ops.clear();
        self.rects.clear();
        self.points.clear();
        self.path.clear();
        self.text.clear();
        self.sprites.clear();
        self.fence = 0;
    }

    /// Makes what `draw` adds a sprite of this area.
    pub(crate) fn sprite(&mut self, area: PixelRect, draw: impl FnOnce(&mut Self)) {
        let start = self.ops.len();
        self.fence = self.rects.len();
        draw(self);
        let mut sprite = Sprite { area, fingerprint: 0, start, end: self.ops.len() };
        sprite.fingerprint = self.fingerprint(&sprite);
        self.sprites.push(sprite);
    }

    pub(crate) fn rect(&mut self, ink: Ink, rect: PixelRect) {
        self.batch(ink, [rect]);
    }

    /// Fills rectangles; those without area are left out. Joins the previous operation if that has the same color.
    pub(crate) fn batch(&mut self, ink: Ink, rects: impl IntoIterator<Item = PixelRect>) {
        let start = self.rects.len();
        self.rects.extend(rects.into_iter().filter(|rect| !rect.is_empty()));
        let now = self.rects.len();
        if now == start {
            return;
        }
        match self.ops.last_mut() {
            Some(Op::Rects { ink: last, end, start: first })
                if *last == ink && *end == start && *first >= self.fence =>
            {
                *end = now;
            }
            _ => self.ops.push(Op::Rects { ink, start, end: now }),
        }
    }

    pub(crate) fn polygon<const N: usize>(&mut self, ink: Ink, corners: [[i32; 2]; N]) {
        let start = self.points.len();
        self.points.extend(corners);
        self.ops.push(Op::Polygon { ink, start, end: self.points.len() });
    }

    /// Strokes paths.
    pub(crate) fn stroke(&mut self, ink: Ink, width: i32, path: impl IntoIterator<Item = PathPoint>) {
        if let Some((start, end)) = self.extend_path(path) {
            self.ops.push(Op::Stroke { ink, width, start, end });
        }
    }

    /// Fills rectangles that are mostly one device pixel wide. Those are stroked, all as one path: the same pixels at a
    /// quarter of the cost of filling each (see `docs/chart.md`).
    pub(crate) fn columns(&mut self, ink: Ink, rects: impl IntoIterator<Item = PixelRect>) {
        let start = self.path.len();
        let mut wide: Vec<PixelRect> = Vec::new();
        for rect in rects.into_iter().filter(|rect| !rect.is_empty()) {
            if rect.width > 1 {
                wide.push(rect);
                continue;
            }
            let x = rect.x * SUBPIXELS + SUBPIXELS / 2;
            self.path.push(PathPoint { x, y: rect.y * SUBPIXELS, begins: true });
            self.path.push(PathPoint { x, y: rect.bottom() * SUBPIXELS, begins: false });
        }
        if self.path.len() > start {
            self.ops.push(Op::Stroke { ink, width: 1, start, end: self.path.len() });
        }
        self.batch(ink, wide);
    }

    /// Fills paths.
    pub(crate) fn fill(&mut self, ink: Ink, path: impl IntoIterator<Item = PathPoint>) {
        if let Some((start, end)) = self.extend_path(path) {
            self.ops.push(Op::Fill { ink, start, end });
        }
    }

    fn extend_path(&mut self, path: impl IntoIterator<Item = PathPoint>) -> Option<(usize, usize)> {
        let start = self.path.len();
        self.path.extend(path);
        (self.path.len() > start).then_some((start, self.path.len()))
    }

    /// Writes what `write` appends; [`Self::place_last_text`] puts it where it belongs once its width is known.
    pub(crate) fn text_with(&mut self, ink: Ink, y: i32, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        self.ops.push(Op::Text { ink, x: 0, y, start, end: self.text.len() });
    }

    /// The text written last.
    pub(crate) fn last_text(&self) -> &str {
        self.ops.last().map(|op| self.text(op)).unwrap_or_default()
    }

    pub(crate) fn drop_last_text(&mut self) {
        if let Some(Op::Text { start, .. }) = self.ops.pop_if(|op| matches!(op, Op::Text { .. })) {
            self.text.truncate(start);
        }
    }

    /// Puts the text written last at `left`.
    pub(crate) fn place_last_text(&mut self, left: i32) {
        if let Some(Op::Text { x, .. }) = self.ops.last_mut() {
            *x = left;
        }
    }
}

impl DrawList {
    fn write_path(&self, op: &Op, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PathPoint { x, y, begins } in self.path(op) {
            let [x, y] = [x, y].map(|at| f64::from(*at) / f64::from(SUBPIXELS));
            write!(f, " {}{x},{y}", if *begins { "M" } else { "" })?;
        }
        writeln!(f)
    }

    fn fingerprint(&self, sprite: &Sprite) -> u64 {
        let PixelRect { x: left, y: top, width, height } = sprite.area;
        let mut hash = Fnv::default();
        hash.numbers([width, height]);
        for op in self.sprite_ops(sprite) {
            match *op {
                Op::Rects { ink, .. } => {
                    ink.hash(&mut hash);
                    for rect in self.rects(op) {
                        hash.numbers([rect.x - left, rect.y - top, rect.width, rect.height]);
                    }
                }
                Op::Polygon { ink, .. } => {
                    ink.hash(&mut hash);
                    for [x, y] in self.points(op) {
                        hash.numbers([x - left, y - top]);
                    }
                }
                // No sprite draws paths.
                Op::Stroke { .. } | Op::Fill { .. } => {}
                Op::Text { ink, x, y, .. } => {
                    ink.hash(&mut hash);
                    hash.numbers([x - left, y - top]);
                    hash.write(self.text(op).as_bytes());
                }
            }
        }
        hash.0
    }
}

/// FNV-1a.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Fnv {
    fn numbers<const N: usize>(&mut self, numbers: [i32; N]) {
        for number in numbers {
            self.0 = (self.0 ^ u64::from(number.cast_unsigned())).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl fmt::Display for DrawList {
    /// One operation a line, for snapshots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for op in &self.ops {
            match *op {
                Op::Rects { ink, .. } => {
                    write!(f, "{ink:?}")?;
                    for PixelRect { x, y, width, height } in self.rects(op) {
                        write!(f, " {x},{y}+{width}x{height}")?;
                    }
                    writeln!(f)?;
                }
                Op::Polygon { ink, .. } => {
                    write!(f, "{ink:?} polygon")?;
                    for [x, y] in self.points(op) {
                        write!(f, " {x},{y}")?;
                    }
                    writeln!(f)?;
                }
                Op::Stroke { ink, width, .. } => {
                    write!(f, "{ink:?} stroke {width}")?;
                    self.write_path(op, f)?;
                }
                Op::Fill { ink, .. } => {
                    write!(f, "{ink:?} fill")?;
                    self.write_path(op, f)?;
                }
                Op::Text { ink, x, y, .. } => writeln!(f, "{ink:?} {x},{y} {:?}", self.text(op))?,
            }
        }
        Ok(())
    }
}

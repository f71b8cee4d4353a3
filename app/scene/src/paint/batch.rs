//! Rectangles and strokes collected by color, so that a canvas changes its color seldom.

use super::draw_list::{DrawList, Stroke};
use super::ink::Ink;
use crate::geometry::PixelRect;

/// Entries of the memory that duplicates are recognized by; a power of two.
const RECENT: usize = 4096;

/// Collects until [`Batch::flush`]. Buffers are kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    rects: Vec<Vec<PixelRect>>,
    /// Paths and the widths of their lines, device pixels.
    strokes: Vec<(i32, Vec<Stroke>)>,
    /// A bit for each ink.
    used: u128,
    /// What was drawn last at each hash: wires that share a lane repeat each other.
    recent: Vec<(u8, PixelRect)>,
}

impl Batch {
    pub(super) fn rect(&mut self, ink: Ink, rect: PixelRect) {
        if rect.is_empty() {
            return;
        }
        self.touch(ink);
        if let Some(rects) = self.rects.get_mut(ink.index()) {
            rects.push(rect);
        }
    }

    /// Leaves out what is equal to one of the last rectangles of this color.
    pub(crate) fn rect_once(&mut self, ink: Ink, rect: PixelRect) {
        self.recent.resize(RECENT, (u8::MAX, PixelRect::default()));
        let entry = (u8::try_from(ink.index()).unwrap_or(u8::MAX), rect);
        let place = self.recent.get_mut(hash(&rect) & (RECENT - 1));
        if place.is_some_and(|place| std::mem::replace(place, entry) != entry) {
            self.rect(ink, rect);
        }
    }

    /// The path of a color; `width` is that of its lines, the largest that was asked for.
    pub(super) fn strokes(&mut self, ink: Ink, width: i32) -> Option<&mut Vec<Stroke>> {
        self.touch(ink);
        let (line, strokes) = self.strokes.get_mut(ink.index())?;
        *line = width.max(*line);
        Some(strokes)
    }

    /// Appends what was collected, color by color, and is empty again.
    pub(crate) fn flush(&mut self, list: &mut DrawList) {
        let used = std::mem::take(&mut self.used);
        for ink in Ink::all().filter(|ink| used >> ink.index() & 1 == 1) {
            if let Some(rects) = self.rects.get_mut(ink.index()) {
                list.batch(ink, rects);
                rects.clear();
            }
            if let Some((width, strokes)) = self.strokes.get_mut(ink.index()) {
                list.path(ink, f64::from(*width), strokes);
                strokes.clear();
                *width = 0;
            }
        }
        self.recent.clear();
    }

    fn touch(&mut self, ink: Ink) {
        if self.rects.len() < Ink::COUNT {
            self.rects.resize_with(Ink::COUNT, Vec::new);
            self.strokes.resize_with(Ink::COUNT, || (0, Vec::new()));
        }
        self.used |= 1 << ink.index();
    }
}

fn hash(rect: &PixelRect) -> usize {
    let mix = |hash: u32, value: i32| (hash.rotate_left(9) ^ value.cast_unsigned()).wrapping_mul(0x9e37_79b1);
    let hash = [rect.x, rect.y, rect.width, rect.height].into_iter().fold(0, mix);
    (hash >> 16) as usize
}

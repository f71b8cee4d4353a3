//! Values on wires, placed so that none hides another.

use super::draw_list::DrawList;
use super::overlay::Label;
use super::region::Region;
use super::{Glyphs, Ink};
use crate::geometry::{PixelRect, Point, pixel};
use crate::scene::Scene;

/// Labels beyond this are not placed: nobody reads as many at once.
const LIMIT: usize = 400;

/// Size of the text, CSS pixels, whatever the zoom.
const SIZE: f64 = 11.0;

/// Height of a label and space at its sides, CSS pixels.
const HEIGHT: f64 = 16.0;
const PADDING: f64 = 4.0;

/// Shares of a line's length at which a label may be, after the middle of its longest level piece.
const PLACES: [f64; 4] = [0.5, 0.3, 0.7, 0.15];

/// Boxes of labels in the region's own pixels.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    boxes: Vec<(PixelRect, usize)>,
}

impl Labels {
    /// Each label gets the first free place on its wire; those without one are left out.
    pub(super) fn place(&mut self, scene: &Scene, region: &Region, glyphs: &Glyphs, labels: &[Label]) {
        self.boxes.clear();
        for (index, label) in labels.iter().enumerate() {
            let Some(path) = scene.path(label.wire).filter(|path| !path.is_empty()) else { continue };
            if !region.shows(
                &region
                    .cover(&path.bounds())
                    .grown(region.css(HEIGHT))
                    .shifted(-region.rect.x, -region.rect.y),
            ) {
                continue;
            }
            let width = pixel((glyphs.width(&label.text, SIZE) + 2.0 * PADDING) * region.dpr);
            let place = |point: Point| centered(region.pixel(point), width, region.css(HEIGHT));
            let free = |area: &PixelRect| {
                region.shows(area)
                    && !self.boxes.iter().any(|(other, _)| !other.intersection(area).is_empty())
            };
            let places = std::iter::once(path.label_point()).chain(PLACES.iter().map(|t| path.at(*t)));
            if let Some(area) = places.map(place).find(free) {
                self.boxes.push((area, index));
            }
            if self.boxes.len() >= LIMIT {
                return;
            }
        }
    }

    pub(super) fn draw(&self, region: &Region, labels: &[Label], list: &mut DrawList) {
        let edge = region.css(1.0).max(1);
        for (ink, inner) in [(Ink::LABEL_EDGE, 0), (Ink::LABEL, edge)] {
            for (area, _) in &self.boxes {
                list.rect(ink, region.clipped(area.grown(-inner)));
            }
        }
        for (area, index) in &self.boxes {
            let Some(label) = labels.get(*index) else { continue };
            let size = SIZE * region.dpr;
            let y = area.y + area.height / 2 + pixel(size * 0.36);
            list.write(Ink::LABEL_TEXT, size, (area.x + region.css(PADDING), y), [&label.text, ""]);
        }
    }
}

fn centered((x, y): (i32, i32), width: i32, height: i32) -> PixelRect {
    PixelRect::new(x - width / 2, y - height / 2, width, height)
}

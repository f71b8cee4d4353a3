//! A part of the picture of the whole world.

use crate::camera::Camera;
use crate::geometry::{PixelRect, Point, Rect, pixel};
use crate::scene::{Node, WIRE_HALO};

/// See [`Region::halo`], CSS pixels.
const HALO: f64 = 4.0;

/// What is drawn: a rectangle of the picture of the whole world at one scale.
///
/// Pixels are counted from the world's origin, so that a strip or a tile drawn alone fits what was drawn before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Device pixels per world pixel.
    pub scale: f64,
    /// Device pixels per CSS pixel.
    pub dpr: f64,
    pub rect: PixelRect,
}

/// How much of a node is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Plain rectangles and thin lines: zoom below 0.25.
    Far,
    /// Cards with header, title and ports, but nothing in them: zoom below 0.5.
    Cards,
    /// Nodes are elements of the page; see [`Painter::dom_nodes`](super::Painter::dom_nodes).
    Near,
}

impl Detail {
    #[must_use]
    pub fn of(zoom: f64) -> Self {
        match zoom {
            zoom if zoom < 0.25 => Self::Far,
            zoom if zoom < 0.5 => Self::Cards,
            _ => Self::Near,
        }
    }
}

impl Region {
    /// What the camera shows.
    #[must_use]
    pub fn of(camera: &Camera, viewport: (f64, f64), dpr: f64) -> Self {
        Self { scale: camera.scale(dpr), dpr, rect: camera.device(viewport, dpr) }
    }

    /// The same picture, another part of it.
    #[must_use]
    pub const fn part(&self, rect: PixelRect) -> Self {
        Self { rect, ..*self }
    }

    #[must_use]
    pub fn zoom(&self) -> f64 {
        self.scale / self.dpr
    }

    #[must_use]
    pub fn detail(&self) -> Detail {
        // The scale may have lost a bit on the way.
        Detail::of(self.zoom() + 1.0e-9)
    }

    /// The part of the world that is drawn.
    #[must_use]
    pub fn world(&self) -> Rect {
        let PixelRect { x, y, width, height } = self.rect;
        let world = |value: i32| f64::from(value) / self.scale;
        Rect::new(world(x), world(y), world(width), world(height))
    }

    /// The device pixels of this picture that a rectangle of the world touches.
    #[must_use]
    pub fn cover(&self, rect: &Rect) -> PixelRect {
        let (low, high) = ((rect.x * self.scale).floor(), (rect.y * self.scale).floor());
        let (right, bottom) = ((rect.right() * self.scale).ceil(), (rect.bottom() * self.scale).ceil());
        PixelRect::edges(pixel(low), pixel(high), pixel(right), pixel(bottom))
    }

    /// Device pixels by which a drawing may reach over its place in the world whatever the zoom: rings and lines are
    /// at least a pixel wide, and smoothed over their edges.
    pub(crate) fn halo(&self) -> i32 {
        pixel((HALO * self.dpr).ceil())
    }

    /// The part of the world whose things may be seen in this region.
    pub(super) fn reach(&self) -> Rect {
        self.world().grown(Node::HALO.max(WIRE_HALO) + (f64::from(self.halo()) + 1.0) / self.scale)
    }

    /// The region in its own pixels.
    pub(super) const fn local(&self) -> PixelRect {
        PixelRect::new(0, 0, self.rect.width, self.rect.height)
    }

    /// A world point in the region's own pixels.
    pub(super) fn pixel(&self, point: Point) -> (i32, i32) {
        let (x, y) = (pixel(point.x * self.scale), pixel(point.y * self.scale));
        (x.saturating_sub(self.rect.x), y.saturating_sub(self.rect.y))
    }

    /// Edges are rounded, not sizes, so that neighbors share them. Nothing is less than a pixel large.
    pub(super) fn device(&self, rect: &Rect) -> PixelRect {
        let ((left, top), (right, bottom)) =
            (self.pixel(rect.origin()), self.pixel(Point::new(rect.right(), rect.bottom())));
        PixelRect::edges(left, top, right.max(left + 1), bottom.max(top + 1))
    }

    /// CSS pixels as device pixels.
    pub(super) fn css(&self, length: f64) -> i32 {
        pixel(length * self.dpr)
    }

    /// World pixels as device pixels.
    pub(super) fn length(&self, length: f64) -> i32 {
        pixel(length * self.scale)
    }

    /// The part of a rectangle, given by its edges in the region's own pixels, that is drawn.
    pub(super) fn clip(&self, left: i32, top: i32, right: i32, bottom: i32) -> PixelRect {
        PixelRect::edges(left, top, right, bottom).intersection(&self.local())
    }

    pub(super) fn clipped(&self, rect: PixelRect) -> PixelRect {
        rect.intersection(&self.local())
    }

    /// Whether anything of a rectangle in the region's own pixels is drawn.
    pub(super) fn shows(&self, rect: &PixelRect) -> bool {
        !rect.intersection(&self.local()).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_grows_with_the_zoom() {
        assert_eq!([0.1, 0.25, 0.499, 0.5, 2.0].map(Detail::of), {
            use Detail::{Cards, Far, Near};
            [Far, Cards, Cards, Near, Near]
        });
    }

    #[test]
    fn a_part_has_the_same_pixels() {
        let camera = Camera { x: 103.3, y: -77.7, zoom: 0.37 };
        let whole = Region::of(&camera, (800.0, 600.0), 1.5);
        let part = whole.part(PixelRect::new(whole.rect.x + 100, whole.rect.y + 40, 50, 50));
        let place = Point::new(400.0, 200.0);
        let ((x, y), (px, py)) = (whole.pixel(place), part.pixel(place));
        assert_eq!((x - 100, y - 40), (px, py));
    }
}

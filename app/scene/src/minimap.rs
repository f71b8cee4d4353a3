//! The whole scene in a small picture.

use crate::camera::Camera;
use crate::geometry::{PixelRect, Point, Rect, pixel};
use crate::paint::{DrawList, Ink};
use crate::scene::{Flags, Scene};

/// Space around the nodes, CSS pixels.
const PADDING: f64 = 4.0;

/// Places the scene's nodes in a picture of `width` × `height` CSS pixels.
///
/// It depends on the scene and not on the camera, so that a pan moves the frame of the viewport and draws nothing:
/// draw again when [`Scene::revision`] has changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimap {
    width: f64,
    height: f64,
    /// CSS pixels of the picture per world pixel.
    scale: f64,
    /// The world point in the top left corner of the picture.
    origin: Point,
}

impl Minimap {
    #[must_use]
    pub fn new(scene: &Scene, width: f64, height: f64) -> Self {
        let bounds = scene.bounds().unwrap_or(Rect::new(0.0, 0.0, 1000.0, 1000.0));
        let room = |size: f64| (size - 2.0 * PADDING).max(1.0);
        let scale = (room(width) / bounds.width.max(1.0)).min(room(height) / bounds.height.max(1.0)).min(1.0);
        let center = bounds.center();
        let origin = Point::new(center.x - width / scale / 2.0, center.y - height / scale / 2.0);
        Self { width, height, scale, origin }
    }

    /// The world point under a point of the picture, in CSS pixels from its corner.
    #[must_use]
    pub fn world(&self, point: Point) -> Point {
        self.origin + point * (1.0 / self.scale)
    }

    /// Where a rectangle of the world is in the picture, CSS pixels.
    #[must_use]
    pub fn place(&self, rect: &Rect) -> Rect {
        let origin = (rect.origin() - self.origin) * self.scale;
        Rect::new(origin.x, origin.y, rect.width * self.scale, rect.height * self.scale)
    }

    /// The frame of what the camera shows, kept inside the picture, CSS pixels.
    #[must_use]
    pub fn viewport(&self, camera: &Camera, viewport: (f64, f64)) -> Rect {
        let seen = self.place(&camera.visible(viewport));
        let clamp = |x: f64, y: f64| Point::new(x.clamp(0.0, self.width), y.clamp(0.0, self.height));
        Rect::between(clamp(seen.x, seen.y), clamp(seen.right(), seen.bottom()))
    }

    /// A rectangle for each node, frames first; nodes that share pixels and color are drawn once.
    pub fn draw(&self, scene: &Scene, dpr: f64, list: &mut DrawList) {
        list.clear();
        let size = |length: f64| pixel(length * dpr);
        list.rect(Ink::BACKGROUND, PixelRect::new(0, 0, size(self.width), size(self.height)));
        let mut rects: Vec<(Ink, PixelRect)> = scene
            .nodes()
            .map(|(_, node)| {
                let ink = match node {
                    node if node.is_frame() => Ink::FRAME,
                    node if node.flags.contains(Flags::SELECTED) => Ink::SELECTED,
                    node if node.flags.contains(Flags::ERROR) => Ink::ERROR,
                    node if node.flags.contains(Flags::MUTED) => Ink::faded(node.color),
                    node => Ink::class(node.color),
                };
                (ink, self.device(&node.rect, dpr))
            })
            .collect();
        rects.sort_unstable_by_key(|(ink, rect)| {
            (*ink != Ink::FRAME, *ink, rect.y, rect.x, rect.width, rect.height)
        });
        rects.dedup();
        for (ink, rect) in rects {
            list.rect(ink, rect);
        }
    }

    fn device(&self, rect: &Rect, dpr: f64) -> PixelRect {
        let place = self.place(rect);
        let (left, top) = (pixel(place.x * dpr), pixel(place.y * dpr));
        let (right, bottom) = (pixel(place.right() * dpr), pixel(place.bottom() * dpr));
        PixelRect::edges(left, top, right.max(left + 1), bottom.max(top + 1))
    }
}

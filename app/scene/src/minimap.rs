//! The whole scene in a small picture.

use crate::camera::Camera;
use crate::geometry::{PixelRect, Point, Rect, pixel};
use crate::paint::{Batch, DrawList, Ink};
use crate::scene::{Flags, Node, Scene};

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
        let mut batch = Batch::default();
        for frames in [true, false] {
            for (_, node) in scene.nodes().filter(|(_, node)| node.is_frame() == frames) {
                batch.rect_once(ink(node), self.device(&node.rect, dpr));
            }
            batch.flush(list);
        }
    }

    fn device(&self, rect: &Rect, dpr: f64) -> PixelRect {
        let place = self.place(rect);
        let (left, top) = (pixel(place.x * dpr), pixel(place.y * dpr));
        let (right, bottom) = (pixel(place.right() * dpr), pixel(place.bottom() * dpr));
        PixelRect::edges(left, top, right.max(left + 1), bottom.max(top + 1))
    }
}

fn ink(node: &Node) -> Ink {
    match node {
        node if node.is_frame() => Ink::FRAME,
        node if node.flags.contains(Flags::SELECTED) => Ink::SELECTED,
        node if node.flags.contains(Flags::ERROR) => Ink::ERROR,
        node if node.flags.contains(Flags::MUTED) => Ink::faded(node.color),
        node => Ink::class(node.color),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::WireStyle;
    use crate::scene::NodeKind;

    fn scene() -> Scene {
        let mut scene = Scene::new(WireStyle::Step);
        let node = |x: f64, y: f64| Node { rect: Rect::new(x, y, 200.0, 100.0), color: 4, ..Node::default() };
        scene.set_node(0, node(-1000.0, 0.0));
        scene.set_node(1, node(1000.0, 500.0));
        scene.set_node(2, Node { kind: NodeKind::Frame, ..node(0.0, 0.0) });
        scene
    }

    #[test]
    fn a_click_finds_the_world_and_back() {
        let map = Minimap::new(&scene(), 208.0, 108.0);
        let node = map.place(&Rect::new(1000.0, 500.0, 200.0, 100.0));
        assert!(map.world(node.origin()).distance(Point::new(1000.0, 500.0)) < 1.0e-9);
        // 2200 world pixels on 200, in the middle of the height.
        assert!((node.right() - 204.0).abs() < 1.0e-9 && (node.x - (204.0 - 200.0 / 11.0)).abs() < 1.0e-9);
    }

    #[test]
    fn the_viewport_stays_in_the_picture() {
        let map = Minimap::new(&scene(), 208.0, 108.0);
        let camera = Camera { x: -5000.0, y: 100.0, zoom: 1.0 };
        let frame = map.viewport(&camera, (800.0, 600.0));
        assert!((frame.x, frame.width) == (0.0, 0.0) && frame.height > 0.0);
        assert!(map.viewport(&Camera { x: -1e4, y: -1e4, zoom: 0.05 }, (9e4, 9e4)).width > 200.0);
    }

    #[test]
    fn nodes_are_at_least_a_pixel() {
        let mut list = DrawList::default();
        Minimap::new(&scene(), 20.0, 10.0).draw(&scene(), 1.0, &mut list);
        let rects: Vec<_> = list.ops().iter().skip(1).flat_map(|op| list.rects(op)).collect();
        assert_eq!(rects.len(), 3);
        assert!(rects.iter().all(|rect| rect.width >= 1 && rect.height >= 1));
    }

    #[test]
    fn an_empty_scene_has_a_map() {
        let mut list = DrawList::default();
        Minimap::new(&Scene::default(), 200.0, 100.0).draw(&Scene::default(), 2.0, &mut list);
        assert_eq!(list.to_string(), "0 0,0+400x200\n");
    }
}

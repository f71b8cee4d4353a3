//! Pictures of a scene, as draw lists.

mod batch;
mod cards;
mod draw_list;
mod glyphs;
mod ink;
mod labels;
mod overlay;
mod region;
mod svg;
#[cfg(test)]
mod tests;
mod wires;

pub use draw_list::{DrawList, Op, Stroke};
pub use glyphs::Glyphs;
pub use ink::Ink;
pub use overlay::{Drop, Label, Overlay, Pending};
pub use region::{Detail, Region};

use crate::camera::Camera;
use crate::geometry::{Point, Rect};
use crate::route::Path;
use crate::scene::{Node, Scene, Slot, Visible};
use crate::sort;
pub(crate) use batch::Batch;

/// Cards that a host shows as elements are looked for this far around the viewport, CSS pixels.
const DOM_MARGIN: f64 = 160.0;

/// Draws scenes. Keeps its buffers, so that a picture like the last one allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Painter {
    list: DrawList,
    over: DrawList,
    batch: Batch,
    /// What stands out, and so is drawn over its equals.
    raised: Batch,
    visible: Visible,
    glyphs: Glyphs,
    dom: Vec<Slot>,
    /// Those of the frame before.
    dom_before: Vec<Slot>,
    /// The line of a wire that is being drawn.
    pending: Path,
    labels: labels::Labels,
}

impl Painter {
    /// Widths of the font that titles and labels are written in.
    pub fn set_glyphs(&mut self, glyphs: Glyphs) {
        self.glyphs = glyphs;
    }

    /// The cards that the host shows as elements instead, so that they are left out of the picture: up to `max` of
    /// those in and near the viewport, the nearest to its middle first. None below [`Detail::Near`].
    ///
    /// Cards that are no longer among them have to be drawn: their places are added to the scene's damage.
    pub fn dom_nodes(
        &mut self,
        scene: &mut Scene,
        camera: &Camera,
        viewport: (f64, f64),
        max: usize,
    ) -> &[Slot] {
        std::mem::swap(&mut self.dom, &mut self.dom_before);
        self.dom.clear();
        if Detail::of(camera.zoom) == Detail::Near {
            let seen = camera.visible(viewport);
            scene.visible_nodes(&seen.grown(DOM_MARGIN / camera.zoom), &mut self.visible);
            let is_card = |slot: &Slot| scene.node(*slot).is_some_and(|node| !node.is_frame());
            self.dom.extend(self.visible.nodes.iter().copied().filter(is_card));
            if self.dom.len() > max {
                let place = |slot: Slot| scene.node(slot).map_or(f64::MAX, |node| off_center(node, &seen));
                sort::by_number(&mut self.dom, &place);
                self.dom.truncate(max);
            }
            sort::by(&mut self.dom, &mut |a, b| a.cmp(&b));
        }
        for slot in &self.dom_before {
            if self.dom.binary_search(slot).is_err() {
                scene.damage_node(*slot);
            }
        }
        &self.dom
    }

    /// Frames, wires and cards of a region. The list begins with a fill of the whole region.
    pub fn draw(&mut self, scene: &Scene, region: &Region) -> &DrawList {
        self.list.clear();
        self.list.rect(Ink::BACKGROUND, region.local());
        if region.detail() != Detail::Far {
            self.dots(region);
        }
        scene.visible(&region.reach(), &mut self.visible);
        self.frames(scene, region);
        self.wires(scene, region);
        self.cards(scene, region);
        &self.list
    }

    /// Everything that follows the pointer or the bar that is looked at, in a picture of its own without background.
    pub fn draw_overlay(&mut self, scene: &Scene, region: &Region, overlay: &Overlay) -> &DrawList {
        self.over.clear();
        self.overlay(scene, region, overlay);
        &self.over
    }

    fn dots(&mut self, region: &Region) {
        let mut gap = 20.0;
        while gap * region.zoom() < 28.0 {
            gap *= 2.0;
        }
        let (world, size) = (region.world(), region.css(1.0).max(1));
        let steps = |from: f64, length: f64| {
            let first = (from / gap).floor();
            let count = (length / gap).ceil() + 1.0;
            (0..=10_000_u32)
                .map(f64::from)
                .take_while(move |step| *step <= count)
                .map(move |step| (first + step) * gap)
        };
        for y in steps(world.y, world.height) {
            for x in steps(world.x, world.width) {
                let (x, y) = region.pixel(Point::new(x, y));
                self.batch.rect(Ink::DOT, region.clip(x, y, x + size, y + size));
            }
        }
        self.batch.flush(&mut self.list);
    }
}

fn off_center(node: &Node, seen: &Rect) -> f64 {
    node.rect.center().distance(seen.center())
}

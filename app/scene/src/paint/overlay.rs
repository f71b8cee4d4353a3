//! What follows the pointer, and what the wires carry at the bar that is looked at.

use super::Painter;
use super::cards::frame;
use super::ink::Ink;
use super::region::Region;
use super::wires::{Pen, line};
use crate::geometry::{Point, Rect};
use crate::guides::Guide;
use crate::route::cheap;
use crate::scene::{End, Scene, Side, Slot};

/// What lies over the picture. A host keeps one and changes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// The wire that is being drawn.
    pub pending: Option<Pending>,
    pub selection: Option<Rect>,
    /// The cut of a knife.
    pub knife: Option<(Point, Point)>,
    pub guides: Vec<Guide>,
    pub drop: Option<Drop>,
    /// Wires of the path that fired.
    pub fired: Vec<Slot>,
    pub labels: Vec<Label>,
}

/// A wire with a loose end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pending {
    /// The output's end.
    pub from: Point,
    /// The input's end.
    pub to: Point,
    pub color: u8,
    /// Whether it would not be accepted where it is.
    pub refused: bool,
}

/// What a drop would go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drop {
    Port(Side, End),
    Node(Slot),
    Wire(Slot),
}

/// A value on a wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    pub wire: Slot,
    pub text: String,
}

impl Painter {
    pub(super) fn overlay(&mut self, scene: &Scene, region: &Region, overlay: &Overlay) {
        for wire in &overlay.fired {
            self.over_wire(scene, region, *wire, Ink::FIRED);
        }
        self.batch.flush(&mut self.over);
        self.labels.place(scene, region, &self.glyphs, &overlay.labels);
        self.labels.draw(region, &overlay.labels, &mut self.over);
        if let Some(drop) = overlay.drop {
            self.drop(scene, region, drop);
        }
        if let Some(pending) = &overlay.pending {
            self.pending(scene, region, pending);
        }
        self.guides(region, &overlay.guides);
        if let Some((a, b)) = overlay.knife {
            self.stroke(region, a, b, Ink::REFUSED);
        }
        self.batch.flush(&mut self.over);
        if let Some(selection) = &overlay.selection {
            let area = region.device(selection);
            self.over.rect(Ink::BOX, region.clipped(area));
            frame(&mut self.batch, region, area, region.css(1.0).max(1), Ink::BOX_EDGE);
        }
        self.batch.flush(&mut self.over);
    }

    fn over_wire(&mut self, scene: &Scene, region: &Region, wire: Slot, ink: Ink) {
        if let Some(path) = scene.path(wire) {
            line(&mut self.batch, region, path, &Pen::new(region, ink, 1.0));
        }
    }

    fn drop(&mut self, scene: &Scene, region: &Region, drop: Drop) {
        let area = match drop {
            Drop::Wire(wire) => return self.over_wire(scene, region, wire, Ink::DROP),
            Drop::Node(node) => scene.node(node).map(|node| node.rect.grown(3.0)),
            Drop::Port(side, end) => scene.node(end.node).map(|node| {
                let place = node.port(side, end.port);
                Rect::between(place, place).grown(9.0)
            }),
        };
        if let Some(area) = area {
            frame(&mut self.batch, region, region.device(&area), region.css(2.0).max(1), Ink::DROP);
        }
    }

    fn pending(&mut self, scene: &Scene, region: &Region, pending: &Pending) {
        cheap::route(scene.style(), &[pending.from, pending.to], 0.0, &mut self.pending);
        let ink = if pending.refused { Ink::REFUSED } else { Ink::class(pending.color) };
        line(&mut self.batch, region, &self.pending, &Pen::new(region, ink, 0.0));
    }

    fn guides(&mut self, region: &Region, guides: &[Guide]) {
        let hair = region.css(1.0).max(1);
        for guide in guides {
            let ((left, top), (right, bottom)) = (region.pixel(guide.from), region.pixel(guide.to));
            let (right, bottom) = (right.max(left) + hair, bottom.max(top) + hair);
            self.batch.rect(Ink::GUIDE, region.clip(left, top, right, bottom));
        }
    }

    fn stroke(&mut self, region: &Region, a: Point, b: Point, ink: Ink) {
        let place = |point: Point| {
            let (x, y) = region.pixel(point);
            Point::new(f64::from(x), f64::from(y))
        };
        if let Some(strokes) = self.batch.strokes(ink, region.css(1.5).max(1)) {
            strokes.push(super::Stroke::Move(place(a)));
            strokes.push(super::Stroke::Line(place(b)));
        }
    }
}

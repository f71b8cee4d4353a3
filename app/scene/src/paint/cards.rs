//! Nodes as rectangles and titles.

use super::Painter;
use super::batch::Batch;
use super::ink::Ink;
use super::region::{Detail, Region};
use crate::geometry::PixelRect;
use crate::scene::{Flags, Node, Scene};

/// Size of a title at zoom 1, CSS pixels.
const TITLE: f64 = 13.0;

/// Titles smaller than this are not written, CSS pixels.
const READABLE: f64 = 5.0;

/// Space between the edge of a card and its title, world pixels.
const PADDING: f64 = 10.0;

/// Half a side of a port, world pixels.
const PORT: f64 = 5.0;

impl Painter {
    pub(super) fn frames(&mut self, scene: &Scene, region: &Region) {
        let edge = region.css(1.0).max(1);
        for slot in &self.visible.nodes {
            let Some(node) = scene.node(*slot).filter(|node| node.is_frame()) else { continue };
            let rect = region.device(&node.rect);
            // One after the other: frames lie in frames.
            self.list.rect(ring(node).unwrap_or(Ink::FRAME_EDGE), region.clipped(rect));
            self.list.rect(Ink::FRAME, region.clipped(rect.grown(-edge)));
            write_title(&mut self.list, &self.glyphs, region, node, Ink::FRAME_TITLE);
        }
    }

    pub(super) fn cards(&mut self, scene: &Scene, region: &Region) {
        // Those in front are drawn one by one; the others share fills, which shows only where they overlap.
        let front = |node: &Node| node.z > 0 || node.flags.contains(Flags::SELECTED);
        for slot in &self.visible.nodes {
            let Some(node) = scene.node(*slot).filter(|node| !node.is_frame() && !front(node)) else {
                continue;
            };
            if self.dom.binary_search(slot).is_err() {
                card(&mut self.batch, region, node);
            }
        }
        self.flush_cards();
        for slot in &self.visible.nodes {
            let Some(node) = scene.node(*slot).filter(|node| !node.is_frame()) else { continue };
            if self.dom.binary_search(slot).is_err() && !front(node) {
                write_title(&mut self.list, &self.glyphs, region, node, title_ink(node));
            }
        }
        for index in 0..self.visible.nodes.len() {
            let Some(slot) = self.visible.nodes.get(index).copied() else { continue };
            let Some(node) = scene.node(slot).filter(|node| !node.is_frame() && front(node)) else {
                continue;
            };
            if self.dom.binary_search(&slot).is_err() {
                card(&mut self.batch, region, node);
                self.flush_cards();
                write_title(&mut self.list, &self.glyphs, region, node, title_ink(node));
            }
        }
    }

    fn flush_cards(&mut self) {
        self.batch.flush(&mut self.list);
    }
}

fn card(batch: &mut Batch, region: &Region, node: &Node) {
    let rect = region.device(&node.rect);
    let muted = node.flags.contains(Flags::MUTED);
    let class = |color: u8| if muted { Ink::faded(color) } else { Ink::class(color) };
    if let Some(ink) = ring(node) {
        let ring = region.css(2.0).max(1);
        frame(batch, region, rect.grown(ring), ring, ink);
    }
    if region.detail() == Detail::Far {
        batch.rect(class(node.color), region.clipped(rect));
        return;
    }
    let header = PixelRect { height: region.length(node.header).clamp(0, rect.height), ..rect };
    let body = PixelRect { y: header.bottom(), height: rect.height - header.height, ..rect };
    batch.rect(Ink::CARD, region.clipped(body));
    frame(batch, region, body, region.css(1.0).max(1), Ink::CARD_EDGE);
    batch.rect(class(node.color), region.clipped(header));
    let half = region.length(PORT).max(1);
    for (ports, side) in
        [(&node.inputs, crate::scene::Side::Input), (&node.outputs, crate::scene::Side::Output)]
    {
        for (number, port) in (0..).zip(ports) {
            let (x, y) = region.pixel(node.port(side, number));
            batch.rect(class(port.color), region.clip(x - half, y - half, x + half, y + half));
        }
    }
}

/// The four edges of a rectangle, drawn inside it.
pub(super) fn frame(batch: &mut Batch, region: &Region, rect: PixelRect, width: i32, ink: Ink) {
    let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    for edge in [
        (left, top, right, top + width),
        (left, bottom - width, right, bottom),
        (left, top + width, left + width, bottom - width),
        (right - width, top + width, right, bottom - width),
    ] {
        batch.rect(ink, region.clip(edge.0, edge.1, edge.2, edge.3));
    }
}

fn ring(node: &Node) -> Option<Ink> {
    let rings = [
        (Flags::SELECTED, Ink::SELECTED),
        (Flags::ERROR, Ink::ERROR),
        (Flags::FIRED, Ink::FIRED),
        (Flags::HOVERED, Ink::HOVERED),
    ];
    rings.into_iter().find(|(flag, _)| node.flags.contains(*flag)).map(|(_, ink)| ink)
}

fn title_ink(node: &Node) -> Ink {
    if node.flags.contains(Flags::MUTED) { Ink::FADED_TITLE } else { Ink::CARD_TITLE }
}

fn write_title(list: &mut super::DrawList, glyphs: &super::Glyphs, region: &Region, node: &Node, ink: Ink) {
    let size = TITLE * region.zoom();
    let rect = region.device(&node.rect);
    if size < READABLE || !region.shows(&rect) {
        return;
    }
    let size = size * region.dpr;
    let room = (node.rect.width - 2.0 * PADDING) * region.scale;
    // Capitals of common fonts are about 0.72 of the font size high.
    let y = rect.y + region.length(node.header / 2.0) + crate::geometry::pixel(size * 0.36);
    list.write(ink, size, (rect.x + region.length(PADDING), y), glyphs.fit(&node.title, size, room));
}

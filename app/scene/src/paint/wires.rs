//! Lines of wires: filled rectangles wherever a line is level or upright, strokes for corners and curves only.

use super::Painter;
use super::batch::Batch;
use super::draw_list::Stroke;
use super::ink::Ink;
use super::region::{Detail, Region};
use crate::geometry::{PixelRect, Point};
use crate::route::Path;
use crate::scene::{Flags, Scene, Wire};

/// Corners are rounded from this zoom on.
const ROUND_FROM: f64 = 0.6;

/// Radius of a corner, world pixels.
const RADIUS: f64 = 8.0;

/// Width of a line at zoom 1, CSS pixels.
const WIDTH: f64 = 2.0;

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    pub(super) ink: Ink,
    /// Device pixels.
    pub(super) width: i32,
    /// Device pixels; 0 for sharp corners.
    radius: i32,
    /// Leave out what a color has drawn already.
    once: bool,
}

impl Pen {
    /// `wider` CSS pixels wider than a plain wire.
    pub(super) fn new(region: &Region, ink: Ink, wider: f64) -> Self {
        let zoom = region.zoom();
        let width = region.css((WIDTH * zoom).clamp(1.0, 4.0) + wider).max(1);
        let radius = if zoom >= ROUND_FROM { region.length(RADIUS) } else { 0 };
        Self { ink, width, radius, once: region.detail() != Detail::Near }
    }
}

impl Painter {
    pub(super) fn wires(&mut self, scene: &Scene, region: &Region) {
        for slot in &self.visible.wires {
            let (Some(wire), Some(path)) = (scene.wire(*slot), scene.path(*slot)) else { continue };
            let (ink, wider) = look(wire);
            let pen = Pen::new(region, ink, wider);
            let batch = if wider > 0.0 { &mut self.raised } else { &mut self.batch };
            line(batch, region, path, &pen);
            if region.detail() == Detail::Near {
                reroutes(batch, region, wire, ink);
            }
        }
        self.batch.flush(&mut self.list);
        self.raised.flush(&mut self.list);
    }
}

fn look(wire: &Wire) -> (Ink, f64) {
    let flags = wire.flags;
    if flags.contains(Flags::ERROR) {
        (Ink::ERROR, 1.0)
    } else if flags.contains(Flags::SELECTED) {
        (Ink::SELECTED, 1.0)
    } else if flags.contains(Flags::HOVERED) {
        (Ink::HOVERED, 1.0)
    } else if flags.contains(Flags::FIRED) {
        (Ink::FIRED, 1.0)
    } else if flags.contains(Flags::MUTED) {
        (Ink::faded(wire.color), 0.0)
    } else {
        (Ink::class(wire.color), 0.0)
    }
}

/// Small squares where a wire was bent by hand.
fn reroutes(batch: &mut Batch, region: &Region, wire: &Wire, ink: Ink) {
    let half = region.length(4.0);
    for point in &wire.reroutes {
        let (x, y) = region.pixel(*point);
        batch.rect(ink, region.clip(x - half, y - half, x + half, y + half));
    }
}

/// Draws a path with a pen.
pub(super) fn line(batch: &mut Batch, region: &Region, path: &Path, pen: &Pen) {
    if path.is_curved() {
        curve(batch, region, path, pen);
        return;
    }
    let mut radius_before = 0;
    let mut before: Option<(i32, i32)> = None;
    let corners = path.points();
    for (index, corner) in corners.iter().enumerate() {
        let here = region.pixel(*corner);
        let Some(start) = before.replace(here) else { continue };
        let next = corners.get(index + 1).map(|next| region.pixel(*next));
        let radius_here = next.map_or(0, |next| corner_radius(pen, start, here, next));
        piece(batch, region, pen, (start, radius_before), (here, radius_here));
        if radius_here > 0
            && let Some(next) = next
        {
            round(batch, region, pen, [start, here, next], radius_here);
        }
        radius_before = radius_here;
    }
}

/// At most half of each of the two pieces that meet, so that every corner has room.
fn corner_radius(pen: &Pen, start: (i32, i32), here: (i32, i32), next: (i32, i32)) -> i32 {
    let length = |a: (i32, i32), b: (i32, i32)| (a.0 - b.0).abs().max((a.1 - b.1).abs());
    let turns = (start.0 == here.0) != (here.0 == next.0);
    let radius = pen.radius.min(length(start, here) / 2).min(length(here, next) / 2);
    if turns && radius > pen.width / 2 { radius } else { 0 }
}

/// One straight piece, shortened where corners are rounded.
fn piece(batch: &mut Batch, region: &Region, pen: &Pen, from: ((i32, i32), i32), to: ((i32, i32), i32)) {
    let ((a, cut_a), (b, cut_b)) = (from, to);
    if a.0 != b.0 && a.1 != b.1 {
        return;
    }
    let level = a.1 == b.1;
    let ((start, start_cut), (end, end_cut)) = match level {
        true if a.0 <= b.0 => ((a.0, cut_a), (b.0, cut_b)),
        true => ((b.0, cut_b), (a.0, cut_a)),
        false if a.1 <= b.1 => ((a.1, cut_a), (b.1, cut_b)),
        false => ((b.1, cut_b), (a.1, cut_a)),
    };
    // Less than a pixel long: its neighbors show it.
    if start == end && pen.once {
        return;
    }
    let half = pen.width / 2;
    // A sharp corner is filled by both pieces.
    let begin = if start_cut > 0 { start + start_cut } else { start - half };
    let finish = if end_cut > 0 { end - end_cut } else { end - half + pen.width };
    let across = if level { a.1 } else { a.0 } - half;
    let rect = if level {
        region.clip(begin, across, finish, across + pen.width)
    } else {
        region.clip(across, begin, across + pen.width, finish)
    };
    if pen.once {
        batch.rect_once(pen.ink, rect);
    } else {
        batch.rect(pen.ink, rect);
    }
}

fn round(batch: &mut Batch, region: &Region, pen: &Pen, corner: [(i32, i32); 3], radius: i32) {
    let [start, here, next] = corner;
    let reach = radius + pen.width;
    if !region.shows(&PixelRect::edges(here.0 - reach, here.1 - reach, here.0 + reach, here.1 + reach)) {
        return;
    }
    // The middle of the rectangles that the pieces are drawn as.
    let middle = f64::from(pen.width) / 2.0 - f64::from(pen.width / 2);
    let toward = |to: (i32, i32)| {
        let step = |from: i32, to: i32| from + (to - from).signum() * radius;
        let (x, y) = (step(here.0, to.0), step(here.1, to.1));
        (x, y, to.0 == here.0)
    };
    // Rectangles begin at whole pixels: along the piece the end is not moved to the middle.
    let place = |(x, y, upright): (i32, i32, bool)| {
        let (x, y) = (f64::from(x), f64::from(y));
        if upright { Point::new(x + middle, y) } else { Point::new(x, y + middle) }
    };
    if let Some(strokes) = batch.strokes(pen.ink, pen.width) {
        let control = Point::new(f64::from(here.0) + middle, f64::from(here.1) + middle);
        strokes.push(Stroke::Move(place(toward(start))));
        strokes.push(Stroke::Quadratic(control, place(toward(next))));
    }
}

fn curve(batch: &mut Batch, region: &Region, path: &Path, pen: &Pen) {
    let place = |point: &Point| {
        let x = point.x * region.scale - f64::from(region.rect.x);
        let y = point.y * region.scale - f64::from(region.rect.y);
        Point::new(x, y)
    };
    let Some(strokes) = batch.strokes(pen.ink, pen.width) else { return };
    for (index, cubic) in path.points().windows(4).step_by(3).enumerate() {
        let [a, b, c, d] = cubic else { continue };
        if index == 0 {
            strokes.push(Stroke::Move(place(a)));
        }
        strokes.push(Stroke::Cubic(place(b), place(c), place(d)));
    }
}

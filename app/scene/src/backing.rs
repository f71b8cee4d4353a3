//! What of a picture can be kept when the camera moves or nodes change.

use crate::camera::Camera;
use crate::geometry::{PixelRect, pixel};
use crate::paint::{Detail, Region};
use crate::scene::Damage;

/// A bitmap larger than the viewport, of which a host draws as little as possible.
///
/// Each frame, [`Backing::plan`] says what to do with the bitmap: nothing but to put it elsewhere, to move its
/// pixels and draw the strips that came in, or to draw all of it; and which damaged parts to draw again.
///
/// Measured in Chromium without a GPU, 2,000 nodes and 4,000 wires on 1600 × 900 pixels, CPU of the page's main thread
/// per frame: 1.1 ms for one touched pixel and for a damaged part, 1.9 ms for a bitmap that is only put elsewhere,
/// 2.5 ms for drawing all of it at zoom 1 and 7.3 ms at zoom 0.12, 4.1 ms for moving the pixels. So pixels are moved
/// only where nodes are small and many ([`Detail::Far`]); tiles, at 3.4 ms and more, are not worth it.
#[derive(Clone, Debug)]
pub struct Backing {
    /// CSS pixels on each side of the viewport.
    margin: f64,
    drawn: Option<Region>,
    rects: Vec<PixelRect>,
}

/// What becomes of the pixels that the bitmap has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// They stay where they are.
    Keep,
    /// They move by this many device pixels within the bitmap.
    Blit { dx: i32, dy: i32 },
    /// None is of use; the bitmap may have another size now.
    Full,
}

/// What to do for a frame, in this order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan<'a> {
    pub frame: Frame,
    /// What the bitmap shows afterwards; its size in device pixels is the size of `region.rect`.
    pub region: Region,
    /// Parts to draw, in the pixels of [`Region`]: draw `region.part(rect)` at `rect - region.rect`, clipped to it.
    pub draw: &'a [PixelRect],
    /// Where the bitmap's corner belongs, CSS pixels from that of the viewport: zero or negative.
    pub offset: (f64, f64),
}

impl Backing {
    #[must_use]
    pub const fn new(margin: f64) -> Self {
        Self { margin, drawn: None, rects: Vec::new() }
    }

    /// Makes the next plan draw everything, as after a change of theme.
    pub const fn forget(&mut self) {
        self.drawn = None;
    }

    /// The plan after which the bitmap shows the camera's picture, if `damage` is what changed since the last plan.
    pub fn plan(&mut self, camera: &Camera, viewport: (f64, f64), dpr: f64, damage: &Damage) -> Plan<'_> {
        let seen = Region::of(camera, viewport, dpr);
        let margin = pixel(self.margin * dpr);
        self.rects.clear();
        let kept = self.drawn.filter(|drawn| {
            let same = |a: f64, b: f64| a.total_cmp(&b).is_eq();
            let size = |region: &Region, by: i32| (region.rect.width - by, region.rect.height - by);
            !damage.is_all()
                && same(drawn.scale, seen.scale)
                && same(drawn.dpr, seen.dpr)
                && size(drawn, 2 * margin) == size(&seen, 0)
        });
        let (frame, region) = match kept {
            None => (Frame::Full, seen.part(seen.rect.grown(margin))),
            Some(drawn) => self.shift(&drawn, &seen, margin),
        };
        if frame == Frame::Full {
            self.rects.clear();
            self.rects.push(region.rect);
        } else {
            self.damaged(&region, damage);
        }
        self.drawn = Some(region);
        let css = |bitmap: i32, view: i32| f64::from(bitmap - view) / dpr;
        let offset = (css(region.rect.x, seen.rect.x), css(region.rect.y, seen.rect.y));
        Plan { frame, region, draw: &self.rects, offset }
    }

    /// Moves the bitmap along the axes on which the viewport has left it, and lists the strips that come in.
    fn shift(&mut self, drawn: &Region, seen: &Region, margin: i32) -> (Frame, Region) {
        let (old, view) = (drawn.rect, seen.rect);
        let beyond = |view: i32, view_end: i32, old: i32, old_end: i32| view < old || view_end > old_end;
        let x = if beyond(view.x, view.right(), old.x, old.right()) { view.x - margin } else { old.x };
        let y = if beyond(view.y, view.bottom(), old.y, old.bottom()) { view.y - margin } else { old.y };
        let new = PixelRect { x, y, ..old };
        if new == old {
            return (Frame::Keep, *drawn);
        }
        let shared = new.intersection(&old);
        if shared.is_empty() || drawn.detail() != Detail::Far {
            // Drawing costs less than moving pixels; then it may as well be in the middle again.
            return (Frame::Full, drawn.part(view.grown(margin)));
        }
        self.rects.extend(around(&new, &shared).into_iter().filter(|rect| !rect.is_empty()));
        (Frame::Blit { dx: old.x - new.x, dy: old.y - new.y }, drawn.part(new))
    }

    fn damaged(&mut self, region: &Region, damage: &Damage) {
        for rect in damage.rects() {
            let area = region.cover(rect).grown(region.halo()).intersection(&region.rect);
            if !area.is_empty() && !self.rects.iter().any(|other| other.contains_rect(&area)) {
                self.rects.push(area);
            }
        }
    }
}

/// What is left of `outer` without `inner`: above, below, left, right.
fn around(outer: &PixelRect, inner: &PixelRect) -> [PixelRect; 4] {
    [
        PixelRect::edges(outer.x, outer.y, outer.right(), inner.y),
        PixelRect::edges(outer.x, inner.bottom(), outer.right(), outer.bottom()),
        PixelRect::edges(outer.x, inner.y, inner.x, inner.bottom()),
        PixelRect::edges(inner.right(), inner.y, outer.right(), inner.bottom()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;

    const VIEW: (f64, f64) = (800.0, 600.0);

    fn started(zoom: f64) -> (Backing, Camera) {
        let (mut backing, camera) = (Backing::new(100.0), Camera { zoom, ..Camera::default() });
        let plan = backing.plan(&camera, VIEW, 1.0, &Damage::default());
        assert_eq!(plan.frame, Frame::Full);
        assert_eq!(plan.draw, [PixelRect::new(-100, -100, 1000, 800)]);
        assert_eq!(plan.offset, (-100.0, -100.0));
        (backing, camera)
    }

    #[test]
    fn a_small_pan_draws_nothing() {
        let (mut backing, mut camera) = started(1.0);
        camera.pan(-60.0, 40.0);
        let plan = backing.plan(&camera, VIEW, 1.0, &Damage::default());
        assert_eq!((plan.frame, plan.draw.len()), (Frame::Keep, 0));
        assert_eq!(plan.offset, (-160.0, -60.0));
    }

    #[test]
    fn far_away_a_pan_beyond_the_margin_draws_a_strip() {
        let (mut backing, mut camera) = started(0.1);
        camera.pan(-130.0, 0.0);
        let plan = backing.plan(&camera, VIEW, 1.0, &Damage::default());
        assert_eq!(plan.frame, Frame::Blit { dx: -130, dy: 0 });
        assert_eq!(plan.draw, [PixelRect::new(900, -100, 130, 800)]);
        assert_eq!(plan.offset, (-100.0, -100.0));
    }

    #[test]
    fn other_pans_beyond_it_and_zooms_draw_everything() {
        let (mut backing, mut camera) = started(1.0);
        camera.pan(-130.0, 0.0);
        let plan = backing.plan(&camera, VIEW, 1.0, &Damage::default());
        assert_eq!((plan.frame, plan.offset), (Frame::Full, (-100.0, -100.0)));
        camera.pan(9000.0, 0.0);
        assert_eq!(backing.plan(&camera, VIEW, 1.0, &Damage::default()).frame, Frame::Full);
        camera.zoom = 0.9;
        assert_eq!(backing.plan(&camera, VIEW, 1.0, &Damage::default()).frame, Frame::Full);
    }

    #[test]
    fn damage_draws_what_is_in_the_bitmap() {
        let (mut backing, camera) = started(1.0);
        let mut damage = Damage::default();
        damage.add(Rect::new(10.0, 10.0, 50.0, 50.0));
        damage.add(Rect::new(5000.0, 10.0, 50.0, 50.0));
        let plan = backing.plan(&camera, VIEW, 1.0, &damage);
        assert_eq!((plan.frame, plan.draw), (Frame::Keep, &[PixelRect::new(6, 6, 58, 58)][..]));
    }
}

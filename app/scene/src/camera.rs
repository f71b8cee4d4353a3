//! Which part of the world is seen.

use crate::geometry::{PixelRect, Point, Rect, pixel};

/// The visible part of the world: the world point at the top left corner of the viewport, and CSS pixels per world pixel.
///
/// Screen points are in CSS pixels from that corner. There is no animation in here: a host that wants one asks for
/// the end, and shows steps on the way there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    pub x: f64,
    pub y: f64,
    /// From [`Camera::MIN_ZOOM`] to [`Camera::MAX_ZOOM`].
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl Camera {
    pub const MIN_ZOOM: f64 = 0.05;
    pub const MAX_ZOOM: f64 = 4.0;

    /// From the translation in CSS pixels that React Flow's documents keep: `screen = world * zoom + translation`.
    #[must_use]
    pub fn from_translation(x: f64, y: f64, zoom: f64) -> Self {
        let zoom = bounded(zoom);
        Self { x: -x / zoom, y: -y / zoom, zoom }
    }

    /// The inverse of [`Camera::from_translation`]: also what a CSS transform of world content needs.
    #[must_use]
    pub fn translation(&self) -> (f64, f64) {
        (-self.x * self.zoom, -self.y * self.zoom)
    }

    #[must_use]
    pub fn world(&self, screen: Point) -> Point {
        Point::new(self.x + screen.x / self.zoom, self.y + screen.y / self.zoom)
    }

    #[must_use]
    pub fn screen(&self, world: Point) -> Point {
        Point::new((world.x - self.x) * self.zoom, (world.y - self.y) * self.zoom)
    }

    /// What a viewport of this size (CSS pixels) shows.
    #[must_use]
    pub fn visible(&self, viewport: (f64, f64)) -> Rect {
        Rect::new(self.x, self.y, viewport.0 / self.zoom, viewport.1 / self.zoom)
    }

    /// Moves the picture by a distance in CSS pixels, as a hand that drags it.
    pub fn pan(&mut self, dx: f64, dy: f64) {
        self.x -= dx / self.zoom;
        self.y -= dy / self.zoom;
    }

    /// Sets the zoom and keeps the world point under `screen` where it is.
    pub fn zoom_to(&mut self, screen: Point, zoom: f64) {
        let anchor = self.world(screen);
        self.zoom = bounded(zoom);
        self.x = anchor.x - screen.x / self.zoom;
        self.y = anchor.y - screen.y / self.zoom;
    }

    /// Multiplies the zoom, about a screen point.
    pub fn zoom_by(&mut self, screen: Point, factor: f64) {
        self.zoom_to(screen, self.zoom * factor);
    }

    /// Shows all of `rect` in the middle, with `padding` CSS pixels around it. Never enlarges beyond `max_zoom`.
    #[must_use]
    pub fn fit(rect: Rect, viewport: (f64, f64), padding: f64, max_zoom: f64) -> Self {
        let room = |size: f64| (size - 2.0 * padding).max(1.0);
        let zoom = (room(viewport.0) / rect.width.max(1.0)).min(room(viewport.1) / rect.height.max(1.0));
        Self::centered(rect.center(), viewport, bounded(zoom.min(max_zoom)))
    }

    /// Shows `point` in the middle of the viewport.
    #[must_use]
    pub fn centered(point: Point, viewport: (f64, f64), zoom: f64) -> Self {
        let zoom = bounded(zoom);
        Self { x: point.x - viewport.0 / zoom / 2.0, y: point.y - viewport.1 / zoom / 2.0, zoom }
    }

    /// How far to pan in a frame while something is dragged at the rim of the viewport, CSS pixels: nothing inside,
    /// up to 15 at the edge and beyond.
    #[must_use]
    pub fn auto_pan(screen: Point, viewport: (f64, f64)) -> (f64, f64) {
        let push = |at: f64, size: f64| {
            let (near, far) = (Self::RIM - at, at - (size - Self::RIM));
            Self::PAN_SPEED * ((near / Self::RIM).clamp(0.0, 1.0) - (far / Self::RIM).clamp(0.0, 1.0))
        };
        (push(screen.x, viewport.0), push(screen.y, viewport.1))
    }

    /// Where panning begins, CSS pixels from the edge, and its highest speed, CSS pixels per frame: React Flow's.
    const RIM: f64 = 40.0;
    const PAN_SPEED: f64 = 15.0;

    /// Device pixels per world pixel.
    #[must_use]
    pub fn scale(&self, dpr: f64) -> f64 {
        self.zoom * dpr
    }

    /// The viewport in device pixels counted from the world's origin.
    ///
    /// These are the coordinates of a [`Region`](crate::Region): whole pixels, so that a picture that was drawn at
    /// one camera position fits at another of the same zoom.
    #[must_use]
    pub fn device(&self, viewport: (f64, f64), dpr: f64) -> PixelRect {
        let scale = self.scale(dpr);
        PixelRect::new(
            pixel(self.x * scale),
            pixel(self.y * scale),
            pixel(viewport.0 * dpr),
            pixel(viewport.1 * dpr),
        )
    }
}

fn bounded(zoom: f64) -> f64 {
    if zoom.is_finite() { zoom.clamp(Camera::MIN_ZOOM, Camera::MAX_ZOOM) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Point, b: Point) -> bool {
        a.distance(b) < 1.0e-6
    }

    #[test]
    fn zooming_keeps_the_point_under_the_cursor() {
        let mut camera = Camera { x: -300.0, y: 125.5, zoom: 0.7 };
        let cursor = Point::new(411.0, 93.0);
        let before = camera.world(cursor);
        for factor in [1.1, 0.3, 40.0, 0.001] {
            camera.zoom_by(cursor, factor);
            assert!(near(camera.world(cursor), before));
        }
        assert!((camera.zoom - Camera::MIN_ZOOM).abs() < 1.0e-12);
    }

    #[test]
    fn fit_shows_all_of_it_in_the_middle() {
        let rect = Rect::new(-500.0, 200.0, 3000.0, 900.0);
        let camera = Camera::fit(rect, (800.0, 600.0), 40.0, 1.0);
        let seen = camera.visible((800.0, 600.0));
        assert!(seen.contains_rect(&rect));
        assert!(near(seen.center(), rect.center()));
        assert!((camera.screen(rect.origin()).x - 40.0).abs() < 1.0e-6);
    }

    #[test]
    fn fit_does_not_enlarge_a_single_node() {
        let camera = Camera::fit(Rect::new(0.0, 0.0, 10.0, 10.0), (800.0, 600.0), 40.0, 1.0);
        assert!((camera.zoom - 1.0).abs() < 1.0e-12);
    }

    #[test]
    fn translation_is_that_of_react_flow() {
        let camera = Camera::from_translation(120.0, -40.0, 0.5);
        assert!(near(camera.screen(Point::new(10.0, 10.0)), Point::new(125.0, -35.0)));
        let (x, y) = camera.translation();
        assert!(near(Point::new(x, y), Point::new(120.0, -40.0)));
    }

    #[test]
    fn dragging_at_the_rim_pans() {
        let pan = |x: f64, y: f64| Camera::auto_pan(Point::new(x, y), (800.0, 600.0));
        assert_eq!(pan(400.0, 300.0), (0.0, 0.0));
        assert_eq!(pan(20.0, 300.0), (7.5, 0.0));
        assert_eq!(pan(-50.0, 600.0), (15.0, -15.0));
    }

    #[test]
    fn a_zoom_that_is_no_number_becomes_one() {
        assert!((Camera::centered(Point::default(), (1.0, 1.0), f64::NAN).zoom - 1.0).abs() < 1.0e-12);
    }
}

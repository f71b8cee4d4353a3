//! Points and rectangles in world pixels, rectangles in device pixels, and the rounding between the two.

use std::ops::{Add, Mul, Sub};

/// A point, or a distance, in world pixels (which are CSS pixels at zoom 1); y grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle in world pixels. Edges belong to it, so that a point on an edge is inside.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A rectangle in device pixels. The right and bottom edges do not belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PixelRect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Point {
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        let d = self - other;
        (d.x * d.x + d.y * d.y).sqrt()
    }

    /// The point on the way to `other`, at `t` from 0 to 1.
    #[must_use]
    pub fn toward(self, other: Self, t: f64) -> Self {
        self + (other - self) * t
    }

    /// The nearest point with coordinates that are multiples of `grid`; itself if `grid` is not positive.
    #[must_use]
    pub fn snapped(self, grid: f64) -> Self {
        if grid > 0.0 {
            Self::new((self.x / grid).round() * grid, (self.y / grid).round() * grid)
        } else {
            self
        }
    }
}

impl Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

impl Rect {
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// The rectangle with these two corners, whichever they are.
    #[must_use]
    pub fn between(a: Point, b: Point) -> Self {
        Self::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs())
    }

    #[must_use]
    pub const fn right(&self) -> f64 {
        self.x + self.width
    }

    #[must_use]
    pub const fn bottom(&self) -> f64 {
        self.y + self.height
    }

    #[must_use]
    pub const fn origin(&self) -> Point {
        Point::new(self.x, self.y)
    }

    #[must_use]
    pub fn center(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    #[must_use]
    pub fn area(&self) -> f64 {
        self.width * self.height
    }

    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x && point.x <= self.right() && point.y >= self.y && point.y <= self.bottom()
    }

    #[must_use]
    pub fn contains_rect(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.right() <= self.right()
            && other.y >= self.y
            && other.bottom() <= self.bottom()
    }

    /// Whether the two share a point; touching is enough.
    #[must_use]
    pub fn touches(&self, other: &Self) -> bool {
        self.x <= other.right()
            && other.x <= self.right()
            && self.y <= other.bottom()
            && other.y <= self.bottom()
    }

    /// Whether the two share an area; touching is not enough.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Larger by `by` on each side.
    #[must_use]
    pub const fn grown(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }

    #[must_use]
    pub fn moved_to(&self, origin: Point) -> Self {
        Self { x: origin.x, y: origin.y, ..*self }
    }

    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite() && self.width.is_finite() && self.height.is_finite()
    }
}

impl PixelRect {
    #[must_use]
    pub const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width, height }
    }

    /// From the left and top edges to the right and bottom edges.
    #[must_use]
    pub const fn edges(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }

    #[must_use]
    pub const fn right(&self) -> i32 {
        self.x.saturating_add(self.width)
    }

    #[must_use]
    pub const fn bottom(&self) -> i32 {
        self.y.saturating_add(self.height)
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.width <= 0 || self.height <= 0
    }

    /// The part that both share; empty if there is none.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self::edges(
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        )
    }

    /// The smallest rectangle that holds both; an empty one counts for nothing.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        Self::edges(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    #[must_use]
    pub const fn contains_rect(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }

    #[must_use]
    pub const fn shifted(&self, dx: i32, dy: i32) -> Self {
        Self { x: self.x.saturating_add(dx), y: self.y.saturating_add(dy), ..*self }
    }

    #[must_use]
    pub const fn grown(&self, by: i32) -> Self {
        Self {
            x: self.x.saturating_sub(by),
            y: self.y.saturating_sub(by),
            width: self.width.saturating_add(2 * by),
            height: self.height.saturating_add(2 * by),
        }
    }
}

/// Far outside any screen, and small enough that sums of a few such values stay in range.
const PIXEL_LIMIT: f64 = 1.0e8;

/// The nearest device pixel; halves go up, so that equal steps keep equal distances on both sides of zero.
#[expect(clippy::cast_possible_truncation, reason = "clamped before the cast; NaN becomes 0")]
pub(crate) fn pixel(value: f64) -> i32 {
    (value + 0.5).floor().clamp(-PIXEL_LIMIT, PIXEL_LIMIT) as i32
}

/// A count as a number: exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of nodes stay far below 2^53")]
pub(crate) const fn float(count: usize) -> f64 {
    count as f64
}

/// A position in a collection as a slot.
pub(crate) fn slot(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The element at a position, or the default: for tables whose bounds are known by construction.
pub(crate) fn at<T: Copy + Default>(table: &[T], index: usize) -> T {
    table.get(index).copied().unwrap_or_default()
}

/// Sets the element at a position, if there is one.
pub(crate) fn put<T>(table: &mut [T], index: usize, value: T) {
    if let Some(place) = table.get_mut(index) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_even_around_zero_and_bounded() {
        assert_eq!([-1.5, -0.5, 0.5, 1.5].map(pixel), [-1, 0, 1, 2]);
        assert_eq!(pixel(f64::NAN), 0);
        assert_eq!(pixel(f64::INFINITY), 100_000_000);
    }

    #[test]
    fn touching_rectangles_do_not_overlap() {
        let (a, b) = (Rect::new(0.0, 0.0, 10.0, 10.0), Rect::new(10.0, 0.0, 5.0, 5.0));
        assert!(a.touches(&b) && !a.overlaps(&b));
        assert_eq!(a.union(&b), Rect::new(0.0, 0.0, 15.0, 10.0));
    }

    #[test]
    fn pixel_rectangles_without_area_are_empty() {
        let (a, b) = (PixelRect::new(0, 0, 10, 10), PixelRect::new(10, 0, 5, 5));
        assert!(a.intersection(&b).is_empty());
        assert_eq!(a.union(&PixelRect::default()), a);
    }
}

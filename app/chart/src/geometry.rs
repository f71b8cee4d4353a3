//! Rectangles, and the two roundings between floating point and integer pixels.

/// A rectangle in CSS pixels from the chart's top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A rectangle in device pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PixelRect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Rect {
    #[must_use]
    pub fn contains(&self, x: f64, y: f64) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        !(self.width > 0.0 && self.height > 0.0)
    }
}

impl PixelRect {
    #[must_use]
    pub const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width, height }
    }

    #[must_use]
    pub const fn right(&self) -> i32 {
        self.x.saturating_add(self.width)
    }

    #[must_use]
    pub const fn bottom(&self) -> i32 {
        self.y.saturating_add(self.height)
    }

    /// The part of it that lies in an area; empty if none does.
    #[must_use]
    pub fn within(&self, area: Self) -> Self {
        let (x, y) = (self.x.max(area.x), self.y.max(area.y));
        let (right, bottom) = (self.right().min(area.right()), self.bottom().min(area.bottom()));
        Self { x, y, width: right - x, height: bottom - y }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.width <= 0 || self.height <= 0
    }
}

/// Far outside any screen, and small enough that sums of a few such values stay in range.
const PIXEL_LIMIT: f64 = 1.0e8;

/// The nearest device pixel; halves go up, so that equal steps keep equal distances on both sides of zero.
#[expect(clippy::cast_possible_truncation, reason = "clamped before the cast; NaN becomes 0")]
pub(crate) fn pixel(value: f64) -> i32 {
    (value + 0.5).floor().clamp(-PIXEL_LIMIT, PIXEL_LIMIT) as i32
}

/// The nearest bar index at or below a position on the time scale.
#[expect(clippy::cast_possible_truncation, reason = "clamped before the cast; NaN becomes 0")]
pub(crate) fn floor_index(value: f64) -> i64 {
    value.floor().clamp(-9.0e15, 9.0e15) as i64
}

/// The nearest bar index at or above a position on the time scale.
#[expect(clippy::cast_possible_truncation, reason = "clamped before the cast; NaN becomes 0")]
pub(crate) fn ceil_index(value: f64) -> i64 {
    value.ceil().clamp(-9.0e15, 9.0e15) as i64
}

/// Positions of bars as numbers: exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "bar counts and times in ms stay far below 2^53")]
pub(crate) const fn float(index: i64) -> f64 {
    index as f64
}

/// Lengths of collections as bar indexes.
pub(crate) fn index(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_even_around_zero_and_bounded() {
        assert_eq!([-1.5, -0.5, 0.5, 1.5].map(pixel), [-1, 0, 1, 2]);
        assert_eq!(pixel(f64::NAN), 0);
        assert_eq!(pixel(f64::INFINITY), 100_000_000);
        assert_eq!(floor_index(-0.1), -1);
        assert_eq!(ceil_index(f64::NEG_INFINITY), -9_000_000_000_000_000);
    }
}

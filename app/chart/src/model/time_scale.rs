//! Bars to horizontal positions: equal spacing per bar, whatever time lies between them.
//!
//! The scale stores where the right edge of the plot stands among the logical indexes. As those survive loading
//! older bars, nothing moves when history arrives.

use crate::geometry::{ceil_index, float, floor_index};

/// Widest spacing, CSS pixels per bar.
const MAX_SPACING: f64 = 120.0;
/// With few bars, zooming out stops here.
const MIN_SPACING: f64 = 0.5;
/// At least so many bars stay in view, whichever way one pans.
const BARS_KEPT: f64 = 2.0;

/// Bars that exist: logical indexes `[first, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) first: i64,
    pub(crate) end: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TimeScale {
    /// Of the plot, CSS pixels.
    width: f64,
    /// CSS pixels from one bar to the next.
    spacing: f64,
    /// Logical index, with fraction, at the right edge of the plot; a bar's own index is its center.
    right: f64,
}

impl Extent {
    fn len(self) -> f64 {
        float(self.end - self.first)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.end <= self.first
    }
}

impl TimeScale {
    pub(crate) fn new(spacing: f64) -> Self {
        let spacing = if spacing.is_finite() { spacing.clamp(MIN_SPACING, MAX_SPACING) } else { 6.0 };
        Self { width: 0.0, spacing, right: 0.0 }
    }

    pub(crate) fn spacing(&self) -> f64 {
        self.spacing
    }

    pub(crate) fn right(&self) -> f64 {
        self.right
    }

    /// The right edge keeps its place in time.
    pub(crate) fn set_width(&mut self, width: f64) {
        self.width = width.max(0.0);
    }

    /// Center of a bar, CSS pixels from the left edge of the plot.
    pub(crate) fn x_from_index(&self, position: f64) -> f64 {
        self.width - (self.right - position) * self.spacing
    }

    pub(crate) fn index_from_x(&self, x: f64) -> f64 {
        self.right - (self.width - x) / self.spacing
    }

    /// The bar whose slot holds `x`; may lie outside the data.
    pub(crate) fn slot_from_x(&self, x: f64) -> i64 {
        floor_index(self.index_from_x(x) + 0.5)
    }

    /// Bars of which at least the center could be in view: `[from, to)`, cut to the extent.
    pub(crate) fn in_view(&self, extent: Extent) -> Extent {
        let first = ceil_index(self.index_from_x(0.0) - 0.5).max(extent.first);
        let end = floor_index(self.right + 0.5).saturating_add(1).min(extent.end);
        Extent { first, end: end.max(first) }
    }

    /// Moves the picture by `dx` pixels; to the right shows older bars.
    pub(crate) fn pan_by(&mut self, dx: f64, extent: Extent) {
        if dx.is_finite() {
            self.right -= dx / self.spacing;
            self.limit(extent);
        }
    }

    /// Multiplies the spacing; what is under `x` stays there, unless a limit of panning forbids it.
    pub(crate) fn zoom_at(&mut self, x: f64, factor: f64, extent: Extent) {
        if !(factor.is_finite() && factor > 0.0 && x.is_finite()) {
            return;
        }
        let under = self.index_from_x(x);
        self.spacing = (self.spacing * factor).clamp(self.min_spacing(extent), MAX_SPACING);
        self.right = under + (self.width - x) / self.spacing;
        self.limit(extent);
    }

    /// Zooms about the right edge, or about the newest bar while it is in view.
    pub(crate) fn set_spacing(&mut self, spacing: f64, extent: Extent) {
        let newest = float(extent.end - 1);
        let at = if newest <= self.right { self.x_from_index(newest) } else { self.width };
        self.zoom_at(at, spacing / self.spacing, extent);
    }

    /// Shows `bars` bars and `offset` empty slots, ending at the newest bar.
    pub(crate) fn show_newest(&mut self, bars: f64, offset: f64, extent: Extent) {
        let bars = bars.clamp(1.0, extent.len().max(1.0));
        if self.width > 0.0 {
            let narrowest = self.min_spacing(extent);
            self.spacing = (self.width / (bars + offset)).clamp(narrowest, MAX_SPACING);
        }
        self.show_end(offset, extent);
    }

    /// Puts the newest bar `offset` slots left of the right edge.
    pub(crate) fn show_end(&mut self, offset: f64, extent: Extent) {
        self.right = float(extent.end) - 0.5 + offset;
    }

    /// Puts a bar in the middle of the plot, or as near as panning may go.
    pub(crate) fn center_on(&mut self, position: f64, extent: Extent) {
        self.right = position + self.width / self.spacing / 2.0;
        self.limit(extent);
    }

    /// Shows exactly the bars `[from, to)`, edge to edge.
    pub(crate) fn show_range(&mut self, range: Extent, extent: Extent) {
        if range.is_empty() || self.width <= 0.0 {
            return;
        }
        self.spacing = (self.width / range.len()).clamp(self.min_spacing(extent), MAX_SPACING);
        self.right = float(range.end) - 0.5;
        self.limit(extent);
    }

    /// Puts two logical indexes at the left and right edge, or as near as the limits allow.
    pub(crate) fn show_positions(&mut self, from: f64, to: f64, extent: Extent) {
        let spacing = self.width / (to - from);
        if spacing.is_finite() && spacing > 0.0 {
            self.spacing = spacing.clamp(self.min_spacing(extent), MAX_SPACING);
            self.right = to;
            self.limit(extent);
        }
    }

    /// Puts the right edge at this logical index, or as near as panning may go.
    pub(crate) fn set_right(&mut self, right: f64, extent: Extent) {
        if right.is_finite() {
            self.right = right;
            self.limit(extent);
        }
    }

    /// Back to a spacing, wherever the view then stands.
    pub(crate) fn reset_spacing(&mut self, spacing: f64, extent: Extent) {
        if spacing.is_finite() {
            self.spacing = spacing.clamp(self.min_spacing(extent), MAX_SPACING);
        }
    }

    /// Moves the view with bars that got other indexes.
    pub(crate) fn shift_by(&mut self, bars: i64) {
        self.right += float(bars);
    }

    /// Every bar fits at this spacing, with some room.
    fn min_spacing(&self, extent: Extent) -> f64 {
        MIN_SPACING.min(self.width / (extent.len() * 1.1 + 10.0)).max(1.0e-6)
    }

    fn limit(&mut self, extent: Extent) {
        if extent.is_empty() {
            return;
        }
        let kept = BARS_KEPT.min(extent.len());
        let shown = self.width / self.spacing;
        let leftmost = float(extent.first) - 0.5 + kept;
        let rightmost = (float(extent.end) - 0.5 - kept + shown).max(leftmost);
        self.right = self.right.clamp(leftmost, rightmost);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scale(width: f64, spacing: f64, right: f64) -> TimeScale {
        TimeScale { width, spacing, right }
    }

    #[test]
    fn a_bar_is_as_wide_as_the_spacing() {
        let s = scale(100.0, 10.0, 9.5);
        assert!((s.x_from_index(9.0) - 95.0).abs() < 1e-9);
        assert_eq!(s.slot_from_x(90.0), 9);
        assert_eq!(s.slot_from_x(89.9), 8);
        assert_eq!(s.in_view(Extent { first: 0, end: 100 }), Extent { first: 0, end: 11 });
        assert_eq!(s.in_view(Extent { first: 20, end: 100 }), Extent { first: 20, end: 20 });
    }

    #[test]
    fn fitting_shows_everything_and_no_pan_loses_the_data() {
        let extent = Extent { first: -500, end: 1_000_000 };
        let mut s = scale(1000.0, 6.0, 0.0);
        s.show_newest(2.0e6, 5.0, extent);
        assert!(s.x_from_index(-500.0) >= 0.0);
        assert!(s.x_from_index(999_999.0) <= 1000.0);
        s.pan_by(1.0e9, extent);
        assert_eq!(s.in_view(extent).first, -500);
        assert!(!s.in_view(extent).is_empty());
        s.pan_by(-1.0e12, extent);
        assert!(!s.in_view(extent).is_empty());
        s.pan_by(f64::NAN, extent);
        assert!(s.right().is_finite());
    }

    proptest! {
        #[test]
        fn what_is_under_the_pointer_survives_zoom(
            right in 0.0f64..5000.0, spacing in 0.01f64..60.0, x in 0.0f64..1500.0, factor in 0.2f64..5.0,
        ) {
            let extent = Extent { first: -1_000_000, end: 1_000_000 };
            let mut s = scale(1500.0, spacing, right);
            let under = s.index_from_x(x);
            s.zoom_at(x, factor, extent);
            prop_assert!((s.x_from_index(under) - x).abs() < 1e-6);
        }

        #[test]
        fn panning_there_and_back_is_nothing(right in 0.0f64..5000.0, spacing in 0.01f64..60.0, dx in -900.0f64..900.0) {
            let extent = Extent { first: -1_000_000, end: 1_000_000 };
            let mut s = scale(1500.0, spacing, right);
            s.pan_by(dx, extent);
            s.pan_by(-dx, extent);
            prop_assert!((s.right() - right).abs() < 1e-6);
        }
    }
}

//! Prices to heights: automatic or manual range, linear, logarithmic or in percent.

use super::PriceMode;

/// Share of the plot kept free above the highest price.
const TOP_MARGIN: f64 = 0.08;
const BOTTOM_MARGIN: f64 = 0.08;
/// With a volume histogram candles stay above it.
const BOTTOM_MARGIN_WITH_VOLUME: f64 = 0.22;
/// Share of the plot the volume histogram takes.
pub(crate) const VOLUME_SHARE: f64 = 0.18;
/// Manual ranges stay within this factor of the automatic one.
const MAX_ZOOM: f64 = 1.0e6;

/// Prices at the lower and upper edge of the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PriceRange {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PriceScale {
    mode: PriceMode,
    volume: bool,
    /// Of the plot, CSS pixels.
    height: f64,
    /// What the data asks for: lowest and highest price in view.
    data: Option<PriceRange>,
    /// Set by hand, at the edges of the plot, in the units of `inner`.
    manual: Option<PriceRange>,
    /// In effect, at the edges of the plot, in the units of `inner`.
    range: PriceRange,
    /// Whether heights go by the logarithm.
    log: bool,
    /// Price at zero percent.
    base: f64,
}

impl PriceScale {
    pub(crate) fn new(mode: PriceMode, volume: bool) -> Self {
        let range = PriceRange { low: 0.0, high: 1.0 };
        Self { mode, volume, height: 0.0, data: None, manual: None, range, log: false, base: 1.0 }
    }

    pub(crate) fn set_mode(&mut self, mode: PriceMode) {
        if mode != self.mode {
            self.mode = mode;
            self.manual = None;
            self.settle();
        }
    }

    pub(crate) fn set_volume(&mut self, volume: bool) {
        self.volume = volume;
        self.settle();
    }

    pub(crate) fn set_height(&mut self, height: f64) {
        self.height = height.max(0.0);
    }

    pub(crate) fn height(&self) -> f64 {
        self.height
    }

    /// Whether the range follows the bars in view.
    pub(crate) fn is_automatic(&self) -> bool {
        self.manual.is_none()
    }

    /// Whether heights go by the logarithm now.
    pub(crate) fn is_log(&self) -> bool {
        self.log
    }

    /// Price of zero percent, in percent mode.
    pub(crate) fn percent_base(&self) -> Option<f64> {
        (self.mode == PriceMode::Percent && self.base > 0.0).then_some(self.base)
    }

    /// Tells the extremes in view and the price at zero percent.
    pub(crate) fn set_data(&mut self, low: f64, high: f64, base: f64) {
        self.data = Some(PriceRange { low, high });
        self.base = base;
        self.settle();
    }

    pub(crate) fn y_from_price(&self, price: f64) -> f64 {
        let PriceRange { low, high } = self.range;
        self.height * (high - self.inner(price)) / (high - low)
    }

    pub(crate) fn price_from_y(&self, y: f64) -> f64 {
        let PriceRange { low, high } = self.range;
        self.outer(high - y / self.height.max(1.0) * (high - low))
    }

    /// Prices at the lower and upper edge of the plot.
    pub(crate) fn edges(&self) -> PriceRange {
        PriceRange { low: self.outer(self.range.low), high: self.outer(self.range.high) }
    }

    /// Stretches (`factor` > 1: fewer prices in view) about the middle of the plot; from then on the scale is manual.
    pub(crate) fn scale_by(&mut self, factor: f64) {
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        let PriceRange { low, high } = self.range;
        let natural = self.automatic().map_or(high - low, |auto| auto.high - auto.low);
        let middle = f64::midpoint(low, high);
        let half = ((high - low) / factor).clamp(natural / MAX_ZOOM, natural * MAX_ZOOM) / 2.0;
        self.take(PriceRange { low: middle - half, high: middle + half });
    }

    /// Moves the prices by `dy` pixels, down for positive values; from then on the scale is manual.
    pub(crate) fn pan_by(&mut self, dy: f64) {
        if dy.is_finite() && self.height > 0.0 {
            let PriceRange { low, high } = self.range;
            let step = dy / self.height * (high - low);
            self.take(PriceRange { low: low + step, high: high + step });
        }
    }

    /// Back to the range of the bars in view.
    pub(crate) fn reset(&mut self) {
        self.manual = None;
        self.settle();
    }

    fn take(&mut self, range: PriceRange) {
        // Beyond this the difference of the edges drowns in their size.
        let size = range.low.abs().max(range.high.abs()).max(f64::MIN_POSITIVE);
        if range.low.is_finite() && range.high.is_finite() && (range.high - range.low) / size > 1.0e-12 {
            self.manual = Some(range);
            self.range = range;
        }
    }

    /// From a price to the units in which heights are proportional.
    fn inner(&self, price: f64) -> f64 {
        if self.log { price.max(f64::MIN_POSITIVE).ln() } else { price }
    }

    fn outer(&self, inner: f64) -> f64 {
        if self.log { inner.exp() } else { inner }
    }

    fn settle(&mut self) {
        let log = self.mode == PriceMode::Log && self.data.is_none_or(|data| data.low > 0.0);
        if log != self.log {
            // A range set by hand means nothing in the other units.
            self.manual = None;
            self.log = log;
        }
        if let Some(range) = self.manual.or_else(|| self.automatic()) {
            self.range = range;
        }
    }

    fn automatic(&self) -> Option<PriceRange> {
        let PriceRange { low, high } = self.data?;
        let (mut low, mut high) = (self.inner(low), self.inner(high));
        // A flat line stands in the middle, with some prices around it.
        let least = low.abs().max(high.abs()) * 1.0e-9;
        if high - low <= least {
            let around = if self.log { 0.01 } else { (low.abs() * 0.005).max(least).max(1.0e-9) };
            (low, high) = (low - around, high + around);
        }
        let bottom = if self.volume { BOTTOM_MARGIN_WITH_VOLUME } else { BOTTOM_MARGIN };
        let unit = (high - low) / (1.0 - TOP_MARGIN - bottom);
        let range = PriceRange { low: low - unit * bottom, high: high + unit * TOP_MARGIN };
        (range.low.is_finite() && range.high.is_finite()).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scale(mode: PriceMode, low: f64, high: f64) -> PriceScale {
        let mut s = PriceScale::new(mode, false);
        s.set_height(500.0);
        s.set_data(low, high, low);
        s
    }

    #[test]
    fn margins_are_free() {
        let s = scale(PriceMode::Linear, 100.0, 200.0);
        assert!((s.y_from_price(200.0) - 40.0).abs() < 1e-9);
        assert!((s.y_from_price(100.0) - 460.0).abs() < 1e-9);
    }

    #[test]
    fn log_gives_equal_ratios_equal_heights() {
        let s = scale(PriceMode::Log, 1.0, 100.0);
        let (a, b, c) = (s.y_from_price(1.0), s.y_from_price(10.0), s.y_from_price(100.0));
        assert!(((a - b) - (b - c)).abs() < 1e-9);
        assert!(!scale(PriceMode::Log, -1.0, 100.0).is_log(), "no logarithm of prices below zero");
    }

    #[test]
    fn manual_range_holds_until_reset() {
        let mut s = scale(PriceMode::Linear, 100.0, 200.0);
        let auto = s.edges();
        s.scale_by(2.0);
        assert!(!s.is_automatic());
        let manual = s.edges();
        s.set_data(10.0, 20.0, 10.0);
        assert_eq!(s.edges(), manual, "new data does not move a manual range");
        s.set_data(100.0, 200.0, 100.0);
        s.reset();
        assert_eq!(s.edges(), auto);
    }

    #[test]
    fn degenerate_ranges_stay_finite() {
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (1e300, 1e300), (-1e-300, 1e-300), (f64::MIN, f64::MAX)] {
            let mut s = scale(PriceMode::Linear, low, high);
            for _ in 0..100 {
                s.scale_by(1e9);
                s.pan_by(1e6);
            }
            assert!(s.y_from_price(low).is_finite() || high > 1e300, "{low} {high}");
            let edges = s.edges();
            assert!(edges.low < edges.high);
        }
    }

    proptest! {
        #[test]
        fn heights_and_prices_invert(
            low in 0.01f64..1000.0, span in 0.01f64..1000.0, y in 0.0f64..500.0, log in any::<bool>(),
        ) {
            let s = scale(if log { PriceMode::Log } else { PriceMode::Linear }, low, low + span);
            prop_assert!((s.y_from_price(s.price_from_y(y)) - y).abs() < 1e-6);
        }
    }
}

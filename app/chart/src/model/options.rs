//! What the owner of a chart chooses once: looks, formats, limits.

use super::{Palette, Zone};

/// How prices map to heights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PriceMode {
    #[default]
    Linear,
    /// Equal ratios have equal heights. Where the range reaches zero or below, the chart falls back to linear.
    Log,
    /// Linear, labeled as the change in percent from the close of the first bar in view.
    Percent,
}

/// How prices of the instrument are written and what they snap to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceFormat {
    /// Smallest price step; dragged lines snap to it. Zero or a value that is not finite means no step.
    pub tick_size: f64,
    /// Decimals shown, at most 12.
    pub precision: u8,
    /// Commas between thousands.
    pub grouping: bool,
}

impl PriceFormat {
    /// The nearest price on the tick grid.
    #[must_use]
    pub fn snap(&self, price: f64) -> f64 {
        if !(self.tick_size.is_finite() && self.tick_size > 0.0) {
            return price;
        }
        // A whole number over a power of ten, so that 3 ticks of 0.1 are 0.3 and not 0.30000000000000004: both are exact,
        // and a quotient is rounded right. (Through text it would be the same, with a float parser in the module.)
        let ticks = (price / self.tick_size).round();
        let exact = ticks * self.tick_size;
        let scale = 10f64.powi(i32::from(self.precision.clamp(decimals_of(self.tick_size), 12)));
        let whole = (exact * scale).round();
        if whole.abs() < 9.0e15 { whole / scale } else { exact }
    }
}

/// Decimals that write this step exactly, at most 12.
fn decimals_of(step: f64) -> u8 {
    (0u8..12)
        .find(|digits| {
            let scaled = step * 10f64.powi(i32::from(*digits));
            (scaled - scaled.round()).abs() < 1.0e-9 * scaled.max(1.0)
        })
        .unwrap_or(12)
}

impl Default for PriceFormat {
    fn default() -> Self {
        Self { tick_size: 0.01, precision: 2, grouping: true }
    }
}

/// What to show when bars arrive in an empty chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fit {
    /// The newest bars at [`Options::bar_spacing`].
    Newest,
    /// The newest `n` bars, as wide as fits.
    Bars(usize),
    /// All bars.
    All,
}

/// Choices for [`Chart::new`](super::Chart::new); all of them can be changed later.
#[derive(Clone, Debug)]
pub struct Options {
    pub palette: Palette,
    pub price_format: PriceFormat,
    pub price_mode: PriceMode,
    pub zone: Zone,
    /// Duration of a bar in milliseconds; 0 lets the chart infer it from the newest bars.
    pub timeframe_ms: i64,
    /// Distance between bars, CSS pixels, before anybody zooms.
    pub bar_spacing: f64,
    /// Empty room right of the newest bar, in bars.
    pub right_offset: f64,
    pub opening_view: Fit,
    /// Histogram of the volume in the lowest part of the plot.
    pub volume: bool,
    /// Rising candles as outlines, so that direction shows without color.
    pub hollow_up: bool,
    /// A line across the plot at the newest close, with its label on the axis.
    pub last_price_line: bool,
    pub grid: bool,
    /// CSS font family of all labels.
    pub font_family: String,
    /// Size of axis labels, CSS pixels.
    pub font_size: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            palette: Palette::default(),
            price_format: PriceFormat::default(),
            price_mode: PriceMode::Linear,
            zone: Zone::utc(),
            timeframe_ms: 0,
            bar_spacing: 7.0,
            right_offset: 6.0,
            opening_view: Fit::Newest,
            volume: true,
            hollow_up: false,
            last_price_line: true,
            grid: true,
            font_family: "system-ui, sans-serif".to_owned(),
            font_size: 12.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_snap_to_the_tick_grid() {
        let snap = |tick_size, precision, price| {
            PriceFormat { tick_size, precision, grouping: false }.snap(price).to_string()
        };
        assert_eq!(snap(0.1, 1, 0.29), "0.3");
        assert_eq!(snap(0.05, 2, 1.0749), "1.05");
        assert_eq!(
            snap(0.25, 0, 100.13),
            "100.25",
            "a precision that cannot write the tick does not spoil the price"
        );
        assert_eq!(snap(0.03125, 5, 1.05), "1.0625");
        assert_eq!(snap(5.0, 0, 12.6), "15");
        assert_eq!(snap(0.000_000_01, 8, 0.123_456_789), "0.12345679");
        assert_eq!(snap(0.0, 2, 1.234), "1.234");
        assert_eq!(snap(0.01, 2, -1.239), "-1.24");
    }
}

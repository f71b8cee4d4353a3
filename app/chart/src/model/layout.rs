//! Where plot and axes stand, and how wide text is.

use super::PriceFormat;
use crate::geometry::Rect;

/// Room around the text on the price axis, CSS pixels on each side.
pub(crate) const LABEL_PADDING: f64 = 8.0;
/// Narrower axes jump when prices gain a digit.
const MIN_PRICE_AXIS: f64 = 52.0;

/// Areas of the chart, CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Layout {
    /// Candles, volume, lines and markers.
    pub plot: Rect,
    /// The plot, and the panes below it if there are any.
    pub body: Rect,
    /// Right of the plot.
    pub price_axis: Rect,
    /// Below plot and panes.
    pub time_axis: Rect,
}

/// Advance widths of ASCII characters at font size 1, as the renderer measured them. Kerning is left out, which for
/// figures is right in every font meant for user interfaces.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphWidths {
    widths: [f64; 128],
    /// For all other characters.
    other: f64,
}

impl Default for GlyphWidths {
    /// Near to common sans serif fonts; used until a renderer measured, and in tests.
    fn default() -> Self {
        Self::measure(|c| match c {
            '.' | ',' | ':' | ' ' | '\'' | 'i' | 'l' | 'j' | 'I' | '|' => 0.28,
            '-' | '(' | ')' | 'f' | 't' | 'r' => 0.34,
            'm' | 'M' | 'W' | '%' | '@' => 0.86,
            'A'..='Z' => 0.68,
            _ => 0.56,
        })
    }
}

impl GlyphWidths {
    /// Asks `measure` for the width of each character at font size 1.
    pub fn measure(mut measure: impl FnMut(char) -> f64) -> Self {
        let mut ask = |c: char| {
            let width = measure(c);
            if width.is_finite() { width.clamp(0.0, 4.0) } else { 0.6 }
        };
        let mut widths = [0.0; 128];
        for (width, code) in widths.iter_mut().zip(0u8..) {
            *width = if code < 32 { 0.0 } else { ask(char::from(code)) };
        }
        Self { widths, other: ask('\u{4e2d}') }
    }

    /// Width of a text at font size 1.
    #[must_use]
    pub fn width(&self, text: &str) -> f64 {
        text.bytes()
            .map(|byte| match self.widths.get(usize::from(byte)) {
                Some(width) => *width,
                // One per character: its first byte.
                None if byte >= 0xc0 => self.other,
                None => 0.0,
            })
            .sum()
    }

    /// Width at font size 1 that any price up to `largest` needs, whatever its digits.
    pub(crate) fn widest_price(&self, largest: f64, negative: bool, format: PriceFormat) -> f64 {
        let digit = ('0'..='9').map(|c| self.width(c.encode_utf8(&mut [0]))).fold(0.0, f64::max);
        // Beyond 15 digits floats are written with zeros anyway.
        let whole = if largest >= 1.0 { largest.log10().floor().clamp(0.0, 20.0) + 1.0 } else { 1.0 };
        let decimals = f64::from(format.precision.min(12));
        let point = if decimals > 0.0 { self.width(".") } else { 0.0 };
        let commas = if format.grouping { ((whole - 1.0) / 3.0).floor() } else { 0.0 };
        let minus = if negative { self.width("-") } else { 0.0 };
        minus + (whole + decimals) * digit + point + commas * self.width(",")
    }
}

impl Layout {
    /// Splits a chart of this size. Axes give way when there is no room for them.
    pub(crate) fn new(width: f64, height: f64, text_width: f64, font_size: f64) -> Self {
        let axis_width = (text_width + 2.0 * LABEL_PADDING).max(MIN_PRICE_AXIS).ceil();
        let axis_width = if axis_width * 2.0 > width { 0.0 } else { axis_width };
        let axis_height = (font_size * 2.0 + 2.0).ceil();
        let axis_height = if axis_height * 2.0 > height { 0.0 } else { axis_height };
        let plot = Rect { x: 0.0, y: 0.0, width: width - axis_width, height: height - axis_height };
        Self {
            plot,
            body: plot,
            price_axis: Rect { x: plot.width, y: 0.0, width: axis_width, height: plot.height },
            time_axis: Rect { x: 0.0, y: plot.height, width: plot.width, height: axis_height },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_fits_its_widest_price() {
        let widths = GlyphWidths::default();
        let format = PriceFormat { tick_size: 0.01, precision: 2, grouping: true };
        for (text, largest) in
            [("61,234.50", 99_999.0), ("0.25", 0.3), ("999.99", 999.99), ("1,000.00", 1000.0)]
        {
            assert!(
                (widths.widest_price(largest, false, format) - widths.width(text)).abs() < 1e-9,
                "{text}"
            );
        }
        assert!(widths.widest_price(10.0, true, format) > widths.widest_price(10.0, false, format));
    }

    #[test]
    fn axes_give_way_in_a_tiny_chart() {
        let tiny = Layout::new(80.0, 40.0, 60.0, 12.0);
        assert!(tiny.price_axis.is_empty() && tiny.time_axis.is_empty());
        assert!((tiny.plot.width - 80.0).abs() < 1e-9);
        let zero = Layout::new(0.0, 0.0, 60.0, 12.0);
        assert!(zero.plot.is_empty());
    }

    #[test]
    fn text_outside_ascii_has_a_width() {
        let widths = GlyphWidths::default();
        assert!(widths.width("中文") > widths.width("中"));
        assert!(GlyphWidths::measure(|_| f64::NAN).width("abc") > 0.0);
    }
}

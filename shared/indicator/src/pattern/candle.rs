//! The measures of candles that the definitions are written in, and our thresholds for "small", "long" and "none".

/// A doji's body is at most this part of its range.
pub const DOJI_BODY: f64 = 0.1;
/// A small body is at most this part of its candle's range.
pub const SMALL_BODY: f64 = 0.3;
/// A long body is at least this part of its candle's range.
pub const LONG_BODY: f64 = 0.6;
/// The body of a marubozu is at least this part of its range.
pub const FULL_BODY: f64 = 0.95;
/// A shadow of at most this part of its candle's range counts as none.
pub const NO_SHADOW: f64 = 0.1;
/// Two lows (or highs) this close, as a part of the longer of the two ranges, count as equal.
pub const SAME_PRICE: f64 = 0.05;
/// A pattern comes after a decline (a rise) when the close before it is lower (higher) than the close this many
/// candles earlier.
pub const TREND: usize = 5;

/// Closes that are kept: [`TREND`] + 1 before the longest pattern, and its own three.
const CLOSES: usize = TREND + 4;

/// One candle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Candle {
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
}

impl Candle {
    pub(super) fn range(&self) -> f64 {
        self.high - self.low
    }

    pub(super) fn body(&self) -> f64 {
        (self.close - self.open).abs()
    }

    pub(super) fn body_top(&self) -> f64 {
        if self.close > self.open { self.close } else { self.open }
    }

    pub(super) fn body_bottom(&self) -> f64 {
        if self.close > self.open { self.open } else { self.close }
    }

    pub(super) fn body_middle(&self) -> f64 {
        (self.open + self.close) / 2.0
    }

    pub(super) fn upper_shadow(&self) -> f64 {
        self.high - self.body_top()
    }

    pub(super) fn lower_shadow(&self) -> f64 {
        self.body_bottom() - self.low
    }

    pub(super) fn is_up(&self) -> bool {
        self.close > self.open
    }

    pub(super) fn is_down(&self) -> bool {
        self.close < self.open
    }

    /// A candle with a range, of which the body is at most [`DOJI_BODY`].
    pub(super) fn is_doji(&self) -> bool {
        self.range() > 0.0 && self.body() <= DOJI_BODY * self.range()
    }

    /// A candle with a range, of which the body is at most [`SMALL_BODY`].
    pub(super) fn has_small_body(&self) -> bool {
        self.range() > 0.0 && self.body() <= SMALL_BODY * self.range()
    }

    /// A candle with a range, of which the body is at least [`LONG_BODY`].
    pub(super) fn has_long_body(&self) -> bool {
        self.range() > 0.0 && self.body() >= LONG_BODY * self.range()
    }

    pub(super) fn has_no_upper_shadow(&self) -> bool {
        self.upper_shadow() <= NO_SHADOW * self.range()
    }

    pub(super) fn has_no_lower_shadow(&self) -> bool {
        self.lower_shadow() <= NO_SHADOW * self.range()
    }
}

/// The latest candles, and enough closes before them to see the trend that a pattern may end.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    /// Latest first.
    candles: [Candle; 3],
    /// Latest first.
    closes: [f64; CLOSES],
}

impl Recent {
    pub(super) fn push(&mut self, candle: Candle) {
        let [latest, before, _] = self.candles;
        self.candles = [candle, latest, before];
        self.closes.copy_within(..CLOSES - 1, 1);
        self.closes[0] = candle.close;
    }

    /// The latest candle.
    #[must_use]
    pub fn one(&self) -> &Candle {
        &self.candles[0]
    }

    /// The latest two, in the order of time.
    #[must_use]
    pub fn two(&self) -> [&Candle; 2] {
        let [last, first, _] = &self.candles;
        [first, last]
    }

    /// The latest three, in the order of time.
    #[must_use]
    pub fn three(&self) -> [&Candle; 3] {
        let [last, middle, first] = &self.candles;
        [first, middle, last]
    }

    /// Whether prices declined before the latest `candles` (see [`TREND`]).
    #[must_use]
    pub fn declined_before(&self, candles: usize) -> bool {
        self.ends_before(candles).is_some_and(|(earlier, later)| later < earlier)
    }

    /// Whether prices rose before the latest `candles` (see [`TREND`]).
    #[must_use]
    pub fn rose_before(&self, candles: usize) -> bool {
        self.ends_before(candles).is_some_and(|(earlier, later)| later > earlier)
    }

    fn ends_before(&self, candles: usize) -> Option<(f64, f64)> {
        Some((*self.closes.get(candles + TREND)?, *self.closes.get(candles)?))
    }
}

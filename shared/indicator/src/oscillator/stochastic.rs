use super::Rsi;
use crate::Kernel;
use crate::average::Sma;
use crate::rolling::{Highest, Lowest};

/// Where a value lies between two extremes, 0 to 100; 0 where they coincide (TA-Lib's convention).
#[inline]
fn position(value: f64, highest: f64, lowest: f64) -> f64 {
    let range = highest - lowest;
    if range > 0.0 { 100.0 * ((value - lowest) / range) } else { 0.0 }
}

/// The extremes of a window.
#[derive(Clone, Debug)]
struct Channel {
    highest: Highest,
    lowest: Lowest,
}

impl Channel {
    fn new(period: usize) -> Self {
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }

    fn warm_up(&self) -> usize {
        self.highest.warm_up()
    }

    /// Highest high and lowest low.
    #[inline]
    fn push(&mut self, high: f64, low: f64) -> [f64; 2] {
        let ([highest], [lowest]) = (self.highest.update([high]), self.lowest.update([low]));
        [highest, lowest]
    }
}

/// %K smoothed, and %D: a simple average of it. Neither is given out before both have a value.
#[derive(Clone, Debug)]
struct Lines {
    k: Sma,
    d: Sma,
}

impl Lines {
    fn new(smooth: usize, d: usize) -> Self {
        Self { k: Sma::new(smooth), d: Sma::new(d) }
    }

    fn warm_up(&self) -> usize {
        self.k.warm_up() + self.d.warm_up()
    }

    #[inline]
    fn push(&mut self, raw: f64) -> [f64; 2] {
        let [k] = self.k.update([raw]);
        if k.is_nan() {
            return [f64::NAN; 2];
        }
        let [d] = self.d.update([k]);
        if d.is_nan() { [f64::NAN; 2] } else { [k, d] }
    }
}

/// Stochastic oscillator: %K and %D in [0, 100], of high, low and close.
///
/// Raw %K is where the close lies between the extremes of the last `k` rows (0 where they coincide). %K is its
/// simple average over `smooth` rows, %D the simple average of %K over `d` rows; commonly 14, 3 and 3. With a
/// `smooth` of 1 it is the fast stochastic, for which [`StochasticFast`] is the usual name.
/// Source: G. Lane, Lane's Stochastics, Stocks & Commodities 2:3 (1984).
/// Checked against `tests/golden/stochastic_14_3_3.csv`.
#[derive(Clone, Debug)]
pub struct Stochastic {
    channel: Channel,
    lines: Lines,
}

impl Stochastic {
    /// Extremes of `k` rows, %K smoothed over `smooth`, %D over `d`.
    #[must_use]
    pub fn new(k: usize, smooth: usize, d: usize) -> Self {
        Self { channel: Channel::new(k), lines: Lines::new(smooth, d) }
    }
}

impl Kernel<3, 2> for Stochastic {
    fn warm_up(&self) -> usize {
        self.channel.warm_up() + self.lines.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 2] {
        let [highest, lowest] = self.channel.push(high, low);
        if highest.is_nan() {
            return [f64::NAN; 2];
        }
        self.lines.push(position(close, highest, lowest))
    }

    fn columns(mut self, [high, low, close]: [&[f64]; 3], [k, d]: [&mut [f64]; 2]) {
        let warm_up = self.channel.warm_up();
        // The outputs hold the extremes on the way: no other memory is needed.
        self.channel.highest.columns([high], [&mut *k]);
        self.channel.lowest.columns([low], [&mut *d]);
        for ((&close, k), d) in close.iter().zip(k).zip(d).skip(warm_up) {
            [*k, *d] = self.lines.push(position(close, *k, *d));
        }
    }
}

/// Fast stochastic: %K unsmoothed, and %D, its simple average over `d` rows.
///
/// Checked against `tests/golden/stochastic_fast_14_3.csv`.
#[derive(Clone, Debug)]
pub struct StochasticFast {
    stochastic: Stochastic,
}

impl StochasticFast {
    /// Extremes of `k` rows, %D over `d`.
    #[must_use]
    pub fn new(k: usize, d: usize) -> Self {
        Self { stochastic: Stochastic::new(k, 1, d) }
    }
}

impl Kernel<3, 2> for StochasticFast {
    fn warm_up(&self) -> usize {
        self.stochastic.warm_up()
    }

    #[inline]
    fn update(&mut self, input: [f64; 3]) -> [f64; 2] {
        self.stochastic.update(input)
    }

    fn columns(self, input: [&[f64]; 3], output: [&mut [f64]; 2]) {
        self.stochastic.columns(input, output);
    }
}

/// Stochastic of the RSI: where the RSI lies between its own extremes, as %K and %D in [0, 100].
///
/// %K is unsmoothed, %D its simple average over `d` rows, as in TA-Lib; commonly 14, 14 and 3.
/// Source: T. Chande and S. Kroll, The New Technical Trader (1994).
/// Checked against `tests/golden/stoch_rsi_14_5_3.csv`.
#[derive(Clone, Debug)]
pub struct StochRsi {
    rsi: Rsi,
    channel: Channel,
    lines: Lines,
}

impl StochRsi {
    /// RSI over `period`, its extremes over `k` rows, %D over `d`.
    #[must_use]
    pub fn new(period: usize, k: usize, d: usize) -> Self {
        Self { rsi: Rsi::new(period), channel: Channel::new(k), lines: Lines::new(1, d) }
    }
}

impl Kernel<1, 2> for StochRsi {
    fn warm_up(&self) -> usize {
        self.rsi.warm_up() + self.channel.warm_up() + self.lines.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 2] {
        let rsi = self.rsi.push(value);
        if rsi.is_nan() {
            return [f64::NAN; 2];
        }
        let [highest, lowest] = self.channel.push(rsi, rsi);
        if highest.is_nan() {
            return [f64::NAN; 2];
        }
        self.lines.push(position(rsi, highest, lowest))
    }
}

/// Williams %R in [-100, 0], of high, low and close: how far the close is below the highest high of `period` rows.
///
/// 0 where the extremes coincide (TA-Lib's convention). Source: L. Williams, How I Made One Million Dollars (1973).
/// Checked against `tests/golden/williams_r_14.csv`.
#[derive(Clone, Debug)]
pub struct WilliamsR {
    channel: Channel,
}

impl WilliamsR {
    /// Extremes of `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { channel: Channel::new(period) }
    }

    #[inline]
    fn value(close: f64, highest: f64, lowest: f64) -> f64 {
        let range = highest - lowest;
        if range > 0.0 { -100.0 * ((highest - close) / range) } else { 0.0 }
    }
}

impl Kernel<3, 1> for WilliamsR {
    fn warm_up(&self) -> usize {
        self.channel.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let [highest, lowest] = self.channel.push(high, low);
        [if highest.is_nan() { f64::NAN } else { Self::value(close, highest, lowest) }]
    }
}

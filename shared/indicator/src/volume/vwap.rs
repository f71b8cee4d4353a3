use crate::Kernel;

/// Volume-weighted average price of a session, from high, low, close, volume and a mark, in the unit of the price.
///
/// Weights the typical price (high + low + close) / 3 of every row since the session began. A mark other than 0 begins
/// one with its row; row 1 begins one anyway. While a session has no volume, the answer is the row's typical price
/// (our choice). First value with row 1. Checked against `tests/golden/vwap.csv`.
#[derive(Debug, Clone)]
pub struct Vwap {
    sums: Sums,
}

impl Vwap {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { sums: Sums::default() }
    }
}

impl Default for Vwap {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel<5, 1> for Vwap {
    fn warm_up(&self) -> usize {
        0
    }

    #[inline]
    fn update(&mut self, [high, low, close, volume, mark]: [f64; 5]) -> [f64; 1] {
        if mark != 0.0 {
            self.sums = Sums::default();
        }
        [self.sums.push((high + low + close) / 3.0, volume)]
    }
}

/// Volume-weighted average price since an anchor, from price, volume and a mark, in the unit of the price.
///
/// A mark other than 0 drops the anchor at its row, and drops it anew each time; before the first there is no value.
/// While there was no volume since, the answer is the row's price (our choice). First value with the first mark: row 1
/// at the earliest. Source: B. Shannon, Maximum Trading Gains with Anchored VWAP (2023).
/// Checked against `tests/golden/anchored_vwap.csv`.
#[derive(Debug, Clone)]
pub struct AnchoredVwap {
    sums: Option<Sums>,
}

impl AnchoredVwap {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { sums: None }
    }
}

impl Default for AnchoredVwap {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel<3, 1> for AnchoredVwap {
    fn warm_up(&self) -> usize {
        0
    }

    #[inline]
    fn update(&mut self, [price, volume, mark]: [f64; 3]) -> [f64; 1] {
        if mark != 0.0 {
            self.sums = Some(Sums::default());
        }
        [self.sums.as_mut().map_or(f64::NAN, |sums| sums.push(price, volume))]
    }
}

#[derive(Debug, Clone, Default)]
struct Sums {
    turnover: f64,
    volume: f64,
}

impl Sums {
    #[inline]
    fn push(&mut self, price: f64, volume: f64) -> f64 {
        self.turnover += price * volume;
        self.volume += volume;
        if self.volume > 0.0 { self.turnover / self.volume } else { price }
    }
}

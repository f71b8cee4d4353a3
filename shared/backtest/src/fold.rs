//! Folds in a fixed number of lanes: they compile to vector instructions, and give the same bits everywhere.

#[inline]
pub(crate) fn least(values: &[f64]) -> f64 {
    fold(values, f64::INFINITY, lesser)
}

#[inline]
pub(crate) fn most(values: &[f64]) -> f64 {
    fold(values, f64::NEG_INFINITY, greater)
}

#[inline]
fn fold(values: &[f64], start: f64, pick: impl Fn(f64, f64) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut lanes = [start; 4];
    for four in fours {
        for (lane, value) in lanes.iter_mut().zip(four) {
            *lane = pick(*lane, *value);
        }
    }
    lanes.into_iter().chain(rest.iter().copied()).fold(start, pick)
}

/// Bars through which a position was held: extremes of their prices block by block, and sums over all of them, in four
/// lanes that are added up at the end.
pub(crate) struct HeldFold {
    cash: f64,
    position: f64,
    prices: [f64; 4],
    shares: [f64; 4],
    /// What did not fill a group of four at the end: prices and shares.
    rest: [(f64, f64); 3],
}

/// What the prices of a block come to.
pub(crate) struct BlockExtremes {
    pub(crate) lowest_close: f64,
    pub(crate) highest_close: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// What is held over equity at a close.
    pub(crate) largest_share: f64,
}

impl HeldFold {
    pub(crate) fn new(cash: f64, position: f64) -> Self {
        Self { cash, position, prices: [0.0; 4], shares: [0.0; 4], rest: [(0.0, 0.0); 3] }
    }

    /// Takes a block; all but the last have a multiple of four bars.
    #[inline]
    pub(crate) fn block(&mut self, closes: &[f64], lows: &[f64], highs: &[f64]) -> BlockExtremes {
        let (fours, rest) = closes.as_chunks::<4>();
        let (mut lowest, mut highest, mut largest) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4], [0.0; 4]);
        for four in fours {
            let shares = four.map(|close| self.share(close));
            zip(&mut self.prices, four, |sum, close| sum + close);
            zip(&mut self.shares, &shares, |sum, share| sum + share);
            zip(&mut largest, &shares, greater);
            zip(&mut lowest, four, lesser);
            zip(&mut highest, four, greater);
        }
        let mut found = BlockExtremes {
            lowest_close: lowest.into_iter().fold(f64::INFINITY, lesser),
            highest_close: highest.into_iter().fold(f64::NEG_INFINITY, greater),
            low: least(lows),
            high: most(highs),
            largest_share: largest.into_iter().fold(0.0, greater),
        };
        let mut unpaired = [(0.0, 0.0); 3];
        for (cell, close) in unpaired.iter_mut().zip(rest) {
            let share = self.share(*close);
            *cell = (*close, share);
            found.lowest_close = lesser(found.lowest_close, *close);
            found.highest_close = greater(found.highest_close, *close);
            found.largest_share = greater(found.largest_share, share);
        }
        self.rest = unpaired;
        found
    }

    /// The sum of all closes.
    pub(crate) fn prices(&self) -> f64 {
        self.prices.into_iter().chain(self.rest.map(|(price, _)| price)).sum()
    }

    /// The sum over all closes of what is held over equity; where there is no equity, 0.
    pub(crate) fn shares(&self) -> f64 {
        self.shares.into_iter().chain(self.rest.map(|(_, share)| share)).sum()
    }

    #[inline]
    fn share(&self, close: f64) -> f64 {
        let equity = self.cash + self.position * close;
        if equity > 0.0 { self.position.abs() * close / equity } else { 0.0 }
    }
}

#[inline]
fn zip(lanes: &mut [f64; 4], values: &[f64; 4], each: impl Fn(f64, f64) -> f64) {
    for (lane, value) in lanes.iter_mut().zip(values) {
        *lane = each(*lane, *value);
    }
}

#[inline]
fn lesser(least: f64, value: f64) -> f64 {
    if value < least { value } else { least }
}

#[inline]
fn greater(most: f64, value: f64) -> f64 {
    if value > most { value } else { most }
}

/// A quotient, or 0 without a positive divisor.
#[inline]
pub(crate) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "bars are counted in 32 bits")]
pub(crate) fn count(bars: usize) -> f64 {
    bars as f64
}

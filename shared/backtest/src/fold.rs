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

/// Closes through which a position was held: extremes block by block, and sums over all of them, in four lanes that are
/// added up at the end.
pub(crate) struct HeldFold {
    cash: f64,
    position: f64,
    prices: [f64; 4],
    shares: [f64; 4],
    /// What did not fill a group of four at the end: prices and shares.
    rest: [(f64, f64); 3],
}

/// What the closes of a block come to.
pub(crate) struct BlockCloses {
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    /// What is held over equity, at most.
    pub(crate) largest_share: f64,
}

impl HeldFold {
    pub(crate) fn new(cash: f64, position: f64) -> Self {
        Self { cash, position, prices: [0.0; 4], shares: [0.0; 4], rest: [(0.0, 0.0); 3] }
    }

    /// Takes a block; all but the last have a multiple of four bars.
    // Inlined into a large loop it is compiled to scalar instructions, three times as slow.
    #[inline(never)]
    pub(crate) fn block(&mut self, closes: &[f64]) -> BlockCloses {
        let (fours, rest) = closes.as_chunks::<4>();
        for four in fours {
            zip(&mut self.prices, four, |sum, close| sum + close);
        }
        let mut largest = [0.0; 4];
        for four in fours {
            let shares = four.map(|close| self.share(close));
            zip(&mut self.shares, &shares, |sum, share| sum + share);
            zip(&mut largest, &shares, greater);
        }
        let mut largest_share = largest.into_iter().fold(0.0, greater);
        let mut unpaired = [(0.0, 0.0); 3];
        for (cell, close) in unpaired.iter_mut().zip(rest) {
            let share = self.share(*close);
            *cell = (*close, share);
            largest_share = greater(largest_share, share);
        }
        self.rest = unpaired;
        BlockCloses { lowest: least(closes), highest: most(closes), largest_share }
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

/// The deepest fall from a running peak.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fall {
    peak: f64,
    /// Lowest since the peak.
    trough: f64,
    depth: f64,
    cash: f64,
    under: usize,
    longest: usize,
}

/// What a [`Fall`] saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depths {
    pub depth: f64,
    pub cash: f64,
    pub peak: f64,
    pub longest: usize,
    pub open: usize,
}

impl Fall {
    pub(super) fn new(start: f64) -> Self {
        Self { peak: start, trough: start, depth: 0.0, cash: 0.0, under: 0, longest: 0 }
    }

    /// A bar: its highest equity, then its lowest.
    #[inline]
    pub(super) fn push(&mut self, high: f64, low: f64) {
        if high > self.peak {
            self.settle();
            self.peak = high;
            self.trough = low;
        } else if low < self.trough {
            self.trough = low;
        }
        if low < self.peak {
            self.under += 1;
        } else {
            self.recover();
        }
    }

    /// Bars of which none goes above the peak and, within one call, none comes back to it; false when that is not so,
    /// and nothing was taken.
    #[inline]
    pub(super) fn push_below(&mut self, best: f64, worst: f64, bars: usize) -> bool {
        if best >= self.peak {
            return false;
        }
        self.trough = if worst < self.trough { worst } else { self.trough };
        self.under += bars;
        true
    }

    /// Bars that are known to go neither above the peak nor below the trough; false when that is not so, and nothing was
    /// taken.
    #[inline]
    pub(super) fn push_between(&mut self, best: f64, worst: f64, bars: usize) -> bool {
        let is_between = best < self.peak && worst >= self.trough;
        self.under += if is_between { bars } else { 0 };
        is_between
    }

    /// Bars of the same equity.
    pub(super) fn push_flat(&mut self, equity: f64, bars: usize) {
        if bars > 0 {
            self.push(equity, equity);
            if equity < self.peak {
                self.under += bars - 1;
            }
        }
    }

    /// The figures at the end.
    pub(super) fn end(mut self) -> Depths {
        self.settle();
        let open = self.under;
        Depths { depth: self.depth, cash: self.cash, peak: self.peak, longest: self.longest.max(open), open }
    }

    fn settle(&mut self) {
        let fall = self.peak - self.trough;
        self.cash = self.cash.max(fall);
        if self.peak > 0.0 {
            self.depth = self.depth.max(fall / self.peak);
        }
    }

    /// The bar of the recovery counts too.
    #[inline]
    fn recover(&mut self) {
        if self.under > 0 {
            self.longest = self.longest.max(self.under + 1);
            self.under = 0;
        }
    }
}

/// Longest look-back of any indicator: a day of minute candles seven times over, and 80 kB of state at most.
pub const MAX_PERIOD: usize = 10_000;

/// A period that a constructor accepts: 0 is treated as 1, and more than [`MAX_PERIOD`] as that.
#[must_use]
pub fn bounded(period: usize) -> usize {
    period.clamp(1, MAX_PERIOD)
}

/// The last values of a series, the oldest overwritten first; zeros stand for what has not been there yet.
#[derive(Clone, Debug)]
pub struct Ring {
    cells: Box<[f64]>,
    next: usize,
    full: bool,
}

impl Ring {
    /// Keeps `capacity` values ([`bounded`]).
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { cells: vec![0.0; bounded(capacity)].into(), next: 0, full: false }
    }

    /// Takes `value` in and gives back the one that leaves: 0 while the ring fills.
    #[inline]
    pub fn push(&mut self, value: f64) -> f64 {
        let old = self.cells.get_mut(self.next).map_or(0.0, |cell| core::mem::replace(cell, value));
        self.next += 1;
        if self.next >= self.cells.len() {
            self.next = 0;
            self.full = true;
        }
        old
    }

    /// Whether the last push completed a turn: the cells are then in the order in which they came.
    #[must_use]
    #[inline]
    pub fn turned(&self) -> bool {
        self.next == 0 && self.full
    }

    /// Whether the next push begins a turn.
    #[must_use]
    #[inline]
    pub fn at_start(&self) -> bool {
        self.next == 0
    }

    /// Whether as many values came as the ring holds.
    #[must_use]
    #[inline]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// How many values the ring holds.
    #[must_use]
    #[inline]
    pub fn capacity(&self) -> usize {
        self.cells.len()
    }

    /// The oldest value, which the next push replaces.
    #[must_use]
    #[inline]
    pub fn oldest(&self) -> f64 {
        self.cells.get(self.next).copied().unwrap_or_default()
    }

    /// The values that came since the last turn, and those of the turn before that are still there.
    #[must_use]
    #[inline]
    pub fn halves(&self) -> (&[f64], &[f64]) {
        self.cells.split_at_checked(self.next).unwrap_or_default()
    }

    /// The cells as they lie, not in order of time.
    #[must_use]
    #[inline]
    pub fn cells(&self) -> &[f64] {
        &self.cells
    }
}

/// How many rows one step of the chain from average to average spans.
pub(crate) const STRIDE: usize = 4;

/// Averages that no price shows: halving them on and on would only slow the processor down.
pub(crate) const VANISHED: f64 = 1e-290;

/// Wilder's average after its seed: `average = average * (1 - 1 / period) + value / period`.
///
/// Written so that rows wait for each other less: an average is the one at the last base, decayed once by a power, plus
/// what came since. From base to base, [`STRIDE`] rows, that is two operations instead of two for every row, and a
/// column of values ([`block`](Self::block)) is computed that much faster, with the bits of row by row
/// ([`push`](Self::push)).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decay {
    powers: [f64; STRIDE],
    take: f64,
    base: f64,
    since: f64,
    /// Rows since the base.
    age: usize,
}

impl Decay {
    /// An average over `period` rows (1 at least) that is 0 so far.
    pub(crate) fn new(period: usize) -> Self {
        let (keep, take) = ((period - 1) as f64 / period as f64, 1.0 / period as f64);
        let (square, cube) = (keep * keep, keep * keep * keep);
        Self { powers: [keep, square, cube, square * square], take, base: 0.0, since: 0.0, age: 0 }
    }

    /// Goes on from `average` as the new base.
    #[inline]
    pub(crate) fn rebase(&mut self, average: f64) {
        (self.base, self.age) = (average, 0);
        if average.abs() < VANISHED {
            // A branch that the processor foresees, not a selection in the chain.
            core::hint::cold_path();
            self.base = 0.0;
        }
    }

    /// Whether the last value became the base: blocks can begin.
    #[inline]
    pub(crate) fn is_at_base(&self) -> bool {
        self.age == 0
    }

    /// Forgets everything but the place between bases.
    #[inline]
    pub(crate) fn clear(&mut self) {
        (self.base, self.since) = (0.0, 0.0);
    }

    /// The average with `value`.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> f64 {
        let [keep, ..] = self.powers;
        let value = value * self.take;
        self.since = if self.age == 0 { value } else { self.since * keep + value };
        let power = self.powers.get(self.age).copied().unwrap_or(keep);
        let average = self.base * power + self.since;
        self.age += 1;
        if self.age == STRIDE {
            self.rebase(average);
        }
        average
    }

    /// What as many [`push`](Self::push)es give, from a base.
    #[inline]
    pub(crate) fn block(&mut self, values: [f64; STRIDE]) -> [f64; STRIDE] {
        let [keep, square, cube, fourth] = self.powers;
        let [a, b, c, d] = values.map(|value| value * self.take);
        let b = a * keep + b;
        let c = b * keep + c;
        let d = c * keep + d;
        let averages =
            [self.base * keep + a, self.base * square + b, self.base * cube + c, self.base * fourth + d];
        self.rebase(averages[STRIDE - 1]);
        averages
    }
}

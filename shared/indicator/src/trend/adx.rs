use crate::Kernel;
use crate::rolling::bounded;
use crate::volatility::{Decay, STRIDE, VANISHED, true_range};

/// Average directional index of high, low, close, with the two lines it is made from: ADX, +DI, -DI, all in [0, 100].
///
/// ADX tells how strong a trend is, not where it goes; +DI above -DI says up. Seeded as TA-Lib does it: the smoothed
/// sums start from `period - 1` rows and roll on at once, so that +DI and -DI have their first value with row
/// `period + 1`; ADX starts from the mean of `period` indices, with row `2 * period`.
/// Where nothing moved (no true range), +DI and -DI are 0; where they are both 0, ADX stays what it was.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section IV.
/// Checked against `tests/golden/adx_14.csv`.
#[derive(Debug, Clone)]
pub struct Adx {
    period: usize,
    /// Rows seen, up to `period`.
    rows: usize,
    previous: [f64; 3],
    /// The sums of the first rows, as averages over `period`: true range, movement up, movement down.
    seeds: [f64; 3],
    /// The same three, smoothed.
    moves: [Decay; 3],
    /// Indices that ADX starts from: how many there are, and their sum.
    indices: (usize, f64),
    average: Decay,
    adx: f64,
}

impl Adx {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self {
            period,
            rows: 0,
            previous: [f64::NAN; 3],
            seeds: [0.0; 3],
            moves: [Decay::new(period); 3],
            indices: (0, 0.0),
            average: Decay::new(period),
            adx: f64::NAN,
        }
    }

    #[cold]
    fn seed(&mut self, row: [f64; 3], previous: [f64; 3]) {
        if self.rows > 0 {
            for (seed, step) in self.seeds.iter_mut().zip(step(row, previous)) {
                *seed += step / self.period as f64;
            }
        }
        self.rows += 1;
        if self.rows == self.period {
            for (decay, seed) in self.moves.iter_mut().zip(self.seeds) {
                decay.rebase(seed);
            }
        }
    }

    #[inline]
    fn advance(&mut self, [range, up, down]: [f64; 3]) -> [f64; 3] {
        let [ranges, ups, downs] = &mut self.moves;
        let moves = [ranges.push(range), ups.push(up), downs.push(down)];
        let decided = is_decided(moves);
        let lines = if moves[0] < VANISHED { self.still() } else { lines(moves) };
        self.adx = match (decided, self.indices.0 < self.period) {
            (true, false) => self.average.push(index(moves)),
            (true, true) => self.start(index(moves)),
            (false, true) => self.start(0.0),
            (false, false) => {
                self.average.rebase(self.adx);
                self.adx
            }
        };
        if self.moves[0].is_at_base() {
            // All smoothings begin their blocks together.
            self.average.rebase(self.adx);
        }
        let [plus, minus] = lines;
        [self.adx, plus, minus]
    }

    /// A row without any range: nothing is left of earlier ones either.
    #[cold]
    fn still(&mut self) -> [f64; 2] {
        self.moves.iter_mut().for_each(Decay::clear);
        [0.0; 2]
    }

    /// One of the indices whose mean ADX starts from; one of neither direction counts as 0.
    #[cold]
    fn start(&mut self, index: f64) -> f64 {
        let (count, sum) = (self.indices.0 + 1, self.indices.1 + index);
        self.indices = (count, sum);
        if count < self.period {
            return f64::NAN;
        }
        let mean = sum / self.period as f64;
        self.average.rebase(mean);
        mean
    }

    /// What [`update`](Kernel::update) gives for each of `rows`, from a base and after the seeds.
    #[inline]
    fn block(&mut self, rows: [[f64; 3]; STRIDE]) -> [[f64; 3]; STRIDE] {
        let [a, b, c, d] = rows;
        let steps = [step(a, self.previous), step(b, a), step(c, b), step(d, c)];
        let mut moves = self.moves;
        let [ranges, ups, downs] = &mut moves;
        let ranges = ranges.block(steps.map(|[range, _, _]| range));
        let ups = ups.block(steps.map(|[_, up, _]| up));
        let downs = downs.block(steps.map(|[_, _, down]| down));
        let [a, b, c, last] = rows_of(ranges, ups, downs);
        if !(is_decided(a) & is_decided(b) & is_decided(c) & is_decided(last)) {
            return rows.map(|row| self.update(row));
        }
        (self.moves, self.previous) = (moves, d);
        let adx = self.average.block([index(a), index(b), index(c), index(last)]);
        let [.., latest] = adx;
        self.adx = latest;
        let both = [lines(a), lines(b), lines(c), lines(last)];
        rows_of(adx, both.map(|[plus, _]| plus), both.map(|[_, minus]| minus))
    }
}

/// What a row adds to the sums: its true range, and the larger of its upward and downward movement.
#[inline]
fn step([high, low, _]: [f64; 3], [high_before, low_before, close_before]: [f64; 3]) -> [f64; 3] {
    let (up, down) = (high - high_before, low_before - low);
    [
        true_range(high, low, close_before),
        if up > down && up > 0.0 { up } else { 0.0 },
        if down > up && down > 0.0 { down } else { 0.0 },
    ]
}

/// Whether there is an index: some range, and some movement.
#[inline]
fn is_decided([ranges, ups, downs]: [f64; 3]) -> bool {
    (ranges >= VANISHED) & (ups + downs > VANISHED)
}

/// +DI and -DI.
#[inline]
fn lines([ranges, ups, downs]: [f64; 3]) -> [f64; 2] {
    let percent = 100.0 / ranges;
    [ups * percent, downs * percent]
}

/// The directional index DX.
#[inline]
fn index([_, ups, downs]: [f64; 3]) -> f64 {
    (ups - downs).abs() / (ups + downs) * 100.0
}

/// Rows of three columns.
#[inline]
fn rows_of(
    [a0, b0, c0, d0]: [f64; STRIDE],
    [a1, b1, c1, d1]: [f64; STRIDE],
    [a2, b2, c2, d2]: [f64; STRIDE],
) -> [[f64; 3]; STRIDE] {
    [[a0, a1, a2], [b0, b1, b2], [c0, c1, c2], [d0, d1, d2]]
}

impl Kernel<3, 3> for Adx {
    fn warm_up(&self) -> usize {
        2 * self.period - 1
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 3] {
        let previous = core::mem::replace(&mut self.previous, row);
        if self.rows < self.period {
            self.seed(row, previous);
            return [f64::NAN; 3];
        }
        self.advance(step(row, previous))
    }

    fn columns(mut self, input: [&[f64]; 3], output: [&mut [f64]; 3]) {
        let [high, low, close] = input;
        let [adx, plus, minus] = output;
        // Row by row through the seeds up to a base, then in blocks.
        let seeds = self.period + self.period.next_multiple_of(STRIDE);
        let (first, blocks) = (seeds.min(adx.len()), adx.len().saturating_sub(seeds) / STRIDE);
        let mut rows = high.iter().zip(low).zip(close).map(|((&high, &low), &close)| [high, low, close]);
        let mut cells = adx.iter_mut().zip(plus).zip(minus);
        for (row, ((adx, plus), minus)) in rows.by_ref().zip(cells.by_ref()).take(first) {
            [*adx, *plus, *minus] = self.update(row);
        }
        for _ in 0..blocks {
            let block: [[f64; 3]; STRIDE] = core::array::from_fn(|_| rows.next().unwrap_or([0.0; 3]));
            for values in self.block(block) {
                if let Some(((adx, plus), minus)) = cells.next() {
                    [*adx, *plus, *minus] = values;
                }
            }
        }
        for (row, ((adx, plus), minus)) in rows.zip(cells) {
            [*adx, *plus, *minus] = self.update(row);
        }
    }
}

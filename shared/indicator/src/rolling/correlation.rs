use super::deviation::Moments;
use super::ring::{Ring, bounded};
use super::run::Run;
use crate::Kernel;

/// Pearson's correlation of two series over the last `period` rows, in [-1, 1].
///
/// 0 where one of them does not move (TA-Lib's convention). Checked against `tests/golden/correlation_20.csv`.
#[derive(Clone, Debug)]
pub struct Correlation {
    rings: [Ring; 2],
    runs: [Run; 2],
    moments: [Moments; 2],
    products: Products,
    fresh: Products,
    count: f64,
}

/// Products of distances to `origins`, and the distances themselves.
#[derive(Clone, Copy, Debug, Default)]
struct Products {
    origins: [f64; 2],
    sums: [f64; 2],
    product: f64,
}

impl Products {
    fn add(&mut self, [x, y]: [f64; 2]) {
        let (x, y) = (x - self.origins[0], y - self.origins[1]);
        self.sums = [self.sums[0] + x, self.sums[1] + y];
        self.product += x * y;
    }

    fn subtract(&mut self, [x, y]: [f64; 2]) {
        let (x, y) = (x - self.origins[0], y - self.origins[1]);
        self.sums = [self.sums[0] - x, self.sums[1] - y];
        self.product -= x * y;
    }
}

impl Correlation {
    /// A correlation over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self {
            rings: [Ring::new(period), Ring::new(period)],
            runs: [Run::new(), Run::new()],
            moments: [Moments::new(), Moments::new()],
            products: Products::default(),
            fresh: Products::default(),
            count: bounded(period) as f64,
        }
    }
}

impl Kernel<2, 1> for Correlation {
    fn warm_up(&self) -> usize {
        self.rings[0].capacity() - 1
    }

    #[inline]
    fn update(&mut self, [x, y]: [f64; 2]) -> [f64; 1] {
        if self.rings[0].at_start() {
            self.fresh = Products { origins: [x, y], ..Products::default() };
        }
        let (rolling, old) = (self.rings[0].is_full(), [self.rings[0].oldest(), self.rings[1].oldest()]);
        let period = self.rings[0].capacity();
        let flat = [self.runs[0].push(x) >= period, self.runs[1].push(y) >= period];
        self.moments[0].push(&mut self.rings[0], x);
        self.moments[1].push(&mut self.rings[1], y);
        self.fresh.add([x, y]);
        if self.rings[0].turned() {
            self.products = self.fresh;
        } else if rolling {
            self.products.add([x, y]);
            self.products.subtract(old);
        } else {
            return [f64::NAN];
        }
        // Roots before the product: squares of squares of 1e100 would not fit.
        let [square_x, square_y] = self.moments.each_ref().map(|moments| moments.sums().square(self.count));
        let scale = square_x.sqrt() * square_y.sqrt();
        if flat[0] || flat[1] || scale <= 0.0 {
            return [0.0];
        }
        let [sum_x, sum_y] = self.products.sums;
        let together = self.products.product * self.count - sum_x * sum_y;
        [(together / scale).clamp(-1.0, 1.0)]
    }
}

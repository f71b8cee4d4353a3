use crate::Kernel;
use crate::rolling::{Highest, Lag, Lowest};

/// Ichimoku lines of high, low, in the unit of the price: tenkan, kijun, senkou A, senkou B.
///
/// Tenkan, kijun and senkou B are middles of the highest high and the lowest low over their periods, senkou A is the
/// middle of tenkan and kijun. The two senkou are answered where a chart draws them, `displacement` rows after the rows
/// they come from: the cloud at a row is the one computed `displacement` rows ago, so nothing looks ahead. The lagging
/// span (chikou) is left out on purpose: at a row it is a close of the future. To ask whether it is above the price,
/// compare the close with the close `displacement` rows ago.
/// Charts that count the row itself as the first displace by one row less.
/// Source: G. Hosoda (1969), as N. Elliott, Ichimoku Charts (2007), tells it; usual values are 9, 26, 52, 26.
/// Checked against `tests/golden/ichimoku_9_26_52_26.csv`.
#[derive(Debug, Clone)]
pub struct Ichimoku {
    tenkan: Middle,
    kijun: Middle,
    span_b: Middle,
    ahead: [Lag; 2],
}

/// The middle of the highest high and the lowest low.
#[derive(Debug, Clone)]
struct Middle {
    highest: Highest,
    lowest: Lowest,
}

impl Middle {
    fn new(period: usize) -> Self {
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }

    #[inline]
    fn update(&mut self, high: f64, low: f64) -> f64 {
        let ([high], [low]) = (self.highest.update([high]), self.lowest.update([low]));
        (high + low) / 2.0
    }
}

impl Ichimoku {
    /// Lines over `tenkan`, `kijun` and `span_b` rows; the two senkou `displacement` rows ahead, at least 1.
    #[must_use]
    pub fn new(tenkan: usize, kijun: usize, span_b: usize, displacement: usize) -> Self {
        Self {
            tenkan: Middle::new(tenkan),
            kijun: Middle::new(kijun),
            span_b: Middle::new(span_b),
            ahead: [Lag::new(displacement), Lag::new(displacement)],
        }
    }
}

impl Kernel<2, 4> for Ichimoku {
    fn warm_up(&self) -> usize {
        let lines = [&self.tenkan, &self.kijun, &self.span_b];
        let slowest = lines.map(|line| line.highest.warm_up()).into_iter().max().unwrap_or_default();
        slowest + self.ahead[0].warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 4] {
        let (tenkan, kijun) = (self.tenkan.update(high, low), self.kijun.update(high, low));
        let [ahead_a, ahead_b] = &mut self.ahead;
        let [span_a] = ahead_a.update([(tenkan + kijun) / 2.0]);
        let [span_b] = ahead_b.update([self.span_b.update(high, low)]);
        [tenkan, kijun, span_a, span_b]
    }
}

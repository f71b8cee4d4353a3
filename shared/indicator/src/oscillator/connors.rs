use super::Rsi;
use super::rate::percent;
use crate::Kernel;
use crate::rolling::Rank;

/// Connors' RSI in [0, 100]: the mean of a short RSI, an RSI of the streak, and the rank of the last change.
///
/// The streak counts the rows that rose in a row (negative: fell), 0 after an equal one. The rank is the share of
/// the `rank` changes before, in percent of price, that are below the last one; commonly 3, 2 and 100.
/// Source: L. Connors and C. Alvarez, `ConnorsRSI` (2012). Checked against `tests/golden/connors_rsi_3_2_40.csv`.
#[derive(Clone, Debug)]
pub struct ConnorsRsi {
    price: Rsi,
    streak: Rsi,
    rank: Rank,
    last: f64,
    length: f64,
}

impl ConnorsRsi {
    /// RSI of the price over `period`, of the streak over `streak` rows, rank among `rank` changes.
    #[must_use]
    pub fn new(period: usize, streak: usize, rank: usize) -> Self {
        Self {
            price: Rsi::new(period),
            streak: Rsi::new(streak),
            rank: Rank::new(rank),
            last: f64::NAN,
            length: 0.0,
        }
    }

    fn next_length(&self, value: f64) -> f64 {
        if value > self.last {
            self.length.max(0.0) + 1.0
        } else if value < self.last {
            self.length.min(0.0) - 1.0
        } else {
            0.0
        }
    }
}

impl Kernel<1, 1> for ConnorsRsi {
    fn warm_up(&self) -> usize {
        self.price.warm_up().max(self.streak.warm_up()).max(self.rank.warm_up() + 1)
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        self.length = self.next_length(value);
        let change = percent(value, self.last);
        self.last = value;
        let (price, streak) = (self.price.push(value), self.streak.push(self.length));
        if change.is_nan() {
            return [f64::NAN];
        }
        let [rank] = self.rank.update([change]);
        [(price + streak + rank) / 3.0]
    }
}

//! The watchlist's rows: which match what is typed, how prices move, what the sparkline shows.

use std::sync::Arc;

use wickflow_shared::market::Instrument;
use wickflow_shared::time::Timestamp;

/// Points of a sparkline.
pub const SPARKLINE_POINTS: usize = 48;
/// How often the sparkline gets a new point. Between, the last one follows the price only when it is drawn anew.
const POINT_MS: i64 = 60_000;

/// Recent prices of an instrument, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sparkline {
    points: Vec<f64>,
    last_point: i64,
}

impl Sparkline {
    /// From closes, oldest first.
    #[must_use]
    pub fn new(closes: &[f64]) -> Self {
        let skip = closes.len().saturating_sub(SPARKLINE_POINTS);
        let points = closes.iter().skip(skip).copied().filter(|close| close.is_finite()).collect();
        Self { points, last_point: i64::MIN }
    }

    /// Takes a price; true when a point was added, so that the line has to be drawn anew.
    pub fn push(&mut self, time: Timestamp, price: f64) -> bool {
        let minute = time.0.div_euclid(POINT_MS);
        if minute == self.last_point || !price.is_finite() {
            return false;
        }
        // Back in time: a replay was moved, and what was drawn belongs to another day.
        if minute < self.last_point {
            self.points.clear();
        }
        self.last_point = minute;
        self.points.push(price);
        if self.points.len() > SPARKLINE_POINTS {
            self.points.remove(0);
        }
        true
    }

    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.len() < 2
    }

    /// The `points` of a polyline in a box of `width` × `height`, with a pixel of room above and below.
    #[must_use]
    pub fn polyline(&self, width: f64, height: f64) -> String {
        let low = self.points.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let span = if high > low { high - low } else { 1.0 };
        let steps = self.points.len().saturating_sub(1).max(1);
        let mut text = String::with_capacity(self.points.len() * 10);
        for (at, price) in self.points.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "at most 48")]
            let x = width * at as f64 / steps as f64;
            let y = if high > low { 1.0 + (height - 2.0) * (high - price) / span } else { height / 2.0 };
            if at > 0 {
                text.push(' ');
            }
            text.push_str(&format!("{x:.1},{y:.1}"));
        }
        text
    }
}

/// The instruments that match what is typed, the best first; of equal ones the server's order holds.
#[must_use]
pub fn search(instruments: &[Arc<Instrument>], typed: &str) -> Vec<Arc<Instrument>> {
    let mut found: Vec<Arc<Instrument>> = Vec::new();
    for instrument in instruments.iter().filter(|i| matches(i, typed)) {
        let at = found.partition_point(|other| rank(other, typed) <= rank(instrument, typed));
        found.insert(at, instrument.clone());
    }
    found
}

/// Whether an instrument matches what is typed: every word is found in its symbol or description.
fn matches(instrument: &Instrument, typed: &str) -> bool {
    let symbol = instrument.symbol.as_str();
    let contains = |text: &str, word: &str| {
        text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    typed.split_whitespace().all(|word| contains(symbol, word) || contains(&instrument.description, word))
}

/// How well it matches; less is better: its name begins with what is typed, then those that hold it somewhere.
fn rank(instrument: &Instrument, typed: &str) -> u8 {
    let typed = typed.trim();
    let name = instrument.symbol.name();
    if name.eq_ignore_ascii_case(typed) {
        0
    } else if name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed)) {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::{bitcoin, share};

    #[test]
    fn search_looks_at_symbol_and_description() {
        for (typed, coin, stock) in [
            ("", true, true),
            ("btc", true, false),
            ("sim btc", true, false),
            ("bitcoin", true, false),
            ("NSE", false, true),
            ("a share", false, true),
            ("zzz", false, false),
            ("é", false, false),
        ] {
            assert_eq!((matches(&bitcoin(), typed), matches(&share(), typed)), (coin, stock), "{typed}");
        }
        assert_eq!([rank(&bitcoin(), "btcusd"), rank(&bitcoin(), "BT"), rank(&bitcoin(), "usd")], [0, 1, 2]);
    }

    #[test]
    fn the_best_match_is_first_and_equal_ones_keep_their_order() {
        let all = [share(), bitcoin()].map(Arc::new);
        let found = |typed| search(&all, typed).iter().map(|i| i.symbol.clone()).collect::<Vec<_>>();
        assert_eq!(found(""), [share().symbol, bitcoin().symbol]);
        assert_eq!(found(bitcoin().symbol.name()), [bitcoin().symbol]);
        let both = search(&all, "s");
        assert_eq!(both.len(), 2);
        assert!(both.is_sorted_by_key(|i| rank(i, "s")));
    }

    #[test]
    fn a_sparkline_grows_by_the_minute_and_keeps_its_length() {
        let mut line = Sparkline::new(&[1.0; 100]);
        assert!(line.push(Timestamp(60_000), 2.0));
        assert!(!line.push(Timestamp(119_999), 3.0), "same minute");
        assert!(line.push(Timestamp(120_000), 3.0));
        assert!(!line.push(Timestamp(180_000), f64::NAN));
        assert_eq!(line.points.len(), SPARKLINE_POINTS);
        assert!(line.push(Timestamp(0), 5.0));
        assert_eq!(line.points, [5.0], "back in time begins anew");
        assert!(line.is_empty());
    }

    #[test]
    fn a_sparkline_stays_in_its_box() {
        assert_eq!(Sparkline::new(&[1.0, 3.0, 2.0]).polyline(40.0, 20.0), "0.0,19.0 20.0,1.0 40.0,10.0");
        assert_eq!(Sparkline::new(&[2.0, 2.0]).polyline(40.0, 20.0), "0.0,10.0 40.0,10.0");
        assert_eq!(Sparkline::new(&[]).polyline(40.0, 20.0), "");
    }
}

//! One-minute bars of a seeded random walk, the same numbers that the other charts get in comparisons.

use wickflow_chart::Bar;

/// 2020-01-01T00:00:00Z.
const START_MS: i64 = 1_577_836_800_000;

/// `mulberry32`, a generator that JavaScript and Rust write alike.
struct Mulberry(u32);

impl Mulberry {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6d2b_79f5);
        let s = self.0;
        let mut t = (s ^ (s >> 15)).wrapping_mul(1 | s);
        t = t.wrapping_add((t ^ (t >> 7)).wrapping_mul(61 | t)) ^ t;
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }
}

pub(crate) fn bars(count: u32) -> Vec<Bar> {
    let mut random = Mulberry(7);
    let cents = |value: f64| (value * 100.0).round() / 100.0;
    let mut price = 1000.0;
    (0..count)
        .map(|i| {
            let open: f64 = price;
            let step = random.next() + random.next() + random.next() - 1.5;
            // The pull towards 1000 keeps a million steps within a readable range.
            price = (open + step * 1.2 + (1000.0 - open) * 0.0002).max(1.0);
            let high = cents(open.max(price) + random.next() * 0.8);
            let low = cents(open.min(price) - random.next() * 0.8);
            let volume = (random.next() * 10_000.0).floor();
            let (open, close) = (cents(open), cents(price));
            Bar::new(
                START_MS + i64::from(i) * 60_000,
                open,
                high.max(open).max(close),
                low.min(open).min(close),
                close,
                volume,
            )
        })
        .collect()
}

use proptest::prelude::*;

use crate::draw::Draws;
use crate::sim::day::{MIN_TRADES, Minute};
use crate::sim::path::prints_of;

fn minutes() -> impl Strategy<Value = Minute> {
    let prices = (1_u32..1_000_000, 0_u32..2000, 0_u32..2000, 0_u32..=2000, 0_u32..=2000);
    (prices, MIN_TRADES..1200, 0_u64..1_000_000).prop_map(|((low, a, b, open, close), trades, extra)| {
        let high = low + a + b;
        Minute {
            minute: 0,
            trades,
            open: low + open.min(high - low),
            high,
            low,
            close: low + close.min(high - low),
            lots: u64::from(trades) + extra,
        }
    })
}

proptest! {
    /// Whatever the candle, its trades make exactly that candle.
    #[test]
    fn the_trades_of_a_minute_are_its_candle(minute in minutes(), seed in any::<u64>(), spread in 1_u32..20) {
        let prints = prints_of(&minute, Draws::from_seed(seed), spread);
        prop_assert_eq!(prints.len(), usize::from(minute.trades));
        prop_assert_eq!(prints.first().map(|p| p.price), Some(minute.open));
        prop_assert_eq!(prints.last().map(|p| p.price), Some(minute.close));
        prop_assert_eq!(prints.iter().map(|p| p.price).max(), Some(minute.high));
        prop_assert_eq!(prints.iter().map(|p| p.price).min(), Some(minute.low));
        prop_assert_eq!(prints.iter().map(|p| p.lots).sum::<u64>(), minute.lots);
        prop_assert!(prints.iter().all(|p| p.lots > 0 && p.bid_lots > 0 && p.ask_lots > 0 && p.bid > 0));
        prop_assert!(prints.is_sorted_by(|a, b| a.offset_ms < b.offset_ms));
        prop_assert!(prints.last().is_some_and(|p| p.offset_ms < 60_000));
        // One tick above zero there is no room for a bid below the ask.
        prop_assert!(prints.iter().all(|p| p.bid < p.ask || p.ask == 1));
        prop_assert!(prints.iter().all(|p| p.price == p.bid || p.price == p.ask));
    }
}

#[test]
fn trades_are_spread_over_the_minute() {
    let minute = Minute { minute: 0, trades: 600, open: 500, high: 520, low: 480, close: 510, lots: 5000 };
    let prints = prints_of(&minute, Draws::from_seed(1), 2);
    let in_first_half = prints.iter().filter(|p| p.offset_ms < 30_000).count();
    assert!((250..=350).contains(&in_first_half), "{in_first_half}");
    let up: Vec<_> = prints.windows(2).filter(|pair| pair[1].price > pair[0].price).collect();
    let bought = up.iter().filter(|pair| pair[1].price == pair[1].ask).count();
    assert!(bought * 10 > up.len() * 7, "buyers push prices up: {bought} of {}", up.len());
}

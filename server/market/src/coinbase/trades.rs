use wickflow_shared::market::{Candle, Quote, Tick, TickSource};
use wickflow_shared::num::{Price, Quantity};
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::Timestamp;

use super::wire;

const MINUTE_MS: i64 = 60_000;
/// A quote older than this says nothing about a trade.
const QUOTE_LIFE_MS: i64 = 10_000;

/// Follows the trades of one product: each once, in order, and what is missing is noticed.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// The venue numbers a product's trades without holes.
    last_id: Option<u64>,
    last_time: Option<Timestamp>,
    quote: Option<(Timestamp, Quote)>,
    /// New trades that came while a snapshot was awaited, which may hold older ones.
    held: Vec<Trade>,
}

/// Most trades that wait for a snapshot; more than a product makes in the seconds that it takes.
const MAX_HELD: usize = 10_000;

/// What trades of one message amount to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Followed {
    /// New trades, in order.
    pub(super) ticks: Vec<Tick>,
    /// The candle of the present minute from before the first tick.
    pub(super) forming: Option<Candle>,
    /// A span, both ends included, of which trades are missing.
    pub(super) missing: Option<(Timestamp, Timestamp)>,
    /// Trades that had come already, or too late.
    pub(super) out_of_order: u64,
    /// Trades that could not be read.
    pub(super) malformed: u64,
}

#[derive(Debug, Clone, Copy)]
struct Trade {
    id: u64,
    time: Timestamp,
    price: Price,
    size: Quantity,
    aggressor: Option<OrderSide>,
}

impl Trade {
    fn read(trade: &wire::Trade<'_>) -> Option<Self> {
        Some(Self {
            id: trade.trade_id.parse().ok()?,
            time: trade.time.parse().ok()?,
            price: trade.price.parse().ok()?,
            size: trade.size.parse().ok()?,
            // The venue names the maker's side; the taker is the other one.
            aggressor: match &*trade.side {
                "SELL" => Some(OrderSide::Buy),
                "BUY" => Some(OrderSide::Sell),
                _ => None,
            },
        })
    }
}

impl Follower {
    /// Remembers the best bid and ask.
    pub(super) fn quote(&mut self, ticker: &wire::Ticker<'_>, time: Timestamp) {
        let side = |price: &str, size: &str| -> Option<(Price, Quantity)> {
            Some((price.parse().ok()?, size.parse().unwrap_or(Quantity::ZERO)))
        };
        let bid = side(&ticker.best_bid, &ticker.best_bid_quantity);
        let ask = side(&ticker.best_ask, &ticker.best_ask_quantity);
        self.quote = bid
            .zip(ask)
            .filter(|(bid, ask)| bid.0 < ask.0)
            .map(|((bid, bid_size), (ask, ask_size))| (time, Quote { bid, bid_size, ask, ask_size }));
    }

    /// Keeps new trades until the snapshot comes that is awaited. Returns how many could not be read.
    pub(super) fn hold(&mut self, trades: &[&wire::Trade<'_>]) -> u64 {
        let room = MAX_HELD.saturating_sub(self.held.len());
        let before = self.held.len();
        self.held.extend(trades.iter().filter_map(|trade| Trade::read(trade)).take(room));
        (trades.len() - (self.held.len() - before)) as u64
    }

    /// Takes the trades of a message, in whatever order they stand there, and those that were held. Those
    /// before `earliest`, which the feed's clock has passed, are too late.
    pub(super) fn follow(
        &mut self,
        trades: &[&wire::Trade<'_>],
        is_snapshot: bool,
        earliest: Timestamp,
    ) -> Followed {
        let mut followed = Followed::default();
        let mut read: Vec<Trade> = trades.iter().filter_map(|trade| Trade::read(trade)).collect();
        followed.malformed = (trades.len() - read.len()) as u64;
        read.append(&mut self.held);
        read.sort_by_key(|trade| trade.id);
        let Some((oldest, newest)) = read.first().copied().zip(read.last().copied()) else { return followed };
        let Some(last_id) = self.last_id else {
            self.last_id = Some(newest.id);
            self.last_time = Some(newest.time);
            return if is_snapshot { begin(&read, followed) } else { self.first(&read, followed) };
        };
        if oldest.id > last_id.saturating_add(1) {
            followed.missing = self.last_time.map(|from| (from, oldest.time));
        }
        for trade in read {
            let last = self.last_id.unwrap_or_default();
            if trade.id <= last {
                // A snapshot repeats what has come before; only other repetitions are worth counting.
                followed.out_of_order += u64::from(!is_snapshot);
                continue;
            }
            if trade.id > last.saturating_add(1) && followed.missing.is_none() {
                followed.missing = self.last_time.map(|from| (from, trade.time));
            }
            self.last_id = Some(trade.id);
            if trade.time < earliest {
                followed.out_of_order += 1;
                let from = followed.missing.map_or(trade.time, |missing| missing.0.min(trade.time));
                let to = followed.missing.map_or(trade.time, |missing| missing.1.max(trade.time));
                followed.missing = Some((from, to));
                continue;
            }
            // Numbers decide the order; clocks of the venue's machines may differ by a little.
            let time = self.last_time.map_or(trade.time, |last| last.max(trade.time));
            self.last_time = Some(time);
            followed.ticks.push(self.tick(&trade, time));
        }
        followed
    }

    /// The first trades ever seen are new ones: what came before in their minute is missing.
    fn first(&self, trades: &[Trade], mut followed: Followed) -> Followed {
        followed.ticks.extend(trades.iter().map(|trade| self.tick(trade, trade.time)));
        let first = followed.ticks.first().map(|tick| tick.time);
        followed.missing = first.map(|first| (first, first));
        followed
    }

    fn tick(&self, trade: &Trade, time: Timestamp) -> Tick {
        let is_fresh = |quoted: Timestamp| (quoted.0 - time.0).abs() <= QUOTE_LIFE_MS;
        Tick {
            time,
            price: trade.price,
            size: trade.size,
            aggressor: trade.aggressor,
            quote: self.quote.filter(|(quoted, _)| is_fresh(*quoted)).map(|(_, quote)| quote),
            source: TickSource::Trade,
        }
    }
}

/// The first snapshot: its trades are no news, but those of the present minute are the beginning of its candle.
fn begin(trades: &[Trade], mut followed: Followed) -> Followed {
    let Some(newest) = trades.last() else { return followed };
    let minute = Timestamp(newest.time.0.div_euclid(MINUTE_MS) * MINUTE_MS);
    for trade in trades.iter().filter(|trade| trade.time >= minute) {
        let (price, size) = (trade.price.to_f64(), trade.size.to_f64());
        let candle = followed.forming.get_or_insert(Candle::flat(minute, price));
        candle.high = candle.high.max(price);
        candle.low = candle.low.min(price);
        candle.close = price;
        candle.volume += size;
        candle.turnover += price * size;
        candle.trades += 1;
    }
    // Unless the snapshot reaches back beyond the minute, its beginning is not in it.
    let is_whole = trades.first().is_some_and(|oldest| oldest.time < minute);
    followed.missing = (!is_whole).then_some((minute, minute));
    followed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::time;

    fn trade(id: u64, at: &str, price: &str) -> wire::Trade<'static> {
        wire::Trade {
            product_id: "BTC-USD".into(),
            trade_id: id.to_string().into(),
            price: price.to_owned().into(),
            size: "0.5".into(),
            side: "SELL".into(),
            time: format!("2026-01-05T{at}Z").into(),
        }
    }

    fn follow(follower: &mut Follower, is_snapshot: bool, trades: &[wire::Trade<'static>]) -> Followed {
        follower.follow(&trades.iter().collect::<Vec<_>>(), is_snapshot, Timestamp::MIN)
    }

    fn prices(followed: &Followed) -> Vec<String> {
        followed.ticks.iter().map(|tick| tick.price.to_string()).collect()
    }

    /// Trades 1 to 3 have been seen.
    fn started() -> Follower {
        let mut follower = Follower::default();
        let snapshot = [trade(3, "12:00:20", "3"), trade(2, "12:00:10", "2"), trade(1, "11:59:59", "1")];
        let first = follow(&mut follower, true, &snapshot);
        assert!(first.ticks.is_empty(), "no news");
        let forming = first.forming.unwrap();
        assert_eq!((forming.open, forming.close, forming.trades), (2.0, 3.0, 2));
        assert_eq!(first.missing, None, "the snapshot reaches back beyond the minute");
        follower
    }

    #[test]
    fn a_first_snapshot_that_is_too_short() {
        let first = follow(&mut Follower::default(), true, &[trade(3, "12:00:20", "3")]);
        let minute = time("2026-01-05T12:00:00Z");
        assert_eq!(
            (first.missing, first.forming.map(|c| c.open_time)),
            (Some((minute, minute)), Some(minute))
        );
    }

    #[test]
    fn trades_come_once_and_in_order() {
        let mut follower = started();
        let update = follow(&mut follower, false, &[trade(5, "12:00:22", "5"), trade(4, "12:00:21", "4")]);
        assert_eq!((prices(&update), update.missing), (vec!["4".to_owned(), "5".to_owned()], None));
        assert_eq!(update.ticks[0].aggressor, Some(OrderSide::Buy), "the maker sold");
        let again = follow(&mut follower, false, &[trade(5, "12:00:22", "5"), trade(2, "12:00:10", "2")]);
        assert_eq!((again.ticks.len(), again.out_of_order, again.missing), (0, 2, None));
    }

    #[test]
    fn a_snapshot_after_a_reconnect_fills_the_hole() {
        let mut follower = started();
        let whole: Vec<_> =
            (2..=9).rev().map(|id| trade(id, &format!("12:01:0{id}"), &id.to_string())).collect();
        let filled = follow(&mut follower, true, &whole);
        assert_eq!(prices(&filled), ["4", "5", "6", "7", "8", "9"]);
        assert_eq!((filled.missing, filled.out_of_order), (None, 0));

        let short = follow(&mut follower, true, &[trade(15, "12:05:00", "15"), trade(14, "12:04:00", "14")]);
        assert_eq!(prices(&short), ["14", "15"]);
        assert_eq!(short.missing, Some((time("2026-01-05T12:01:09Z"), time("2026-01-05T12:04:00Z"))));
    }

    #[test]
    fn new_trades_wait_for_the_snapshot_that_holds_older_ones() {
        let mut follower = started();
        assert_eq!(follower.hold(&[&trade(6, "12:00:26", "6"), &trade(7, "nonsense", "7")]), 1);
        let snapshot: Vec<_> =
            (3..=6).map(|id| trade(id, &format!("12:00:2{id}"), &id.to_string())).collect();
        let filled = follow(&mut follower, true, &snapshot);
        assert_eq!(
            (prices(&filled), filled.missing),
            (vec!["4".to_owned(), "5".to_owned(), "6".to_owned()], None)
        );
        // Without a snapshot they come all the same, with the hole noticed.
        follower.hold(&[&trade(9, "12:00:30", "9")]);
        let released = follow(&mut follower, false, &[]);
        assert_eq!(prices(&released), ["9"]);
        assert!(released.missing.is_some());
    }

    #[test]
    fn holes_in_the_numbers_are_noticed() {
        let mut follower = started();
        let update = follow(&mut follower, false, &[trade(4, "12:00:21", "4"), trade(7, "12:00:25", "7")]);
        assert_eq!(prices(&update), ["4", "7"]);
        assert_eq!(update.missing, Some((time("2026-01-05T12:00:21Z"), time("2026-01-05T12:00:25Z"))));
    }

    #[test]
    fn what_the_clock_has_passed_is_too_late() {
        let mut follower = started();
        let late = trade(4, "12:00:21", "4");
        let followed = follower.follow(&[&late], false, time("2026-01-05T12:00:30Z"));
        assert_eq!((followed.ticks.len(), followed.out_of_order), (0, 1));
        assert_eq!(followed.missing, Some((time("2026-01-05T12:00:21Z"), time("2026-01-05T12:00:21Z"))));
        let next = follow(&mut follower, false, &[trade(5, "12:00:31", "5")]);
        assert_eq!((prices(&next), next.missing), (vec!["5".to_owned()], None));
    }

    #[test]
    fn times_never_fall() {
        let mut follower = started();
        let update = follow(&mut follower, false, &[trade(4, "12:00:25", "4"), trade(5, "12:00:24.9", "5")]);
        assert_eq!(update.ticks[1].time, time("2026-01-05T12:00:25Z"));
    }

    #[test]
    fn quotes_go_with_the_trades_near_them() {
        let mut follower = started();
        let ticker = |bid: &'static str, ask: &'static str| wire::Ticker {
            product_id: "BTC-USD".into(),
            best_bid: bid.into(),
            best_bid_quantity: "1.5".into(),
            best_ask: ask.into(),
            best_ask_quantity: "".into(),
        };
        let at = time("2026-01-05T12:00:21Z");
        follower.quote(&ticker("3.9", "4.1"), at);
        let update = follow(&mut follower, false, &[trade(4, "12:00:21", "4"), trade(5, "12:00:32", "4")]);
        let quote = update.ticks[0].quote.unwrap();
        assert_eq!((quote.bid.to_string(), quote.ask.to_string()), ("3.9".to_owned(), "4.1".to_owned()));
        assert_eq!((quote.bid_size.to_string(), quote.ask_size.is_zero()), ("1.5".to_owned(), true));
        assert_eq!(update.ticks[1].quote, None, "eleven seconds later it says nothing");
        for (bid, ask) in [("5", "4"), ("", "4"), ("x", "y")] {
            follower.quote(&ticker(bid, ask), at);
            assert_eq!(follower.quote, None, "{bid} {ask}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_counted() {
        let mut follower = started();
        let bad = [trade(4, "25:00:00", "4"), trade(5, "12:00:30", "-5"), trade(6, "12:00:31", "1e3")];
        let followed = follow(&mut follower, false, &bad);
        assert_eq!((followed.malformed, followed.ticks.len()), (3, 0));
    }
}

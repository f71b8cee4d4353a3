use wickflow_shared::market::{
    Calendar, Candle, CandleColumns, Currency, Instrument, InstrumentKind, aggregate, chunk,
};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::{HistoryError, HistoryStore, Imported};
use crate::Database;

fn instrument() -> Instrument {
    Instrument {
        symbol: "TEST:BTCUSD".parse().unwrap(),
        description: "Bitcoin".to_owned(),
        kind: InstrumentKind::Crypto,
        currency: Currency::USD,
        tick_size: "0.1".parse().unwrap(),
        lot_size: "0.0001".parse().unwrap(),
        max_quantity: "1000".parse().unwrap(),
        min_notional: Money::ZERO,
        spread: Bps(1),
        calendar: Calendar::round_the_clock(Zone::utc()),
        fees: FeeModel::Free,
        slippage: SlippageModel::None,
    }
}

fn candle(minute: i64) -> Candle {
    let open = 10_000.0 + (minute % 97) as f64 / 10.0;
    Candle {
        open_time: Timestamp(minute * 60_000),
        open,
        high: open + 1.5,
        low: open - 0.7,
        close: open + 0.3,
        volume: 1.0 + (minute % 13) as f64 / 100.0,
        turnover: 0.0,
        trades: 0,
    }
}

/// Minutes with a hole at 500..600, over three periods.
fn minutes() -> CandleColumns {
    let mut columns = CandleColumns::default();
    (0..40_000)
        .filter(|minute| !(500..600).contains(minute))
        .for_each(|minute| columns.push(&candle(minute)));
    columns
}

async fn store(folder: &tempfile::TempDir) -> HistoryStore {
    let address = format!("sqlite://{}", folder.path().join("test.db").display());
    HistoryStore::new(Database::open(&address).await.unwrap())
}

#[tokio::test]
async fn importing_twice_is_importing_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (instrument, candles) = (instrument(), minutes());
    let first = store.import(&instrument, Timeframe::M1, &candles).await.unwrap();
    assert_eq!((first.added, first.replaced, first.unchanged, first.chunks), (39_900, 0, 0, 3));
    let ids = store.chunk_index(&instrument.symbol, Timeframe::M1).await.unwrap();
    let second = store.import(&instrument, Timeframe::M1, &candles).await.unwrap();
    assert_eq!(second, Imported { added: 0, unchanged: 39_900, ..first });
    assert_eq!(store.chunk_index(&instrument.symbol, Timeframe::M1).await.unwrap(), ids);
    for info in ids {
        let bytes = store.chunk_bytes(&info.id).await.unwrap().unwrap();
        assert_eq!(chunk::chunk_id(&bytes), info.id);
        assert_eq!(bytes.len(), info.size as usize);
    }
}

/// The first import of an instrument is prepared before its transaction; every other one is made within it.
#[tokio::test]
async fn parts_become_the_same_chunks_as_the_whole() {
    let (instrument, candles) = (instrument(), minutes());
    let mut found = Vec::new();
    for cuts in [&[39_900][..], &[15_000, 39_900], &[1, 499, 500, 33_000, 39_900]] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let (mut from, mut added) = (0, 0);
        for to in cuts {
            let part = candles.slice(from..*to);
            added += store.import(&instrument, Timeframe::M1, &part).await.unwrap().added;
            from = *to;
        }
        assert_eq!(added, 39_900, "{cuts:?}");
        let mut chunks = Vec::new();
        for timeframe in Timeframe::COMMON {
            chunks.extend(store.chunk_index(&instrument.symbol, timeframe).await.unwrap());
        }
        found.push(chunks);
    }
    assert!(found[0].len() > 10 && found.iter().all(|chunks| *chunks == found[0]), "{found:?}");
}

#[tokio::test]
async fn two_first_imports_at_once_are_both_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (instrument, candles) = (instrument(), minutes());
    // Both find nothing and prepare everything; the later one must still see what the other has written.
    let (older, newer) = (candles.slice(0..20_000), candles.slice(10_000..39_900));
    let (one, other) = tokio::join!(
        store.import(&instrument, Timeframe::M1, &older),
        store.import(&instrument, Timeframe::M1, &newer),
    );
    assert_eq!(one.unwrap().added + other.unwrap().added, 39_900);
    let whole = store.range(&instrument.symbol, Timeframe::M1, Timestamp(0), Timestamp::MAX, 50_000).await;
    assert_eq!(whole.unwrap(), candles);
}

#[tokio::test]
async fn pages_are_those_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (instrument, candles) = (instrument(), minutes());
    store.import(&instrument, Timeframe::M1, &candles).await.unwrap();
    let symbol = &instrument.symbol;
    for timeframe in [Timeframe::M1, Timeframe::Minutes(5), Timeframe::Minutes(90), Timeframe::Day] {
        let whole = aggregate(&candles, timeframe, &instrument.calendar);
        let len = whole.len();
        for (before, limit) in
            [(None, 300), (None, 7), (Some(1_000_000_000), 10), (Some(36_000_000), 1000), (Some(0), 5)]
        {
            let before = before.map(Timestamp);
            let end = before.map_or(len, |before| whole.index_at_or_after(before));
            let page = store.latest(symbol, timeframe, before, limit).await.unwrap();
            assert_eq!(page, whole.slice(end.saturating_sub(limit)..end), "{timeframe} before {before:?}");
        }
        for (from, to, limit) in
            [(0, i64::MAX, 10), (30_000_000, 60_000_000, 100_000), (30_100_000, 30_000_000, 5)]
        {
            let page = store.range(symbol, timeframe, Timestamp(from), Timestamp(to), limit).await.unwrap();
            let within = whole.indices_between(Timestamp(from), Timestamp(to));
            let end = (within.start + limit).min(within.end);
            assert_eq!(page, whole.slice(within.start..end.max(within.start)), "{timeframe} {from}..{to}");
        }
    }
}

#[tokio::test]
async fn later_candles_replace_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let instrument = instrument();
    store.import(&instrument, Timeframe::M1, &minutes()).await.unwrap();
    let mut changed = CandleColumns::default();
    changed.push(&Candle { volume: 99.0, ..candle(10) });
    changed.push(&candle(11));
    changed.push(&candle(550));
    let imported = store.import(&instrument, Timeframe::M1, &changed).await.unwrap();
    assert_eq!((imported.added, imported.replaced, imported.unchanged), (1, 1, 1));
    let page =
        store.range(&instrument.symbol, Timeframe::Minutes(15), Timestamp(0), Timestamp(1), 1).await.unwrap();
    let volume: f64 = page.volumes()[0];
    assert!(volume > 99.0, "longer candles are derived anew, volume {volume}");
}

#[tokio::test]
async fn live_candles_are_rows_until_their_period_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let instrument = instrument();
    let symbol = &instrument.symbol;
    assert!(matches!(
        store.append(symbol, Timeframe::M1, &[candle(0)]).await,
        Err(HistoryError::UnknownSymbol(_))
    ));
    store.put_instrument(&instrument).await.unwrap();
    let spans = chunk::PERIOD_SPANS_MINUTES;
    for minute in [0, 1, 2, spans - 2] {
        store.append(symbol, Timeframe::M1, &[candle(minute)]).await.unwrap();
    }
    assert_eq!(store.chunk_index(symbol, Timeframe::M1).await.unwrap(), []);
    assert_eq!(store.latest(symbol, Timeframe::M1, None, 10).await.unwrap().len(), 4);
    store.append(symbol, Timeframe::M1, &[candle(spans - 1), candle(spans)]).await.unwrap();
    let index = store.chunk_index(symbol, Timeframe::M1).await.unwrap();
    assert_eq!(index.iter().map(|info| info.rows).collect::<Vec<_>>(), [5]);
    let all = store.latest(symbol, Timeframe::M1, None, 10).await.unwrap();
    let minutes: Vec<i64> = all.open_times().iter().map(|time| time.0 / 60_000).collect();
    assert_eq!(minutes, [0, 1, 2, spans - 2, spans - 1, spans]);
    let fives = store.latest(symbol, Timeframe::Minutes(5), None, 10).await.unwrap();
    assert_eq!(fives, aggregate(&all, Timeframe::Minutes(5), &instrument.calendar));
}

#[tokio::test]
async fn an_import_counts_over_what_a_live_feed_has_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let instrument = instrument();
    let symbol = &instrument.symbol;
    store.put_instrument(&instrument).await.unwrap();
    store.append(symbol, Timeframe::M1, &[candle(0), candle(1), candle(2)]).await.unwrap();
    let corrected = Candle { close: candle(1).close + 0.1, ..candle(1) };
    let file = [candle(0), corrected].iter().collect();
    let imported = store.import(&instrument, Timeframe::M1, &file).await.unwrap();
    assert_eq!((imported.added, imported.replaced, imported.unchanged), (0, 1, 1));
    let all = store.latest(symbol, Timeframe::M1, None, 3).await.unwrap();
    assert_eq!(all, [candle(0), corrected, candle(2)].iter().collect());
}

#[tokio::test]
async fn another_calendar_makes_other_days_of_the_same_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (utc, candles) = (instrument(), minutes());
    store.import(&utc, Timeframe::M1, &candles).await.unwrap();
    let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
    let india = Instrument { calendar: Calendar::round_the_clock(zone), ..instrument() };
    let again = store.import(&india, Timeframe::M1, &candles).await.unwrap();
    assert_eq!((again.added, again.replaced), (0, 0));
    for timeframe in [Timeframe::Minutes(60), Timeframe::Day] {
        let got = store.latest(&india.symbol, timeframe, None, 100_000).await.unwrap();
        assert_eq!(got, aggregate(&candles, timeframe, &india.calendar), "{timeframe}");
    }
}

#[tokio::test]
async fn what_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let instrument = instrument();
    let unknown = store.latest(&instrument.symbol, Timeframe::M1, None, 1).await;
    assert!(matches!(unknown, Err(HistoryError::UnknownSymbol(_))));
    store
        .import(
            &instrument,
            Timeframe::Minutes(5),
            &aggregate(&minutes(), Timeframe::Minutes(5), &instrument.calendar),
        )
        .await
        .unwrap();
    let shorter = store.latest(&instrument.symbol, Timeframe::M1, None, 1).await;
    assert!(matches!(shorter, Err(HistoryError::UnknownTimeframe(..))));
    let other = store.import(&instrument, Timeframe::M1, &minutes()).await;
    assert!(matches!(other, Err(HistoryError::OtherBase { .. })));
}

#![expect(clippy::float_cmp, reason = "the same bits are meant")]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::market::{PathStep, SessionWindow};
use crate::time::Zone;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn crypto() -> Calendar {
    Calendar::round_the_clock(Zone::utc())
}

/// 09:15 to 15:30 in India, Monday to Friday, with an evening session on 2014-10-23 (day 16366).
fn nse() -> Calendar {
    let usual = vec![SessionWindow { open: 555, close: 930 }];
    let weekly = [usual.clone(), usual.clone(), usual.clone(), usual.clone(), usual, vec![], vec![]];
    let evening = vec![SessionWindow { open: 1095, close: 1170 }];
    let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
    Calendar::with_sessions(zone, weekly, BTreeMap::from([(16_366, evening)])).unwrap()
}

/// 09:30 to 16:00 in New York in 2026, where clocks change on 8 March and 1 November.
fn new_york() -> Calendar {
    let transitions = ["2025-11-02T06:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"].map(at);
    let zone = transitions.into_iter().zip([-300, -240, -300]).collect();
    let zone = Zone::try_new("America/New_York", zone).unwrap();
    let usual = vec![SessionWindow { open: 570, close: 960 }];
    let weekly = [usual.clone(), usual.clone(), usual.clone(), usual.clone(), usual, vec![], vec![]];
    Calendar::with_sessions(zone, weekly, BTreeMap::new()).unwrap()
}

fn candle(time: &str, [open, high, low, close, volume]: [f64; 5]) -> Candle {
    Candle { open_time: at(time), open, high, low, close, volume, turnover: 0.0, trades: 0 }
}

#[test]
fn hours_of_an_exchange_count_from_its_open() {
    let minutes: CandleColumns = [
        candle("2014-10-22T03:45:00Z", [100.0, 101.0, 99.0, 100.5, 10.0]),
        // 03:46 to 04:43 have no trades.
        candle("2014-10-22T04:44:00Z", [100.5, 103.0, 100.0, 102.0, 5.0]),
        candle("2014-10-22T04:45:00Z", [102.0, 102.0, 98.0, 98.5, 1.0]),
        candle("2014-10-22T09:59:00Z", [98.5, 99.0, 98.0, 98.0, 2.0]),
        candle("2014-10-23T12:53:00Z", [97.0, 97.0, 97.0, 97.0, 3.0]),
    ]
    .iter()
    .collect();
    let hours = aggregate(&minutes, Timeframe::Minutes(60), &nse());
    let want: CandleColumns = [
        candle("2014-10-22T03:45:00Z", [100.0, 103.0, 99.0, 102.0, 15.0]),
        candle("2014-10-22T04:45:00Z", [102.0, 102.0, 98.0, 98.5, 1.0]),
        candle("2014-10-22T09:45:00Z", [98.5, 99.0, 98.0, 98.0, 2.0]),
        candle("2014-10-23T12:45:00Z", [97.0, 97.0, 97.0, 97.0, 3.0]),
    ]
    .iter()
    .collect();
    assert_eq!(hours, want);
    // A day begins at midnight in India, a week on Monday.
    let days = aggregate(&minutes, Timeframe::Day, &nse());
    assert_eq!(days.open_times(), [at("2014-10-21T18:30:00Z"), at("2014-10-22T18:30:00Z")]);
    let weeks = aggregate(&days, Timeframe::Week, &nse());
    assert_eq!(weeks, [candle("2014-10-19T18:30:00Z", [100.0, 103.0, 97.0, 97.0, 21.0])].iter().collect());
}

#[test]
fn a_half_known_turnover_is_unknown() {
    let part = |volume: f64, turnover: f64, trades: u32| Candle {
        volume,
        turnover,
        trades,
        ..Candle::flat(Timestamp(0), 10.0)
    };
    let whole = |parts: [Candle; 2]| {
        let [first, mut second] = parts;
        second.open_time = Timestamp(60_000);
        aggregate(&[first, second].iter().collect(), Timeframe::Minutes(5), &crypto()).first().unwrap()
    };
    let known = whole([part(2.0, 20.0, 3), part(3.0, 36.0, 4)]);
    assert_eq!((known.turnover, known.trades, known.vwap()), (56.0, 7, Some(56.0 / 5.0)));
    let half = whole([part(2.0, 20.0, 3), part(3.0, 0.0, 0)]);
    assert_eq!((half.volume, half.turnover, half.trades, half.vwap()), (5.0, 0.0, 0, None));
    let quiet = whole([part(2.0, 20.0, 3), part(0.0, 0.0, 0)]);
    assert_eq!((quiet.turnover, quiet.trades), (20.0, 3), "a part without volume hides nothing");
}

fn trade(ms: i64, price: &str, size: &str) -> Tick {
    Tick {
        time: Timestamp(ms),
        price: price.parse().unwrap(),
        size: size.parse().unwrap(),
        aggressor: None,
        quote: None,
        source: TickSource::Trade,
    }
}

#[test]
fn ticks_become_candles() {
    let calendar = crypto();
    let mut builder = CandleBuilder::new(Timeframe::M1);
    assert_eq!(builder.forming(), None);
    for (ms, price, size) in [(5_000, "10", "1"), (20_000, "12", "2"), (59_999, "11", "1")] {
        assert_eq!(builder.push(&calendar, &trade(ms, price, size)), None);
    }
    let want = Candle {
        open_time: Timestamp(0),
        open: 10.0,
        high: 12.0,
        low: 10.0,
        close: 11.0,
        volume: 4.0,
        turnover: 45.0,
        trades: 3,
    };
    assert_eq!(builder.forming(), Some(want));
    // Its time is over only at the first instant of the next.
    assert_eq!(builder.close_until(Timestamp(59_999)), None);
    // Two minutes pass without a trade: no candle is invented for them.
    assert_eq!(builder.push(&calendar, &trade(180_000, "9", "1")), Some(want));
    assert_eq!(builder.forming().unwrap().open_time, Timestamp(180_000));
    assert_eq!(builder.close_until(Timestamp(240_000)).unwrap().close, 9.0);
    assert_eq!(builder.forming(), None);
    assert_eq!(builder.late(), 0);
}

#[test]
fn late_ticks_do_not_repaint() {
    let calendar = crypto();
    let mut builder = CandleBuilder::new(Timeframe::M1);
    builder.push(&calendar, &trade(61_000, "10", "1"));
    builder.push(&calendar, &trade(90_000, "11", "1"));
    // Older than the newest, but of the same minute: a new low, not a new close.
    builder.push(&calendar, &trade(70_000, "8", "1"));
    let forming = builder.forming().unwrap();
    assert_eq!((forming.low, forming.close, forming.volume, forming.trades), (8.0, 11.0, 3.0, 3));
    // Of the minute before.
    assert_eq!(builder.push(&calendar, &trade(59_999, "1", "9")), None);
    assert_eq!(builder.forming(), Some(forming));
    assert_eq!(builder.late(), 1);
    // Of a minute that was closed by the clock.
    assert!(builder.close_until(Timestamp(120_000)).is_some());
    assert_eq!(builder.push(&calendar, &trade(119_000, "1", "9")), None);
    assert_eq!((builder.forming(), builder.late()), (None, 2));
}

#[test]
fn points_of_a_path_are_no_trades() {
    let calendar = crypto();
    let mut builder = CandleBuilder::new(Timeframe::Minutes(5));
    for (ms, price, step) in [
        (0, "10", PathStep::Open),
        (15_000, "9", PathStep::FirstExtreme),
        (30_000, "12", PathStep::SecondExtreme),
    ] {
        let source = TickSource::Bar { open_time: Timestamp(0), step };
        builder.push(&calendar, &Tick { source, ..trade(ms, price, "0.5") });
    }
    let forming = builder.forming().unwrap();
    assert_eq!((forming.volume, forming.turnover, forming.trades), (1.5, 0.0, 0));
}

#[test]
fn a_candle_goes_on_after_a_restart() {
    let calendar = crypto();
    let mut builder = CandleBuilder::new(Timeframe::M1);
    let before = Candle { volume: 2.0, turnover: 20.0, trades: 2, ..Candle::flat(Timestamp(60_000), 10.0) };
    builder.resume(&calendar, &before);
    builder.push(&calendar, &trade(70_000, "12", "1"));
    let forming = builder.forming().unwrap();
    assert_eq!((forming.open, forming.high, forming.volume, forming.trades), (10.0, 12.0, 3.0, 3));
}

#[test]
fn gaps_lie_within_sessions() {
    let days = |times: &[&str], timeframe, calendar: &Calendar| {
        let times: Vec<Timestamp> = times.iter().map(|t| at(t)).collect();
        let gaps = gaps(&times, timeframe, calendar);
        gaps.iter().map(|g| format!("{} {} {}", g.from, g.to, g.missing)).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    // Round the clock, over midnight: one gap.
    assert_eq!(
        days(&["2018-01-01T23:58:00Z", "2018-01-02T00:03:00Z"], Timeframe::M1, &crypto()),
        ["2018-01-01T23:59:00Z 2018-01-02T00:03:00Z 4"]
    );
    // The night and the weekend are none.
    assert_eq!(days(&["2014-10-24T09:59:00Z", "2014-10-27T03:45:00Z"], Timeframe::M1, &nse()), nothing);
    // The last two minutes of Friday and the first of Monday.
    assert_eq!(
        days(&["2014-10-24T09:57:00Z", "2014-10-27T03:46:00Z"], Timeframe::M1, &nse()),
        ["2014-10-24T09:58:00Z 2014-10-24T10:00:00Z 2", "2014-10-27T03:45:00Z 2014-10-27T03:46:00Z 1"]
    );
    // A whole session of 375 minutes makes 7 hours, the last one short; the day of the evening session.
    assert_eq!(
        days(&["2014-10-21T09:45:00Z", "2014-10-23T12:45:00Z"], Timeframe::Minutes(60), &nse()),
        ["2014-10-22T03:45:00Z 2014-10-22T10:00:00Z 7"]
    );
    // From Friday to Thursday: Monday, Tuesday and Wednesday are missing, the weekend is not.
    assert_eq!(
        days(&["2014-10-23T18:30:00Z", "2014-10-29T18:30:00Z"], Timeframe::Day, &nse()),
        ["2014-10-26T18:30:00Z 2014-10-29T18:30:00Z 3"]
    );
    assert_eq!(days(&["2014-10-23T18:30:00Z", "2014-10-26T18:30:00Z"], Timeframe::Day, &nse()), nothing);
    // Clocks go forward on Sunday 8 March: Friday to Monday without a gap.
    assert_eq!(days(&["2026-03-06T20:59:00Z", "2026-03-09T13:30:00Z"], Timeframe::M1, &new_york()), nothing);
}

#[test]
fn which_timeframes_make_up_others() {
    for (shorter, longer, want) in [
        ("1m", "5m", true),
        ("5m", "1m", false),
        ("5m", "5m", false),
        ("30m", "90m", true),
        ("1h", "90m", false),
    ] {
        assert_eq!(divides(shorter.parse().unwrap(), longer.parse().unwrap()), want, "{shorter} {longer}");
    }
    assert!(divides(Timeframe::Day, Timeframe::Week) && !divides(Timeframe::Week, Timeframe::Day));
}

fn any_calendar() -> impl Strategy<Value = (Calendar, Timestamp)> {
    // Starts in minutes that see the evening session, both changes of clocks, and a weekend.
    prop_oneof![
        (0_i64..10_000).prop_map(|m| (crypto(), at("2018-01-01T00:00:00Z").plus_ms(m * 60_000))),
        (0_i64..10_000).prop_map(|m| (nse(), at("2014-10-20T00:00:00Z").plus_ms(m * 60_000))),
        (0_i64..10_000).prop_map(|m| (new_york(), at("2026-03-05T00:00:00Z").plus_ms(m * 60_000))),
        (0_i64..10_000).prop_map(|m| (new_york(), at("2026-10-29T00:00:00Z").plus_ms(m * 60_000))),
    ]
}

fn any_minutes() -> impl Strategy<Value = (Calendar, CandleColumns)> {
    // Mostly neighbours, sometimes minutes missing, sometimes a day or more.
    let step = prop_oneof![8 => Just(1_i64), 2 => 2_i64..30, 1 => 30_i64..4000];
    let row = (step, 1_u32..1000, 0_u32..50, 0_u32..50, 0_u32..90, 0_u32..3);
    (any_calendar(), prop::collection::vec(row, 1..300)).prop_map(|((calendar, start), rows)| {
        let mut time = start;
        let columns = rows.into_iter().map(|(step, open, up, down, volume, trades)| {
            time = time.plus_ms(step * 60_000);
            let open = f64::from(open) + 100.0;
            let volume = f64::from(volume) * 0.1;
            let (high, low) = (open + f64::from(up) * 0.1, open - f64::from(down) * 0.1);
            let turnover = if trades > 0 { volume * open } else { 0.0 };
            Candle { open_time: time, open, high, low, close: (high + low) / 2.0, volume, turnover, trades }
        });
        let columns = columns.collect();
        (calendar, columns)
    })
}

fn any_timeframe() -> impl Strategy<Value = Timeframe> {
    prop::sample::select(
        Timeframe::COMMON
            .into_iter()
            .chain([Timeframe::Minutes(3), Timeframe::Minutes(90)])
            .collect::<Vec<_>>(),
    )
}

proptest! {
    #[test]
    fn streaming_equals_batch((calendar, minutes) in any_minutes(), timeframe in any_timeframe()) {
        let mut streaming = CandleAggregator::new(timeframe);
        let mut streamed: CandleColumns =
            minutes.iter().filter_map(|candle| streaming.push(&calendar, &candle)).collect();
        streamed.push(&streaming.forming().unwrap());
        prop_assert_eq!(&streamed, &aggregate(&minutes, timeframe, &calendar));
        prop_assert_eq!(streamed.check(), Ok(()));
    }

    #[test]
    fn each_candle_belongs_to_its_bucket((calendar, minutes) in any_minutes(), timeframe in any_timeframe()) {
        let longer = aggregate(&minutes, timeframe, &calendar);
        for candle in longer.iter() {
            let bucket = calendar.bucket(candle.open_time, timeframe);
            let parts = minutes.slice(minutes.indices_between(bucket.open, bucket.close));
            prop_assert_eq!(bucket.open, candle.open_time);
            prop_assert_eq!(Some(candle.open), parts.first().map(|c| c.open));
            prop_assert_eq!(Some(candle.close), parts.last().map(|c| c.close));
            prop_assert_eq!(candle.high, parts.highs().iter().copied().fold(0.0, f64::max));
            prop_assert_eq!(candle.low, parts.lows().iter().copied().fold(f64::INFINITY, f64::min));
            for part in parts.iter() {
                prop_assert_eq!(calendar.bucket(part.open_time, timeframe), bucket);
            }
        }
    }

    #[test]
    fn what_is_there_and_what_is_missing_is_all_there_could_be(
        (calendar, minutes) in any_minutes(),
        timeframe in prop::sample::select(vec![Timeframe::M1, Timeframe::Minutes(15), Timeframe::Minutes(60)]),
    ) {
        // Only candles within sessions, so that every one is expected.
        let open: CandleColumns = minutes.iter().filter(|c| calendar.is_open(c.open_time)).collect();
        let series = aggregate(&open, timeframe, &calendar);
        let gaps = gaps(series.open_times(), timeframe, &calendar);
        let missing: u64 = gaps.iter().map(|gap| gap.missing).sum();
        let mut expected = 0;
        if let (Some(first), Some(last)) = (series.first(), series.last()) {
            let mut at = first.open_time;
            while at <= last.open_time {
                let bucket = calendar.bucket(at, timeframe);
                expected += u64::from(calendar.is_open(at));
                at = bucket.close;
            }
        }
        prop_assert_eq!(series.len() as u64 + missing, expected);
        prop_assert!(gaps.is_sorted_by(|a, b| a.to <= b.from));
    }

    #[test]
    fn ticks_in_order_make_the_candles_that_their_minutes_make((calendar, minutes) in any_minutes()) {
        // One trade per minute: built directly, or aggregated from minutes.
        let mut direct = CandleBuilder::new(Timeframe::Minutes(15));
        let mut built = CandleColumns::default();
        let mut ones = CandleColumns::default();
        for minute in minutes.iter() {
            let volume = minute.volume + 1.0;
            let (time, price) = (minute.open_time, minute.open);
            built.extend(direct.push_trade(&calendar, time, price, volume));
            ones.push(&Candle { volume, turnover: price * volume, trades: 1, ..Candle::flat(time, price) });
        }
        built.extend(direct.forming());
        prop_assert_eq!(built, aggregate(&ones, Timeframe::Minutes(15), &calendar));
        prop_assert_eq!(direct.late(), 0);
    }
}

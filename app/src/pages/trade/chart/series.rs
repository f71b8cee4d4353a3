//! Candles of the wire into bars of the chart: a fresh start, a reconnect, a replay that was moved, a live change.

use wickflow_chart::{Bar, Chart};
use wickflow_shared::market::Candle;
use wickflow_shared::protocol::{CandleBatch, CandlePage, CandleUpdate};

fn bar(candle: &Candle) -> Bar {
    Bar::new(candle.open_time.0, candle.open, candle.high, candle.low, candle.close, candle.volume)
}

/// The bars of a page of history, oldest first. Columns of unequal length end with the shortest.
pub(super) fn bars_of(page: &CandlePage) -> Vec<Bar> {
    let prices = page.open.iter().zip(&page.high).zip(&page.low).zip(&page.close).zip(&page.volume);
    page.open_time
        .iter()
        .zip(prices)
        .map(|(time, ((((open, high), low), close), volume))| {
            Bar::new(time.0, *open, *high, *low, *close, *volume)
        })
        .collect()
}

/// Takes all there is of a topic. Bars that are shown already stay, and so does the view, if the new ones go on from
/// them; otherwise they are replaced.
pub(super) fn take_batch(chart: &mut Chart, batch: &CandleBatch) {
    let bars: Vec<Bar> = batch.closed.iter().chain(&batch.forming).map(bar).collect();
    let Some((first, newest)) = bars.first().zip(bars.last()).map(|(a, b)| (a.time, b.time)) else {
        // Nothing there, as before the first trade or at the beginning of a replay.
        chart.set_candles(Vec::new());
        return;
    };
    match chart.last().map(|bar| bar.time) {
        None => {
            chart.set_candles(bars);
            chart.has_more_history(true);
        }
        Some(last) if first <= last && last <= newest => {
            for bar in bars {
                // A bar that cannot be drawn is left out; the next message may bring it right.
                let _ = chart.upsert(bar);
            }
        }
        Some(_) => {
            // At the zoom that was chosen; where the view was there may be nothing now.
            chart.replace_candles(bars);
            chart.scroll_to_latest();
            chart.has_more_history(true);
        }
    }
    chart.set_forming(batch.forming.is_some());
}

/// Takes what changed.
pub(super) fn take_update(chart: &mut Chart, update: &CandleUpdate) {
    for candle in update.closed.iter().chain(&update.forming) {
        let _ = chart.upsert(bar(candle));
    }
    chart.set_forming(update.forming.is_some());
}

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_chart::Options;
    use wickflow_shared::time::{Timeframe, Timestamp};

    fn candle(minute: i64, close: f64) -> Candle {
        Candle {
            open_time: Timestamp(minute * 60_000),
            open: 10.0,
            high: 12.0,
            low: 9.0,
            close,
            volume: 1.0,
            turnover: 0.0,
            trades: 0,
        }
    }

    fn batch(minutes: std::ops::Range<i64>, forming: Option<i64>) -> CandleBatch {
        CandleBatch {
            closed: minutes.map(|minute| candle(minute, 11.0)).collect(),
            forming: forming.map(|minute| candle(minute, 10.5)),
        }
    }

    fn times(chart: &Chart) -> Vec<i64> {
        chart.bars_between(i64::MIN, i64::MAX).map(|bar| bar.time / 60_000).collect()
    }

    fn chart() -> Chart {
        let mut chart = Chart::new(Options::default());
        chart.resize(800.0, 400.0, 1.0);
        chart
    }

    #[test]
    fn a_live_candle_grows_and_closes() {
        let mut chart = chart();
        take_batch(&mut chart, &batch(0..3, Some(3)));
        assert_eq!((times(&chart), chart.is_forming()), (vec![0, 1, 2, 3], true));
        take_update(&mut chart, &CandleUpdate { closed: vec![], forming: Some(candle(3, 12.0)) });
        assert!((chart.last().unwrap().close - 12.0).abs() < 1e-9);
        take_update(
            &mut chart,
            &CandleUpdate { closed: vec![candle(3, 9.5)], forming: Some(candle(4, 9.5)) },
        );
        assert_eq!((times(&chart), chart.is_forming()), (vec![0, 1, 2, 3, 4], true));
        take_update(&mut chart, &CandleUpdate { closed: vec![candle(4, 9.0)], forming: None });
        assert!(!chart.is_forming());
    }

    #[test]
    fn a_reconnect_keeps_what_was_panned_to() {
        let mut chart = chart();
        take_batch(&mut chart, &batch(100..200, Some(200)));
        chart.prepend((0..100).map(|m| bar(&candle(m, 11.0))).collect());
        take_batch(&mut chart, &batch(150..205, Some(205)));
        assert_eq!(times(&chart), (0..=205).collect::<Vec<_>>());
    }

    #[test]
    fn a_hole_or_a_replay_moved_back_begins_anew() {
        for (next, want) in [(batch(300..310, None), (300, 309)), (batch(10..20, Some(20)), (10, 20))] {
            let mut chart = chart();
            take_batch(&mut chart, &batch(100..200, Some(200)));
            take_batch(&mut chart, &next);
            let times = times(&chart);
            assert_eq!((times[0], times[times.len() - 1]), want);
            assert!(chart.is_following(), "what is there is in view");
        }
    }

    #[test]
    fn impossible_candles_do_no_harm() {
        let mut chart = chart();
        take_batch(&mut chart, &batch(0..3, None));
        let broken = Candle { high: f64::NAN, ..candle(3, 11.0) };
        take_update(&mut chart, &CandleUpdate { closed: vec![broken], forming: Some(candle(4, 11.0)) });
        assert_eq!(times(&chart), [0, 1, 2, 4]);
        take_batch(&mut chart, &CandleBatch { closed: vec![], forming: None });
        assert!(chart.is_empty());
    }

    #[test]
    fn pages_end_with_their_shortest_column() {
        let page = CandlePage {
            symbol: "SIM:BTCUSD".parse().unwrap(),
            timeframe: Timeframe::M1,
            open_time: vec![Timestamp(0), Timestamp(60_000)],
            open: vec![1.0, 1.0],
            high: vec![1.0, 1.0],
            low: vec![1.0, 1.0],
            close: vec![1.0],
            volume: vec![1.0, 1.0],
            has_more: false,
        };
        assert_eq!(bars_of(&page).len(), 1);
    }
}

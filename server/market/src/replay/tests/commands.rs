use wickflow_shared::market::{PathStep, TickSource};
use wickflow_shared::protocol::{FeedState, ReplayCommand};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{OpenError, Playing, ReplayConfig, ReplayError, minute, minutes, open, paused};

#[tokio::test(start_paused = true)]
async fn a_step_plays_one_candle_along_its_path() {
    let mut playing = Playing::start(&minutes(10, 0..0), paused()).await;
    playing.command(ReplayCommand::Step { candles: 1 }).await.unwrap();
    let points: Vec<_> =
        playing.ticks.iter().map(|tick| (tick.price.to_string(), tick.time.0 - minute(0).0)).collect();
    // High 3 above and low 2 below the open: the low comes first.
    let want = [("1000", 1), ("998", 19_999 + 1), ("1003", 39_999), ("1001", 59_999)];
    assert_eq!(points.iter().map(|p| p.0.as_str()).collect::<Vec<_>>(), want.map(|w| w.0));
    assert_eq!((points[0].1, points[3].1), (want[0].1, want[3].1));
    let steps: Vec<_> = playing.ticks.iter().map(|tick| tick.source).collect();
    let source = |step| TickSource::Bar { open_time: minute(0), step };
    use PathStep::{Close, FirstExtreme, Open, SecondExtreme};
    assert_eq!(steps, [Open, FirstExtreme, SecondExtreme, Close].map(source));
    assert_eq!((playing.clock, playing.state), (Some(minute(1)), Some(FeedState::Paused)));
    assert_eq!(playing.status.as_ref().map(|s| s.position), Some(minute(1)));

    playing.command(ReplayCommand::Step { candles: 5 }).await.unwrap();
    assert_eq!((playing.ticks.len(), playing.clock), (24, Some(minute(6))));
    assert!(playing.ticks.is_sorted_by(|a, b| a.time < b.time));
    playing.listen(100.0).await;
    assert_eq!(playing.ticks.len(), 24, "it stands still");
}

#[tokio::test(start_paused = true)]
async fn the_end_is_an_end_until_somebody_goes_back() {
    let mut playing = Playing::start(&minutes(10, 0..0), paused()).await;
    playing.command(ReplayCommand::Step { candles: 1000 }).await.unwrap();
    assert_eq!((playing.ticks.len(), playing.clock), (40, Some(minute(10))));
    assert_eq!(playing.state, Some(FeedState::Ended));
    playing.command(ReplayCommand::Play).await.unwrap();
    playing.listen(10.0).await;
    assert_eq!((playing.ticks.len(), playing.state), (40, Some(FeedState::Ended)));
    playing.command(ReplayCommand::Seek { to: minute(8) }).await.unwrap();
    playing.listen(10.0).await;
    assert_eq!((playing.ticks.len(), playing.state), (48, Some(FeedState::Ended)));
}

#[tokio::test(start_paused = true)]
async fn seeking_goes_to_the_open_of_a_candle() {
    let mut playing = Playing::start(&minutes(100, 40..50), paused()).await;
    for (to, position, next) in [
        (minute(20), minute(20), minute(20)),
        (minute(20).plus_ms(59_999), minute(20), minute(20)),
        // Into a hole, and back to the start.
        (minute(45), minute(45), minute(50)),
        (minute(0), minute(0), minute(0)),
        (minute(99), minute(99), minute(99)),
    ] {
        playing.command(ReplayCommand::Seek { to }).await.unwrap();
        assert_eq!(playing.seeks.last(), Some(&position));
        assert_eq!(playing.status.as_ref().map(|s| s.position), Some(position));
        playing.ticks.clear();
        playing.command(ReplayCommand::Step { candles: 1 }).await.unwrap();
        assert_eq!(playing.ticks.first().map(|tick| tick.time), Some(next.plus_ms(1)), "{to}");
    }
}

#[tokio::test(start_paused = true)]
async fn seeking_in_the_middle_of_a_candle_forgets_the_rest_of_it() {
    let config = ReplayConfig { paused: false, ..paused() };
    let mut playing = Playing::start(&minutes(100, 0..0), config).await;
    playing.listen(0.5).await;
    assert_eq!(playing.ticks.len(), 2, "half of the first minute");
    playing.command(ReplayCommand::Pause).await.unwrap();
    playing.command(ReplayCommand::Seek { to: minute(50) }).await.unwrap();
    playing.command(ReplayCommand::Step { candles: 1 }).await.unwrap();
    assert_eq!(playing.ticks[2].time, minute(50).plus_ms(1));
    assert_eq!(playing.ticks.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn commands_out_of_bounds_are_refused_and_change_nothing() {
    let mut playing = Playing::start(&minutes(100, 0..0), paused()).await;
    let seek = |to: Timestamp| ReplayCommand::Seek { to };
    for command in [
        ReplayCommand::Step { candles: 0 },
        ReplayCommand::Step { candles: 1001 },
        seek(minute(-1)),
        seek(minute(100)),
        seek(Timestamp::MAX),
        seek(Timestamp::MIN),
        ReplayCommand::Speed { speed: 0.0 },
        ReplayCommand::Speed { speed: -1.0 },
        ReplayCommand::Speed { speed: 100_001.0 },
        ReplayCommand::Speed { speed: f64::NAN },
        ReplayCommand::Speed { speed: f64::INFINITY },
    ] {
        assert!(playing.command(command).await.is_err(), "{command:?}");
    }
    playing.listen(1.0).await;
    let status = playing.status.unwrap();
    assert_eq!((status.position, status.speed, status.paused), (minute(0), 60.0, true));
    assert!(playing.ticks.is_empty() && playing.seeks.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_opened() {
    let none = open(&[], ReplayConfig::new(Timeframe::M1)).await.err();
    assert!(matches!(none, Some(OpenError::NoHistory { .. })), "{none:?}");
    let shorter = ReplayConfig { from: Some(minute(-1)), ..ReplayConfig::new(Timeframe::M1) };
    let early = open(&minutes(5, 0..0), shorter).await.err();
    assert!(matches!(early, Some(OpenError::Config(ReplayError::Seek { .. }))), "{early:?}");
    let fast = ReplayConfig { speed: 1e9, ..ReplayConfig::new(Timeframe::M1) };
    assert!(open(&minutes(5, 0..0), fast).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn it_begins_after_five_hundred_candles() {
    for (count, start) in [(10, 5), (501, 500), (2000, 500)] {
        let feed = open(&minutes(count, 0..0), ReplayConfig::new(Timeframe::M1)).await.unwrap();
        let status = crate::Feed::replay(&feed).unwrap().0;
        assert_eq!((status.from, status.position), (minute(0), minute(start)), "{count}");
        assert_eq!(status.to, minute(count as i64 - 1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_commands_make_the_same_ticks() {
    let candles = minutes(5000, 100..180);
    let mut runs = Vec::new();
    for speed in [60.0, 100_000.0] {
        let mut playing = Playing::start(&candles, paused()).await;
        playing.command(ReplayCommand::Speed { speed }).await.unwrap();
        playing.command(ReplayCommand::Step { candles: 150 }).await.unwrap();
        playing.command(ReplayCommand::Seek { to: minute(50) }).await.unwrap();
        playing.command(ReplayCommand::Play).await.unwrap();
        while playing.ticks.len() < 20_000 && playing.state != Some(FeedState::Ended) {
            playing.listen(1.0).await;
        }
        playing.ticks.truncate(15_000);
        runs.push(playing.ticks);
    }
    assert_eq!(runs[0].len(), 15_000);
    assert!(runs[0] == runs[1], "how fast it runs changes nothing");
}

#[tokio::test(start_paused = true)]
async fn a_candle_that_cannot_be_played_is_left_out() {
    let mut candles = minutes(5, 0..0);
    candles[2].close = f64::NAN;
    let mut playing = Playing::start(&candles, paused()).await;
    playing.command(ReplayCommand::Step { candles: 4 }).await.unwrap();
    assert_eq!((playing.ticks.len(), playing.clock), (16, Some(minute(5))));
}

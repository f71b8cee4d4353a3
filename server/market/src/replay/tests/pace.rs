use std::time::Duration;

use wickflow_shared::protocol::{FeedState, ReplayCommand};

use super::{Playing, ReplayConfig, minute, minutes, paused};

fn running(speed: f64) -> ReplayConfig {
    ReplayConfig { paused: false, speed, ..paused() }
}

#[tokio::test(start_paused = true)]
async fn market_time_passes_at_the_speed_asked_for() {
    for (speed, seconds, closed) in
        [(60.0, 10.0, 10), (600.0, 10.0, 100), (6_000.0, 10.0, 1000), (1.0, 180.0, 3)]
    {
        let mut playing = Playing::start(&minutes(3000, 0..0), running(speed)).await;
        playing.listen(seconds + 0.01).await;
        let clock = playing.clock.unwrap();
        let want = minute(closed);
        assert!((clock.0 - want.0).abs() as f64 <= 0.02 * speed * 1000.0, "{speed}: {clock}");
    }
}

#[tokio::test(start_paused = true)]
async fn at_full_speed_it_wakes_up_seldom_and_loses_nothing() {
    let mut playing = Playing::start(&minutes(20_000, 0..0), running(100_000.0)).await;
    playing.listen(13.0).await;
    assert_eq!((playing.ticks.len(), playing.state), (80_000, Some(FeedState::Ended)));
    assert!(playing.ticks.is_sorted_by(|a, b| a.time < b.time));
}

#[tokio::test(start_paused = true)]
async fn holes_in_history_are_waited_for_no_longer_than_bounded() {
    // Eight hours are missing after the tenth minute.
    let config = ReplayConfig { max_gap: Duration::from_secs(2), ..running(60.0) };
    let mut playing = Playing::start(&minutes(600, 10..490), config).await;
    playing.listen(11.9).await;
    assert_eq!((playing.ticks.len(), playing.clock), (40, Some(minute(10))));
    playing.listen(0.2).await;
    assert_eq!(playing.ticks.last().map(|tick| tick.time), Some(minute(490).plus_ms(1)));
    // From there it goes on at its pace.
    playing.listen(4.95).await;
    assert_eq!(playing.clock, Some(minute(495)));
}

#[tokio::test(start_paused = true)]
async fn a_pause_stands_still_and_goes_on_where_it_stood() {
    let mut playing = Playing::start(&minutes(600, 0..0), running(60.0)).await;
    playing.listen(2.5).await;
    playing.command(ReplayCommand::Pause).await.unwrap();
    let stood = playing.ticks.len();
    playing.listen(1000.0).await;
    assert_eq!((playing.ticks.len(), playing.state), (stood, Some(FeedState::Paused)));
    playing.command(ReplayCommand::Play).await.unwrap();
    playing.listen(1.02).await;
    assert_eq!(playing.ticks.len(), stood + 4, "a minute later");
    playing.command(ReplayCommand::Speed { speed: 6000.0 }).await.unwrap();
    playing.listen(1.0).await;
    assert!(playing.ticks.len() >= stood + 4 + 390);
}

//! Replay controls: speeds to choose from, and the scrubber's scale.

use wickflow_shared::protocol::ReplayStatus;
use wickflow_shared::time::Timestamp;

/// Market seconds per second, with what they mean for one-minute candles.
pub const SPEEDS: [(f64, &str); 8] = [
    (1.0, "1×"),
    (10.0, "10×"),
    (60.0, "60× · 1 min/s"),
    (300.0, "300× · 5 min/s"),
    (900.0, "900× · 15 min/s"),
    (3600.0, "3600× · 1 h/s"),
    (21_600.0, "21600× · 6 h/s"),
    (86_400.0, "86400× · 1 day/s"),
];

/// Steps of the scrubber; a range input counts in whole numbers.
pub const SCRUB_STEPS: i64 = 10_000;

/// The preset nearest to a speed, by its place in [`SPEEDS`].
#[must_use]
pub fn nearest_speed(speed: f64) -> usize {
    let distance = |preset: f64| (preset.max(1e-9).ln() - speed.max(1e-9).ln()).abs();
    let indexed = SPEEDS.iter().enumerate();
    indexed.min_by(|a, b| distance(a.1.0).total_cmp(&distance(b.1.0))).map_or(0, |entry| entry.0)
}

/// The scrubber's place for a time.
#[must_use]
pub fn scrub_step(replay: &ReplayStatus, at: Timestamp) -> i64 {
    let span = (replay.to.0 - replay.from.0).max(1);
    let done = (at.0 - replay.from.0).clamp(0, span);
    // Spans of centuries times the steps stay far below 2^63.
    done.saturating_mul(SCRUB_STEPS) / span
}

/// The time of a place on the scrubber, on a whole minute.
#[must_use]
pub fn scrub_time(replay: &ReplayStatus, step: i64) -> Timestamp {
    let span = (replay.to.0 - replay.from.0).max(0);
    let at = replay.from.0 + span.saturating_mul(step.clamp(0, SCRUB_STEPS)) / SCRUB_STEPS;
    Timestamp(at - at.rem_euclid(60_000)).max(replay.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year() -> ReplayStatus {
        ReplayStatus {
            symbol: "SIM:BTCUSD".parse().unwrap(),
            from: "2018-01-01T00:00:00Z".parse().unwrap(),
            to: "2019-01-01T00:00:00Z".parse().unwrap(),
            position: Timestamp(0),
            speed: 60.0,
            paused: true,
        }
    }

    #[test]
    fn scrubbing_covers_the_whole_range() {
        let replay = year();
        for (step, want) in [
            (0, "2018-01-01T00:00:00Z"),
            (5000, "2018-07-02T12:00:00Z"),
            (SCRUB_STEPS, "2019-01-01T00:00:00Z"),
            (99_999, "2019-01-01T00:00:00Z"),
        ] {
            let at = scrub_time(&replay, step);
            assert_eq!(at.to_string(), want);
            assert_eq!(scrub_step(&replay, at), step.min(SCRUB_STEPS));
        }
        assert_eq!(scrub_step(&replay, Timestamp(0)), 0, "before the beginning");
        let point = ReplayStatus { to: replay.from, ..replay };
        assert_eq!(scrub_step(&point, point.from), 0, "a range of nothing divides nothing");
    }

    #[test]
    fn speeds_snap_to_presets() {
        for (speed, want) in [(1.0, 0), (55.0, 2), (1e9, 7), (0.0, 0), (f64::NAN, 0)] {
            assert_eq!(nearest_speed(speed), want, "{speed}");
        }
    }
}

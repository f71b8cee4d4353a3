//! The market's clock between two messages: where it stood, how fast it goes.

use wickflow_shared::protocol::{FeedKind, FeedState, FeedStatus};
use wickflow_shared::time::Timestamp;

/// A clock that was read once and goes on from there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketClock {
    at: Timestamp,
    /// Local milliseconds when it stood there.
    read_at_ms: f64,
    /// Market milliseconds per local millisecond.
    rate: f64,
    /// It never goes beyond this: the end of a replay.
    until: Timestamp,
}

impl MarketClock {
    /// From what the server says of its feed.
    #[must_use]
    pub fn of(feed: &FeedStatus, now_ms: f64) -> Self {
        let (rate, until) = match (&feed.replay, feed.kind) {
            (Some(replay), _) if replay.paused || feed.state != FeedState::Live => (0.0, feed.clock),
            (Some(replay), _) => (replay.speed.clamp(0.0, 100_000.0), Timestamp::MAX),
            (None, FeedKind::Replay) => (0.0, feed.clock),
            (None, FeedKind::Sim | FeedKind::Coinbase) => (1.0, Timestamp::MAX),
        };
        Self { at: feed.clock, read_at_ms: now_ms, rate, until }
    }

    /// What it shows at a local time.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since the reading; a cast saturates")]
    pub fn now(&self, now_ms: f64) -> Timestamp {
        let passed = ((now_ms - self.read_at_ms).max(0.0) * self.rate) as i64;
        self.at.plus_ms(passed).min(self.until)
    }

    /// Whether it moves at all.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.rate > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_shared::protocol::ReplayStatus;

    fn replay(speed: f64, paused: bool) -> FeedStatus {
        let replay = ReplayStatus {
            symbol: "SIM:BTCUSD".parse().unwrap(),
            from: Timestamp(0),
            to: Timestamp(10_000_000),
            position: Timestamp(1000),
            speed,
            paused,
        };
        let state = if paused { FeedState::Paused } else { FeedState::Live };
        FeedStatus {
            kind: FeedKind::Replay,
            state,
            message: None,
            clock: Timestamp(1000),
            replay: Some(replay),
        }
    }

    #[test]
    fn clocks_go_at_their_own_pace() {
        let live =
            FeedStatus { kind: FeedKind::Sim, state: FeedState::Live, replay: None, ..replay(1.0, false) };
        for (feed, want) in [
            (live, 1500),
            (replay(60.0, false), 31_000),
            (replay(60.0, true), 1000),
            (replay(f64::NAN, false), 1000),
        ] {
            let clock = MarketClock::of(&feed, 5000.0);
            assert_eq!(clock.now(5500.0), Timestamp(want), "{feed:?}");
            assert_eq!(clock.now(4000.0), Timestamp(1000), "never back");
        }
    }
}

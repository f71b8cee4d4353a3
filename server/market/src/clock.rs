use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use wickflow_shared::time::Timestamp;

/// The wall clock, passed in so that tests can move it.
pub trait TimeSource: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// No message travels that long: a venue clock further behind means that the wall clock was set.
const CLOCK_CHANGED_MS: i64 = 60_000;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallTime;

impl TimeSource for WallTime {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(Timestamp::MAX.0))
    }
}

/// What the market's clock shows. Cheap to clone; all clones show the same.
///
/// With a live feed it estimates the venue's clock and never goes back: the wall clock, corrected by the
/// smallest lag seen, and never before the last tick. With a replay it stands at the last tick played and
/// moves only with the replay, so that the same commands give the same order times.
#[derive(Clone)]
pub struct MarketClock {
    inner: Arc<Inner>,
}

struct Inner {
    wall: Arc<dyn TimeSource>,
    /// False: the clock stands at `floor`.
    runs: bool,
    /// Venue clock − wall clock in ms, at most; `i64::MIN` until the first event.
    offset_ms: AtomicI64,
    /// Never show less, except after a seek.
    floor_ms: AtomicI64,
    started: AtomicBool,
}

impl MarketClock {
    /// A clock that runs with the wall clock.
    #[must_use]
    pub fn live(wall: Arc<dyn TimeSource>) -> Self {
        Self::new(wall, true)
    }

    /// A clock that only moves when it is told.
    #[must_use]
    pub fn replay(wall: Arc<dyn TimeSource>) -> Self {
        Self::new(wall, false)
    }

    fn new(wall: Arc<dyn TimeSource>, runs: bool) -> Self {
        let inner = Inner {
            wall,
            runs,
            offset_ms: AtomicI64::new(0),
            floor_ms: AtomicI64::new(Timestamp::MIN.0),
            started: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        if !self.inner.runs {
            return Timestamp(self.inner.floor_ms.load(Ordering::Acquire).max(0));
        }
        let offset = self.inner.offset_ms.load(Ordering::Acquire);
        let estimate = self.inner.wall.now().plus_ms(offset).0;
        let before = self.inner.floor_ms.fetch_max(estimate, Ordering::AcqRel);
        Timestamp(estimate.max(before))
    }

    /// The feed's clock has reached `at`.
    pub fn advance(&self, at: Timestamp) {
        if self.inner.runs {
            // The largest difference belongs to the message that travelled fastest: the best estimate that
            // never runs ahead of the venue.
            let difference = at.0.saturating_sub(self.inner.wall.now().0);
            let offset = self.inner.offset_ms.load(Ordering::Acquire);
            // So far behind, the wall clock itself was changed: begin anew.
            let anew = difference < offset.saturating_sub(CLOCK_CHANGED_MS);
            if self.inner.started.swap(true, Ordering::AcqRel) && !anew {
                self.inner.offset_ms.fetch_max(difference, Ordering::AcqRel);
            } else {
                self.inner.offset_ms.store(difference, Ordering::Release);
            }
        }
        self.inner.floor_ms.fetch_max(at.0, Ordering::AcqRel);
    }

    /// A replay jumped to `at`.
    pub fn jump(&self, at: Timestamp) {
        self.inner.floor_ms.store(at.0, Ordering::Release);
    }
}

impl fmt::Debug for MarketClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarketClock").field("runs", &self.inner.runs).field("now", &self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl TimeSource for Hand {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn a_live_clock_follows_the_venue_and_never_goes_back() {
        let hand = Arc::new(Hand::default());
        let wall = |ms| hand.0.store(ms, Ordering::SeqCst);
        wall(10_000);
        let clock = MarketClock::live(hand.clone());
        assert_eq!(clock.now(), Timestamp(10_000), "without news the wall clock is all there is");

        // The venue is half a second behind: the estimate follows, what was shown stays.
        wall(10_100);
        clock.advance(Timestamp(9_600));
        assert_eq!(clock.now(), Timestamp(10_000));
        wall(10_900);
        assert_eq!(clock.now(), Timestamp(10_400));

        // A slower message changes nothing, a faster one corrects the estimate.
        clock.advance(Timestamp(10_300));
        assert_eq!(clock.now(), Timestamp(10_400));
        clock.advance(Timestamp(10_800));
        assert_eq!(clock.now(), Timestamp(10_800));

        // The wall clock is set back by an hour.
        wall(10_900 - 3_600_000);
        assert_eq!(clock.now(), Timestamp(10_800));
    }

    #[test]
    fn a_replay_clock_moves_only_when_told() {
        let clock = MarketClock::replay(Arc::new(WallTime));
        clock.advance(Timestamp(5_000));
        assert_eq!(clock.now(), Timestamp(5_000));
        clock.advance(Timestamp(4_000));
        assert_eq!(clock.now(), Timestamp(5_000));
        clock.jump(Timestamp(1_000));
        assert_eq!(clock.now(), Timestamp(1_000));
    }
}

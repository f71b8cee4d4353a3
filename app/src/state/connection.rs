//! How the socket is doing, and when to try again: a state machine without a socket or a clock.

/// First wait after a lost connection.
const BASE_DELAY_MS: f64 = 500.0;
/// Longest wait: a server that restarts is found again within this.
const MAX_DELAY_MS: f64 = 15_000.0;
/// Silence after which the page asks whether anybody is there.
const PING_AFTER_MS: f64 = 5_000.0;
/// Silence after which what is shown is called stale.
const STALE_AFTER_MS: f64 = 10_000.0;
/// Silence after which the socket is taken for dead. Some networks drop connections without a word.
const DEAD_AFTER_MS: f64 = 25_000.0;

/// What the page shows about the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The first connection, or another attempt, is under way.
    #[default]
    Connecting,
    /// Messages flow.
    Live,
    /// Connected, but silent for longer than it should be.
    Stale,
    /// Lost; the next attempt comes by itself.
    Waiting {
        /// Whole seconds until then, rounded up.
        seconds: u32,
    },
    /// The server speaks another version of the protocol: only a reload helps.
    Outdated,
}

/// What the owner of the socket has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Open a socket.
    Open,
    /// Send a ping.
    Ping,
    /// Close the socket that has gone silent; [`Connection::lost`] follows.
    Drop,
}

/// The state of the one socket.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Connection {
    phase: Phase,
    /// Attempts since the last time it was live.
    attempts: u32,
    /// When to try again, while waiting.
    retry_at_ms: f64,
    last_heard_ms: f64,
    last_ping_ms: f64,
}

/// How long to wait before attempt number `attempts` (from 0): doubling, capped, and spread by `random` in
/// [0, 1) over its upper half, so that a thousand pages do not return to a restarted server at once.
#[must_use]
pub fn backoff_ms(attempts: u32, random: f64) -> f64 {
    let full = (BASE_DELAY_MS * f64::from(1_u32 << attempts.min(16))).min(MAX_DELAY_MS);
    full * (0.5 + 0.5 * random.clamp(0.0, 1.0))
}

impl Connection {
    /// What to show.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// An attempt began.
    pub fn connecting(&mut self, now_ms: f64) {
        self.phase = Phase::Connecting;
        self.last_heard_ms = now_ms;
    }

    /// A message came; the first one makes the connection live.
    pub fn heard(&mut self, now_ms: f64) {
        self.last_heard_ms = now_ms;
        if self.phase != Phase::Outdated {
            self.phase = Phase::Live;
            self.attempts = 0;
        }
    }

    /// The socket is gone, or could not be opened.
    pub fn lost(&mut self, now_ms: f64, random: f64) {
        if self.phase == Phase::Outdated {
            return;
        }
        self.retry_at_ms = now_ms + backoff_ms(self.attempts, random);
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Waiting { seconds: self.seconds_left(now_ms) };
    }

    /// The server is of another version. Nothing more is tried.
    pub fn outdated(&mut self) {
        self.phase = Phase::Outdated;
    }

    /// The user, or the network coming back, does not want to wait.
    pub fn retry_now(&mut self, now_ms: f64) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.retry_at_ms = now_ms;
        }
    }

    /// Called about once a second, and after [`retry_now`](Self::retry_now).
    pub fn tick(&mut self, now_ms: f64) -> Action {
        let silence = now_ms - self.last_heard_ms;
        match self.phase {
            Phase::Waiting { .. } if now_ms >= self.retry_at_ms => Action::Open,
            Phase::Waiting { .. } => {
                self.phase = Phase::Waiting { seconds: self.seconds_left(now_ms) };
                Action::None
            }
            Phase::Live | Phase::Stale | Phase::Connecting if silence >= DEAD_AFTER_MS => Action::Drop,
            Phase::Live | Phase::Stale => {
                if silence >= STALE_AFTER_MS {
                    self.phase = Phase::Stale;
                }
                if silence >= PING_AFTER_MS && now_ms - self.last_ping_ms >= PING_AFTER_MS {
                    self.last_ping_ms = now_ms;
                    Action::Ping
                } else {
                    Action::None
                }
            }
            Phase::Connecting | Phase::Outdated => Action::None,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few seconds; a cast saturates"
    )]
    fn seconds_left(&self, now_ms: f64) -> u32 {
        ((self.retry_at_ms - now_ms) / 1000.0).ceil().max(1.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_are_spread() {
        for (attempts, least, most) in [
            (0, 250.0, 500.0),
            (1, 500.0, 1000.0),
            (4, 4000.0, 8000.0),
            (5, 7500.0, 15_000.0),
            (4_000_000, 7500.0, 15_000.0),
        ] {
            assert!((backoff_ms(attempts, 0.0) - least).abs() < 1e-9, "{attempts}");
            assert!((backoff_ms(attempts, 1.0) - most).abs() < 1e-9, "{attempts}");
        }
    }

    #[test]
    fn a_lost_connection_is_tried_again_later_each_time() {
        let mut c = Connection::default();
        c.connecting(0.0);
        c.lost(0.0, 1.0);
        assert_eq!(c.phase(), Phase::Waiting { seconds: 1 });
        assert_eq!(c.tick(499.0), Action::None);
        assert_eq!(c.tick(500.0), Action::Open);
        c.connecting(500.0);
        c.lost(600.0, 1.0);
        assert_eq!(c.tick(1500.0), Action::None);
        assert_eq!(c.tick(1600.0), Action::Open);

        c.heard(1700.0);
        assert_eq!(c.phase(), Phase::Live);
        c.lost(2000.0, 1.0);
        assert_eq!(c.tick(2500.0), Action::Open, "being live starts the waits anew");
    }

    #[test]
    fn the_user_need_not_wait() {
        let mut c = Connection::default();
        for _ in 0..6 {
            c.lost(0.0, 1.0);
        }
        assert_eq!(c.phase(), Phase::Waiting { seconds: 15 });
        assert_eq!(c.tick(4100.0), Action::None);
        assert_eq!(c.phase(), Phase::Waiting { seconds: 11 });
        c.retry_now(4200.0);
        assert_eq!(c.tick(4200.0), Action::Open);
    }

    #[test]
    fn silence_is_asked_about_then_shown_then_ended() {
        let mut c = Connection::default();
        c.heard(0.0);
        assert_eq!(c.tick(4000.0), Action::None);
        assert_eq!(c.tick(5000.0), Action::Ping);
        assert_eq!(c.tick(6000.0), Action::None, "one ping at a time");
        assert_eq!(c.phase(), Phase::Live);
        assert_eq!(c.tick(10_000.0), Action::Ping);
        assert_eq!(c.phase(), Phase::Stale);
        assert_eq!(c.tick(25_000.0), Action::Drop);
        c.heard(25_100.0);
        assert_eq!(c.phase(), Phase::Live);
    }

    #[test]
    fn another_version_is_final() {
        let mut c = Connection::default();
        c.outdated();
        c.lost(0.0, 0.0);
        c.heard(1.0);
        assert_eq!((c.phase(), c.tick(1e9)), (Phase::Outdated, Action::None));
    }
}

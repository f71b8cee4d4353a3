//! Rates: how often a session or an address may ask, as token buckets.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use wickflow_shared::id::AccountId;

use crate::config::Config;
use crate::error::ApiError;
use crate::telemetry::name;

/// Most keys that one limit follows at a time.
const MAX_KEYS: usize = 100_000;

/// Seconds' worth of a rate that may come at once.
const BURST_S: f64 = 4.0;

/// The rates of a server.
#[derive(Debug)]
pub struct Limits {
    /// Requests, by session.
    pub requests: TokenBuckets<AccountId>,
    /// Requests without a session, by address.
    pub visitors: TokenBuckets<IpAddr>,
    /// Commands to the account.
    pub orders: TokenBuckets<AccountId>,
    /// New sessions.
    pub sessions: TokenBuckets<IpAddr>,
}

impl Limits {
    /// The rates that the configuration sets.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let requests = f64::from(config.requests_per_second);
        let orders = f64::from(config.orders_per_second);
        let sessions = f64::from(config.sessions_per_minute);
        Self {
            requests: TokenBuckets::new("requests", requests, requests * BURST_S),
            visitors: TokenBuckets::new("visitors", requests, requests * BURST_S),
            orders: TokenBuckets::new("orders", orders, orders * BURST_S),
            sessions: TokenBuckets::new("sessions", sessions / 60.0, sessions),
        }
    }
}

/// One bucket of tokens per key: each request takes one, time puts them back.
#[derive(Debug)]
pub struct TokenBuckets<K> {
    name: &'static str,
    per_second: f64,
    burst: f64,
    buckets: Mutex<Buckets<K>>,
}

#[derive(Debug)]
struct Buckets<K> {
    by_key: HashMap<K, Bucket>,
    purged: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl<K: Eq + Hash> TokenBuckets<K> {
    /// Full buckets of `burst` tokens that fill at `per_second`.
    #[must_use]
    pub fn new(name: &'static str, per_second: f64, burst: f64) -> Self {
        let buckets = Mutex::new(Buckets { by_key: HashMap::new(), purged: None });
        Self { name, per_second, burst, buckets }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`](wickflow_shared::protocol::ErrorCode::RateLimited) with the seconds to wait.
    pub fn take(&self, key: K) -> Result<(), ApiError> {
        self.take_at(key, Instant::now()).map_err(|wait| {
            metrics::counter!(name::LIMITED, "limit" => self.name).increment(1);
            let seconds = wait.as_secs() + 1;
            ApiError::rate_limited(format!("too many {}; try again in {seconds} s", self.name), seconds)
        })
    }

    fn take_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.by_key.len() >= MAX_KEYS && !buckets.by_key.contains_key(&key) {
            buckets.purge(self.per_second, self.burst, now)?;
        }
        let bucket = buckets.by_key.entry(key).or_insert(Bucket { tokens: self.burst, filled: now });
        let filled = now.saturating_duration_since(bucket.filled).as_secs_f64() * self.per_second;
        bucket.tokens = (bucket.tokens + filled).min(self.burst);
        bucket.filled = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - bucket.tokens) / self.per_second))
        }
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// Forgets keys whose bucket is full again, at most once a second; new keys wait when there are none.
    fn purge(&mut self, per_second: f64, burst: f64, now: Instant) -> Result<(), Duration> {
        let due = self.purged.is_none_or(|purged| now.saturating_duration_since(purged).as_secs() >= 1);
        if due {
            self.purged = Some(now);
            self.by_key.retain(|_, bucket| {
                let age_s = now.saturating_duration_since(bucket.filled).as_secs_f64();
                bucket.tokens + age_s * per_second < burst
            });
        }
        if self.by_key.len() < MAX_KEYS { Ok(()) } else { Err(Duration::from_secs(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let buckets = TokenBuckets::new("requests", 10.0, 3.0);
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        for (key, ms, allowed) in [
            ("a", 0, true),
            ("a", 0, true),
            ("a", 0, true),
            ("a", 0, false),
            ("b", 0, true),
            ("a", 50, false),
            ("a", 110, true),
            ("a", 120, false),
            ("a", 10_000, true),
            ("a", 10_000, true),
            ("a", 10_000, true),
            ("a", 10_000, false),
        ] {
            assert_eq!(buckets.take_at(key, at(ms)).is_ok(), allowed, "{key} at {ms} ms");
        }
    }

    #[test]
    fn the_wait_is_as_long_as_a_token_takes() {
        let buckets = TokenBuckets::new("requests", 0.5, 1.0);
        let now = Instant::now();
        assert_eq!(buckets.take_at(1, now), Ok(()));
        assert_eq!(buckets.take_at(1, now), Err(Duration::from_secs(2)));
    }

    #[test]
    fn keys_are_bounded_and_old_ones_forgotten() {
        let buckets = TokenBuckets::new("requests", 1.0, 1.0);
        let start = Instant::now();
        for key in 0..MAX_KEYS {
            assert_eq!(buckets.take_at(key, start), Ok(()), "{key}");
        }
        assert!(buckets.take_at(MAX_KEYS, start).is_err(), "all buckets are still in use");
        assert_eq!(buckets.take_at(MAX_KEYS, start + Duration::from_secs(2)), Ok(()));
        assert_eq!(buckets.buckets.lock().unwrap().by_key.len(), 1);
    }
}

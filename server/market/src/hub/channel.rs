use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wickflow_shared::protocol::{Snapshot, Topic};

/// One topic, published. Readers hold it and read by number; nothing is queued for them.
///
/// Updates are encoded once, as `{"channel":12,"seq":345,"ticker":{..}}`, and shared by all readers. The last
/// few hundred are kept: whoever has fallen further behind takes a fresh snapshot.
#[derive(Debug)]
pub struct Channel {
    id: u32,
    topic: Topic,
    /// The newest number, to be looked at without the lock.
    seq: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    seq: u64,
    capacity: usize,
    /// The fragments of the numbers up to `seq`, oldest first.
    ring: VecDeque<Arc<str>>,
    snapshot: Snapshot,
}

/// The updates after that number are no longer (or not yet) there: take a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the updates asked for are gone; take a snapshot")]
pub struct TooOld;

impl Channel {
    pub(super) fn new(id: u32, topic: Topic, seq: u64, capacity: usize, snapshot: Snapshot) -> Self {
        let ring = VecDeque::new();
        let state = Mutex::new(State { seq, capacity, ring, snapshot });
        Self { id, topic, seq: AtomicU64::new(seq), state }
    }

    /// The number that its updates carry instead of the topic. Never zero: that is the account's.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What it is about.
    #[must_use]
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// The number of the latest update.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq.load(Ordering::Acquire)
    }

    /// All there is, and the number up to which it holds.
    #[must_use]
    pub fn snapshot(&self) -> (u64, Snapshot) {
        let state = self.lock();
        (state.seq, state.snapshot.clone())
    }

    /// Hands the updates after `seq` to `visit`, oldest first, and returns the number of the last one.
    /// `visit` runs under the channel's lock: it should copy and return.
    ///
    /// # Errors
    /// [`TooOld`] when some of them are gone, when the topic was reset meanwhile, or when `seq` lies ahead.
    pub fn visit_after(&self, seq: u64, mut visit: impl FnMut(u64, &str)) -> Result<u64, TooOld> {
        if self.seq() == seq {
            return Ok(seq);
        }
        let state = self.lock();
        let missing = state.seq.checked_sub(seq).and_then(|n| usize::try_from(n).ok()).ok_or(TooOld)?;
        let skip = state.ring.len().checked_sub(missing).ok_or(TooOld)?;
        for (fragment, number) in state.ring.iter().skip(skip).zip(seq + 1..) {
            visit(number, fragment);
        }
        Ok(state.seq)
    }

    /// Appends the updates after `seq` to `out`, separated by commas (and by one from what `out` holds,
    /// unless that ends with `[`), and returns the number of the last one.
    ///
    /// # Errors
    /// As [`Channel::visit_after`]; `out` is unchanged then.
    pub fn read_after(&self, seq: u64, out: &mut String) -> Result<u64, TooOld> {
        self.visit_after(seq, |_, fragment| {
            if !out.is_empty() && !out.ends_with('[') {
                out.push(',');
            }
            out.push_str(fragment);
        })
    }

    /// Publishes an update: `apply` changes the state and encodes the change under the number it is given.
    pub(super) fn publish(&self, apply: impl FnOnce(&mut Snapshot, u64) -> Arc<str>) {
        let mut state = self.lock();
        let seq = state.seq + 1;
        let fragment = apply(&mut state.snapshot, seq);
        if state.ring.len() >= state.capacity {
            state.ring.pop_front();
        }
        state.ring.push_back(fragment);
        state.seq = seq;
        self.seq.store(seq, Ordering::Release);
    }

    /// Begins anew with another state: every reader has to take a snapshot.
    pub(super) fn reset(&self, snapshot: Snapshot) {
        let mut state = self.lock();
        state.seq += 1;
        state.ring.clear();
        state.snapshot = snapshot;
        self.seq.store(state.seq, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

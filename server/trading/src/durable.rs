use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::JournalEntry;

/// Entries kept at hand for each account that somebody watches; older ones are read from the journal.
const KEPT: usize = 256;

/// The newest durable entries of the accounts that somebody watches: sockets read them from here, not from
/// the disk.
#[derive(Debug, Default)]
pub(crate) struct DurableTails {
    tails: Mutex<HashMap<AccountId, Tail>>,
}

#[derive(Debug)]
struct Tail {
    seq: watch::Sender<u64>,
    /// The last ones, oldest first, without a gap, up to `seq`.
    entries: VecDeque<JournalEntry>,
}

impl DurableTails {
    /// Watches an account whose journal is durable up to `seq`.
    pub(crate) fn watch(&self, id: AccountId, seq: u64) -> watch::Receiver<u64> {
        let mut tails = self.lock();
        let tail = tails
            .entry(id)
            .or_insert_with(|| Tail { seq: watch::Sender::new(seq), entries: VecDeque::new() });
        tail.seq.subscribe()
    }

    /// Entries have become durable. A tail that nobody watches any more is dropped.
    pub(crate) fn publish(&self, id: AccountId, entries: &[JournalEntry]) {
        let mut tails = self.lock();
        let Some(tail) = tails.get_mut(&id) else { return };
        let Some(last) = entries.last() else { return };
        if tail.seq.receiver_count() == 0 {
            tails.remove(&id);
            return;
        }
        if entries.first().map(|entry| entry.seq) != tail.seq.borrow().checked_add(1) {
            tail.entries.clear();
        }
        tail.entries.extend(entries.iter().cloned());
        let surplus = tail.entries.len().saturating_sub(KEPT);
        tail.entries.drain(..surplus);
        tail.seq.send_replace(last.seq);
    }

    /// The account was loaded again: what is durable is what was loaded.
    pub(crate) fn reset(&self, id: AccountId, seq: u64) {
        if let Some(tail) = self.lock().get_mut(&id) {
            tail.entries.clear();
            tail.seq.send_replace(seq);
        }
    }

    /// Entries after `seq`, oldest first, at most `limit`; `None` when they are not all at hand.
    pub(crate) fn entries_after(&self, id: AccountId, seq: u64, limit: usize) -> Option<Vec<JournalEntry>> {
        let tails = self.lock();
        let tail = tails.get(&id)?;
        if *tail.seq.borrow() <= seq {
            return Some(Vec::new());
        }
        let first = tail.entries.front()?.seq;
        let skip = usize::try_from(seq.checked_add(1)?.checked_sub(first)?).ok()?;
        Some(tail.entries.iter().skip(skip).take(limit).cloned().collect())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Tail>> {
        self.tails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_shared::account::{Account, AccountEvent};
    use wickflow_shared::journal::append;
    use wickflow_shared::market::Currency;
    use wickflow_shared::num::Money;
    use wickflow_shared::time::Timestamp;

    const ID: AccountId = AccountId(7);

    fn entries(count: u64) -> Vec<JournalEntry> {
        let mut account = Account::new(ID);
        let deposit =
            || AccountEvent::Deposited { currency: Currency::USD, amount: Money::try_new(1.into()).unwrap() };
        (0..count).map(|_| append(&mut account, Timestamp(1), deposit()).unwrap()).collect()
    }

    fn numbers(tails: &DurableTails, seq: u64, limit: usize) -> Option<Vec<u64>> {
        let entries = tails.entries_after(ID, seq, limit)?;
        Some(entries.iter().map(|entry| entry.seq).collect())
    }

    #[test]
    fn only_what_is_watched_is_kept() {
        let tails = DurableTails::default();
        let entries = entries(8);
        tails.publish(ID, &entries[..3]);
        assert_eq!(numbers(&tails, 0, 9), None);

        let receiver = tails.watch(ID, 3);
        tails.publish(ID, &entries[3..5]);
        tails.publish(ID, &entries[5..6]);
        assert_eq!(*receiver.borrow(), 6);
        assert_eq!(numbers(&tails, 2, 9), None, "older than what is kept");
        assert_eq!(numbers(&tails, 3, 2), Some(vec![4, 5]));
        assert_eq!(numbers(&tails, 4, 9), Some(vec![5, 6]));
        assert_eq!(numbers(&tails, 6, 9), Some(vec![]));
        assert_eq!(numbers(&tails, u64::MAX, 9), Some(vec![]));

        drop(receiver);
        tails.publish(ID, &entries[6..]);
        assert_eq!(numbers(&tails, 6, 9), None);
    }

    #[test]
    fn after_loading_again_nothing_is_taken_to_follow() {
        let tails = DurableTails::default();
        let receiver = tails.watch(ID, 0);
        let entries = entries(6);
        tails.publish(ID, &entries[..2]);
        tails.reset(ID, 4);
        assert_eq!((*receiver.borrow(), numbers(&tails, 2, 9)), (4, None));
        tails.publish(ID, &entries[4..]);
        assert_eq!(numbers(&tails, 4, 9), Some(vec![5, 6]));
        assert_eq!(numbers(&tails, 2, 9), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let tails = DurableTails::default();
        let _receiver = tails.watch(ID, 0);
        tails.publish(ID, &entries(300));
        assert_eq!(numbers(&tails, 43, 9), None);
        assert_eq!(numbers(&tails, 44, 2), Some(vec![45, 46]));
        assert_eq!(numbers(&tails, 44, 999).map(|all| all.len()), Some(256));
    }
}

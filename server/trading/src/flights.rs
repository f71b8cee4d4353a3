use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use wickflow_shared::id::AccountId;
use wickflow_shared::journal::JournalEntry;

use crate::TradingError;

/// An answer that waits until what it tells is durable.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), TradingError>) + Send>;

/// Appends on their way to the disk, in the order in which they were handed to the writer.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    queue: VecDeque<Flight>,
    /// The ticket of the first in the queue.
    first: u64,
    accounts: HashMap<AccountId, InFlight>,
}

/// One append on its way.
pub(crate) struct Flight {
    pub(crate) account_id: AccountId,
    pub(crate) entries: Arc<[JournalEntry]>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) started: Instant,
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// What is on its way of one account.
#[derive(Debug)]
struct InFlight {
    /// Ticket of the last.
    last: u64,
    count: usize,
    /// Number of the last entry that is durable.
    durable_seq: u64,
}

impl Flights {
    /// An append departs; the account was durable up to the entry before its first, or has others on their way.
    /// Returns its ticket.
    pub(crate) fn depart(&mut self, account_id: AccountId, entries: Arc<[JournalEntry]>) -> u64 {
        let ticket = self.first + self.queue.len() as u64;
        let before = entries.first().map_or(0, |entry| entry.seq.saturating_sub(1));
        let account = self.accounts.entry(account_id).or_insert(InFlight {
            last: ticket,
            count: 0,
            durable_seq: before,
        });
        account.last = ticket;
        account.count += 1;
        self.queue.push_back(Flight { account_id, entries, replies: Vec::new(), started: Instant::now() });
        ticket
    }

    /// Answers when everything that is on its way of the account has landed; at once when nothing is.
    pub(crate) fn after(&mut self, account_id: AccountId, reply: Reply) {
        let last = self.accounts.get(&account_id).and_then(|account| account.last.checked_sub(self.first));
        let flight = last.and_then(|at| usize::try_from(at).ok()).and_then(|at| self.queue.get_mut(at));
        match flight {
            Some(flight) => flight.replies.push(reply),
            None => reply(Ok(())),
        }
    }

    /// The first append has landed, well or badly. `None` when the ticket is not the first's.
    pub(crate) fn land(&mut self, ticket: u64, durable: bool) -> Option<Flight> {
        if ticket != self.first {
            return None;
        }
        let flight = self.queue.pop_front()?;
        self.first += 1;
        if let Some(account) = self.accounts.get_mut(&flight.account_id) {
            account.count -= 1;
            if let Some(entry) = flight.entries.last().filter(|_| durable) {
                account.durable_seq = entry.seq;
            }
            if account.count == 0 {
                self.accounts.remove(&flight.account_id);
            }
        }
        Some(flight)
    }

    /// Number of the account's last durable entry, while others are on their way.
    pub(crate) fn durable_seq(&self, account_id: AccountId) -> Option<u64> {
        self.accounts.get(&account_id).map(|account| account.durable_seq)
    }

    /// Whether anything of the account is on its way.
    pub(crate) fn has(&self, account_id: AccountId) -> bool {
        self.accounts.contains_key(&account_id)
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

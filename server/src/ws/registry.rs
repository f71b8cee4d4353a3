use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use wickflow_shared::id::AccountId;

use crate::error::ApiError;
use crate::telemetry::name;

/// Seconds after which a refused socket may try again.
const RETRY_AFTER_S: u64 = 5;

/// Counts the open sockets and event streams, by account and by address, and bounds both.
#[derive(Debug)]
pub struct SocketRegistry {
    max_per_account: usize,
    max_per_ip: usize,
    open: Mutex<Open>,
    count: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Open {
    by_account: HashMap<AccountId, usize>,
    by_ip: HashMap<IpAddr, usize>,
}

/// The right to one open socket; given back when dropped.
#[derive(Debug)]
pub struct SocketSlot {
    registry: Arc<SocketRegistry>,
    account: AccountId,
    ip: IpAddr,
}

impl SocketRegistry {
    /// A registry with these bounds.
    #[must_use]
    pub fn new(max_per_account: usize, max_per_ip: usize) -> Arc<Self> {
        let (count, _) = watch::channel(0);
        Arc::new(Self { max_per_account, max_per_ip, open: Mutex::default(), count })
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`](wickflow_shared::protocol::ErrorCode::RateLimited) when the account or the
    /// address has as many as it may have.
    pub fn open(self: &Arc<Self>, account: AccountId, ip: IpAddr) -> Result<SocketSlot, ApiError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |of: &str, limit: usize| {
            metrics::counter!(name::LIMITED, "limit" => "sockets").increment(1);
            let message = format!("this {of} has {limit} open sockets, which is the most it may have");
            ApiError::rate_limited(message, RETRY_AFTER_S)
        };
        if open.by_account.get(&account).is_some_and(|count| *count >= self.max_per_account) {
            return Err(refused("account", self.max_per_account));
        }
        if open.by_ip.get(&ip).is_some_and(|count| *count >= self.max_per_ip) {
            return Err(refused("address", self.max_per_ip));
        }
        *open.by_account.entry(account).or_default() += 1;
        *open.by_ip.entry(ip).or_default() += 1;
        self.count.send_modify(|count| *count += 1);
        metrics::gauge!(name::SOCKETS).increment(1.0);
        Ok(SocketSlot { registry: Arc::clone(self), account, ip })
    }

    /// Waits until no socket is open.
    pub async fn wait_until_empty(&self) {
        // The sender lives as long as the registry, so this only ends with the count at zero.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Open sockets and event streams.
    #[must_use]
    pub fn count(&self) -> usize {
        *self.count.borrow()
    }
}

impl Drop for SocketSlot {
    fn drop(&mut self) {
        let mut open = self.registry.open.lock().unwrap_or_else(PoisonError::into_inner);
        release(&mut open.by_account, &self.account);
        release(&mut open.by_ip, &self.ip);
        drop(open);
        self.registry.count.send_modify(|count| *count = count.saturating_sub(1));
        metrics::gauge!(name::SOCKETS).decrement(1.0);
    }
}

fn release<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn slots_are_bounded_and_given_back() {
        let registry = SocketRegistry::new(2, 3);
        let ip = |last: u8| IpAddr::from([10, 0, 0, last]);
        let open = |account: u128, last: u8| registry.open(AccountId(account), ip(last));
        let first = open(1, 1).expect("free");
        let second = open(1, 1).expect("free");
        assert!(open(1, 2).is_err(), "the account has two");
        let third = open(2, 1).expect("free");
        assert!(open(3, 1).is_err(), "the address has three");
        drop(first);
        let fourth = open(1, 1).expect("free again");
        assert_eq!(registry.count(), 3);
        drop((second, third, fourth));
        registry.wait_until_empty().await;
        let left = registry.open.lock().unwrap();
        assert!(left.by_account.is_empty() && left.by_ip.is_empty(), "{left:?}");
    }
}

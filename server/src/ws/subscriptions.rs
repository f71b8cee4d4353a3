use std::sync::Arc;

use tokio::sync::watch;
use wickflow_market::{Channel, ChannelError, HubHandle};
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::{Cursor, ErrorCode, ServerMessage, Snapshot, Topic};
use wickflow_trading::TradingHandle;

use crate::error::ApiError;
use crate::telemetry::name;

/// The channel that carries the account's journal; hub channels begin at 1.
const ACCOUNT_CHANNEL: u32 = 0;

/// Fresh snapshots in a row after which a reader counts as too slow.
const MAX_RESYNCS: u32 = 3;

/// Entries of the journal that one reading takes.
const ENTRIES_PER_READ: usize = 256;

/// A reader that is further behind in its journal than this takes a snapshot instead of the entries.
const MAX_ENTRIES_BEHIND: u64 = 1024;

/// Beginning and end of the frame that holds updates.
const UPDATES_OPEN: &str = r#"{"type":"updates","updates":["#;
const UPDATES_CLOSE: &str = "]}";

/// Messages to send, encoded, in order.
pub type Frames = Vec<String>;

/// The reader fell behind the ring again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reader is too slow")]
pub struct TooSlow;

/// What one socket or event stream follows, and how far it has read.
#[derive(Debug)]
pub struct Subscriptions {
    hub: HubHandle,
    trading: TradingHandle,
    account_id: AccountId,
    limit: usize,
    ring: u64,
    market: Vec<Market>,
    account: Option<Account>,
    /// Readings in a row in which something had to be sent whole.
    resyncs: u32,
    /// Length of the last frame of updates: the next one is about as long.
    frame_bytes: usize,
}

#[derive(Debug)]
struct Market {
    channel: Arc<Channel>,
    seq: u64,
}

#[derive(Debug)]
struct Account {
    seq: u64,
    latest: watch::Receiver<u64>,
}

impl Subscriptions {
    /// Nothing yet, for the session of `account_id`; `ring` is the number of updates that channels keep.
    #[must_use]
    pub fn new(
        hub: HubHandle,
        trading: TradingHandle,
        account_id: AccountId,
        limit: usize,
        ring: usize,
    ) -> Self {
        let ring = u64::try_from(ring).unwrap_or(u64::MAX);
        Self {
            hub,
            trading,
            account_id,
            limit,
            ring,
            market: Vec::new(),
            account: None,
            resyncs: 0,
            frame_bytes: 0,
        }
    }

    /// Follows a topic, from the cursor where that is possible and with a snapshot otherwise. Following one
    /// again begins it anew. Returns the message that says so.
    ///
    /// # Errors
    /// [`ApiError`]: no such topic, too many, or the history could not be read.
    pub async fn subscribe(&mut self, topic: Topic, after: Option<Cursor>) -> Result<String, ApiError> {
        if topic == Topic::Account {
            return self.subscribe_account(after).await;
        }
        let channel = self.hub.channel(&topic).await.map_err(|error| topic_error(&topic, error))?;
        let known = self.market.iter().position(|market| market.channel.id() == channel.id());
        if known.is_none() {
            self.make_room()?;
        }
        let resumed = after
            .filter(|cursor| cursor.epoch == self.hub.epoch())
            .filter(|cursor| channel.visit_after(cursor.seq, |_, _| ()).is_ok());
        let (seq, message) = match resumed {
            Some(Cursor { seq, .. }) => {
                (seq, ServerMessage::Subscribed { subscribed: topic, channel: channel.id(), seq })
            }
            None => whole(&channel),
        };
        match known.and_then(|index| self.market.get_mut(index)) {
            Some(market) => market.seq = seq,
            None => self.market.push(Market { channel, seq }),
        }
        Ok(encode(&message))
    }

    async fn subscribe_account(&mut self, after: Option<Cursor>) -> Result<String, ApiError> {
        if self.account.is_none() {
            self.make_room()?;
        }
        let latest = self.trading.watch(self.account_id).await?;
        let now = *latest.borrow();
        let resumed = after.filter(|cursor| cursor.seq <= now && now - cursor.seq <= MAX_ENTRIES_BEHIND);
        let (seq, message) = match resumed {
            Some(Cursor { seq, .. }) => {
                let message =
                    ServerMessage::Subscribed { subscribed: Topic::Account, channel: ACCOUNT_CHANNEL, seq };
                (seq, message)
            }
            None => self.whole_account().await?,
        };
        self.account = Some(Account { seq, latest });
        Ok(encode(&message))
    }

    /// Follows a topic no more. Says nothing when it was not followed: that is what was asked for.
    pub fn unsubscribe(&mut self, topic: &Topic) {
        if *topic == Topic::Account {
            self.account = None;
        }
        self.market.retain(|market| market.channel.topic() != topic);
    }

    /// Waits for a new entry in the account's journal; for ever while the account is not followed.
    pub async fn account_changed(&mut self) {
        let ended = match &mut self.account {
            Some(account) if *account.latest.borrow() > account.seq => return,
            Some(account) => account.latest.changed().await.is_err(),
            None => true,
        };
        if ended {
            std::future::pending().await
        }
    }

    /// What the market topics have published since the last reading: at most one frame of updates, after the
    /// snapshots of those topics whose updates are no longer all there.
    ///
    /// # Errors
    /// [`TooSlow`] when that has happened too often in a row.
    pub fn read_market(&mut self, frames: &mut Frames) -> Result<(), TooSlow> {
        let mut updates = String::new();
        let mut slow = false;
        for market in &mut self.market {
            if market.channel.seq() == market.seq {
                continue;
            }
            if updates.is_empty() {
                updates.reserve(self.frame_bytes + self.frame_bytes / 8 + 256);
                updates.push_str(UPDATES_OPEN);
            }
            match market.channel.read_after(market.seq, &mut updates) {
                Ok(seq) => market.seq = seq,
                Err(_) => {
                    // A topic that began anew, as after a seek, is not the reader's fault.
                    if market.channel.seq().saturating_sub(market.seq) > self.ring {
                        slow = true;
                        metrics::counter!(name::RESYNCS).increment(1);
                    }
                    let (seq, message) = whole(&market.channel);
                    market.seq = seq;
                    frames.push(encode(&message));
                }
            }
        }
        if updates.len() > UPDATES_OPEN.len() {
            updates.push_str(UPDATES_CLOSE);
            self.frame_bytes = updates.len();
            frames.push(updates);
        }
        self.resyncs = if slow { self.resyncs + 1 } else { 0 };
        if self.resyncs > MAX_RESYNCS { Err(TooSlow) } else { Ok(()) }
    }

    /// The account's entries since the last reading; nothing while it is not followed.
    ///
    /// # Errors
    /// [`ApiError`] when the journal could not be read.
    pub async fn read_account(&mut self, frames: &mut Frames) -> Result<(), ApiError> {
        let Some(account) = &mut self.account else { return Ok(()) };
        let latest = *account.latest.borrow_and_update();
        let behind = latest.saturating_sub(account.seq);
        if behind == 0 {
            return Ok(());
        }
        let entries = if behind > MAX_ENTRIES_BEHIND {
            Vec::new()
        } else {
            self.trading.entries_after(self.account_id, account.seq, ENTRIES_PER_READ).await?
        };
        let Some(last) = entries.last() else {
            return self.resync_account(frames).await;
        };
        account.seq = last.seq;
        let mut updates = String::from(UPDATES_OPEN);
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                updates.push(',');
            }
            // Written out, so that the entry is encoded once, where it goes.
            updates.push_str(&format!(r#"{{"channel":{ACCOUNT_CHANNEL},"seq":{},"journal":"#, entry.seq));
            updates.push_str(&serde_json::to_string(entry).map_err(ApiError::internal)?);
            updates.push('}');
        }
        updates.push_str(UPDATES_CLOSE);
        frames.push(updates);
        Ok(())
    }

    /// Sends the account whole, because its entries are too many.
    async fn resync_account(&mut self, frames: &mut Frames) -> Result<(), ApiError> {
        let (seq, message) = self.whole_account().await?;
        frames.push(encode(&message));
        if let Some(account) = &mut self.account {
            account.seq = seq;
        }
        Ok(())
    }

    /// Where the reader stands in each topic, in the order of subscription, the account last.
    pub fn positions(&self) -> impl Iterator<Item = u64> {
        let market = self.market.iter().map(|market| market.seq);
        market.chain(self.account.iter().map(|account| account.seq))
    }

    async fn whole_account(&self) -> Result<(u64, ServerMessage), ApiError> {
        let snapshot = self.trading.snapshot(self.account_id).await?;
        let seq = snapshot.seq;
        let message = ServerMessage::Snapshot {
            subscribed: Topic::Account,
            channel: ACCOUNT_CHANNEL,
            seq,
            snapshot: Box::new(Snapshot::Account(snapshot)),
        };
        Ok((seq, message))
    }

    fn make_room(&self) -> Result<(), ApiError> {
        if self.market.len() + usize::from(self.account.is_some()) < self.limit {
            return Ok(());
        }
        let message = format!("a socket may follow {} topics; unsubscribe from others first", self.limit);
        Err(ApiError::new(ErrorCode::RateLimited, message))
    }
}

/// All there is of a channel.
fn whole(channel: &Channel) -> (u64, ServerMessage) {
    let (seq, snapshot) = channel.snapshot();
    let message = ServerMessage::Snapshot {
        subscribed: channel.topic().clone(),
        channel: channel.id(),
        seq,
        snapshot: Box::new(snapshot),
    };
    (seq, message)
}

/// A message as text.
pub(crate) fn encode(message: &ServerMessage) -> String {
    let text = serde_json::to_string(message);
    debug_assert!(text.is_ok(), "messages have string keys only, so they are always valid JSON");
    text.unwrap_or_default()
}

fn topic_error(topic: &Topic, error: ChannelError) -> ApiError {
    match (error, topic) {
        (ChannelError::Unknown, Topic::Ticker { symbol } | Topic::Candles { symbol, .. }) => {
            ApiError::unknown_symbol(symbol)
        }
        (ChannelError::Unknown, _) => ApiError::bad_request("there is no such topic"),
        (error @ ChannelError::TooMany(_), _) => ApiError::unavailable(error.to_string(), error),
        (error, _) => ApiError::unavailable("the topic cannot be read now; try again", error),
    }
}

use std::sync::Arc;
use std::time::Duration;

use crate::{TimeSource, WallTime};

/// The hub's bounds and rhythm.
#[derive(Clone)]
pub struct HubConfig {
    /// Numbering of the market topics. Random for each start, so that a client's cursor from before a restart
    /// is not taken for one of now.
    pub epoch: u64,
    /// The wall clock.
    pub wall: Arc<dyn TimeSource>,
    /// How often what changed is published.
    pub flush_interval: Duration,
    /// Updates that a channel keeps for readers that lag or come back.
    pub ring: usize,
    /// Closed candles in a snapshot.
    pub snapshot_candles: usize,
    /// Most channels at a time; candle channels that nobody holds make room.
    pub max_channels: usize,
    /// Feed events that may wait for the hub.
    pub feed_capacity: usize,
}

impl HubConfig {
    /// The defaults, with the numbering given.
    #[must_use]
    pub fn new(epoch: u64) -> Self {
        Self {
            epoch,
            wall: Arc::new(WallTime),
            flush_interval: Duration::from_millis(50),
            ring: 512,
            snapshot_candles: 500,
            max_channels: 1024,
            feed_capacity: 64,
        }
    }
}

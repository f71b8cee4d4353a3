use std::sync::Arc;

use wickflow_shared::market::Tick;
use wickflow_shared::time::Timestamp;

/// Place of an instrument in [`HubHandle::instruments`](crate::HubHandle::instruments). Fixed from start to
/// stop, so that ten thousand ticks a second need neither hashing nor reference counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstrumentIndex(pub u32);

impl InstrumentIndex {
    /// For indexing.
    #[must_use]
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// A tick and whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TickEvent {
    /// Whose.
    pub instrument: InstrumentIndex,
    /// What happened.
    pub tick: Tick,
}

/// What the trading core gets: everything, in order.
#[derive(Debug, Clone)]
pub enum MarketMessage {
    /// Ticks in the order in which they came. Times never fall within an instrument.
    Ticks(Arc<[TickEvent]>),
    /// The market's clock has reached this; no tick with an earlier time follows, except by a seek.
    Clock(Timestamp),
    /// The market jumped: a replay was sent to another time, forwards or back. The next tick may have any
    /// time from `to` on.
    Seek {
        /// What the market's clock shows now.
        to: Timestamp,
    },
}

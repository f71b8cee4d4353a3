//! The market as paper runs see it: its instruments, its closed candles, and how far its clock has come.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use wickflow_market::{CandleSource, HubHandle, MarketMessage, SourceError};
use wickflow_shared::market::{Calendar, Instrument, Symbol};
use wickflow_shared::protocol::FeedKind;
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::ForwardError;

/// Messages that may wait; they are taken as they come.
const CAPACITY: usize = 256;

/// How far the market has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    /// Its clock: candles whose span has passed are closed.
    pub(crate) clock: Timestamp,
    /// How often it has jumped.
    pub(crate) jumps: u64,
}

/// Instruments and candles.
#[derive(Clone)]
pub(crate) struct Market {
    hub: HubHandle,
    source: Arc<dyn CandleSource>,
    calendars: Arc<HashMap<Symbol, Arc<Calendar>>>,
}

impl Market {
    /// The hub's market.
    pub(crate) fn new(hub: HubHandle) -> Self {
        let instruments = hub.instruments();
        let calendars = instruments.iter().map(|one| (one.symbol.clone(), Arc::new(one.calendar.clone())));
        Self { source: hub.candles(), calendars: Arc::new(calendars.collect()), hub }
    }

    /// An instrument that the feed carries.
    pub(crate) fn instrument(&self, symbol: &Symbol) -> Result<&Instrument, ForwardError> {
        self.hub.instrument(symbol).ok_or_else(|| ForwardError::UnknownSymbol(symbol.clone()))
    }

    /// When it trades.
    pub(crate) fn calendar(&self, symbol: &Symbol) -> Result<Arc<Calendar>, ForwardError> {
        self.calendars.get(symbol).cloned().ok_or_else(|| ForwardError::UnknownSymbol(symbol.clone()))
    }

    /// Its closed candles.
    pub(crate) fn source(&self) -> &Arc<dyn CandleSource> {
        &self.source
    }

    /// The time up to which the candles of an instrument are complete, at most `clock`.
    ///
    /// A feed whose candles are recorded as they close is behind its own clock: what closed while a connection, or the
    /// server, was down is fetched first, and recorded before what closes afterwards. So it is complete up to the last
    /// one recorded.
    pub(crate) async fn settled(&self, symbol: &Symbol, clock: Timestamp) -> Result<Timestamp, ForwardError> {
        if self.hub.status().kind != FeedKind::Coinbase {
            return Ok(clock);
        }
        let calendar = self.calendar(symbol)?;
        let last = match self.source.latest(symbol, Timeframe::M1, None, 1).await {
            // Nothing has been recorded yet.
            Err(SourceError::UnknownSymbol(_)) => None,
            latest => latest?.last(),
        };
        let close = last.map(|last| calendar.bucket(last.open_time, Timeframe::M1).close);
        Ok(close.map_or(Timestamp(0), |close| close.min(clock)))
    }

    /// Follows the market's clock until the hub stops.
    pub(crate) fn follow(&self) -> (watch::Receiver<Now>, JoinHandle<()>) {
        let mut messages = self.hub.take_market(CAPACITY);
        let (sender, receiver) = watch::channel(Now { clock: self.hub.clock().now(), jumps: 0 });
        let task = tokio::spawn(async move {
            while let Some(message) = messages.recv().await {
                match message {
                    MarketMessage::Ticks(_) => {}
                    MarketMessage::Clock(clock) => {
                        sender.send_if_modified(|now| {
                            let later = clock > now.clock;
                            now.clock = now.clock.max(clock);
                            later
                        });
                    }
                    MarketMessage::Seek { to } => {
                        sender.send_modify(|now| *now = Now { clock: to, jumps: now.jumps + 1 });
                    }
                }
            }
        });
        (receiver, task)
    }
}

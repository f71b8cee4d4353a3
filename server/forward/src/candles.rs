//! Closed candles, a page at a time, each page read once for all runs that need it.

use std::collections::HashMap;
use std::sync::Arc;

use wickflow_market::SourceError;
use wickflow_shared::market::{CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::ForwardError;
use crate::market::Market;
use crate::session::Session;

/// Candles of a page.
const PAGE: usize = 2000;

/// Candles of another series that may belong to a page.
const OTHER_PAGE: usize = 50_000;

/// What a run needs for its next step.
#[derive(Clone)]
pub(crate) struct Batch {
    /// Of the series that it trades.
    pub(crate) candles: Arc<CandleColumns>,
    /// Of the other series that it reads, in their order.
    pub(crate) others: Vec<Arc<CandleColumns>>,
    /// Whether there are more behind these.
    pub(crate) has_more: bool,
    /// Whether its own candles are further than those of another series that it reads.
    pub(crate) waits: bool,
}

/// Which candles: of what, from when, up to which close, and how many at most.
type Key = (Symbol, Timeframe, Timestamp, Timestamp, usize);

/// Reads for one round of steps; what one run has asked for is there for the next.
pub(crate) struct Reader<'a> {
    market: &'a Market,
    clock: Timestamp,
    settled: HashMap<Symbol, Timestamp>,
    pages: HashMap<Key, Arc<CandleColumns>>,
}

impl<'a> Reader<'a> {
    /// Reads what has closed by the market's clock.
    pub(crate) fn new(market: &'a Market, clock: Timestamp) -> Self {
        Self { market, clock, settled: HashMap::new(), pages: HashMap::new() }
    }

    /// The candles that a run has not taken.
    pub(crate) async fn batch(&mut self, session: &Session) -> Result<Batch, ForwardError> {
        let series = (&session.symbol, session.timeframe);
        let most = session.page(PAGE, OTHER_PAGE);
        let own = self.settled(&session.symbol).await?;
        let mut settled = own;
        for other in &session.others {
            settled = settled.min(self.settled(&other.series.symbol).await?);
        }
        let page = self.page(series, session.next_from, settled, PAGE).await?;
        let mut candles = page.clone();
        let mut has_more = page.len() == PAGE;
        if candles.len() > most {
            candles = Arc::new(candles.slice(0..most));
            has_more = true;
        }
        let mut others = Vec::with_capacity(session.others.len());
        if let Some(last) = candles.last() {
            let close = session.calendar.bucket(last.open_time, session.timeframe).close;
            for other in &session.others {
                let series = (&other.series.symbol, other.series.timeframe);
                let mut all = CandleColumns::default();
                let mut from = other.next_from;
                loop {
                    let part = self.page(series, from, close, OTHER_PAGE).await?;
                    all.extend_from(&part, 0..part.len());
                    match part.last() {
                        Some(last) if part.len() == OTHER_PAGE => from = last.open_time.plus_ms(1),
                        _ => break,
                    }
                }
                others.push(Arc::new(all));
            }
        }
        Ok(Batch { candles, others, has_more, waits: settled < own })
    }

    async fn settled(&mut self, symbol: &Symbol) -> Result<Timestamp, ForwardError> {
        if let Some(settled) = self.settled.get(symbol) {
            return Ok(*settled);
        }
        let settled = self.market.settled(symbol, self.clock).await?;
        self.settled.insert(symbol.clone(), settled);
        Ok(settled)
    }

    async fn page(
        &mut self,
        (symbol, timeframe): (&Symbol, Timeframe),
        from: Timestamp,
        closed_by: Timestamp,
        limit: usize,
    ) -> Result<Arc<CandleColumns>, ForwardError> {
        let key = (symbol.clone(), timeframe, from, closed_by, limit);
        if let Some(page) = self.pages.get(&key) {
            return Ok(page.clone());
        }
        let page = Arc::new(read(self.market, (symbol, timeframe), from, closed_by, limit).await?);
        self.pages.insert(key, page.clone());
        Ok(page)
    }
}

/// The first candles that open at or after `from` and have closed by a time.
pub(crate) async fn read(
    market: &Market,
    (symbol, timeframe): (&Symbol, Timeframe),
    from: Timestamp,
    closed_by: Timestamp,
    limit: usize,
) -> Result<CandleColumns, ForwardError> {
    let calendar = market.calendar(symbol)?;
    let found = match market.source().range(symbol, timeframe, from, closed_by, limit).await {
        // Nothing has been recorded yet.
        Err(SourceError::UnknownSymbol(_)) => CandleColumns::default(),
        other => other?,
    };
    let close = |open: &Timestamp| calendar.bucket(*open, timeframe).close;
    let closed = found.open_times().partition_point(|open| close(open) <= closed_by);
    Ok(if closed == found.len() { found } else { found.slice(0..closed) })
}

use std::collections::VecDeque;
use std::sync::Arc;

use wickflow_shared::market::{Bucket, Candle, Instrument, Tick, bar_path};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::{CandleSource, SourceError};

/// Candles read at a time.
const PAGE: usize = 2000;

/// Where a replay stands in its history. It knows no pace: whoever plays it says how far to go.
pub(super) struct Player {
    history: Arc<dyn CandleSource>,
    instrument: Instrument,
    timeframe: Timeframe,
    /// Read but not begun.
    ahead: VecDeque<Candle>,
    /// Open times from here on have not been read.
    unread_from: Timestamp,
    is_all_read: bool,
    playing: Option<Playing>,
    /// Candles left out because they are no prices that could be traded.
    pub(super) unplayable: u64,
}

/// The candle that is being played.
struct Playing {
    bucket: Bucket,
    path: [Tick; 4],
    played: usize,
}

/// The next thing that happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Next {
    /// A point of a candle's path. True: it is the candle's first.
    Tick(Tick, bool),
    /// A candle closes.
    Close(Timestamp),
}

impl Next {
    pub(super) fn time(&self) -> Timestamp {
        match self {
            Self::Tick(tick, _) => tick.time,
            Self::Close(at) => *at,
        }
    }
}

impl Player {
    pub(super) fn new(
        history: Arc<dyn CandleSource>,
        instrument: Instrument,
        timeframe: Timeframe,
        from: Timestamp,
    ) -> Self {
        Self {
            history,
            instrument,
            timeframe,
            ahead: VecDeque::new(),
            unread_from: from,
            is_all_read: false,
            playing: None,
            unplayable: 0,
        }
    }

    /// What happens next, without letting it happen; `None` at the end of history.
    pub(super) async fn next(&mut self) -> Result<Option<Next>, SourceError> {
        loop {
            if let Some(playing) = &self.playing {
                let tick = playing.path.get(playing.played);
                let close = Next::Close(playing.bucket.close);
                return Ok(Some(tick.map_or(close, |tick| Next::Tick(*tick, playing.played == 0))));
            }
            if self.ahead.is_empty() && !self.is_all_read {
                self.read().await?;
            }
            let Some(candle) = self.ahead.pop_front() else { return Ok(None) };
            let bucket = self.instrument.calendar.bucket(candle.open_time, self.timeframe);
            // A daily candle happens while the exchange is open, not from midnight on.
            let span = self.instrument.calendar.trading_span(bucket);
            match bar_path(&candle, span, &self.instrument) {
                Ok(path) => self.playing = Some(Playing { bucket, path, played: 0 }),
                Err(error) => {
                    self.unplayable += 1;
                    tracing::warn!(open_time = %candle.open_time, %error, "a candle cannot be played");
                }
            }
        }
    }

    /// What [`next`](Self::next) has shown has happened.
    pub(super) fn advance(&mut self) {
        self.playing = self.playing.take().and_then(|mut playing| {
            let is_over = playing.played >= playing.path.len();
            playing.played += 1;
            (!is_over).then_some(playing)
        });
    }

    /// Goes to the candle that covers `to`, or to the first one after it, and returns where that is: the open
    /// of that candle, or `to` where there is a hole.
    pub(super) async fn seek(&mut self, to: Timestamp) -> Result<Timestamp, SourceError> {
        let bucket = self.instrument.calendar.bucket(to, self.timeframe);
        let history = &self.history;
        let page =
            history.range(&self.instrument.symbol, self.timeframe, bucket.open, Timestamp::MAX, PAGE).await?;
        self.playing = None;
        self.ahead.clear();
        self.take(page.iter(), page.len(), bucket.open);
        let covers = self.ahead.front().is_some_and(|candle| candle.open_time <= to);
        Ok(if covers { bucket.open } else { to })
    }

    async fn read(&mut self) -> Result<(), SourceError> {
        let (symbol, from) = (&self.instrument.symbol, self.unread_from);
        let page = self.history.range(symbol, self.timeframe, from, Timestamp::MAX, PAGE).await?;
        self.take(page.iter(), page.len(), from);
        Ok(())
    }

    fn take(&mut self, page: impl Iterator<Item = Candle>, count: usize, from: Timestamp) {
        self.ahead.extend(page);
        self.is_all_read = count < PAGE;
        self.unread_from = self.ahead.back().map_or(from, |last| last.open_time.plus_ms(1));
    }
}

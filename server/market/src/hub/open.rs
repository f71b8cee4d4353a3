use std::sync::Arc;

use tokio::sync::oneshot;
use wickflow_shared::protocol::Topic;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::Channel;
use super::handle::{ChannelError, read_locked, write_locked};
use super::load::SeriesHistory;
use super::longer::Longer;
use super::series::{Series, empty};
use super::task::{Opener, Task};
use crate::{InstrumentIndex, SourceError};

/// A candle channel that nobody has held for so long is closed.
pub(super) const IDLE_S: u32 = 60;

/// Candle channels: made when they are asked for, closed when nobody holds them.
impl Task {
    /// History for a candle channel has been read: the channel is opened, or begins anew.
    pub(super) fn take_series(
        &mut self,
        index: InstrumentIndex,
        timeframe: Timeframe,
        result: Result<SeriesHistory, SourceError>,
    ) {
        let mut openers = self.opening.remove(&(index, timeframe)).unwrap_or_default();
        let now = self.at();
        let Some((state, instrument)) =
            self.states.get_mut(index.get()).zip(self.shared.instruments.get(index.get()))
        else {
            return;
        };
        let history = match result {
            Ok(history) => history,
            Err(error) => {
                tracing::error!(symbol = %instrument.symbol, %timeframe, %error, "history could not be read");
                for opener in std::mem::take(&mut openers) {
                    // An error means that whoever asked has gone.
                    let _ = opener.send(Err(ChannelError::Unavailable(error.to_string())));
                }
                // A channel that is open already goes on with what the hub itself has seen.
                SeriesHistory { parts_from: Timestamp::MIN, ..SeriesHistory::default() }
            }
        };
        let parts = state.series_parts(instrument, &history, now);
        let forming = state.forming();
        let most = self.config.snapshot_candles;
        if let Some(series) = state.series.iter_mut().find(|series| series.timeframe == timeframe) {
            series.load(&instrument.calendar, &history, &parts, forming, now, most);
            let channel = series.channel.clone();
            openers.into_iter().for_each(|opener| drop(opener.send(Ok(channel.clone()))));
            return;
        }
        if openers.iter().all(oneshot::Sender::is_closed) {
            return;
        }
        let Some(longer) = Longer::new(self.base, timeframe) else { return };
        let topic = Topic::Candles { symbol: instrument.symbol.clone(), timeframe };
        let empty = empty();
        let ring = self.config.ring.max(1);
        let channel = Arc::new(Channel::new(self.next_channel, topic.clone(), self.next_seq, ring, empty));
        self.next_channel = self.next_channel.saturating_add(1);
        let mut series = Series::new(timeframe, longer, channel.clone());
        series.load(&instrument.calendar, &history, &parts, forming, now, most);
        state.series.push(series);
        write_locked(&self.shared.candles).insert(topic, channel.clone());
        openers.into_iter().for_each(|opener| drop(opener.send(Ok(channel.clone()))));
    }

    /// Answers a request for a channel, at once or when its history has been read.
    pub(super) fn open(&mut self, topic: Topic, reply: Opener) {
        let known = read_locked(&self.shared.candles).get(&topic).cloned();
        let answer = match (known, topic) {
            (Some(channel), _) => Ok(channel),
            (None, Topic::Candles { symbol, timeframe }) => {
                let index = self.shared.index.get(&symbol).copied();
                match index.filter(|_| Longer::new(self.base, timeframe).is_some()) {
                    None => Err(ChannelError::Unknown),
                    Some(index) => return self.open_candles(index, timeframe, reply),
                }
            }
            (None, _) => Err(ChannelError::Unknown),
        };
        // An error means that whoever asked has gone.
        let _ = reply.send(answer);
    }

    fn open_candles(&mut self, index: InstrumentIndex, timeframe: Timeframe, reply: Opener) {
        if let Some(openers) = self.opening.get_mut(&(index, timeframe)) {
            openers.push(reply);
            return;
        }
        let fixed = self.shared.tickers.len() + 1;
        let count = |task: &Self| fixed + read_locked(&task.shared.candles).len() + task.opening.len();
        if count(self) >= self.config.max_channels {
            self.close_idle(0);
        }
        if count(self) >= self.config.max_channels {
            // An error means that whoever asked has gone.
            let _ = reply.send(Err(ChannelError::TooMany(self.config.max_channels)));
            return;
        }
        self.opening.insert((index, timeframe), vec![reply]);
        self.loader.spawn_series(self.generation, index, timeframe, self.at());
    }

    /// Closes the candle channels that nobody has held for more than `idle_s` seconds.
    pub(super) fn close_idle(&mut self, idle_s: u32) {
        let mut open = write_locked(&self.shared.candles);
        for state in &mut self.states {
            state.series.retain_mut(|series| {
                // One reference is the series', one the handles' map; nobody can take another meanwhile.
                let is_held = Arc::strong_count(&series.channel) > 2;
                series.idle_s = if is_held { 0 } else { series.idle_s.saturating_add(1) };
                let keep = is_held || series.idle_s <= idle_s;
                if !keep {
                    self.next_seq = self.next_seq.max(series.channel.seq() + 1);
                    open.remove(series.channel.topic());
                }
                keep
            });
        }
    }
}

use wickflow_shared::market::{Calendar, Candle, CandleAggregator, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

/// Candles of one timeframe made of base candles; of the base timeframe itself they are the base candles.
///
/// Ticks go into base candles only: what a longer candle looks like now follows from its closed parts and the
/// base candle that forms. So a tick costs the same however many timeframes are watched, and a candle that
/// forms is, bit for bit, what history will make of the same parts.
#[derive(Debug, Clone)]
pub(super) struct Longer(Option<CandleAggregator>);

impl Longer {
    /// `None` when candles of `timeframe` are not made of whole candles of `base`.
    pub(super) fn new(base: Timeframe, timeframe: Timeframe) -> Option<Self> {
        if base == timeframe {
            Some(Self(None))
        } else {
            divides(base, timeframe).then(|| Self(Some(CandleAggregator::new(timeframe))))
        }
    }

    /// Takes a closed base candle; returns the candle that closed with it or before it, if any.
    pub(super) fn push(&mut self, calendar: &Calendar, closed: &Candle) -> Option<Candle> {
        match &mut self.0 {
            None => Some(*closed),
            Some(aggregator) => aggregator.push(calendar, closed),
        }
    }

    /// Closes what was over at `now`.
    pub(super) fn close_until(&mut self, now: Timestamp) -> Option<Candle> {
        self.0.as_mut()?.close_until(now)
    }

    /// The candle as it is now, given the base candle that forms.
    pub(super) fn forming(&self, calendar: &Calendar, base: Option<Candle>) -> Option<Candle> {
        match (&self.0, base) {
            (None, base) => base,
            (Some(aggregator), None) => aggregator.forming(),
            (Some(aggregator), Some(base)) => {
                let mut with_base = aggregator.clone();
                // What this would close is over, and the clock closes it before the next publication.
                with_base.push(calendar, &base);
                with_base.forming()
            }
        }
    }

    /// Forgets what is forming.
    pub(super) fn clear(&mut self) {
        if let Some(aggregator) = &mut self.0 {
            *aggregator = CandleAggregator::new(aggregator.timeframe());
        }
    }
}

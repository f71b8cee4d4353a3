use wickflow_shared::market::{Bucket, Calendar, Candle};
use wickflow_shared::time::Timeframe;

use super::ForwardError;
use crate::detail::{Coverage, Finding, examine};
use crate::simulate::{Bar, FinerBar, span_of};

/// Finer candles that wait for their bar.
pub(super) struct Finer {
    pub timeframe: Timeframe,
    pub coverage: Coverage,
    waiting: Vec<FinerBar>,
}

/// No bar consists of more: the minutes of a week.
const MOST: usize = 7 * 24 * 60;

impl Finer {
    pub(super) fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, coverage: Coverage::default(), waiting: Vec::new() }
    }

    /// Takes the next finer candle.
    pub(super) fn push(&mut self, calendar: &Calendar, candle: &Candle) -> Result<(), ForwardError> {
        candle.check()?;
        if let Some(last) = self.waiting.last()
            && candle.open_time <= last.bucket.open
        {
            return Err(ForwardError::Order { last: last.bucket.open, found: candle.open_time });
        }
        if self.waiting.len() >= MOST {
            // The bars that these are for have not come: they have gaps then.
            self.waiting.clear();
        }
        let close = calendar.bucket(candle.open_time, self.timeframe).close;
        let Candle { open, high, low, close: price, volume, .. } = *candle;
        let bar = Bar { open, high, low, close: price };
        self.waiting.push(FinerBar { bucket: Bucket { open: candle.open_time, close }, bar, volume });
        Ok(())
    }

    /// Takes out those of a bar that serve; what is before it is dropped.
    pub(super) fn take(&mut self, calendar: &Calendar, bucket: Bucket, bar: &Bar) -> Vec<FinerBar> {
        let due = self.waiting.partition_point(|finer| finer.bucket.open < bucket.close);
        let mut within: Vec<FinerBar> = self.waiting.drain(..due).collect();
        let span = span_of(calendar, bucket);
        within.retain(|finer| (span.open..span.close).contains(&finer.bucket.open));
        let finding = examine(calendar, span, bar, &within);
        self.coverage.count(finding);
        if finding != Finding::Whole {
            within.clear();
        }
        within
    }

    /// Drops what is before a time that has passed.
    pub(super) fn pass(&mut self, bucket: Bucket) {
        self.waiting.retain(|finer| finer.bucket.open >= bucket.close);
    }
}

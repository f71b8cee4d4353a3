use wickflow_shared::market::{Bucket, Calendar};
use wickflow_shared::time::Timestamp;

use crate::simulate::{Bar, FinerBar};

/// What the finer candles of a bar are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// They are all there, and make up the bar.
    Whole,
    /// Some are missing.
    Gap,
    /// They are all there, and make up another bar.
    Disagrees,
}

/// Looks whether finer candles, ascending and within the bar's trading time `span`, fill that and have its prices.
pub(crate) fn examine(calendar: &Calendar, span: Bucket, bar: &Bar, finer: &[FinerBar]) -> Finding {
    let (Some(first), Some(last)) = (finer.first(), finer.last()) else { return Finding::Gap };
    let follows = |pair: &[FinerBar]| match pair {
        [before, after] => is_next(calendar, before.bucket.close, after.bucket.open),
        _ => true,
    };
    if first.bucket.open > span.open || last.bucket.close < span.close || !finer.windows(2).all(follows) {
        return Finding::Gap;
    }
    let highest = finer.iter().fold(f64::NEG_INFINITY, |most, finer| most.max(finer.bar.high));
    let lowest = finer.iter().fold(f64::INFINITY, |least, finer| least.min(finer.bar.low));
    let made = Bar { open: first.bar.open, high: highest, low: lowest, close: last.bar.close };
    if made == *bar { Finding::Whole } else { Finding::Disagrees }
}

/// Whether nothing was traded between a candle's close and the next one's open: they touch, or the exchange was closed.
fn is_next(calendar: &Calendar, close: Timestamp, open: Timestamp) -> bool {
    close >= open
        || (!calendar.is_open(close)
            && calendar.next_session(close).is_none_or(|session| session.open >= open))
}

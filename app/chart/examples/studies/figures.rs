//! Figures to show: averages of closes, and a strategy that trades their crosses.

use wickflow_chart::{Bar, Side, Trade};

/// Mean of the last `count` closes; a gap until there are so many.
pub(crate) fn average(bars: &[Bar], count: u32) -> Vec<f64> {
    let window = usize::try_from(count).unwrap_or(1);
    let mut sum = 0.0;
    let mut out = Vec::with_capacity(bars.len());
    for (at, bar) in bars.iter().enumerate() {
        sum += bar.close;
        if let Some(left) = at.checked_sub(window).and_then(|left| bars.get(left)) {
            sum -= left.close;
        }
        out.push(if at + 1 < window { f64::NAN } else { sum / f64::from(count) });
    }
    out
}

/// Combines two columns value by value.
pub(crate) fn each(a: &[f64], b: &[f64], combine: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| combine(*a, *b)).collect()
}

/// Long while the fast average is above the slow one, at closes.
pub(crate) fn trades(bars: &[Bar], fast: &[f64], slow: &[f64]) -> Vec<Trade> {
    let mut out = Vec::new();
    let mut open: Option<&Bar> = None;
    for ((bar, fast), slow) in bars.iter().zip(fast).zip(slow) {
        match open {
            None if fast > slow => open = Some(bar),
            Some(entry) if fast < slow => {
                open = None;
                out.push(Trade {
                    entry_time: entry.time,
                    entry_price: entry.close,
                    exit_time: bar.time,
                    exit_price: bar.close,
                    side: Side::Buy,
                    pnl: bar.close - entry.close,
                });
            }
            _ => {}
        }
    }
    out
}

/// What one unit made: closed trades, and the open one at each close.
pub(crate) fn equity(bars: &[Bar], trades: &[Trade]) -> Vec<f64> {
    let mut closed = 0.0;
    let mut rest = trades.iter().peekable();
    let value = |bar: &Bar| {
        while let Some(trade) = rest.next_if(|trade| trade.exit_time <= bar.time) {
            closed += trade.pnl;
        }
        let open = rest.peek().filter(|trade| trade.entry_time <= bar.time);
        1000.0 + closed + open.map_or(0.0, |trade| bar.close - trade.entry_price)
    };
    bars.iter().map(value).collect()
}

//! Falls of equity from their peaks: how deep, how long, and what they say beside the return.
//!
//! Depths are positive fractions of the peak: 0.1 is 10 % below it. Positive equity keeps them in [0, 1]; equity
//! below zero makes them larger than 1.

mod episodes;
mod streaming;

pub use episodes::{Episode, episodes};
pub(crate) use streaming::Watermark;
pub use streaming::{Drawdown, DrawdownSummary};

use crate::Ratio;
use crate::moments::{finite, square};

/// The deepest fall of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxDrawdown {
    /// (peak − low) / peak.
    pub depth: f64,
    /// Position of the peak it fell from; equal to `trough` where nothing fell, or all within one sample.
    pub peak: usize,
    /// Position of the low.
    pub trough: usize,
}

/// The deepest fall from a running maximum of `peaks` to a value of `lows` at or after it.
///
/// Give closes twice for the close variant, highs and lows of equity within bars for the intrabar one: which of
/// a bar's extremes came first is unknown, and the high is taken to, so that variant is an upper bound. The
/// start counts when it is the first sample. `None` without samples, for series of different length, and when a
/// peak is not positive. See [`Drawdown`] for bars that arrive one by one.
#[must_use]
pub fn max_drawdown(peaks: &[f64], lows: &[f64]) -> Option<MaxDrawdown> {
    let mut peak = *peaks.first()?;
    if peaks.len() != lows.len() || peak <= 0.0 {
        return None;
    }
    let mut peak_index = 0;
    let mut worst = MaxDrawdown { depth: 0.0, peak: 0, trough: 0 };
    for (index, (high, low)) in peaks.iter().zip(lows).enumerate() {
        if *high > peak {
            peak = *high;
            peak_index = index;
        }
        let depth = finite((peak - low) / peak)?;
        if depth > worst.depth {
            worst = MaxDrawdown { depth, peak: peak_index, trough: index };
        }
    }
    Some(worst)
}

/// Ulcer index: the root of the mean squared drawdown of the samples after the first, as a fraction.
///
/// Unlike the deepest fall it counts every sample below the peak. `None` below two samples and when a peak is
/// not positive. Source: P. Martin 1987, in percent there.
#[must_use]
pub fn ulcer_index(equity: &[f64]) -> Option<f64> {
    let (first, rest) = equity.split_first()?;
    let mut peak = *first;
    if rest.is_empty() || peak <= 0.0 {
        return None;
    }
    let mut squares = 0.0;
    for value in rest {
        peak = peak.max(*value);
        squares += square((peak - value) / peak);
    }
    finite((squares / rest.len() as f64).sqrt())
}

/// Calmar ratio: CAGR over the deepest drawdown, both fractions and over the whole time.
///
/// No losses where there was growth and no drawdown. Source: Young 1991, there over 36 months.
#[must_use]
pub fn calmar(cagr: Option<f64>, max_drawdown: Option<f64>) -> Ratio {
    match (cagr, max_drawdown) {
        (Some(growth), Some(depth)) => Ratio::of_gain_and_loss(growth, depth),
        _ => Ratio::Undefined,
    }
}

/// Recovery factor: net profit over the deepest drawdown, both in cash.
#[must_use]
pub fn recovery_factor(net_profit: f64, max_drawdown_cash: f64) -> Ratio {
    Ratio::of_gain_and_loss(net_profit, max_drawdown_cash)
}

/// Martin ratio: CAGR less the annual risk-free return, over the [`ulcer_index`].
#[must_use]
pub fn martin(cagr: Option<f64>, risk_free_annual: f64, ulcer: Option<f64>) -> Ratio {
    calmar(cagr.map(|growth| growth - risk_free_annual), ulcer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_EQUITY, assert_close};

    /// 114.95 to 103.455; the ulcer index from numpy 2.4.6.
    #[test]
    fn golden() {
        let worst = max_drawdown(&GOLDEN_EQUITY, &GOLDEN_EQUITY).unwrap();
        assert_close(worst.depth, 0.1);
        assert_eq!((worst.peak, worst.trough), (3, 4));
        assert_close(ulcer_index(&GOLDEN_EQUITY).unwrap(), 0.062_006_451_277_266_3);
        assert_close(calmar(Some(14.028_772_248_719_2), Some(0.1)).value().unwrap(), 140.287_722_487_192);
        assert_close(martin(Some(0.5), 0.1, Some(0.2)).value().unwrap(), 2.0);
    }

    #[test]
    fn within_one_bar_the_high_comes_first() {
        let worst = max_drawdown(&[100.0, 120.0], &[95.0, 90.0]).unwrap();
        assert_eq!(worst, MaxDrawdown { depth: 0.25, peak: 1, trough: 1 });
    }

    #[test]
    fn edges() {
        assert_eq!(max_drawdown(&[], &[]), None);
        assert_eq!(max_drawdown(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(max_drawdown(&[0.0, 1.0], &[0.0, 1.0]), None);
        let depth = |equity: &[f64]| max_drawdown(equity, equity).map(|worst| worst.depth);
        assert_eq!(depth(&[5.0; 3]), Some(0.0));
        assert_eq!(depth(&[100.0, 0.0]), Some(1.0));
        assert_eq!(depth(&[100.0, -50.0]), Some(1.5), "more than all");
        assert_eq!(ulcer_index(&[100.0]), None);
        assert_eq!(ulcer_index(&[100.0, 110.0]), Some(0.0));
        assert_eq!(calmar(Some(0.2), Some(0.0)), Ratio::NoLosses);
        assert_eq!(calmar(Some(0.0), Some(0.0)), Ratio::Undefined);
        assert_eq!(calmar(None, Some(0.1)), Ratio::Undefined);
        assert_eq!(recovery_factor(-5.0, 10.0), Ratio::Value(-0.5));
    }
}

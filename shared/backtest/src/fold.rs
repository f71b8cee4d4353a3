//! Folds in a fixed number of lanes: they compile to vector instructions, and give the same bits everywhere.

/// The least of `lows` and the greatest of `highs`.
#[inline]
pub(crate) fn extremes(lows: &[f64], highs: &[f64]) -> (f64, f64) {
    (least(lows), most(highs))
}

#[inline]
pub(crate) fn least(values: &[f64]) -> f64 {
    fold(values, f64::INFINITY, |least, value| if value < least { value } else { least })
}

#[inline]
pub(crate) fn most(values: &[f64]) -> f64 {
    fold(values, f64::NEG_INFINITY, |most, value| if value > most { value } else { most })
}

/// Four sums, added up at the end.
#[inline]
pub(crate) fn sum(values: &[f64]) -> f64 {
    fold_with(values, |value| value)
}

/// The sum of what is held over equity at each price; where there is no equity, 0.
#[inline]
pub(crate) fn share_of_equity(prices: &[f64], cash: f64, position: f64) -> f64 {
    let held = position.abs();
    fold_with(prices, |price| {
        let equity = cash + position * price;
        if equity > 0.0 { held * price / equity } else { 0.0 }
    })
}

#[inline]
fn fold_with(values: &[f64], each: impl Fn(f64) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for four in fours {
        for (lane, value) in lanes.iter_mut().zip(four) {
            *lane += each(*value);
        }
    }
    lanes.into_iter().chain(rest.iter().map(|value| each(*value))).sum()
}

#[inline]
fn fold(values: &[f64], start: f64, pick: impl Fn(f64, f64) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut lanes = [start; 4];
    for four in fours {
        for (lane, value) in lanes.iter_mut().zip(four) {
            *lane = pick(*lane, *value);
        }
    }
    lanes.into_iter().chain(rest.iter().copied()).fold(start, pick)
}

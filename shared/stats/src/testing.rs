//! The golden series that the tests share, and comparisons.

/// Equity of the golden vectors: four days of ±5 and ±10 %, then 2 %.
pub(crate) const GOLDEN_EQUITY: [f64; 6] = [100.0, 110.0, 104.5, 114.95, 103.455, 105.5241];
/// Its returns.
pub(crate) const GOLDEN_RETURNS: [f64; 5] = [0.1, -0.05, 0.1, -0.1, 0.02];

/// Twelve significant digits: what the references print, less their last few.
#[track_caller]
pub(crate) fn assert_close(ours: f64, expected: f64) {
    assert_within(ours, expected, 1e-12);
}

/// Agreement up to `tolerance`, as a share of the expected value.
#[track_caller]
pub(crate) fn assert_within(ours: f64, expected: f64, tolerance: f64) {
    let error = (ours - expected).abs();
    assert!(error <= tolerance * expected.abs().max(1e-3), "{ours} is not {expected}, by {error:e}");
}

/// Profit and loss of the golden vectors.
pub(crate) const GOLDEN_PNL: [f64; 7] = [100.0, -50.0, 120.0, -80.0, 60.0, -40.0, 0.0];

/// A long trade of three bars and three minutes that ended where it was best or worst.
pub(crate) fn trade(pnl: f64) -> crate::TradeResult {
    crate::TradeResult {
        pnl,
        return_fraction: pnl / 1000.0,
        bars: 3,
        risk: None,
        mae: (-pnl).max(0.0),
        mfe: pnl.max(0.0),
        entry_time_ms: 0,
        exit_time_ms: 180_000,
        is_long: true,
    }
}

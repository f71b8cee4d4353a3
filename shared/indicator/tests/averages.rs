//! Moving averages against golden values, and where their formulas have no say.

mod battery;

use wickflow_indicator::Kernel;
use wickflow_indicator::average::*;

battery! {
    sma_3: Sma::new(3), 1e-9;
    sma_20: Sma::new(20), 1e-9;
    ema_20: Ema::new(20), 1e-9;
    wilder_14: Wilder::new(14), 1e-9;
    wma_14: Wma::new(14), 1e-9;
    dema_10: Dema::new(10), 1e-9;
    tema_10: Tema::new(10), 1e-9;
    t3_5: T3::new(5), 1e-9;
    kama_10: Kama::new(10), 1e-9;
    hma_16: Hma::new(16), 1e-9;
    trima_9: Trima::new(9), 1e-9;
    trima_10: Trima::new(10), 1e-9;
    vwma_20: Vwma::new(20), 1e-9;
    zlema_20: Zlema::new(20), 1e-9;
    alma_9: Alma::new(9), 1e-9;
}

/// The last value after feeding all of `values`.
fn last(mut kernel: impl Kernel<1, 1>, values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().map(|value| kernel.update([value])[0]).last().expect("a value")
}

#[test]
fn windows_of_one_price_average_exactly_to_it() {
    // 0.1 has no exact binary form: its sums round, and must not show.
    let prices = || (0..50).map(|row| 100.0 + f64::from(row) / 7.0).chain(std::iter::repeat_n(0.1, 1000));
    for period in [1, 2, 3, 7, 10, 30, 100] {
        assert_eq!(last(Sma::new(period), prices()).to_bits(), 0.1_f64.to_bits());
        assert_eq!(last(Wma::new(period), prices()).to_bits(), 0.1_f64.to_bits());
        assert_eq!(last(Alma::new(period), prices()).to_bits(), 0.1_f64.to_bits());
        assert_eq!(last(Trima::new(period), prices()).to_bits(), 0.1_f64.to_bits());
    }
    for period in [1, 2, 3, 7, 10] {
        assert_eq!(last(Ema::new(period), prices()).to_bits(), 0.1_f64.to_bits());
        assert_eq!(last(Wilder::new(period), prices()).to_bits(), 0.1_f64.to_bits());
    }
}

#[test]
fn means_recover_from_a_price_of_1e100() {
    let prices = || [1.0, 1e100].into_iter().chain((0..60).map(|row| f64::from(row % 3)));
    assert_eq!(last(Sma::new(6), prices()).to_bits(), 1.0_f64.to_bits());
    assert!((last(Wma::new(6), prices()) - 25.0 / 21.0).abs() < 1e-12);
}

#[test]
fn a_period_of_zero_is_one_and_too_long_ones_are_bounded() {
    assert_eq!(last(Sma::new(0), [3.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    assert_eq!(last(Ema::new(0), [3.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    assert_eq!(last(Hma::new(0), [3.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    assert_eq!(last(Zlema::new(0), [3.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    assert_eq!(Sma::new(usize::MAX).warm_up(), 9_999);
    assert_eq!(Kama::new(usize::MAX).warm_up(), 10_000);
}

#[test]
fn a_volume_weighted_average_has_no_value_without_volume() {
    let mut vwma = Vwma::new(3);
    let rows = [[10.0, 0.3], [11.0, 0.1], [12.0, 0.2], [13.0, 0.0], [14.0, 0.0], [15.0, 0.0], [16.0, 2.0]];
    let values = rows.map(|row| vwma.update(row)[0]);
    assert!((values[4] - 12.0).abs() < 1e-9, "{}", values[4]);
    assert!(values[5].is_nan(), "{}", values[5]);
    assert!((values[6] - 16.0).abs() < 1e-12, "{}", values[6]);
}

#[test]
fn an_adaptive_average_of_one_price_is_that_price() {
    assert_eq!(last(Kama::new(10), std::iter::repeat_n(0.1, 40)).to_bits(), 0.1_f64.to_bits());
}

//! Rolling windows against golden values, and where their formulas have no say.

mod battery;

use wickflow_indicator::Kernel;
use wickflow_indicator::rolling::*;

battery! {
    sum_10: Sum::new(10), 1e-9;
    highest_14: Highest::new(14), 1e-9;
    lowest_14: Lowest::new(14), 1e-9;
    stddev_20: StdDev::new(20), 1e-7;
    stddev_sample_20: StdDev::sample(20), 1e-9;
    zscore_20: ZScore::new(20), 1e-9;
    linreg_14: LinearRegression::new(14), 1e-9;
    linreg_slope_14: LinearRegressionSlope::new(14), 1e-9;
    correlation_20: Correlation::new(20), 1e-9;
    rank_50: Rank::new(50), 1e-9;
    lag_3: Lag::new(3), 1e-9;
    momentum_10: Change::new(10), 1e-9;
}

fn all<const I: usize>(mut kernel: impl Kernel<I, 1>, rows: impl IntoIterator<Item = [f64; I]>) -> Vec<f64> {
    rows.into_iter().map(|row| kernel.update(row)[0]).collect()
}

/// Fifty rows of movement, then one price until the end.
fn stalls() -> impl Iterator<Item = [f64; 1]> {
    (0..50).map(|row| [100.0 + f64::from(row % 7) / 3.0]).chain(std::iter::repeat_n([99.95], 20))
}

#[test]
fn windows_of_one_price_have_no_deviation_slope_or_correlation() {
    let last = |values: Vec<f64>| values.last().copied().expect("a value").to_bits();
    for period in [1, 2, 3, 7, 20] {
        assert_eq!(last(all(StdDev::new(period), stalls())), 0.0_f64.to_bits());
        assert_eq!(last(all(StdDev::sample(period), stalls())), 0.0_f64.to_bits());
        assert_eq!(last(all(ZScore::new(period), stalls())), 0.0_f64.to_bits());
        assert_eq!(last(all(LinearRegressionSlope::new(period), stalls())), 0.0_f64.to_bits());
        assert_eq!(last(all(LinearRegression::new(period), stalls())), 99.95_f64.to_bits());
        assert_eq!(last(all(Rank::new(period), stalls())), 0.0_f64.to_bits());
        let with_rows = stalls().enumerate().map(|(row, [price])| [price, row as f64]);
        assert_eq!(last(all(Correlation::new(period), with_rows)), 0.0_f64.to_bits());
    }
}

#[test]
fn extremes_equal_a_look_at_every_window() {
    let prices: Vec<f64> = (0..500_u32).map(|row| f64::from(row.wrapping_mul(2_654_435_761) >> 22)).collect();
    for period in [1, 2, 3, 5, 14, 100] {
        let highest = all(Highest::new(period), prices.iter().map(|&price| [price]));
        let lowest = all(Lowest::new(period), prices.iter().map(|&price| [price]));
        for (end, window) in prices.windows(period).enumerate() {
            let row = end + period - 1;
            let expected = window.iter().fold(f64::MIN, |a, &b| a.max(b));
            assert_eq!(highest[row].to_bits(), expected.to_bits(), "period {period}, row {row}");
            let expected = window.iter().fold(f64::MAX, |a, &b| a.min(b));
            assert_eq!(lowest[row].to_bits(), expected.to_bits(), "period {period}, row {row}");
        }
    }
}

#[test]
fn a_small_deviation_of_large_prices_survives() {
    let prices = (0..1000).map(|row| [1e9 + f64::from(row % 2) * 1e-3]);
    let deviation = all(StdDev::new(20), prices);
    let spacing = 1e9_f64.next_up() - 1e9;
    assert!((deviation[999] - 5e-4).abs() <= spacing, "{}", deviation[999]);
}

#[test]
fn perfect_correlation_is_one_even_at_1e100() {
    let values = all(Correlation::new(10), (0..30).map(|row| [1e100 * f64::from(row), f64::from(row)]));
    assert!((values[29] - 1.0).abs() < 1e-12, "{}", values[29]);
    let values = all(Correlation::new(10), (0..30).map(|row| [f64::from(row), -3.0 * f64::from(row)]));
    assert!((values[29] + 1.0).abs() < 1e-12, "{}", values[29]);
}

#[test]
fn ranks_count_what_is_below_and_not_what_is_equal() {
    let values = all(Rank::new(4), [1.0, 2.0, 2.0, 3.0, 2.0, 9.0, 0.0].map(|x| [x]));
    assert!(values[3].is_nan());
    assert_eq!(values[4..], [25.0, 100.0, 0.0]);
}

#[test]
fn a_flat_window_of_both_zeros_has_the_sign_of_its_newest() {
    let input = [0.0, 0.0, -0.0, -0.0, 0.0];
    let mut columns = [0.0; 5];
    Mean::new(2).columns([&input], [&mut columns]);
    let mut kernel = Mean::new(2);
    let streamed = input.map(|value| kernel.update([value])[0]);
    assert_eq!(columns.map(f64::to_bits)[1..], streamed.map(f64::to_bits)[1..]);
}

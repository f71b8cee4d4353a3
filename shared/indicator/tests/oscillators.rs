//! Oscillators against golden values, and where their formulas have no say.

mod battery;

use wickflow_indicator::Kernel;
use wickflow_indicator::oscillator::*;

battery! {
    rsi_14: Rsi::new(14), 1e-9;
    cmo_14: Cmo::new(14), 1e-9;
    roc_10: Roc::new(10), 1e-9;
    momentum_10: Momentum::new(10), 1e-9;
    trix_8: Trix::new(8), 1e-9;
    dpo_20: Dpo::new(20), 1e-9;
    tsi_25_13: Tsi::new(25, 13), 1e-9;
    macd_12_26_9: Macd::new(12, 26, 9), 1e-9;
    ppo_12_26_9: Ppo::new(12, 26, 9), 1e-9;
    stochastic_14_3_3: Stochastic::new(14, 3, 3), 1e-9;
    stochastic_fast_14_3: StochasticFast::new(14, 3), 1e-9;
    stoch_rsi_14_5_3: StochRsi::new(14, 5, 3), 1e-9;
    williams_r_14: WilliamsR::new(14), 1e-9;
    cci_20: Cci::new(20), 1e-9;
    ultimate_7_14_28: UltimateOscillator::new(7, 14, 28), 1e-9;
    awesome_5_34: AwesomeOscillator::new(5, 34), 1e-9;
    connors_rsi_3_2_40: ConnorsRsi::new(3, 2, 40), 1e-9;
}

/// The last row after 60 rows of movement and `still` rows at one price.
fn stalled<const I: usize, const O: usize>(mut kernel: impl Kernel<I, O>, still: usize) -> [f64; O] {
    let moves = (0..60).map(|row| 100.0 + f64::from(row % 7) / 3.0);
    let prices = moves.chain(std::iter::repeat_n(99.95, still));
    prices.map(|price| kernel.update([price; I])).last().expect("a row")
}

#[test]
fn nothing_moves() {
    let close =
        |actual: f64, expected: f64| assert!((actual - expected).abs() < 1e-9, "{actual}, {expected}");
    // Long enough that the memory of the movement has vanished, and short enough that only windows forget.
    close(stalled(Rsi::new(14), 20_000)[0], 50.0);
    close(stalled(Cmo::new(14), 20_000)[0], 0.0);
    close(stalled(Tsi::new(25, 13), 20_000)[0], 0.0);
    close(stalled(Trix::new(8), 2_000)[0], 0.0);
    close(stalled(Macd::new(12, 26, 9), 2_000)[2], 0.0);
    close(stalled(Ppo::new(12, 26, 9), 2_000)[0], 0.0);
    for still in 30..60 {
        close(stalled(Stochastic::new(14, 3, 3), still)[1], 0.0);
        close(stalled(WilliamsR::new(14), still)[0], 0.0);
        close(stalled(Cci::new(14), still)[0], 0.0);
        close(stalled(UltimateOscillator::new(7, 14, 28), still)[0], 0.0);
        close(stalled(AwesomeOscillator::new(5, 20), still)[0], 0.0);
        close(stalled(Dpo::new(20), still)[0], 0.0);
        close(stalled(Roc::new(10), still)[0], 0.0);
    }
    // No change ranks 0 among equal ones, and no streak and no change are in the middle of their ranges.
    close(stalled(ConnorsRsi::new(3, 2, 20), 20_000)[0], 100.0 / 3.0);
}

#[test]
fn columns_and_updates_agree_where_distances_vanish() {
    let moves = (0..60).map(|row| f64::from(row % 7) / 3.0);
    let prices: Vec<f64> = moves.chain(std::iter::repeat_n(0.0, 20_000)).collect();
    for fast in [1, 2, 12] {
        let kernel = Macd::new(fast, 26, 9);
        let mut columns: [Vec<f64>; 3] = std::array::from_fn(|_| vec![0.0; prices.len()]);
        kernel.clone().columns([&prices], columns.each_mut().map(Vec::as_mut_slice));
        let mut streaming = kernel;
        for (row, &price) in prices.iter().enumerate() {
            let expected = streaming.update([price]).map(f64::to_bits);
            let actual = columns.each_ref().map(|column| column[row].to_bits());
            assert!(actual == expected || row < 33, "row {row}");
        }
        assert_eq!(columns.map(|column| column[20_000].abs().to_bits()), [0; 3]);
    }
}

#[test]
fn only_gains_and_only_losses_reach_the_ends() {
    let run =
        |mut kernel: Rsi, step: f64| (0..100).map(|row| kernel.update([step * f64::from(row)])[0]).last();
    assert_eq!(run(Rsi::new(14), 0.1), Some(100.0));
    assert_eq!(run(Rsi::new(14), -0.1), Some(0.0));
}

#[test]
fn a_rate_of_change_from_zero_is_zero() {
    let mut roc = Roc::new(1);
    let values = [5.0, 0.0, 3.0, 6.0].map(|price| roc.update([price])[0]);
    assert_eq!(values[1..], [-100.0, 0.0, 100.0]);
    let mut ppo = Ppo::new(1, 2, 1);
    let zeros = [0.0; 3].map(|price| ppo.update([price]));
    assert_eq!(zeros[2].map(f64::to_bits), [0.0_f64; 3].map(f64::to_bits));
}

#[test]
fn fast_and_slow_may_be_given_in_either_order() {
    let (mut one, mut other) = (Macd::new(26, 12, 9), Macd::new(12, 26, 9));
    for row in 0..60 {
        let price = [f64::from(row % 11)];
        assert_eq!(one.update(price).map(f64::to_bits), other.update(price).map(f64::to_bits));
    }
}

/// A close at the top of its range is 100, at the bottom 0.
#[test]
fn the_ends_of_the_range_are_exact() {
    let mut fast = StochasticFast::new(3, 1);
    let rows = [[3.3, 1.1, 2.0], [3.2, 1.2, 2.0], [3.1, 1.3, 3.3], [3.2, 1.2, 1.2], [3.0, 1.1, 1.1]];
    let values = rows.map(|row| fast.update(row)[0]);
    assert_eq!([values[2], values[4]].map(f64::to_bits), [100.0_f64, 0.0].map(f64::to_bits));
}

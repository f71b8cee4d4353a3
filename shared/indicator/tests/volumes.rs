//! Volume indicators against golden values, and where their formulas have no say.

#![expect(clippy::float_cmp, reason = "conventions are exact")]

mod battery;

use wickflow_indicator::Kernel;
use wickflow_indicator::volume::*;

battery! {
    obv: Obv::new(), 1e-12;
    accumulation_distribution: AccumulationDistribution::new(), 1e-12;
    chaikin_3_10: ChaikinOscillator::new(3, 10), 1e-9;
    cmf_20: Cmf::new(20), 1e-10;
    mfi_14: Mfi::new(14), 1e-10;
    vwap: Vwap::new(), 1e-12;
    anchored_vwap: AnchoredVwap::new(), 1e-12;
    force_index_13: ForceIndex::new(13), 1e-10;
    ease_of_movement_14: EaseOfMovement::new(14, 10_000.0), 1e-12;
    volume_oscillator_5_10: VolumeOscillator::new(5, 10), 1e-10;
}

/// The outputs of `rows`.
fn all<const I: usize>(mut kernel: impl Kernel<I, 1>, rows: impl IntoIterator<Item = [f64; I]>) -> Vec<f64> {
    rows.into_iter().map(|row| kernel.update(row)[0]).collect()
}

fn last<const I: usize>(kernel: impl Kernel<I, 1>, rows: impl IntoIterator<Item = [f64; I]>) -> f64 {
    all(kernel, rows).last().copied().expect("a row")
}

#[test]
fn nothing_is_traded() {
    let moving = || (0..60).map(|row| 100.0 + f64::from(row % 7));
    let bars = || moving().map(|close| [close + 1.0, close - 1.0, close, 0.0]);
    assert_eq!(last(Obv::new(), moving().map(|close| [close, 0.0])), 0.0);
    assert_eq!(last(AccumulationDistribution::new(), bars()), 0.0);
    assert_eq!(last(ChaikinOscillator::new(3, 10), bars()), 0.0);
    assert_eq!(last(Cmf::new(20), bars()), 0.0);
    assert_eq!(last(Mfi::new(14), bars()), 0.0);
    assert_eq!(last(ForceIndex::new(13), moving().map(|close| [close, 0.0])), 0.0);
    let boxes = moving().map(|close| [close + 1.0, close - 1.0, 0.0]);
    assert_eq!(last(EaseOfMovement::new(14, 1e4), boxes), 0.0);
    assert_eq!(last(VolumeOscillator::new(5, 10), std::iter::repeat_n([0.0], 60)), 0.0);
    let typical = [[103.0, 100.0, 100.0, 0.0, 1.0], [106.0, 100.0, 100.0, 0.0, 0.0]];
    assert_eq!(all(Vwap::new(), typical), [101.0, 102.0]);
    assert_eq!(all(AnchoredVwap::new(), [[5.0, 0.0, 1.0], [6.0, 0.0, 0.0]]), [5.0, 6.0]);
}

#[test]
fn trading_stops() {
    for stop in 30..70_u32 {
        let row = |row: u32| {
            let volume = if row < stop { 0.1 + f64::from(row % 7) / 3.0 } else { 0.0 };
            let close = 100.0 + f64::from(row * row % 11) * 0.7;
            [close + 1.0, close - 0.7, close, volume]
        };
        let rows = || (0..stop + 60).map(row);
        let idle = |found: Vec<f64>, period: usize| found.into_iter().skip(stop as usize + period);
        assert!(idle(all(Cmf::new(20), rows()), 20).all(|value| value == 0.0), "stops at {stop}");
        assert!(idle(all(Mfi::new(14), rows()), 14).all(|value| value == 0.0), "stops at {stop}");
    }
}

#[test]
fn prices_do_not_move() {
    let bars = || std::iter::repeat_n([99.95, 99.95, 99.95, 7.0], 60);
    assert_eq!(last(Obv::new(), std::iter::repeat_n([99.95, 7.0], 60)), 7.0);
    assert_eq!(last(AccumulationDistribution::new(), bars()), 0.0);
    assert_eq!(last(ChaikinOscillator::new(3, 10), bars()), 0.0);
    assert_eq!(last(Cmf::new(20), bars()), 0.0);
    assert_eq!(last(Mfi::new(14), bars()), 0.0);
    assert_eq!(last(ForceIndex::new(13), std::iter::repeat_n([99.95, 7.0], 60)), 0.0);
    assert_eq!(last(EaseOfMovement::new(14, 1e4), std::iter::repeat_n([99.95, 99.95, 7.0], 60)), 0.0);
    assert_eq!(last(VolumeOscillator::new(5, 10), std::iter::repeat_n([7.0], 60)), 0.0);
}

#[test]
fn flows_have_the_sign_of_the_movement() {
    assert_eq!(all(Obv::new(), [[5.0, 10.0], [6.0, 3.0], [6.0, 4.0], [5.5, 2.0]]), [10.0, 13.0, 13.0, 11.0]);
    let at_high_middle_low = [[2.0, 0.0, 2.0, 8.0], [2.0, 0.0, 1.0, 8.0], [2.0, 0.0, 0.0, 5.0]];
    assert_eq!(all(AccumulationDistribution::new(), at_high_middle_low), [8.0, 8.0, 3.0]);
    let rising = (0..30).map(|row| [f64::from(row) + 2.0, f64::from(row), f64::from(row) + 2.0, 3.0]);
    assert_eq!(last(Mfi::new(14), rising.clone()), 100.0);
    assert_eq!(last(Cmf::new(20), rising), 1.0);
}

#[test]
fn a_session_forgets_the_one_before() {
    let rows = [[10.0, 10.0, 10.0, 1.0, 0.0], [20.0, 20.0, 20.0, 3.0, 0.0], [40.0, 40.0, 40.0, 2.0, 1.0]];
    assert_eq!(all(Vwap::new(), rows), [10.0, 17.5, 40.0]);
}

#[test]
fn an_anchor_must_be_dropped_first() {
    let rows = [[10.0, 1.0, 0.0], [20.0, 1.0, 1.0], [30.0, 3.0, 0.0], [5.0, 1.0, 1.0]];
    let found = all(AnchoredVwap::new(), rows);
    assert!(found[0].is_nan());
    assert_eq!(found[1..], [20.0, 27.5, 5.0]);
}

#[test]
fn periods_are_bounded() {
    assert_eq!(ChaikinOscillator::new(0, 0).warm_up(), 0);
    assert_eq!(last(ChaikinOscillator::new(0, 0), [[2.0, 0.0, 2.0, 8.0]]), 0.0);
    assert_eq!(ChaikinOscillator::new(usize::MAX, 1).warm_up(), 9_999);
    assert_eq!(Cmf::new(0).warm_up(), 0);
    assert_eq!(Mfi::new(usize::MAX).warm_up(), 10_000);
    assert_eq!(ForceIndex::new(0).warm_up(), 1);
    assert_eq!(last(ForceIndex::new(0), [[5.0, 9.0], [6.0, 3.0]]), 3.0);
    assert_eq!(EaseOfMovement::new(0, 1.0).warm_up(), 1);
    assert_eq!(VolumeOscillator::new(0, 7).warm_up(), 6);
}

//! Trend and volatility indicators against golden values, and where their formulas have no say.

#![expect(clippy::float_cmp, reason = "conventions are exact")]

mod battery;

use wickflow_indicator::Kernel;
use wickflow_indicator::trend::*;
use wickflow_indicator::volatility::*;

battery! {
    true_range: TrueRange::new(), 1e-12;
    atr_14: Atr::new(14), 1e-12;
    natr_14: Natr::new(14), 1e-12;
    bollinger_20_2: Bollinger::new(20, 2.0), 1e-9;
    percent_b_20_2: PercentB::new(20, 2.0), 1e-9;
    bandwidth_20_2: Bandwidth::new(20, 2.0), 1e-9;
    keltner_20_10_2: Keltner::new(20, 10, 2.0), 1e-12;
    donchian_20: Donchian::new(20), 1e-12;
    chandelier_22_3: ChandelierExit::new(22, 3.0), 1e-12;
    historical_volatility_20: HistoricalVolatility::new(20, 252.0), 1e-9;
    adx_14: Adx::new(14), 1e-10;
    aroon_14: Aroon::new(14), 1e-12;
    sar_002_02: ParabolicSar::new(0.02, 0.2), 1e-12;
    super_trend_10_3: SuperTrend::new(10, 3.0), 1e-12;
    super_trend_5_1: SuperTrend::new(5, 1.0), 1e-12;
    vortex_14: Vortex::new(14), 1e-10;
    mass_index_9_25: MassIndex::new(9, 25), 1e-10;
    choppiness_14: Choppiness::new(14), 1e-10;
    ichimoku_9_26_52_26: Ichimoku::new(9, 26, 52, 26), 1e-12;
    pivot_points: PivotPoints::new(), 1e-12;
    zig_zag_01: ZigZag::new(0.1), 1e-12;
}

/// The outputs of the last of `rows`.
fn last<K: Kernel<I, O>, const I: usize, const O: usize>(
    mut kernel: K,
    rows: impl IntoIterator<Item = [f64; I]>,
) -> [f64; O] {
    rows.into_iter().map(|row| kernel.update(row)).last().expect("a row")
}

#[track_caller]
fn assert_is<const O: usize>(found: [f64; O], expected: [f64; O]) {
    assert_eq!(found, expected);
}

const STILL: f64 = 99.95;

/// Rows in which nothing moves.
fn still<const I: usize>(rows: usize) -> impl Iterator<Item = [f64; I]> + Clone {
    std::iter::repeat_n([STILL; I], rows)
}

#[test]
fn nothing_moves() {
    assert_is(last(TrueRange::new(), still(60)), [0.0]);
    assert_is(last(Atr::new(14), still(60)), [0.0]);
    assert_is(last(Natr::new(14), still(60)), [0.0]);
    assert_is(last(Bollinger::new(20, 2.0), still(60)), [STILL; 3]);
    assert_is(last(PercentB::new(20, 2.0), still(60)), [0.5]);
    assert_is(last(Bandwidth::new(20, 2.0), still(60)), [0.0]);
    assert_is(last(Keltner::new(20, 10, 2.0), still(60)), [STILL; 3]);
    assert_is(last(Donchian::new(20), still(60)), [STILL; 3]);
    assert_is(last(ChandelierExit::new(22, 3.0), still(60)), [STILL; 2]);
    assert_is(last(HistoricalVolatility::new(20, 252.0), still(60)), [0.0]);
    assert_is(last(Adx::new(14), still(60)), [0.0; 3]);
    assert_is(last(Aroon::new(14), still(60)), [100.0, 100.0, 0.0]);
    assert_is(last(ParabolicSar::new(0.02, 0.2), still(60)), [STILL]);
    assert_is(last(SuperTrend::new(10, 3.0), still(60)), [STILL, 1.0]);
    assert_is(last(Vortex::new(14), still(60)), [0.0; 2]);
    assert_is(last(MassIndex::new(9, 25), still(60)), [25.0]);
    assert_is(last(Choppiness::new(14), still(60)), [100.0]);
    assert_is(last(Ichimoku::new(9, 26, 52, 26), still(90)), [STILL; 4]);
    assert!(last(ZigZag::new(5.0), still(60)).into_iter().all(f64::is_nan), "no turn, no value");
}

#[test]
fn prices_of_zero() {
    let zeros = || std::iter::repeat_n([0.0; 3], 60);
    assert_is(last(Natr::new(14), zeros()), [0.0]);
    assert_is(last(Bandwidth::new(20, 2.0), std::iter::repeat_n([0.0], 60)), [0.0]);
    assert!(last(HistoricalVolatility::new(20, 252.0), std::iter::repeat_n([0.0], 60))[0].is_nan());
}

/// Rows that rise or fall by one each, half a unit to both sides of the close.
fn march(rows: u32, step: f64) -> impl Iterator<Item = [f64; 3]> {
    (0..rows).map(move |row| 1000.0 + step * f64::from(row)).map(|close| [close + 0.5, close - 0.5, close])
}

#[test]
fn a_market_that_stops_keeps_its_adx_and_loses_its_range() {
    let mut rows: Vec<_> = march(60, 1.0).collect();
    let before = last(Adx::new(14), rows.iter().copied());
    assert_eq!(before[0], 100.0);
    rows.extend(std::iter::repeat_n([1059.0; 3], 50_000));
    assert_is(last(Adx::new(14), rows.iter().copied()), [100.0, 0.0, 0.0]);
    assert_is(last(Atr::new(14), rows.iter().copied()), [0.0]);
    let columns: [Vec<f64>; 3] = std::array::from_fn(|i| rows.iter().map(|row| row[i]).collect());
    let mut found: [Vec<f64>; 3] = std::array::from_fn(|_| vec![1.0; rows.len()]);
    let columns = columns.each_ref().map(Vec::as_slice);
    Adx::new(14).columns(columns, found.each_mut().map(Vec::as_mut_slice));
    assert_is(found.map(|column| column[rows.len() - 1]), [100.0, 0.0, 0.0]);
}

#[test]
fn a_window_in_which_nothing_moves_is_not_judged_by_its_rounding_errors() {
    for stop in 30..60 {
        let closes = (0..stop).map(|row| 100.0 / f64::from(1 + row * row % 11));
        let rows = closes.map(|close| [close * 1.1, close * 0.9, close]).chain(still(45));
        let (mut vortex, mut choppiness) = (Vortex::new(14), Choppiness::new(14));
        let found = rows.map(|row| (vortex.update(row), choppiness.update(row)));
        let idle: Vec<_> = found.skip(stop as usize + 15).collect();
        assert!(idle.iter().all(|found| *found == ([0.0; 2], [100.0])), "stops at {stop}");
    }
}

#[test]
fn a_period_of_zero_is_one_and_a_huge_one_is_bounded() {
    let rows: Vec<_> = march(30, -1.0).collect();
    let ranges = last(TrueRange::new(), rows.iter().copied());
    assert_is(last(Atr::new(0), rows.iter().copied()), ranges);
    assert_is(last(Adx::new(0), rows.iter().copied()), [100.0, 0.0, 100.0 / 1.5]);
    assert_is(last(Aroon::new(0), rows.iter().map(|row| [row[0], row[1]])), [0.0, 100.0, -100.0]);
    assert_eq!(Atr::new(usize::MAX).warm_up(), 10_000);
    assert_eq!(Adx::new(usize::MAX).warm_up(), 19_999);
    assert_eq!(Aroon::new(usize::MAX).warm_up(), 9_999);
    assert_eq!(Choppiness::new(0).warm_up(), 2);
    assert_eq!(HistoricalVolatility::new(0, 252.0).warm_up(), 2);
    assert_eq!(Ichimoku::new(0, 0, 0, 0).warm_up(), 1);
    assert_eq!(Bollinger::new(0, 2.0).warm_up(), 0);
    assert_is(last(ParabolicSar::new(f64::NAN, f64::NAN), still(5)), [STILL]);
}

#[test]
fn a_gap_in_the_logarithms_lasts_as_long_as_the_window() {
    let mut kernel = HistoricalVolatility::new(3, 365.0);
    let prices = [100.0, 101.0, 100.0, 101.0, 0.0, 100.0, 101.0, 100.0, 101.0, 100.0];
    let known = prices.map(|price| !kernel.update([price])[0].is_nan());
    assert_eq!(known, [false, false, false, true, false, false, false, false, true, true]);
}

#[test]
fn super_trend_turns_with_closes_beyond_its_bands() {
    let mut kernel = SuperTrend::new(5, 2.0);
    let rows = march(20, 1.0).chain(march(20, -1.0)).chain(march(20, 1.0));
    let directions: Vec<f64> = rows.map(|row| kernel.update(row)[1]).skip(5).collect();
    let turns = directions.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!((directions[0], turns, directions.last()), (1.0, 2, Some(&1.0)));
}

#[test]
fn parabolic_sar_begins_short_after_a_fall() {
    assert!(last(ParabolicSar::new(0.02, 0.2), march(10, -1.0).map(|row| [row[0], row[1]]))[0] > 991.5);
    assert!(last(ParabolicSar::new(0.02, 0.2), march(10, 1.0).map(|row| [row[0], row[1]]))[0] < 1008.5);
}

#[test]
fn a_zig_zag_speaks_when_a_turn_is_confirmed_and_not_before() {
    let mut kernel = ZigZag::new(10.0);
    let rows = [
        ([101.0, 99.0], [f64::NAN; 2]),
        ([112.0, 100.0], [99.0, 1.0]), // 10 % above the low of 99: that was a low
        ([120.0, 105.0], [99.0, 1.0]), // a new high extends the way, though the low is 10 % below it
        ([115.0, 108.5], [99.0, 1.0]), // 9.6 % below the high
        ([110.0, 108.0], [120.0, -1.0]), // 10 %: that was a high
        ([119.0, 107.0], [120.0, -1.0]), // a new low extends, though the high is 10 % above it
        ([118.0, 110.0], [107.0, 1.0]),
    ];
    for (row, expected) in rows {
        let found = kernel.update(row);
        assert!(found == expected || found.iter().chain(&expected).all(|x| x.is_nan()), "{row:?}: {found:?}");
    }
    let mut wide = ZigZag::new(10.0);
    wide.update([101.0, 99.0]);
    let both_ways = wide.update([120.0, 80.0]);
    assert!(both_ways.into_iter().all(f64::is_nan), "which came first is unknown");
    assert_is(wide.update([87.0, 85.0]), [120.0, -1.0]);
}

#[test]
fn pivot_points_wait_for_a_whole_day_and_then_stay() {
    let mut kernel = PivotPoints::new();
    let unseen = kernel.update([200.0, 50.0, 100.0, 0.0]);
    let first_day = [kernel.update([110.0, 95.0, 100.0, 1.0]), kernel.update([112.0, 96.0, 104.0, 0.0])];
    assert!([unseen, first_day[0], first_day[1]].as_flattened().iter().all(|x| x.is_nan()));
    let expected =
        [311.0 / 3.0, 622.0 / 3.0 - 95.0, 311.0 / 3.0 + 17.0, 622.0 / 3.0 - 112.0, 311.0 / 3.0 - 17.0];
    assert_is(kernel.update([300.0, 10.0, 100.0, 1.0]), expected);
    assert_is(kernel.update([500.0, 5.0, 100.0, 0.0]), expected);
}

#[test]
fn ichimoku_answers_yesterdays_cloud() {
    // With periods of 1, every line is the middle of its row.
    let mut kernel = Ichimoku::new(1, 1, 1, 3);
    let found: Vec<_> =
        (0..6).map(|row| kernel.update([f64::from(row) + 1.0, f64::from(row) - 1.0])).collect();
    assert!(found[2][2].is_nan() && found[2][3].is_nan());
    assert_is(found[3], [3.0, 3.0, 0.0, 0.0]);
    assert_is(found[5], [5.0, 5.0, 2.0, 2.0]);
}

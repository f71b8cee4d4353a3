//! Candles drawn by hand: for each pattern some that match, and near misses that do not.

use wickflow_indicator::pattern::{self, Bias, CandlePattern, Pattern};
use wickflow_indicator::{Kernel, columns_by_update};

type Row = [f64; 4];

/// What came before the candles of a case: six candles that only matter by their closes.
#[derive(Clone, Copy)]
enum After {
    Decline,
    Rise,
    Flat,
}
use After::{Decline, Flat, Rise};

impl After {
    fn rows(self) -> [Row; 6] {
        let step = match self {
            Decline => -1.0,
            Rise => 1.0,
            Flat => 0.0,
        };
        [5.0, 4.0, 3.0, 2.0, 1.0, 0.0].map(|ago| {
            let price = 100.0 - ago * step;
            [price, price + 1.0, price - 1.0, price]
        })
    }
}

fn pattern_of(name: &str) -> &'static Pattern {
    pattern::find(name).unwrap_or_else(|| panic!("no pattern {name}"))
}

fn answers(pattern: &'static Pattern, rows: impl IntoIterator<Item = Row>) -> Vec<f64> {
    let mut kernel = CandlePattern::new(pattern);
    rows.into_iter().map(|row| kernel.update(row)[0]).collect()
}

/// The answer at the last of `rows` is `expected`.
#[track_caller]
fn check(name: &str, after: After, rows: &[Row], expected: f64) {
    let found = answers(pattern_of(name), after.rows().into_iter().chain(rows.iter().copied()));
    assert_eq!(found.last(), Some(&expected), "{name} at the end of {rows:?}");
}

#[test]
fn dojis() {
    check("doji", Flat, &[[100.0, 105.0, 95.0, 101.0]], 1.0);
    check("doji", Flat, &[[100.0, 105.0, 95.0, 101.1]], 0.0);
    check("doji", Flat, &[[100.0, 100.0, 100.0, 100.0]], 0.0); // no range, no shape
    check("dragonfly_doji", Flat, &[[100.0, 100.5, 91.0, 100.2]], 1.0);
    check("dragonfly_doji", Flat, &[[100.0, 102.0, 91.0, 100.2]], 0.0); // an upper shadow
    check("dragonfly_doji", Flat, &[[100.0, 100.5, 91.0, 98.0]], 0.0); // a body
    check("gravestone_doji", Flat, &[[100.0, 109.0, 99.5, 99.8]], -1.0);
    check("gravestone_doji", Flat, &[[100.0, 109.0, 97.0, 99.8]], 0.0); // a lower shadow
    check("gravestone_doji", Flat, &[[100.0, 100.0, 91.0, 100.0]], 0.0); // upside down
}

#[test]
fn bodies() {
    check("spinning_top", Flat, &[[100.0, 105.0, 95.0, 102.0]], 1.0);
    check("spinning_top", Flat, &[[100.0, 105.0, 95.0, 100.5]], 0.0); // a doji
    check("spinning_top", Flat, &[[100.0, 105.0, 99.0, 101.5]], 0.0); // short lower shadow
    check("spinning_top", Flat, &[[100.0, 105.0, 95.0, 103.5]], 0.0); // body above 30 %
    check("marubozu", Flat, &[[100.0, 110.0, 100.0, 110.0]], 1.0);
    check("marubozu", Flat, &[[110.0, 110.2, 100.0, 100.1]], -1.0);
    check("marubozu", Flat, &[[100.0, 111.0, 100.0, 110.0]], 0.0); // body 90.9 %
    check("marubozu", Flat, &[[100.0, 100.0, 100.0, 100.0]], 0.0);
}

#[test]
fn hammers() {
    let hammer = [99.0, 100.1, 95.0, 100.0];
    check("hammer", Decline, &[hammer], 1.0);
    check("hammer", Rise, &[hammer], 0.0);
    check("hammer", Flat, &[hammer], 0.0);
    check("hammer", Decline, &[[99.0, 101.5, 95.0, 100.0]], 0.0); // an upper shadow
    check("hammer", Decline, &[[98.0, 100.1, 95.0, 100.0]], 0.0); // a body too long for its shadow
    check("hanging_man", Rise, &[hammer], -1.0);
    check("hanging_man", Decline, &[hammer], 0.0);
    let inverted = [100.0, 104.0, 98.9, 99.0];
    check("inverted_hammer", Decline, &[inverted], 1.0);
    check("inverted_hammer", Rise, &[inverted], 0.0);
    check("inverted_hammer", Decline, &[[100.0, 104.0, 97.0, 99.0]], 0.0); // a lower shadow
    check("shooting_star", Rise, &[inverted], -1.0);
    check("shooting_star", Decline, &[inverted], 0.0);
    check("shooting_star", Rise, &[hammer], 0.0);
}

#[test]
fn engulfing_and_harami() {
    let small_fall = [101.0, 102.0, 99.0, 100.0];
    check("engulfing", Flat, &[small_fall, [99.5, 102.0, 99.0, 101.5]], 1.0);
    check("engulfing", Flat, &[small_fall, [100.0, 102.0, 99.0, 101.0]], 0.0); // the same body
    check("engulfing", Flat, &[small_fall, [100.5, 103.0, 99.0, 102.5]], 0.0); // does not reach down
    check("engulfing", Flat, &[small_fall, [101.5, 102.0, 99.0, 99.5]], 0.0); // the same color
    check("engulfing", Flat, &[[100.0, 102.0, 99.0, 101.0], [101.5, 102.0, 99.0, 99.5]], -1.0);
    let long_fall = [105.0, 105.5, 99.5, 100.0];
    let long_rise = [100.0, 105.5, 99.5, 105.0];
    check("harami", Flat, &[long_fall, [101.0, 103.0, 100.5, 102.0]], 1.0);
    check("harami", Flat, &[long_rise, [102.0, 103.0, 100.5, 101.0]], -1.0);
    check("harami", Flat, &[long_fall, [100.5, 104.0, 100.0, 103.5]], 0.0); // more than half as long
    check("harami", Flat, &[long_fall, [99.5, 103.0, 99.0, 101.0]], 0.0); // sticks out
    check("harami", Flat, &[[105.0, 109.0, 96.0, 100.0], [101.0, 103.0, 100.5, 102.0]], 0.0); // first not long
}

#[test]
fn piercing_line_and_dark_cloud_cover() {
    let fall = [105.0, 105.5, 99.5, 100.0];
    check("piercing_line", Flat, &[fall, [99.0, 104.0, 98.5, 103.0]], 1.0);
    check("piercing_line", Flat, &[fall, [100.0, 104.0, 98.5, 103.0]], 1.0); // touching will do
    check("piercing_line", Flat, &[fall, [100.1, 104.0, 98.5, 103.0]], 0.0);
    check("piercing_line", Flat, &[fall, [99.0, 104.0, 98.5, 102.5]], 0.0); // the middle itself
    check("piercing_line", Flat, &[fall, [99.0, 106.0, 98.5, 105.0]], 0.0); // engulfs
    let rise = [100.0, 105.5, 99.5, 105.0];
    check("dark_cloud_cover", Flat, &[rise, [106.0, 106.5, 101.0, 102.0]], -1.0);
    check("dark_cloud_cover", Flat, &[rise, [104.9, 106.5, 101.0, 102.0]], 0.0);
    check("dark_cloud_cover", Flat, &[rise, [106.0, 106.5, 101.0, 102.5]], 0.0);
    check("dark_cloud_cover", Flat, &[rise, [106.0, 106.5, 99.0, 100.0]], 0.0);
    check("dark_cloud_cover", Flat, &[fall, [106.0, 106.5, 101.0, 102.0]], 0.0);
}

#[test]
fn inside_and_outside_bars() {
    let mother = [100.0, 105.0, 95.0, 101.0];
    check("inside_bar", Flat, &[mother, [100.0, 104.0, 96.0, 99.0]], 1.0);
    check("inside_bar", Flat, &[mother, [100.0, 105.0, 96.0, 99.0]], 0.0); // the same high
    check("outside_bar", Flat, &[mother, [100.0, 106.0, 94.0, 103.0]], 1.0);
    check("outside_bar", Flat, &[mother, [100.0, 106.0, 94.0, 97.0]], -1.0);
    check("outside_bar", Flat, &[mother, [100.0, 106.0, 94.0, 100.0]], 0.0); // no color
    check("outside_bar", Flat, &[mother, [100.0, 106.0, 95.0, 103.0]], 0.0); // the same low
}

#[test]
fn tweezers() {
    let bottom = [[99.0, 100.0, 95.0, 96.0], [96.0, 100.0, 95.2, 99.0]];
    check("tweezer", Decline, &bottom, 1.0);
    check("tweezer", Rise, &bottom, 0.0);
    check("tweezer", Decline, &[[99.0, 100.0, 95.0, 96.0], [96.0, 100.0, 95.3, 99.0]], 0.0);
    check("tweezer", Decline, &[[96.0, 100.0, 95.0, 99.0], [96.0, 100.0, 95.0, 99.0]], 0.0); // both rise
    check("tweezer", Rise, &[[100.0, 105.0, 99.0, 104.0], [104.0, 105.2, 100.0, 101.0]], -1.0);
    check("tweezer", Decline, &[[100.0, 105.0, 99.0, 104.0], [104.0, 105.2, 100.0, 101.0]], 0.0);
}

#[test]
fn stars() {
    let fall = [110.0, 111.0, 99.0, 100.0];
    let low_star = [99.0, 100.0, 97.0, 99.5];
    check("morning_star", Flat, &[fall, low_star, [100.0, 108.0, 99.0, 107.0]], 1.0);
    check("morning_star", Flat, &[fall, low_star, [100.0, 108.0, 99.0, 105.0]], 0.0); // only the middle
    check("morning_star", Flat, &[fall, [99.0, 103.0, 97.0, 100.5], [100.0, 108.0, 99.0, 107.0]], 0.0);
    check("morning_star", Flat, &[fall, [97.0, 100.0, 97.0, 99.5], [100.0, 108.0, 99.0, 107.0]], 0.0);
    let rise = [100.0, 111.0, 99.0, 110.0];
    let high_star = [111.0, 113.0, 110.0, 110.5];
    check("evening_star", Flat, &[rise, high_star, [110.0, 111.0, 102.0, 103.0]], -1.0);
    check("evening_star", Flat, &[rise, high_star, [110.0, 111.0, 102.0, 105.0]], 0.0);
    check("evening_star", Flat, &[fall, high_star, [110.0, 111.0, 102.0, 103.0]], 0.0);
    check("evening_star", Flat, &[rise, [109.0, 113.0, 109.0, 109.5], [110.0, 111.0, 102.0, 103.0]], 0.0);
}

#[test]
fn soldiers_and_crows() {
    let first = [100.0, 104.5, 99.5, 104.0];
    let second = [102.0, 106.5, 101.5, 106.0];
    check("three_white_soldiers", Flat, &[first, second, [105.0, 109.0, 104.5, 108.0]], 1.0);
    check("three_white_soldiers", Flat, &[first, second, [106.5, 110.0, 106.0, 109.5]], 0.0); // a gap
    check("three_white_soldiers", Flat, &[first, second, [104.0, 106.2, 103.5, 105.9]], 0.0); // no new close
    check("three_white_soldiers", Flat, &[first, second, [105.0, 112.0, 104.5, 108.0]], 0.0); // a long shadow
    let first = [110.0, 110.5, 105.5, 106.0];
    let second = [108.0, 108.5, 103.5, 104.0];
    check("three_black_crows", Flat, &[first, second, [105.0, 105.5, 101.0, 101.5]], -1.0);
    check("three_black_crows", Flat, &[first, second, [103.5, 103.8, 101.0, 101.5]], 0.0);
    check("three_black_crows", Flat, &[first, second, [107.0, 107.2, 104.0, 104.5]], 0.0);
    check("three_black_crows", Flat, &[first, [106.0, 108.5, 105.5, 108.0], second], 0.0);
}

#[test]
fn thresholds_are_where_the_definitions_say() {
    check("harami", Flat, &[[106.0, 108.0, 98.0, 100.0], [101.0, 103.0, 100.5, 102.0]], 1.0); // 60 % long
    check("harami", Flat, &[[105.9, 108.0, 98.0, 100.0], [101.0, 103.0, 100.5, 102.0]], 0.0);
    check("spinning_top", Flat, &[[100.0, 106.5, 96.5, 103.0]], 1.0); // 30 % small
    check("spinning_top", Flat, &[[100.0, 106.5, 96.5, 103.1]], 0.0);
    check("dragonfly_doji", Flat, &[[100.0, 101.0, 91.0, 100.0]], 1.0); // 10 % is no shadow
    check("dragonfly_doji", Flat, &[[100.0, 101.1, 91.0, 100.0]], 0.0);
    check("marubozu", Flat, &[[100.0, 119.5, 99.5, 119.0]], 1.0); // 95 % full
    check("marubozu", Flat, &[[100.0, 119.6, 99.5, 119.0]], 0.0);
}

#[test]
fn the_trend_before_is_five_candles_long() {
    let closes = |first: f64| [first, 90.0, 90.0, 90.0, 90.0, 100.0].map(|price| [price; 4]);
    let hammer = [99.0, 100.1, 95.0, 100.0];
    for (first, expected) in [(101.0, 1.0), (100.0, 0.0), (99.0, 0.0)] {
        let rows = closes(first).into_iter().chain([hammer]);
        assert_eq!(answers(pattern_of("hammer"), rows).last(), Some(&expected), "{first}");
    }
}

#[test]
fn the_table_is_sound() {
    let names: Vec<_> = pattern::all().map(|pattern| pattern.name).collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len(), "two patterns share a name");
    for pattern in pattern::all() {
        assert!((1..=3).contains(&pattern.candles), "{}", pattern.name);
        assert!(pattern.definition.ends_with('.') && !pattern.definition.contains("  "), "{}", pattern.name);
    }
}

/// Candles with all kinds of shapes, by a small multiplicative generator.
fn noise(rows: usize) -> Vec<Row> {
    let mut state = 7_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u8::try_from(state >> 60).expect("four bits"))
    };
    (0..rows)
        .map(|_| {
            let (open, close) = (50.0 + draw(), 50.0 + draw());
            [open, open.max(close) + draw() / 2.0, open.min(close) - draw() / 2.0, close]
        })
        .collect()
}

#[test]
fn every_pattern_shows_its_bias_and_only_that() {
    let rows = noise(200_000);
    for pattern in pattern::all() {
        let found = answers(pattern, rows.iter().copied());
        let (bullish, bearish) = (found.contains(&1.0), found.contains(&-1.0));
        let expected = match pattern.bias {
            Bias::Bullish | Bias::Neutral => (true, false),
            Bias::Bearish => (false, true),
            Bias::Either => (true, true),
        };
        assert_eq!((bullish, bearish), expected, "{}", pattern.name);
    }
}

#[test]
fn the_first_answer_comes_at_warm_up_and_columns_agree() {
    let rows = noise(300);
    let inputs: [Vec<f64>; 4] = std::array::from_fn(|i| rows.iter().map(|row| row[i]).collect());
    let inputs = inputs.each_ref().map(Vec::as_slice);
    for pattern in pattern::all() {
        let fresh = CandlePattern::new(pattern);
        let streamed = answers(pattern, rows.iter().copied());
        assert_eq!(streamed.iter().take_while(|x| x.is_nan()).count(), fresh.warm_up(), "{}", pattern.name);
        assert!(streamed.iter().skip(fresh.warm_up()).all(|x| !x.is_nan()), "{}", pattern.name);
        let (mut fast, mut slow) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
        fresh.clone().columns(inputs, [&mut fast]);
        columns_by_update(fresh, inputs, [&mut slow]);
        let bits = |column: &[f64]| column.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&fast), bits(&slow));
        assert_eq!(bits(&fast), bits(&streamed));
    }
}

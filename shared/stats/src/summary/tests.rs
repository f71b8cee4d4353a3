use proptest::prelude::*;

use super::*;
use crate::View;
use crate::drawdown::Drawdown;
use crate::testing::{GOLDEN_EQUITY, GOLDEN_PNL, assert_close, trade};
use crate::trades::Outcomes;

const DAY: i64 = 86_400_000;

fn input<'a>(daily: &'a [(i64, f64)], trades: &'a [TradeResult]) -> SummaryInput<'a> {
    let mut drawdown = Drawdown::new(100.0);
    daily.iter().for_each(|(_, equity)| drawdown.push(*equity, *equity, *equity));
    SummaryInput {
        start_ms: 0,
        end_ms: daily.last().map_or(0, |(time_ms, _)| *time_ms),
        start_equity: 100.0,
        daily,
        drawdown: drawdown.summary(),
        trades,
        benchmark: &[],
        basis: Basis::SESSIONS,
        time_in_market: None,
        capital_exposure: None,
        fees: 0.0,
        slippage: 0.0,
        traded_value: 0.0,
        trials: None,
    }
}

fn days(equity: &[f64]) -> Vec<(i64, f64)> {
    (1..).map(|day| day * DAY).zip(equity.iter().copied()).collect()
}

#[track_caller]
fn value(metrics: &[Metric], key: &str) -> Ratio {
    metrics.iter().find(|metric| metric.key == key).expect("a metric of this key").value
}

#[track_caller]
fn check(metrics: &[Metric], expected: &[(&str, f64)]) {
    for (key, expected) in expected {
        assert_close(value(metrics, key).value().unwrap_or_else(|| panic!("{key} is undefined")), *expected);
    }
}

/// The vectors of `returns`, `sharpe`, `sortino`, `drawdown` and `trades` (numpy 2.4.6), in one report.
#[test]
fn golden_report() {
    let daily = days(&GOLDEN_EQUITY[1..]);
    let trades = GOLDEN_PNL.map(trade);
    let metrics = summarize(&input(&daily, &trades));
    check(
        &metrics,
        &[
            ("total_return", 0.055_241),
            ("cagr", 49.797_054_447_327_8),
            ("annual_return", 14.028_772_248_719_2),
            ("sharpe", 2.487_865_286_588_19),
            ("sharpe_per_day", 0.156_720_781_993_876),
            ("sortino", 4.444_862_202_588_51),
            ("max_drawdown", 0.1),
            ("max_drawdown_daily", 0.1),
            ("max_drawdown_cash", 11.495),
            ("calmar", 497.970_544_473_278),
            ("psr", 0.620_606_519_374_198),
            ("profit_factor", 1.647_058_823_529_41),
            ("expectancy", 15.714_285_714_285_7),
            ("sqn", 0.531_085_004_543_794),
            ("win_rate", 0.5),
            ("break_evens", 1.0),
            ("kelly", 0.196_428_571_428_571),
            ("half_kelly", 0.196_428_571_428_571 / 2.0),
            ("drawdowns", 2.0),
            ("longest_drawdown", 2.0 * DAY as f64),
        ],
    );
}

/// One series, other platforms' numbers.
#[test]
fn golden_comparison() {
    let daily = days(&GOLDEN_EQUITY[1..]);
    let trades = GOLDEN_PNL.map(trade);
    let input = input(&daily, &trades);
    assert_eq!(compare_as(View::Ours, &input), []);
    check(
        &compare_as(View::Lean, &input),
        &[
            ("cagr", 49.660_672_068_453_6),
            ("annual_return", 32.232_625_945_638_6),
            ("sharpe", 22.729_714_054_913_9),
            ("sortino", 57.430_210_935_533_4),
            ("win_rate", 3.0 / 7.0),
        ],
    );
    check(
        &compare_as(View::BacktestingPy, &input),
        &[
            ("volatility", 37.127_615_184_500_3),
            ("sharpe", 0.377_852_770_209_056),
            ("sortino", 17.674_591_699_845_5),
            ("calmar", 140.287_722_487_192),
            ("win_rate", 3.0 / 7.0),
            ("kelly", 0.081_632_653_061_224_5),
        ],
    );
    check(
        &compare_as(View::Quantstats, &input),
        &[
            ("cagr", 14.028_772_248_719_2),
            ("sharpe", 2.487_865_286_588_19),
            ("sortino", 4.444_862_202_588_51),
        ],
    );
    check(&compare_as(View::TradingView, &input), &[("sharpe", 0.156_720_781_993_876), ("sortino", 0.28)]);
}

/// Against a benchmark of 100, 102, 101, 104, 103, 106 and 2 % a year risk-free: numpy 2.4.6.
#[test]
fn golden_comparison_with_a_benchmark() {
    let daily = days(&GOLDEN_EQUITY[1..]);
    let benchmark: Vec<_> =
        std::iter::once((0, 100.0)).chain(days(&[102.0, 101.0, 104.0, 103.0, 106.0])).collect();
    let trades = GOLDEN_PNL.map(trade);
    let mut input = SummaryInput { benchmark: &benchmark, ..input(&daily, &trades) };
    input.basis.risk_free_annual = 0.02;
    check(&summarize(&input), &[("beta", 3.826_280_230_942_3)]);
    check(
        &compare_as(View::Lean, &input),
        &[
            ("alpha", -38.960_630_738_236_9),
            ("information_ratio", 11.781_303_704_625_9),
            ("expectancy", 0.134_453_781_512_605),
        ],
    );
    check(
        &compare_as(View::Quantstats, &input),
        &[
            ("alpha", -7.928_869_565_549_54),
            ("information_ratio", 0.029_101_792_600_943_6),
            ("treynor", 0.009_210_250_654_150_68),
            ("kelly", 0.190_909_090_909_091),
            ("profit_factor", 1.466_666_666_666_67),
        ],
    );
    check(&compare_as(View::BacktestingPy, &input), &[("expectancy", 0.015_714_285_714_285_7)]);
}

#[test]
fn keys_are_unique_and_never_depend_on_the_data() {
    let keys = |metrics: Vec<Metric>| metrics.iter().map(|metric| metric.key).collect::<Vec<_>>();
    let daily = days(&GOLDEN_EQUITY[1..]);
    let full = keys(summarize(&input(&daily, &GOLDEN_PNL.map(trade))));
    assert_eq!(full, keys(summarize(&input(&[], &[]))));
    assert_eq!(full.iter().collect::<std::collections::BTreeSet<_>>().len(), full.len());
    assert!(full.len() >= 60, "{}", full.len());
    for view in [View::Lean, View::BacktestingPy, View::Quantstats, View::TradingView] {
        let compared = keys(compare_as(view, &input(&[], &[])));
        assert!(compared.iter().all(|key| full.contains(key)), "{compared:?}");
    }
}

#[test]
fn nothing_happened() {
    let metrics = summarize(&input(&[], &[]));
    for key in ["cagr", "sharpe", "sortino", "calmar", "profit_factor", "win_rate", "psr", "beta", "var_95"] {
        assert_eq!(value(&metrics, key), Ratio::Undefined, "{key}");
    }
    assert_eq!(value(&metrics, "total_return"), Ratio::Value(0.0));
    assert_eq!(value(&metrics, "max_drawdown"), Ratio::Value(0.0));
    let json = serde_json::to_string(&metrics).unwrap();
    assert!(!json.contains("-0.0"), "no negative zero from sums of nothing");
}

#[test]
fn constant_equity_and_one_return() {
    for equity in [&[100.0; 5][..], &[110.0]] {
        let daily = days(equity);
        let metrics = summarize(&input(&daily, &[]));
        assert_eq!(value(&metrics, "sharpe"), Ratio::Undefined);
        assert_eq!(value(&metrics, "sortino"), Ratio::Undefined);
    }
}

#[test]
fn equity_to_zero() {
    let daily = days(&[50.0, 0.0, 0.0]);
    let metrics = summarize(&input(&daily, &[trade(-50.0), trade(-50.0)]));
    for (key, expected) in
        [("total_return", -1.0), ("cagr", -1.0), ("calmar", -1.0), ("periods", 2.0), ("max_drawdown", 1.0)]
    {
        assert_eq!(value(&metrics, key), Ratio::Value(expected), "{key}");
    }
    assert_eq!(value(&metrics, "profit_factor"), Ratio::Value(0.0));
}

#[test]
fn no_losses_are_said_in_words() {
    let daily = days(&[101.0, 103.0]);
    let metrics = summarize(&input(&daily, &[trade(1.0), trade(2.0)]));
    for key in ["sortino", "calmar", "omega", "profit_factor", "payoff_ratio", "kelly", "recovery_factor"] {
        assert_eq!(value(&metrics, key), Ratio::NoLosses, "{key}");
    }
}

/// The benchmark has a day more and a day less than the strategy; both move alike on the common ones.
#[test]
fn benchmark_is_matched_by_time() {
    let daily = days(&GOLDEN_EQUITY[1..]);
    let mut prices: Vec<_> = std::iter::once((0, 100.0)).chain(daily.iter().copied()).collect();
    prices.remove(2);
    prices.insert(2, (2 * DAY + 1, 7.0));
    let input = SummaryInput { benchmark: &prices, ..input(&daily, &[]) };
    let metrics = summarize(&input);
    check(&metrics, &[("beta", 1.0), ("correlation", 1.0), ("benchmark_return", 0.055_241)]);
    assert_eq!(value(&metrics, "excess_return"), Ratio::Value(0.0));
    assert_eq!(value(&metrics, "tracking_error"), Ratio::Value(0.0));
}

#[test]
fn costs_and_turnover() {
    let daily = days(&[100.0, 110.0]);
    let input = SummaryInput { fees: 6.0, slippage: 4.0, traded_value: 620.0, ..input(&daily, &[]) };
    // Ten of twenty before costs; 620 over the mean of 100, 100 and 110, in two days of 365.25.
    check(&summarize(&input), &[("cost_share", 0.5), ("turnover", 6.0 * 365.25 / 2.0)]);
}

#[test]
fn wire_form() {
    let metrics = summarize(&input(&[], &[]));
    let sharpe = metrics.iter().find(|metric| metric.key == "sharpe").unwrap();
    let expected = "{\"key\":\"sharpe\",\"label\":\"Sharpe ratio\",\"value\":null,\"unit\":\"ratio\",\"convention\":\"Mean \
                    excess daily return / sample standard deviation (n − 1) · √A.\"}";
    assert_eq!(serde_json::to_string(sharpe).unwrap(), expected);
}

fn trades() -> impl Strategy<Value = Vec<TradeResult>> {
    let one = (-1e4..1e4f64, prop::option::of(0.0..1e3f64), any::<bool>())
        .prop_map(|(pnl, risk, is_long)| TradeResult { risk, is_long, ..trade(pnl) });
    prop::collection::vec(one, 0..40)
}

fn equity() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![8 => 1.0..1e6f64, 1 => Just(0.0), 1 => -1e6..1e6f64, 1 => Just(1e300)];
    prop::collection::vec(value, 0..40)
}

proptest! {
    /// Finite in, finite or undefined out; the quick figures are the report's, bit for bit.
    #[test]
    fn always_finite_and_quick_agrees(equity in equity(), trades in trades(), risk_free in -0.5..0.5f64) {
        let daily = days(&equity);
        let mut input = input(&daily, &trades);
        input.benchmark = &daily;
        input.basis.risk_free_annual = risk_free;
        input.trials = Some(Trials { count: 20, sharpe_variance: 0.01 });
        let metrics = summarize(&input);
        let compared = [View::Lean, View::BacktestingPy, View::Quantstats, View::TradingView];
        for metric in metrics.iter().copied().chain(compared.iter().flat_map(|view| compare_as(*view, &input))) {
            prop_assert!(metric.value.value().is_none_or(f64::is_finite), "{}", metric.key);
        }
        let quick = quick(
            &QuickInput {
                start_ms: input.start_ms,
                end_ms: input.end_ms,
                start_equity: input.start_equity,
                daily: &daily,
                max_drawdown: input.drawdown.intrabar,
                outcomes: Outcomes::of(trades.iter().map(|trade| trade.pnl)),
                basis: input.basis,
            },
            &mut vec![9.0; 3],
        );
        for (key, expected) in [
            ("total_return", Ratio::from(quick.total_return)),
            ("cagr", Ratio::from(quick.cagr)),
            ("sharpe", Ratio::from(quick.sharpe)),
            ("sortino", quick.sortino),
            ("max_drawdown", Ratio::from(quick.max_drawdown)),
            ("calmar", quick.calmar),
            ("trades", Ratio::from(quick.trades as f64)),
            ("profit_factor", quick.profit_factor),
            ("win_rate", Ratio::from(quick.win_rate)),
        ] {
            prop_assert_eq!(value(&metrics, key), expected, "{}", key);
        }
    }

    /// Counts and extremes of trades do not depend on their order; streaks may.
    #[test]
    fn order_of_trades_does_not_matter(trades in trades()) {
        let forward = summarize(&input(&[], &trades));
        let reversed: Vec<_> = trades.iter().rev().copied().collect();
        let backward = summarize(&input(&[], &reversed));
        for key in ["trades", "wins", "losses", "win_rate", "median_trade", "best_trade", "worst_trade", "win_streak"] {
            prop_assert_eq!(value(&forward, key), value(&backward, key), "{}", key);
        }
        for key in ["profit_factor", "expectancy", "sqn", "profit_concentration"] {
            match (value(&forward, key), value(&backward, key)) {
                (Ratio::Value(a), Ratio::Value(b)) => prop_assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0)),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    /// Depths of positive equity lie in [0, 1].
    #[test]
    fn depths_are_fractions(equity in prop::collection::vec(1e-3..1e9f64, 1..60)) {
        let metrics = summarize(&input(&days(&equity), &[]));
        for key in ["max_drawdown", "max_drawdown_close", "max_drawdown_daily", "current_drawdown", "ulcer_index"] {
            let depth = value(&metrics, key).value().unwrap();
            prop_assert!((0.0..=1.0).contains(&depth), "{} is {}", key, depth);
        }
    }
}

//! The simulated market has what is known of real ones (R. Cont, "Empirical properties of asset returns:
//! stylized facts and statistical issues", 2001). The seed is fixed, so these do not fail by chance.

use wickflow_shared::market::CandleColumns;
use wickflow_shared::time::Timeframe;

use super::{Hand, symbol, time};
use crate::draw::Draws;
use crate::sim::SimFeed;
use crate::sim::profile::PROFILES;
use crate::sim::walk::{FIRST_DAY, Walk};

async fn candles(name: &str, timeframe: Timeframe, from: &str, to: &str) -> CandleColumns {
    let source = SimFeed::new(42, Hand::at("2026-03-10T00:00:00Z")).source();
    source.range(&symbol(name), timeframe, time(from), time(to), usize::MAX).await.unwrap()
}

fn returns(candles: &CandleColumns) -> Vec<f64> {
    candles.closes().windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn central_moment(values: &[f64], power: i32) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(power)).sum::<f64>() / values.len() as f64
}

fn kurtosis(values: &[f64]) -> f64 {
    central_moment(values, 4) / central_moment(values, 2).powi(2)
}

fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let mean = mean(values);
    let pairs = values.iter().zip(values.iter().skip(lag));
    let covariance = pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / values.len() as f64;
    covariance / central_moment(values, 2)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let covariance = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>() / a.len() as f64;
    covariance / (central_moment(a, 2) * central_moment(b, 2)).sqrt()
}

#[tokio::test]
async fn volatility_comes_in_clusters_and_tails_are_fat() {
    for (name, from, to) in
        [("SIM:BTCUSD", "2025-06-01", "2025-06-15"), ("SIMX:VOLT", "2025-04-01", "2025-06-15")]
    {
        let minutes = returns(&candles(name, Timeframe::M1, from, to).await);
        let size: Vec<f64> = minutes.iter().map(|r| r.abs()).collect();
        for lag in [1, 5, 30] {
            let memory = autocorrelation(&size, lag);
            assert!(memory > 0.05, "{name}: |returns| {lag} minutes apart: {memory}");
        }
        assert!(autocorrelation(&minutes, 1).abs() < 0.1, "{name}: the direction cannot be foretold");
        assert!(kurtosis(&minutes) > 4.0, "{name}: {}", kurtosis(&minutes));
    }
    let days = returns(&candles("SIM:BTCUSD", Timeframe::Day, "2022-01-01", "2026-01-01").await);
    assert!(kurtosis(&days) > 3.5, "daily: {}", kurtosis(&days));
    let size: Vec<f64> = days.iter().map(|r| r.abs()).collect();
    assert!(autocorrelation(&size, 1) > 0.1, "daily: {}", autocorrelation(&size, 1));
}

#[test]
fn prices_stay_plausible_for_years() {
    for seed in [0, 42] {
        let root = Draws::from_seed(seed);
        for profile in &PROFILES {
            let mut walk = Walk::new(profile, root.named(profile.symbol), root.named("exchange"));
            let days: Vec<_> =
                (FIRST_DAY..FIRST_DAY + 10 * 365).filter_map(|day| walk.anchor(profile, day)).collect();
            for anchor in &days {
                for price in [anchor.open.exp(), anchor.close.exp()] {
                    let ratio = price / profile.price;
                    assert!((0.1..10.0).contains(&ratio), "{}: {ratio}", profile.symbol);
                }
            }
            let returns: Vec<_> = days.windows(2).map(|pair| pair[1].close - pair[0].close).collect();
            let deviation = central_moment(&returns, 2).sqrt() / profile.daily_volatility;
            assert!((0.7..1.5).contains(&deviation), "{}: {deviation} of its volatility", profile.symbol);
        }
    }
}

#[tokio::test]
async fn every_candle_of_a_year_is_possible() {
    for name in ["SIM:DOGEUSD", "SIMS:GARD"] {
        let minutes = candles(name, Timeframe::M1, "2024-01-01", "2025-01-01").await;
        assert_eq!(minutes.check(), Ok(()), "{name}");
        assert!(minutes.trades().iter().all(|trades| *trades >= 4));
        // A candle has a range, and mostly both wicks.
        let with_wicks =
            minutes.iter().filter(|c| c.high > c.open.max(c.close) && c.low < c.open.min(c.close));
        let share = with_wicks.count() as f64 / minutes.len() as f64;
        assert!(share > 0.25, "{name}: {share}");
    }
}

#[tokio::test]
async fn shares_open_with_gaps_and_coins_do_not() {
    let gaps = |days: &CandleColumns| -> Vec<f64> {
        days.opens()
            .iter()
            .skip(1)
            .zip(days.closes())
            .map(|(open, close)| (open / close).ln().abs())
            .collect()
    };
    let shares = candles("SIMX:ORCH", Timeframe::Day, "2022-01-01", "2026-01-01").await;
    let gaps_of_shares = gaps(&shares);
    assert!(mean(&gaps_of_shares) > 0.004, "{}", mean(&gaps_of_shares));
    assert!(gaps_of_shares.iter().any(|gap| *gap > 0.04), "results move prices overnight");
    let coins = candles("SIM:BTCUSD", Timeframe::Day, "2025-01-01", "2026-01-01").await;
    assert!(gaps(&coins).iter().all(|gap| *gap < 0.001));
}

#[tokio::test]
async fn volume_follows_the_day_and_the_volatility() {
    let minutes = candles("SIMX:NIMB", Timeframe::M1, "2025-03-03", "2025-07-01").await;
    assert_eq!(minutes.len() % 390, 0);
    let part = |from: usize, to: usize| {
        let of_day = minutes.volumes().iter().enumerate().filter(|(i, _)| (from..to).contains(&(i % 390)));
        mean(&of_day.map(|(_, volume)| *volume).collect::<Vec<_>>())
    };
    let (open, noon, close) = (part(0, 30), part(180, 210), part(360, 390));
    assert!(open > 1.3 * noon && close > 1.1 * noon, "{open} {noon} {close}");

    let size: Vec<f64> = returns(&minutes).iter().map(|r| r.abs()).collect();
    let together = correlation(&size, &minutes.volumes()[1..]);
    assert!(together > 0.15, "{together}");
}

#[tokio::test]
async fn markets_of_one_kind_move_together() {
    let daily = async |name| returns(&candles(name, Timeframe::Day, "2024-06-01", "2026-01-01").await);
    let bitcoin = daily("SIM:BTCUSD").await;
    let together = correlation(&bitcoin, &daily("SIM:ETHUSD").await);
    assert!((0.5..0.95).contains(&together), "{together}");
    let minutes = async |name| returns(&candles(name, Timeframe::M1, "2025-06-01", "2025-06-08").await);
    let together = correlation(&minutes("SIM:BTCUSD").await, &minutes("SIM:ETHUSD").await);
    assert!((0.3..0.95).contains(&together), "{together}");
}

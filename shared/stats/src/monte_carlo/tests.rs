use super::*;
use crate::testing::{GOLDEN_RETURNS, assert_close};

const SETTINGS: MonteCarlo = MonteCarlo {
    resampling: Resampling::Bootstrap,
    paths: 20_000,
    seed: 42,
    start_equity: 100.0,
    drawdown_limit: 0.15,
};

fn run(resampling: Resampling) -> MonteCarloResult {
    monte_carlo(&GOLDEN_RETURNS, &MonteCarlo { resampling, ..SETTINGS }).unwrap()
}

/// All 5⁵ equally likely paths, enumerated here without random numbers.
#[test]
fn bootstrap_approaches_the_enumeration() {
    let (mut losses, mut deep) = (0, 0);
    for code in 0..3125_usize {
        let mut path = Path::start(100.0);
        for place in [1, 5, 25, 125, 625] {
            path.step(GOLDEN_RETURNS[code / place % 5]);
        }
        losses += u32::from(path.equity < 100.0);
        deep += u32::from(path.watermark.depth().unwrap() > 0.15);
    }
    let result = run(Resampling::Bootstrap);
    // Five standard deviations of a share over 20,000 paths are at most 0.0177.
    assert!((result.probability_of_loss - f64::from(losses) / 3125.0).abs() < 0.0177);
    assert!((result.probability_of_drawdown - f64::from(deep) / 3125.0).abs() < 0.0177);
    assert!(result.final_equity.p5 < result.final_equity.p50);
}

/// The 5! orders of the returns: same end, drawdown shares by enumeration.
#[test]
fn shuffle_keeps_the_end() {
    let result = run(Resampling::Shuffle);
    assert_close(result.final_equity.p5, 105.5241);
    assert_close(result.final_equity.p95, 105.5241);
    assert!(result.probability_of_loss == 0.0);
    // −10 and −5 % next to each other or with the 2 % between: 48 of 120 plus 12 orders; 0.145 and 0.1279 deep.
    let limit = |drawdown_limit| {
        let settings = MonteCarlo { resampling: Resampling::Shuffle, drawdown_limit, ..SETTINGS };
        monte_carlo(&GOLDEN_RETURNS, &settings).unwrap().probability_of_drawdown
    };
    assert!((limit(0.14) - 0.4).abs() < 0.0177);
    assert!((limit(0.12) - 0.5).abs() < 0.0177);
    assert!(limit(0.146) == 0.0);
}

/// Blocks of endless mean length are rotations of the series; blocks of 1 are the bootstrap in law.
#[test]
fn blocks_between_rotation_and_bootstrap() {
    let rotations = run(Resampling::Blocks { mean_length: 1e18 });
    assert_close(rotations.final_equity.p5, 105.5241);
    assert_close(rotations.final_equity.p95, 105.5241);
    let single = run(Resampling::Blocks { mean_length: 1.0 });
    let bootstrap = run(Resampling::Bootstrap);
    assert!((single.probability_of_loss - bootstrap.probability_of_loss).abs() < 0.025);
}

#[test]
fn same_seed_same_bits() {
    let blocks = Resampling::Blocks { mean_length: 3.0 };
    assert_eq!(run(blocks), run(blocks));
    let other =
        monte_carlo(&GOLDEN_RETURNS, &MonteCarlo { seed: 43, resampling: blocks, ..SETTINGS }).unwrap();
    assert_ne!(run(blocks), other);
}

#[test]
fn ruin_stays() {
    let result =
        monte_carlo(&[-1.5, 10.0, -1.0], &MonteCarlo { resampling: Resampling::Shuffle, ..SETTINGS });
    let result = result.unwrap();
    let seen = (result.final_equity.p95, result.max_drawdown.p5, result.probability_of_loss);
    assert_eq!(seen, (0.0, 1.0, 1.0));
}

#[test]
fn refusals() {
    let refusal = |returns: &[f64], settings: MonteCarlo| monte_carlo(returns, &settings).err();
    let two = [0.1, 0.2];
    assert_eq!(refusal(&[0.1], SETTINGS), Some(MonteCarloError::Returns(1)));
    assert_eq!(refusal(&[0.1, f64::INFINITY], SETTINGS), Some(MonteCarloError::NotFinite(1)));
    for paths in [999, 100_001] {
        assert_eq!(refusal(&two, MonteCarlo { paths, ..SETTINGS }), Some(MonteCarloError::Paths(paths)));
    }
    let long = vec![0.0; 100_001];
    assert_eq!(refusal(&long, SETTINGS), Some(MonteCarloError::Steps(2_000_020_000)));
    let blocks = MonteCarlo { resampling: Resampling::Blocks { mean_length: 0.5 }, ..SETTINGS };
    assert_eq!(refusal(&two, blocks), Some(MonteCarloError::BlockLength(0.5)));
    let broke = MonteCarlo { start_equity: 0.0, ..SETTINGS };
    assert_eq!(refusal(&two, broke), Some(MonteCarloError::StartEquity(0.0)));
    assert_eq!(refusal(&[1e308, 1e308], SETTINGS), Some(MonteCarloError::Overflow));
}

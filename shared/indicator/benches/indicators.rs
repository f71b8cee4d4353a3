//! Eight well-known indicators over 1,000,000 one-minute candles: as columns, and row by row.
//!
//! `cargo bench -p wickflow-indicator`; criterion's throughput is rows, so "thrpt" reads in rows per second.
//! What TA-Lib needs for the same, on the same machine: `benches/talib_times.py`.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use wickflow_indicator::Kernel;
use wickflow_indicator::average::{Ema, Sma};
use wickflow_indicator::oscillator::{Macd, Rsi, Stochastic};
use wickflow_indicator::trend::Adx;
use wickflow_indicator::volatility::{Atr, Bollinger};

const ROWS: usize = 1_000_000;

/// High, low and close of the generator EG1, seed 42, in currency units.
struct Candles {
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

fn candles() -> Candles {
    let (mut state, mut price, mut drift) = (42_u64, 100.0_f64, 0.0_f64);
    let mut candles = Candles { high: Vec::new(), low: Vec::new(), close: Vec::new() };
    let cents = |x: f64| (x * 100.0 + 0.5).floor() / 100.0;
    for _ in 0..ROWS {
        let [a, b, c, d, e, f, g, h, i, j, k, _volume] = [(); 12].map(|()| uniform(&mut state));
        let first = (a + b + c + d - 2.0) * 1.732_050_807_568_877_2;
        let second = (e + f + g + h - 2.0) * 1.732_050_807_568_877_2;
        let previous = price;
        drift = 0.97 * drift + 0.000_04 * second;
        price *= 1.0 + (0.0008 * first + drift - 0.000_02 * (price / 100.0 - 1.0));
        let open = previous * (1.0 + 0.0002 * (i - 0.5));
        candles.high.push(cents(open.max(price) * (1.0 + 0.0006 * j)));
        candles.low.push(cents(open.min(price) * (1.0 - 0.0006 * k)));
        candles.close.push(cents(price));
    }
    candles
}

/// `SplitMix64`, as a number in [0, 1).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn measure<K: Kernel<I, O>, const I: usize, const O: usize>(
    criterion: &mut Criterion,
    name: &str,
    kernel: &K,
    input: [&[f64]; I],
) {
    let mut output: [Vec<f64>; O] = std::array::from_fn(|_| vec![0.0; ROWS]);
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(20);
    group.bench_function("columns", |bencher| {
        bencher.iter(|| kernel.clone().columns(input, output.each_mut().map(Vec::as_mut_slice)));
    });
    group.bench_function("update", |bencher| {
        bencher.iter(|| {
            let mut kernel = kernel.clone();
            for row in 0..ROWS {
                black_box(kernel.update(input.map(|column| column.get(row).copied().unwrap_or_default())));
            }
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let Candles { high, low, close } = candles();
    let candle = [&*high, &*low, &*close];
    measure(&mut criterion, "sma_20", &Sma::new(20), [&*close]);
    measure(&mut criterion, "ema_20", &Ema::new(20), [&*close]);
    measure(&mut criterion, "rsi_14", &Rsi::new(14), [&*close]);
    measure(&mut criterion, "macd_12_26_9", &Macd::new(12, 26, 9), [&*close]);
    measure(&mut criterion, "bollinger_20_2", &Bollinger::new(20, 2.0), [&*close]);
    measure(&mut criterion, "atr_14", &Atr::new(14), candle);
    measure(&mut criterion, "adx_14", &Adx::new(14), candle);
    measure(&mut criterion, "stochastic_14_3_3", &Stochastic::new(14, 3, 3), candle);
    criterion.final_summary();
}

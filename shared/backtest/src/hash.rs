use wickflow_shared::digest::Digest;
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};

use crate::config::{Rows, RunConfig};
use crate::fill::{Cause, Fill};
use crate::portfolio::PortfolioRun;
use crate::result::Run;

/// What stands in front, so that no other hash of the project can be the same by accident.
const DOMAIN: &[u8; 16] = b"wickflow-run/1\0\0";
const DOMAIN_OF_PORTFOLIOS: &[u8; 16] = b"wickflow-run/1+p";
const DOMAIN_IN_DETAIL: &[u8; 16] = b"wickflow-run/1+d";
/// Bytes of a fill.
const FILL_BYTES: usize = 64;

/// The run hash: equal hashes mean the same strategy over the same candles under the same settings, with the same fills
/// to the last bit.
///
/// SHA-256 over, all numbers little-endian and floats as their 64 bits:
/// 1. `wickflow-run/1` and two zero bytes;
/// 2. the digest of the strategy, 32 bytes; the digest of the candles, 32 bytes;
/// 3. the seed, u64;
/// 4. the configuration as compact JSON with its fields in the order of [`RunConfig`], the end of its rows at most 2^32 − 1,
///    its length before it, u64;
/// 5. the bar after the last, u32; cash and position at the end, two floats;
/// 6. the number of fills, u64, and each fill: bar u32, order u32, time i64, quantity, price, slippage and fee as floats,
///    step u8, side u8 (buy 0, sell 1), liquidity u8 (maker 0, taker 1), rule u8 (0 to 7 in the order of [`Rule`]),
///    cause u8 (action 0, guard 1, margin call 2, liquidation 3) and its index u16, stale u8, padding to 64 bytes.
#[must_use]
pub fn run_hash(strategy: &Digest, candles: &Digest, config: &RunConfig, run: &Run) -> Digest {
    hash_of(strategy, candles, None, config, run)
}

/// The hash of a run whose orders were matched along finer candles: as [`run_hash`], but begun with `wickflow-run/1+d`,
/// and with the digest of the finer candles right behind that of the candles.
#[must_use]
pub fn run_hash_in_detail(
    strategy: &Digest,
    candles: &Digest,
    finer: &Digest,
    config: &RunConfig,
    run: &Run,
) -> Digest {
    hash_of(strategy, candles, Some(finer), config, run)
}

fn hash_of(
    strategy: &Digest,
    candles: &Digest,
    finer: Option<&Digest>,
    config: &RunConfig,
    run: &Run,
) -> Digest {
    let mut bytes = Vec::new();
    bytes.extend(if finer.is_some() { DOMAIN_IN_DETAIL } else { DOMAIN });
    bytes.extend(strategy.as_bytes());
    bytes.extend(candles.as_bytes());
    if let Some(finer) = finer {
        bytes.extend(finer.as_bytes());
    }
    let end = End { bar: run.end_bar, cash: run.cash, position: run.position };
    write_run(&mut bytes, config, &end, &run.fills);
    Digest::of(&bytes)
}

/// What a symbol of a portfolio run follows from.
#[derive(Debug, Clone, Copy)]
pub struct PortfolioKey<'a> {
    /// The digest of its strategy.
    pub strategy: Digest,
    /// The digest of its candles.
    pub candles: Digest,
    /// The digest of the finer candles that its orders were matched along.
    pub finer: Option<Digest>,
    /// Its settings.
    pub config: &'a RunConfig,
}

/// The hash of a run over several symbols; `keys` in their order.
///
/// SHA-256 over `wickflow-run/1+p`, the number of symbols as u64, and for each what [`run_hash`] has behind its first 16
/// bytes, with its fills (its cash is 0), and behind the digest of its candles a byte of 1 and the digest of the finer
/// ones, or a byte of 0; then the cash at the end, the number of fills of all symbols as u64, and the
/// place of the symbol of each as u32, in the order in which they happened.
#[must_use]
pub fn portfolio_hash(keys: &[PortfolioKey<'_>], run: &PortfolioRun) -> Digest {
    let mut bytes = Vec::new();
    bytes.extend(DOMAIN_OF_PORTFOLIOS);
    bytes.extend((run.legs.len() as u64).to_le_bytes());
    for (key, leg) in keys.iter().zip(&run.legs) {
        bytes.extend(key.strategy.as_bytes());
        bytes.extend(key.candles.as_bytes());
        bytes.push(u8::from(key.finer.is_some()));
        bytes.extend(key.finer.iter().flat_map(Digest::as_bytes));
        let end = End { bar: leg.end_bar, cash: 0.0, position: leg.position };
        write_run(&mut bytes, key.config, &end, &leg.fills);
    }
    bytes.extend(run.cash.to_bits().to_le_bytes());
    bytes.extend((run.sequence.len() as u64).to_le_bytes());
    for fill in &run.sequence {
        bytes.extend(fill.leg.to_le_bytes());
    }
    Digest::of(&bytes)
}

/// How a run ended.
struct End {
    bar: u32,
    cash: f64,
    position: f64,
}

fn write_run(bytes: &mut Vec<u8>, config: &RunConfig, end: &End, fills: &[Fill]) {
    // "To the end" is the largest number of the machine, which is another one in a browser.
    let to = config.rows.to.min(u32::MAX as usize);
    let config = &RunConfig { rows: Rows { to, ..config.rows }, ..config.clone() };
    // Maps with string keys and numbers that were checked: writing them cannot fail.
    let settings = serde_json::to_vec(config).unwrap_or_default();
    bytes.reserve(fills.len() * FILL_BYTES + settings.len() + 256);
    bytes.extend(config.seed.to_le_bytes());
    bytes.extend((settings.len() as u64).to_le_bytes());
    bytes.extend(&settings);
    bytes.extend(end.bar.to_le_bytes());
    bytes.extend(end.cash.to_bits().to_le_bytes());
    bytes.extend(end.position.to_bits().to_le_bytes());
    bytes.extend((fills.len() as u64).to_le_bytes());
    for fill in fills {
        write_fill(bytes, fill);
    }
}

fn write_fill(bytes: &mut Vec<u8>, fill: &Fill) {
    let start = bytes.len();
    bytes.extend(fill.bar.to_le_bytes());
    bytes.extend(fill.order.to_le_bytes());
    bytes.extend(fill.time.0.to_le_bytes());
    for number in [fill.quantity, fill.price, fill.slippage, fill.fee] {
        bytes.extend(number.to_bits().to_le_bytes());
    }
    let side = match fill.side {
        OrderSide::Buy => 0,
        OrderSide::Sell => 1,
    };
    let liquidity = match fill.liquidity {
        LiquiditySide::Maker => 0,
        LiquiditySide::Taker => 1,
    };
    let (cause, index) = match fill.cause {
        Cause::Action(index) => (0, index),
        Cause::Guard(index) => (1, index),
        Cause::MarginCall => (2, 0),
        Cause::Liquidation => (3, 0),
        Cause::EndOfData => (4, 0),
    };
    bytes.extend([fill.step.code(), side, liquidity, rule_code(fill.rule), cause]);
    bytes.extend(index.to_le_bytes());
    bytes.push(u8::from(fill.stale));
    bytes.resize(start + FILL_BYTES, 0);
}

fn rule_code(rule: Rule) -> u8 {
    match rule {
        Rule::MarketAtQuote => 0,
        Rule::MarketAtLast => 1,
        Rule::BeyondVisibleSize => 2,
        Rule::LimitTradedThrough => 3,
        Rule::LimitGap => 4,
        Rule::MarketableLimit => 5,
        Rule::StopTouched => 6,
        Rule::StopGap => 7,
    }
}

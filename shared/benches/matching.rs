//! The matching core: ticks through one shard with 10,000 resting orders.
//!
//! `cargo bench -p wickflow-shared --bench matching`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use wickflow_shared::account::{Account, AccountEvent, Command};
use wickflow_shared::id::AccountId;
use wickflow_shared::market::{Currency, Tick};
use wickflow_shared::num::{Decimal, Price};
use wickflow_shared::order::OrderSide::{Buy, Sell};
use wickflow_shared::testing::{Desk, instrument, limit, market, parsed, stop, trade};
use wickflow_shared::time::Timestamp;

/// Ticks of one measurement.
const TICKS: usize = 100_000;

/// A desk whose shard has 20 accounts with 500 orders each, 50 to 5,000 steps of the price away.
fn desk() -> Desk {
    let mut desk = Desk::new(instrument(), "1000000");
    desk.tick(&trade(1, "10000", "5"));
    for number in 0..20_u128 {
        let id = AccountId(1000 + number);
        desk.shard.add_account(Account::new(id)).unwrap();
        desk.shard.append(id, Timestamp(1), AccountEvent::AccountOpened { name: String::new() }).unwrap();
        let deposit = Command::Deposit { currency: Currency::USD, amount: parsed("100000000") };
        desk.shard.execute(id, &deposit, Timestamp(1)).unwrap();
        for step in 0..125_i64 {
            let away = 25 + step * 20;
            let (below, above) = ((10_000 - away).to_string(), (10_000 + away).to_string());
            for order in [
                limit(Buy, "0.1", &below),
                limit(Sell, "0.1", &above),
                stop(Sell, "0.1", &below),
                stop(Buy, "0.1", &above),
            ] {
                desk.shard.execute(id, &Command::SubmitOrder(order), Timestamp(1)).unwrap();
            }
        }
    }
    // The first event meets every order; from then on they wait at their prices.
    desk.tick(&trade(2, "10000", "5"));
    let open: usize = desk.shard.accounts().map(Account::open_order_count).sum();
    assert_eq!(open, 10_000);
    desk
}

/// A walk by half a unit that stays within `reach` steps of 10,000.
fn ticks(reach: i64) -> Vec<Tick> {
    let mut state = 7_u64;
    let mut steps = 0_i64;
    (0..TICKS as i64)
        .map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let up = state >> 63 == 0;
            steps = (steps + if up { 1 } else { -1 }).clamp(-reach, reach);
            let price = Price::try_new(Decimal::new(100_000 + steps * 5, 1)).unwrap();
            Tick { price, ..trade(3 + i, "10000", "5") }
        })
        .collect()
}

fn matching(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("matching");
    group.throughput(Throughput::Elements(TICKS as u64)).sample_size(20);
    // 49 steps of half a unit: the nearest order is 25 units away, so nothing fills.
    let quiet = ticks(49);
    let play = |mut desk: Desk, ticks: &[Tick]| {
        let mut entries = 0;
        for tick in ticks {
            entries += desk.shard.on_tick(desk.index, black_box(tick)).len();
        }
        (entries, desk)
    };
    assert_eq!(play(desk(), &quiet).0, 0, "quiet ticks fill nothing");
    group.bench_function("10,000 resting orders, nothing fills", |bencher| {
        bencher.iter_batched(desk, |desk| play(desk, &quiet), BatchSize::LargeInput);
    });
    // Every account is short, so every tick moves its equity (rule K4).
    let shorts = || {
        let mut desk = desk();
        let ids: Vec<AccountId> = desk.shard.accounts().map(Account::id).collect();
        for id in ids {
            let sale = Command::SubmitOrder(market(Sell, "1"));
            desk.shard.execute(id, &sale, Timestamp(2)).unwrap();
        }
        desk.tick(&trade(3, "10000", "5"));
        desk
    };
    let later: Vec<Tick> = quiet.iter().map(|tick| Tick { time: tick.time.plus_ms(1), ..*tick }).collect();
    assert_eq!(play(shorts(), &later).0, 0, "quiet ticks fill nothing");
    group.bench_function("10,000 resting orders, 21 short accounts, nothing fills", |bencher| {
        bencher.iter_batched(shorts, |desk| play(desk, &later), BatchSize::LargeInput);
    });
    let busy = ticks(1_000);
    let entries = play(desk(), &busy).0;
    group.bench_function(format!("10,000 resting orders, {entries} journal entries"), |bencher| {
        bencher.iter_batched(desk, |desk| play(desk, &busy), BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);

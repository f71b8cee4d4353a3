//! Whatever happens, the journal rebuilds exactly the stored tables.

use proptest::collection::vec;
use proptest::prelude::*;
use wickflow_shared::account::ReplaceOrder;
use wickflow_shared::id::OrderId;
use wickflow_shared::num::{Decimal, Price};
use wickflow_shared::order::Bracket;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Submit { account: usize, request: Box<OrderRequest> },
    Cancel { account: usize, order: u64 },
    Replace { account: usize, order: u64, quantity: Option<u32>, limit: Option<u32> },
    CancelAll { account: usize },
    Close { account: usize, coin: u32 },
    Tick { coin: u32, price: u32 },
    Pass { ms: i64 },
    Seek,
}

/// Prices around 100 and quantities of some coins: most orders are in reach, some ruin the account.
fn cents() -> impl Strategy<Value = u32> {
    9000..11_000_u32
}

fn at(cents: u32) -> Price {
    Price::try_new(Decimal::new(cents.into(), 2)).unwrap()
}

fn amount(tenths: u32) -> Quantity {
    Quantity::try_new(Decimal::new(tenths.into(), 1)).unwrap()
}

fn request() -> impl Strategy<Value = OrderRequest> {
    let order_type = prop_oneof![
        3 => Just(OrderType::Market),
        3 => Just(OrderType::Limit),
        1 => Just(OrderType::StopMarket),
        1 => Just(OrderType::StopLimit),
        1 => Just(OrderType::TakeProfit),
    ];
    let time_in_force = prop_oneof![
        4 => Just(TimeInForce::Gtc),
        1 => Just(TimeInForce::Day),
        1 => Just(TimeInForce::Ioc),
        1 => Just(TimeInForce::Fok),
    ];
    let shape = (any::<bool>(), order_type, time_in_force, any::<bool>(), 0..2_u32, 1..12_000_u32);
    (shape, cents(), cents(), proptest::option::of((100..900_u32, 100..900_u32))).prop_map(
        |((buy, order_type, time_in_force, reduce_only, coin, quantity), limit, stop, legs)| {
            let side = if buy { OrderSide::Buy } else { OrderSide::Sell };
            let bracket = legs.map(|(loss, profit)| {
                let (below, above) = (at(limit.min(stop) - loss), at(limit.max(stop) + profit));
                let (stop_loss, take_profit) = if buy { (below, above) } else { (above, below) };
                Bracket { stop_loss: Some(stop_loss), take_profit: Some(take_profit) }
            });
            OrderRequest {
                side,
                order_type,
                time_in_force,
                reduce_only: reduce_only && bracket.is_none(),
                quantity: amount(quantity),
                limit_price: order_type.has_limit_price().then(|| at(limit)),
                stop_price: order_type.has_stop_price().then(|| at(stop)),
                bracket: bracket.filter(|_| order_type != OrderType::TakeProfit),
                ..market_order(coin, side, "1")
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let account = 0..3_usize;
    prop_oneof![
        8 => (account.clone(), request())
            .prop_map(|(account, request)| Step::Submit { account, request: Box::new(request) }),
        1 => (account.clone(), 1..20_u64).prop_map(|(account, order)| Step::Cancel { account, order }),
        2 => (account.clone(), 1..20_u64, proptest::option::of(1..12_000_u32), proptest::option::of(cents()))
            .prop_map(|(account, order, quantity, limit)| Step::Replace { account, order, quantity, limit }),
        1 => account.clone().prop_map(|account| Step::CancelAll { account }),
        1 => (account, 0..2_u32).prop_map(|(account, coin)| Step::Close { account, coin }),
        10 => (0..2_u32, cents()).prop_map(|(coin, price)| Step::Tick { coin, price }),
        1 => prop_oneof![Just(10_i64), Just(86_400_000)].prop_map(|ms| Step::Pass { ms }),
        1 => Just(Step::Seek),
    ]
}

async fn run(steps: Vec<Step>) {
    let mut desk = Desk::open(config(2)).await;
    let mut accounts = Vec::new();
    for _ in 0..3 {
        accounts.push(desk.handle.open_account("Guest").await.unwrap());
    }
    desk.tick(0, "100").await;
    desk.tick(1, "100").await;
    // Commands are not waited for: ticks and other accounts' commands come in between their decision and the disk.
    let mut waiting = tokio::task::JoinSet::new();
    for step in steps {
        let command = match step {
            Step::Submit { account, request } => (account, Command::SubmitOrder(*request)),
            Step::Cancel { account, order } => (account, Command::CancelOrder { order_id: OrderId(order) }),
            Step::Replace { account, order, quantity, limit } => {
                let (quantity, limit_price) = (quantity.map(amount), limit.map(at));
                let replace =
                    ReplaceOrder { order_id: OrderId(order), quantity, limit_price, stop_price: None };
                (account, Command::ReplaceOrder(replace))
            }
            Step::CancelAll { account } => (account, Command::CancelAll { symbol: None }),
            Step::Close { account, coin } => (account, Command::ClosePosition { symbol: symbol(coin) }),
            Step::Tick { coin, price } => {
                desk.tick(coin, &at(price).to_string()).await;
                continue;
            }
            Step::Pass { ms } => {
                desk.pass(ms).await;
                continue;
            }
            Step::Seek => {
                desk.seek(Timestamp(500_000)).await;
                continue;
            }
        };
        let handle = desk.handle.clone();
        let id = accounts[command.0];
        waiting.spawn(async move { handle.execute(id, command.1).await });
        tokio::task::yield_now().await;
    }
    while let Some(done) = waiting.join_next().await {
        match done.unwrap() {
            Ok(_) | Err(TradingError::Rejected(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    desk.check().await;
    let now = desk.now;
    let desk = desk.reopen(config(1), now).await;
    desk.check().await;
    desk.handle.shutdown().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_rebuilds_exactly_the_stored_tables(steps in vec(step(), 1..120)) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(steps));
    }
}

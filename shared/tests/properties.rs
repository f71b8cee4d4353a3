//! What holds after every event, whatever is asked and whatever the market does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use wickflow_shared::account::{Account, AccountEvent, Command, ReplaceOrder};
use wickflow_shared::id::OrderId;
use wickflow_shared::journal::{self, JournalEntry};
use wickflow_shared::market::{Currency, Instrument, PathStep, Quote, Tick, TickSource};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Decimal, Price, Quantity};
use wickflow_shared::order::{Bracket, OrderRequest, OrderSide, OrderStatus, OrderType, TimeInForce};
use wickflow_shared::testing::{ACCOUNT, Desk, instrument, parsed};
use wickflow_shared::time::Timestamp;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Tick { price: u32, size: u32, quote: Option<(u32, u32)>, path: u8, later: i64 },
    Submit(OrderRequest),
    Cancel(u64),
    Replace { id: u64, quantity: u32, price: u32 },
    CancelAll,
    Close,
}

fn price(half_units: u32) -> Price {
    Price::try_new(Decimal::new(i64::from(half_units) * 5, 1)).unwrap()
}

fn quantity(thousandths: u32) -> Quantity {
    Quantity::try_new(Decimal::new(i64::from(thousandths), 3)).unwrap()
}

fn request() -> impl Strategy<Value = OrderRequest> {
    let kinds = (0..5_u8, any::<bool>(), 0..4_u8, prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    (kinds, 1..400_000_u32, 100..300_u32, 100..300_u32, 100..200_u32, 200..300_u32).prop_map(
        |((kind, buys, stays, reduce_only, has_bracket), amount, limit, stop, low, high)| {
            let order_type = [
                OrderType::Market,
                OrderType::Limit,
                OrderType::StopMarket,
                OrderType::StopLimit,
                OrderType::TakeProfit,
            ][usize::from(kind)];
            let side = if buys { OrderSide::Buy } else { OrderSide::Sell };
            let (stop_loss, take_profit) = if buys { (low, high) } else { (high, low) };
            OrderRequest {
                client_order_id: None,
                symbol: instrument().symbol,
                side,
                order_type,
                quantity: quantity(amount),
                limit_price: order_type.has_limit_price().then(|| price(limit)),
                stop_price: order_type.has_stop_price().then(|| price(stop)),
                time_in_force: [TimeInForce::Gtc, TimeInForce::Day, TimeInForce::Ioc, TimeInForce::Fok]
                    [usize::from(stays)],
                reduce_only,
                bracket: (has_bracket && !reduce_only).then(|| Bracket {
                    stop_loss: Some(price(stop_loss)),
                    take_profit: Some(price(take_profit)),
                }),
            }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let quote = prop::option::of((1..4_u32, 1..50_000_u32));
    let tick = (150..250_u32, 0..200_000_u32, quote, 0..5_u8, 1..4_000_000_i64);
    prop_oneof![
        8 => tick.prop_map(|(price, size, quote, path, later)| Step::Tick { price, size, quote, path, later }),
        5 => request().prop_map(Step::Submit),
        1 => (0..40_u64).prop_map(Step::Cancel),
        2 => (0..40_u64, 1..400_000_u32, 100..300_u32)
            .prop_map(|(id, quantity, price)| Step::Replace { id, quantity, price }),
        1 => Just(Step::CancelAll),
        1 => Just(Step::Close),
    ]
}

fn market() -> impl Strategy<Value = Instrument> {
    let fees = prop_oneof![
        Just(FeeModel::Free),
        Just(FeeModel::Percentage { maker: Bps(7), taker: Bps(13), min: parsed("0.01") }),
        Just(FeeModel::IndiaEquityIntraday),
    ];
    let slippage = prop_oneof![
        Just(SlippageModel::None),
        Just(SlippageModel::Ticks { ticks: 2 }),
        Just(SlippageModel::OneTickSometimes { probability: Bps(5000), seed: 3 }),
        Just(SlippageModel::VolumeShare { limit: Bps(250), impact: Bps(1000) }),
    ];
    (fees, slippage, 0..50_u32).prop_map(|(fees, slippage, spread)| Instrument {
        fees,
        slippage,
        spread: Bps(spread),
        ..instrument()
    })
}

fn tick_of(time: i64, half_units: u32, size: u32, quote: Option<(u32, u32)>, path: u8) -> Tick {
    let steps = [PathStep::Open, PathStep::FirstExtreme, PathStep::SecondExtreme, PathStep::Close];
    let source = match steps.get(usize::from(path)) {
        Some(step) => TickSource::Bar { open_time: Timestamp(time), step: *step },
        None => TickSource::Trade,
    };
    let quote = quote.map(|(distance, size)| Quote {
        bid: price(half_units - distance),
        bid_size: quantity(size),
        ask: price(half_units + distance),
        ask_size: quantity(size),
    });
    Tick {
        time: Timestamp(time),
        price: price(half_units),
        size: quantity(size),
        aggressor: None,
        quote,
        source,
    }
}

/// What one entry must keep, given the account before it.
fn check_entry(before: &Account, entry: &JournalEntry) {
    let AccountEvent::OrderFilled { fill } = &entry.event else { return };
    let order = before.open_order(fill.order_id).expect("only open orders fill");
    assert!(entry.time > order.accepted_at, "a fill on data at or before its order");
    assert!(!fill.quantity.is_zero());
    assert!(fill.quantity <= order.leaves_quantity(), "filled more than ordered");
    if let Some(limit) = order.limit_price {
        let within = match fill.side {
            OrderSide::Buy => fill.price <= limit,
            OrderSide::Sell => fill.price >= limit,
        };
        assert!(within, "{} beyond the limit {limit}", fill.price);
    }
    if order.reduce_only {
        let position = before.portfolio().position(&fill.symbol);
        let reduces =
            position.is_some_and(|p| p.side.closed_by() == fill.side && p.quantity >= fill.quantity);
        assert!(reduces, "an order that only reduces opened a position");
    }
}

fn check_state(desk: &Desk) {
    let value =
        desk.account().portfolio().value(Currency::USD, |symbol| desk.shard.markets().mark(symbol)).unwrap();
    assert!(value.balances().unwrap(), "the books do not balance: {value:?}");
    for order in desk.account().open_orders() {
        assert!(order.filled_quantity < order.quantity, "an open order has nothing left");
    }
}

/// Rule S3: the legs of a bracket together close no more than their entry has filled, and never both wholly.
fn check_legs(journal: &[JournalEntry]) {
    let mut account = Account::new(ACCOUNT);
    let mut parents: BTreeMap<OrderId, OrderId> = BTreeMap::new();
    let mut filled: BTreeMap<OrderId, Decimal> = BTreeMap::new();
    let mut whole: BTreeMap<OrderId, OrderId> = BTreeMap::new();
    for entry in journal {
        journal::fold(&mut account, entry).unwrap();
        match &entry.event {
            AccountEvent::OrderAccepted { order } => {
                parents.extend(order.parent_id.map(|parent| (order.id, parent)));
            }
            AccountEvent::OrderFilled { fill } => {
                *filled.entry(fill.order_id).or_default() += fill.quantity.get();
                let Some(parent) = parents.get(&fill.order_id) else { continue };
                let of_legs: Decimal = parents
                    .iter()
                    .filter(|(_, of)| *of == parent)
                    .filter_map(|(leg, _)| filled.get(leg))
                    .sum();
                assert!(
                    of_legs <= filled[parent],
                    "legs closed {of_legs}, their entry filled {}",
                    filled[parent]
                );
                let leg = account.order(fill.order_id).unwrap();
                if leg.status == OrderStatus::Filled && leg.quantity.get() == filled[parent] {
                    assert_eq!(whole.insert(*parent, leg.id), None, "both legs closed the whole entry");
                }
            }
            _ => {}
        }
    }
}

fn play(instrument: Instrument, steps: &[Step]) -> Desk {
    let mut desk = Desk::new(instrument, "100000");
    let mut shadow = Account::new(ACCOUNT);
    desk.journal.iter().for_each(|entry| journal::fold(&mut shadow, entry).unwrap());
    let mut time = 0;
    for step in steps {
        let seen = desk.journal.len();
        match step {
            Step::Tick { price, size, quote, path, later } => {
                time += later;
                desk.tick(&tick_of(time, *price, *size, *quote, *path));
            }
            other => {
                let command = match other {
                    Step::Submit(request) => Command::SubmitOrder(request.clone()),
                    Step::Cancel(id) => Command::CancelOrder { order_id: OrderId(*id) },
                    Step::Replace { id, quantity: amount, price: half_units } => {
                        let open = desk.account().open_order(OrderId(*id));
                        let replaced = |has: bool| has.then(|| price(*half_units));
                        Command::ReplaceOrder(ReplaceOrder {
                            order_id: OrderId(*id),
                            // Owners may enlarge a leg; then it is not the bracket any more that `check_legs` is about.
                            quantity: open.is_none_or(|o| o.parent_id.is_none()).then(|| quantity(*amount)),
                            limit_price: replaced(open.is_some_and(|o| o.limit_price.is_some())),
                            stop_price: replaced(
                                open.is_some_and(|o| o.stop_price.is_some() && !o.triggered),
                            ),
                        })
                    }
                    Step::CancelAll => Command::CancelAll { symbol: None },
                    Step::Close | Step::Tick { .. } => {
                        Command::ClosePosition { symbol: self::instrument().symbol }
                    }
                };
                if let Ok(entries) = desk.shard.execute(ACCOUNT, &command, Timestamp(time)) {
                    desk.journal.extend(entries);
                }
            }
        }
        for entry in desk.journal.get(seen..).unwrap().to_vec() {
            check_entry(&shadow, &entry);
            journal::fold(&mut shadow, &entry).unwrap();
        }
        check_state(&desk);
    }
    check_legs(&desk.journal);
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_and_no_rule_is_broken(market in market(), steps in prop::collection::vec(step(), 1..120)) {
        play(market, &steps);
    }

    #[test]
    fn the_journal_rebuilds_the_account(market in market(), steps in prop::collection::vec(step(), 1..120)) {
        let desk = play(market, &steps);
        let mut rebuilt = Account::new(ACCOUNT);
        for entry in &desk.journal {
            prop_assert_eq!(entry.hash, entry.expected_hash());
            journal::fold(&mut rebuilt, entry).unwrap();
        }
        prop_assert_eq!(&rebuilt, desk.account());
    }

    #[test]
    fn a_snapshot_and_what_follows_are_the_whole(
        market in market(),
        steps in prop::collection::vec(step(), 2..120),
        cut in 0.0..1.0_f64,
    ) {
        let desk = play(market, &steps);
        let at = (desk.journal.len() as f64 * cut) as usize;
        let mut first = Account::new(ACCOUNT);
        for entry in &desk.journal[..at] {
            journal::fold(&mut first, entry).unwrap();
        }
        // Over the wire and back, as a page gets it.
        let text = serde_json::to_string(&first.snapshot()).unwrap();
        let mut page = Account::from_snapshot(serde_json::from_str(&text).unwrap());
        for entry in &desk.journal[at..] {
            let text = serde_json::to_string(entry).unwrap();
            journal::fold(&mut page, &serde_json::from_str(&text).unwrap()).unwrap();
        }
        prop_assert_eq!(page.snapshot(), desk.account().snapshot());
    }

    #[test]
    fn canceling_twice_is_canceling_once(market in market(), steps in prop::collection::vec(step(), 1..60)) {
        let mut desk = play(market, &steps);
        let open: Vec<OrderId> = desk.account().open_orders().map(|order| order.id).collect();
        for id in open {
            let cancel = Command::CancelOrder { order_id: id };
            prop_assert_eq!(desk.run(&cancel).len(), 1);
            let after = desk.account().clone();
            prop_assert_eq!(desk.run(&cancel).len(), 0);
            prop_assert_eq!(desk.account(), &after);
        }
    }

    #[test]
    fn the_same_steps_give_the_same_journal(market in market(), steps in prop::collection::vec(step(), 1..60)) {
        let (a, b) = (play(market.clone(), &steps), play(market, &steps));
        prop_assert_eq!(a.journal, b.journal);
    }
}

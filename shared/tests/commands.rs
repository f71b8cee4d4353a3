//! What an account may be asked, and what becomes of orders that change or run into a wall.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use wickflow_shared::account::{Account, AccountEvent, Command, RejectCode, ReplaceOrder, RiskLimits};
use wickflow_shared::id::OrderId;
use wickflow_shared::market::{Calendar, Currency, Instrument, PathStep, SessionWindow};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::Bps;
use wickflow_shared::order::OrderSide::{Buy, Sell};
use wickflow_shared::order::{
    CancelReason, Fill, LiquiditySide, OrderRequest, OrderStatus, OrderType, Rule, TimeInForce,
};
use wickflow_shared::shard::Shard;
use wickflow_shared::testing::{
    ACCOUNT, Desk, bracket, instrument, limit, market, order, parsed, point, quoted, short, stop, trade,
};
use wickflow_shared::time::{Timestamp, Zone};

/// A desk that has seen a trade at 100 at time 1000.
fn desk() -> Desk {
    desk_of(instrument())
}

fn desk_of(instrument: Instrument) -> Desk {
    let mut desk = Desk::new(instrument, "100000");
    desk.tick(&trade(1000, "100", "50"));
    desk
}

#[track_caller]
fn check(got: &[Fill], want: &[(&str, &str, Rule)]) {
    let want: Vec<_> = want.iter().map(|(q, p, rule)| (parsed(q), parsed(p), *rule)).collect();
    assert_eq!(short(got), want);
}

#[track_caller]
fn refused(desk: &mut Desk, command: &Command) -> RejectCode {
    desk.shard.execute(ACCOUNT, command, Timestamp(1000)).unwrap_err().code
}

fn replace(order_id: u64, quantity: Option<&str>, limit_price: Option<&str>) -> Command {
    Command::ReplaceOrder(ReplaceOrder {
        order_id: OrderId(order_id),
        quantity: quantity.map(parsed),
        limit_price: limit_price.map(parsed),
        stop_price: None,
    })
}

#[test]
fn a_limit_moved_into_the_market_takes_at_the_market_price() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "95"));
    desk.tick(&trade(2000, "100", "50"));
    desk.run(&replace(1, None, Some("105")));
    // Not at 105: the market is at 100.
    check(&desk.tick(&trade(3000, "100", "50")), &[("1", "100", Rule::MarketableLimit)]);
}

#[test]
fn a_replaced_order_keeps_what_has_filled() {
    let mut desk = desk();
    desk.submit(limit(Buy, "5", "95"));
    check(&desk.tick(&trade(2000, "94", "2")), &[("2", "95", Rule::LimitTradedThrough)]);
    assert_eq!(refused(&mut desk, &replace(1, Some("2"), None)), RejectCode::InvalidOrder);
    desk.run(&replace(1, Some("3"), None));
    check(&desk.tick(&trade(3000, "94", "50")), &[("1", "95", Rule::LimitTradedThrough)]);
    let order = desk.account().order(OrderId(1)).unwrap();
    assert_eq!((order.status, order.filled_quantity), (OrderStatus::Filled, parsed("3")));
    assert_eq!(refused(&mut desk, &replace(1, Some("9"), None)), RejectCode::OrderEnded);
    assert_eq!(refused(&mut desk, &replace(2, Some("9"), None)), RejectCode::UnknownOrder);
    // What is as it was asked for changes nothing.
    desk.submit(limit(Buy, "5", "90"));
    assert_eq!(desk.run(&replace(2, Some("5"), Some("90"))).len(), 0);
}

#[test]
fn a_replaced_order_does_not_fill_on_what_happened_before() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "95"));
    desk.tick(&trade(2000, "100", "50"));
    let moved = replace(1, None, Some("99"));
    desk.journal.extend(desk.shard.execute(ACCOUNT, &moved, Timestamp(5000)).unwrap());
    // An event that arrives late: the price that it went through was not the order's then.
    check(&desk.tick(&trade(4000, "98", "50")), &[]);
    // By the first event that counts the market is within the limit already.
    check(&desk.tick(&trade(6000, "98", "50")), &[("1", "98", Rule::MarketableLimit)]);
}

#[test]
fn a_stop_limit_takes_once_it_is_triggered() {
    let mut desk = desk();
    desk.submit(OrderRequest {
        stop_price: Some(parsed("105")),
        limit_price: Some(parsed("110")),
        ..order(Buy, OrderType::StopLimit, "1")
    });
    check(&desk.tick(&trade(2000, "105.5", "50")), &[]);
    // Not at 110: the market is at 105.5.
    check(&desk.tick(&trade(3000, "105.5", "50")), &[("1", "105.5", Rule::MarketableLimit)]);
}

#[test]
fn an_incoherent_quote_does_not_cost_a_limit_order_its_first_event() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "105"));
    check(&desk.tick(&quoted(2000, "100", "50", ["102", "9", "101", "9"])), &[]);
    check(&desk.tick(&trade(3000, "100", "50")), &[("1", "100", Rule::MarketableLimit)]);
}

#[test]
fn the_better_price_comes_first_when_the_market_jumps() {
    for (side, better, worse, jump) in [(Buy, "95", "94", "93"), (Sell, "105", "106", "107")] {
        let mut desk = desk();
        desk.submit(limit(side, "3", worse));
        desk.submit(limit(side, "3", better));
        // Both have met the market and wait at their prices.
        desk.tick(&trade(2000, "100", "50"));
        check(
            &desk.tick(&trade(3000, jump, "5")),
            &[("3", better, Rule::LimitTradedThrough), ("2", worse, Rule::LimitTradedThrough)],
        );
    }
}

#[test]
fn a_session_that_opens_within_a_candle_fills_no_limit_beyond_it() {
    let day = vec![SessionWindow { open: 10, close: 20 }];
    let calendar =
        Calendar::with_sessions(Zone::utc(), std::array::from_fn(|_| day.clone()), BTreeMap::new()).unwrap();
    let mut desk = Desk::new(Instrument { calendar, ..instrument() }, "100000");
    let minute = 60_000;
    desk.tick(&trade(11 * minute, "100", "50"));
    desk.submit(limit(Buy, "1", "95"));
    let next = 1440 * minute;
    // The open of this candle is before the session's; the price comes from 90 through the limit up to 98.
    desk.tick(&point(next + 9 * minute, "90", "50", PathStep::Open));
    let fills = desk.tick(&point(next + 11 * minute, "98", "50", PathStep::FirstExtreme));
    check(&fills, &[("1", "95", Rule::LimitTradedThrough)]);
}

#[test]
fn what_cannot_be_paid_whole_is_not_cut() {
    for time_in_force in [TimeInForce::Gtc, TimeInForce::Fok] {
        let mut desk = desk();
        // 980 at 100 and the cushion of 2 % are 99,960.
        desk.submit(OrderRequest { time_in_force, ..market(Buy, "980") });
        // The visible half could be paid, the rest at a tick more could not.
        let fills = desk.tick(&quoted(2000, "102", "50", ["101.5", "490", "102", "490"]));
        check(&fills, &[]);
        let order = desk.account().order(OrderId(1)).unwrap();
        assert_eq!(order.cancel_reason, Some(CancelReason::InsufficientBuyingPower));
    }
}

#[test]
fn canceling_all_and_closing() {
    let mut desk = desk();
    let close = Command::ClosePosition { symbol: instrument().symbol };
    assert_eq!(refused(&mut desk, &close), RejectCode::NoPosition);
    desk.submit(OrderRequest { bracket: bracket("95", "105"), ..market(Buy, "2") });
    desk.tick(&trade(2000, "100", "50"));
    desk.submit(limit(Buy, "1", "90"));
    assert_eq!(desk.account().open_order_count(), 3);
    // Legs and entries go, and one order closes the position.
    assert_eq!(desk.run(&close).len(), 4);
    check(&desk.tick(&trade(3000, "101", "50")), &[("2", "101", Rule::MarketAtLast)]);
    assert_eq!((desk.held().as_str(), desk.account().open_order_count()), ("0", 0));
    assert_eq!(desk.run(&Command::CancelAll { symbol: None }).len(), 0);
}

/// Short 900 from 100 with 100,000 dollars: at 212 nothing is left.
fn ruined() -> Desk {
    let mut desk = desk();
    desk.submit(market(Sell, "900"));
    desk.tick(&trade(2000, "100", "5000"));
    desk.tick(&trade(3000, "211", "5000"));
    assert!(!desk.account().is_liquidating(Currency::USD), "1,000 dollars are left");
    desk.tick(&trade(4000, "212", "5000"));
    assert!(desk.account().is_liquidating(Currency::USD));
    desk
}

#[test]
fn rule_k4_a_liquidation_is_nobodys_to_stop() {
    let mut desk = ruined();
    let closing = desk.account().open_orders().next().unwrap().id;
    for command in [
        Command::CancelOrder { order_id: closing },
        replace(closing.0, Some("1"), None),
        Command::ClosePosition { symbol: instrument().symbol },
        Command::SubmitOrder(limit(Buy, "1", "100")),
    ] {
        assert_eq!(refused(&mut desk, &command), RejectCode::Liquidating, "{command:?}");
    }
    assert_eq!(desk.run(&Command::CancelAll { symbol: None }).len(), 0);
    check(&desk.tick(&trade(5000, "213", "5000")), &[("900", "213", Rule::MarketAtLast)]);
}

#[test]
fn rule_k4_a_liquidation_goes_on_after_a_seek() {
    let mut desk = ruined();
    let entries = desk.shard.seek(Timestamp(500));
    desk.journal.extend(entries);
    assert_eq!(desk.account().open_order_count(), 1);
    check(&desk.tick(&trade(600, "50", "5000")), &[("900", "50", Rule::MarketAtLast)]);
    assert!(!desk.account().is_liquidating(Currency::USD));
}

#[test]
fn rule_k4_looks_at_all_positions_together() {
    let second = Instrument { symbol: parsed("TEST:ETHUSD"), ..instrument() };
    let mut desk = desk();
    let other = desk.shard.add_instrument(Arc::new(second.clone()));
    desk.shard.on_tick(other, &trade(1000, "100", "50"));
    desk.submit(market(Sell, "400"));
    desk.submit(OrderRequest { symbol: second.symbol.clone(), ..market(Sell, "400") });
    desk.tick(&trade(2000, "100", "5000"));
    desk.shard.on_tick(other, &trade(2000, "100", "5000"));
    // Two shorts of 400 from 100: together they may lose 100,000. One gains what the other loses.
    for (time, own, others) in [(3000, "200", "1"), (4000, "300", "49.5"), (5000, "340", "10")] {
        desk.tick(&trade(time - 1, "100", "5000"));
        desk.shard.on_tick(other, &trade(time, others, "5000"));
        desk.tick(&trade(time, own, "5000"));
        assert!(!desk.account().is_liquidating(Currency::USD), "at {own} and {others}");
    }
    // 400 × (340 − 100) = 96,000 are lost here, and 400 × (110 − 100) = 4,000 there.
    desk.shard.on_tick(other, &trade(6000, "109.5", "5000"));
    assert!(!desk.account().is_liquidating(Currency::USD));
    let entries = desk.shard.on_tick(other, &trade(7000, "110", "5000"));
    assert!(matches!(entries.first().unwrap().event, AccountEvent::LiquidationStarted { .. }));
    assert_eq!(desk.account().open_order_count(), 2, "an order closes each of the two");
}

#[test]
fn rule_k4_holds_after_a_restart() {
    let mut desk = desk();
    desk.submit(market(Sell, "900"));
    desk.tick(&trade(2000, "100", "5000"));
    let mut shard = Shard::new(RiskLimits::default());
    let index = shard.add_instrument(Arc::new(instrument()));
    shard.add_account(Account::from_snapshot(desk.account().checkpoint())).unwrap();
    assert_eq!(shard.on_tick(index, &trade(3000, "211", "5")).len(), 0);
    assert!(!shard.on_tick(index, &trade(4000, "212", "5")).is_empty());
}

#[test]
fn an_account_starts_again_from_its_checkpoint() {
    let mut desk = desk();
    let named = OrderRequest {
        client_order_id: Some("mine".to_owned().try_into().unwrap()),
        bracket: bracket("90", "105"),
        ..limit(Buy, "5", "95")
    };
    desk.submit(named.clone());
    desk.tick(&trade(2000, "94", "2"));
    let text = serde_json::to_string(&desk.account().checkpoint()).unwrap();
    let restored = Account::from_snapshot(serde_json::from_str(&text).unwrap());
    assert_eq!(&restored, desk.account());
    assert_eq!(restored.order_of_client(&named).unwrap().id, OrderId(1));
}

#[test]
fn orders_and_prices_have_bounds() {
    let limits = RiskLimits { max_open_orders: 2, ..RiskLimits::default() };
    let mut shard = Shard::new(limits);
    let small = Instrument { min_notional: parsed("10"), ..instrument() };
    let index = shard.add_instrument(Arc::new(small));
    shard.add_account(Account::new(ACCOUNT)).unwrap();
    let deposit = Command::Deposit { currency: Currency::USD, amount: parsed("100000") };
    shard.execute(ACCOUNT, &deposit, Timestamp(1)).unwrap();
    let ask = |shard: &mut Shard, request: OrderRequest| {
        shard.execute(ACCOUNT, &Command::SubmitOrder(request), Timestamp(1)).map_err(|reject| reject.code)
    };
    assert_eq!(ask(&mut shard, market(Buy, "1")), Err(RejectCode::NoMarketPrice));
    shard.on_tick(index, &trade(1, "100", "50"));
    for (request, code) in [
        (limit(Buy, "1", "9.5"), RejectCode::PriceOutOfRange),
        (limit(Sell, "1", "1000.5"), RejectCode::PriceOutOfRange),
        (stop(Buy, "1", "1001"), RejectCode::PriceOutOfRange),
        (limit(Buy, "0.09", "100"), RejectCode::BelowMinNotional),
        (OrderRequest { symbol: parsed("TEST:NONE"), ..market(Buy, "1") }, RejectCode::UnknownSymbol),
        (OrderRequest { reduce_only: true, ..market(Buy, "1") }, RejectCode::NoPosition),
    ] {
        assert_eq!(ask(&mut shard, request.clone()), Err(code), "{request:?}");
    }
    assert!(ask(&mut shard, limit(Buy, "0.1", "100")).is_ok());
    assert!(ask(&mut shard, limit(Buy, "1", "10")).is_ok());
    assert_eq!(ask(&mut shard, limit(Buy, "1", "50")), Err(RejectCode::TooManyOrders));
    for amount in ["0", "-1", "1000000000.01"] {
        let deposit = Command::Deposit { currency: Currency::USD, amount: parsed(amount) };
        let code = shard.execute(ACCOUNT, &deposit, Timestamp(1)).unwrap_err().code;
        assert_eq!(code, RejectCode::InvalidAmount, "{amount}");
    }
}

#[test]
fn previews_say_what_an_order_would_come_to() {
    let fees = FeeModel::Percentage { maker: Bps(10), taker: Bps(20), min: parsed("0") };
    let slippage = SlippageModel::Ticks { ticks: 1 };
    let desk = desk_of(Instrument { fees, slippage, ..instrument() });
    let preview = |request: &OrderRequest| desk.shard.preview(ACCOUNT, request, Timestamp(1000)).unwrap();
    for (request, price, fee, slippage) in [
        // Takes at 100 and a tick of 0.5; 20 bps.
        (market(Buy, "2"), "100.5", "0.402", "1"),
        // Waits at 95; 10 bps.
        (limit(Buy, "2", "95"), "95", "0.19", "0"),
        // Within the market: takes like a market order, but never beyond its limit.
        (limit(Buy, "2", "105"), "100.5", "0.402", "1"),
        (limit(Buy, "2", "100"), "100", "0.4", "0"),
        (stop(Sell, "2", "95"), "94.5", "0.378", "1"),
    ] {
        let preview = preview(&request);
        assert_eq!(
            (preview.price, preview.fee, preview.slippage, preview.reject),
            (parsed(price), parsed(fee), parsed(slippage), None),
            "{request:?}"
        );
    }
    let too_much = preview(&limit(Buy, "999", "105"));
    assert_eq!(too_much.reject.unwrap().code, RejectCode::InsufficientBuyingPower);
}

#[test]
fn a_taking_order_pays_as_a_taker_and_a_waiting_one_as_a_maker() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "105"));
    desk.submit(limit(Buy, "1", "95"));
    let sides = |fills: &[Fill]| fills.iter().map(|fill| fill.liquidity).collect::<Vec<_>>();
    assert_eq!(sides(&desk.tick(&trade(2000, "100", "50"))), [LiquiditySide::Taker]);
    assert_eq!(sides(&desk.tick(&trade(3000, "94", "50"))), [LiquiditySide::Maker]);
}

#[test]
fn a_client_order_id_is_one_order() {
    let mut desk = desk();
    let named = |quantity| OrderRequest {
        client_order_id: Some("mine-1".to_owned().try_into().unwrap()),
        ..limit(Buy, quantity, "95")
    };
    assert_eq!(desk.submit(named("1")).len(), 1);
    assert_eq!(desk.submit(named("1")).len(), 0, "the same request again is the same order");
    let other = desk.shard.execute(ACCOUNT, &Command::SubmitOrder(named("2")), Timestamp(1000));
    assert_eq!(other.unwrap_err().code, RejectCode::DuplicateClientOrderId);
    assert_eq!(desk.account().open_order_count(), 1);
}

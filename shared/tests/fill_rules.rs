//! Each fill rule with a test named after it: `docs/fill-rules.md` says what they mean.

#![allow(clippy::unwrap_used, reason = "tests")]

use wickflow_shared::account::{Command, RejectCode};
use wickflow_shared::market::{Calendar, Currency, Instrument, PathStep, SessionWindow, Tick};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::Bps;
use wickflow_shared::order::OrderSide::{Buy, Sell};
use wickflow_shared::order::{CancelReason, OrderRequest, OrderStatus, OrderType, Rule, TimeInForce};
use wickflow_shared::testing::{
    ACCOUNT, Desk, bracket, instrument, limit, market, order, parsed, point, quoted, short, stop, trade,
};
use wickflow_shared::time::{Timestamp, Zone};

fn desk() -> Desk {
    desk_of(instrument())
}

/// A desk that has seen a trade at 100 at time 1000.
fn desk_of(instrument: Instrument) -> Desk {
    let mut desk = Desk::new(instrument, "100000");
    desk.tick(&trade(1000, "100", "50"));
    desk
}

/// Whether the fills are these: quantity, price, rule.
#[track_caller]
fn check(got: &[wickflow_shared::order::Fill], want: &[(&str, &str, Rule)]) {
    let want: Vec<_> = want.iter().map(|(q, p, rule)| (parsed(q), parsed(p), *rule)).collect();
    assert_eq!(short(got), want);
}

/// The candle 100 → 110 → 90 → 105 as points of its path.
fn path(open_time: i64, prices: [&str; 4]) -> [Tick; 4] {
    let [open, first, second, close] = prices;
    [
        point(open_time + 1, open, "10", PathStep::Open),
        point(open_time + 20_000, first, "10", PathStep::FirstExtreme),
        point(open_time + 40_000, second, "10", PathStep::SecondExtreme),
        point(open_time + 59_999, close, "10", PathStep::Close),
    ]
}

#[test]
fn rule_c2_c4_nothing_fills_on_data_at_or_before_the_order() {
    let mut desk = desk();
    desk.submit(market(Buy, "1"));
    check(&desk.tick(&trade(1000, "101", "50")), &[]);
    check(&desk.tick(&trade(1001, "102", "50")), &[("1", "102", Rule::MarketAtLast)]);
}

#[test]
fn rule_c2_legs_of_a_bracket_fill_on_later_events_only() {
    let mut desk = desk();
    desk.submit(OrderRequest { bracket: bracket("95", "105"), ..market(Buy, "1") });
    let [open, high, low, close] = path(60_000, ["100", "110", "90", "105"]);
    check(&desk.tick(&open), &[("1", "100", Rule::MarketAtLast)]);
    // The first extreme goes through the take-profit, so the stop-loss is gone when the second comes.
    check(&desk.tick(&high), &[("1", "105", Rule::LimitTradedThrough)]);
    check(&desk.tick(&low), &[]);
    check(&desk.tick(&close), &[]);
    assert_eq!(desk.held(), "0");
    assert_eq!(desk.account().open_order_count(), 0);
}

#[test]
fn rule_m1_market_orders_take_the_quote() {
    for (side, price) in [(Buy, "101"), (Sell, "99")] {
        let mut desk = desk();
        desk.submit(market(side, "1"));
        let fills = desk.tick(&quoted(2000, "100", "5", ["99", "10", "101", "10"]));
        check(&fills, &[("1", price, Rule::MarketAtQuote)]);
    }
}

#[test]
fn rule_m1_without_quotes_half_the_spread_is_paid() {
    // 100 bps of 100 are 1, half of it 0.5: one tick.
    for (side, price) in [(Buy, "100.5"), (Sell, "99.5")] {
        let mut desk = desk_of(Instrument { spread: Bps(100), ..instrument() });
        desk.submit(market(side, "1"));
        check(&desk.tick(&trade(2000, "100", "50")), &[("1", price, Rule::MarketAtLast)]);
    }
}

#[test]
fn rule_m3_a_quote_that_contradicts_itself_fills_nothing() {
    let mut desk = desk();
    desk.submit(market(Buy, "1"));
    check(&desk.tick(&quoted(2000, "100", "5", ["102", "10", "101", "10"])), &[]);
    check(&desk.tick(&trade(3000, "103", "5")), &[("1", "103", Rule::MarketAtLast)]);
}

#[test]
fn rule_m4_nothing_fills_while_the_exchange_is_closed() {
    let day = vec![SessionWindow { open: 10, close: 20 }];
    let weekly = std::array::from_fn(|_| day.clone());
    let calendar = Calendar::with_sessions(Zone::utc(), weekly, std::collections::BTreeMap::new()).unwrap();
    let minute = 60_000;
    let mut desk = Desk::new(Instrument { calendar, ..instrument() }, "100000");
    desk.tick(&trade(11 * minute, "100", "5"));
    desk.tick(&trade(21 * minute, "100", "5"));
    desk.submit(market(Buy, "1"));
    desk.submit(limit(Buy, "1", "99"));
    check(&desk.tick(&trade(22 * minute, "90", "5")), &[]);
    // The next session opens below the limit, as the closed market showed before: the order takes (rule L-6).
    let next = 1440 * minute + 10 * minute;
    check(
        &desk.tick(&trade(next, "98", "50")),
        &[("1", "98", Rule::MarketAtLast), ("1", "98", Rule::MarketableLimit)],
    );
}

#[test]
fn rule_m5_what_is_beyond_the_visible_size_costs_a_tick_more() {
    let mut desk = desk();
    desk.submit(market(Buy, "10"));
    let fills = desk.tick(&quoted(2000, "100", "5", ["99", "4", "101", "4"]));
    check(&fills, &[("4", "101", Rule::MarketAtQuote), ("6", "101.5", Rule::BeyondVisibleSize)]);
    assert_eq!(fills[0].receipt.available, Some(parsed("4")));
    assert_eq!(fills[1].cumulative_quantity, parsed("10"));
}

#[test]
fn rule_l_1_a_limit_order_fills_when_the_price_goes_through_it() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "95"));
    check(&desk.tick(&trade(2000, "96", "50")), &[]);
    check(&desk.tick(&trade(3000, "95", "50")), &[]);
    check(&desk.tick(&trade(4000, "94.5", "50")), &[("1", "95", Rule::LimitTradedThrough)]);
    let mut desk = self::desk();
    desk.submit(limit(Sell, "1", "105"));
    check(&desk.tick(&trade(2000, "105", "50")), &[]);
    check(&desk.tick(&trade(4000, "105.5", "50")), &[("1", "105", Rule::LimitTradedThrough)]);
}

#[test]
fn rule_l_2_an_open_beyond_the_limit_fills_at_the_open_and_never_better() {
    let mut desk = desk();
    desk.submit(limit(Buy, "1", "95"));
    desk.tick(&point(2000, "96", "10", PathStep::Close));
    let [open, ..] = path(60_000, ["93", "94", "80", "90"]);
    check(&desk.tick(&open), &[("1", "93", Rule::LimitGap)]);
    // Inside the candle the limit itself is the price, not the far extreme.
    let mut desk = self::desk();
    desk.submit(limit(Buy, "1", "95"));
    let [open, first, second, _] = path(60_000, ["96", "97", "80", "90"]);
    check(&desk.tick(&open), &[]);
    check(&desk.tick(&first), &[]);
    check(&desk.tick(&second), &[("1", "95", Rule::LimitTradedThrough)]);
}

#[test]
fn rule_l_4_l_5_what_trades_is_shared_by_the_orders_of_an_account() {
    let mut desk = desk();
    desk.submit(limit(Buy, "3", "95"));
    desk.submit(limit(Buy, "3", "94"));
    check(
        &desk.tick(&trade(2000, "93", "5")),
        &[("3", "95", Rule::LimitTradedThrough), ("2", "94", Rule::LimitTradedThrough)],
    );
    let order = desk.account().open_orders().next().unwrap();
    assert_eq!((order.status, order.leaves_quantity()), (OrderStatus::PartiallyFilled, parsed("1")));
    check(&desk.tick(&trade(3000, "93", "5")), &[("1", "94", Rule::LimitTradedThrough)]);
}

#[test]
fn rule_l_6_a_marketable_limit_takes_up_to_its_limit() {
    let mut desk = desk();
    desk.tick(&quoted(1500, "100", "5", ["99", "4", "101", "4"]));
    desk.submit(limit(Buy, "10", "101"));
    // Four are there at 101; the rest would cost a tick more than the limit, and waits.
    let fills = desk.tick(&quoted(2000, "100", "5", ["99", "4", "101", "4"]));
    check(&fills, &[("4", "101", Rule::MarketableLimit)]);
    check(&desk.tick(&quoted(2500, "101", "5", ["100", "4", "101.5", "4"])), &[]);
}

#[test]
fn rule_s1_a_stop_that_is_touched_fills_at_the_stop_and_a_gap_at_the_open() {
    let mut desk = desk();
    desk.submit(stop(Sell, "1", "95"));
    let [open, first, second, _] = path(60_000, ["100", "101", "90", "99"]);
    check(&desk.tick(&open), &[]);
    check(&desk.tick(&first), &[]);
    check(&desk.tick(&second), &[("1", "95", Rule::StopTouched)]);
    let mut desk = self::desk();
    desk.submit(stop(Sell, "1", "95"));
    let [open, ..] = path(60_000, ["92", "101", "90", "99"]);
    check(&desk.tick(&open), &[("1", "92", Rule::StopGap)]);
    let mut desk = self::desk();
    desk.submit(stop(Buy, "1", "105"));
    check(&desk.tick(&trade(2000, "107", "50")), &[("1", "107", Rule::StopGap)]);
}

#[test]
fn rule_s2_a_stop_limit_is_tested_after_its_trigger_only() {
    let mut desk = desk();
    let request = OrderRequest {
        stop_price: Some(parsed("105")),
        limit_price: Some(parsed("106")),
        ..order(Buy, OrderType::StopLimit, "1")
    };
    desk.submit(request);
    // It is triggered above its limit, so it waits there.
    check(&desk.tick(&trade(2000, "107", "50")), &[]);
    assert!(desk.account().open_orders().next().unwrap().triggered);
    check(&desk.tick(&trade(3000, "106", "50")), &[]);
    check(&desk.tick(&trade(4000, "105", "50")), &[("1", "106", Rule::LimitTradedThrough)]);
    // On a candle's path the trigger's point is not the limit's, though both lie on the way to it.
    let mut desk = self::desk();
    desk.submit(OrderRequest {
        stop_price: Some(parsed("105")),
        limit_price: Some(parsed("104")),
        ..order(Buy, OrderType::StopLimit, "1")
    });
    let [open, high, low, _] = path(60_000, ["100", "110", "90", "105"]);
    check(&desk.tick(&open), &[]);
    check(&desk.tick(&high), &[]);
    check(&desk.tick(&low), &[("1", "104", Rule::LimitTradedThrough)]);
}

#[test]
fn rule_s3_the_first_leg_cancels_the_other() {
    let mut desk = desk();
    desk.submit(OrderRequest { bracket: bracket("95", "105"), ..market(Buy, "2") });
    desk.tick(&trade(2000, "100", "50"));
    assert_eq!(desk.account().open_order_count(), 2);
    // Part of the take-profit fills: the stop-loss protects the rest only.
    check(&desk.tick(&trade(3000, "106", "0.5")), &[("0.5", "105", Rule::LimitTradedThrough)]);
    let stop_loss = desk.account().open_orders().find(|o| o.order_type == OrderType::StopMarket).unwrap();
    assert_eq!(stop_loss.quantity, parsed("1.5"));
    check(&desk.tick(&trade(4000, "94", "50")), &[("1.5", "94", Rule::StopGap)]);
    assert_eq!((desk.held().as_str(), desk.account().open_order_count()), ("0", 0));
    let reasons: Vec<_> = desk.account().closed_orders().filter_map(|order| order.cancel_reason).collect();
    assert_eq!(reasons, [CancelReason::OtherLegFilled]);
}

#[test]
fn rule_s3_legs_follow_what_the_entry_fills() {
    let mut desk = desk();
    desk.submit(OrderRequest { bracket: bracket("90", "105"), ..limit(Buy, "5", "95") });
    check(&desk.tick(&trade(2000, "94", "2")), &[("2", "95", Rule::LimitTradedThrough)]);
    let legs = |desk: &Desk| -> Vec<String> {
        let legs = desk.account().open_orders().filter(|order| order.parent_id.is_some());
        legs.map(|order| order.quantity.to_string()).collect()
    };
    assert_eq!(legs(&desk), ["2", "2"]);
    check(&desk.tick(&trade(3000, "94", "2")), &[("2", "95", Rule::LimitTradedThrough)]);
    assert_eq!(legs(&desk), ["4", "4"]);
}

#[test]
fn rule_s5_exits_never_exceed_the_position() {
    let mut desk = desk();
    desk.submit(market(Buy, "2"));
    desk.tick(&trade(2000, "100", "50"));
    desk.submit(OrderRequest { reduce_only: true, ..limit(Sell, "2", "105") });
    desk.submit(market(Sell, "1.5"));
    desk.tick(&trade(3000, "100", "50"));
    check(&desk.tick(&trade(4000, "106", "50")), &[("0.5", "105", Rule::LimitTradedThrough)]);
    assert_eq!((desk.held().as_str(), desk.account().open_order_count()), ("0", 0));
    let reject = desk.shard.execute(
        ACCOUNT,
        &Command::SubmitOrder(OrderRequest { reduce_only: true, ..market(Sell, "1") }),
        Timestamp(5000),
    );
    assert_eq!(reject.unwrap_err().code, RejectCode::NoPosition);
}

#[test]
fn rule_k1_slippage_makes_takers_worse_and_spares_limits() {
    let slipping = || Instrument { slippage: SlippageModel::Ticks { ticks: 3 }, ..instrument() };
    for (request, price) in
        [(market(Buy, "1"), "103.5"), (market(Sell, "1"), "100.5"), (stop(Buy, "1", "101"), "103.5")]
    {
        let mut desk = desk_of(slipping());
        desk.submit(request);
        let fills = desk.tick(&trade(2000, "102", "50"));
        assert_eq!(fills[0].price, parsed(price));
        assert_eq!(fills[0].receipt.slippage, parsed("1.5"));
    }
    let mut desk = desk_of(slipping());
    desk.submit(limit(Buy, "1", "95"));
    check(&desk.tick(&trade(2000, "94", "50")), &[("1", "95", Rule::LimitTradedThrough)]);
}

#[test]
fn rule_k2_fees_follow_the_side_of_liquidity() {
    let fees = FeeModel::Percentage { maker: Bps(10), taker: Bps(20), min: parsed("0.01") };
    let mut desk = desk_of(Instrument { fees, ..instrument() });
    desk.submit(market(Buy, "1"));
    // 20 bps of 100.
    assert_eq!(desk.tick(&trade(2000, "100", "50"))[0].fee, parsed("0.2"));
    desk.submit(limit(Sell, "1", "105"));
    // 10 bps of 105.
    assert_eq!(desk.tick(&trade(3000, "106", "50"))[0].fee, parsed("0.105"));
    let balance = desk.account().portfolio().balance(Currency::USD);
    // 100000 − 100 − 0.2 + 105 − 0.105
    assert_eq!(balance.cash, parsed("100004.695"));
    assert_eq!((balance.realized_pnl, balance.fees), (parsed("5"), parsed("0.305")));
}

#[test]
fn rule_k3_what_cannot_be_paid_is_refused_never_resized() {
    let mut desk = desk();
    let refused = |desk: &mut Desk, request: OrderRequest| {
        let rejected = desk.shard.execute(ACCOUNT, &Command::SubmitOrder(request), Timestamp(1000));
        rejected.unwrap_err().code
    };
    // 100000 dollars buy 1000 at 100, less the cushion of 2 % for market orders.
    assert_eq!(refused(&mut desk, market(Buy, "981")), RejectCode::InsufficientBuyingPower);
    assert_eq!(refused(&mut desk, limit(Buy, "1000", "100.5")), RejectCode::InsufficientBuyingPower);
    // Open orders reserve.
    desk.submit(limit(Buy, "900", "100"));
    assert_eq!(refused(&mut desk, limit(Buy, "101", "100")), RejectCode::InsufficientBuyingPower);
    desk.submit(limit(Buy, "100", "100"));
    // A short sale is valued at 1.03 × the ask.
    let mut desk = self::desk();
    assert_eq!(refused(&mut desk, limit(Sell, "971", "100")), RejectCode::InsufficientBuyingPower);
    desk.submit(limit(Sell, "970", "100"));
}

#[test]
fn rule_k3_an_order_that_became_too_dear_is_canceled_at_its_fill() {
    let mut desk = desk();
    desk.submit(market(Buy, "980"));
    check(&desk.tick(&trade(2000, "110", "5000")), &[]);
    let order = desk.account().closed_orders().next().unwrap();
    assert_eq!(order.cancel_reason, Some(CancelReason::InsufficientBuyingPower));
}

#[test]
fn rule_k4_equity_at_zero_closes_everything() {
    let mut desk = desk();
    desk.submit(market(Sell, "900"));
    desk.tick(&trade(2000, "100", "5000"));
    desk.submit(limit(Buy, "1", "50"));
    // 900 short from 100: at 212 more than 100000 are lost.
    desk.tick(&trade(3000, "212", "5000"));
    assert!(desk.account().is_liquidating(Currency::USD));
    let fills = desk.tick(&trade(4000, "213", "5000"));
    check(&fills, &[("900", "213", Rule::MarketAtLast)]);
    assert_eq!((desk.held().as_str(), desk.account().open_order_count()), ("0", 0));
    assert!(!desk.account().is_liquidating(Currency::USD), "it is over when nothing is left");
}

#[test]
fn rule_k5_tick_and_lot_are_enforced() {
    let mut desk = desk();
    for (request, field) in [
        (market(Buy, "0.0001"), "quantity"),
        (limit(Buy, "1", "99.3"), "limit_price"),
        (stop(Buy, "1", "101.1"), "stop_price"),
        (OrderRequest { bracket: bracket("95.2", "105"), ..market(Buy, "1") }, "bracket.stop_loss"),
        (OrderRequest { bracket: bracket("101", "105"), ..market(Buy, "1") }, "bracket.stop_loss"),
        (OrderRequest { bracket: bracket("95", "99"), ..market(Buy, "1") }, "bracket.take_profit"),
    ] {
        let reject =
            desk.shard.execute(ACCOUNT, &Command::SubmitOrder(request), Timestamp(1000)).unwrap_err();
        assert_eq!((reject.code, reject.field.as_deref()), (RejectCode::InvalidOrder, Some(field)));
    }
}

#[test]
fn time_in_force() {
    let with = |request: OrderRequest, time_in_force| OrderRequest { time_in_force, ..request };
    // What the first event cannot fill of an IOC order is canceled.
    let mut desk = desk();
    desk.submit(with(limit(Buy, "10", "101"), TimeInForce::Ioc));
    check(
        &desk.tick(&quoted(2000, "100", "5", ["99", "4", "101", "4"])),
        &[("4", "101", Rule::MarketableLimit)],
    );
    assert_eq!(
        desk.account().closed_orders().next().unwrap().cancel_reason,
        Some(CancelReason::ImmediateOrCancel)
    );
    // A FOK order fills whole or not at all.
    let mut desk = self::desk();
    desk.submit(with(limit(Buy, "10", "101"), TimeInForce::Fok));
    check(&desk.tick(&quoted(2000, "100", "5", ["99", "4", "101", "4"])), &[]);
    assert_eq!(desk.account().closed_orders().next().unwrap().cancel_reason, Some(CancelReason::FillOrKill));
    desk.submit(with(limit(Buy, "3", "101"), TimeInForce::Fok));
    check(
        &desk.tick(&quoted(3000, "100", "5", ["99", "4", "101", "4"])),
        &[("3", "101", Rule::MarketableLimit)],
    );
    // A DAY order ends with its day, before an event of the next one can fill it.
    desk.submit(with(limit(Buy, "1", "95"), TimeInForce::Day));
    check(&desk.tick(&trade(86_400_000, "90", "50")), &[]);
    assert_eq!(desk.account().closed_orders().last().unwrap().status, OrderStatus::Expired);
}

use super::*;
use crate::state::fixtures::{bitcoin, fill, funded, order};
use wickflow_shared::account::AccountEvent;

const DAY: &str = "2026-11-21T00:00:00Z";

fn at(minutes: i64) -> Timestamp {
    DAY.parse::<Timestamp>().unwrap().plus_ms(minutes * 60_000)
}

/// An account with 100,000 dollars after these fills: (minute of the day, side, quantity, price), each with a fee of 1.
fn account(fills: &[(i64, OrderSide, &str, &str)]) -> Account {
    let mut account = funded("100000");
    for (number, (minute, side, quantity, price)) in (1..).zip(fills) {
        let accepted = AccountEvent::OrderAccepted { order: Box::new(order(number, *side, quantity)) };
        account.apply(at(*minute), &accepted).unwrap();
        let filled =
            AccountEvent::OrderFilled { fill: Box::new(fill(number, *side, quantity, price, at(*minute))) };
        account.apply(at(*minute), &filled).unwrap();
    }
    account
}

fn day(account: &Account, last: &str, reference: f64) -> String {
    let market = |_: &Symbol| {
        Some(DayMarket { instrument: Arc::new(bitcoin()), last: last.parse().unwrap(), reference })
    };
    day_pnl(account, Currency::USD, at(600), market).unwrap().to_string()
}

#[test]
fn what_was_held_counts_from_yesterday_and_what_was_traded_from_its_price() {
    use OrderSide::{Buy, Sell};
    for (what, fills, want) in [
        ("nothing", &[][..], "0"),
        ("held since yesterday", &[(-60, Buy, "2", "90")][..], "20"),
        ("bought today", &[(60, Buy, "2", "105")][..], "9"),
        ("short since yesterday", &[(-60, Sell, "2", "90")][..], "-20"),
        ("held, half sold today", &[(-60, Buy, "2", "90"), (60, Sell, "1", "104")][..], "13"),
        ("round trip today", &[(60, Buy, "1", "100"), (61, Sell, "1", "103")][..], "1"),
        ("flipped today", &[(-60, Buy, "1", "90"), (60, Sell, "2", "108")][..], "5"),
    ] {
        // Last price 110, yesterday's close 100.
        let account = account(fills);
        assert_eq!(day(&account, "110", 100.0), want, "{what}");
    }
}

#[test]
fn the_pieces_of_one_order_are_one_notice() {
    let mut account = funded("100000");
    let big = AccountEvent::OrderAccepted { order: Box::new(order(1, OrderSide::Buy, "3")) };
    account.apply(at(0), &big).unwrap();
    let find = |_: &Symbol| Some(Arc::new(bitcoin()));
    let mut notices = Vec::new();
    let mut titles = Vec::new();
    for (number, quantity, price) in [(1, "1", "100"), (2, "2", "103")] {
        let mut piece = fill(1, OrderSide::Buy, quantity, price, at(1));
        piece.id = wickflow_shared::id::FillId(number);
        let event = AccountEvent::OrderFilled { fill: Box::new(piece) };
        account.apply(at(1), &event).unwrap();
        push_notice(&mut notices, notice(&event, &account, find).unwrap());
        titles.push(notices[0].title.clone());
    }
    assert_eq!(titles, ["Bought 1 of 3 BTCUSD at 100.00", "Bought 3 BTCUSD at 102.00"]);
    assert_eq!((notices.len(), notices[0].text.as_str()), (1, "Market, fee 2.00 USD"));
}

#[test]
fn only_what_nobody_asked_for_is_told() {
    let mut account = account(&[]);
    let accepted = AccountEvent::OrderAccepted { order: Box::new(order(1, OrderSide::Buy, "3")) };
    account.apply(at(0), &accepted).unwrap();
    for (reason, told) in [
        (CancelReason::Requested, false),
        (CancelReason::OtherLegFilled, false),
        (CancelReason::InsufficientBuyingPower, true),
        (CancelReason::FillOrKill, true),
        (CancelReason::ReplaySeek, true),
    ] {
        let event = AccountEvent::OrderCanceled { order_id: OrderId(1), reason };
        let notice = notice(&event, &account, |_| None);
        assert_eq!(notice.is_some(), told, "{reason:?}");
    }
}

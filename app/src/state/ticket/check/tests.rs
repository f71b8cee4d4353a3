use super::*;
use crate::state::fixtures::{bitcoin, share};
use wickflow_shared::order::TimeInForce;

fn form(order_type: OrderType, side: OrderSide) -> TicketForm {
    TicketForm { order_type, side, quantity: "10".to_owned(), ..TicketForm::default() }
}

fn market() -> Option<Price> {
    "100".parse().ok()
}

/// Field and text of the first problem.
fn problem(form: &TicketForm) -> Option<(Field, String)> {
    let draft = form.draft(&share(), market());
    assert_eq!(draft.request.is_none(), draft.obstacle().is_some(), "an order or a reason why not");
    draft.obstacle().map(|p| (p.field, p.message.clone()))
}

#[test]
fn a_market_order_needs_a_quantity_alone() {
    let mut f = form(OrderType::Market, OrderSide::Buy);
    assert_eq!(problem(&f), None);
    for (text, want) in [
        ("", "Enter a quantity"),
        ("abc", "The quantity must be a number, such as 12.5"),
        ("-1", "A quantity must be greater than zero, not -1"),
        ("0", "The quantity must be greater than zero"),
        ("1.5", "The quantity 1.5 is no whole number of lots of 1"),
        ("1000001", "The quantity 1000001 is above the largest, 1000000"),
    ] {
        f.quantity = text.to_owned();
        assert_eq!(problem(&f), Some((Field::Quantity, want.to_owned())), "{text}");
    }
    f.quantity = " 1,000 ".to_owned();
    assert_eq!(problem(&f), None, "separators are understood");
}

#[test]
fn what_is_missing_is_no_mistake() {
    let f = TicketForm { quantity: String::new(), ..form(OrderType::Limit, OrderSide::Buy) };
    let draft = f.draft(&share(), market());
    assert_eq!(draft.problems.len(), 2);
    assert!(draft.problems.iter().all(|p| p.is_missing));
    assert_eq!(draft.mistake(Field::Quantity), None);
}

#[test]
fn prices_follow_the_type() {
    let mut f = form(OrderType::StopLimit, OrderSide::Buy);
    f.limit_price = "101".to_owned();
    assert_eq!(problem(&f), Some((Field::StopPrice, "Enter a stop price".to_owned())));
    f.stop_price = "100.5".to_owned();
    assert_eq!(problem(&f), None);
    f.limit_price = "101.03".to_owned();
    assert_eq!(
        problem(&f),
        Some((Field::LimitPrice, "101.03 is no whole number of ticks of 0.05".to_owned()))
    );
    f.choose_type(OrderType::Market, market());
    let request = f.draft(&share(), market()).request.unwrap();
    assert_eq!((request.limit_price, request.stop_price), (None, None), "hidden prices are not sent");
}

#[test]
fn choosing_a_type_starts_its_price_at_the_market() {
    let mut f = form(OrderType::Market, OrderSide::Buy);
    f.time_in_force = TimeInForce::Ioc;
    f.choose_type(OrderType::StopMarket, market());
    assert_eq!((f.stop_price.as_str(), f.limit_price.as_str()), ("100", ""));
    assert_eq!(f.time_in_force, TimeInForce::Gtc, "a stop cannot be immediate");
    f.stop_price = "99".to_owned();
    f.choose_type(OrderType::StopLimit, market());
    assert_eq!((f.stop_price.as_str(), f.limit_price.as_str()), ("99", "100"), "what was typed stays");
}

#[test]
fn legs_in_percent_count_from_the_entry() {
    for (side, order_type, limit, stop_loss, take_profit) in [
        (OrderSide::Buy, OrderType::Market, "", "99", "102"),
        (OrderSide::Sell, OrderType::Market, "", "101", "98"),
        (OrderSide::Buy, OrderType::Limit, "50.05", "49.55", "51.05"),
    ] {
        let mut f = form(order_type, side);
        f.limit_price = limit.to_owned();
        f.stop_loss.is_on = true;
        f.take_profit.is_on = true;
        let draft = f.draft(&share(), market());
        assert_eq!(draft.problems, []);
        assert_eq!(draft.stop_loss.unwrap().to_string(), stop_loss);
        assert_eq!(draft.take_profit.unwrap().to_string(), take_profit);
        let bracket = draft.request.unwrap().bracket.unwrap();
        assert_eq!((bracket.stop_loss, bracket.take_profit), (draft.stop_loss, draft.take_profit));
    }
}

#[test]
fn legs_on_the_wrong_side_are_named() {
    let leg = |text: &str| Leg { is_on: true, text: text.to_owned(), unit: LegUnit::Price };
    let mut f = form(OrderType::Market, OrderSide::Buy);
    f.stop_loss = leg("100.05");
    let (field, message) = problem(&f).unwrap();
    assert_eq!(
        (field, message.as_str()),
        (Field::StopLoss, "The stop-loss must be below the market price, 100")
    );
    f.side = OrderSide::Sell;
    assert_eq!(problem(&f), None);
    f.take_profit = leg("100.05");
    assert_eq!(problem(&f).unwrap().0, Field::TakeProfit);

    let mut f = form(OrderType::Limit, OrderSide::Buy);
    f.limit_price = "90".to_owned();
    f.stop_loss = leg("95");
    assert_eq!(problem(&f).unwrap().0, Field::StopLoss, "the engine compares with the limit price");
    f.reduce_only = true;
    assert_eq!(problem(&f), None, "orders that only reduce carry no bracket");
}

#[test]
fn absurd_legs_are_refused() {
    let mut f = form(OrderType::Market, OrderSide::Buy);
    f.stop_loss.is_on = true;
    for text in ["0", "100", "-1", "1e3", "999999999999999999999999999", "x"] {
        f.stop_loss.text = text.to_owned();
        assert_eq!(problem(&f).map(|p| p.0), Some(Field::StopLoss), "{text}");
    }
    f.stop_loss.text = "1".to_owned();
    let draft = f.draft(&share(), None);
    assert_eq!(draft.mistake(Field::StopLoss), Some("There is no price yet to count from"));
}

#[test]
fn steps_follow_tick_and_lot() {
    let mut f = form(OrderType::Limit, OrderSide::Buy);
    f.step_price(Field::LimitPrice, 1, &share(), market());
    assert_eq!(f.limit_price, "100.05", "an empty field starts at the market");
    f.step_price(Field::LimitPrice, -2, &share(), market());
    assert_eq!(f.limit_price, "99.95");
    f.step_quantity(-1, &share());
    assert_eq!(f.quantity, "9");
    f.quantity.clear();
    f.step_quantity(1, &bitcoin());
    assert_eq!(f.quantity, "0.001");
}

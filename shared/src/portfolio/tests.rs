use super::{Portfolio, PositionSide};
use crate::id::{FillId, OrderId};
use crate::market::Currency;
use crate::num::Money;
use crate::order::OrderSide::{self, Buy, Sell};
use crate::order::{Fill, LiquiditySide, Receipt, Rule};
use crate::testing::{instrument, parsed, trade};
use crate::time::Timestamp;

fn fill(side: OrderSide, quantity: &str, price: &str, fee: &str) -> Fill {
    Fill {
        id: FillId(1),
        order_id: OrderId(1),
        symbol: instrument().symbol,
        side,
        quantity: parsed(quantity),
        cumulative_quantity: parsed(quantity),
        price: parsed(price),
        fee: parsed(fee),
        currency: Currency::USD,
        liquidity: LiquiditySide::Taker,
        time: Timestamp(1),
        receipt: Receipt {
            rule: Rule::MarketAtLast,
            tick: trade(1, price, quantity),
            reference_price: parsed(price),
            slippage: Money::ZERO,
            available: None,
            fee_terms: String::new(),
        },
    }
}

/// One fill a line: what it is, then signed quantity, cost basis, realized P&L of this fill, cash. By hand.
#[test]
fn a_story_of_fills() {
    let mut portfolio = Portfolio::default();
    portfolio.deposit(Currency::USD, parsed("10000")).unwrap();
    let symbol = instrument().symbol;
    for (side, quantity, price, fee, held, basis, realized, cash) in [
        // Open long, add to it.
        (Buy, "2", "100", "1", "2", "200", "0", "9799"),
        (Buy, "1", "130", "1", "3", "330", "0", "9668"),
        // Close a third: its share of 330 is 110.
        (Sell, "1", "120", "1", "2", "220", "10", "9787"),
        // Flip: sell 2 at 90 that cost 220, and 3 more.
        (Sell, "5", "90", "1", "-3", "-270", "-40", "10236"),
        // Cover a third of the short: its share of the proceeds is 90.
        (Buy, "1", "80", "1", "-2", "-180", "10", "10155"),
        (Sell, "1", "75", "0", "-3", "-255", "0", "10230"),
        // Cover all of it.
        (Buy, "3", "85", "1", "0", "0", "0", "9974"),
    ] {
        let got = portfolio.fill(&fill(side, quantity, price, fee)).unwrap();
        let position = portfolio.position(&symbol);
        let state = (
            position.map_or_else(|| "0".to_owned(), |position| position.signed_quantity().to_string()),
            position.map_or(Money::ZERO, |position| position.cost_basis),
            got,
            portfolio.balance(Currency::USD).cash,
        );
        let want = (held.to_owned(), parsed(basis), parsed(realized), parsed(cash));
        assert_eq!(state, want, "{side:?} {quantity} at {price}");
        for mark in ["1", "99.99999999", "12345.678"] {
            let value = portfolio.value(Currency::USD, |_| Some(parsed(mark))).unwrap();
            assert!(value.balances().unwrap(), "{value:?}");
        }
    }
    let balance = portfolio.balance(Currency::USD);
    assert_eq!((balance.realized_pnl, balance.fees), (parsed("-20"), parsed("6")));
}

#[test]
fn thirds_lose_nothing() {
    let mut portfolio = Portfolio::default();
    portfolio.fill(&fill(Buy, "3", "33.33333333", "0")).unwrap();
    portfolio.fill(&fill(Buy, "4", "0.00000001", "0")).unwrap();
    // 99.99999999 + 0.00000004 over 7 units never divides evenly.
    let realized: Vec<Money> = (0..7).map(|_| portfolio.fill(&fill(Sell, "1", "14", "0")).unwrap()).collect();
    let sum = realized.into_iter().try_fold(Money::ZERO, Money::checked_add).unwrap();
    assert_eq!(sum, parsed("-2.00000003"), "98 less what was paid, to the last unit");
    assert_eq!(portfolio.positions().count(), 0);
    assert_eq!(portfolio.balance(Currency::USD).cash, sum);
}

#[test]
fn shorts_are_worth_less_than_nothing() {
    let mut portfolio = Portfolio::default();
    portfolio.fill(&fill(Sell, "4", "25", "0")).unwrap();
    let position = portfolio.position(&instrument().symbol).unwrap();
    assert_eq!((position.side, position.average_price()), (PositionSide::Short, Some(parsed("25"))));
    assert_eq!(position.value(parsed("30")), Ok(parsed("-120")));
    assert_eq!(position.unrealized_pnl(parsed("30")), Ok(parsed("-20")));
    let value = portfolio.value(Currency::USD, |_| Some(parsed("30"))).unwrap();
    assert_eq!((value.cash, value.position_value), (parsed("100"), parsed("-120")));
    assert_eq!((value.gross_exposure, value.equity), (parsed("120"), parsed("-20")));
    // Without a price yet, at cost.
    let value = portfolio.value(Currency::USD, |_| None).unwrap();
    assert_eq!((value.equity, value.unrealized_pnl), (Money::ZERO, Money::ZERO));
}

//! What an order would come to, worked out here by the engine's own rules from the prices that are shown.

use std::sync::Arc;

use wickflow_shared::account::{Account, Context, OrderPreview, Reject, RiskLimits};
use wickflow_shared::market::{Currency, Instrument, Quote, Symbol, Tick, TickSource};
use wickflow_shared::matching::{FeeModel, Markets};
use wickflow_shared::num::{Decimal, Money, Quantity};
use wickflow_shared::order::{OrderRequest, OrderSide};
use wickflow_shared::portfolio::Position;
use wickflow_shared::protocol::Ticker;
use wickflow_shared::time::Timestamp;

use super::{Store, exact};

/// Share of the price that the engine reserves beyond it for buys without a limit price.
const BUY_CUSHION: Decimal = Decimal::from_parts(2, 0, 0, false, 2);
/// The same for short sales.
const SHORT_CUSHION: Decimal = Decimal::from_parts(31, 0, 0, false, 3);
/// Room for a fee whose terms are no plain share of the notional.
const FEE_ROOM: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// A ticker as the market event that it came from, as far as it tells.
fn tick(ticker: &Ticker) -> Tick {
    let quote = ticker.bid.zip(ticker.ask).map(|(bid, ask)| Quote {
        bid,
        bid_size: Quantity::ZERO,
        ask,
        ask_size: Quantity::ZERO,
    });
    Tick {
        time: ticker.time,
        price: ticker.last,
        size: Quantity::ZERO,
        aggressor: None,
        quote,
        source: TickSource::Trade,
    }
}

/// The markets that say what an account in one currency is worth: of what it holds and has ordered, and one more.
fn markets(account: &Account, currency: Currency, more: Option<&Symbol>, find: &Lookup<'_>) -> Markets {
    let held = account.portfolio().positions_in(currency).map(|position| &position.symbol);
    let ordered = account.open_orders().filter(|order| order.currency == currency).map(|order| &order.symbol);
    let mut markets = Markets::new();
    for symbol in held.chain(ordered).chain(more) {
        if markets.index_of(symbol).is_some() {
            continue;
        }
        if let Some((instrument, ticker)) = find(symbol) {
            let index = markets.insert(instrument);
            if let Some(ticker) = ticker {
                markets.observe(index, &tick(&ticker));
            }
        }
    }
    markets
}

/// Finds an instrument and its latest.
type Lookup<'a> = dyn Fn(&Symbol) -> Option<(Arc<Instrument>, Option<Ticker>)> + 'a;

/// Instruments and prices of the store; what is looked up is tracked.
fn lookup(store: Store) -> impl Fn(&Symbol) -> Option<(Arc<Instrument>, Option<Ticker>)> {
    move |symbol| {
        let ticker = store.quote(symbol).and_then(|quote| quote.ticker.get());
        store.instruments.with(|all| all.iter().find(|i| i.symbol == *symbol).cloned()).map(|i| (i, ticker))
    }
}

/// What the account can still pay in a currency; tracks the prices of what it holds.
#[must_use]
pub fn buying_power(account: &Account, store: Store, currency: Currency) -> Option<Money> {
    let markets = markets(account, currency, None, &lookup(store));
    account.buying_power(currency, &markets, &RiskLimits::default()).ok()
}

/// Room that a size leaves beyond the price, as a share of it: what the engine reserves for the fee, and for the market
/// to move before an order without a limit price fills.
#[must_use]
pub fn reserve(instrument: &Instrument, side: OrderSide, has_limit: bool) -> Decimal {
    let fee = match &instrument.fees {
        FeeModel::Free => Decimal::ZERO,
        FeeModel::Percentage { taker, .. } => Decimal::new(i64::from(taker.0), 4) * Decimal::new(104, 2),
        FeeModel::IndiaEquityIntraday => FEE_ROOM,
    };
    let cushion = match side {
        OrderSide::Sell => SHORT_CUSHION,
        OrderSide::Buy if has_limit => Decimal::ZERO,
        OrderSide::Buy => BUY_CUSHION,
    };
    fee + cushion
}

/// What an order would cost, and leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The engine's estimate.
    pub preview: OrderPreview,
    /// How the fee is worked out.
    pub fee_terms: String,
    /// Quantity held when it has filled, negative when short.
    pub position_after: Decimal,
}

/// What an order would cost at the prices shown; tracks them.
///
/// # Errors
/// Why the order would be refused before its cost matters.
pub fn estimate(
    account: &Account,
    store: Store,
    instrument: &Instrument,
    request: &OrderRequest,
    now: Timestamp,
) -> Result<Estimate, Reject> {
    estimate_with(account, instrument, request, now, &lookup(store))
}

fn estimate_with(
    account: &Account,
    instrument: &Instrument,
    request: &OrderRequest,
    now: Timestamp,
    find: &Lookup<'_>,
) -> Result<Estimate, Reject> {
    let markets = markets(account, instrument.currency, Some(&request.symbol), find);
    let limits = RiskLimits::default();
    let preview = account.preview(request, &Context { markets: &markets, now, limits: &limits })?;
    let held =
        account.portfolio().position(&request.symbol).map(Position::signed_quantity).unwrap_or_default();
    let change = match request.side {
        OrderSide::Buy => request.quantity.get(),
        OrderSide::Sell => -request.quantity.get(),
    };
    let waits = request.order_type.has_limit_price();
    let liquidity = if waits {
        wickflow_shared::order::LiquiditySide::Maker
    } else {
        wickflow_shared::order::LiquiditySide::Taker
    };
    Ok(Estimate {
        preview,
        fee_terms: instrument.fees.terms(liquidity),
        position_after: exact::sum(held, change).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::{bitcoin, funded, ticker};
    use crate::state::ticket::{Affordable, TicketForm, quantity_for_share};
    use wickflow_shared::order::OrderType;

    #[test]
    fn the_whole_buying_power_is_never_too_much() {
        let instrument = Arc::new(bitcoin());
        let account = funded("100000");
        let find = |_: &Symbol| Some((instrument.clone(), Some(ticker("50000"))));
        let power = account
            .buying_power(
                Currency::USD,
                &markets(&account, Currency::USD, None, &find),
                &RiskLimits::default(),
            )
            .unwrap();
        assert_eq!(power.to_string(), "100000");
        for (side, order_type, least) in [
            (OrderSide::Buy, OrderType::Market, "1.955"),
            (OrderSide::Buy, OrderType::Limit, "1.995"),
            (OrderSide::Sell, OrderType::Market, "1.93"),
            (OrderSide::Sell, OrderType::Limit, "1.93"),
        ] {
            let has_limit = order_type.has_limit_price();
            let affordable = Affordable {
                buying_power: power,
                price: "50000".parse().unwrap(),
                reserve: reserve(&instrument, side, has_limit),
            };
            let quantity = quantity_for_share(100, affordable, &instrument);
            assert!(quantity >= least.parse().unwrap(), "{side:?} {order_type:?}: only {quantity}");
            let form = TicketForm {
                side,
                order_type,
                quantity: quantity.to_string(),
                limit_price: "50000".to_owned(),
                ..TicketForm::default()
            };
            let request = form.draft(&instrument, "50000".parse().ok()).request.unwrap();
            let estimate = estimate_with(&account, &instrument, &request, Timestamp(0), &find).unwrap();
            assert_eq!(estimate.preview.reject, None, "{side:?} {order_type:?} {quantity}");
        }
    }
}

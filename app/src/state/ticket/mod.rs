//! The order ticket: what has been typed, and what it means as an order.
//!
//! The form keeps the text as typed, so that nothing jumps while somebody is typing. [`TicketForm::draft`] turns it
//! into an [`OrderRequest`](wickflow_shared::order::OrderRequest) or names what stands in the way, field by field. The
//! rules of an order are the engine's own (`OrderRequest::check`): the page and the server cannot disagree.

mod check;
mod size;

pub use check::{Draft, Field, Problem};
pub use size::{Affordable, quantity_for_risk, quantity_for_share};

use wickflow_shared::market::Instrument;
use wickflow_shared::num::Price;
use wickflow_shared::order::{OrderSide, OrderType, TimeInForce};

/// How the distance of a bracket's leg is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LegUnit {
    /// As a price.
    Price,
    /// As a percentage away from the entry.
    #[default]
    Percent,
}

/// One leg of a bracket as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leg {
    /// Whether it is wanted.
    pub is_on: bool,
    /// What is typed.
    pub text: String,
    /// What that means.
    pub unit: LegUnit,
}

/// The ticket as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketForm {
    /// Buy or sell.
    pub side: OrderSide,
    /// What kind of order.
    pub order_type: OrderType,
    /// How much.
    pub quantity: String,
    /// The limit price, kept while another type hides it.
    pub limit_price: String,
    /// The stop price, kept while another type hides it.
    pub stop_price: String,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// Only ever reduce a position.
    pub reduce_only: bool,
    /// The stop-loss of the bracket.
    pub stop_loss: Leg,
    /// The take-profit of the bracket.
    pub take_profit: Leg,
}

impl Default for TicketForm {
    fn default() -> Self {
        Self {
            side: OrderSide::Buy,
            order_type: OrderType::Market,
            quantity: String::new(),
            limit_price: String::new(),
            stop_price: String::new(),
            time_in_force: TimeInForce::Gtc,
            reduce_only: false,
            stop_loss: Leg { text: "1".to_owned(), ..Leg::default() },
            take_profit: Leg { text: "2".to_owned(), ..Leg::default() },
        }
    }
}

/// The order types in the order in which the ticket offers them.
pub const ORDER_TYPES: [(OrderType, &str); 5] = [
    (OrderType::Market, "Market"),
    (OrderType::Limit, "Limit"),
    (OrderType::StopMarket, "Stop"),
    (OrderType::StopLimit, "Stop limit"),
    (OrderType::TakeProfit, "Take profit"),
];

/// What an order type is called.
#[must_use]
pub fn order_type_name(order_type: OrderType) -> &'static str {
    ORDER_TYPES.iter().find(|entry| entry.0 == order_type).map_or("", |entry| entry.1)
}

/// What an order type does, in a sentence.
#[must_use]
pub fn order_type_hint(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Market => "Fills at the next market price.",
        OrderType::Limit => "Fills at the limit price or better, or waits.",
        OrderType::StopMarket => "Becomes a market order once the stop price is touched.",
        OrderType::StopLimit => "Becomes a limit order once the stop price is touched.",
        OrderType::TakeProfit => "A limit order that only ever reduces your position.",
    }
}

/// The times in force with what they mean.
pub const TIMES_IN_FORCE: [(TimeInForce, &str, &str); 4] = [
    (TimeInForce::Gtc, "GTC", "Good till canceled"),
    (TimeInForce::Day, "DAY", "Until the trading day ends"),
    (TimeInForce::Ioc, "IOC", "Immediate or cancel"),
    (TimeInForce::Fok, "FOK", "Fill or kill"),
];

/// What a time in force is called.
#[must_use]
pub fn time_in_force_name(time_in_force: TimeInForce) -> &'static str {
    TIMES_IN_FORCE.iter().find(|entry| entry.0 == time_in_force).map_or("", |entry| entry.1)
}

impl TicketForm {
    /// Whether the type and the switches allow a bracket.
    #[must_use]
    pub fn allows_bracket(&self) -> bool {
        !self.reduce_only && self.order_type != OrderType::TakeProfit
    }

    /// Whether the type can be immediate-or-cancel or fill-or-kill.
    #[must_use]
    pub fn allows(&self, time_in_force: TimeInForce) -> bool {
        let immediate = matches!(time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
        !immediate || matches!(self.order_type, OrderType::Market | OrderType::Limit)
    }

    /// Chooses another type; prices that it needs and that are empty start at the market, and a time in force that
    /// it does not know goes back to the usual one.
    pub fn choose_type(&mut self, order_type: OrderType, market: Option<Price>) {
        self.order_type = order_type;
        if !self.allows(self.time_in_force) {
            self.time_in_force = TimeInForce::Gtc;
        }
        if let Some(market) = market {
            if order_type.has_limit_price() && self.limit_price.is_empty() {
                self.limit_price = market.to_string();
            }
            if order_type.has_stop_price() && self.stop_price.is_empty() {
                self.stop_price = market.to_string();
            }
        }
    }

    /// For another instrument: prices and quantity of the old one mean nothing there.
    pub fn reset_for_instrument(&mut self) {
        self.quantity.clear();
        self.limit_price.clear();
        self.stop_price.clear();
        for leg in [&mut self.stop_loss, &mut self.take_profit] {
            if leg.unit == LegUnit::Price {
                leg.text.clear();
            }
        }
    }

    /// Moves the price in a field by whole ticks.
    pub fn step_price(&mut self, field: Field, ticks: i64, instrument: &Instrument, market: Option<Price>) {
        let text = match field {
            Field::LimitPrice => &mut self.limit_price,
            Field::StopPrice => &mut self.stop_price,
            Field::StopLoss => &mut self.stop_loss.text,
            Field::TakeProfit => &mut self.take_profit.text,
            _ => return,
        };
        if let Some(price) = check::price_of(text).or(market) {
            *text = price.offset_ticks(instrument.tick_size, ticks).to_string();
        }
    }

    /// Moves the quantity by whole lots, never below one.
    pub fn step_quantity(&mut self, lots: i64, instrument: &Instrument) {
        self.quantity = size::step(&self.quantity, lots, instrument);
    }
}

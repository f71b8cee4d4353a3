use wickflow_shared::market::Instrument;
use wickflow_shared::num::{Decimal, NumberError, Price, Quantity, RoundingStrategy};
use wickflow_shared::order::{Bracket, OrderRequest, OrderSide, OrderType};

use super::{Leg, LegUnit, TicketForm};
use crate::state::exact::{product, sum};
use crate::state::format::capitalized;

/// A field of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// How much.
    Quantity,
    /// The limit price.
    LimitPrice,
    /// The stop price.
    StopPrice,
    /// How long it stays.
    TimeInForce,
    /// The stop-loss of the bracket.
    StopLoss,
    /// The take-profit of the bracket.
    TakeProfit,
    /// The order as a whole.
    Order,
}

impl Field {
    /// The field that the engine names so.
    #[must_use]
    pub fn from_wire(name: &str) -> Self {
        match name {
            "quantity" => Self::Quantity,
            "limit_price" => Self::LimitPrice,
            "stop_price" => Self::StopPrice,
            "time_in_force" => Self::TimeInForce,
            "bracket.stop_loss" => Self::StopLoss,
            "bracket.take_profit" => Self::TakeProfit,
            _ => Self::Order,
        }
    }
}

/// What stands in the way of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// A sentence.
    pub message: String,
    /// Whether something is only missing yet: then it is a reason to wait, not a mistake to mark.
    pub is_missing: bool,
}

/// The ticket as an order, as far as it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The order, when nothing stands in the way. It has no client order id yet.
    pub request: Option<OrderRequest>,
    /// What stands in the way; the first one for each field counts.
    pub problems: Vec<Problem>,
    /// The price at which the order is expected to fill: its own, or the market's.
    pub entry: Option<Price>,
    /// The stop-loss as a price, when it makes sense.
    pub stop_loss: Option<Price>,
    /// The take-profit as a price, when it makes sense.
    pub take_profit: Option<Price>,
}

impl Draft {
    /// The problem of a field, if it is a mistake.
    #[must_use]
    pub fn mistake(&self, field: Field) -> Option<&str> {
        let problem = self.problems.iter().find(|problem| problem.field == field && !problem.is_missing)?;
        Some(&problem.message)
    }

    /// Why the order cannot be sent: the first problem.
    #[must_use]
    pub fn obstacle(&self) -> Option<&Problem> {
        self.problems.first()
    }
}

/// A typed price; what people paste (spaces, thousands separators) is understood.
pub(super) fn price_of(text: &str) -> Option<Price> {
    plain(text).parse().ok()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',' && *c != '_').collect()
}

/// Why a number was refused, for people.
fn sentence(error: &NumberError, what: &str) -> String {
    match error {
        NumberError::Syntax(_) => format!("{what} must be a number, such as 12.5"),
        other => capitalized(&other.to_string()),
    }
}

impl TicketForm {
    /// What the typed text means. `market` is where the order would start from: the other side's price, or the last.
    #[must_use]
    pub fn draft(&self, instrument: &Instrument, market: Option<Price>) -> Draft {
        let mut problems = Vec::new();
        let quantity = self.parse_quantity(&mut problems);
        let limit_price = self.parse_price(Field::LimitPrice, &mut problems);
        let stop_price = self.parse_price(Field::StopPrice, &mut problems);
        let entry = limit_price.or(stop_price).or(market);

        let (mut stop_loss, mut take_profit) = (None, None);
        if self.allows_bracket() {
            let against = self.side == OrderSide::Buy;
            stop_loss = leg(&self.stop_loss, Field::StopLoss, against, entry, instrument, &mut problems);
            take_profit =
                leg(&self.take_profit, Field::TakeProfit, !against, entry, instrument, &mut problems);
            check_against_market(self, market, stop_loss, take_profit, &mut problems);
        }
        let bracket =
            (stop_loss.is_some() || take_profit.is_some()).then_some(Bracket { stop_loss, take_profit });

        let mut request = None;
        if let Some(quantity) = quantity.filter(|_| problems.is_empty()) {
            let asked = OrderRequest {
                client_order_id: None,
                symbol: instrument.symbol.clone(),
                side: self.side,
                order_type: self.order_type,
                quantity,
                limit_price,
                stop_price,
                time_in_force: self.time_in_force,
                reduce_only: self.reduce_only || self.order_type == OrderType::TakeProfit,
                bracket,
            };
            match asked.check(instrument) {
                Ok(()) => request = Some(asked),
                Err(error) => {
                    let message = capitalized(&error.message);
                    problems.push(Problem {
                        field: Field::from_wire(error.field),
                        message,
                        is_missing: false,
                    });
                }
            }
        }
        Draft { request, problems, entry, stop_loss, take_profit }
    }

    fn parse_quantity(&self, problems: &mut Vec<Problem>) -> Option<Quantity> {
        let text = plain(&self.quantity);
        if text.is_empty() {
            let message = "Enter a quantity".to_owned();
            problems.push(Problem { field: Field::Quantity, message, is_missing: true });
            return None;
        }
        match text.parse() {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                let message = sentence(&error, "The quantity");
                problems.push(Problem { field: Field::Quantity, message, is_missing: false });
                None
            }
        }
    }

    /// The price of a field that this type of order has.
    fn parse_price(&self, field: Field, problems: &mut Vec<Problem>) -> Option<Price> {
        let (text, wanted, missing, what) = if field == Field::LimitPrice {
            (&self.limit_price, self.order_type.has_limit_price(), "Enter a limit price", "The limit price")
        } else {
            (&self.stop_price, self.order_type.has_stop_price(), "Enter a stop price", "The stop price")
        };
        if !wanted {
            return None;
        }
        let text = plain(text);
        if text.is_empty() {
            problems.push(Problem { field, message: missing.to_owned(), is_missing: true });
            return None;
        }
        text.parse()
            .map_err(|error| {
                problems.push(Problem { field, message: sentence(&error, what), is_missing: false })
            })
            .ok()
    }
}

/// The price of a leg: as typed, or so many percent below (`is_below`) or above the entry.
fn leg(
    leg: &Leg,
    field: Field,
    is_below: bool,
    entry: Option<Price>,
    instrument: &Instrument,
    problems: &mut Vec<Problem>,
) -> Option<Price> {
    if !leg.is_on {
        return None;
    }
    let what = if field == Field::StopLoss { "The stop-loss" } else { "The take-profit" };
    let text = plain(&leg.text);
    if text.is_empty() {
        let unit = if leg.unit == LegUnit::Price { "price" } else { "distance in percent" };
        problems.push(Problem { field, message: format!("Enter a {unit}"), is_missing: true });
        return None;
    }
    let parsed = match leg.unit {
        LegUnit::Price => text.parse().map_err(|error| sentence(&error, what)),
        LegUnit::Percent => percent_away(&text, is_below, entry, instrument, what),
    };
    parsed.map_err(|message| problems.push(Problem { field, message, is_missing: false })).ok()
}

fn percent_away(
    text: &str,
    is_below: bool,
    entry: Option<Price>,
    instrument: &Instrument,
    what: &str,
) -> Result<Price, String> {
    let typed = text.strip_suffix('%').unwrap_or(text);
    let share = typed.parse::<Quantity>().map_err(|error| sentence(&error, what))?.get();
    if share.is_zero() || share >= Decimal::ONE_HUNDRED {
        return Err(format!("{what} must be more than 0 and less than 100 percent away"));
    }
    let entry = entry.ok_or("There is no price yet to count from")?;
    let hundredths = sum(Decimal::ONE_HUNDRED, if is_below { -share } else { share });
    let away =
        hundredths.and_then(|hundredths| product(entry.get(), hundredths)?.checked_div(Decimal::ONE_HUNDRED));
    away.map(|price| price.round_dp(wickflow_shared::num::MAX_DECIMALS))
        .ok_or(NumberError::Overflow)
        .and_then(Price::try_new)
        .and_then(|price| price.round_to_tick(instrument.tick_size, RoundingStrategy::MidpointNearestEven))
        .map_err(|error| sentence(&error, what))
}

/// A market order's bracket has to stand around the market. The engine cannot say so: a request carries no market.
fn check_against_market(
    form: &TicketForm,
    market: Option<Price>,
    stop_loss: Option<Price>,
    take_profit: Option<Price>,
    problems: &mut Vec<Problem>,
) {
    let Some(market) = market.filter(|_| form.order_type == OrderType::Market) else { return };
    let buying = form.side == OrderSide::Buy;
    let is_wrong = |price: Price, below: bool| if below { price >= market } else { price <= market };
    let side = |below: bool| if below { "below" } else { "above" };
    let mut check = |price: Option<Price>, field, what, below| {
        if price.is_some_and(|price| is_wrong(price, below)) {
            let message = format!("{what} must be {} the market price, {market}", side(below));
            problems.push(Problem { field, message, is_missing: false });
        }
    };
    check(stop_loss, Field::StopLoss, "The stop-loss", buying);
    check(take_profit, Field::TakeProfit, "The take-profit", !buying);
}

#[cfg(test)]
mod tests;

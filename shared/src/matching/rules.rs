use super::slippage::Draw;
use super::taking::{Liquidity, Piece, Taker, taking_price, within_limit};
use crate::market::{Instrument, PathStep, Tick, TickSource};
use crate::num::{Price, Quantity};
use crate::order::{LiquiditySide, Order, OrderSide, OrderType, Rule, TimeInForce};

/// How the market of one instrument went from one event to the next.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// The event before, if there was one.
    pub previous: Option<&'a Tick>,
    /// The event.
    pub tick: &'a Tick,
    /// Whether it opens a session or a candle: the price jumped here while nobody could trade in between.
    pub opening: bool,
}

impl<'a> Move<'a> {
    /// A move; the open of a candle is an opening, and so is the first event of a session, unless the price
    /// came to it through every price in between.
    #[must_use]
    pub fn new(previous: Option<&'a Tick>, tick: &'a Tick, opens_session: bool) -> Self {
        let opens_candle = matches!(tick.source, TickSource::Bar { step: PathStep::Open, .. });
        Self { previous, tick, opening: opens_candle || (opens_session && !tick.is_continuous()) }
    }

    /// Where the price came from, if it came through every price in between.
    fn start(&self) -> Option<Price> {
        self.previous.filter(|_| self.tick.is_continuous()).map(|previous| previous.price)
    }

    /// Lowest price of the move.
    #[must_use]
    pub fn low(&self) -> Price {
        self.start().map_or(self.tick.price, |start| start.min(self.tick.price))
    }

    /// Highest price of the move.
    #[must_use]
    pub fn high(&self) -> Price {
        self.start().map_or(self.tick.price, |start| start.max(self.tick.price))
    }

    /// Whether the quote contradicts itself; nothing fills on it (rule M3).
    #[must_use]
    pub fn is_incoherent(&self) -> bool {
        self.tick.quote.is_some_and(|quote| quote.bid > quote.ask)
    }
}

/// What a move does to an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Execution {
    /// Whether its stop price was touched.
    pub triggered: bool,
    /// What fills, in this order.
    pub pieces: Vec<Piece>,
}

/// An open order before a move.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The order.
    pub order: &'a Order,
    /// How much of it may fill: what is open, no more than the position when it only reduces (rule S5).
    pub leaves: Quantity,
    /// Whether this is the first event that it can fill on.
    pub first: bool,
    /// For the slippage that is drawn.
    pub draw: Draw,
}

/// What a move does to an order that may fill on it, with what the event still has on offer.
#[must_use]
pub fn execute(
    candidate: &Candidate<'_>,
    movement: &Move<'_>,
    instrument: &Instrument,
    pool: &Liquidity,
) -> Execution {
    if movement.is_incoherent() || candidate.leaves.is_zero() {
        return Execution::default();
    }
    let fill = |pieces| Execution { triggered: false, pieces };
    let order = candidate.order;
    match order.order_type {
        OrderType::Market => {
            let (reference, rule) = taking_price(instrument, movement.tick, order.side);
            fill(take(candidate, movement, instrument, pool, reference, rule))
        }
        OrderType::Limit | OrderType::TakeProfit => fill(limit(candidate, movement, instrument, pool)),
        OrderType::StopLimit if order.triggered => fill(limit(candidate, movement, instrument, pool)),
        // Rule S2: the limit is tested on later events only.
        OrderType::StopLimit => {
            Execution { triggered: stop_reference(order, movement).is_some(), pieces: Vec::new() }
        }
        OrderType::StopMarket if order.triggered => {
            let (reference, rule) = taking_price(instrument, movement.tick, order.side);
            fill(take(candidate, movement, instrument, pool, reference, rule))
        }
        OrderType::StopMarket => match stop_reference(order, movement) {
            None => Execution::default(),
            Some((touched, rule)) => {
                // Rule S1: a gap is never better than what a taker meets now.
                let reference = match (rule, movement.tick.quote.is_some()) {
                    (Rule::StopGap, true) => {
                        let (quoted, _) = taking_price(instrument, movement.tick, order.side);
                        worst(order.side, touched, quoted)
                    }
                    _ => touched,
                };
                let pieces = take(candidate, movement, instrument, pool, reference, rule);
                Execution { triggered: true, pieces }
            }
        },
    }
}

fn worst(side: OrderSide, a: Price, b: Price) -> Price {
    match side {
        OrderSide::Buy => a.max(b),
        OrderSide::Sell => a.min(b),
    }
}

/// The price at which a stop is triggered by a move, and whether it was touched or jumped over.
fn stop_reference(order: &Order, movement: &Move<'_>) -> Option<(Price, Rule)> {
    let stop = order.stop_price?;
    let price = movement.tick.price;
    if (movement.low()..=movement.high()).contains(&stop) {
        return Some((stop, Rule::StopTouched));
    }
    let beyond = match order.side {
        OrderSide::Buy => price > stop,
        OrderSide::Sell => price < stop,
    };
    beyond.then_some((price, Rule::StopGap))
}

fn take(
    candidate: &Candidate<'_>,
    movement: &Move<'_>,
    instrument: &Instrument,
    pool: &Liquidity,
    reference: Price,
    rule: Rule,
) -> Vec<Piece> {
    let (side, quantity) = (candidate.order.side, candidate.leaves);
    let slipped = instrument.slippage.slip(
        side,
        reference,
        quantity,
        movement.tick.size,
        instrument,
        Some(candidate.draw),
    );
    let limit = candidate.order.limit_price;
    Taker { side, quantity, reference, slipped, rule, limit }.pieces(pool, instrument.tick_size)
}

fn limit(
    candidate: &Candidate<'_>,
    movement: &Move<'_>,
    instrument: &Instrument,
    pool: &Liquidity,
) -> Vec<Piece> {
    let order = candidate.order;
    let Some(limit) = order.limit_price else { return Vec::new() };
    let immediate = matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
    let crosses = |tick: &Tick| within_limit(order.side, taking_price(instrument, tick, order.side).0, limit);
    // Rule L-6: the market that the order met when it arrived was within its limit, and still is.
    let marketable = immediate || (candidate.first && movement.previous.is_some_and(crosses));
    if marketable && crosses(movement.tick) {
        let (reference, _) = taking_price(instrument, movement.tick, order.side);
        return take(candidate, movement, instrument, pool, reference, Rule::MarketableLimit);
    }
    if immediate { Vec::new() } else { resting(candidate, movement, limit, pool) }
}

/// A limit order that waits: rules L-1, L-2 and L-4.
fn resting(candidate: &Candidate<'_>, movement: &Move<'_>, limit: Price, pool: &Liquidity) -> Vec<Piece> {
    let order = candidate.order;
    let traded_through = match order.side {
        OrderSide::Buy => movement.low() < limit,
        OrderSide::Sell => movement.high() > limit,
    };
    if !traded_through {
        return Vec::new();
    }
    let (price, rule) = if movement.opening {
        (movement.tick.price, Rule::LimitGap)
    } else {
        (limit, Rule::LimitTradedThrough)
    };
    let available = pool.available(order.side, LiquiditySide::Maker);
    let quantity = available.map_or(candidate.leaves, |available| available.min(candidate.leaves));
    if quantity.is_zero() {
        return Vec::new();
    }
    vec![Piece { quantity, price, reference: price, rule, liquidity: LiquiditySide::Maker, available }]
}

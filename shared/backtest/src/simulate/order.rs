use wickflow_shared::order::{LiquiditySide, OrderSide, OrderType, Rule};
use wickflow_strategy::plan::{Direction, From, GuardKind};

use crate::config::LimitFill;
use crate::event::PlacedOrder;
use crate::fill::Cause;

/// How the price went from one point of a path to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub from: f64,
    pub to: f64,
    /// Whether it jumped: into an open.
    pub is_opening: bool,
}

impl Move {
    fn low(&self) -> f64 {
        if self.is_opening || self.to < self.from { self.to } else { self.from }
    }

    fn high(&self) -> f64 {
        if self.is_opening || self.to > self.from { self.to } else { self.from }
    }

    /// How far along the way a price lies; zero for what the move left behind before it began.
    fn distance(&self, price: f64) -> f64 {
        let way = if self.to < self.from {
            self.from - price
        } else if self.to > self.from {
            price - self.from
        } else {
            0.0
        };
        way.max(0.0)
    }
}

/// What meets the price: a limit or a stop, buying or selling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Terms {
    Limit(f64),
    Stop(f64),
    /// Untriggered: the stop, then the limit.
    StopLimit(f64, f64),
    /// Triggered, and waiting for a close within the limit.
    CloseLimit(f64),
}

impl Terms {
    /// The same terms after a split.
    pub(super) fn scaled(self, by: f64) -> Self {
        match self {
            Self::Limit(price) => Self::Limit(price * by),
            Self::Stop(price) => Self::Stop(price * by),
            Self::StopLimit(stop, limit) => Self::StopLimit(stop * by, limit * by),
            Self::CloseLimit(price) => Self::CloseLimit(price * by),
        }
    }
}

/// At which price an order fills, before slippage, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    pub price: f64,
    pub rule: Rule,
    pub liquidity: LiquiditySide,
    /// The worst price that slippage may come to.
    pub limit: Option<f64>,
}

/// What a move does to an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meeting {
    Nothing,
    /// A stop-limit order has become a limit order.
    Triggered,
    Fills(Hit),
}

/// An order before a move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub side: OrderSide,
    pub terms: Terms,
    /// Whether this is the first move that it meets.
    pub is_fresh: bool,
    /// Whether nothing stands ahead of it any more, so that a touch fills it.
    pub is_first: bool,
}

impl Waiting {
    /// Rules L-1, L-2, L-6, S1 and S2, as `matching::execute` has them for candles.
    pub(super) fn meet(&self, movement: &Move, fill: LimitFill) -> Meeting {
        match self.terms {
            Terms::Limit(limit) => self.limit(limit, movement, fill).map_or(Meeting::Nothing, Meeting::Fills),
            Terms::Stop(stop) => self.stop(stop, movement).map_or(Meeting::Nothing, Meeting::Fills),
            Terms::StopLimit(stop, _) => {
                self.stop(stop, movement).map_or(Meeting::Nothing, |_| Meeting::Triggered)
            }
            Terms::CloseLimit(_) => Meeting::Nothing,
        }
    }

    /// When within a move it is met: what takes at once first, then along the way, the better price first.
    pub(super) fn turn(&self, movement: &Move) -> (bool, f64, f64) {
        let (price, is_limit) = match self.terms {
            Terms::Limit(limit) | Terms::CloseLimit(limit) => (limit, true),
            Terms::Stop(stop) | Terms::StopLimit(stop, _) => (stop, false),
        };
        if is_limit && self.is_fresh {
            return (false, 0.0, 0.0);
        }
        let rising = (self.side == OrderSide::Sell) == is_limit;
        (true, movement.distance(price), if rising { price } else { -price })
    }

    fn limit(&self, limit: f64, movement: &Move, fill: LimitFill) -> Option<Hit> {
        let within = |price: f64| match self.side {
            OrderSide::Buy => price <= limit,
            OrderSide::Sell => price >= limit,
        };
        if self.is_fresh && within(movement.from) && within(movement.to) {
            let (rule, liquidity) = (Rule::MarketableLimit, LiquiditySide::Taker);
            return Some(Hit { price: movement.to, rule, liquidity, limit: Some(limit) });
        }
        let fill = if self.is_first { LimitFill::Touch } else { fill };
        let is_reached = match (self.side, fill) {
            (OrderSide::Buy, LimitFill::Through) => movement.low() < limit,
            (OrderSide::Buy, LimitFill::Touch) => movement.low() <= limit,
            (OrderSide::Sell, LimitFill::Through) => movement.high() > limit,
            (OrderSide::Sell, LimitFill::Touch) => movement.high() >= limit,
        };
        let (price, rule) = if movement.is_opening {
            (movement.to, Rule::LimitGap)
        } else {
            (limit, Rule::LimitTradedThrough)
        };
        is_reached.then_some(Hit { price, rule, liquidity: LiquiditySide::Maker, limit: None })
    }

    fn stop(&self, stop: f64, movement: &Move) -> Option<Hit> {
        let hit = |price, rule| Some(Hit { price, rule, liquidity: LiquiditySide::Taker, limit: None });
        if (movement.low()..=movement.high()).contains(&stop) {
            return hit(stop, Rule::StopTouched);
        }
        let is_beyond = match self.side {
            OrderSide::Buy => movement.to > stop,
            OrderSide::Sell => movement.to < stop,
        };
        if is_beyond { hit(movement.to, Rule::StopGap) } else { None }
    }
}

/// How much an entry buys or sells, with its numbers read; worked out at the fill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    Units(f64),
    Cash(f64),
    Percent(f64),
    /// Percent of equity for a distance per unit.
    Risk(f64, f64, f64),
}

/// An entry order: waiting for a price, or for the next event when it has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub number: u32,
    pub action: u16,
    pub direction: Direction,
    pub terms: Option<Terms>,
    pub amount: Amount,
    pub max_entries: u32,
    pub only_adds: bool,
    pub is_fresh: bool,
    /// Units that stand ahead of it at its limit (rule L-3).
    pub ahead: f64,
    /// The last bar that it rests for.
    pub last_row: usize,
    /// The close of the signal's bar.
    pub signal_close: f64,
    /// What the guards said then.
    pub guard_values: Vec<f64>,
}

/// A market order that closes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exit {
    pub number: u32,
    pub action: u16,
    pub direction: Option<Direction>,
    pub fraction: f64,
}

impl Entry {
    pub(super) fn placed(&self) -> PlacedOrder {
        let (order_type, stop_price, limit_price) = match self.terms {
            None => (OrderType::Market, None, None),
            Some(Terms::Limit(limit) | Terms::CloseLimit(limit)) => (OrderType::Limit, None, Some(limit)),
            Some(Terms::Stop(stop)) => (OrderType::StopMarket, Some(stop), None),
            Some(Terms::StopLimit(stop, limit)) => (OrderType::StopLimit, Some(stop), Some(limit)),
        };
        PlacedOrder {
            order: self.number,
            cause: Cause::Action(self.action),
            side: opening_side(self.direction),
            is_entry: true,
            order_type,
            limit_price,
            stop_price,
        }
    }
}

impl Exit {
    pub(super) fn placed(&self, side: OrderSide) -> PlacedOrder {
        placed_exit(self.number, Cause::Action(self.action), side)
    }
}

/// A market order that closes.
pub(super) fn placed_exit(order: u32, cause: Cause, side: OrderSide) -> PlacedOrder {
    let order_type = OrderType::Market;
    PlacedOrder { order, cause, side, is_entry: false, order_type, limit_price: None, stop_price: None }
}

/// A guard of the position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ActiveGuard {
    pub number: u32,
    /// Its place in the plan.
    pub index: u16,
    pub kind: GuardKind,
    /// NaN while it is not known.
    pub level: f64,
    /// What its distance counts from.
    pub base: f64,
    pub from: From,
    /// Its distance, as read.
    pub value: f64,
    pub is_fresh: bool,
    /// Units that stand ahead of it, when it is a target (rule L-3).
    pub ahead: f64,
    /// The best price since the entry, for a trailing stop.
    pub best: f64,
    /// The first bar on which it can fill.
    pub first_row: usize,
    /// Whether its level may change at every close.
    pub moves: bool,
}

impl ActiveGuard {
    pub(super) fn waiting(&self, closes: OrderSide) -> Waiting {
        let terms = match self.kind {
            GuardKind::TakeProfit => Terms::Limit(self.level),
            GuardKind::StopLoss | GuardKind::TrailingStop => Terms::Stop(self.level),
        };
        Waiting { side: closes, terms, is_fresh: self.is_fresh, is_first: self.ahead < 0.0 }
    }
}

/// The side that opens a position.
pub(super) fn opening_side(direction: Direction) -> OrderSide {
    match direction {
        Direction::Long => OrderSide::Buy,
        Direction::Short => OrderSide::Sell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUMP: Move = Move { from: 100.0, to: 95.0, is_opening: true };
    const SLIDE: Move = Move { from: 100.0, to: 95.0, is_opening: false };

    fn meet(side: OrderSide, terms: Terms, movement: Move, fill: LimitFill) -> Option<(f64, Rule)> {
        match (Waiting { side, terms, is_fresh: false, is_first: false }).meet(&movement, fill) {
            Meeting::Fills(hit) => Some((hit.price, hit.rule)),
            _ => None,
        }
    }

    #[test]
    fn rule_l1_and_l2_a_limit_is_traded_through() {
        let buy = |limit, movement, fill| meet(OrderSide::Buy, Terms::Limit(limit), movement, fill);
        let (through, touch) = (LimitFill::Through, LimitFill::Touch);
        assert_eq!(buy(95.0, SLIDE, through), None, "a touch");
        assert_eq!(buy(95.0, SLIDE, touch), Some((95.0, Rule::LimitTradedThrough)));
        assert_eq!(buy(96.0, SLIDE, through), Some((96.0, Rule::LimitTradedThrough)));
        assert_eq!(buy(96.0, JUMP, through), Some((95.0, Rule::LimitGap)));
        let sell = |limit| meet(OrderSide::Sell, Terms::Limit(limit), SLIDE, through);
        assert_eq!((sell(100.0), sell(99.0)), (None, Some((99.0, Rule::LimitTradedThrough))));
    }

    #[test]
    fn rule_s1_a_stop_fills_at_its_price_or_at_the_gap() {
        let sell = |stop, movement| meet(OrderSide::Sell, Terms::Stop(stop), movement, LimitFill::Through);
        assert_eq!(sell(95.0, SLIDE), Some((95.0, Rule::StopTouched)));
        assert_eq!(sell(97.0, JUMP), Some((95.0, Rule::StopGap)));
        assert_eq!(sell(95.0, JUMP), Some((95.0, Rule::StopTouched)));
        assert_eq!(sell(101.0, SLIDE), Some((95.0, Rule::StopGap)));
        assert_eq!(sell(94.0, SLIDE), None);
    }

    #[test]
    fn rule_l6_a_limit_within_the_market_takes() {
        let fresh =
            Waiting { side: OrderSide::Buy, terms: Terms::Limit(100.0), is_fresh: true, is_first: false };
        let Meeting::Fills(hit) = fresh.meet(&JUMP, LimitFill::Through) else { panic!("it takes") };
        assert_eq!((hit.price, hit.rule, hit.limit), (95.0, Rule::MarketableLimit, Some(100.0)));
        let away = Waiting { terms: Terms::Limit(99.0), ..fresh };
        let Meeting::Fills(hit) = away.meet(&JUMP, LimitFill::Through) else { panic!("it is reached") };
        assert_eq!(hit.rule, Rule::LimitGap, "it was not within the market when it arrived");
    }
}

//! What happens in a run, as it happens: for whoever follows one bar by bar, and to compare two that should be equal.

use serde::{Deserialize, Serialize};
use wickflow_shared::order::{OrderSide, OrderType};
use wickflow_shared::time::Timestamp;

use crate::fill::{Cause, Fill};
use crate::result::Reject;
use crate::trade::Trade;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// An order was placed at a bar's close; a forced exit, within the bar. How much it is for turns out at its fill.
    OrderPlaced(PlacedOrder),
    /// A stop-limit order has met its stop, and is a limit order from now on.
    OrderTriggered {
        /// Which.
        order: u32,
    },
    /// An order was canceled: by the strategy, by a newer one in its place, or because there is nothing left for it to do.
    OrderCanceled {
        /// Which.
        order: u32,
    },
    /// A resting entry came to its last bar.
    OrderExpired {
        /// Which.
        order: u32,
    },
    /// An order, or a guard, was refused.
    OrderRejected(Reject),
    /// An order filled.
    OrderFilled(Fill),
    /// A position got a guard; when the position is closed, its guards are gone.
    GuardPlaced {
        /// Its number among the orders.
        order: u32,
        /// Its place among the plan's guards.
        guard: u16,
        /// Where it is; `None` while that is not known.
        level: Option<f64>,
    },
    /// A guard is somewhere else from now on.
    GuardMoved {
        /// Which.
        order: u32,
        /// Where it is now.
        level: f64,
    },
    /// A position was closed to its last unit.
    TradeClosed(Box<Trade>),
    /// Signals contradicted each other, so that nothing was entered (rule C6).
    SignalsConflicted,
    /// New units came for old ones.
    Split {
        /// Units after it for one before.
        ratio: f64,
    },
    /// Equity fell to zero or below: the run is over (rule K4).
    RunEnded,
}

/// An order as it was placed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlacedOrder {
    /// Its number, from 1 within the run.
    pub order: u32,
    /// What ordered it.
    pub cause: Cause,
    /// Which way.
    pub side: OrderSide,
    /// Whether it is to open, or to add to, a position; closing orders close what there is.
    pub is_entry: bool,
    /// How it meets the price.
    pub order_type: OrderType,
    /// For limit and stop-limit orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<f64>,
    /// For stop and stop-limit orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<f64>,
}

/// What one bar brought, and the account at its close.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarReport {
    /// The bar, counted from the first that was given.
    pub bar: u32,
    /// When it opened.
    pub open_time: Timestamp,
    /// When it closed.
    pub close_time: Timestamp,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The last price.
    pub close: f64,
    /// Cash.
    pub cash: f64,
    /// Units held; negative when short.
    pub position: f64,
    /// Cash and position at the close.
    pub equity: f64,
    /// Lowest equity within the bar, along its path.
    pub low_equity: f64,
    /// Highest equity within the bar, along its path.
    pub high_equity: f64,
}

/// Where two accounts of one run part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The place in the lists of reports.
    pub index: usize,
    /// The bar, as the report counts that has one there.
    pub bar: u32,
    /// What differs.
    pub what: Differing,
}

/// What differs at a bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum Differing {
    /// One list ends here, or the two tell of different candles.
    Bar,
    /// An event.
    Event {
        /// Its place among the events of the bar.
        place: usize,
        /// What the first list has there.
        left: Option<Event>,
        /// What the second list has there.
        right: Option<Event>,
    },
    /// The events are the same, cash, position or equity are not.
    Account,
}

/// The first difference of two lists of reports, to the last bit; `None` when there is none.
#[must_use]
pub fn first_difference(left: &[BarReport], right: &[BarReport]) -> Option<Difference> {
    let index = left.iter().zip(right).position(|(left, right)| left != right);
    let index = index.or_else(|| (left.len() != right.len()).then(|| left.len().min(right.len())))?;
    let (left, right) = (left.get(index), right.get(index));
    let bar = left.or(right)?.bar;
    let what = left.zip(right).map_or(Differing::Bar, |(left, right)| differing(left, right));
    Some(Difference { index, bar, what })
}

fn differing(left: &BarReport, right: &BarReport) -> Differing {
    let key = |report: &BarReport| (report.bar, report.open_time, report.close_time, report.close.to_bits());
    if key(left) != key(right) {
        return Differing::Bar;
    }
    let longest = left.events.len().max(right.events.len());
    let place = (0..longest).find(|place| left.events.get(*place) != right.events.get(*place));
    place.map_or(Differing::Account, |place| Differing::Event {
        place,
        left: left.events.get(place).cloned(),
        right: right.events.get(place).cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(bar: u32, events: Vec<Event>) -> BarReport {
        let (open_time, close_time) = (Timestamp(0), Timestamp(60_000));
        let (low_equity, high_equity) = (100.0, 100.0);
        let (close, cash, position, equity) = (10.0, 100.0, 0.0, 100.0);
        BarReport {
            bar,
            open_time,
            close_time,
            events,
            close,
            cash,
            position,
            equity,
            low_equity,
            high_equity,
        }
    }

    #[test]
    fn the_first_difference_is_named() {
        let canceled = |order| Event::OrderCanceled { order };
        let bars = [report(0, vec![]), report(1, vec![canceled(1), canceled(2)])];
        let differing =
            |right: &[BarReport]| first_difference(&bars, right).map(|found| (found.bar, found.what));
        assert_eq!(differing(&bars), None);
        assert_eq!(differing(&bars[..1]), Some((1, Differing::Bar)));
        let other = [bars[0].clone(), report(1, vec![canceled(1), canceled(3)])];
        let (left, right) = (Some(canceled(2)), Some(canceled(3)));
        assert_eq!(differing(&other), Some((1, Differing::Event { place: 1, left, right })));
        let fewer = [bars[0].clone(), report(1, vec![canceled(1)])];
        let left = Some(canceled(2));
        assert_eq!(differing(&fewer), Some((1, Differing::Event { place: 1, left, right: None })));
        let richer = [BarReport { cash: 100.0_f64.next_up(), ..bars[0].clone() }, bars[1].clone()];
        assert_eq!(differing(&richer), Some((0, Differing::Account)));
    }

    #[test]
    fn events_read_back() {
        let events = vec![
            canceled_and_placed(),
            Event::GuardPlaced { order: 2, guard: 0, level: None },
            Event::SignalsConflicted,
        ];
        let text = serde_json::to_string(&report(3, events.clone())).expect("writes");
        assert!(text.contains(r#""event":"order_placed""#), "{text}");
        let read: BarReport = serde_json::from_str(&text).expect("reads");
        assert_eq!(read, report(3, events));
    }

    fn canceled_and_placed() -> Event {
        Event::OrderPlaced(PlacedOrder {
            order: 1,
            cause: Cause::Action(2),
            side: OrderSide::Buy,
            is_entry: true,
            order_type: OrderType::Limit,
            limit_price: Some(99.5),
            stop_price: None,
        })
    }
}

//! Fills, trades and refused orders with the names of what ordered them, and in words.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use wickflow_backtest::{Cause, Fill, Reject, RejectReason, Run, Step, Trade};
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_strategy::plan::Plan;

use crate::words::{money, number};

/// The nodes of a plan by the causes of a run.
pub(crate) struct Names {
    actions: Vec<Arc<str>>,
    guards: Vec<Arc<str>>,
    margin_call: Arc<str>,
    liquidation: Arc<str>,
    end_of_data: Arc<str>,
    unknown: Arc<str>,
}

impl Names {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            actions: plan.actions.iter().map(|action| Arc::from(action.node.as_str())).collect(),
            guards: plan.guards.iter().map(|guard| Arc::from(guard.node.as_str())).collect(),
            margin_call: Arc::from("margin call"),
            liquidation: Arc::from("liquidation"),
            end_of_data: Arc::from("still open"),
            unknown: Arc::from("?"),
        }
    }

    fn of_cause(&self, cause: Cause) -> Arc<str> {
        let named = match cause {
            Cause::Action(index) => self.actions.get(usize::from(index)),
            Cause::Guard(index) => self.guards.get(usize::from(index)),
            Cause::MarginCall => Some(&self.margin_call),
            Cause::Liquidation => Some(&self.liquidation),
            Cause::EndOfData => Some(&self.end_of_data),
        };
        Arc::clone(named.unwrap_or(&self.unknown))
    }
}

/// A fill with what is needed to check it by hand. [`words`](Self::words) are made when they are asked for: a long run
/// has tens of thousands of fills, and few of them are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The fill.
    pub fill: Fill,
    /// The node of the strategy that ordered it, or what else did.
    pub ordered_by: Arc<str>,
}

impl Receipt {
    /// Why it filled there, in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let fill = &self.fill;
        let side = match fill.side {
            OrderSide::Buy => "bought",
            OrderSide::Sell => "sold",
        };
        let mut words = format!("{side} {} {}", number(fill.quantity), self.place());
        if fill.slippage > 0.0 {
            words += &format!(", slipped by {} to {}", number(fill.slippage), number(fill.price));
        }
        words += &format!(", rule {}", rule_id(fill.rule, fill.step));
        words += &match fill.fee {
            fee if fee > 0.0 => {
                let share = fee / fill.notional() * 100.0;
                format!(", fee {} ({} %)", money(fee), number((share * 1e4).round() / 1e4))
            }
            _ => ", no fee".to_owned(),
        };
        if fill.liquidity == LiquiditySide::Maker {
            words += ", as maker";
        }
        if fill.stale {
            words += ", right after missing candles (M2)";
        }
        words
    }

    /// Where it would have filled without slippage.
    fn place(&self) -> String {
        let price = number(match self.fill.side {
            OrderSide::Buy => self.fill.price - self.fill.slippage,
            OrderSide::Sell => self.fill.price + self.fill.slippage,
        });
        match (self.fill.rule, self.fill.step) {
            (Rule::MarketAtLast | Rule::MarketAtQuote, Step::Open) => {
                format!("at the open {price} of the bar after the signal")
            }
            (Rule::MarketAtLast | Rule::MarketAtQuote, Step::AfterClose) => {
                format!("at the close {price} of the signal's own bar")
            }
            (Rule::MarketAtLast | Rule::MarketAtQuote, _) => format!("at {price} within the bar"),
            (Rule::BeyondVisibleSize, _) => format!("at {price}, beyond the visible size"),
            (Rule::LimitTradedThrough, _) => format!("at the limit {price}, which the price reached"),
            (Rule::LimitGap, _) => format!("at the open {price}, better than the limit"),
            (Rule::MarketableLimit, _) => format!("at {price}, within the limit at once"),
            (Rule::StopTouched, _) => format!("at the stop {price}, which the price reached"),
            (Rule::StopGap, _) => format!("at the open {price}, beyond the stop"),
        }
    }
}

/// The rule in the words of `docs/fill-rules.md`: market orders on candles are timed by rule C3.
fn rule_id(rule: Rule, step: Step) -> &'static str {
    match (rule, step) {
        (Rule::MarketAtLast, Step::Open | Step::AfterClose) => "C3",
        (Rule::MarketAtLast, _) => "M1-last",
        (Rule::MarketAtQuote, _) => "M1-quote",
        (Rule::BeyondVisibleSize, _) => "M5",
        (Rule::LimitTradedThrough, _) => "L-1",
        (Rule::LimitGap, _) => "L-2",
        (Rule::MarketableLimit, _) => "L-6",
        (Rule::StopTouched, _) => "S1-touch",
        (Rule::StopGap, _) => "S1-gap",
    }
}

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Receipt", 3)?;
        line.serialize_field("fill", &self.fill)?;
        line.serialize_field("ordered_by", &*self.ordered_by)?;
        line.serialize_field("words", &self.words())?;
        line.end()
    }
}

/// A closed trade.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TradeLine {
    /// Its number, from 1.
    pub number: usize,
    /// The trade.
    pub trade: Trade,
    /// The node that entered.
    pub entered_by: Arc<str>,
    /// The node that exited.
    pub exited_by: Arc<str>,
}

/// A refused order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectLine {
    /// The bar.
    pub bar: u32,
    /// The node that asked.
    pub ordered_by: Arc<str>,
    /// Why.
    pub reason: RejectReason,
    /// Why, in a sentence.
    pub words: String,
}

impl Names {
    pub(crate) fn receipts(&self, run: &Run) -> Vec<Receipt> {
        let receipt = |fill: &Fill| Receipt { fill: *fill, ordered_by: self.of_cause(fill.cause) };
        run.fills.iter().map(receipt).collect()
    }

    pub(crate) fn trades(&self, run: &Run) -> Vec<TradeLine> {
        let line = |(index, trade): (usize, &Trade)| self.trade(index + 1, trade);
        run.trades.iter().enumerate().map(line).collect()
    }

    pub(crate) fn trade(&self, number: usize, trade: &Trade) -> TradeLine {
        TradeLine {
            number,
            trade: *trade,
            entered_by: self.of_cause(trade.entry_cause),
            exited_by: self.of_cause(trade.exit_cause),
        }
    }

    pub(crate) fn rejects(&self, run: &Run) -> Vec<RejectLine> {
        let line = |reject: &Reject| RejectLine {
            bar: reject.bar,
            ordered_by: self.of_cause(reject.cause),
            reason: reject.reason,
            words: reject_words(reject),
        };
        run.rejects.iter().map(line).collect()
    }
}

fn reject_words(reject: &Reject) -> String {
    let (needed, available) = (number(reject.needed), number(reject.available));
    match reject.reason {
        RejectReason::MissingSize => "its size is not known, or not above zero".to_owned(),
        RejectReason::MissingPrice => "its price is not known, or not above zero".to_owned(),
        RejectReason::MissingLevel => "the level of the guard is not known".to_owned(),
        RejectReason::BelowLot => "the size is less than a lot".to_owned(),
        RejectReason::InsufficientCash => format!("it needs {needed} in cash; there is {available}"),
        RejectReason::InsufficientMargin => format!("it needs equity of {needed}; there is {available}"),
        RejectReason::ShortNotAllowed => "selling short is not allowed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, slope};

    fn words(change: impl FnOnce(&mut Fill)) -> String {
        let case = Case::new(slope(20, 0.01)).trade(2, 5, 10.0).with(|case| change(&mut case.run.fills[1]));
        case.report().fills[1].words()
    }

    #[test]
    fn receipts_in_words() {
        let open = "sold 10 at the open 100.04 of the bar after the signal, rule C3, fee 1.00 (0.1 %)";
        assert_eq!(words(|_| ()), open);
        let stopped = words(|fill| {
            (fill.rule, fill.price, fill.slippage, fill.fee) = (Rule::StopTouched, 99.9, 0.1, 0.0);
            fill.step = Step::SecondExtreme;
            fill.stale = true;
        });
        let expected = "sold 10 at the stop 100, which the price reached, slipped by 0.1 to 99.9, rule S1-touch, no fee, \
                        right after missing candles (M2)";
        assert_eq!(stopped, expected);
        let limit = words(|fill| {
            (fill.rule, fill.liquidity) = (Rule::LimitTradedThrough, LiquiditySide::Maker);
        });
        assert!(
            limit.starts_with("sold 10 at the limit 100.04, which the price reached, rule L-1"),
            "{limit}"
        );
        assert!(limit.ends_with(", as maker"), "{limit}");
        let close = words(|fill| fill.step = Step::AfterClose);
        assert!(close.contains("at the close 100.04 of the signal's own bar, rule C3"), "{close}");
    }

    #[test]
    fn lines_name_the_nodes() {
        let report = Case::new(slope(20, 0.01)).trade(2, 5, 10.0).hold(8, 1.0).report();
        assert_eq!((&*report.fills[0].ordered_by, &*report.fills[1].ordered_by), ("buy", "sell"));
        assert_eq!((&*report.trades[0].entered_by, &*report.trades[0].exited_by), ("buy", "sell"));
        let json = serde_json::to_value(&report.fills[0]).unwrap();
        assert_eq!((&json["ordered_by"], &json["fill"]["bar"]), (&"buy".into(), &2.into()));
        assert!(json["words"].as_str().unwrap().starts_with("bought 10"));
    }

    #[test]
    fn refusals_in_words() {
        let reject =
            |reason| Reject { bar: 1, cause: Cause::Guard(9), reason, needed: 20.5, available: 10.0 };
        assert_eq!(
            reject_words(&reject(RejectReason::InsufficientCash)),
            "it needs 20.5 in cash; there is 10"
        );
        let case =
            Case::new(slope(20, 0.01)).with(|case| case.run.rejects.push(reject(RejectReason::BelowLot)));
        assert_eq!(&*case.report().rejects[0].ordered_by, "?", "a guard that the plan does not have");
    }
}

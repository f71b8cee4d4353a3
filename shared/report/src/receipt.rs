//! Fills, trades and refused orders with the names of what ordered them, and in words.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use wickflow_backtest::{Cause, Fill, Reject, RejectReason, Run, Step, Trade};
use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_strategy::plan::Plan;

use crate::words::{money, number};

/// The nodes of a plan by the causes of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Names {
    actions: Vec<String>,
    guards: Vec<String>,
}

impl Names {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            actions: plan.actions.iter().map(|action| action.node.clone()).collect(),
            guards: plan.guards.iter().map(|guard| guard.node.clone()).collect(),
        }
    }

    fn of_cause(&self, cause: Cause) -> &str {
        let named = match cause {
            Cause::Action(index) => self.actions.get(usize::from(index)),
            Cause::Guard(index) => self.guards.get(usize::from(index)),
            Cause::MarginCall => return "margin call",
            Cause::Liquidation => return "liquidation",
            Cause::EndOfData => return "still open",
        };
        named.map_or("?", String::as_str)
    }
}

/// Fills or trades of a run, told with names one by one: a long run has tens of thousands, and few of them are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<T> {
    items: Vec<T>,
    names: Arc<Names>,
}

/// Every fill, with its receipt.
pub type Receipts = Told<Fill>;

/// Closed trades, in the order of their exits.
pub type TradeLines = Told<Trade>;

impl<T> Told<T> {
    pub(crate) fn new(items: Vec<T>, names: &Arc<Names>) -> Self {
        Self { items, names: Arc::clone(names) }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Receipts {
    /// The receipt of a fill, by its place from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Receipt<'_>> {
        self.items.get(index).map(|fill| self.receipt(fill))
    }

    /// The receipts, in the order of fills.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Receipt<'_>> {
        self.items.iter().map(|fill| self.receipt(fill))
    }

    fn receipt<'a>(&'a self, fill: &'a Fill) -> Receipt<'a> {
        Receipt { fill, ordered_by: self.names.of_cause(fill.cause) }
    }
}

impl TradeLines {
    /// A trade, by its place from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<TradeLine<'_>> {
        self.items.get(index).map(|trade| self.names.trade(index + 1, trade))
    }

    /// The trades.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TradeLine<'_>> {
        self.items.iter().enumerate().map(|(index, trade)| self.names.trade(index + 1, trade))
    }
}

impl Serialize for Receipts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Serialize for TradeLines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A fill with what is needed to check it by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Receipt<'a> {
    /// The fill.
    pub fill: &'a Fill,
    /// The node of the strategy that ordered it, or what else did.
    pub ordered_by: &'a str,
}

impl Receipt<'_> {
    /// Why it filled there, in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let fill = self.fill;
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

impl Serialize for Receipt<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Receipt", 3)?;
        line.serialize_field("fill", self.fill)?;
        line.serialize_field("ordered_by", self.ordered_by)?;
        line.serialize_field("words", &self.words())?;
        line.end()
    }
}

/// A closed trade.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TradeLine<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// The trade.
    pub trade: &'a Trade,
    /// The node that entered.
    pub entered_by: &'a str,
    /// The node that exited.
    pub exited_by: &'a str,
}

/// A refused order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RejectLine {
    /// The bar.
    pub bar: u32,
    /// The node that asked.
    pub ordered_by: String,
    /// Why.
    pub reason: RejectReason,
    /// Why, in a sentence.
    pub words: String,
}

impl Names {
    fn trade<'a>(&'a self, number: usize, trade: &'a Trade) -> TradeLine<'a> {
        TradeLine {
            number,
            trade,
            entered_by: self.of_cause(trade.entry_cause),
            exited_by: self.of_cause(trade.exit_cause),
        }
    }

    pub(crate) fn rejects(&self, run: &Run) -> Vec<RejectLine> {
        let line = |reject: &Reject| RejectLine {
            bar: reject.bar,
            ordered_by: self.of_cause(reject.cause).to_owned(),
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
        case.report().fills.get(1).unwrap().words()
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
        let ordered: Vec<&str> = report.fills.iter().map(|receipt| receipt.ordered_by).collect();
        assert_eq!(ordered, ["buy", "sell", "buy"]);
        let trade = report.trades.get(0).unwrap();
        assert_eq!((trade.number, trade.entered_by, trade.exited_by), (1, "buy", "sell"));
        let json = serde_json::to_value(report.fills.get(0)).unwrap();
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
        assert_eq!(case.report().rejects[0].ordered_by, "?", "a guard that the plan does not have");
    }
}

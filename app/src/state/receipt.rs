//! Why a fill happened, in words: the rules of `docs/fill-rules.md` as sentences for the trader.

use wickflow_shared::market::{PathStep, TickSource};
use wickflow_shared::order::{Fill, LiquiditySide, OrderSide, Rule};

/// A rule's name and what it means for this fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// A few words.
    pub title: &'static str,
    /// What happened, and why at this price.
    pub text: &'static str,
}

/// The rule's stable id, as in `docs/fill-rules.md`.
#[must_use]
pub fn rule_id(rule: Rule) -> &'static str {
    match rule {
        Rule::MarketAtQuote => "M1-quote",
        Rule::MarketAtLast => "M1-last",
        Rule::BeyondVisibleSize => "M5",
        Rule::LimitTradedThrough => "L-1",
        Rule::LimitGap => "L-2",
        Rule::MarketableLimit => "L-6",
        Rule::StopTouched => "S1-touch",
        Rule::StopGap => "S1-gap",
    }
}

/// The sentence for a rule.
#[must_use]
pub fn explain(rule: Rule, side: OrderSide) -> Explanation {
    let buying = side == OrderSide::Buy;
    let (title, text) = match rule {
        Rule::MarketAtQuote if buying => (
            "Bought at the ask",
            "A market order pays the other side's price: the best ask of the first market event after the order was accepted.",
        ),
        Rule::MarketAtQuote => (
            "Sold at the bid",
            "A market order takes the other side's price: the best bid of the first market event after the order was accepted.",
        ),
        Rule::MarketAtLast if buying => (
            "Bought at the last price plus half the spread",
            "The data carry no quotes here, so half of the instrument's modelled spread is added to the first price after the order was accepted.",
        ),
        Rule::MarketAtLast => (
            "Sold at the last price less half the spread",
            "The data carry no quotes here, so half of the instrument's modelled spread is taken off the first price after the order was accepted.",
        ),
        Rule::BeyondVisibleSize => (
            "Beyond the visible size",
            "The order was larger than what was on offer at the best price; the rest filled one tick worse.",
        ),
        Rule::LimitTradedThrough => (
            "Traded through the limit",
            "The market traded beyond the limit price, so everybody waiting at it was served, the last in the queue included. A mere touch does not fill.",
        ),
        Rule::LimitGap => (
            "Opened beyond the limit",
            "The price jumped over the limit, so the order filled at the first price there was: better than the limit.",
        ),
        Rule::MarketableLimit => (
            "Taken at once",
            "The limit was at or beyond the other side's price when the order arrived, so it took that price, never one worse than the limit.",
        ),
        Rule::StopTouched => (
            "Stop touched",
            "The price moved through the stop price, which turned the stop into a market order at that price.",
        ),
        Rule::StopGap => (
            "Stop jumped over",
            "The price jumped past the stop, so the order filled at the first price beyond it: worse than the stop price.",
        ),
    };
    Explanation { title, text }
}

/// What kind of market event the fill was made on.
#[must_use]
pub fn source(fill: &Fill) -> &'static str {
    match fill.receipt.tick.source {
        TickSource::Trade => "A trade",
        TickSource::Bar { step: PathStep::Open, .. } => "The open of a candle",
        TickSource::Bar { step: PathStep::FirstExtreme, .. } => "A candle on its way to the first extreme",
        TickSource::Bar { step: PathStep::SecondExtreme, .. } => "A candle on its way to the second extreme",
        TickSource::Bar { step: PathStep::Close, .. } => "A candle on its way to the close",
    }
}

/// Which point of the candle's path it was, 0 (open) to 3 (close); `None` for a trade.
#[must_use]
pub fn path_step(fill: &Fill) -> Option<usize> {
    match fill.receipt.tick.source {
        TickSource::Trade => None,
        TickSource::Bar { step, .. } => Some(match step {
            PathStep::Open => 0,
            PathStep::FirstExtreme => 1,
            PathStep::SecondExtreme => 2,
            PathStep::Close => 3,
        }),
    }
}

/// Maker or taker.
#[must_use]
pub fn liquidity(side: LiquiditySide) -> &'static str {
    match side {
        LiquiditySide::Maker => "Maker: the order waited in the market",
        LiquiditySide::Taker => "Taker: the order took what was on offer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [Rule; 8] = [
        Rule::MarketAtQuote,
        Rule::MarketAtLast,
        Rule::BeyondVisibleSize,
        Rule::LimitTradedThrough,
        Rule::LimitGap,
        Rule::MarketableLimit,
        Rule::StopTouched,
        Rule::StopGap,
    ];

    #[test]
    fn ids_are_those_on_the_wire() {
        for rule in RULES {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule_id(rule));
        }
    }

    #[test]
    fn every_rule_is_told_apart() {
        let mut titles: Vec<_> = RULES
            .iter()
            .flat_map(|r| [OrderSide::Buy, OrderSide::Sell].map(|s| (rule_id(*r), explain(*r, s).title)))
            .collect();
        titles.sort_unstable();
        titles.dedup_by_key(|pair| pair.1);
        assert_eq!(titles.len(), 10, "eight rules, two of which read differently for buyers and sellers");
    }
}

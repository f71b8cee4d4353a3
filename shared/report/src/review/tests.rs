//! Every finding by a run that has it, and one that has not.
//! `result`: what it says; `trading`: how it traded; `circumstances`: risk, market, data and strategy.

mod circumstances;
mod result;
mod trading;

use std::collections::BTreeSet;

use wickflow_backtest::config::{FeeModel, FillProfile, Slippage};
use wickflow_backtest::{Cause, Reject, RejectReason, Step};
use wickflow_shared::market::Calendar;
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::{CHECKS, Finding, Severity};
use crate::testing::{Case, flat, slope, swing};

/// The finding of a code that the first run has and the second has not.
fn check(code: &str, with: &Case, without: &Case) -> Finding {
    let found = with.finding(code);
    assert!(without.finding(code).is_none(), "{code} without cause: {:?}", without.finding(code));
    let found = found.unwrap_or_else(|| panic!("{code} was not found"));
    assert!(!found.evidence.is_empty() && !found.text.is_empty(), "{found:?}");
    assert_eq!(found.times.len(), found.bars.len(), "{found:?}");
    assert!(!found.text.contains("NaN") && !found.text.contains("inf "), "{}", found.text);
    assert!(found.evidence.iter().all(|evidence| evidence.value.is_finite()), "{found:?}");
    found
}

/// Forty trades that win by turns, ten bars apart.
fn many() -> Case {
    Case::new(swing(400)).trades(1, 10, 4, 10.0)
}

#[test]
fn there_are_enough_checks() {
    assert!(CHECKS.len() >= 40);
    assert_eq!(CHECKS.iter().map(|check| *check as usize).collect::<BTreeSet<_>>().len(), CHECKS.len());
}

/// Fourteen days without a position, then one trade in bars 14 and 15 of a hundred: the last 85 are idle.
#[test]
fn bars_are_dated() {
    let found = Case::new(flat(100)).trade(14, 15, 1.0).finding("flat_equity").unwrap();
    assert_eq!(
        (found.bars.as_slice(), found.times[0].to_string()),
        (&[16, 99][..], "2024-01-17T00:00:00Z".to_owned())
    );
    assert!(found.text.ends_with("The first: bar 16, 2024-01-17 00:00 UTC."), "{}", found.text);
}

#[test]
fn gravest_first() {
    let review = Case::new(swing(50)).trade(1, 5, 10.0).report().review;
    assert!(review.len() > 2 && review.is_sorted_by_key(|finding| finding.severity), "{review:?}");
}

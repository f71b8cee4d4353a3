use wickflow_optimize::space::Setting;
use wickflow_optimize::walk_forward::{FoldReport, Report, WalkForward};
use wickflow_strategy::data::Series;

use super::held::{Held, Kind};
use crate::error::LabError;
use crate::message::{Columns, count32, time_number};
use crate::protocol::{AxisSteadiness, FoldResult, VerdictReason, WalkForwardVerdict};

/// What a finished test came to.
pub(super) fn report(test: &WalkForward) -> Result<Report, LabError> {
    test.report().ok_or_else(|| LabError::Search("the test is not finished: results are missing".to_owned()))
}

/// It in the words of the protocol.
pub(super) fn verdict(held: &Held) -> Result<(WalkForwardVerdict, Columns), LabError> {
    let Kind::WalkForward(test) = &held.kind else {
        return Err(LabError::Search("this search is no walk-forward test".to_owned()));
    };
    let report = report(test)?;
    let mut columns = Columns::default();
    let reason = |reason: &wickflow_optimize::walk_forward::Reason| VerdictReason {
        weight: word(&reason.weight),
        text: reason.text.clone(),
    };
    let verdict = WalkForwardVerdict {
        search: held.id,
        judgment: word(&report.verdict.judgment),
        text: report.verdict.text.to_owned(),
        reasons: report.verdict.reasons.iter().map(reason).collect(),
        efficiency: report.efficiency,
        profitable_share: report.profitable_share,
        deflated_sharpe: report.significance.deflated_sharpe,
        probabilistic_sharpe: report.significance.probabilistic_sharpe,
        overfitting: report.significance.overfitting.as_ref().map(|overfitting| overfitting.probability),
        stitched: serde_json::to_value(report.stitched.metrics).unwrap_or_default(),
        time: columns.of(&report.stitched.daily, |(time, _)| time_number(*time)),
        equity: columns.of(&report.stitched.daily, |(_, equity)| *equity),
        folds: report.folds.iter().map(|fold| fold_result(fold, &held.series)).collect(),
        stability: report
            .stability
            .iter()
            .map(|axis| AxisSteadiness {
                name: axis.name.clone(),
                distinct: count32(axis.distinct),
                spread: axis.spread,
                neighbor_share: axis.neighbor_share,
            })
            .collect(),
    };
    Ok((verdict, columns))
}

fn fold_result(fold: &FoldReport, series: &Series) -> FoldResult {
    let opens = |row: usize| series.candles().open_times().get(row).map_or(0, |time| time.0);
    let (inside, outside) = (&fold.fold.in_sample, &fold.fold.out_of_sample);
    let last = outside.end.checked_sub(1).and_then(|last| series.close_times().get(last));
    FoldResult {
        in_sample_from: opens(inside.start),
        out_of_sample_from: opens(outside.start),
        out_of_sample_to: last.map_or(0, |time| time.0),
        tried: count32(fold.tried),
        settings: fold.settings.as_ref().map(|settings| settings.iter().map(Setting::to_json).collect()),
        in_sample_per_year: fold.in_sample_per_year,
        out_of_sample_per_year: fold.out_of_sample_per_year,
        trades: count32(fold.trades.len()),
    }
}

/// A word as reports spell it.
fn word(word: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(word).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

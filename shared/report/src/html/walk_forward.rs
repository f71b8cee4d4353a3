//! A walk-forward test as a page: the verdict, what the findings earned afterwards, and fold by fold.

use std::fmt::Write as _;

use wickflow_optimize::walk_forward::{
    Fold, Mode, Report, Significance, Verdict, WalkForwardSettings, Weight,
};
use wickflow_optimize::{Metric, Metrics};
use wickflow_shared::time::Timestamp;
use wickflow_stats::Ratio;
use wickflow_strategy::data::Series;

use super::figure::{cell, clipped, data, facts, is_gain, label, method, of, rows, settings, value};
use super::tables::{gain, table};
use super::{begin, card, chart, end, escape};
use crate::words::{count, figure, percent, plural, signed_percent};

/// How many folds a page lists: the last ones.
pub const MAX_FOLDS_LISTED: usize = 300;
/// With more windows, lines where they begin would hide the curve.
const MAX_WINDOWS: usize = 80;
/// How many chosen values of a parameter are listed: the last ones.
const MAX_VALUES: usize = 24;

/// Prints a walk-forward test on the candles of `series` as a page.
#[must_use]
pub fn walk_forward_html(
    strategy: &str,
    settings: &WalkForwardSettings,
    report: &Report,
    series: &Series,
) -> String {
    let mut out = String::with_capacity(64 * 1024);
    begin(&mut out, strategy, "walk-forward test");
    let _ = writeln!(
        out,
        "<h1>{}</h1>\n<p class=\"muted\">Walk-forward test · {}</p>",
        escape(strategy),
        data(series)
    );
    cards(&mut out, report);
    verdict(&mut out, &report.verdict);
    curve(&mut out, report, series);
    folds(&mut out, report, series);
    stability(&mut out, report);
    luck(&mut out, report);
    how(&mut out, settings);
    end(&mut out);
    out
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), percent)
}

fn cards(out: &mut String, report: &Report) {
    out.push_str("<dl class=\"cards\">\n");
    let metrics = &report.stitched.metrics;
    for metric in [Metric::Return, Metric::Cagr, Metric::Sharpe, Metric::MaxDrawdown, Metric::Trades] {
        let found = metrics.get(metric);
        let class = match found.value() {
            Some(value) if is_gain(metric) && value > 0.0 => " class=\"up\"",
            Some(value) if is_gain(metric) && value < 0.0 => " class=\"down\"",
            _ => "",
        };
        card(out, label(metric), &value(metric, found), class, "Of all tests as one account.");
    }
    let words = "Earned per year in the tests over earned per year in the searches, without compounding.";
    card(out, "Efficiency", &report.efficiency.map_or_else(|| "n/a".to_owned(), figure), "", words);
    let words = "Share of the tests that earned something.";
    card(out, "Profitable windows", &share(report.profitable_share), "", words);
    let Significance { probabilistic_sharpe, deflated_sharpe, overfitting, .. } = &report.significance;
    card(
        out,
        "PSR",
        &share(*probabilistic_sharpe),
        "",
        "Probability that the tests' Sharpe ratio is above zero.",
    );
    let words = "Probability that the best candidate is better than the best of as many without skill.";
    card(out, "DSR", &share(*deflated_sharpe), "", words);
    let words = "Probability that the best in one half of the time is below the median in the other.";
    card(out, "PBO", &share(overfitting.as_ref().map(|found| found.probability)), "", words);
    out.push_str("</dl>\n");
}

fn verdict(out: &mut String, verdict: &Verdict) {
    let _ = writeln!(out, "<section>\n<h2>Verdict: {}</h2>\n<ul class=\"findings\">", escape(verdict.text));
    for reason in &verdict.reasons {
        let (class, tag) = match reason.weight {
            Weight::Missing => ("serious", "too little"),
            Weight::Against => ("serious", "against"),
            Weight::Doubt => ("caution", "doubt"),
            Weight::For => ("info", "for"),
        };
        let _ = writeln!(
            out,
            "<li class=\"{class}\"><span class=\"tag\">{tag}</span>{}</li>",
            escape(&reason.text)
        );
    }
    out.push_str("</ul>\n</section>\n");
}

fn curve(out: &mut String, report: &Report, series: &Series) {
    let times = series.candles().open_times();
    let begin = |fold: &Fold| times.get(fold.out_of_sample.start).copied();
    let tested = report.folds.iter().filter(|fold| fold.out_of_sample.is_some());
    let mut windows: Vec<Timestamp> = tested.filter_map(|fold| begin(&fold.fold)).collect();
    if windows.len() > MAX_WINDOWS {
        windows.clear();
    }
    let daily: Vec<(Timestamp, f64)> =
        report.stitched.daily.iter().map(|(time, equity)| (Timestamp(*time), *equity)).collect();
    let title = "Equity and drawdown of the tests as one account";
    chart::draw_daily(out, title, &daily, &windows, series.calendar().zone());
}

fn folds(out: &mut String, report: &Report, series: &Series) {
    let zone = series.calendar().zone();
    let first = report.folds.len().saturating_sub(MAX_FOLDS_LISTED);
    let names = || report.stability.iter().map(|axis| axis.name.as_str());
    let per_year = |value: Option<f64>| {
        value.map_or_else(|| "<td>n/a</td>".to_owned(), |value| gain(value, &signed_percent(value)))
    };
    let rows = report.folds.iter().enumerate().skip(first).map(|(index, fold)| {
        let tests: Option<&Metrics> = fold.out_of_sample.as_ref();
        let chosen = fold
            .settings
            .as_deref()
            .map_or_else(|| "no candidate has a value".to_owned(), |chosen| settings(names(), chosen));
        format!(
            "<tr><td>{}</td><td class=\"left\">{}</td><td class=\"left\">{}</td><td \
             class=\"pair\">{chosen}</td>{}{}{}{}{}</tr>\n",
            index + 1,
            rows(series, &fold.fold.in_sample, zone),
            rows(series, &fold.fold.out_of_sample, zone),
            per_year(fold.in_sample_per_year),
            per_year(fold.out_of_sample_per_year),
            cell(Metric::Return, tests),
            cell(Metric::MaxDrawdown, tests),
            cell(Metric::Trades, tests),
        )
    });
    let columns = [
        "#",
        "<Searched in",
        "<Tested in",
        "<Settings",
        "Search, a year",
        "Test, a year",
        "Test",
        "Drawdown",
        "Trades",
    ];
    let listed = report.folds.len() - first;
    let last = if first > 0 { "The last " } else { "" };
    let note = format!(
        "{last}{} folds. Returns a year are without compounding; those of short windows swing widely. Trades: \
         those that closed.",
        of(listed, report.folds.len())
    );
    table(out, "Fold by fold", &note, &columns, rows);
}

fn stability(out: &mut String, report: &Report) {
    let rows = report.stability.iter().map(|axis| {
        let left_out = axis.values.len().saturating_sub(MAX_VALUES);
        let listed = axis.values.iter().skip(left_out).map(|value| {
            value.as_ref().map_or_else(|| "none".to_owned(), |value| clipped(&value.to_string()))
        });
        let before = if left_out > 0 { "… " } else { "" };
        format!(
            "<tr><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"words\">{before}{}</td></tr>\n",
            clipped(&axis.name),
            count(axis.distinct),
            share(axis.spread),
            share(axis.neighbor_share),
            listed.collect::<Vec<_>>().join(", ")
        )
    });
    let note = "Spread: from the lowest to the highest value chosen, as a share of the axis. Stays near: folds that chose \
                the value of the fold before, or one beside it.";
    let columns = ["<Parameter", "Different values", "Spread", "Stays near", "<Chosen, fold by fold"];
    table(out, "How steady the settings are", note, &columns, rows);
}

fn luck(out: &mut String, report: &Report) {
    let found = &report.significance;
    let best = |value: Option<f64>| {
        value.map_or_else(|| "n/a".to_owned(), |share| format!("{} of all gains", percent(share)))
    };
    let mut terms = vec![
        (
            "Candidates",
            format!(
                "{} tried, {} of them compared over all of the time",
                count(found.trials),
                count(found.compared)
            ),
        ),
        (
            "PSR",
            format!(
                "{}: probability that the tests' Sharpe ratio is above zero",
                share(found.probabilistic_sharpe)
            ),
        ),
        (
            "DSR",
            format!(
                "{}: probability that the best candidate is better than the best of {} without skill",
                share(found.deflated_sharpe),
                count(found.trials)
            ),
        ),
    ];
    match (&found.overfitting, &found.no_overfitting) {
        (Some(overfitting), _) => {
            terms.push((
                "PBO",
                format!(
                    "{}: share of {} ways to halve the time in which the best of one half is at or below the median of the other",
                    percent(overfitting.probability),
                    count(overfitting.combinations as usize)
                ),
            ));
            terms.push(("Loss after choosing", share(Some(overfitting.probability_of_loss))));
        }
        (None, Some(reason)) => terms.push(("PBO", format!("n/a: {}", escape(reason)))),
        (None, None) => {}
    }
    terms.push(("Best window", best(report.windows.best_share)));
    terms.push(("Best trade", best(report.trades.best_share)));
    let profit = report.stitched.metrics.get(Metric::ProfitFactor);
    if profit != Ratio::Undefined {
        terms.push(("Profit factor", value(Metric::ProfitFactor, profit)));
    }
    facts(out, "Whether it could be luck", &terms);
}

fn how(out: &mut String, settings: &WalkForwardSettings) {
    let windows = &settings.windows;
    let mode = match windows.mode {
        Mode::Anchored => "every search begins with the first candle",
        Mode::Rolling => "searches move along",
    };
    let mut terms = vec![
        ("Windows", format!("{} searched, {} tested; {mode}", windows.in_sample, windows.out_of_sample)),
        (
            "Left out",
            format!(
                "{} between search and test, {} at the start of a test",
                plural(windows.purge_bars as usize, "bar"),
                plural(windows.embargo_bars as usize, "bar")
            ),
        ),
    ];
    terms.extend(method(&settings.search));
    facts(out, "How it was tested", &terms);
}

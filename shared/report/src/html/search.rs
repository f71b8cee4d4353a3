//! A search as a page: what was best, how the rest did, and where on the axes it was good.

use std::fmt::Write as _;

use wickflow_optimize::Search;
use wickflow_optimize::search::Trial;
use wickflow_strategy::data::Series;

use super::figure::{cell, clipped, data, facts, is_gain, label, method, of, settings, shown, value};
use super::tables::table;
use super::{begin, card, end, escape, strips};
use crate::words::{count, plural};

/// How many candidates a page lists, of the ranking and of the front each.
pub const MAX_LISTED: usize = 100;

/// Prints a search over the candles of `series` as a page.
#[must_use]
pub fn search_html(strategy: &str, search: &Search, series: &Series) -> String {
    let mut out = String::with_capacity(64 * 1024);
    begin(&mut out, strategy, "search");
    let _ = writeln!(out, "<h1>{}</h1>\n<p class=\"muted\">Search · {}</p>", escape(strategy), data(series));
    best(&mut out, search);
    strips::draw(&mut out, search);
    front(&mut out, search);
    let listed = search.ranking(MAX_LISTED);
    let note = format!("{} candidates, best first.", of(listed.len(), search.trials().len()));
    candidates(&mut out, "Best candidates", &note, search, &listed);
    how(&mut out, search);
    end(&mut out);
    out
}

fn best(out: &mut String, search: &Search) {
    let Some(trial) = search.best() else {
        out.push_str("<p>No candidate has a value: none traded often enough, or none could be run.</p>\n");
        return;
    };
    let names: Vec<String> = search.space().axes().iter().map(wickflow_optimize::space::Axis::name).collect();
    let chosen = search.space().candidate(trial.index).unwrap_or_default();
    let tried = search.trials().len();
    let _ = writeln!(
        out,
        "<p><b>Best settings:</b> {}</p>\n<p class=\"muted\">The best of {} on the candles that it was chosen by: expect \
         less of it on others. A walk-forward test says how much less.</p>\n<dl class=\"cards\">",
        settings(names.iter().map(String::as_str), &chosen),
        plural(tried, "candidate"),
    );
    for metric in shown(&search.settings().objectives.goals) {
        let found = trial.metrics.map_or(wickflow_stats::Ratio::Undefined, |metrics| metrics.get(metric));
        let class = match found.value() {
            Some(value) if is_gain(metric) && value > 0.0 => " class=\"up\"",
            Some(value) if is_gain(metric) && value < 0.0 => " class=\"down\"",
            _ => "",
        };
        card(out, label(metric), &value(metric, found), class, "Of the best settings, over all candles.");
    }
    card(out, "Candidates", &count(tried), "", "Combinations that were tried.");
    out.push_str("</dl>\n");
}

/// Nothing with one goal: the front is the best then.
fn front(out: &mut String, search: &Search) {
    if search.settings().objectives.goals.len() < 2 {
        return;
    }
    let all: Vec<&Trial> = search.front().collect();
    let listed: Vec<&Trial> = all.iter().copied().take(MAX_LISTED).collect();
    let note = format!(
        "{} candidates that no other beats in all goals, as they were tried.",
        of(listed.len(), all.len())
    );
    candidates(out, "Pareto front", &note, search, &listed);
}

fn candidates(out: &mut String, title: &str, note: &str, search: &Search, trials: &[&Trial]) {
    let metrics = shown(&search.settings().objectives.goals);
    let names = search.space().axes().iter().map(|axis| clipped_name(&axis.name()));
    let columns: Vec<String> = std::iter::once("#".to_owned())
        .chain(names)
        .chain(metrics.iter().map(|metric| label(*metric).to_owned()))
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let best = search.best().map(|trial| trial.number);
    let rows = trials.iter().map(|trial| {
        let mut row = format!("<tr><td>{}</td>", trial.number + 1);
        for setting in search.space().candidate(trial.index).unwrap_or_default() {
            let text = clipped(&setting.to_string());
            let _ = if best == Some(trial.number) {
                write!(row, "<td class=\"left\"><b>{text}</b></td>")
            } else {
                write!(row, "<td class=\"left\">{text}</td>")
            };
        }
        metrics.iter().for_each(|metric| row.push_str(&cell(*metric, trial.metrics.as_ref())));
        row + "</tr>\n"
    });
    table(out, title, note, &columns, rows);
}

/// A heading that is left-aligned; [`table`] escapes it.
fn clipped_name(name: &str) -> String {
    format!("<{}", name.chars().take(40).collect::<String>())
}

fn how(out: &mut String, search: &Search) {
    let mut terms = method(search.settings());
    let axes: Vec<String> = search.space().axes().iter().map(|axis| clipped(&axis.to_string())).collect();
    terms.push(("Parameters", axes.join("; ")));
    let conditions: Vec<String> =
        search.space().constraints().iter().map(|condition| clipped(&condition.to_string())).collect();
    if !conditions.is_empty() {
        terms.push(("Conditions", conditions.join("; ")));
    }
    facts(out, "How it was searched", &terms);
}

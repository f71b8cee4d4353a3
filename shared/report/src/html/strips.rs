//! Where on the axes candidates were good: a map of two axes, or a strip for each.

use std::fmt::Write as _;

use wickflow_optimize::Search;
use wickflow_optimize::objective::Goal;
use wickflow_optimize::search::Trial;
use wickflow_optimize::space::Axis;

use super::figure::{clipped, label, short};
use crate::words::count;

/// The most values of an axis of a map.
pub(super) const MAX_SIDE: u32 = 60;
/// The most cells of a strip; neighbors share one where there are more values.
pub(super) const MAX_CELLS: u32 = 40;

pub(super) fn draw(out: &mut String, search: &Search) {
    let Some(goal) = search.settings().objectives.goals.first() else { return };
    if search.best().is_none() {
        return;
    }
    match search.space().axes() {
        [rows, columns] if fits(rows) && fits(columns) => map(out, search, goal, rows, columns),
        axes => strips(out, search, goal, axes),
    }
}

fn fits(axis: &Axis) -> bool {
    axis.is_numeric() && axis.count() <= MAX_SIDE
}

/// The goal's value of a candidate that counts, the right way up.
fn score(search: &Search, trial: &Trial) -> Option<f64> {
    search
        .settings()
        .objectives
        .score(trial.metrics.as_ref())
        .values()
        .and_then(|values| values.first())
        .copied()
}

/// How strongly a value is shown: 0 for bad ones, half opaque for the best, so that the number stays readable.
struct Shade {
    low: f64,
    high: f64,
}

impl Shade {
    /// From the value that a twentieth is worse than: a few disasters must not make all others look alike.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let low = values.get(values.len() / 20).copied().unwrap_or_default();
        Self { low, high: values.last().copied().unwrap_or(low) }
    }

    fn share(&self, value: f64) -> f64 {
        let range = self.high - self.low;
        let share = if range > 0.0 { (value - self.low) / range } else { 1.0 };
        (share.clamp(0.0, 1.0) * 50.0).round()
    }
}

fn map(out: &mut String, search: &Search, goal: &Goal, rows: &Axis, columns: &Axis) {
    let width = columns.count() as usize;
    let mut cells: Vec<Option<f64>> = vec![None; rows.count() as usize * width];
    let mut tried = vec![false; cells.len()];
    for trial in search.trials() {
        let place = search.space().positions(trial.index).and_then(|positions| match positions.as_slice() {
            [row, column] => Some(*row as usize * width + *column as usize),
            _ => None,
        });
        let Some(place) = place else { continue };
        if let (Some(cell), Some(was)) = (cells.get_mut(place), tried.get_mut(place)) {
            (*cell, *was) = (score(search, trial), true);
        }
    }
    let shade = Shade::of(cells.iter().flatten().copied());
    let best = search.best().and_then(|trial| score(search, trial));
    let note = "A broad field of good values is worth more than one good cell. Empty: not tried; a dash: no value, or too \
                few trades.";
    heading(
        out,
        &format!("{} by {} and {}", named(goal), clipped(&rows.name()), clipped(&columns.name())),
        note,
    );
    let _ = write!(
        out,
        "<th scope=\"col\" class=\"left\">{} ↓ {} →</th>",
        clipped(&rows.name()),
        clipped(&columns.name())
    );
    values(columns, out);
    out.push_str("</tr></thead>\n<tbody>\n");
    for (row, (cells, tried)) in (0..).zip(cells.chunks(width.max(1)).zip(tried.chunks(width.max(1)))) {
        let name = rows.value(row).map(|value| clipped(&value.to_string())).unwrap_or_default();
        let _ = write!(out, "<tr><th scope=\"row\" class=\"left\">{name}</th>");
        for (cell, tried) in cells.iter().zip(tried) {
            heat(out, goal, *cell, *tried, &shade, best);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}

/// `Sharpe`, `Return in %`.
fn named(goal: &Goal) -> String {
    use wickflow_optimize::Metric::{Cagr, MaxDrawdown, Return, Volatility, WinRate};
    let unit =
        if matches!(goal.metric, Return | Cagr | MaxDrawdown | Volatility | WinRate) { " in %" } else { "" };
    format!("{}{unit}", label(goal.metric))
}

fn heading(out: &mut String, title: &str, note: &str) {
    let _ = write!(
        out,
        "<section>\n<h2>{title}</h2>\n<p class=\"muted\">{note}</p>\n<div class=\"scroll\">\n<table class=\"heat \
         dense\">\n<thead><tr>"
    );
}

fn values(axis: &Axis, out: &mut String) {
    for position in 0..axis.count() {
        let name = axis.value(position).map(|value| clipped(&value.to_string())).unwrap_or_default();
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
}

fn heat(out: &mut String, goal: &Goal, cell: Option<f64>, tried: bool, shade: &Shade, best: Option<f64>) {
    let Some(score) = cell else {
        out.push_str(if tried { "<td class=\"muted\">–</td>" } else { "<td></td>" });
        return;
    };
    let is_best = best.is_some_and(|best| best.total_cmp(&score).is_eq());
    let class = if is_best { "h best" } else { "h" };
    let value = if goal.is_minimized { -score } else { score };
    let _ = write!(
        out,
        "<td class=\"{class}\" style=\"--share:{}\">{}</td>",
        shade.share(score),
        short(goal.metric, value)
    );
}

fn strips(out: &mut String, search: &Search, goal: &Goal, axes: &[Axis]) {
    let mut scores: Vec<Vec<Vec<f64>>> =
        axes.iter().map(|axis| vec![Vec::new(); axis.count().min(MAX_CELLS) as usize]).collect();
    for trial in search.trials() {
        let (Some(score), Some(positions)) = (score(search, trial), search.space().positions(trial.index))
        else {
            continue;
        };
        for ((cells, axis), position) in scores.iter_mut().zip(axes).zip(positions) {
            if let Some(cell) = cells.get_mut(cell_of(axis, position)) {
                cell.push(score);
            }
        }
    }
    for (axis, cells) in axes.iter().zip(&mut scores) {
        if axis.count() > 1 {
            strip(out, goal, axis, cells);
        }
    }
}

/// Neighbors share a cell where an axis has more values than a strip has cells.
fn cell_of(axis: &Axis, position: u32) -> usize {
    let cells = u64::from(axis.count().min(MAX_CELLS));
    usize::try_from(u64::from(position) * cells / u64::from(axis.count().max(1))).unwrap_or_default()
}

fn strip(out: &mut String, goal: &Goal, axis: &Axis, cells: &mut [Vec<f64>]) {
    cells.iter_mut().for_each(|cell| cell.sort_unstable_by(f64::total_cmp));
    let medians: Vec<Option<f64>> = cells.iter().map(|cell| median(cell)).collect();
    let bests: Vec<Option<f64>> = cells.iter().map(|cell| cell.last().copied()).collect();
    heading(
        out,
        &format!("{} by {}", named(goal), clipped(&axis.name())),
        "Of all candidates with that value.",
    );
    out.push_str("<th scope=\"col\" class=\"left\">Value</th>");
    let mut names: Vec<Option<(u32, u32)>> = vec![None; cells.len()];
    for position in 0..axis.count() {
        if let Some(name) = names.get_mut(cell_of(axis, position)) {
            *name = Some((name.map_or(position, |(first, _)| first), position));
        }
    }
    for (first, last) in names.into_iter().flatten() {
        let text =
            |position| axis.value(position).map(|value| clipped(&value.to_string())).unwrap_or_default();
        let range = if first == last { text(first) } else { format!("{}–{}", text(first), text(last)) };
        let _ = write!(out, "<th scope=\"col\">{range}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (name, row) in [("Median", &medians), ("Best", &bests)] {
        let shade = Shade::of(row.iter().flatten().copied());
        let best = row.iter().flatten().copied().max_by(f64::total_cmp);
        let _ = write!(out, "<tr><th scope=\"row\" class=\"left\">{name}</th>");
        row.iter().for_each(|cell| heat(out, goal, *cell, false, &shade, best));
        out.push_str("</tr>\n");
    }
    out.push_str("<tr><th scope=\"row\" class=\"left\">Candidates</th>");
    cells.iter().for_each(|cell| {
        let _ = write!(out, "<td class=\"muted\">{}</td>", count(cell.len()));
    });
    out.push_str("</tr>\n</tbody>\n</table>\n</div>\n</section>\n");
}

/// Of sorted values; the mean of the middle two of an even number.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    sorted.get(sorted.len() / 2 - 1).map(|lower| f64::midpoint(*lower, *upper))
}

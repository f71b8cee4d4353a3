use std::fmt::Write as _;

use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::Timestamp;

use super::escape;
use crate::report::Report;
use crate::text::metric_value;
use crate::words::{count, date, moment, money, number, percent, plural, signed_percent, span, tenths};

/// How many trades a page lists: the last ones. A browser lays out more only slowly.
pub const MAX_TRADES: usize = 500;
/// How many fills a page lists: the last ones.
pub const MAX_FILLS: usize = 500;

/// How many trades are left out before the first that is listed.
pub(super) fn first_listed(report: &Report) -> usize {
    report.trades.len().saturating_sub(MAX_TRADES)
}

/// A table with a heading; nothing without rows. Names that begin with `<` are left-aligned.
pub(super) fn table(
    out: &mut String,
    title: &str,
    note: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = String>,
) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    let _ = writeln!(
        out,
        "<section>\n<h2>{title}</h2>\n<div class=\"scroll\">\n<table{}>",
        if columns.len() > 10 { " class=\"dense\"" } else { "" }
    );
    if !note.is_empty() {
        let _ = writeln!(out, "<caption>{}</caption>", escape(note));
    }
    out.push_str("<thead><tr>");
    for column in columns {
        let (class, name) = column.strip_prefix('<').map_or(("", *column), |name| (" class=\"left\"", name));
        let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escape(name));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    rows.for_each(|row| out.push_str(&row));
    out.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}

/// A cell of a gain or a loss: told by its sign, and by color beside it.
pub(super) fn gain(value: f64, text: &str) -> String {
    let class = if value > 0.0 {
        " class=\"up\""
    } else if value < 0.0 {
        " class=\"down\""
    } else {
        ""
    };
    format!("<td{class}>{text}</td>")
}

pub(super) fn profiles(out: &mut String, report: &Report) {
    let rows = report.profiles.rows.iter().map(|row| {
        format!(
            "<tr><td class=\"left\">{}</td><td>{}</td>{}<td>{}</td><td>{}</td></tr>\n",
            escape(&row.profile),
            money(row.final_equity),
            gain(row.total_return, &signed_percent(row.total_return)),
            count(row.trades),
            percent(row.max_drawdown)
        )
    });
    let columns = ["<Profile", "Final equity", "Return", "Trades", "Max drawdown"];
    table(out, "Fill profiles", &report.profiles.words, &columns, rows);
}

pub(super) fn months(out: &mut String, report: &Report) {
    if report.monthly.is_empty() {
        return;
    }
    let all = || report.monthly.iter().flat_map(|year| year.months.iter().flatten());
    let largest = all().map(|value| value.abs()).fold(0.0, f64::max);
    out.push_str("<section>\n<h2>Returns by month in %</h2>\n<div class=\"scroll\">\n<table class=\"months\">\n<thead><tr>");
    out.push_str("<th scope=\"col\" class=\"left\">Year</th>");
    for name in ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Year"] {
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for year in &report.monthly {
        let _ = write!(out, "<tr><th scope=\"row\" class=\"left\">{}</th>", year.year);
        year.months.iter().for_each(|month| heat(out, *month, largest));
        let total = year.total.map_or_else(String::new, signed_tenths);
        let _ = writeln!(out, "{}</tr>", gain(year.total.unwrap_or_default(), &format!("<b>{total}</b>")));
    }
    out.push_str("</tbody>\n</table>\n</div>\n</section>\n");
}

/// Losses and gains are told by their sign, not by color alone.
fn signed_tenths(value: f64) -> String {
    let text = tenths(value);
    if value > 0.0 && text != "0.0" { format!("+{text}") } else { text }
}

/// Prints the numbers of a column with as many decimals as the one that needs most, so that points stand below points.
fn aligned(values: impl Iterator<Item = f64>) -> impl Fn(f64) -> String {
    let decimals = values.map(|value| number(value).split_once('.').map_or(0, |(_, rest)| rest.len())).max();
    move |value| format!("{value:.*}", decimals.unwrap_or_default())
}

/// A month, shaded by its share of the largest.
fn heat(out: &mut String, value: Option<f64>, largest: f64) {
    let Some(value) = value else {
        out.push_str("<td></td>");
        return;
    };
    // Half opaque at most, so that the number stays readable.
    let share = if largest > 0.0 { (value.abs() / largest * 50.0).round() } else { 0.0 };
    let class = if value < 0.0 { "d" } else { "u" };
    let _ = write!(out, "<td class=\"{class}\" style=\"--share:{share}\">{}</td>", signed_tenths(value));
}

pub(super) fn drawdowns(out: &mut String, report: &Report) {
    let day = |ms: i64| date(Timestamp(ms), &report.zone);
    let rows = report.drawdowns.iter().map(|episode| {
        format!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            percent(episode.depth),
            day(episode.start_ms),
            day(episode.trough_ms),
            episode.recovery_ms.map_or_else(|| "still open".to_owned(), day),
            span(episode.length_ms as f64)
        )
    });
    let columns = ["Depth", "Peak", "Trough", "Recovery", "Length"];
    table(out, "Deepest drawdowns", "Of equity at the end of each day.", &columns, rows);
}

pub(super) fn trades(out: &mut String, report: &Report) {
    let at = |time| moment(time, &report.zone);
    let first = first_listed(report);
    let note = if first > 0 {
        format!(
            "The last {MAX_TRADES} of {}; the CSV and the JSON have all.",
            plural(report.trades.len(), "trade")
        )
    } else {
        String::new()
    };
    let listed = || report.trades.iter().skip(first).map(|line| line.trade);
    let price = aligned(listed().flat_map(|trade| [trade.entry_price, trade.exit_price]));
    let quantity = aligned(listed().map(|trade| trade.quantity));
    let rows = report.trades.iter().skip(first).map(|line| {
        let trade = line.trade;
        format!(
            "<tr id=\"trade-{}\"><td>{}</td><td class=\"left\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{}</td>{}{}<td>{}</td><td>{}</td><td>{}</td><td class=\"left\">{}</td></tr>\n",
            line.number,
            line.number,
            if trade.side == PositionSide::Short { "short" } else { "long" },
            at(trade.entry_time),
            price(trade.entry_price),
            at(trade.exit_time),
            price(trade.exit_price),
            quantity(trade.quantity),
            trade.bars(),
            gain(trade.pnl, &money(trade.pnl)),
            gain(trade.return_fraction, &signed_percent(trade.return_fraction)),
            money(trade.fees),
            money(-trade.mae),
            money(trade.mfe),
            escape(line.exited_by)
        )
    });
    let columns = [
        "#", "<Side", "Entry", "Price", "Exit", "Price", "Quantity", "Bars", "P&L", "Return", "Fees",
        "Worst", "Best", "<Exit by",
    ];
    table(out, "Trades", &note, &columns, rows);
}

pub(super) fn fills(out: &mut String, report: &Report) {
    let skipped = report.fills.len().saturating_sub(MAX_FILLS);
    let note = if skipped > 0 {
        format!("The last {MAX_FILLS} of {}; the JSON has all.", plural(report.fills.len(), "fill"))
    } else {
        String::new()
    };
    let rows = report.fills.iter().skip(skipped).map(|receipt| {
        format!(
            "<tr><td>{}</td><td>{}</td><td class=\"left\">{}</td><td class=\"words\">{}</td></tr>\n",
            moment(receipt.fill.time, &report.zone),
            receipt.fill.bar,
            escape(receipt.ordered_by),
            escape(&receipt.words())
        )
    });
    table(out, "Fills and why", &note, &["Time", "Bar", "<Ordered by", "<Receipt"], rows);
}

pub(super) fn rejects(out: &mut String, report: &Report) {
    let rows = report.rejects.iter().take(MAX_FILLS).map(|reject| {
        let [node, words] = [reject.ordered_by.as_str(), reject.words.as_str()].map(escape);
        format!(
            "<tr><td>{}</td><td class=\"left\">{node}</td><td class=\"words\">{words}</td></tr>\n",
            reject.bar
        )
    });
    let all = report.counts.rejects as usize;
    let note =
        if all > MAX_FILLS { format!("The first {MAX_FILLS} of {}.", count(all)) } else { String::new() };
    table(out, "Refused orders", &note, &["Bar", "<Ordered by", "<Why"], rows);
}

pub(super) fn metrics(out: &mut String, report: &Report) {
    let rows = report.metrics.iter().map(|metric| {
        let [label, convention] = [metric.label, metric.convention].map(escape);
        let value = metric_value(metric);
        format!(
            "<tr><td class=\"left\">{label}</td><td>{value}</td><td class=\"words\">{convention}</td></tr>\n"
        )
    });
    table(out, "All figures", "", &["<Figure", "Value", "<How it is computed"], rows);
}

/// Figures that other platforms print differently for the same run, beside ours.
pub(super) fn elsewhere(out: &mut String, report: &Report) {
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for metric in report.elsewhere.iter().flat_map(|platform| &platform.metrics) {
        if keys.iter().all(|(key, _)| *key != metric.key) {
            keys.push((metric.key, metric.label));
        }
    }
    let rows = keys.into_iter().map(|(key, label)| {
        let mut row = format!("<tr><td class=\"left\">{}</td>", escape(label));
        let platforms = report.elsewhere.iter().map(|platform| &platform.metrics);
        for metrics in std::iter::once(&report.metrics).chain(platforms) {
            let _ = match metrics.iter().find(|metric| metric.key == key) {
                Some(metric) => {
                    write!(row, "<td title=\"{}\">{}</td>", escape(metric.convention), metric_value(metric))
                }
                None => write!(row, "<td></td>"),
            };
        }
        row + "</tr>\n"
    });
    let columns: Vec<&str> =
        ["<Figure", "Ours"].into_iter().chain(report.elsewhere.iter().map(|p| p.platform)).collect();
    let note = "What other platforms make of the same daily equity and trades; hover for how. An empty cell is as ours.";
    table(out, "As others count", note, &columns, rows);
}

//! Reports as pages: a backtest's, a search's, a walk-forward test's. Each is one page that needs nothing but itself: no scripts, no fonts, no requests.
//!
//! Every text that comes from outside goes through [`escape`]; a policy in the page's head keeps even a mistake there
//! from running anything.

mod chart;
mod figure;
mod search;
mod strips;
mod tables;
mod walk_forward;

use std::borrow::Cow;
use std::fmt::Write as _;

use wickflow_shared::time::Timestamp;

use crate::report::Report;
use crate::review::{Finding, Severity};
use crate::text::metric_value;
use crate::words::{date, moment, money, number, plural, signed_percent};

pub use search::{MAX_LISTED, search_html};
pub use tables::{MAX_FILLS, MAX_TRADES};
pub use walk_forward::{MAX_FOLDS_LISTED, walk_forward_html};

const STYLE: &str = include_str!("style.css");

/// What stands at the top.
const CARDS: [&str; 10] = [
    "total_return",
    "net_profit",
    "cagr",
    "sharpe",
    "max_drawdown",
    "psr",
    "trades",
    "win_rate",
    "profit_factor",
    "time_in_market",
];

/// Prints the report as a page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut out = String::with_capacity(256 * 1024);
    begin(&mut out, &report.strategy, "backtest");
    head(&mut out, report);
    cards(&mut out, report);
    chart::draw(&mut out, report);
    findings(&mut out, report);
    tables::profiles(&mut out, report);
    tables::months(&mut out, report);
    tables::drawdowns(&mut out, report);
    open_position(&mut out, report);
    tables::trades(&mut out, report);
    tables::fills(&mut out, report);
    tables::rejects(&mut out, report);
    tables::metrics(&mut out, report);
    tables::elsewhere(&mut out, report);
    settings(&mut out, report);
    end(&mut out);
    out
}

/// Everything above the first heading.
fn begin(out: &mut String, name: &str, kind: &str) {
    let title = escape(name);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title} – {kind}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
    );
}

fn end(out: &mut String) {
    out.push_str("</main>\n</body>\n</html>\n");
}

/// Text as text: nothing in it can begin an element, an entity or an attribute.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) && !text.chars().any(is_forbidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_forbidden(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Control characters, which pages may not hold.
fn is_forbidden(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

fn head(out: &mut String, report: &Report) {
    let day = |time: Timestamp| date(time, &report.zone);
    let period = &report.period;
    let _ = writeln!(
        out,
        "<h1>{}</h1>\n<p class=\"muted\">{} · {} · {} to {} · {} on {}</p>",
        escape(&report.strategy),
        escape(report.symbol.as_str()),
        report.timeframe,
        day(period.from),
        day(Timestamp(period.to.0 - 1)),
        plural(period.bars, "bar"),
        plural(period.days, "day"),
    );
}

fn cards(out: &mut String, report: &Report) {
    out.push_str("<dl class=\"cards\">\n");
    for metric in CARDS.iter().filter_map(|key| report.metric(key)) {
        let is_gain = matches!(metric.key, "total_return" | "net_profit" | "cagr");
        let class = match metric.value.value() {
            Some(value) if is_gain && value > 0.0 => " class=\"up\"",
            Some(value) if is_gain && value < 0.0 => " class=\"down\"",
            _ => "",
        };
        let sign = if class.contains("up") { "+" } else { "" };
        card(out, metric.label, &format!("{sign}{}", metric_value(metric)), class, metric.convention);
    }
    if let Some(benchmark) = &report.benchmark {
        let words = "All cash at the first open with the same fees, held to the last close.";
        card(out, "Buy and hold", &signed_percent(benchmark.total_return), "", words);
    }
    out.push_str("</dl>\n");
}

fn card(out: &mut String, label: &str, value: &str, class: &str, title: &str) {
    let [label, value, title] = [label, value, title].map(escape);
    let _ = writeln!(out, "<div title=\"{title}\"><dt>{label}</dt><dd{class}>{value}</dd></div>");
}

fn findings(out: &mut String, report: &Report) {
    let _ = writeln!(out, "<section>\n<h2>Review: {}</h2>", plural(report.review.len(), "finding"));
    out.push_str("<ul class=\"findings\">\n");
    for finding in &report.review {
        let severity = match finding.severity {
            Severity::Serious => "serious",
            Severity::Caution => "caution",
            Severity::Info => "info",
        };
        let _ = writeln!(
            out,
            "<li class=\"{severity}\"><span class=\"tag\">{severity}</span><b>{}.</b>{}{}</li>",
            escape(finding.title),
            escape(&finding.text),
            pointers(finding, report),
        );
    }
    out.push_str("</ul>\n</section>\n");
}

/// Links to the trades that a finding is about, where the page lists them.
fn pointers(finding: &Finding, report: &Report) -> String {
    let first = tables::first_listed(report);
    let link = |number: &usize| {
        if *number > first { format!("<a href=\"#trade-{number}\">{number}</a>") } else { number.to_string() }
    };
    let trades: Vec<String> = finding.trades.iter().map(link).collect();
    let at = |(bar, time): (&u32, &Timestamp)| format!("{bar} ({})", moment(*time, &report.zone));
    let bars: Vec<String> = finding.bars.iter().zip(&finding.times).map(at).collect();
    let list = |name: &str, items: Vec<String>| match items.len() {
        0 => String::new(),
        more => format!(" <small>{name}{} {}.</small>", if more == 1 { "" } else { "s" }, items.join(", ")),
    };
    list("Trade", trades) + &list("Bar", bars)
}

fn open_position(out: &mut String, report: &Report) {
    let Some(open) = &report.open_position else { return };
    let side = if report.is_open_short() { "Short" } else { "Long" };
    let _ = writeln!(
        out,
        "<section>\n<h2>Open position</h2>\n<p>{side} {} at {}, marked at the last close {}: {} unrealized, {} with what \
         was realized and paid in fees.</p>\n</section>",
        number(open.quantity),
        number(open.entry_price),
        number(open.mark),
        money(open.unrealized_pnl),
        money(open.marked.pnl),
    );
}

fn settings(out: &mut String, report: &Report) {
    out.push_str("<section>\n<h2>How it was computed</h2>\n<dl class=\"facts\">\n");
    let timings: Vec<String> = report.timings.iter().map(|t| format!("{} {:.2} ms", t.step, t.ms)).collect();
    let models = &report.models;
    let fills = format!("{}: {}", models.profile, models.fills);
    let program = report.program.to_string();
    let timings = timings.join(", ");
    let warm_up = plural(report.period.warm_up_bars, "bar");
    for (name, value) in [
        ("Account", models.account.as_str()),
        ("Fills", &fills),
        ("Fees", &models.fees),
        ("Slippage", &models.slippage),
        ("Warm-up", &warm_up),
        ("Days and months", &report.period.zone),
        ("Data", &report.snapshot_id),
        ("Strategy", &program),
        ("Run", &report.run_hash),
        ("Time taken", &timings),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "<dt>{name}</dt><dd>{}</dd>", escape(value));
        }
    }
    out.push_str("</dl>\n");
    if !report.warnings.is_empty() {
        out.push_str("<p>Warnings of the compiler:</p>\n<ul>\n");
        for warning in &report.warnings {
            let _ = writeln!(out, "<li>{}</li>", escape(&warning.to_string()));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;

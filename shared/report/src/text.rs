//! The report for a terminal: plain text, at most [`WIDTH`] columns.

use wickflow_shared::time::Timestamp;
use wickflow_stats::{Metric, Ratio, Unit};

use crate::report::Report;
use crate::review::{Finding, Severity};
use crate::words::{count, date, figure, money, number, percent, plural, signed_percent, span, tenths};

/// Columns that every terminal has room for.
pub const WIDTH: usize = 100;

/// The figures that are printed: groups of a title and keys. The JSON has all of them.
pub(crate) const HEADLINES: [(&str, &[&str]); 4] = [
    (
        "Performance",
        &[
            "net_profit",
            "total_return",
            "cagr",
            "volatility",
            "sharpe",
            "sortino",
            "calmar",
            "psr",
            "best_day",
            "worst_day",
        ],
    ),
    (
        "Drawdown",
        &[
            "max_drawdown",
            "max_drawdown_close",
            "longest_drawdown",
            "current_drawdown",
            "ulcer_index",
            "cvar_95",
        ],
    ),
    (
        "Trades",
        &[
            "trades",
            "win_rate",
            "profit_factor",
            "payoff_ratio",
            "expectancy",
            "median_trade",
            "best_trade",
            "worst_trade",
            "loss_streak",
            "mean_trade_duration",
        ],
    ),
    (
        "Market and costs",
        &[
            "benchmark_return",
            "beta",
            "alpha",
            "time_in_market",
            "capital_exposure",
            "turnover",
            "fees",
            "slippage",
        ],
    ),
];

/// Prints the report.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::with_capacity(8192);
    head(&mut out, report);
    figures(&mut out, report);
    months(&mut out, report);
    profiles(&mut out, report);
    review(&mut out, &report.review);
    foot(&mut out, report);
    out
}

/// A figure with its unit.
pub(crate) fn metric_value(metric: &Metric) -> String {
    let value = match metric.value {
        Ratio::Value(value) => value,
        Ratio::NoLosses => return "no losses".to_owned(),
        Ratio::Undefined => return "n/a".to_owned(),
    };
    match metric.unit {
        Unit::Fraction => percent(value),
        Unit::Ratio => figure(value),
        Unit::Cash => money(value),
        Unit::Count | Unit::Bars | Unit::Periods => number((value * 10.0).round() / 10.0),
        Unit::Milliseconds => span(value),
        Unit::RiskMultiple => format!("{} R", figure(value)),
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn head(out: &mut String, report: &Report) {
    let day = |time: Timestamp| date(time, &report.zone);
    let period = &report.period;
    line(out, &cut(&printable(&report.strategy), WIDTH));
    line(
        out,
        &format!(
            "{} {}, {} to {}, {} ({})",
            report.symbol,
            report.timeframe,
            day(period.from),
            day(Timestamp(period.to.0 - 1)),
            plural(period.bars, "bar"),
            period.zone
        ),
    );
    for (name, words) in [
        ("Account", &report.models.account),
        ("Fills", &format!("{}: {}", report.models.profile, report.models.fills)),
        ("Fees", &report.models.fees),
        ("Slippage", &report.models.slippage),
    ] {
        paragraph(out, &format!("  {name:<10}"), words);
    }
}

fn figures(out: &mut String, report: &Report) {
    let column = |keys: &[&str]| -> Vec<String> {
        let metrics = keys.iter().filter_map(|key| report.metric(key));
        metrics.map(|metric| format!("  {:<28}{:>18}", cut(metric.label, 28), metric_value(metric))).collect()
    };
    for pair in HEADLINES.chunks(2) {
        let [(left_title, left), (right_title, right)] = pair else { continue };
        line(out, "");
        line(out, &format!("{left_title:<50}{right_title}"));
        let (left, right) = (column(left), column(right));
        for row in 0..left.len().max(right.len()) {
            let cell = |column: &[String]| column.get(row).cloned().unwrap_or_default();
            line(out, &format!("{:<50}{}", cell(&left), cell(&right)));
        }
    }
}

fn months(out: &mut String, report: &Report) {
    if report.monthly.is_empty() {
        return;
    }
    line(out, "");
    line(out, "Returns by month in %");
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut header = "  ".to_owned() + &" ".repeat(6);
    header.extend(names.iter().map(|name| format!("{name:>7}")));
    line(out, &(header + "   Year"));
    for year in &report.monthly {
        let cell = |value: Option<f64>| value.map_or_else(|| ".".to_owned(), tenths);
        let mut row = format!("  {:<6}", year.year);
        row.extend(year.months.iter().map(|month| format!("{:>7}", cell(*month))));
        line(out, &format!("{row}{:>7}", cell(year.total)));
    }
}

fn profiles(out: &mut String, report: &Report) {
    if report.profiles.rows.is_empty() {
        return;
    }
    line(out, "");
    line(
        out,
        &format!("Fill profiles{:>25}{:>12}{:>10}{:>16}", "Final equity", "Return", "Trades", "Max drawdown"),
    );
    for row in &report.profiles.rows {
        let [equity, gain] = [money(row.final_equity), signed_percent(row.total_return)];
        let depth = percent(row.max_drawdown);
        line(
            out,
            &format!("  {:<18}{equity:>18}{gain:>12}{:>10}{depth:>16}", row.profile, count(row.trades)),
        );
    }
    paragraph(out, "  ", &report.profiles.words);
}

fn review(out: &mut String, findings: &[Finding]) {
    line(out, "");
    line(out, &format!("Review: {}", plural(findings.len(), "finding")));
    for finding in findings {
        let mark = match finding.severity {
            Severity::Serious => "!!",
            Severity::Caution => "! ",
            Severity::Info => "· ",
        };
        paragraph(out, &format!("  {mark} "), &format!("{}. {}", finding.title, printable(&finding.text)));
    }
}

fn foot(out: &mut String, report: &Report) {
    line(out, "");
    if let Some(open) = &report.open_position {
        let side = if report.is_open_short() { "short" } else { "long" };
        line(
            out,
            &format!(
                "Open position: {side} {} at {}, marked at {}, {} unrealized",
                number(open.quantity),
                number(open.entry_price),
                number(open.mark),
                money(open.unrealized_pnl)
            ),
        );
    }
    line(out, &format!("Snapshot {}", cut(&printable(&report.snapshot_id), WIDTH - 9)));
    line(out, &format!("Run      {}", cut(&printable(&report.run_hash), WIDTH - 9)));
    let timings: Vec<String> = report
        .timings
        .iter()
        .map(|timing| format!("{} {:.2} ms", printable(&timing.step), timing.ms))
        .collect();
    if !timings.is_empty() {
        paragraph(out, "Time     ", &timings.join(", "));
    }
}

/// Words after a lead, wrapped; further lines are indented as far.
fn paragraph(out: &mut String, lead: &str, words: &str) {
    let indent = lead.chars().count();
    let mut row = lead.to_owned();
    let mut used = indent;
    for word in words.split_whitespace() {
        let word = cut(word, WIDTH - indent);
        let length = word.chars().count();
        if used > indent && used + 1 + length > WIDTH {
            line(out, &row);
            row = " ".repeat(indent);
            used = indent;
        }
        if used > indent {
            row.push(' ');
            used += 1;
        }
        row.push_str(&word);
        used += length;
    }
    line(out, &row);
}

/// Without characters that move a terminal's cursor: names are strangers' text.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// At most so many characters, the last an ellipsis if some are missing.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, swing};

    #[test]
    fn fits_a_terminal_and_says_what_counts() {
        let case = Case::new(swing(800)).trades(1, 10, 4, 10.0).with(|case| {
            case.profiles = vec![("next-open", case.run.clone()), ("lean", case.run.clone())];
        });
        let printed = text(&case.report());
        for row in printed.lines() {
            assert!(row.chars().count() <= WIDTH, "{row}");
        }
        for expected in [
            "Cross\nTEST:ABC 1d, 2024-01-01 to 2026-03-10, 800 bars (UTC)\n",
            "next-open: market orders fill at the next bar's open",
            "maker 0.1 %, taker 0.1 % of the value",
            "Sharpe ratio",
            "Returns by month in %",
            "Fill profiles",
            "  !  Slippage is not modelled.",
            "Run      0123abcd",
            "simulate 1.25 ms",
        ] {
            assert!(printed.contains(expected), "{expected} is missing:\n{printed}");
        }
        let missing: Vec<&str> = HEADLINES
            .iter()
            .flat_map(|(_, keys)| keys.iter().copied())
            .filter(|key| case.report().metric(key).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn names_cannot_move_the_cursor() {
        let case = Case::new(swing(20)).with(|case| case.name = format!("\u{1b}[2J{}", "long ".repeat(50)));
        let printed = text(&case.report());
        assert!(!printed.contains('\u{1b}') && printed.lines().all(|row| row.chars().count() <= WIDTH));
    }

    #[test]
    fn no_bars() {
        let printed = text(&Case::new(std::iter::empty()).report());
        assert!(printed.contains("0 bars") && !printed.contains("NaN"), "{printed}");
    }
}

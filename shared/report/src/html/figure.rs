//! Figures of candidates and their settings, as cells.

use wickflow_optimize::objective::Goal;
use wickflow_optimize::search::SearchSettings;
use wickflow_optimize::space::Setting;
use wickflow_optimize::{Method, Metric, Metrics};
use wickflow_shared::time::{Timestamp, Zone};
use wickflow_stats::Ratio;
use wickflow_strategy::data::Series;

use super::escape;
use super::tables::gain;
use crate::words::{count, date, figure, money, percent, plural, signed_percent};

/// Longer names and settings end in an ellipsis: documents may hold megabytes in one text.
const MAX_CHARS: usize = 60;

/// What stands in tables of candidates, besides the goals.
const SHOWN: [Metric; 6] = [
    Metric::Return,
    Metric::Sharpe,
    Metric::Sortino,
    Metric::MaxDrawdown,
    Metric::ProfitFactor,
    Metric::Trades,
];

/// A metric's name for people.
pub(super) fn label(metric: Metric) -> &'static str {
    match metric {
        Metric::Return => "Return",
        Metric::Cagr => "CAGR",
        Metric::Sharpe => "Sharpe",
        Metric::Sortino => "Sortino",
        Metric::Calmar => "Calmar",
        Metric::MaxDrawdown => "Max drawdown",
        Metric::Volatility => "Volatility",
        Metric::ProfitFactor => "Profit factor",
        Metric::WinRate => "Win rate",
        Metric::Expectancy => "Expectancy",
        Metric::Sqn => "SQN",
        Metric::Trades => "Trades",
        Metric::FinalEquity => "Final equity",
    }
}

/// Whether the metric is a gain or a loss, by its sign.
pub(super) fn is_gain(metric: Metric) -> bool {
    matches!(metric, Metric::Return | Metric::Cagr | Metric::Expectancy)
}

/// A metric's value with its unit.
pub(super) fn value(metric: Metric, value: Ratio) -> String {
    let value = match value {
        Ratio::Value(value) => value,
        Ratio::NoLosses => return "no losses".to_owned(),
        Ratio::Undefined => return "n/a".to_owned(),
    };
    match metric {
        Metric::Return | Metric::Cagr => signed_percent(value),
        Metric::MaxDrawdown | Metric::Volatility | Metric::WinRate => percent(value),
        Metric::Expectancy | Metric::FinalEquity => money(value),
        Metric::Trades => trades(value),
        Metric::Sharpe | Metric::Sortino | Metric::Calmar | Metric::ProfitFactor | Metric::Sqn => {
            figure(value)
        }
    }
}

/// The same without unit, as short as a heat map needs it.
pub(super) fn short(metric: Metric, value: f64) -> String {
    match metric {
        _ if value.is_infinite() => "∞".to_owned(),
        Metric::Return | Metric::Cagr | Metric::MaxDrawdown | Metric::Volatility | Metric::WinRate => {
            crate::words::tenths(value)
        }
        Metric::Trades => trades(value),
        _ => figure(value),
    }
}

/// Medians may lie between two counts.
fn trades(value: f64) -> String {
    let text = figure(value);
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

/// A metric in a table.
pub(super) fn cell(metric: Metric, metrics: Option<&Metrics>) -> String {
    let found = metrics.map_or(Ratio::Undefined, |metrics| metrics.get(metric));
    let text = value(metric, found);
    match found.value() {
        Some(value) if is_gain(metric) => gain(value, &text),
        _ => format!("<td>{text}</td>"),
    }
}

/// The goals, and what else one wants to see beside them.
pub(super) fn shown(goals: &[Goal]) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for metric in goals.iter().map(|goal| goal.metric).chain(SHOWN) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    metrics
}

/// Text from outside: escaped, and cut where it is long.
pub(super) fn clipped(text: &str) -> String {
    let short: String = text.chars().take(MAX_CHARS).collect();
    let end = if short.len() < text.len() { "…" } else { "" };
    format!("{}{end}", escape(&short))
}

/// `fast.period 10, slow.period 30`.
pub(super) fn settings<'a>(names: impl Iterator<Item = &'a str>, settings: &[Setting]) -> String {
    let pairs = names.zip(settings);
    let texts = pairs.map(|(name, setting)| format!("{} {}", clipped(name), clipped(&setting.to_string())));
    texts.collect::<Vec<_>>().join(", ")
}

/// The line below the title.
pub(super) fn data(series: &Series) -> String {
    let zone = series.calendar().zone();
    let open_times = series.candles().open_times();
    let days = match (open_times.first(), series.close_times().last()) {
        (Some(first), Some(last)) => {
            format!("{} to {}", date(*first, zone), date(last.plus_ms(-1), zone))
        }
        _ => "no candles".to_owned(),
    };
    format!(
        "{} · {} · {days} · {}",
        escape(series.symbol().as_str()),
        series.timeframe(),
        plural(open_times.len(), "bar")
    )
}

/// From the day that a row opens to the day before `end` opens, or the last.
pub(super) fn rows(series: &Series, rows: &std::ops::Range<usize>, zone: &Zone) -> String {
    let times = series.candles().open_times();
    let day = |row: usize| times.get(row).map_or_else(String::new, |time: &Timestamp| date(*time, zone));
    format!("{} to {}", day(rows.start), day(rows.end.saturating_sub(1)))
}

/// How was searched, as terms and their descriptions.
pub(super) fn method(search: &SearchSettings) -> Vec<(&'static str, String)> {
    let goals = search.objectives.goals.iter().map(|goal| {
        format!("{} {}", if goal.is_minimized { "least" } else { "most" }, label(goal.metric).to_lowercase())
    });
    let name = match search.method {
        Method::Grid => "every combination (grid)".to_owned(),
        Method::Random => "random combinations".to_owned(),
        Method::Tpe(tpe) => format!("Parzen estimator (tpe), {} at random first", tpe.startup),
        Method::Genetic(genetic) => format!("genetic, a population of {}", genetic.population),
    };
    vec![
        ("Goals", goals.collect::<Vec<_>>().join(", then ")),
        ("Method", name),
        ("Fewest trades", search.objectives.min_trades.to_string()),
        ("Budget", format!("{} at most", plural(search.budget as usize, "candidate"))),
        ("Seed", search.seed.to_string()),
        ("Drawdowns", DAILY.to_owned()),
    ]
}

/// What searches compare by.
const DAILY: &str = "between daily closes, in the Calmar ratio too; a backtest's report has the deeper ones within bars, and these as “Maximum drawdown, days”";

/// A list of terms with its heading; descriptions are escaped already.
pub(super) fn facts(out: &mut String, title: &str, facts: &[(&str, String)]) {
    use std::fmt::Write as _;
    let _ = writeln!(out, "<section>\n<h2>{title}</h2>\n<dl class=\"facts\">");
    for (name, text) in facts {
        let _ = writeln!(out, "<dt>{}</dt><dd>{text}</dd>", escape(name));
    }
    out.push_str("</dl>\n</section>\n");
}

/// `12 of 300`.
pub(super) fn of(part: usize, whole: usize) -> String {
    format!("{} of {}", count(part), count(whole))
}

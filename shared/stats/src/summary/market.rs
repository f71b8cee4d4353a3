//! The strategy beside its benchmark.

use super::{List, Series, Unit};
use crate::benchmark::{alpha, beta, correlation, information_ratio, tracking_error, treynor};
use crate::returns::{simple_returns, total_return};

/// Returns of strategy and benchmark between the times that both have.
pub(super) struct Paired {
    pub(super) returns: Vec<f64>,
    pub(super) benchmark: Vec<f64>,
    /// From the first common time to the last: of the strategy and of the benchmark.
    totals: Option<(f64, f64)>,
}

impl Paired {
    pub(super) fn of(series: &Series) -> Self {
        let mut theirs = series.input.benchmark.iter().copied().peekable();
        let (mut equity, mut prices) = (Vec::new(), Vec::new());
        for (time_ms, value) in series.samples() {
            while theirs.next_if(|(earlier, _)| *earlier < time_ms).is_some() {}
            if let Some((_, price)) = theirs.next_if(|(same, _)| *same == time_ms) {
                equity.push(value);
                prices.push(price);
            }
        }
        let total = |values: &[f64]| total_return(*values.first()?, *values.last()?);
        let totals = total(&equity).zip(total(&prices));
        let (mut returns, mut benchmark) = (simple_returns(&equity), simple_returns(&prices));
        // Ruin ends one series: the other ends there too.
        let common = returns.len().min(benchmark.len());
        returns.truncate(common);
        benchmark.truncate(common);
        Self { returns, benchmark, totals }
    }
}

pub(super) fn add(list: &mut List, series: &Series) {
    let basis = &series.input.basis;
    let paired = Paired::of(series);
    let (ours, theirs) = (&paired.returns, &paired.benchmark);
    list.add(
        ("benchmark_return", "Benchmark return"),
        paired.totals.map(|(_, theirs)| theirs),
        Unit::Fraction,
        "Of the benchmark between the first and last day that both have.",
    );
    list.add(
        ("excess_return", "Return above the benchmark"),
        paired.totals.map(|(ours, theirs)| ours - theirs),
        Unit::Fraction,
        "Total return less the benchmark's over the same days.",
    );
    list.add(
        ("beta", "Beta"),
        beta(ours, theirs),
        Unit::Ratio,
        "Covariance/variance of daily simple returns against the benchmark.",
    );
    list.add(
        ("alpha", "Alpha"),
        alpha(ours, theirs, basis),
        Unit::Fraction,
        "Jensen's, per year: (mean − f − β·(benchmark mean − f)) · A.",
    );
    list.add(
        ("correlation", "Correlation"),
        correlation(ours, theirs),
        Unit::Ratio,
        "Pearson's, of daily simple returns with the benchmark's.",
    );
    list.add(
        ("tracking_error", "Tracking error"),
        tracking_error(ours, theirs, basis),
        Unit::Fraction,
        "Sample standard deviation of the daily differences · √A.",
    );
    list.add(
        ("information_ratio", "Information ratio"),
        information_ratio(ours, theirs, basis),
        Unit::Ratio,
        "Mean daily difference / its sample standard deviation · √A.",
    );
    list.add(
        ("treynor", "Treynor ratio"),
        treynor(ours, theirs, basis),
        Unit::Ratio,
        "(Geometric annual return − f) / beta.",
    );
}

use wickflow_backtest::{Run, RunConfig};
use wickflow_shared::time::Timeframe;
use wickflow_stats::{Basis, Trials};
use wickflow_strategy::Program;
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;

/// What a report is made from. The caller has all of it; nothing is simulated again.
#[derive(Clone, Copy)]
pub struct ReportInput<'a> {
    /// The strategy's name; any text.
    pub strategy: &'a str,
    /// The strategy.
    pub program: &'a Program,
    /// Numbers that its author could have tuned; see [`free_parameters`].
    pub parameters: usize,
    /// The candles it traded on.
    pub series: &'a Series,
    /// The settings of `run`.
    pub config: &'a RunConfig,
    /// The run that is reported.
    pub run: &'a Run,
    /// The same strategy and settings under several fill profiles, for the comparison; may be empty.
    pub profiles: &'a [(&'a str, &'a Run)],
    /// Which data it was, by the name of the snapshot.
    pub snapshot_id: &'a str,
    /// The hash by which equal runs are known.
    pub run_hash: &'a str,
    /// How daily returns become annual figures; see [`basis_of`].
    pub basis: Basis,
    /// What the strategy was chosen from, if from anything.
    pub trials: Option<Trials>,
    /// What the badges of the strategy found, where they were run.
    pub proofs: Proofs,
    /// How long each step took, in milliseconds.
    pub timings: &'a [(&'a str, f64)],
}

/// What was proven about the strategy; `None` where nobody looked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Proofs {
    /// Values that changed when the future was cut off (rule T1).
    pub leaks: Option<usize>,
    /// Largest difference of a last value between a history of its warm-up's length and all history, in percent (rule T2).
    pub drift_percent: Option<f64>,
}

/// Annual figures from daily returns: 252 days a year where there are sessions, 365 round the clock, 52 weeks for weekly
/// candles. Risk-free return zero.
#[must_use]
pub fn basis_of(series: &Series) -> Basis {
    match (series.timeframe(), series.calendar().is_round_the_clock()) {
        (Timeframe::Week, _) => Basis { periods_per_year: 52.0, risk_free_annual: 0.0 },
        (_, true) => Basis::EVERY_DAY,
        (_, false) => Basis::SESSIONS,
    }
}

/// Numbers that the author of a document could have tuned: every number among the parameters of its nodes, and every named
/// parameter that is a number. Settings left at their default are not counted.
#[must_use]
pub fn free_parameters(document: &Document) -> usize {
    let graphs = document.wickflow.graphs.values().flat_map(|graph| &graph.nodes);
    let of_nodes = document.nodes.iter().chain(graphs).flat_map(|node| node.data.params.values());
    let named = document.wickflow.parameters.values().map(|parameter| &parameter.value);
    of_nodes.chain(named).filter(|value| value.is_number()).count()
}

//! From settings to figures: a document is changed, compiled, evaluated, run, and summed up.

use std::ops::Range;
use std::sync::Arc;

use wickflow_backtest::config::Rows;
use wickflow_backtest::{Run, RunConfig, Sketch, Trade, run_program};
use wickflow_shared::time::Timestamp;
use wickflow_stats::Basis;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Diagnostic, Evaluation, Evaluator, Limits, Program, compile};

use crate::days::basis;
use crate::figures::Figures;
use crate::metrics::Metrics;
use crate::space::{Axis, Setting, Target};

/// What runs a compiled strategy over some rows of a series. Rows before them have warmed its values up already.
pub trait Runner {
    /// Runs it, starting flat.
    ///
    /// # Errors
    /// A sentence that says why it cannot be run.
    fn run(
        &self,
        program: &Program,
        evaluation: &Evaluation,
        series: &Series,
        rows: Range<usize>,
    ) -> Result<Run, String>;

    /// As [`run`](Self::run), for the sake of equity and of the gains of trades alone.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    fn sketch(
        &self,
        program: &Program,
        evaluation: &Evaluation,
        series: &Series,
        rows: Range<usize>,
        sketch: &mut Sketch,
    ) -> Result<(), String> {
        sketch.copy(&self.run(program, evaluation, series, rows)?);
        Ok(())
    }
}

/// The simulator with these settings. Its own rows do not matter.
impl Runner for RunConfig {
    fn run(
        &self,
        program: &Program,
        evaluation: &Evaluation,
        series: &Series,
        rows: Range<usize>,
    ) -> Result<Run, String> {
        let config = Self { rows: Rows { from: rows.start, to: rows.end }, ..self.clone() };
        run_program(program, evaluation, series, &config).map_err(|error| error.to_string())
    }

    fn sketch(
        &self,
        program: &Program,
        evaluation: &Evaluation,
        series: &Series,
        rows: Range<usize>,
        sketch: &mut Sketch,
    ) -> Result<(), String> {
        let config = Self { rows: Rows { from: rows.start, to: rows.end }, ..self.clone() };
        if wickflow_backtest::sketch(program.plan(), series, evaluation, &config, sketch) {
            return Ok(());
        }
        let run = run_program(program, evaluation, series, &config).map_err(|error| error.to_string())?;
        sketch.copy(&run);
        Ok(())
    }
}

/// Why a candidate has no figures.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CandidateError {
    /// With these settings the strategy does not compile.
    #[error("the strategy does not compile with these settings: {}", first(.0))]
    Compile(Vec<Diagnostic>),
    /// A node that is to be set is not there.
    #[error("there is no {0} to be set")]
    Target(String),
    /// Its values cannot be computed.
    #[error(transparent)]
    Evaluate(#[from] wickflow_strategy::EvaluateError),
    /// It cannot be run.
    #[error("{0}")]
    Run(String),
}

fn first(problems: &[Diagnostic]) -> String {
    problems.first().map(ToString::to_string).unwrap_or_default()
}

/// Everything of a run that a walk-forward test looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The figures.
    pub metrics: Metrics,
    /// When the run began: the open of its first bar.
    pub start: Timestamp,
    /// When it ended: the close of its last bar.
    pub end: Timestamp,
    /// Cash at the start.
    pub start_equity: f64,
    /// (UTC milliseconds, equity) at the end of every session.
    pub daily: Vec<(i64, f64)>,
    /// The trades that were closed.
    pub trades: Vec<Trade>,
    /// Gain of the trade that was open at the end, if any, as marked there.
    pub open_pnl: Option<f64>,
}

/// Tries candidates on one dataset. Columns that candidates have in common are computed once.
///
/// One per worker: it keeps columns and buffers. What it answers depends on the candidate alone, not on those before.
pub struct Tester<R> {
    /// As it was given.
    original: Document,
    /// With the settings of the latest candidate.
    document: Document,
    /// What those settings were of.
    targets: Vec<Target>,
    series: Arc<Series>,
    evaluator: Evaluator,
    runner: R,
    limits: Limits,
    basis: Basis,
    sketch: Sketch,
    daily: Vec<(i64, f64)>,
    returns: Vec<f64>,
}

impl<R: Runner> Tester<R> {
    /// A tester of a strategy on a dataset.
    #[must_use]
    pub fn new(document: Document, dataset: Dataset, runner: R) -> Self {
        Self::with_evaluator(document, Evaluator::new(dataset), runner)
    }

    /// As [`new`](Self::new), with an evaluator that was made, and bounded, elsewhere.
    #[must_use]
    pub fn with_evaluator(document: Document, evaluator: Evaluator, runner: R) -> Self {
        let series = evaluator.dataset().base().clone();
        Self {
            original: document.clone(),
            document,
            targets: Vec::new(),
            basis: basis(&series),
            series,
            evaluator,
            runner,
            limits: Limits::default(),
            sketch: Sketch::default(),
            daily: Vec::new(),
            returns: Vec::new(),
        }
    }

    /// The series that is traded.
    #[must_use]
    pub fn series(&self) -> &Arc<Series> {
        &self.series
    }

    /// The document with these settings.
    ///
    /// # Errors
    /// [`CandidateError::Target`] when an axis names something that is not there.
    pub fn document(&mut self, axes: &[Axis], settings: &[Setting]) -> Result<&Document, CandidateError> {
        if !axes.iter().map(Axis::target).eq(&self.targets) {
            self.document.clone_from(&self.original);
            self.targets = axes.iter().map(|axis| axis.target().clone()).collect();
        }
        for (axis, setting) in axes.iter().zip(settings) {
            apply(&mut self.document, axis.target(), setting)?;
        }
        Ok(&self.document)
    }

    /// The figures of a candidate over some rows.
    ///
    /// # Errors
    /// [`CandidateError`] when it cannot be run.
    pub fn metrics(
        &mut self,
        axes: &[Axis],
        settings: &[Setting],
        rows: Range<usize>,
    ) -> Result<Metrics, CandidateError> {
        let (program, evaluation) = self.evaluate(axes, settings)?;
        let mut sketch = std::mem::take(&mut self.sketch);
        let result = self.runner.sketch(&program, &evaluation, &self.series, rows, &mut sketch);
        self.sketch = sketch;
        result.map_err(CandidateError::Run)?;
        Ok(self.sum_up())
    }

    /// The figures of a candidate over some rows, its daily equity and its trades.
    ///
    /// # Errors
    /// [`CandidateError`] when it cannot be run.
    pub fn outcome(
        &mut self,
        axes: &[Axis],
        settings: &[Setting],
        rows: Range<usize>,
    ) -> Result<Outcome, CandidateError> {
        let run = self.run(axes, settings, rows)?;
        self.sketch.copy(&run);
        let metrics = self.sum_up();
        let (start, end) = self.span();
        Ok(Outcome {
            metrics,
            start,
            end,
            start_equity: run.start_cash,
            daily: self.daily.clone(),
            open_pnl: run.open_trade.map(|open| open.marked.pnl),
            trades: run.trades,
        })
    }

    /// Runs a candidate over some rows.
    ///
    /// # Errors
    /// [`CandidateError`] when it cannot be run.
    pub fn run(
        &mut self,
        axes: &[Axis],
        settings: &[Setting],
        rows: Range<usize>,
    ) -> Result<Run, CandidateError> {
        let (program, evaluation) = self.evaluate(axes, settings)?;
        self.runner.run(&program, &evaluation, &self.series, rows).map_err(CandidateError::Run)
    }

    fn evaluate(
        &mut self,
        axes: &[Axis],
        settings: &[Setting],
    ) -> Result<(Program, Evaluation), CandidateError> {
        self.document(axes, settings)?;
        let program = compile(&self.document, &self.limits).map_err(CandidateError::Compile)?;
        let evaluation = self.evaluator.evaluate(&program)?;
        Ok((program, evaluation))
    }

    /// From the open of the first bar to the close of the last.
    fn span(&self) -> (Timestamp, Timestamp) {
        let open = self.series.candles().open_times().get(self.sketch.first_bar as usize);
        let last = (self.sketch.end_bar as usize).checked_sub(1);
        let close = last.and_then(|last| self.series.close_times().get(last));
        let start = open.copied().unwrap_or_default();
        (start, close.copied().unwrap_or(start))
    }

    /// The figures of what was sketched last.
    fn sum_up(&mut self) -> Metrics {
        self.daily.clear();
        self.daily.extend(self.sketch.day_ends(&self.series).map(|day| (day.time.0, day.equity)));
        let (start, end) = self.span();
        let figures = Figures {
            span: (start.0, end.0),
            start_equity: self.sketch.start_cash,
            daily: &self.daily,
            pnl: &self.sketch.pnl,
            basis: self.basis,
        };
        figures.metrics(&mut self.returns)
    }
}

/// Sets a parameter of a node, or a named parameter.
fn apply(document: &mut Document, target: &Target, setting: &Setting) -> Result<(), CandidateError> {
    let is_set = match target {
        Target::Param { node, param } => document.set_param(node, param, setting.to_json()),
        Target::Named(name) => match document.wickflow.parameters.get_mut(name) {
            Some(parameter) => {
                parameter.value = setting.to_json();
                true
            }
            None => false,
        },
    };
    if is_set { Ok(()) } else { Err(CandidateError::Target(target.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::Method;
    use crate::metrics::Metric;
    use crate::objective::Objectives;
    use crate::search::{Ask, Search, SearchSettings};
    use crate::space::Space;
    use crate::testing::{CrossRunner, crossing};
    use wickflow_strategy::synthetic::{candles_in_cents, series};

    fn tester(rows: usize) -> Tester<CrossRunner> {
        Tester::new(crossing(), Dataset::new(series(candles_in_cents(42, rows))), CrossRunner)
    }

    #[test]
    fn a_candidates_figures_do_not_depend_on_those_before() {
        let space = Space::parse(["fast.period=5,10", "$length=20,30"], [""; 0]).expect("a space");
        let metrics = |tester: &mut Tester<CrossRunner>, index| {
            let settings = space.candidate(index).expect("a candidate");
            tester.metrics(space.axes(), &settings, 0..3_000).expect("figures")
        };
        let mut shared = tester(3_000);
        let all: Vec<Metrics> = (0..4).map(|index| metrics(&mut shared, index)).collect();
        for (index, expected) in (0..).zip(&all).collect::<Vec<_>>().into_iter().rev() {
            assert_eq!(metrics(&mut shared, index), *expected);
            assert_eq!(metrics(&mut tester(3_000), index), *expected);
        }
        assert_ne!(all[0], all[3]);
        let as_given =
            |tester: &mut Tester<CrossRunner>| tester.metrics(&[], &[], 0..3_000).expect("figures");
        assert_eq!(as_given(&mut shared), as_given(&mut tester(3_000)));
    }

    /// Trades and best equity that another program, a plain loop over the same candles, came to.
    #[test]
    fn a_sweep_of_crossings_agrees_with_a_plain_loop_elsewhere() {
        let space = Space::parse(["fast.period=5..50:5", "$length=20..200:10"], ["fast.period < $length"]);
        let objectives = Objectives::single(Metric::FinalEquity);
        let settings = SearchSettings { method: Method::Grid, objectives, budget: 1_000, seed: 0 };
        let mut search = Search::new(space.expect("a space"), settings).expect("a search");
        let mut tester = tester(100_000);
        while let Ask::Run(candidate) = search.ask() {
            let metrics = tester.metrics(search.space().axes(), &candidate.settings, 0..100_000);
            search.tell(candidate.number, metrics.ok()).expect("a result");
        }
        let trades: u32 = search.trials().iter().filter_map(|trial| Some(trial.metrics?.trades())).sum();
        assert_eq!((search.trials().len(), trades), (174, 103_098));
        let best = search.best().expect("a best");
        let settings = search.space().candidate(best.index).expect("settings");
        assert_eq!(settings, [Setting::Number(10.0), Setting::Number(130.0)]);
        let equity = best.metrics.and_then(|metrics| metrics.get(Metric::FinalEquity).value());
        assert!((equity.expect("a value") / 76_837_870_767.059 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn daily_equity_is_that_of_every_bar_at_the_end_of_days() {
        let mut tester = tester(5_000);
        let series = tester.series().clone();
        assert_eq!(series.day_ends(), [1_439, 2_879, 4_319, 4_999]);
        for rows in [0..5_000, 1_000..4_320, 100..101, 7..7, 1_439..1_441] {
            let run = tester.run(&[], &[], rows.clone()).expect("a run");
            let outcome = tester.outcome(&[], &[], rows.clone()).expect("an outcome");
            let is_end = |row: &usize| series.day_ends().contains(row) || row + 1 == rows.end;
            let ends: Vec<usize> = rows.clone().filter(is_end).collect();
            assert_eq!(outcome.daily.len(), ends.len(), "{rows:?}");
            for ((time, equity), row) in outcome.daily.iter().zip(ends) {
                assert_eq!(*time, series.close_times()[row].0);
                assert!((equity / equity_at(&run, &series, row) - 1.0).abs() < 1e-12, "{rows:?} {row}");
            }
        }
    }

    fn equity_at(run: &Run, series: &Series, row: usize) -> f64 {
        let cash_and_units = run.fills.iter().filter(|fill| fill.bar as usize <= row).fold(
            (run.start_cash, 0.0),
            |(cash, units), fill| {
                (cash - fill.signed_quantity() * fill.price - fill.fee, units + fill.signed_quantity())
            },
        );
        cash_and_units.0 + cash_and_units.1 * series.candles().closes()[row]
    }

    #[test]
    fn an_outcome_agrees_with_its_figures() {
        let mut tester = tester(5_000);
        let outcome = tester.outcome(&[], &[], 100..4_900).expect("an outcome");
        let figure = |metric| outcome.metrics.get(metric).value().expect("a value");
        let last = outcome.daily.last().expect("a day").1;
        assert!((figure(Metric::FinalEquity) / last - 1.0).abs() < 1e-14);
        assert!((figure(Metric::Return) - (last / outcome.start_equity - 1.0)).abs() < 1e-14);
        let trades = outcome.trades.len() as f64;
        assert!((figure(Metric::Trades) - trades).abs() < 0.5 && trades > 50.0);
        let profit: f64 = outcome.trades.iter().map(|trade| trade.pnl).sum();
        assert!((figure(Metric::Expectancy) - profit / trades).abs() < 1e-3);
        let open = outcome.open_pnl.unwrap_or(0.0);
        assert!(((outcome.start_equity + profit + open) / last - 1.0).abs() < 1e-12);
        assert_eq!(outcome.end.0 - outcome.start.0, 4_800 * 60_000);
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        let mut tester = tester(100);
        let mut error = |axis: &str| {
            let axis: Axis = axis.parse().expect("an axis");
            let setting = axis.value(0).expect("a value");
            tester.metrics(&[axis], &[setting], 0..100).expect_err("refused").to_string()
        };
        assert_eq!(error("none.period=1"), "there is no none.period to be set");
        assert_eq!(error("$none=1"), "there is no $none to be set");
        let message = error("fast.period=0");
        assert!(message.contains("does not compile") && message.contains("fast.period"), "{message}");
    }
}

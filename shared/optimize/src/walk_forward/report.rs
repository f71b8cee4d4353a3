use serde::Serialize;
use wickflow_backtest::Trade;
use wickflow_stats::trades::Concentration;

use super::concentration::concentration;
use super::folds::Fold;
use super::session::{FoldRun, WalkForward};
use super::significance::Significance;
use super::stability::AxisStability;
use super::stitched::Stitched;
use super::verdict::{Evidence, Verdict};
use crate::metrics::{Metric, Metrics};
use crate::space::Setting;

/// What a walk-forward test came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Fold by fold.
    pub folds: Vec<FoldReport>,
    /// The windows that were tested as one account.
    pub stitched: Stitched,
    /// What was earned per year in the tests over what was earned per year in the searches, without compounding
    /// (Pardo's walk-forward efficiency). `None` when nothing was earned in the searches.
    pub efficiency: Option<f64>,
    /// The share of tests that earned something.
    pub profitable_share: Option<f64>,
    /// How steady the chosen values are.
    pub stability: Vec<AxisStability>,
    /// Whether the gain hangs on a few windows.
    pub windows: Concentration,
    /// Whether the gain hangs on a few trades.
    pub trades: Concentration,
    /// Whether results could be luck.
    pub significance: Significance,
    /// What to make of it.
    pub verdict: Verdict,
}

/// What a fold came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldReport {
    /// Its windows.
    pub fold: Fold,
    /// How many candidates were tried.
    pub tried: usize,
    /// The combination chosen; `None` when no candidate had a value.
    pub index: Option<u64>,
    /// Its settings, one for each axis.
    pub settings: Option<Vec<Setting>>,
    /// Its figures in the search.
    pub in_sample: Option<Metrics>,
    /// Its figures in the test.
    pub out_of_sample: Option<Metrics>,
    /// Return per year in the search, as a fraction, without compounding.
    pub in_sample_per_year: Option<f64>,
    /// Return per year in the test, as a fraction, without compounding.
    pub out_of_sample_per_year: Option<f64>,
    /// The trades of the test, each fold with the cash that a run starts with.
    pub trades: Vec<Trade>,
}

/// The mean year of the Gregorian calendar.
const YEAR_MS: f64 = 365.2425 * 86_400_000.0;

impl WalkForward {
    /// What the test came to; `None` until it [is finished](Self::is_finished).
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let compared = self.compared.as_ref().filter(|_| self.is_finished())?;
        let folds: Vec<FoldReport> = self.folds.iter().map(fold_report).collect();
        let stitched = Stitched::new(self.folds.iter().filter_map(FoldRun::outcome), self.basis);
        let compared: Vec<_> = compared.iter().filter_map(|(_, slot)| slot.outcome()).collect();
        let significance = Significance::new(self.tried().len(), &compared, &stitched.returns);
        let stability = self.stability();
        let tested = stitched.window_pnl.len();
        let profitable = stitched.window_pnl.iter().filter(|pnl| **pnl > 0.0).count();
        let evidence = Evidence {
            folds: tested,
            without_finding: folds.len() - tested,
            efficiency: efficiency(&self.folds),
            profitable_share: (tested > 0).then(|| profitable as f64 / tested as f64),
            windows: concentration(&stitched.window_pnl),
            stitched: &stitched.metrics,
            stability: &stability,
            significance: &significance,
        };
        let verdict = evidence.verdict();
        Some(Report {
            efficiency: evidence.efficiency,
            profitable_share: evidence.profitable_share,
            windows: evidence.windows,
            trades: concentration(&stitched.pnl),
            verdict,
            folds,
            stability,
            significance,
            stitched,
        })
    }

    fn stability(&self) -> Vec<AxisStability> {
        let chosen: Vec<Option<Vec<u32>>> =
            self.folds.iter().map(|fold| self.space.positions(fold.search.best()?.index)).collect();
        let axes = self.space.axes().iter().enumerate();
        axes.map(|(index, axis)| {
            let on_axis = |positions: &Option<Vec<u32>>| positions.as_ref()?.get(index).copied();
            AxisStability::new(axis, &chosen.iter().map(on_axis).collect::<Vec<_>>())
        })
        .collect()
    }
}

fn fold_report(run: &FoldRun) -> FoldReport {
    let best = run.search.best();
    let outcome = run.outcome();
    let per_year = |(earned, years): (f64, f64)| earned / years;
    FoldReport {
        fold: run.fold.clone(),
        tried: run.search.trials().len(),
        index: best.map(|trial| trial.index),
        settings: best.and_then(|trial| run.search.space().candidate(trial.index)),
        in_sample: best.and_then(|trial| trial.metrics),
        out_of_sample: outcome.map(|outcome| outcome.metrics),
        in_sample_per_year: earned_in_sample(run).map(per_year),
        out_of_sample_per_year: earned_out_of_sample(run).map(per_year),
        trades: outcome.map(|outcome| outcome.trades.clone()).unwrap_or_default(),
    }
}

/// All that was earned in tests per year of testing, over the same of the searches.
fn efficiency(folds: &[FoldRun]) -> Option<f64> {
    let per_year = |earned: fn(&FoldRun) -> Option<(f64, f64)>| {
        let (earned, years) = folds
            .iter()
            .filter_map(earned)
            .fold((0.0, 0.0), |sum, (earned, years)| (sum.0 + earned, sum.1 + years));
        (years > 0.0).then(|| earned / years)
    };
    let (inside, outside) = (per_year(earned_in_sample)?, per_year(earned_out_of_sample)?);
    (inside > 0.0).then(|| outside / inside).filter(|ratio| ratio.is_finite())
}

/// Return, as a fraction, and the years that it took.
fn earned_in_sample(run: &FoldRun) -> Option<(f64, f64)> {
    let metrics = run.search.best()?.metrics?;
    let [start, end] = run.in_sample;
    with_years(&metrics, end.0 - start.0)
}

fn earned_out_of_sample(run: &FoldRun) -> Option<(f64, f64)> {
    let outcome = run.outcome()?;
    with_years(&outcome.metrics, outcome.end.0 - outcome.start.0)
}

fn with_years(metrics: &Metrics, ms: i64) -> Option<(f64, f64)> {
    let earned = metrics.get(Metric::Return).value()?;
    (ms > 0).then(|| (earned, ms as f64 / YEAR_MS))
}

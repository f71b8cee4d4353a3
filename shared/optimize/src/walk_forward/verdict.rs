use serde::Serialize;
use wickflow_stats::trades::Concentration;

use super::significance::Significance;
use super::stability::AxisStability;
use crate::metrics::{Metric, Metrics};

/// What to make of a walk-forward test. The thresholds are our choice, and rough: they are there to be argued with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// In a word.
    pub judgment: Judgment,
    /// In a sentence.
    pub text: &'static str,
    /// Why, the gravest first.
    pub reasons: Vec<Reason>,
}

/// A verdict in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgment {
    /// Too little was tested to say anything.
    TooLittle,
    /// It did not hold where no search had seen the data.
    Fails,
    /// Some of it held.
    Doubtful,
    /// It held.
    Holds,
}

/// A reason in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Which way it speaks.
    pub weight: Weight,
    /// A sentence.
    pub text: String,
}

/// Which way a reason speaks; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// There is not enough to judge by.
    Missing,
    /// Alone enough against it.
    Against,
    /// A doubt.
    Doubt,
    /// For it.
    For,
}

/// What is judged.
pub(super) struct Evidence<'a> {
    /// Windows that were tested.
    pub(super) folds: usize,
    /// Folds in which no candidate had a value.
    pub(super) without_finding: usize,
    pub(super) efficiency: Option<f64>,
    pub(super) profitable_share: Option<f64>,
    pub(super) windows: Concentration,
    pub(super) stitched: &'a Metrics,
    pub(super) stability: &'a [AxisStability],
    pub(super) significance: &'a Significance,
}

/// Fewer windows or trades than this are too few to judge by: 30 is where a mean begins to be a mean.
const MIN_FOLDS: usize = 3;
const MIN_TRADES: u32 = 30;

impl Evidence<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        let mut reasons = Vec::new();
        self.amount(&mut reasons);
        self.gain(&mut reasons);
        self.luck(&mut reasons);
        self.steadiness(&mut reasons);
        reasons.sort_by_key(|reason| reason.weight);
        let (judgment, text) = match reasons.first().map_or(Weight::Missing, |reason| reason.weight) {
            Weight::Missing => (Judgment::TooLittle, "There is too little to judge by."),
            Weight::Against => (
                Judgment::Fails,
                "What was found in one window did not hold in the next: do not trade it like this.",
            ),
            Weight::Doubt => (
                Judgment::Doubtful,
                "Some of it held in windows that no search had seen; the doubts are below.",
            ),
            Weight::For => (Judgment::Holds, "What was found held in windows that no search had seen."),
        };
        Verdict { judgment, text, reasons }
    }

    fn amount(&self, reasons: &mut Vec<Reason>) {
        let trades = self.stitched.trades();
        if self.folds < MIN_FOLDS {
            push(
                reasons,
                Weight::Missing,
                format!("{} windows were tested; at least {MIN_FOLDS} are needed.", self.folds),
            );
        }
        if trades < MIN_TRADES {
            push(
                reasons,
                Weight::Missing,
                format!("The tests have {trades} closed trades; at least {MIN_TRADES} are needed."),
            );
        }
        if self.without_finding > 0 {
            let text = format!(
                "In {} folds no candidate had a result that counts; nothing was traded after them.",
                self.without_finding
            );
            push(reasons, Weight::Doubt, text);
        }
    }

    fn gain(&self, reasons: &mut Vec<Reason>) {
        if let Some(earned) = self.stitched.get(Metric::Return).value() {
            let weight = if earned > 0.0 { Weight::For } else { Weight::Against };
            push(reasons, weight, format!("The tests, one after the other, earned {}.", percent(earned)));
        }
        match self.efficiency {
            Some(efficiency) => {
                let weight = graded(efficiency, 0.25, 0.5);
                let text = format!(
                    "Per year the tests earned {} of what the searches did (efficiency).",
                    percent(efficiency)
                );
                push(reasons, weight, text);
            }
            None => push(
                reasons,
                Weight::Against,
                "Not even the searches found something that earned.".to_owned(),
            ),
        }
        if let Some(share) = self.profitable_share {
            push(
                reasons,
                graded(share, 0.3, 0.5),
                format!("{} of the tests earned something.", percent(share)),
            );
        }
    }

    fn luck(&self, reasons: &mut Vec<Reason>) {
        let significance = self.significance;
        if let Some(overfitting) = &significance.overfitting {
            let weight = graded(-overfitting.probability, -0.5, -0.2);
            let text = format!(
                "The best candidate of one half of the time is below the middle in the other half in {} of cases (probability of overfitting, {} candidates).",
                percent(overfitting.probability),
                significance.compared
            );
            push(reasons, weight, text);
        }
        if let Some(deflated) = significance.deflated_sharpe {
            let weight = if deflated >= 0.95 { Weight::For } else { Weight::Doubt };
            let text = format!(
                "With {} candidates tried, the best Sharpe ratio is more than luck with a probability of {} (deflated Sharpe ratio).",
                significance.trials,
                percent(deflated)
            );
            push(reasons, weight, text);
        }
        if let Some(probability) = significance.probabilistic_sharpe {
            let weight = if probability >= 0.95 { Weight::For } else { Weight::Doubt };
            push(
                reasons,
                weight,
                format!(
                    "The Sharpe ratio of the tests is above zero with a probability of {}.",
                    percent(probability)
                ),
            );
        }
    }

    fn steadiness(&self, reasons: &mut Vec<Reason>) {
        for axis in self.stability {
            let (Some(spread), Some(near)) = (axis.spread, axis.neighbor_share) else { continue };
            let weight = if spread <= 0.5 || near >= 0.5 { Weight::For } else { Weight::Doubt };
            let text = format!(
                "{} took {} values over {} of its range; {} of the choices were next to the one before.",
                axis.name,
                axis.distinct,
                percent(spread),
                percent(near)
            );
            push(reasons, weight, text);
        }
        if let Some(share) = self.windows.best_share
            && self.folds >= MIN_FOLDS
        {
            let weight = if share <= 0.5 { Weight::For } else { Weight::Doubt };
            push(
                reasons,
                weight,
                format!("The best window made {} of all that windows gained.", percent(share)),
            );
        }
    }
}

/// Against below `least`, a doubt below `good`.
fn graded(value: f64, least: f64, good: f64) -> Weight {
    if value < least {
        Weight::Against
    } else if value < good {
        Weight::Doubt
    } else {
        Weight::For
    }
}

fn push(reasons: &mut Vec<Reason>, weight: Weight, text: String) {
    reasons.push(Reason { weight, text });
}

fn percent(fraction: f64) -> String {
    // Adding zero turns -0 into 0.
    format!("{:.1} %", (fraction * 1_000.0).round() / 10.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_stats::significance::Overfitting;

    fn significance(overfitting: f64) -> Significance {
        Significance {
            trials: 100,
            compared: 50,
            deflated_sharpe: Some(0.97),
            probabilistic_sharpe: Some(0.99),
            overfitting: Some(Overfitting {
                probability: overfitting,
                mean_logit: 0.0,
                probability_of_loss: 0.0,
                degradation: None,
                combinations: 252,
            }),
            no_overfitting: None,
        }
    }

    fn judge(change: impl Fn(&mut Evidence<'_>), overfitting: f64) -> Verdict {
        let stitched = Metrics::default().with(Metric::Return, 0.25).with(Metric::Trades, 120.0);
        let significance = significance(overfitting);
        let mut evidence = Evidence {
            folds: 6,
            without_finding: 0,
            efficiency: Some(0.7),
            profitable_share: Some(0.75),
            windows: Concentration { best_share: Some(0.3), hhi: Some(0.2) },
            stitched: &stitched,
            stability: &[],
            significance: &significance,
        };
        change(&mut evidence);
        evidence.verdict()
    }

    #[test]
    fn the_gravest_reason_decides_and_comes_first() {
        let good = judge(|_| {}, 0.1);
        assert_eq!(good.judgment, Judgment::Holds);
        assert!(good.reasons.iter().all(|reason| reason.weight == Weight::For) && good.reasons.len() == 7);
        assert_eq!(
            judge(|evidence| evidence.windows.best_share = Some(0.8), 0.1).judgment,
            Judgment::Doubtful
        );
        assert_eq!(judge(|_| {}, 0.3).judgment, Judgment::Doubtful);
        let overfitted = judge(|evidence| evidence.windows.best_share = Some(0.8), 0.6);
        assert_eq!(overfitted.judgment, Judgment::Fails);
        assert!(overfitted.reasons[0].text.contains("60.0 % of cases"), "{overfitted:?}");
        assert_eq!(judge(|evidence| evidence.efficiency = None, 0.1).judgment, Judgment::Fails);
        assert_eq!(judge(|evidence| evidence.efficiency = Some(0.1), 0.1).judgment, Judgment::Fails);
        assert_eq!(judge(|evidence| evidence.folds = 2, 0.6).judgment, Judgment::TooLittle);
        let losing = Metrics::default().with(Metric::Return, -0.01).with(Metric::Trades, 120.0);
        let evidence = judge(|_| {}, 0.1);
        assert_eq!(evidence.judgment, Judgment::Holds);
        let significance = significance(0.1);
        let verdict = Evidence {
            folds: 6,
            without_finding: 1,
            efficiency: Some(0.7),
            profitable_share: Some(0.75),
            windows: Concentration::default(),
            stitched: &losing,
            stability: &[],
            significance: &significance,
        }
        .verdict();
        assert_eq!(verdict.reasons[0].text, "The tests, one after the other, earned -1.0 %.");
    }
}

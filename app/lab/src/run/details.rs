use wickflow_backtest::{FillProfile, Run, RunConfig, run_program};
use wickflow_report::{Proofs, Report, ReportInput, basis_of, free_parameters};
use wickflow_strategy::proof::warm_up_drift;

use super::curve::drawn;
use super::full::Full;
use super::{Timings, figure};
use crate::error::LabError;
use crate::message::{Columns, Message, count_number, count32};
use crate::protocol::{
    Answer, Details, DrawdownEpisode, Finding, FindingEvidence, FindingSeverity, ModelWords, ProfileResult,
    RejectedOrder, YearReturns,
};

/// Works out the full result of the current run, a piece at a time: one run for each fill profile, the warm-up proof, and
/// the report.
pub(crate) struct DetailsJob {
    profiles: Vec<(&'static str, Run)>,
    drift: Option<Option<f64>>,
    timings: Timings,
}

/// Points of a profile's curve: six of them are drawn as a band.
const BAND_POINTS: usize = 500;

/// The run of a strategy under the profile at a place; `None` beyond the last.
fn profile_run(full: &Full, place: usize) -> Option<Result<(&'static str, Run), LabError>> {
    let (name, profile) = FillProfile::NAMED.get(place)?;
    let done = &full.done;
    if *profile == done.config.profile {
        return Some(Ok((name, done.run.clone())));
    }
    let config = RunConfig { profile: *profile, ..done.config.clone() };
    let run = run_program(&done.program, &done.evaluation, &full.current.series, &config);
    Some(run.map(|run| (*name, run)).map_err(LabError::from))
}

/// The runs under every profile.
fn profile_runs(full: &Full) -> Result<Vec<(&'static str, Run)>, LabError> {
    (0..FillProfile::NAMED.len()).filter_map(|place| profile_run(full, place)).collect()
}

/// How much last values depend on history, as the command line's backtest says it.
fn largest_drift(full: &Full) -> Option<f64> {
    // A strategy that reads another symbol is not tried: the proof has the traded series alone.
    let drift = warm_up_drift(&full.done.program, &full.current.series).ok()?;
    drift.iter().filter_map(|drift| drift.percent.first()).map(|(_, percent)| *percent).reduce(f64::max)
}

impl DetailsJob {
    pub(crate) fn new(clock: fn() -> f64) -> Self {
        Self { profiles: Vec::new(), drift: None, timings: Timings::new(clock) }
    }

    /// The next piece; the reply once all are done.
    pub(crate) fn step(&mut self, id: u32, full: &mut Full) -> Result<Option<Message>, LabError> {
        self.timings.go_on();
        if let Some(next) = profile_run(full, self.profiles.len()) {
            self.profiles.push(next?);
            self.timings.lap("other fill profiles");
            return Ok(None);
        }
        let Some(drift) = self.drift else {
            self.drift = Some(largest_drift(full));
            self.timings.lap("prove warm-up");
            return Ok(None);
        };
        let report = write_report(full, &self.profiles, drift, &self.timings);
        self.timings.lap("report");
        let ms = self.timings.laps.iter().map(|(_, ms)| ms).sum();
        let message = reply(id, full, &report, &self.profiles, ms);
        full.report = Some(report);
        Ok(Some(message))
    }
}

impl Full {
    /// The report of the run, written when first asked for.
    pub(crate) fn report(&mut self, clock: fn() -> f64) -> Result<&Report, LabError> {
        if self.report.is_none() {
            let profiles = profile_runs(self)?;
            let drift = largest_drift(self);
            self.report = Some(write_report(self, &profiles, drift, &Timings::new(clock)));
        }
        self.report.as_ref().ok_or_else(|| LabError::not_found("there is no report"))
    }
}

fn write_report(
    full: &Full,
    profiles: &[(&'static str, Run)],
    drift_percent: Option<f64>,
    timings: &Timings,
) -> Report {
    let (done, series) = (&full.done, &full.current.series);
    let profiles: Vec<(&str, &Run)> = profiles.iter().map(|(name, run)| (*name, run)).collect();
    let laps = [done.timings.laps.as_slice(), timings.laps.as_slice()].concat();
    let name = match done.document.wickflow.name.as_str() {
        "" => "strategy",
        name => name,
    };
    Report::new(&ReportInput {
        strategy: name,
        program: &done.program,
        parameters: free_parameters(&done.document),
        series,
        config: &done.config,
        run: &done.run,
        profiles: &profiles,
        snapshot_id: &done.snapshot.to_string(),
        run_hash: &done.hash.to_string(),
        basis: basis_of(series),
        trials: None,
        proofs: Proofs { leaks: None, drift_percent },
        timings: &laps,
    })
}

fn reply(id: u32, full: &Full, report: &Report, profiles: &[(&'static str, Run)], ms: f64) -> Message {
    let mut columns = Columns::default();
    let metric = |metric: &wickflow_stats::Metric| {
        figure(metric.key, metric.label, metric.value, metric.unit, Some(metric.convention))
    };
    let details = Details {
        seq: full.current.seq,
        findings: report.review.iter().map(finding).collect(),
        figures: report.metrics.iter().map(metric).collect(),
        months: report
            .monthly
            .iter()
            .map(|row| YearReturns { year: row.year, months: row.months.to_vec(), total: row.total })
            .collect(),
        drawdowns: report
            .drawdowns
            .iter()
            .map(|episode| DrawdownEpisode {
                peak_time: episode.start_ms,
                trough_time: episode.trough_ms,
                recovery_time: episode.recovery_ms,
                depth: episode.depth,
            })
            .collect(),
        profiles: band(full, report, profiles, &mut columns),
        profiles_summary: report.profiles.words.clone(),
        models: ModelWords {
            fills: report.models.fills.clone(),
            fees: report.models.fees.clone(),
            slippage: report.models.slippage.clone(),
            account: report.models.account.clone(),
        },
        rejects: report
            .rejects
            .iter()
            .map(|line| RejectedOrder {
                bar: line.bar,
                node: line.ordered_by.to_string(),
                words: line.words.clone(),
            })
            .collect(),
        ms,
    };
    Message::last(id, Answer::Details(Box::new(details))).with(columns)
}

/// The curves of all profiles at the same bars: those of the run's own profile.
fn band(
    full: &Full,
    report: &Report,
    profiles: &[(&'static str, Run)],
    columns: &mut Columns,
) -> Vec<ProfileResult> {
    let series = &full.current.series;
    let bars = drawn(&full.done.run, series, BAND_POINTS).bars;
    let bar = columns.of(&bars, |bar| count_number(*bar));
    let mut results = Vec::with_capacity(profiles.len());
    for (row, (_, run)) in report.profiles.rows.iter().zip(profiles) {
        let curve = wickflow_backtest::Curve::new(run, series);
        let at = |bar: &usize| {
            let within = (*bar < run.end_bar as usize).then(|| curve.at(count32(*bar))).flatten();
            within.unwrap_or(run.final_equity)
        };
        let equity = columns.of(&bars, at);
        results.push(ProfileResult {
            profile: row.profile.clone(),
            final_equity: row.final_equity,
            total_return: row.total_return,
            trades: count32(row.trades),
            max_drawdown: row.max_drawdown,
            equity,
            bar,
        });
    }
    results
}

fn finding(finding: &wickflow_report::Finding) -> Finding {
    Finding {
        severity: match finding.severity {
            wickflow_report::Severity::Serious => FindingSeverity::Serious,
            wickflow_report::Severity::Caution => FindingSeverity::Caution,
            wickflow_report::Severity::Info => FindingSeverity::Info,
        },
        code: finding.code.to_owned(),
        title: finding.title.to_owned(),
        text: finding.text.clone(),
        evidence: finding
            .evidence
            .iter()
            .map(|evidence| FindingEvidence {
                name: evidence.name.to_owned(),
                value: evidence.value.is_finite().then_some(evidence.value),
            })
            .collect(),
        // The report counts trades from 1.
        trades: finding.trades.iter().map(|number| count32(number.saturating_sub(1))).collect(),
        bars: finding.bars.clone(),
    }
}

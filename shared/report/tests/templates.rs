//! Every template over a made-up series, under every fill profile: the report agrees with the run that it is about.

use std::sync::Arc;

use wickflow_backtest::config::{FeeModel, FillProfile, Slippage};
use wickflow_backtest::{Run, RunConfig, run_program};
use wickflow_report::{
    MAX_POINTS, Proofs, Report, ReportInput, basis_of, free_parameters, html, text, trades_csv,
};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::templates::{TEMPLATES, Template};
use wickflow_strategy::{Evaluator, Limits, compile, synthetic};

const ROWS: usize = 20_000;

/// `None` for templates that read other series than the one given.
fn report(template: &Template, series: &Arc<Series>) -> Option<(Report, Run)> {
    let document = template.document().expect("a template reads");
    let program = compile(&document, &Limits::default()).expect("a template compiles");
    let evaluation = Evaluator::new(Dataset::new(Arc::clone(series))).evaluate(&program).ok()?;
    let config = RunConfig::new(100_000.0, FeeModel::bps(2.0), Slippage::Bps { bps: 1.0 });
    let run = |profile| {
        let config = RunConfig { profile, ..config.clone() };
        run_program(&program, &evaluation, series, &config).expect("settings are in range")
    };
    let runs: Vec<(&str, Run)> =
        FillProfile::NAMED.iter().map(|(name, profile)| (*name, run(*profile))).collect();
    let profiles: Vec<(&str, &Run)> = runs.iter().map(|(name, run)| (*name, run)).collect();
    let (_, chosen) = runs.first()?;
    let report = Report::new(&ReportInput {
        strategy: &document.wickflow.name,
        program: &program,
        parameters: free_parameters(&document),
        series,
        config: &config,
        run: chosen,
        profiles: &profiles,
        snapshot_id: "synthetic",
        run_hash: "none",
        basis: basis_of(series),
        trials: None,
        proofs: Proofs::default(),
        timings: &[],
    });
    Some((report, chosen.clone()))
}

#[test]
fn reports_agree_with_their_runs() {
    let series = synthetic::series(synthetic::candles(7, ROWS));
    let mut traded = 0;
    for template in TEMPLATES {
        let Some((report, run)) = report(template, &series) else { continue };
        let name = template.name;
        let value = |key: &str| report.metric(key).and_then(|metric| metric.value.value());
        let close = |key: &str, expected: f64| {
            let found = value(key).unwrap_or_else(|| panic!("{name} has no {key}"));
            assert!(
                (found - expected).abs() < 1e-6 * expected.abs().max(1.0),
                "{name} {key}: {found} {expected}"
            );
        };
        close("net_profit", run.final_equity - run.start_cash);
        close("trades", run.trades.len() as f64);
        close("fees", run.fills.iter().map(|fill| fill.fee).sum());
        let last = report.curve.equity.last().expect("a point").equity;
        assert!(report.curve.equity.len() <= MAX_POINTS && last.is_finite(), "{name}");
        // What was gained in closed and open trades is what equity gained.
        let open = run.open_trade.map_or(0.0, |open| open.marked.pnl);
        let gained = run.trades.iter().map(|trade| trade.pnl).sum::<f64>() + open;
        close("net_profit", gained);
        assert_eq!(report.profiles.rows.len(), FillProfile::NAMED.len());
        let printed = text::text(&report);
        let wide = printed.lines().find(|line| line.chars().count() > text::WIDTH);
        assert_eq!(wide, None, "{name}");
        assert_eq!(trades_csv(&report).lines().count(), run.trades.len() + 1, "{name}");
        let page = html::html(&report);
        assert!(!page.contains("NaN"), "{name}");
        traded += usize::from(!run.trades.is_empty());
    }
    assert!(traded >= 8, "only {traded} templates traded");
}

/// The same input gives the same bytes.
#[test]
fn reports_repeat() {
    let series = synthetic::series(synthetic::candles(7, 5_000));
    let json =
        || report(&TEMPLATES[0], &series).expect("one series is enough").0.to_json().expect("finite numbers");
    assert_eq!(json(), json());
}

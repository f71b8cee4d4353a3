use std::sync::Arc;

use serde::Serialize;
use wickflow_backtest::{Counts, OpenTrade, Run, RunConfig, Trade};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::Symbol;
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_stats::drawdown::{DrawdownSummary, Episode, episodes};
use wickflow_stats::monthly::{YearRow, monthly_returns};
use wickflow_stats::{Metric, SummaryInput, TradeResult, View, compare_as, summarize};
use wickflow_strategy::Diagnostic;

use crate::benchmark::Benchmark;
use crate::curve::{Curve, Exposure, Scan, bars_of};
use crate::input::ReportInput;
use crate::models::Models;
use crate::profiles::ProfileComparison;
use crate::receipt::{Names, Receipts, RejectLine, TradeLines};
use crate::review::{BesideBars, Facts, Finding, review};

/// Everything that is said about a run. Serialized with its fields in this order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The strategy's name.
    pub strategy: String,
    /// The hash of what the strategy computes and orders.
    pub program: Digest,
    /// What was traded.
    pub symbol: Symbol,
    /// The span of a candle.
    pub timeframe: Timeframe,
    /// The time that was simulated.
    pub period: Period,
    /// The settings.
    pub config: RunConfig,
    /// The settings in words.
    pub models: Models,
    /// Which data it was.
    pub snapshot_id: String,
    /// Equal runs have equal ones.
    pub run_hash: String,
    /// Whether the run ended because equity fell to zero or below (rule K4).
    pub is_ruined: bool,
    /// Every figure with its convention.
    pub metrics: Vec<Metric>,
    /// The same by the conventions of other platforms, where they differ.
    pub elsewhere: Vec<Elsewhere>,
    /// What to doubt, gravest first.
    pub review: Vec<Finding>,
    /// What the compiler found odd.
    pub warnings: Vec<Diagnostic>,
    /// The same under other fill profiles.
    pub profiles: ProfileComparison,
    /// Buy and hold with the same cash and fees.
    pub benchmark: Option<Benchmark>,
    /// How much of time and capital was at work.
    pub exposure: Exposure,
    /// Returns by month and year, as fractions.
    pub monthly: Vec<YearRow>,
    /// The deepest falls of daily equity, deepest first; at most [`MAX_EPISODES`].
    pub drawdowns: Vec<Episode>,
    /// Equity and drawdown.
    pub curve: Curve,
    /// What was counted.
    pub counts: Counts,
    /// The position that is still open, marked at the last close.
    pub open_position: Option<OpenTrade>,
    /// Closed trades, in the order of their exits.
    pub trades: TradeLines,
    /// Every fill with its receipt.
    pub fills: Receipts,
    /// Refused orders.
    pub rejects: Vec<RejectLine>,
    /// How long each step took, as the caller measured it.
    pub timings: Vec<Timing>,
    /// The zone of days and months.
    #[serde(skip)]
    pub(crate) zone: Zone,
}

/// Figures as another platform would print them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Elsewhere {
    /// Which.
    pub platform: &'static str,
    /// Those that differ from ours, under the same keys.
    pub metrics: Vec<Metric>,
}

/// The platforms whose conventions are shown.
const PLATFORMS: [(View, &str); 4] = [
    (View::Lean, "LEAN"),
    (View::TradingView, "TradingView"),
    (View::BacktestingPy, "backtesting.py"),
    (View::Quantstats, "quantstats"),
];

/// How many drawdowns are listed.
pub const MAX_EPISODES: usize = 10;

/// The time that was simulated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Period {
    /// The open of the first simulated bar.
    pub from: Timestamp,
    /// The close of the last one.
    pub to: Timestamp,
    /// Simulated bars.
    pub bars: usize,
    /// Calendar days with bars.
    pub days: usize,
    /// Bars that the strategy needs before all its values are known.
    pub warm_up_bars: usize,
    /// The zone of days and months.
    pub zone: String,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timing {
    /// Which.
    pub step: String,
    /// In milliseconds.
    pub ms: f64,
}

impl Report {
    /// Writes the report.
    #[must_use]
    pub fn new(input: &ReportInput) -> Self {
        let measured = Measured::of(input);
        let facts = Facts::of(input, &measured);
        let review = review(&facts);
        let names = Arc::new(Names::of(input.program.plan()));
        let zone = input.series.calendar().zone().clone();
        let Measured { scan, period, metrics, elsewhere, benchmark, profiles, samples, .. } = measured;
        Self {
            strategy: input.strategy.to_owned(),
            program: input.program.key(),
            symbol: input.series.symbol().clone(),
            timeframe: input.series.timeframe(),
            period,
            config: input.config.clone(),
            models: Models::of(input.config),
            snapshot_id: input.snapshot_id.to_owned(),
            run_hash: input.run_hash.to_owned(),
            is_ruined: input.run.is_ruined,
            metrics,
            elsewhere,
            review,
            warnings: input.program.warnings().to_vec(),
            profiles,
            benchmark,
            exposure: scan.exposure,
            monthly: monthly_returns(&samples, |utc| zone.local(Timestamp(utc)).0),
            drawdowns: deepest(&samples),
            curve: with_benchmark(scan.curve, benchmark.as_ref(), input),
            counts: input.run.counts,
            open_position: input.run.open_trade,
            trades: TradeLines::new(input.run.trades.clone(), &names),
            fills: Receipts::new(input.run.fills.clone(), &names),
            rejects: names.rejects(input.run),
            timings: input
                .timings
                .iter()
                .map(|(step, ms)| Timing { step: (*step).to_owned(), ms: *ms })
                .collect(),
            zone,
        }
    }

    /// The report as JSON.
    ///
    /// # Errors
    /// When a number is beyond what JSON can hold; no run makes one.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Whether the position that is still open is short.
    pub(crate) fn is_open_short(&self) -> bool {
        self.open_position.is_some_and(|open| open.marked.side == PositionSide::Short)
    }

    /// The figure of a key.
    #[must_use]
    pub fn metric(&self, key: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.key == key)
    }
}

/// What the report and its review are made from.
pub(crate) struct Measured {
    pub(crate) scan: Scan,
    pub(crate) period: Period,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) benchmark: Option<Benchmark>,
    pub(crate) profiles: ProfileComparison,
    /// Daily equity, the start first.
    pub(crate) samples: Vec<(i64, f64)>,
    pub(crate) drawdown: DrawdownSummary,
    pub(crate) costs: Costs,
    pub(crate) beside_bars: BesideBars,
}

/// What fills cost and moved.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Costs {
    pub(crate) fees: f64,
    pub(crate) slippage: f64,
    pub(crate) traded_value: f64,
}

impl Measured {
    pub(crate) fn of(input: &ReportInput) -> Self {
        let (run, series) = (input.run, input.series);
        let scan = Scan::of(run, series);
        let summary = scan.summary;
        let mut period = period_of(input);
        let start = (period.from.0, run.start_cash);
        // A millisecond before the close, so that the close of midnight belongs to the month that ends.
        let curve = wickflow_backtest::Curve::new(run, series);
        let days = curve.day_ends().map(|day| (day.time.0 - 1, day.equity));
        let samples: Vec<(i64, f64)> = std::iter::once(start).chain(days).collect();
        period.days = samples.len() - 1;
        let benchmark = Benchmark::of(run, series, input.config);
        let benchmark_samples =
            benchmark.map(|held| held.at_days(&samples, curve.day_rows(), input)).unwrap_or_default();
        let drawdown = DrawdownSummary {
            intrabar: Some(summary.max_drawdown_intrabar),
            close: Some(summary.max_drawdown),
            intrabar_cash: summary.max_drawdown_cash,
            current: Some(summary.current_drawdown),
            longest_bars: summary.longest_drawdown_bars as u64,
            open_bars: summary.open_drawdown_bars as u64,
        };
        let costs = costs_of(run);
        let trades: Vec<TradeResult> = run.trades.iter().map(trade_result).collect();
        let figures = SummaryInput {
            start_ms: start.0,
            end_ms: period.to.0,
            start_equity: run.start_cash,
            daily: samples.get(1..).unwrap_or_default(),
            drawdown,
            trades: &trades,
            benchmark: &benchmark_samples,
            basis: input.basis,
            time_in_market: Some(summary.time_in_market()),
            capital_exposure: Some(summary.capital_exposure),
            fees: costs.fees,
            slippage: costs.slippage,
            traded_value: costs.traded_value,
            trials: input.trials,
        };
        let metrics = summarize(&figures);
        let elsewhere = PLATFORMS
            .map(|(view, platform)| Elsewhere { platform, metrics: compare_as(view, &figures) })
            .into();
        let profiles = ProfileComparison::of(input.profiles, series);
        let beside_bars = BesideBars::of(run, series);
        Self { scan, drawdown, period, metrics, elsewhere, benchmark, profiles, samples, costs, beside_bars }
    }

    /// The figure of a key, where it is a number.
    pub(crate) fn metric(&self, key: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.key == key)?.value.value()
    }
}

/// The days are counted later.
fn period_of(input: &ReportInput) -> Period {
    let bars = bars_of(input.run, input.series);
    let open_times = input.series.candles().open_times();
    let from = open_times.get(bars.start).copied().unwrap_or_default();
    let last = bars.end.checked_sub(1).and_then(|last| input.series.close_times().get(last));
    Period {
        from,
        to: last.copied().unwrap_or(from),
        bars: bars.len(),
        days: 0,
        warm_up_bars: input.program.warm_up(),
        zone: input.series.calendar().zone().name().to_owned(),
    }
}

fn costs_of(run: &Run) -> Costs {
    run.fills.iter().fold(Costs::default(), |costs, fill| Costs {
        fees: costs.fees + fill.fee,
        slippage: costs.slippage + fill.slippage * fill.quantity,
        traded_value: costs.traded_value + fill.notional(),
    })
}

fn trade_result(trade: &Trade) -> TradeResult {
    TradeResult {
        pnl: trade.pnl,
        return_fraction: trade.return_fraction,
        bars: trade.bars(),
        risk: trade.initial_risk.map(|risk| risk * trade.quantity).filter(|risk| *risk > 0.0),
        mae: trade.mae,
        mfe: trade.mfe,
        entry_time_ms: trade.entry_time.0,
        exit_time_ms: trade.exit_time.0,
        is_long: trade.side == PositionSide::Long,
    }
}

fn deepest(samples: &[(i64, f64)]) -> Vec<Episode> {
    let mut found = episodes(samples);
    found.sort_by(|a, b| b.depth.total_cmp(&a.depth));
    found.truncate(MAX_EPISODES);
    found
}

fn with_benchmark(mut curve: Curve, benchmark: Option<&Benchmark>, input: &ReportInput) -> Curve {
    for point in &mut curve.equity {
        let bar = point.bar as usize;
        point.benchmark =
            benchmark.and_then(|benchmark| benchmark.equity_at(bar, input.series, input.config));
    }
    curve
}

#[cfg(test)]
mod tests {
    use crate::testing::{Case, slope, swing};

    /// Field by field, so that a reader of the JSON finds them in one order.
    #[test]
    fn json_keeps_its_order() {
        let json = Case::new(swing(100)).trades(1, 10, 4, 10.0).report().to_json().unwrap();
        let fields = [
            "strategy",
            "program",
            "symbol",
            "timeframe",
            "period",
            "config",
            "models",
            "snapshot_id",
            "run_hash",
            "is_ruined",
            "metrics",
            "elsewhere",
            "review",
            "warnings",
            "profiles",
            "benchmark",
            "exposure",
            "monthly",
            "drawdowns",
            "curve",
            "counts",
            "open_position",
            "trades",
            "fills",
            "rejects",
            "timings",
        ];
        let places: Vec<usize> =
            fields.iter().map(|field| json.find(&format!("\n  \"{field}\": ")).expect(field)).collect();
        assert!(places.is_sorted());
        assert!(!json.contains("NaN") && serde_json::from_str::<serde_json::Value>(&json).is_ok());
    }

    /// 10 units from 101 to 104 with 10 bps on 1010 and 1040: 27.95 of 10,000.
    #[test]
    fn figures_by_hand() {
        let report = Case::new(slope(20, 1.0)).trade(2, 5, 10.0).report();
        let value = |key: &str| report.metric(key).unwrap().value.value().unwrap();
        for (key, expected) in [
            ("net_profit", 27.95),
            ("total_return", 0.002_795),
            ("fees", 2.05),
            ("traded_value", 2050.0),
            ("trades", 1.0),
            ("time_in_market", 0.2),
        ] {
            assert!((value(key) - expected).abs() < 1e-9, "{key}: {}", value(key));
        }
        assert_eq!((report.period.bars, report.period.days), (20, 20));
        assert!((report.monthly[0].months[0].unwrap() - 0.002_795).abs() < 1e-12);
    }

    /// Twenty days from 25 January on: the close of the 31st, a midnight, belongs to January.
    #[test]
    fn the_last_close_of_a_month_belongs_to_it() {
        let case = Case::new(slope(20, 1.0)).hold(1, 10.0).with(|case| {
            for candle in &mut case.candles {
                candle.open_time = candle.open_time.plus_ms(24 * 86_400_000);
            }
        });
        let report = case.report();
        // Bought at 100 for 1000 with a fee of 1; the seventh close is 106.
        assert!(
            (report.monthly[0].months[0].unwrap() - 59.0 / 10_000.0).abs() < 1e-12,
            "{:?}",
            report.monthly
        );
        assert!(report.monthly[0].months[1].is_some());
    }
}

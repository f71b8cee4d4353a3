use wickflow_backtest::{Curve, CurveSummary, Run};
use wickflow_stats::moments::mean;
use wickflow_stats::summary::{Quick, QuickInput, quick};
use wickflow_stats::{Drawdown, Outcomes, Ratio, Unit};
use wickflow_strategy::data::Series;

use super::evaluators::Rig;
use crate::message::count_number;
use crate::protocol::{Figure, FigureUnit};

/// The headline figures of a run: bit for bit those of its report, in a fraction of the time.
pub(crate) struct Measured {
    pub(crate) quick: Quick,
    pub(crate) summary: CurveSummary,
    /// Between daily equity, the measure of searches.
    pub(crate) daily_drawdown: Option<f64>,
    end_equity: f64,
    expectancy: Option<f64>,
    fees: f64,
}

impl Measured {
    /// Measures a run; `returns` is a buffer for daily returns.
    pub(crate) fn of(run: &Run, rig: &Rig, returns: &mut Vec<f64>) -> Self {
        let series = rig.series();
        let mut daily = Vec::new();
        rig.days.equity_into(run, series, &mut daily);
        let (start_ms, end_ms) = span(run, series);
        let pnl: Vec<f64> = run.trades.iter().map(|trade| trade.pnl).collect();
        let summary = Curve::new(run, series).summary();
        let mut drawdown = Drawdown::new(run.start_cash);
        daily.iter().for_each(|(_, equity)| drawdown.push(*equity, *equity, *equity));
        let input = QuickInput {
            start_ms,
            end_ms,
            start_equity: run.start_cash,
            daily: &daily,
            max_drawdown: Some(summary.max_drawdown_intrabar),
            outcomes: Outcomes::of(pnl.iter().copied()),
            basis: rig.basis,
        };
        Self {
            quick: quick(&input, returns),
            summary,
            daily_drawdown: drawdown.summary().close,
            end_equity: daily.last().map_or(run.start_cash, |(_, equity)| *equity),
            expectancy: mean(&pnl),
            fees: run.fills.iter().map(|fill| fill.fee).sum(),
        }
    }

    /// As the page shows them.
    pub(crate) fn figures(&self, run: &Run) -> Vec<Figure> {
        let quick = &self.quick;
        let figures: [(&str, &str, Ratio, Unit); 12] = [
            ("net_profit", "Net profit", (self.end_equity - run.start_cash).into(), Unit::Cash),
            ("total_return", "Total return", quick.total_return.into(), Unit::Fraction),
            ("cagr", "CAGR", quick.cagr.into(), Unit::Fraction),
            ("sharpe", "Sharpe ratio", quick.sharpe.into(), Unit::Ratio),
            ("sortino", "Sortino ratio", quick.sortino, Unit::Ratio),
            ("max_drawdown", "Maximum drawdown", quick.max_drawdown.into(), Unit::Fraction),
            ("trades", "Trades", count_number(run.trades.len()).into(), Unit::Count),
            ("win_rate", "Win rate", quick.win_rate.into(), Unit::Fraction),
            ("profit_factor", "Profit factor", quick.profit_factor, Unit::Ratio),
            ("expectancy", "Expectancy", self.expectancy.into(), Unit::Cash),
            ("time_in_market", "Time in market", self.summary.time_in_market().into(), Unit::Fraction),
            ("fees", "Fees", self.fees.into(), Unit::Cash),
        ];
        figures.into_iter().map(|(key, label, value, unit)| figure(key, label, value, unit, None)).collect()
    }
}

/// A figure as replies have it.
pub(crate) fn figure(key: &str, label: &str, value: Ratio, unit: Unit, convention: Option<&str>) -> Figure {
    Figure {
        key: key.to_owned(),
        label: label.to_owned(),
        // Adding zero turns −0, the sum of nothing, into 0.
        value: value.value().map(|value| value + 0.0),
        no_losses: value == Ratio::NoLosses,
        unit: match unit {
            Unit::Fraction => FigureUnit::Fraction,
            Unit::Ratio => FigureUnit::Ratio,
            Unit::Cash => FigureUnit::Cash,
            Unit::Count => FigureUnit::Count,
            Unit::Bars => FigureUnit::Bars,
            Unit::Periods => FigureUnit::Periods,
            Unit::Milliseconds => FigureUnit::Milliseconds,
            Unit::RiskMultiple => FigureUnit::RiskMultiple,
        },
        convention: convention.map(str::to_owned),
    }
}

/// From the open of the first bar to the close of the last, as the report counts.
fn span(run: &Run, series: &Series) -> (i64, i64) {
    let start = series.candles().open_times().get(run.first_bar as usize).map_or(0, |time| time.0);
    let last = (run.end_bar as usize).checked_sub(1).and_then(|last| series.close_times().get(last));
    (start, last.map_or(start, |time| time.0))
}

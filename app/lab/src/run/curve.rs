use wickflow_backtest::{Run, RunConfig};
use wickflow_strategy::data::Series;

use super::hold::Hold;
use crate::message::{Columns, count_number, time_number};
use crate::protocol::{Buffer, Curve};
use crate::thin;

/// Equity at some bars, and the deepest fall since the one before.
pub(crate) struct Drawn {
    pub(crate) bars: Vec<usize>,
    pub(crate) equity: Vec<f64>,
    pub(crate) drawdown: Vec<f64>,
}

/// Draws the equity of a run with at most so many points.
pub(crate) fn drawn(run: &Run, series: &Series, points: usize) -> Drawn {
    let first = run.first_bar as usize;
    let closes = wickflow_backtest::Curve::new(run, series).closes();
    let at = |row: usize| closes.get(row).copied().unwrap_or(f64::NAN);
    let rows = thin::rows(0..closes.len(), points, at);
    let mut drawdown = Vec::with_capacity(rows.len());
    let (mut peak, mut row) = (run.start_cash, 0);
    for kept in &rows {
        let mut deepest = 0.0_f64;
        for equity in closes.get(row..=*kept).unwrap_or_default() {
            peak = peak.max(*equity);
            if peak > 0.0 {
                deepest = deepest.max((peak - equity) / peak);
            }
        }
        row = kept + 1;
        drawdown.push(deepest);
    }
    let equity = rows.iter().map(|row| at(*row)).collect();
    Drawn { bars: rows.into_iter().map(|row| first + row).collect(), equity, drawdown }
}

/// The curves of a result.
pub(super) fn curve(
    run: &Run,
    series: &Series,
    config: &RunConfig,
    points: usize,
    columns: &mut Columns,
) -> Curve {
    let hold = Hold::new(run, series, config);
    let Drawn { bars, equity, drawdown } = drawn(run, series, points);
    Curve {
        bar: columns.of(&bars, |bar| count_number(*bar)),
        time: close_times(&bars, series, columns),
        equity: columns.add(equity),
        drawdown: columns.add(drawdown),
        hold: columns.of(&bars, |bar| hold.as_ref().map_or(f64::NAN, |hold| hold.at(*bar))),
    }
}

/// Times, equity and drawdown of a run.
pub(crate) fn drawn_by_time(run: &Run, series: &Series, points: usize, columns: &mut Columns) -> [Buffer; 3] {
    let Drawn { bars, equity, drawdown } = drawn(run, series, points);
    [close_times(&bars, series, columns), columns.add(equity), columns.add(drawdown)]
}

fn close_times(bars: &[usize], series: &Series, columns: &mut Columns) -> Buffer {
    let times = series.close_times();
    columns.of(bars, |bar| times.get(*bar).map_or(f64::NAN, |time| time_number(time.0)))
}

//! Daily equity of a run, from what it held between fills: bars between are never looked at.

use std::ops::Range;

use wickflow_backtest::{Counts, Curve, Run, Sample};
use wickflow_stats::Basis;
use wickflow_strategy::data::{Field, Series};

/// The last row of each session of a series.
#[derive(Debug, Clone)]
pub struct Days {
    last_rows: Vec<usize>,
}

impl Days {
    /// Finds them: where a report samples equity, so that a search has the figures of the report.
    #[must_use]
    pub fn new(series: &Series) -> Self {
        let rows = u32::try_from(series.rows()).unwrap_or(u32::MAX);
        let idle = Run {
            first_bar: 0,
            end_bar: rows,
            start_cash: 0.0,
            cash: 0.0,
            position: 0.0,
            final_equity: 0.0,
            fills: Vec::new(),
            trades: Vec::new(),
            open_trade: None,
            rejects: Vec::new(),
            counts: Counts::default(),
            segments: Vec::new(),
            is_ruined: false,
        };
        let samples = Curve::new(&idle, series).days();
        let row_of = |sample: &Sample| series.close_times().partition_point(|close| *close <= sample.time);
        // The first sample is the start.
        Self {
            last_rows: samples.iter().skip(1).filter_map(|sample| row_of(sample).checked_sub(1)).collect(),
        }
    }

    /// The last rows of sessions within a range; its very last row counts as one.
    fn within(&self, rows: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let from = self.last_rows.partition_point(|last| *last < rows.start);
        let to = self.last_rows.partition_point(|last| *last < rows.end);
        let tail = rows.end.checked_sub(1).filter(|last| *last >= rows.start);
        let inner = self.last_rows.get(from..to).unwrap_or_default();
        inner.iter().copied().chain(tail.filter(|last| inner.last() != Some(last)))
    }

    /// Equity at the end of every session that a run saw, with the time of that close in UTC milliseconds; replaces
    /// what is in `daily`.
    pub fn equity_into(&self, run: &Run, series: &Series, daily: &mut Vec<(i64, f64)>) {
        daily.clear();
        let closes = series.field(Field::Close).raw();
        let mut segments = run.segments.iter().peekable();
        let (mut cash, mut position) = (run.start_cash, 0.0);
        for row in self.within(run.first_bar as usize..run.end_bar as usize) {
            while let Some(segment) = segments.next_if(|segment| segment.bar as usize <= row) {
                (cash, position) = (segment.cash, segment.position);
            }
            if let (Some(close), Some(time)) = (closes.get(row), series.close_times().get(row)) {
                daily.push((time.0, cash + position * close));
            }
        }
    }
}

/// How daily returns of a series become annual: by 365 where it trades round the clock, by 252 otherwise.
#[must_use]
pub fn basis(series: &Series) -> Basis {
    if series.calendar().is_round_the_clock() { Basis::EVERY_DAY } else { Basis::SESSIONS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tester::Runner;
    use crate::testing::CrossRunner;
    use wickflow_strategy::data::Dataset;
    use wickflow_strategy::synthetic::{candles_in_cents, series};
    use wickflow_strategy::{Evaluator, Limits, compile};

    #[test]
    fn daily_equity_is_that_of_every_bar_at_the_end_of_days() {
        let series = series(candles_in_cents(42, 5_000));
        let days = Days::new(&series);
        assert_eq!(days.last_rows, [1_439, 2_879, 4_319, 4_999]);
        let program = compile(&crate::testing::crossing(), &Limits::default()).expect("compiles");
        let evaluation = Evaluator::new(Dataset::new(series.clone())).evaluate(&program).expect("columns");
        for rows in [0..5_000, 1_000..4_320, 100..101, 7..7, 1_439..1_441] {
            let run = CrossRunner.run(&program, &evaluation, &series, rows.clone()).expect("a run");
            let mut daily = vec![(0, 0.0)];
            days.equity_into(&run, &series, &mut daily);
            let is_end = |row: &usize| days.last_rows.contains(row) || row + 1 == rows.end;
            let ends: Vec<usize> = rows.clone().filter(is_end).collect();
            assert_eq!(daily.len(), ends.len(), "{rows:?}");
            for ((time, equity), row) in daily.iter().zip(ends) {
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
        cash_and_units.0 + cash_and_units.1 * series.field(Field::Close).raw()[row]
    }
}

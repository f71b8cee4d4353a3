//! What nodes compute: each operator over whole columns and bar by bar, with the same bits either way.
//!
//! An operator that says only how it streams gets its columns from that; one that has a faster way over columns is
//! held to the streaming one by the battery in `tests/battery.rs`, which runs over the whole catalogue.

mod choose;
mod cross;
mod kernel;
mod logic;
mod map;
mod mark;
mod sign;
mod source;
mod state;
mod window;

use wickflow_shared::market::{Calendar, Candle};
use wickflow_shared::time::Timestamp;

use crate::column::{Bits, Column, Numbers, Signals};
use crate::data::Series;
use crate::plan::AccountView;

pub use choose::{Between, Choose};
pub use cross::{Cross, CrossDirection};
pub use kernel::KernelOperator;
pub use logic::{Compare, Logic, Truth};
pub use map::{Map, Remember, State};
pub use mark::{InPercent, Marked};
pub use sign::{Side, Signs};
pub use source::{Account, Context};
pub use state::{
    BarsSince, Counter, CumulativeSum, Delay, Edge, Held, Latch, Memory, Once, Recall, Streak, ValueWhen,
    Within,
};
pub use window::TimeWindow;

/// What a port carries when the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnType {
    /// Numbers.
    Numbers,
    /// Signals.
    Signals,
}

/// Computes the outputs of a node from its inputs.
pub trait Operator: Send + Sync {
    /// How many rows of complete input pass before the first complete output.
    fn warm_up(&self) -> usize {
        0
    }

    /// The types of its outputs.
    fn outputs(&self) -> &[ColumnType];

    /// A fresh state that takes one bar at a time.
    fn stream(&self) -> Box<dyn Stream>;

    /// The outputs over all rows of a series.
    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        columns_by_stream(self.stream().as_mut(), self.outputs(), series, input)
    }
}

/// The state of an operator that takes one bar at a time.
pub trait Stream: Send {
    /// The outputs at a bar's close. Registers hold numbers, or signals as 1 and 0; NaN is missing.
    fn update(&mut self, now: &Now<'_>, input: &[f64], output: &mut [f64]);

    /// How many bytes the state takes, roughly.
    fn bytes(&self) -> usize;
}

/// The bar whose close it is.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The candle, closed.
    pub candle: &'a Candle,
    /// When it closed.
    pub close_time: Timestamp,
    /// The series' calendar.
    pub calendar: &'a Calendar,
    /// What the strategy holds.
    pub account: &'a AccountView,
}

/// Columns made by streaming over the rows: the default, and what faster ways are tested against.
pub fn columns_by_stream(
    stream: &mut dyn Stream,
    outputs: &[ColumnType],
    series: &Series,
    input: &[Column],
) -> Vec<Column> {
    let rows = series.rows();
    let account = AccountView::flat(0.0);
    let mut values = vec![vec![f64::NAN; rows]; outputs.len()];
    let mut registers = vec![f64::NAN; input.len()];
    let mut results = vec![f64::NAN; outputs.len()];
    for (row, close_time) in series.close_times().iter().enumerate() {
        let Some(candle) = series.candles().get(row) else { break };
        for (register, column) in registers.iter_mut().zip(input) {
            *register = column.register(row);
        }
        let now =
            Now { candle: &candle, close_time: *close_time, calendar: series.calendar(), account: &account };
        stream.update(&now, &registers, &mut results);
        for (value, result) in values.iter_mut().zip(&results) {
            if let Some(cell) = value.get_mut(row) {
                *cell = *result;
            }
        }
    }
    values.into_iter().zip(outputs).map(|(values, output)| column_of_registers(values, *output)).collect()
}

/// A column from what registers held.
#[must_use]
pub fn column_of_registers(values: Vec<f64>, output: ColumnType) -> Column {
    match output {
        ColumnType::Numbers => Numbers::new(values).into(),
        ColumnType::Signals => {
            let bit = |test: fn(f64) -> bool| {
                Bits::from_fn(values.len(), |row| values.get(row).copied().is_some_and(test))
            };
            Signals::new(bit(|value| value > 0.5), bit(|value| !value.is_nan())).into()
        }
    }
}

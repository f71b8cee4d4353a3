use wickflow_strategy::column::Column;

use crate::error::LabError;
use crate::message::{Columns, Message, count32};
use crate::protocol::{Answer, Values};
use crate::run::{Evaluators, Full};

/// All values at a bar.
pub(crate) fn values(
    id: u32,
    bar: u32,
    full: &mut Full,
    evaluators: &mut Evaluators,
) -> Result<Message, LabError> {
    let time = full.close_time(bar)?;
    let row = bar as usize;
    let of_outputs = full.columns(evaluators)?;
    let at_bar: Vec<f64> = of_outputs.iter().map(|column| register(column.as_ref(), row)).collect();
    let mut columns = Columns::default();
    let values = columns.add(at_bar);
    let run = &full.done.run;
    let first = run.fills.partition_point(|fill| fill.bar < bar);
    let end = run.fills.partition_point(|fill| fill.bar <= bar);
    let is_within = (run.first_bar..run.end_bar).contains(&bar);
    let equity = wickflow_backtest::Curve::new(run, &full.current.series).at(bar).filter(|_| is_within);
    let reply = Values {
        seq: full.current.seq,
        bar,
        time,
        values,
        fired: full.fired(row),
        fills: (first..end).map(count32).collect(),
        position: full.position(bar),
        equity,
    };
    Ok(Message::last(id, Answer::Values(reply)).with(columns))
}

/// The value of a column at a row; NaN where it is missing or there is no column.
pub(crate) fn register(column: Option<&Column>, row: usize) -> f64 {
    column.map_or(f64::NAN, |column| column.register(row))
}

impl Full {
    /// The actions whose signal is on at a row, by place.
    pub(crate) fn fired(&self, row: usize) -> Vec<u16> {
        let actions = self.done.program.plan().actions.iter().zip(0_u16..);
        actions
            .filter(|(action, _)| self.signal(action.when, row) == Some(true))
            .map(|(_, place)| place)
            .collect()
    }

    /// A signal that the plan reads, at a row; `None` when not known.
    pub(crate) fn signal(&self, value: wickflow_strategy::plan::Value, row: usize) -> Option<bool> {
        let register = match self.done.evaluation.column(value) {
            Some(column) => column.register(row),
            // It follows from what is held: some output has the same value.
            None => {
                let outputs = self.done.program.outputs();
                let place = outputs.iter().position(|output| output.value == value)?;
                register(self.computed().get(place)?.as_ref(), row)
            }
        };
        wickflow_strategy::column::signal_of_number(register)
    }
}

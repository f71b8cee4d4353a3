use wickflow_indicator::Kernel;

use super::{ColumnType, Operator, Stream};
use crate::column::{Column, Numbers};
use crate::data::Series;

/// An operator over numbers that takes signals, too: on is 1, off is 0, as registers have it anyway.
pub struct Marked(pub Box<dyn Operator>);

impl Operator for Marked {
    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }

    fn outputs(&self) -> &[ColumnType] {
        self.0.outputs()
    }

    fn stream(&self) -> Box<dyn Stream> {
        self.0.stream()
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let input: Vec<Column> = input.iter().map(as_numbers).collect();
        self.0.columns(series, &input)
    }
}

fn as_numbers(column: &Column) -> Column {
    let Column::Signals(signals) = column else { return column.clone() };
    Numbers::new((0..column.rows()).map(|row| signals.number(row)).collect()).into()
}

/// A kernel whose fraction is given in percent: 0.2 as 20.
#[derive(Debug, Clone)]
pub struct InPercent<K>(pub K);

impl<K: Kernel<I, 1>, const I: usize> Kernel<I, 1> for InPercent<K> {
    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }

    fn update(&mut self, input: [f64; I]) -> [f64; 1] {
        self.0.update(input).map(|value| 100.0 * value)
    }

    fn columns(self, input: [&[f64]; I], [output]: [&mut [f64]; 1]) {
        self.0.columns(input, [&mut *output]);
        for value in output {
            *value *= 100.0;
        }
    }
}

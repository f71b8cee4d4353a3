use wickflow_indicator::Kernel;

use super::{ColumnType, Now, Operator, Stream};
use crate::column::{Column, Numbers, clean};
use crate::data::Series;

/// An indicator as an operator. Rows with a missing input are left out: they give nothing and change nothing.
pub struct KernelOperator<K, const I: usize, const O: usize>(pub K);

const NUMBERS: [ColumnType; 16] = [ColumnType::Numbers; 16];

impl<K, const I: usize, const O: usize> Operator for KernelOperator<K, I, O>
where
    K: Kernel<I, O> + Send + Sync + 'static,
{
    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }

    fn outputs(&self) -> &[ColumnType] {
        NUMBERS.get(..O).unwrap_or(&NUMBERS)
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(KernelStream::<K, I, O>(self.0.clone()))
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let rows = series.rows();
        let missing = || vec![Numbers::new(vec![f64::NAN; rows]).into(); O];
        let mut inputs = [&[] as &[f64]; I];
        let mut first = 0;
        let mut is_dense = true;
        for (slot, column) in inputs.iter_mut().zip(input) {
            let Some(numbers) = column.numbers() else { return missing() };
            *slot = numbers.raw();
            first = numbers.first().max(first);
            is_dense &= numbers.is_dense();
        }
        if input.len() < I || first >= rows {
            return missing();
        }
        if is_dense { self.dense(inputs, first, rows) } else { self.with_holes(inputs, rows) }
    }
}

impl<K: Kernel<I, O>, const I: usize, const O: usize> KernelOperator<K, I, O> {
    /// Columns of inputs without a hole from `first` on.
    fn dense(&self, inputs: [&[f64]; I], first: usize, rows: usize) -> Vec<Column> {
        let mut outputs: [Vec<f64>; O] = std::array::from_fn(|_| vec![0.0; rows]);
        let tails = outputs.each_mut().map(|output| output.get_mut(first..).unwrap_or_default());
        self.0.clone().columns(inputs.map(|input| input.get(first..rows).unwrap_or_default()), tails);
        // The kernel writes NaN while warming up, so only what lies before its first row is left to mark.
        outputs.map(|output| Numbers::warmed_up(output, first).into()).into()
    }

    /// Columns of inputs with holes: the complete rows are gathered, computed and put back.
    fn with_holes(&self, inputs: [&[f64]; I], rows: usize) -> Vec<Column> {
        let is_complete =
            |row: &usize| inputs.iter().all(|input| input.get(*row).is_some_and(|value| !value.is_nan()));
        let complete: Vec<usize> = (0..rows).filter(is_complete).collect();
        let gathered = inputs
            .map(|input| complete.iter().filter_map(|row| input.get(*row).copied()).collect::<Vec<_>>());
        let mut outputs: [Vec<f64>; O] = std::array::from_fn(|_| vec![0.0; complete.len()]);
        self.0
            .clone()
            .columns(gathered.each_ref().map(Vec::as_slice), outputs.each_mut().map(Vec::as_mut_slice));
        outputs
            .map(|output| {
                let mut column = vec![f64::NAN; rows];
                for (row, value) in complete.iter().zip(output) {
                    if let Some(cell) = column.get_mut(*row) {
                        *cell = value;
                    }
                }
                Numbers::new(column).into()
            })
            .into()
    }
}

struct KernelStream<K, const I: usize, const O: usize>(K);

impl<K: Kernel<I, O> + Send, const I: usize, const O: usize> Stream for KernelStream<K, I, O> {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        output.fill(f64::NAN);
        let Some(row) = input.first_chunk::<I>().filter(|row| !row.iter().any(|value| value.is_nan())) else {
            return;
        };
        for (cell, value) in output.iter_mut().zip(self.0.update(*row)) {
            *cell = clean(value);
        }
    }

    fn bytes(&self) -> usize {
        // What kernels remember on the heap is about the rows that they warm up over.
        size_of::<K>() + self.0.warm_up() * I * size_of::<f64>()
    }
}

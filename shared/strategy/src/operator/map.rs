use super::{ColumnType, Now, Operator, Stream};
use crate::column::{Column, Numbers, clean};
use crate::data::Series;

/// A number from the numbers of the same row. Missing where any input is missing, or the result is no number.
pub struct Map<F, const I: usize>(pub F);

impl<F, const I: usize> Operator for Map<F, I>
where
    F: Fn([f64; I]) -> f64 + Clone + Send + Sync + 'static,
{
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Numbers]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(MapStream::<F, I>(self.0.clone()))
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let rows = series.rows();
        let mut columns = [&[] as &[f64]; I];
        for (slot, column) in columns.iter_mut().zip(input) {
            *slot = column.numbers().and_then(|numbers| numbers.raw().get(..rows)).unwrap_or_default();
        }
        let shortest =
            columns.iter().map(|column| column.len()).min().unwrap_or_default().min(input.len() * rows);
        let value = |row: usize| {
            let values = columns.map(|column| column.get(row).copied().unwrap_or(f64::NAN));
            apply(&self.0, values)
        };
        let mut values: Vec<f64> = (0..shortest).map(value).collect();
        values.resize(rows, f64::NAN);
        vec![Numbers::new(values).into()]
    }
}

#[inline]
fn apply<const I: usize>(map: &impl Fn([f64; I]) -> f64, values: [f64; I]) -> f64 {
    // A map such as `min` may hide a missing input, so that is looked at here.
    if values.iter().any(|value| value.is_nan()) { f64::NAN } else { clean(map(values)) }
}

struct MapStream<F, const I: usize>(F);

impl<F: Fn([f64; I]) -> f64 + Send, const I: usize> Stream for MapStream<F, I> {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        output.fill(f64::NAN);
        if let (Some(values), Some(cell)) = (input.first_chunk::<I>(), output.first_mut()) {
            *cell = apply(&self.0, *values);
        }
    }

    fn bytes(&self) -> usize {
        size_of::<F>()
    }
}

/// Something that remembers earlier bars, written once as a stream: `update` sees registers as they are, missing
/// ones as NaN, and says what the outputs are.
pub trait State: Clone + Send + Sync + 'static {
    /// The types of its outputs.
    const OUTPUTS: &'static [ColumnType];

    /// How many rows of complete input pass before the first complete output.
    fn warm_up(&self) -> usize {
        0
    }

    /// The outputs at a bar's close.
    fn update(&mut self, now: &Now<'_>, input: &[f64], output: &mut [f64]);
}

/// A [`State`] as an operator.
pub struct Remember<S>(pub S);

impl<S: State> Operator for Remember<S> {
    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }

    fn outputs(&self) -> &[ColumnType] {
        S::OUTPUTS
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(StateStream(self.0.clone()))
    }
}

struct StateStream<S>(S);

impl<S: State> Stream for StateStream<S> {
    fn update(&mut self, now: &Now<'_>, input: &[f64], output: &mut [f64]) {
        self.0.update(now, input, output);
        for value in output {
            *value = clean(*value);
        }
    }

    fn bytes(&self) -> usize {
        size_of::<S>() + self.0.warm_up() * size_of::<f64>()
    }
}

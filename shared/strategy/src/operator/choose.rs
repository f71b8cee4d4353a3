use super::logic::unknown;
use super::{ColumnType, Compare, Now, Operator, Stream};
use crate::column::{Column, Numbers, Signals, number_of_signal, signal_of_number};
use crate::data::Series;

/// Whether the first number lies from the second to the third, ends included; not known where one is missing.
pub struct Between;

impl Operator for Between {
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Signals]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(Self)
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let [value, low, high] = input else { return vec![unknown(series.rows())] };
        let above = Compare(|a, b| a >= b).columns(series, &[value.clone(), low.clone()]);
        let below = Compare(|a, b| a <= b).columns(series, &[value.clone(), high.clone()]);
        let (Some(above), Some(below)) =
            (above.first().and_then(Column::signals), below.first().and_then(Column::signals))
        else {
            return vec![unknown(series.rows())];
        };
        let both = |left: u64, right: u64| left & right;
        let on = above.on().combine(below.on(), both);
        vec![Signals::new(on, above.known().combine(below.known(), both)).into()]
    }
}

impl Stream for Between {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let result = match input {
            [value, low, high] if !(value.is_nan() || low.is_nan() || high.is_nan()) => {
                Some(value >= low && value <= high)
            }
            _ => None,
        };
        output.fill(number_of_signal(result));
    }

    fn bytes(&self) -> usize {
        0
    }
}

/// One of two numbers; a missing one matters only where it is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choose {
    /// The first where the signal, which is the third input, is on; the second where it is off.
    BySignal,
    /// The first where it is there, otherwise the second.
    Fallback,
}

impl Choose {
    fn of(self, input: &[f64]) -> f64 {
        match (self, input) {
            (Self::BySignal, [first, second, when]) => match signal_of_number(*when) {
                Some(true) => *first,
                Some(false) => *second,
                None => f64::NAN,
            },
            (Self::Fallback, [first, second]) => {
                if first.is_nan() {
                    *second
                } else {
                    *first
                }
            }
            _ => f64::NAN,
        }
    }
}

impl Operator for Choose {
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Numbers]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(*self)
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let value = |row: usize| match input {
            [first, second, when] => {
                self.of(&[first.register(row), second.register(row), when.register(row)])
            }
            [first, second] => self.of(&[first.register(row), second.register(row)]),
            _ => f64::NAN,
        };
        vec![Numbers::new((0..series.rows()).map(value).collect()).into()]
    }
}

impl Stream for Choose {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        output.fill(self.of(input));
    }

    fn bytes(&self) -> usize {
        0
    }
}

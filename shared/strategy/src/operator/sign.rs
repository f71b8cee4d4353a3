use super::{ColumnType, Now, Operator, Stream};
use crate::column::{Bits, Column, Signals};
use crate::data::Series;

/// Signals from the sign of an operator's one number: what candlestick patterns answer.
pub struct Signs {
    operator: Box<dyn Operator>,
    sides: &'static [Side],
}

/// A sign as a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// On where the number is above 0.
    Above,
    /// On where it is below 0.
    Below,
    /// On where it is either.
    NotZero,
}

const SIGNALS: [ColumnType; 2] = [ColumnType::Signals; 2];

impl Signs {
    /// A signal for each of at most two sides of what `operator` gives.
    #[must_use]
    pub fn new(operator: Box<dyn Operator>, sides: &'static [Side]) -> Self {
        Self { operator, sides }
    }
}

impl Side {
    fn is_on(self, number: f64) -> bool {
        match self {
            Self::Above => number > 0.0,
            Self::Below => number < 0.0,
            Self::NotZero => number != 0.0,
        }
    }
}

impl Operator for Signs {
    fn warm_up(&self) -> usize {
        self.operator.warm_up()
    }

    fn outputs(&self) -> &[ColumnType] {
        SIGNALS.get(..self.sides.len()).unwrap_or(&SIGNALS)
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(SignStream { stream: self.operator.stream(), sides: self.sides })
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let columns = self.operator.columns(series, input);
        let numbers = columns.first().and_then(Column::numbers).map(|numbers| numbers.raw());
        let numbers = numbers.unwrap_or_default();
        let signals = |side: &Side| {
            let on = Bits::from_pairs(numbers, numbers, |number, _| side.is_on(number));
            Signals::new(on, Bits::from_pairs(numbers, numbers, |number, _| !number.is_nan())).into()
        };
        self.sides.iter().map(signals).collect()
    }
}

struct SignStream {
    stream: Box<dyn Stream>,
    sides: &'static [Side],
}

impl Stream for SignStream {
    fn update(&mut self, now: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let mut number = [f64::NAN];
        self.stream.update(now, input, &mut number);
        let [number] = number;
        for (cell, side) in output.iter_mut().zip(self.sides) {
            *cell = if number.is_nan() { number } else { f64::from(u8::from(side.is_on(number))) };
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.stream.bytes()
    }
}

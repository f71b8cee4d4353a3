use super::{ColumnType, Now, Operator, Stream};
use crate::column::{Bits, Column, Signals, number_of_signal, signal_of_number};
use crate::data::Series;

/// A signal from two numbers of the same row; not known where one is missing.
pub struct Compare<F>(pub F);

impl<F: Fn(f64, f64) -> bool + Clone + Send + Sync + 'static> Operator for Compare<F> {
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Signals]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(CompareStream(self.0.clone()))
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let rows = series.rows();
        let (Some(left), Some(right)) =
            (input.first().and_then(Column::numbers), input.get(1).and_then(Column::numbers))
        else {
            return vec![unknown(rows)];
        };
        let on = Bits::from_pairs(left.raw(), right.raw(), &self.0);
        let known = if left.is_dense() && right.is_dense() {
            known_from(left.first().max(right.first()), on.len())
        } else {
            Bits::from_pairs(left.raw(), right.raw(), |left, right| !(left.is_nan() | right.is_nan()))
        };
        vec![Signals::new(on, known).into()]
    }
}

/// Known from a row on.
pub(super) fn known_from(first: usize, rows: usize) -> Bits {
    let mut known = Bits::filled(true, rows);
    known.clear_before(first);
    known
}

/// Signals of which nothing is known.
pub(super) fn unknown(rows: usize) -> Column {
    Signals::new(Bits::filled(false, rows), Bits::filled(false, rows)).into()
}

struct CompareStream<F>(F);

impl<F: Fn(f64, f64) -> bool + Send> Stream for CompareStream<F> {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let result = match input {
            [left, right, ..] if !left.is_nan() && !right.is_nan() => Some((self.0)(*left, *right)),
            _ => None,
        };
        output.fill(number_of_signal(result));
    }

    fn bytes(&self) -> usize {
        size_of::<F>()
    }
}

/// A connective over any number of signals, in Kleene's logic of three values: what is not known stays so only
/// while it could change the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Every input.
    And,
    /// At least one.
    Or,
    /// An odd number of them.
    Xor,
    /// The opposite of the first.
    Not,
}

/// A [`Truth`] as an operator.
pub struct Logic(pub Truth);

impl Truth {
    fn of(self, left: Option<bool>, right: Option<bool>) -> Option<bool> {
        match (self, left, right) {
            (Self::And, Some(false), _) | (Self::And, _, Some(false)) => Some(false),
            (Self::Or, Some(true), _) | (Self::Or, _, Some(true)) => Some(true),
            (Self::And, Some(left), Some(right)) => Some(left && right),
            (Self::Or, Some(left), Some(right)) => Some(left || right),
            (Self::Xor, Some(left), Some(right)) => Some(left != right),
            (Self::Not, Some(left), _) => Some(!left),
            _ => None,
        }
    }

    fn of_columns(self, left: &Signals, right: &Signals) -> Signals {
        let (on, known) = match self {
            Self::And => {
                let off = |signals: &Signals| signals.known().combine(signals.on(), |known, on| known & !on);
                let is_off = off(left).combine(&off(right), |left, right| left | right);
                let on = left.on().combine(right.on(), |left, right| left & right);
                let known = on.combine(&is_off, |on, off| on | off);
                (on, known)
            }
            Self::Or => {
                let both = left.known().combine(right.known(), |left, right| left & right);
                let on = left.on().combine(right.on(), |left, right| left | right);
                let known = on.combine(&both, |on, both| on | both);
                (on, known)
            }
            Self::Xor => (
                left.on().combine(right.on(), |left, right| left ^ right),
                left.known().combine(right.known(), |left, right| left & right),
            ),
            Self::Not => (left.on().inverted(), left.known().clone()),
        };
        Signals::new(on, known)
    }
}

impl Operator for Logic {
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Signals]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(Self(self.0))
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let mut signals = input.iter().filter_map(Column::signals);
        let Some(first) = signals.next() else { return vec![unknown(series.rows())] };
        if self.0 == Truth::Not {
            return vec![self.0.of_columns(first, first).into()];
        }
        vec![signals.fold(first.clone(), |left, right| self.0.of_columns(&left, right)).into()]
    }
}

impl Stream for Logic {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let mut signals = input.iter().map(|register| signal_of_number(*register));
        let first = signals.next().flatten();
        let result = match self.0 {
            Truth::Not => self.0.of(first, None),
            truth => signals.fold(first, |left, right| truth.of(left, right)),
        };
        output.fill(number_of_signal(result));
    }

    fn bytes(&self) -> usize {
        0
    }
}

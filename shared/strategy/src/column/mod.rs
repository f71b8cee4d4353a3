//! Columns: a value per candle, for every candle of a series.
//!
//! A missing value (warming up, or a division by zero) is NaN in [`Numbers`] and "not known" in [`Signals`]; whoever
//! reads one gets an `Option`. Values beyond ±[`LARGEST`] count as missing too, so sums of squares never overflow.

mod bits;

use std::sync::Arc;

pub use bits::Bits;

/// The largest magnitude of a value.
pub const LARGEST: f64 = 1e100;

/// The value, or NaN when it is not a number or beyond ±[`LARGEST`].
#[must_use]
#[inline]
pub fn clean(value: f64) -> f64 {
    if value.abs() <= LARGEST { value } else { f64::NAN }
}

/// Numbers: prices, percentages, quantities.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    values: Vec<f64>,
    first: usize,
    is_dense: bool,
}

impl Numbers {
    /// A column from raw values; what is not a number or too large becomes missing.
    #[must_use]
    pub fn new(values: Vec<f64>) -> Self {
        Self::warmed_up(values, 0)
    }

    /// A column whose first rows are known to be missing.
    #[must_use]
    pub fn warmed_up(mut values: Vec<f64>, warm_up: usize) -> Self {
        let warm_up = warm_up.min(values.len());
        let (head, tail) = values.split_at_mut(warm_up);
        head.fill(f64::NAN);
        let is_missing = |value: &f64| clean(*value).is_nan();
        let begins = tail.iter().position(|value| !is_missing(value)).unwrap_or(tail.len());
        let (missing, tail) = tail.split_at_mut(begins);
        missing.fill(f64::NAN);
        // Without an early exit the check is a few vector instructions per cache line.
        let is_dense = tail.iter().fold(true, |all, value| all & (value.abs() <= LARGEST));
        if !is_dense {
            tail.iter_mut().for_each(|value| *value = clean(*value));
        }
        Self { values, first: warm_up + begins, is_dense }
    }

    /// The same value in every row.
    #[must_use]
    pub fn constant(value: f64, rows: usize) -> Self {
        Self::new(vec![value; rows])
    }

    /// The value of a row; `None` when it is missing or there is no such row.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> Option<f64> {
        self.values.get(row).copied().filter(|value| !value.is_nan())
    }

    /// All rows, NaN where missing.
    #[must_use]
    pub fn raw(&self) -> &[f64] {
        &self.values
    }

    /// The first row with a value; the number of rows when there is none.
    #[must_use]
    pub fn first(&self) -> usize {
        self.first
    }

    /// Whether every row from [`first`](Self::first) on has a value.
    #[must_use]
    pub fn is_dense(&self) -> bool {
        self.is_dense
    }
}

/// Yes, no, or not known: what conditions come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    on: Bits,
    known: Bits,
}

impl Signals {
    /// A column; a row that is not known is not on, whatever `on` says.
    #[must_use]
    pub fn new(mut on: Bits, known: Bits) -> Self {
        on.keep(&known);
        Self { on, known }
    }

    /// The same answer in every row.
    #[must_use]
    pub fn constant(on: bool, rows: usize) -> Self {
        Self { on: Bits::filled(on, rows), known: Bits::filled(true, rows) }
    }

    /// The answer of a row; `None` when it is not known or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<bool> {
        self.known.get(row).then(|| self.on.get(row))
    }

    /// Which rows are on.
    #[must_use]
    pub fn on(&self) -> &Bits {
        &self.on
    }

    /// Which rows are known.
    #[must_use]
    pub fn known(&self) -> &Bits {
        &self.known
    }

    /// As a number: 1 on, 0 off, NaN not known.
    #[must_use]
    pub fn number(&self, row: usize) -> f64 {
        number_of_signal(self.get(row))
    }
}

/// A signal as a streaming register holds it: 1 on, 0 off, NaN not known.
#[must_use]
pub fn number_of_signal(signal: Option<bool>) -> f64 {
    signal.map_or(f64::NAN, |on| f64::from(u8::from(on)))
}

/// The signal in a streaming register.
#[must_use]
pub fn signal_of_number(number: f64) -> Option<bool> {
    (!number.is_nan()).then_some(number > 0.5)
}

/// A column of either type, cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers.
    Numbers(Arc<Numbers>),
    /// Signals.
    Signals(Arc<Signals>),
    /// The same number in every row: what a plan reads as a setting needs no memory.
    Constant {
        /// The number.
        value: f64,
        /// Number of rows.
        rows: usize,
    },
}

impl Column {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.values.len(),
            Self::Signals(signals) => signals.on.len(),
            Self::Constant { rows, .. } => *rows,
        }
    }

    /// The register's form of a row: a number, 1 or 0, NaN when missing.
    #[must_use]
    pub fn register(&self, row: usize) -> f64 {
        match self {
            Self::Numbers(numbers) => numbers.values.get(row).copied().unwrap_or(f64::NAN),
            Self::Signals(signals) => signals.number(row),
            Self::Constant { value, rows } if row < *rows => *value,
            Self::Constant { .. } => f64::NAN,
        }
    }

    /// The numbers, if it holds one for each row.
    #[must_use]
    pub fn numbers(&self) -> Option<&Numbers> {
        match self {
            Self::Numbers(numbers) => Some(numbers),
            Self::Signals(_) | Self::Constant { .. } => None,
        }
    }

    /// The signals, if it holds signals.
    #[must_use]
    pub fn signals(&self) -> Option<&Signals> {
        match self {
            Self::Signals(signals) => Some(signals),
            Self::Numbers(_) | Self::Constant { .. } => None,
        }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.values.len() * size_of::<f64>(),
            Self::Signals(signals) => signals.on.len() / 4,
            Self::Constant { .. } => 0,
        }
    }
}

impl From<Numbers> for Column {
    fn from(numbers: Numbers) -> Self {
        Self::Numbers(Arc::new(numbers))
    }
}

impl From<Signals> for Column {
    fn from(signals: Signals) -> Self {
        Self::Signals(Arc::new(signals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_knows_where_its_values_begin_and_whether_any_is_missing() {
        let check = |values: &[f64], first, is_dense| {
            let column = Numbers::new(values.to_vec());
            assert_eq!((column.first(), column.is_dense()), (first, is_dense), "{values:?}");
        };
        check(&[1.0, 2.0], 0, true);
        check(&[f64::NAN, 2.0], 1, true);
        check(&[f64::NAN, 2.0, f64::NAN], 1, false);
        check(&[f64::INFINITY, 2.0], 1, true);
        check(&[1e101, -1e100], 1, true);
        check(&[f64::NAN], 1, true);
        check(&[], 0, true);
    }

    #[test]
    fn rows_while_warming_up_are_missing_whatever_was_computed() {
        let column = Numbers::warmed_up(vec![7.0, 8.0, 9.0], 2);
        assert_eq!(
            [column.get(0), column.get(1), column.get(2), column.get(3)],
            [None, None, Some(9.0), None]
        );
    }

    #[test]
    fn what_is_not_known_is_not_on() {
        let mut known = Bits::filled(false, 3);
        known.set(1, true);
        let column = Signals::new(Bits::filled(true, 3), known);
        assert_eq!([column.get(0), column.get(1), column.get(2)], [None, Some(true), None]);
        assert_eq!(column.on().ones().collect::<Vec<_>>(), [1]);
    }
}

use super::logic::{known_from, unknown};
use super::{ColumnType, Now, Operator, Stream};
use crate::column::{Bits, Column, Signals, number_of_signal};
use crate::data::Series;

/// Which way one number crosses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrossDirection {
    /// From at or below to above.
    Over,
    /// From at or above to below.
    Under,
    /// Either.
    Any,
}

/// Whether the first input crossed the second at this bar. Compared with the last bar on which both were known;
/// not known before there is one.
pub struct Cross(pub CrossDirection);

impl CrossDirection {
    fn crossed(self, before: f64, now: f64) -> bool {
        let over = before <= 0.0 && now > 0.0;
        let under = before >= 0.0 && now < 0.0;
        match self {
            Self::Over => over,
            Self::Under => under,
            Self::Any => over || under,
        }
    }
}

/// The side of a number on another: only its sign counts, so a difference that underflows does not matter.
fn side(left: f64, right: f64) -> f64 {
    if left > right {
        1.0
    } else if left < right {
        -1.0
    } else {
        0.0
    }
}

impl Operator for Cross {
    fn warm_up(&self) -> usize {
        1
    }

    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Signals]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(CrossStream { direction: self.0, before: None })
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        let rows = series.rows();
        let (Some(left), Some(right)) =
            (input.first().and_then(Column::numbers), input.get(1).and_then(Column::numbers))
        else {
            return vec![unknown(rows)];
        };
        if !(left.is_dense() && right.is_dense()) {
            return super::columns_by_stream(self.stream().as_mut(), self.outputs(), series, input);
        }
        // Now on that side, and not one bar ago.
        let arrived = |side: Bits| side.combine(&side.delayed(false), |now, before| now & !before);
        let over = || arrived(Bits::from_pairs(left.raw(), right.raw(), |left, right| left > right));
        let under = || arrived(Bits::from_pairs(left.raw(), right.raw(), |left, right| left < right));
        let on = match self.0 {
            CrossDirection::Over => over(),
            CrossDirection::Under => under(),
            CrossDirection::Any => over().combine(&under(), |over, under| over | under),
        };
        let first = left.first().max(right.first());
        vec![Signals::new(on, known_from((first + 1).min(rows), rows)).into()]
    }
}

struct CrossStream {
    direction: CrossDirection,
    before: Option<f64>,
}

impl Stream for CrossStream {
    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let result = match input {
            [left, right, ..] if !left.is_nan() && !right.is_nan() => {
                let now = side(*left, *right);
                self.before.replace(now).map(|before| self.direction.crossed(before, now))
            }
            _ => None,
        };
        output.fill(number_of_signal(result));
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
    }
}

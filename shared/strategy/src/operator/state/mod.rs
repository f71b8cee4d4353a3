//! Logic that remembers earlier bars.
//!
//! One rule for all of it: a bar on which any input is missing gives nothing and changes nothing, as if it had not
//! been there.

mod event;
mod run;
mod switch;

use super::{ColumnType, Now, State};

pub use event::{BarsSince, Delay, Edge, ValueWhen};
pub use run::{Held, Streak, Within};
pub use switch::{Counter, CumulativeSum, Latch, Once};

/// What is remembered from complete rows: numbers, and signals as 1 and 0.
pub trait Memory<const I: usize>: Clone + Send + Sync + 'static {
    /// The type of its output.
    const OUTPUT: ColumnType;

    /// How many complete rows pass before the first output.
    fn warm_up(&self) -> usize {
        0
    }

    /// The output of the next complete row; NaN when it is not known.
    fn next(&mut self, input: [f64; I]) -> f64;
}

/// A [`Memory`] as a [`State`], which sees all rows.
#[derive(Debug, Clone)]
pub struct Recall<M, const I: usize>(pub M);

impl<M: Memory<I>, const I: usize> State for Recall<M, I> {
    const OUTPUTS: &'static [ColumnType] = &[M::OUTPUT];

    fn warm_up(&self) -> usize {
        self.0.warm_up()
    }

    fn update(&mut self, _: &Now<'_>, input: &[f64], output: &mut [f64]) {
        let row = input.first_chunk::<I>().filter(|row| !row.iter().any(|value| value.is_nan()));
        output.fill(row.map_or(f64::NAN, |row| self.0.next(*row)));
    }
}

fn is_on(signal: f64) -> bool {
    signal > 0.5
}

fn signal(on: bool) -> f64 {
    f64::from(u8::from(on))
}

use super::{ColumnType, Context, Now, Operator, Stream};
use crate::column::{Bits, Column, Signals, number_of_signal};
use crate::data::Series;

/// Whether the bar closes from one minute of the local day to before another; past midnight when the first is later,
/// all day when they are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeWindow {
    /// Minutes since midnight, included.
    pub from: f64,
    /// Minutes since midnight, not included.
    pub to: f64,
}

impl TimeWindow {
    fn holds(&self, minute: f64) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }
}

impl Operator for TimeWindow {
    fn outputs(&self) -> &[ColumnType] {
        &[ColumnType::Signals]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(WindowStream { window: *self, minute: Context::MinuteOfDay.stream() })
    }

    fn columns(&self, series: &Series, _: &[Column]) -> Vec<Column> {
        let minutes = Context::MinuteOfDay.columns(series, &[]);
        let minutes = minutes.first().and_then(Column::numbers).map(|numbers| numbers.raw());
        let minutes = minutes.unwrap_or_default();
        let on = Bits::from_pairs(minutes, minutes, |minute, _| self.holds(minute));
        vec![Signals::new(on, Bits::filled(true, minutes.len())).into()]
    }
}

struct WindowStream {
    window: TimeWindow,
    minute: Box<dyn Stream>,
}

impl Stream for WindowStream {
    fn update(&mut self, now: &Now<'_>, _: &[f64], output: &mut [f64]) {
        let mut minute = [f64::NAN];
        self.minute.update(now, &[], &mut minute);
        let [minute] = minute;
        output.fill(number_of_signal(Some(self.window.holds(minute))));
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.minute.bytes()
    }
}

//! What a run is known to have done, against which doing it again is checked.

use std::collections::VecDeque;

use wickflow_shared::time::Timestamp;
use wickflow_store::paper_runs::Expected;

/// What a run did before, event by event, as far as the last candle that it is known to have taken.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    expected: VecDeque<Expected>,
    /// Open time of that candle.
    until: Option<Timestamp>,
    /// Events that came out again.
    pub(crate) confirmed: u64,
}

/// What to make of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It has been told.
    Known,
    /// It is news.
    New,
    /// Something else was told in its place: the event of that number, or nothing.
    Differs(Option<u64>),
}

impl Memory {
    /// What is stored of a run.
    pub(crate) fn new(expected: Vec<Expected>, until: Option<Timestamp>) -> Self {
        Self { expected: expected.into(), until, confirmed: 0 }
    }

    /// Whether the candle that opened then was taken before.
    pub(crate) fn covers(&self, open_time: Timestamp) -> bool {
        self.until.is_some_and(|until| open_time <= until)
    }

    /// Judges an event of the bar that opened then.
    pub(crate) fn judge(&mut self, open_time: Timestamp, kind: &str, body: &str) -> Verdict {
        match self.expected.front() {
            Some(known) if known.digest == Expected::digest_of(kind, body) => {
                self.expected.pop_front();
                self.confirmed += 1;
                Verdict::Known
            }
            Some(known) => Verdict::Differs(Some(known.seq)),
            None if self.covers(open_time) => Verdict::Differs(None),
            None => Verdict::New,
        }
    }

    /// The bar that closed then is over: the number of an event that was told of it, or of one before it, and did not
    /// come out again.
    pub(crate) fn missing(&self, close_time: Timestamp) -> Option<u64> {
        self.expected.front().filter(|known| known.time <= close_time).map(|known| known.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(seq: u64, time: i64, body: &str) -> Expected {
        Expected { seq, time: Timestamp(time), digest: Expected::digest_of("order_filled", body) }
    }

    #[test]
    fn what_was_told_must_come_out_again() {
        let told = || Memory::new(vec![known(2, 20, "a"), known(4, 30, "b")], Some(Timestamp(40)));
        let mut memory = told();
        assert_eq!(memory.missing(Timestamp(10)), None);
        assert_eq!(memory.judge(Timestamp(10), "order_filled", "a"), Verdict::Known);
        assert_eq!(memory.judge(Timestamp(20), "order_filled", "b"), Verdict::Known);
        assert_eq!(memory.confirmed, 2);
        assert_eq!(
            memory.judge(Timestamp(40), "order_filled", "c"),
            Verdict::Differs(None),
            "nothing was told then"
        );
        assert_eq!(memory.judge(Timestamp(50), "order_filled", "c"), Verdict::New);

        assert_eq!(told().judge(Timestamp(10), "order_filled", "x"), Verdict::Differs(Some(2)));
        assert_eq!(told().judge(Timestamp(10), "order_placed", "a"), Verdict::Differs(Some(2)));
        assert_eq!(told().missing(Timestamp(20)), Some(2));
        assert_eq!(Memory::default().judge(Timestamp(0), "order_placed", "a"), Verdict::New);
    }
}

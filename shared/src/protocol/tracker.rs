use super::Cursor;

/// Follows the numbers of one channel: each is taken exactly once, and a hole is noticed.
///
/// The page and the tests of the server use the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelTracker {
    position: Option<Cursor>,
}

/// What to do with an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The next one: take it.
    Apply,
    /// Seen before: drop it.
    Duplicate,
    /// Something is missing before it: drop it and subscribe again after the last one seen.
    Gap,
}

impl ChannelTracker {
    /// A snapshot, or an acknowledgement, holds up to `seq` of `epoch`.
    pub fn reset(&mut self, epoch: u64, seq: u64) {
        self.position = Some(Cursor { epoch, seq });
    }

    /// Judges the number of an update, and moves on if it is the next one.
    pub fn receive(&mut self, seq: u64) -> Verdict {
        match &mut self.position {
            None => Verdict::Gap,
            Some(position) if seq <= position.seq => Verdict::Duplicate,
            Some(position) if seq == position.seq + 1 => {
                position.seq = seq;
                Verdict::Apply
            }
            Some(_) => Verdict::Gap,
        }
    }

    /// Where to resume after a reconnect.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_taken_once() {
        let mut tracker = ChannelTracker::default();
        assert_eq!(tracker.receive(1), Verdict::Gap, "nothing before a snapshot");
        tracker.reset(7, 10);
        for (seq, want) in [
            (10, Verdict::Duplicate),
            (11, Verdict::Apply),
            (11, Verdict::Duplicate),
            (13, Verdict::Gap),
            (12, Verdict::Apply),
            (13, Verdict::Apply),
        ] {
            assert_eq!(tracker.receive(seq), want, "{seq}");
        }
        assert_eq!(tracker.cursor(), Some(Cursor { epoch: 7, seq: 13 }));
    }
}

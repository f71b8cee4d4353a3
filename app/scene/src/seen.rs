//! Which slots a query has met already.

/// Keeps its memory from query to query, and clears it almost never.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    query: u32,
    /// The last query that met each slot.
    last: Vec<u32>,
}

impl Seen {
    /// Begins a query, in which nothing has been met.
    pub(crate) fn begin(&mut self) {
        self.query = self.query.wrapping_add(1);
        if self.query == 0 {
            self.query = 1;
            self.last.clear();
        }
    }

    /// Whether a slot has not been met before.
    pub(crate) fn is_first(&mut self, slot: u32) -> bool {
        let index = slot as usize;
        if self.last.len() <= index {
            self.last.resize(index + 1, 0);
        }
        self.last.get_mut(index).is_some_and(|last| std::mem::replace(last, self.query) != self.query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_query_meets_a_slot_once() {
        let mut seen = Seen { query: u32::MAX - 1, ..Seen::default() };
        for _ in 0..3 {
            seen.begin();
            assert_eq!([5, 2, 5, 9, 2].map(|slot| seen.is_first(slot)), [true, true, false, true, false]);
        }
    }
}

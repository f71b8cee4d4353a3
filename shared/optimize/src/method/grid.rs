use super::{Past, Sampler};

/// The largest space that is tried in full, excluded combinations counted.
pub const MAX_GRID: u64 = 1_000_000;

/// Every combination in order.
#[derive(Default)]
pub(super) struct GridSampler {
    next: u64,
}

impl Sampler for GridSampler {
    fn batch(&self, _past: &Past<'_>) -> usize {
        256
    }

    fn learns(&self) -> bool {
        false
    }

    fn draw(&mut self, past: &Past<'_>, count: usize) -> Vec<u64> {
        let from = self.next;
        let allowed = (from..past.space.size()).filter(|index| past.space.allows_index(*index));
        let drawn: Vec<u64> = allowed.take(count).collect();
        self.next =
            if drawn.len() < count { past.space.size() } else { drawn.last().map_or(from, |last| last + 1) };
        drawn
    }
}

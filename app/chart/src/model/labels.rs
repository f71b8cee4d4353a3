//! Labels of price lines that do not cover each other.

use super::sort::{sort_by_number, total_order};

/// What a label belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelOwner {
    /// Position in the chart's lines.
    Line(usize),
    LastPrice,
}

/// A label on the price axis. All values in CSS pixels from the top of the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LabelSlot {
    pub(crate) owner: LabelOwner,
    /// Height of the price itself.
    pub(crate) line_y: f64,
    /// Middle of the label; near `line_y`, moved as far as its neighbors require.
    pub(crate) y: f64,
    /// Height of the label.
    pub(crate) height: f64,
}

/// Moves labels apart with the least total squared displacement, within `[0, bottom]` as far as they fit, and leaves
/// them sorted from top to bottom.
pub(crate) fn spread(slots: &mut Vec<LabelSlot>, bottom: f64) {
    sort_by_number(slots, |slot| total_order(slot.line_y));
    // Labels that touch form a block, which settles at the mean of what its members want (pool adjacent violators).
    // A slot's `y` holds its wish less the heights above it in the block until the end.
    let mut blocks: Vec<Block> = Vec::with_capacity(slots.len());
    for slot in slots.iter() {
        let mut block =
            Block { wish: slot.line_y - slot.height / 2.0, count: 1.0, height: slot.height, members: 1 };
        while let Some(above) = blocks.pop_if(|above| above.top(bottom) + above.height > block.top(bottom)) {
            block = above.with(&block);
        }
        blocks.push(block);
    }
    let mut rest = slots.iter_mut();
    for block in &blocks {
        let mut top = block.top(bottom);
        for slot in rest.by_ref().take(block.members) {
            slot.y = top + slot.height / 2.0;
            top += slot.height;
        }
    }
}

struct Block {
    /// Sum over the members of where the block's top should be for them.
    wish: f64,
    count: f64,
    height: f64,
    members: usize,
}

impl Block {
    fn top(&self, bottom: f64) -> f64 {
        (self.wish / self.count).min(bottom - self.height).max(0.0)
    }

    fn with(&self, below: &Self) -> Self {
        Self {
            wish: self.wish + below.wish - below.count * self.height,
            count: self.count + below.count,
            height: self.height + below.height,
            members: self.members + below.members,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread_at(lines: &[f64]) -> Vec<f64> {
        let mut slots: Vec<_> = lines
            .iter()
            .map(|y| LabelSlot { owner: LabelOwner::LastPrice, line_y: *y, y: *y, height: 20.0 })
            .collect();
        spread(&mut slots, 400.0);
        slots.iter().map(|slot| slot.y.round()).collect()
    }

    #[test]
    fn labels_move_only_as_far_as_needed() {
        assert_eq!(spread_at(&[]), [0.0; 0]);
        assert_eq!(spread_at(&[200.0, 100.0]), [100.0, 200.0]);
        assert_eq!(spread_at(&[100.0, 110.0]), [95.0, 115.0]);
        assert_eq!(spread_at(&[100.0, 100.0, 100.0]), [80.0, 100.0, 120.0]);
        assert_eq!(spread_at(&[2.0, 3.0]), [10.0, 30.0], "not above the plot");
        assert_eq!(spread_at(&[399.0, 399.0]), [370.0, 390.0], "nor below");
        assert_eq!(
            spread_at(&[100.0, 110.0, 131.0]),
            [94.0, 114.0, 134.0],
            "a moved pair pushes its neighbor"
        );
    }

    proptest! {
        #[test]
        fn labels_never_overlap(lines in prop::collection::vec(0.0f64..400.0, 0..20)) {
            let mut slots: Vec<_> = lines
                .iter()
                .map(|y| LabelSlot { owner: LabelOwner::LastPrice, line_y: *y, y: *y, height: 18.0 })
                .collect();
            spread(&mut slots, 400.0);
            for pair in slots.windows(2) {
                prop_assert!(pair[1].y - pair[0].y >= 18.0 - 1e-6);
            }
            for slot in &slots {
                prop_assert!(slot.y >= 9.0 - 1e-6 && slot.y <= 391.0 + 1e-6);
            }
        }
    }
}

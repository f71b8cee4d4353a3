//! Which cards are elsewhere since wires were last looked at.

use super::{Node, Slot};
use crate::geometry::Rect;

/// Where cards were, each once, however often it was moved since.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    /// `None` if there was no card.
    before: Vec<(Slot, Option<Rect>)>,
    known: Vec<bool>,
}

/// The place of a card; frames are in no wire's way.
fn place(node: Option<&Node>) -> Option<Rect> {
    node.filter(|node| !node.is_frame()).map(|node| node.rect)
}

impl Moved {
    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// To be called before a node changes.
    pub(super) fn will_change(&mut self, slot: Slot, node: Option<&Node>) {
        let index = slot as usize;
        if self.known.len() <= index {
            self.known.resize(index + 1, false);
        }
        if let Some(known) = self.known.get_mut(index)
            && !std::mem::replace(known, true)
        {
            self.before.push((slot, place(node)));
        }
    }

    /// Forgets everything, after giving the places that cards have left or come to.
    pub(super) fn take<'a>(&mut self, node: impl Fn(Slot) -> Option<&'a Node>) -> Vec<Rect> {
        let mut places = Vec::new();
        for (slot, before) in self.before.drain(..) {
            if let Some(known) = self.known.get_mut(slot as usize) {
                *known = false;
            }
            let now = place(node(slot));
            if before != now {
                places.extend(before);
                places.extend(now);
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::NodeKind;

    #[test]
    fn only_the_first_and_the_last_place_count() {
        let at = |x: f64| Node { rect: Rect::new(x, 0.0, 1.0, 1.0), ..Node::default() };
        let mut moved = Moved::default();
        (0..5).for_each(|x| moved.will_change(3, Some(&at(f64::from(x)))));
        moved.will_change(4, None);
        moved.will_change(5, Some(&at(9.0)));
        moved.will_change(6, Some(&Node { kind: NodeKind::Frame, ..at(2.0) }));
        let nodes = [(3, at(7.0)), (4, at(8.0)), (5, at(9.0))];
        let places = moved.take(|slot| nodes.iter().find(|(other, _)| *other == slot).map(|(_, node)| node));
        assert_eq!(places, [0.0, 7.0, 8.0].map(|x| at(x).rect));
        assert!(moved.is_empty());
        moved.will_change(3, Some(&at(7.0)));
        assert!(!moved.is_empty());
    }
}

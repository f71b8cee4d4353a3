//! Which parts of the world have to be drawn again.

use crate::geometry::Rect;

/// More rectangles than this are merged: each costs a query and a clip.
const LIMIT: usize = 16;

/// Two rectangles are merged when that adds no more than this to what is drawn, square world pixels.
const SLACK: f64 = 40_000.0;

/// Changed areas since they were last taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Damage {
    all: bool,
    rects: Vec<Rect>,
}

impl Damage {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.all && self.rects.is_empty()
    }

    /// Whether everything has to be drawn again; then [`Damage::rects`] is empty.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.all
    }

    /// At most 16, in world pixels; they may overlap.
    #[must_use]
    pub fn rects(&self) -> &[Rect] {
        &self.rects
    }

    pub fn add_all(&mut self) {
        self.all = true;
        self.rects.clear();
    }

    pub fn clear(&mut self) {
        self.all = false;
        self.rects.clear();
    }

    pub fn add(&mut self, rect: Rect) {
        if self.all || !rect.is_finite() {
            return;
        }
        let mut rect = rect;
        // A merge makes a rectangle that may swallow others in turn.
        while let Some(index) = self.rects.iter().position(|other| added(other, &rect) <= SLACK) {
            rect = rect.union(&self.rects.swap_remove(index));
        }
        self.rects.push(rect);
        if self.rects.len() > LIMIT {
            self.merge_cheapest();
        }
    }

    fn merge_cheapest(&mut self) {
        let Some(last) = self.rects.pop() else { return };
        let cheapest = self.rects.iter_mut().min_by(|a, b| added(a, &last).total_cmp(&added(b, &last)));
        if let Some(rect) = cheapest {
            *rect = rect.union(&last);
        }
    }
}

/// What drawing the union costs more than drawing both.
fn added(a: &Rect, b: &Rect) -> f64 {
    a.union(b).area() - a.area() - b.area()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_rectangles_merge_and_far_ones_do_not() {
        let mut damage = Damage::default();
        damage.add(Rect::new(0.0, 0.0, 100.0, 100.0));
        damage.add(Rect::new(50.0, 0.0, 100.0, 100.0));
        damage.add(Rect::new(5000.0, 5000.0, 10.0, 10.0));
        assert_eq!(
            damage.rects(),
            [Rect::new(0.0, 0.0, 150.0, 100.0), Rect::new(5000.0, 5000.0, 10.0, 10.0)]
        );
    }

    #[test]
    fn the_number_of_rectangles_is_bounded_and_nothing_is_lost() {
        let mut damage = Damage::default();
        let rect = |i: i32| Rect::new(f64::from(i % 10) * 3000.0, f64::from(i / 10) * 3000.0, 20.0, 20.0);
        (0..100).for_each(|i| damage.add(rect(i)));
        assert!(damage.rects().len() <= LIMIT);
        assert!((0..100).all(|i| damage.rects().iter().any(|other| other.contains_rect(&rect(i)))));
    }

    #[test]
    fn all_is_all() {
        let mut damage = Damage::default();
        damage.add_all();
        damage.add(Rect::new(0.0, 0.0, 1.0, 1.0));
        assert!(damage.is_all() && damage.rects().is_empty());
    }
}

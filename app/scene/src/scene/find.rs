//! The next thing in a direction, and what a dropped node would fall on.

use super::{Scene, Slot};
use crate::geometry::{Point, Rect};

/// Where the arrow keys lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Left,
    Right,
    Up,
    Down,
}

/// How much more a step aside counts than one ahead.
const ASIDE: f64 = 2.0;

impl Scene {
    /// The card that a step in a direction leads to: the nearest one whose middle lies that way, where distance to the
    /// side counts twice.
    #[must_use]
    pub fn neighbor(&self, node: Slot, direction: Direction) -> Option<Slot> {
        let from = self.node(node)?.rect.center();
        let cost = |rect: &Rect| {
            let way = rect.center() - from;
            let (ahead, aside) = match direction {
                Direction::Left => (-way.x, way.y),
                Direction::Right => (way.x, way.y),
                Direction::Up => (-way.y, way.x),
                Direction::Down => (way.y, way.x),
            };
            (ahead > 0.0).then(|| ahead + ASIDE * aside.abs())
        };
        let cards = self.nodes().filter(|(slot, other)| *slot != node && !other.is_frame());
        let costs = cards.filter_map(|(slot, other)| Some((cost(&other.rect)?, slot)));
        costs.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(_, slot)| slot)
    }

    /// The wire that a node with this rectangle lies on, the nearest to its middle: for inserting it there. Wires of
    /// `node` itself do not count.
    #[must_use]
    pub fn wire_below(&self, rect: &Rect, node: Option<Slot>) -> Option<Slot> {
        let center = rect.center();
        let mut best: Option<(f64, Slot)> = None;
        self.wire_grid.query(rect, |slot| {
            let Some(routed) = self.routed(slot) else { return };
            let own = [routed.wire.from.node, routed.wire.to.node].into_iter().any(|end| Some(end) == node);
            let Some(nearest) =
                routed.path.nearest(center).filter(|nearest| !own && rect.contains(nearest.point))
            else {
                return;
            };
            if best.is_none_or(|(least, other)| (nearest.distance, other) < (least, slot)) {
                best = Some((nearest.distance, slot));
            }
        });
        best.map(|(_, slot)| slot)
    }

    /// The frame that a node with this rectangle lies in: the smallest that holds its middle.
    #[must_use]
    pub fn frame_at(&self, point: Point) -> Option<Slot> {
        let mut best: Option<(f64, Slot)> = None;
        self.node_grid.query(&Rect::between(point, point), |slot| {
            let Some(frame) = self.node(slot).filter(|node| node.is_frame() && node.rect.contains(point))
            else {
                return;
            };
            let area = frame.rect.area();
            if best.is_none_or(|(least, other)| area < least || (area <= least && slot < other)) {
                best = Some((area, slot));
            }
        });
        best.map(|(_, slot)| slot)
    }

    /// The nodes that lie entirely in a frame, and so move with it, the farthest first.
    pub fn inside_frame(&self, frame: Slot, found: &mut Vec<Slot>) {
        found.clear();
        let Some(rect) = self.node(frame).filter(|node| node.is_frame()).map(|node| node.rect) else {
            return;
        };
        self.in_box(&rect, super::Select::Inside, found);
        found.retain(|slot| *slot != frame);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::WireStyle;
    use crate::scene::{End, Node, NodeKind, Wire};

    fn scene() -> Scene {
        let mut scene = Scene::new(WireStyle::Step);
        let rects = [(0.0, 0.0), (300.0, 40.0), (320.0, 400.0), (900.0, 10.0)];
        for (slot, (x, y)) in (0..).zip(rects) {
            let rect = Rect::new(x, y, 100.0, 60.0);
            scene.set_node(slot, Node { rect, header: 30.0, ..Node::default() });
        }
        for (slot, (from, to)) in (0..).zip([(0, 1), (1, 3)]) {
            let end = |node| End { node, port: 0 };
            scene.set_wire(slot, Wire { from: end(from), to: end(to), ..Wire::default() });
        }
        scene
    }

    #[test]
    fn arrows_lead_to_neighbors() {
        let scene = scene();
        assert_eq!(scene.neighbor(0, Direction::Right), Some(1));
        assert_eq!(scene.neighbor(1, Direction::Down), Some(2));
        assert_eq!(scene.neighbor(3, Direction::Left), Some(1));
        assert_eq!(scene.neighbor(0, Direction::Left), None);
        assert_eq!(scene.neighbor(77, Direction::Left), None);
    }

    #[test]
    fn a_node_is_dropped_on_the_wire_below_it() {
        let scene = scene();
        let dropped = Rect::new(600.0, 20.0, 100.0, 60.0);
        assert_eq!(scene.wire_below(&dropped, Some(2)), Some(1));
        assert_eq!(scene.wire_below(&dropped, Some(3)), None);
        assert_eq!(scene.wire_below(&Rect::new(600.0, 300.0, 100.0, 60.0), None), None);
    }

    #[test]
    fn the_smallest_frame_counts() {
        let mut scene = scene();
        for (slot, size) in [(10, 1500.0), (11, 500.0)] {
            let rect = Rect::new(-20.0, -40.0, size, 600.0);
            scene.set_node(slot, Node { rect, kind: NodeKind::Frame, ..Node::default() });
        }
        assert_eq!(scene.frame_at(Point::new(350.0, 60.0)), Some(11));
        assert_eq!(scene.frame_at(Point::new(950.0, 60.0)), Some(10));
        assert_eq!(scene.frame_at(Point::new(950.0, 2000.0)), None);
        let mut found = Vec::new();
        scene.inside_frame(11, &mut found);
        assert_eq!(found, [0, 1, 2]);
        scene.inside_frame(10, &mut found);
        assert_eq!(found, [11, 0, 1, 2, 3]);
        scene.inside_frame(0, &mut found);
        assert!(found.is_empty());
    }
}

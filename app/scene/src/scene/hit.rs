//! What is under the cursor.

use super::{End, Node, Scene, Side, Slot};
use crate::geometry::{Point, Rect};
use crate::sort;

/// What is at a point, the topmost first: ports, headers and bodies of cards, reroute points, wires, frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hit {
    Output {
        node: Slot,
        port: u16,
    },
    Input {
        node: Slot,
        port: u16,
    },
    /// The title of a card.
    Header {
        node: Slot,
    },
    Body {
        node: Slot,
    },
    /// A point of a wire that its user placed; `index` counts [`Wire::reroutes`](super::Wire::reroutes).
    Reroute {
        wire: Slot,
        index: usize,
    },
    /// `t` is the share of the line's length before the point.
    Wire {
        wire: Slot,
        t: f64,
    },
    FrameEdge {
        node: Slot,
        edge: Edge,
    },
    Empty,
}

/// Which part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The header, by which a frame is moved.
    Title,
    Left,
    Right,
    Top,
    Bottom,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// What a selection box takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// What it touches. A frame is touched at its edge, not inside.
    Touching,
    /// What lies in it entirely.
    Inside,
}

/// Radius within which a port is hit, world pixels; the tolerance comes on top.
const PORT_RADIUS: f64 = 6.0;

impl Scene {
    /// What is at a world point. `tolerance` (world pixels: divide CSS pixels by the zoom) is allowed for at ports,
    /// wires, reroute points and edges of frames.
    #[must_use]
    pub fn hit(&self, point: Point, tolerance: f64) -> Hit {
        self.hit_card(point, tolerance)
            .or_else(|| self.hit_reroute(point, tolerance))
            .or_else(|| self.hit_wire(point, tolerance))
            .or_else(|| self.hit_frame(point, tolerance))
            .unwrap_or(Hit::Empty)
    }

    /// Which edge of a frame is at a point, whatever lies above it.
    #[must_use]
    pub fn hit_in_frame(&self, frame: Slot, point: Point, tolerance: f64) -> Option<Edge> {
        on_frame(self.node(frame).filter(|node| node.is_frame())?, point, tolerance)
    }

    /// The port within `radius` world pixels that is nearest to a point, among those that `fits`.
    #[must_use]
    pub fn nearest_port(
        &self,
        point: Point,
        radius: f64,
        mut fits: impl FnMut(Side, End) -> bool,
    ) -> Option<(Side, End)> {
        let mut best: Option<(f64, Side, End)> = None;
        self.node_grid.query(&Rect::between(point, point).grown(radius), |slot| {
            let Some(node) = self.node(slot) else { return };
            for (side, port, place) in node.ports() {
                let (distance, end) = (place.distance(point), End { node: slot, port });
                let nearer = best.is_none_or(|(least, other_side, other)| {
                    distance < least || (distance <= least && (side, end) < (other_side, other))
                });
                if distance <= radius && nearer && fits(side, end) {
                    best = Some((distance, side, end));
                }
            }
        });
        best.map(|(_, side, end)| (side, end))
    }

    /// The nodes that a selection box takes, the farthest first, into `found`.
    pub fn in_box(&self, area: &Rect, mode: Select, found: &mut Vec<Slot>) {
        found.clear();
        self.node_grid.query(area, |slot| {
            let Some(node) = self.node(slot) else { return };
            let taken = match mode {
                Select::Inside => area.contains_rect(&node.rect),
                Select::Touching => {
                    node.rect.touches(area) && !(node.is_frame() && strictly_inside(&node.rect, area))
                }
            };
            if taken {
                found.push(slot);
            }
        });
        self.sort_by_depth(found);
        found.dedup();
    }

    /// The wires that a straight cut meets, by slot, into `found`.
    pub fn cut(&self, a: Point, b: Point, found: &mut Vec<Slot>) {
        found.clear();
        self.wire_grid.query(&Rect::between(a, b), |slot| {
            if self.routed(slot).is_some_and(|routed| routed.path.meets(a, b)) {
                found.push(slot);
            }
        });
        sort::by(found, &mut |a, b| a.cmp(&b));
        found.dedup();
    }

    fn hit_card(&self, point: Point, tolerance: f64) -> Option<Hit> {
        let reach = PORT_RADIUS + tolerance;
        let mut best: Option<((bool, i32, Slot), Hit)> = None;
        self.node_grid.query(&Rect::between(point, point).grown(reach), |slot| {
            let depth = self.depth(slot);
            if best.as_ref().is_some_and(|(top, _)| depth <= *top) {
                return;
            }
            let card = self.node(slot).filter(|node| !node.is_frame());
            if let Some(hit) = card.and_then(|node| on_card(node, slot, point, reach)) {
                best = Some((depth, hit));
            }
        });
        best.map(|(_, hit)| hit)
    }

    fn hit_reroute(&self, point: Point, tolerance: f64) -> Option<Hit> {
        let reach = PORT_RADIUS + tolerance;
        let mut best: Option<(f64, Slot, usize)> = None;
        self.wire_grid.query(&Rect::between(point, point).grown(reach), |wire| {
            let Some(routed) = self.routed(wire).filter(|routed| !routed.path.is_empty()) else { return };
            for (index, place) in routed.wire.reroutes.iter().enumerate() {
                let distance = place.distance(point);
                let nearer = best.is_none_or(|(least, other, number)| {
                    distance < least || (distance <= least && (wire, index) > (other, number))
                });
                if distance <= reach && nearer {
                    best = Some((distance, wire, index));
                }
            }
        });
        best.map(|(_, wire, index)| Hit::Reroute { wire, index })
    }

    fn hit_wire(&self, point: Point, tolerance: f64) -> Option<Hit> {
        let near = Rect::between(point, point).grown(tolerance);
        let mut best: Option<(f64, Slot, f64)> = None;
        self.wire_grid.query(&near, |wire| {
            let Some(routed) = self.routed(wire).filter(|routed| routed.path.bounds().touches(&near)) else {
                return;
            };
            let Some(nearest) = routed.path.nearest(point) else { return };
            let nearer = best.is_none_or(|(least, other, _)| {
                nearest.distance < least || (nearest.distance <= least && wire > other)
            });
            if nearest.distance <= tolerance && nearer {
                best = Some((nearest.distance, wire, nearest.t));
            }
        });
        best.map(|(_, wire, t)| Hit::Wire { wire, t })
    }

    fn hit_frame(&self, point: Point, tolerance: f64) -> Option<Hit> {
        let mut best: Option<((bool, i32, Slot), Hit)> = None;
        self.node_grid.query(&Rect::between(point, point).grown(tolerance), |slot| {
            let depth = self.depth(slot);
            if best.as_ref().is_some_and(|(top, _)| depth <= *top) {
                return;
            }
            let frame = self.node(slot).filter(|node| node.is_frame());
            if let Some(edge) = frame.and_then(|node| on_frame(node, point, tolerance)) {
                best = Some((depth, Hit::FrameEdge { node: slot, edge }));
            }
        });
        best.map(|(_, hit)| hit)
    }
}

fn on_card(node: &Node, slot: Slot, point: Point, reach: f64) -> Option<Hit> {
    let nearest = node
        .ports()
        .map(|(side, port, place)| (place.distance(point), side, port))
        .filter(|(distance, ..)| *distance <= reach)
        .min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, side, port)) = nearest {
        return Some(match side {
            Side::Input => Hit::Input { node: slot, port },
            Side::Output => Hit::Output { node: slot, port },
        });
    }
    if !node.rect.contains(point) {
        return None;
    }
    let header = point.y <= node.rect.y + node.header;
    Some(if header { Hit::Header { node: slot } } else { Hit::Body { node: slot } })
}

fn on_frame(node: &Node, point: Point, tolerance: f64) -> Option<Edge> {
    let rect = &node.rect;
    if !rect.grown(tolerance).contains(point) {
        return None;
    }
    let near = |a: f64, b: f64| (a - b).abs() <= tolerance;
    let (left, right) = (near(point.x, rect.x), near(point.x, rect.right()));
    let (top, bottom) = (near(point.y, rect.y), near(point.y, rect.bottom()));
    match (left, right, top, bottom) {
        (true, _, true, _) => Some(Edge::TopLeft),
        (_, true, true, _) => Some(Edge::TopRight),
        (true, _, _, true) => Some(Edge::BottomLeft),
        (_, true, _, true) => Some(Edge::BottomRight),
        (true, ..) => Some(Edge::Left),
        (_, true, ..) => Some(Edge::Right),
        (_, _, true, _) => Some(Edge::Top),
        (_, _, _, true) => Some(Edge::Bottom),
        _ => (point.y <= rect.y + node.header).then_some(Edge::Title),
    }
}

fn strictly_inside(frame: &Rect, area: &Rect) -> bool {
    frame.x < area.x && area.right() < frame.right() && frame.y < area.y && area.bottom() < frame.bottom()
}

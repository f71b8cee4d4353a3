//! The index gives what a look at everything gives.

use proptest::prelude::*;
use wickflow_scene::{End, Hit, Node, NodeKind, Path, Point, Rect, Scene, Select, Side, Visible};

use super::build;

fn is_card(node: &Node) -> bool {
    node.kind == NodeKind::Card
}

fn touches(path: &Path, rect: &Rect) -> bool {
    path.pieces().any(|(a, b)| Rect::between(a, b).touches(rect))
}

/// Every hit at a point, by looking at everything, the topmost first by the rules in words: cards by height and slot,
/// reroute points and wires by distance, frames by height and slot.
fn hit(scene: &Scene, point: Point, tolerance: f64) -> Hit {
    let mut nodes: Vec<(u32, &Node)> = scene.nodes().collect();
    nodes.sort_by_key(|(slot, node)| std::cmp::Reverse((node.z, *slot)));
    for (node, card) in nodes.iter().filter(|(_, node)| is_card(node)) {
        let ports = card.ports().map(|(side, port, place)| (place.distance(point), side, port));
        let near =
            ports.filter(|(distance, ..)| *distance <= 6.0 + tolerance).min_by(|a, b| a.0.total_cmp(&b.0));
        match near {
            Some((_, Side::Input, port)) => return Hit::Input { node: *node, port },
            Some((_, Side::Output, port)) => return Hit::Output { node: *node, port },
            None if !card.rect.contains(point) => {}
            None if point.y <= card.rect.y + card.header => return Hit::Header { node: *node },
            None => return Hit::Body { node: *node },
        }
    }
    let mut reroutes = Vec::new();
    let mut lines = Vec::new();
    for (slot, wire, path) in scene.wires().filter(|(_, _, path)| !path.is_empty()) {
        for (index, place) in wire.reroutes.iter().enumerate() {
            reroutes.push((place.distance(point), slot, index));
        }
        let nearest = path.nearest(point).unwrap();
        lines.push((nearest.distance, slot, nearest.t));
    }
    reroutes.retain(|(distance, ..)| *distance <= 6.0 + tolerance);
    reroutes.sort_by(|a, b| a.0.total_cmp(&b.0).then((b.1, b.2).cmp(&(a.1, a.2))));
    if let Some((_, wire, index)) = reroutes.first() {
        return Hit::Reroute { wire: *wire, index: *index };
    }
    lines.retain(|(distance, ..)| *distance <= tolerance);
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    if let Some((_, wire, t)) = lines.first() {
        return Hit::Wire { wire: *wire, t: *t };
    }
    for (slot, node) in nodes.iter().filter(|(_, node)| !is_card(node)) {
        let edge = match scene.hit_in_frame(*slot, point, tolerance) {
            Some(edge) => edge,
            None => continue,
        };
        assert!(node.rect.grown(tolerance).contains(point));
        return Hit::FrameEdge { node: *slot, edge };
    }
    Hit::Empty
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn visible_is_what_touches(scene in build::scene(), rects in prop::collection::vec(build::rect(), 8)) {
        let mut found = Visible::default();
        for rect in rects {
            scene.visible(&rect, &mut found);
            let mut nodes: Vec<_> = scene.nodes().filter(|(_, node)| node.rect.touches(&rect)).collect();
            nodes.sort_by_key(|(slot, node)| (is_card(node), node.z, *slot));
            let nodes: Vec<u32> = nodes.into_iter().map(|(slot, _)| slot).collect();
            prop_assert_eq!(&found.nodes, &nodes);
            let wires: Vec<u32> =
                scene.wires().filter(|(_, _, path)| touches(path, &rect)).map(|(slot, ..)| slot).collect();
            prop_assert_eq!(&found.wires, &wires);
        }
    }

    #[test]
    fn hits_are_the_topmost(scene in build::scene(), points in prop::collection::vec(build::point(), 32), tolerance in 0..12_u8) {
        // Points anywhere, and points where something is.
        let ports = scene.nodes().flat_map(|(_, node)| node.ports().map(|(_, _, place)| place + Point::new(3.0, -2.0)));
        let wires = scene.wires().map(|(_, _, path)| path.at(0.37) + Point::new(2.0, 1.0));
        let corners = scene.nodes().map(|(_, node)| node.rect.origin() + Point::new(-2.0, 4.0));
        for point in points.into_iter().chain(ports).chain(wires).chain(corners) {
            let tolerance = f64::from(tolerance);
            prop_assert_eq!(scene.hit(point, tolerance), hit(&scene, point, tolerance), "at {:?}", point);
        }
    }

    #[test]
    fn the_nearest_port_is_the_nearest_that_fits(scene in build::scene(), points in prop::collection::vec(build::point(), 32)) {
        let fits = |side: Side, end: End| side == Side::Input && !end.node.is_multiple_of(3);
        let near = scene.nodes().map(|(_, node)| node.rect.origin() + Point::new(5.0, 18.0));
        for point in points.into_iter().chain(near) {
            let all = scene.nodes().flat_map(|(slot, node)| {
                node.ports().map(move |(side, port, place)| (place, side, End { node: slot, port }))
            });
            let best = all
                .filter(|(place, side, end)| fits(*side, *end) && place.distance(point) <= 40.0)
                .min_by(|a, b| a.0.distance(point).total_cmp(&b.0.distance(point)).then((a.1, a.2).cmp(&(b.1, b.2))))
                .map(|(_, side, end)| (side, end));
            prop_assert_eq!(scene.nearest_port(point, 40.0, fits), best);
        }
    }

    #[test]
    fn boxes_and_cuts_take_what_they_meet(scene in build::scene(), rect in build::rect(), a in build::point(), b in build::point()) {
        let mut found = Vec::new();
        for mode in [Select::Inside, Select::Touching] {
            scene.in_box(&rect, mode, &mut found);
            for (slot, node) in scene.nodes() {
                let inside = rect.contains_rect(&node.rect);
                let touching = node.rect.touches(&rect)
                    && (is_card(node) || !node.rect.contains_rect(&rect.grown(1.0e-9)));
                let taken = if mode == Select::Inside { inside } else { touching };
                prop_assert_eq!(found.contains(&slot), taken, "{:?} {:?}", mode, node.rect);
            }
        }
        scene.cut(a, b, &mut found);
        let cut: Vec<u32> = scene.wires().filter(|(_, _, path)| path.meets(a, b)).map(|(slot, ..)| slot).collect();
        prop_assert_eq!(found, cut);
    }
}

//! Wires go round nodes, and where they run does not depend on how a scene came about.

use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;
use wickflow_scene::{End, Node, NodeKind, Path, Point, Port, Rect, Scene, Wire, WireStyle};

use super::build;

/// Whether a path goes through the inside of a rectangle.
fn crosses(path: &Path, rect: &Rect) -> bool {
    path.pieces().any(|(a, b)| {
        Rect::between(a, b).overlaps(rect) || {
            let line = Rect::between(a, b);
            let within = |value: f64, low: f64, high: f64| low < value && value < high;
            (line.width <= 0.0
                && within(line.x, rect.x, rect.right())
                && line.y < rect.bottom()
                && rect.y < line.bottom())
                || (line.height <= 0.0
                    && within(line.y, rect.y, rect.bottom())
                    && line.x < rect.right()
                    && rect.x < line.right())
        }
    })
}

/// Whether there is a way on a grid of 10 from right of the output to left of the input that keeps 10 from all nodes,
/// in the box around both that is `reach` larger.
fn has_way(nodes: &[Rect], from: Point, to: Point, reach: f64) -> bool {
    let field = Rect::between(from, to).grown(reach);
    let free = |x: i32, y: i32| {
        let point = Point::new(f64::from(x) * 10.0, f64::from(y) * 10.0);
        field.contains(point)
            && nodes.iter().all(|node| {
                let kept = node.grown(9.0);
                !(kept.x < point.x && point.x < kept.right() && kept.y < point.y && point.y < kept.bottom())
            })
    };
    let cell = |point: Point| ((point.x / 10.0).round() as i32, (point.y / 10.0).round() as i32);
    let (start, goal) = (cell(from), cell(to));
    if !free(start.0, start.1) {
        return false;
    }
    let mut seen = BTreeSet::from([start]);
    let mut open = VecDeque::from([start]);
    while let Some((x, y)) = open.pop_front() {
        if (x, y) == goal {
            return free(x, y);
        }
        for next in [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)] {
            if free(next.0, next.1) && seen.insert(next) {
                open.push_back(next);
            }
        }
    }
    false
}

/// Two ends among obstacles, all on a grid of 20.
fn crowd() -> impl Strategy<Value = Vec<Rect>> {
    let rect = (0..40_i32, 0..30_i32, 2..9_i32, 2..7_i32);
    prop::collection::vec(rect, 2..30).prop_map(|rects| {
        rects
            .into_iter()
            .map(|(x, y, width, height)| {
                Rect::new(
                    f64::from(x) * 20.0,
                    f64::from(y) * 20.0,
                    f64::from(width) * 20.0,
                    f64::from(height) * 20.0,
                )
            })
            .collect()
    })
}

fn scene_of(rects: &[Rect]) -> Scene {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    for (slot, rect) in (0..).zip(rects) {
        let port = vec![Port { y: 20.0, color: 0 }];
        scene.set_node(slot, Node { rect: *rect, inputs: port.clone(), outputs: port, ..Node::default() });
    }
    scene.set_wire(
        0,
        Wire { from: End { node: 0, port: 0 }, to: End { node: 1, port: 0 }, ..Wire::default() },
    );
    scene.settle(usize::MAX);
    scene
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_wire_goes_round_nodes_where_there_is_a_way(rects in crowd()) {
        let scene = scene_of(&rects);
        let path = scene.path(0).unwrap();
        let (first, last) = (path.points()[0], path.points()[path.points().len() - 1]);
        let (leave, enter) = (first + Point::new(20.0, 0.0), last - Point::new(20.0, 0.0));
        let ends_are_free = rects.iter().all(|rect| {
            let stub = |a: Point, b: Point| {
                let line = Rect::between(a, b);
                rect.y < a.y && a.y < rect.bottom() && line.x < rect.right() && rect.x < line.right()
            };
            !stub(first, leave) && !stub(enter, last)
        });
        if ends_are_free && has_way(&rects, leave, enter, 180.0) {
            for rect in &rects {
                prop_assert!(!crosses(path, rect), "{rect:?} is crossed by {:?}", path.points());
            }
        }
    }

    #[test]
    fn paths_are_level_and_upright_and_join_the_ports(rects in crowd()) {
        let scene = scene_of(&rects);
        let path = scene.path(0).unwrap();
        for (a, b) in path.pieces() {
            prop_assert!((a.x - b.x).abs() < 1.0e-9 || (a.y - b.y).abs() < 1.0e-9, "{a:?} {b:?}");
        }
        let (first, last) = (path.points()[0], path.points()[path.points().len() - 1]);
        prop_assert_eq!(first, Point::new(rects[0].right(), rects[0].y + 20.0));
        prop_assert_eq!(last, Point::new(rects[1].x, rects[1].y + 20.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn history_makes_no_difference(scene in build::scene()) {
        let fresh = build::afresh(&scene);
        for ((slot, wire, path), (other_slot, other, fresh_path)) in scene.wires().zip(fresh.wires()) {
            prop_assert_eq!((slot, wire), (other_slot, other));
            prop_assert_eq!(path.points(), fresh_path.points(), "wire {}", slot);
        }
        prop_assert_eq!(scene.wire_count(), fresh.wires().count());
        prop_assert_eq!(scene.node_count(), fresh.nodes().count());
        prop_assert!(scene.is_settled());
    }

    #[test]
    fn in_part_and_then_all_is_all(mut scene in build::scene(), changes in prop::collection::vec(build::change(), 1..10), area in build::rect()) {
        changes.iter().for_each(|change| build::apply(&mut scene, change));
        let elsewhere = scene.settle_in(&area);
        prop_assert_eq!(elsewhere == 0, scene.is_settled());
        scene.settle(usize::MAX);
        let fresh = build::afresh(&scene);
        for (slot, wire, path) in scene.wires() {
            prop_assert_eq!((Some(wire), Some(path)), (fresh.wire(slot), fresh.path(slot)));
        }
    }

    #[test]
    fn wires_follow_at_once(mut scene in build::scene(), changes in prop::collection::vec(build::change(), 1..10)) {
        for change in changes {
            build::apply(&mut scene, &change);
            for (_, wire, path) in scene.wires() {
                let ends = (scene.node(wire.from.node), scene.node(wire.to.node));
                let (Some(from), Some(to)) = ends else {
                    prop_assert!(path.is_empty());
                    continue;
                };
                let places = (
                    from.port(wickflow_scene::Side::Output, wire.from.port),
                    to.port(wickflow_scene::Side::Input, wire.to.port),
                );
                prop_assert_eq!((path.points()[0], path.points()[path.points().len() - 1]), places);
            }
        }
    }
}

#[test]
fn frames_are_no_obstacles() {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    let port = vec![Port { y: 50.0, color: 0 }];
    let node = |x: f64, kind: NodeKind| Node {
        rect: Rect::new(x, 0.0, 100.0, 100.0),
        kind,
        inputs: port.clone(),
        outputs: port.clone(),
        ..Node::default()
    };
    scene.set_node(0, node(0.0, NodeKind::Card));
    scene.set_node(1, node(600.0, NodeKind::Card));
    scene.set_node(2, node(300.0, NodeKind::Frame));
    scene.set_wire(
        0,
        Wire { from: End { node: 0, port: 0 }, to: End { node: 1, port: 0 }, ..Wire::default() },
    );
    scene.settle(usize::MAX);
    assert_eq!(scene.path(0).unwrap().points(), [Point::new(100.0, 50.0), Point::new(600.0, 50.0)]);
    scene.set_node(2, node(300.0, NodeKind::Card));
    assert!(!scene.is_settled());
    scene.settle(usize::MAX);
    assert!(!crosses(scene.path(0).unwrap(), &Rect::new(300.0, 0.0, 100.0, 100.0)));
}

#[test]
fn a_heap_of_nodes_is_left_alone_until_it_is_spread() {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    let port = vec![Port { y: 20.0, color: 0 }];
    for slot in 0..300 {
        let rect = Rect::new(0.0, 0.0, 100.0, 60.0);
        scene.set_node(slot, Node { rect, inputs: port.clone(), outputs: port.clone(), ..Node::default() });
        let (from, to) = (End { node: slot, port: 0 }, End { node: (slot + 7) % 300, port: 0 });
        scene.set_wire(slot, Wire { from, to, ..Wire::default() });
    }
    scene.settle(usize::MAX);
    let loops = scene.wires().filter(|(_, _, path)| crosses(path, &Rect::new(0.0, 0.0, 100.0, 60.0)));
    assert_eq!(loops.count(), 300, "nobody looked for a way out");
    let spread = |slot: u32| Point::new(f64::from(slot % 20) * 200.0, f64::from(slot / 20) * 120.0);
    scene.move_nodes(&(0..300).map(|slot| (slot, spread(slot))).collect::<Vec<_>>());
    scene.settle(usize::MAX);
    for (_, _, path) in scene.wires() {
        assert!(scene.nodes().all(|(_, node)| !crosses(path, &node.rect)), "{:?}", path.points());
    }
}

#[test]
fn nodes_that_move_together_take_their_wires_along() {
    let mut scene = scene_of(&[
        Rect::new(0.0, 0.0, 100.0, 60.0),
        Rect::new(600.0, 0.0, 100.0, 60.0),
        Rect::new(300.0, -20.0, 100.0, 100.0),
    ]);
    let before: Vec<Point> = scene.path(0).unwrap().points().to_vec();
    assert!(before.len() > 2, "it goes round the third");
    let by = Point::new(40.0, -10.0);
    let moves: Vec<(u32, Point)> =
        scene.nodes().map(|(slot, node)| (slot, node.rect.origin() + by)).collect();
    scene.move_nodes(&moves);
    let after: Vec<Point> = before.iter().map(|point| *point + by).collect();
    assert_eq!(scene.path(0).unwrap().points(), after);
    scene.settle(usize::MAX);
    assert_eq!(scene.path(0).unwrap().points(), after);
}

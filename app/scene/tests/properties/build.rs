//! Scenes to test with.

use proptest::prelude::*;
use wickflow_scene::{End, Flags, Node, NodeKind, Point, Port, Rect, Scene, Wire, WireStyle};

/// Cards with one to three ports on each side, on a field that is small enough for them to overlap and touch.
pub(crate) fn node() -> impl Strategy<Value = Node> {
    let place = (-60..60_i32, -60..60_i32, 4..30_i32, 4..24_i32);
    (place, 0..4_u8, prop::bool::weighted(0.15), 0..3_u8, -1..3_i32).prop_map(
        |((x, y, width, height), ports, frame, color, z)| {
            let rect = Rect::new(
                f64::from(x) * 20.0,
                f64::from(y) * 20.0,
                f64::from(width) * 10.0,
                f64::from(height) * 10.0,
            );
            let ports: Vec<Port> =
                (0..ports).map(|port| Port { y: 15.0 + 10.0 * f64::from(port), color }).collect();
            Node {
                rect,
                kind: if frame { NodeKind::Frame } else { NodeKind::Card },
                title: "average".to_owned(),
                header: 20.0,
                color,
                inputs: ports.clone(),
                outputs: ports,
                flags: Flags::NONE,
                z,
            }
        },
    )
}

pub(crate) fn wire(nodes: u32) -> impl Strategy<Value = Wire> {
    let reroutes = prop::collection::vec((-120..120_i32, -120..120_i32), 0..3);
    (0..nodes, 0..4_u16, 0..nodes, 0..4_u16, reroutes, 0..3_u8).prop_map(
        |(from, out, to, into, reroutes, color)| Wire {
            from: End { node: from, port: out },
            to: End { node: to, port: into },
            color,
            reroutes: reroutes
                .into_iter()
                .map(|(x, y)| Point::new(f64::from(x) * 10.0, f64::from(y) * 10.0))
                .collect(),
            flags: Flags::NONE,
        },
    )
}

pub(crate) fn style() -> impl Strategy<Value = WireStyle> {
    prop_oneof![Just(WireStyle::Orthogonal), Just(WireStyle::Step), Just(WireStyle::Curve)]
}

#[derive(Clone, Debug)]
pub(crate) enum Change {
    SetNode(u32, Node),
    RemoveNode(u32),
    Move(Vec<(u32, i32, i32)>),
    SetWire(u32, Wire),
    RemoveWire(u32),
    Flags(u32, bool),
    Settle(usize),
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (0..20_u32, node()).prop_map(|(slot, node)| Change::SetNode(slot, node)),
        1 => (0..20_u32).prop_map(Change::RemoveNode),
        3 => prop::collection::vec((0..20_u32, -120..120_i32, -120..120_i32), 1..4).prop_map(Change::Move),
        4 => (0..20_u32, wire(20)).prop_map(|(slot, wire)| Change::SetWire(slot, wire)),
        1 => (0..20_u32).prop_map(Change::RemoveWire),
        1 => (0..20_u32, any::<bool>()).prop_map(|(slot, on)| Change::Flags(slot, on)),
        1 => (0..40_usize).prop_map(Change::Settle),
    ]
}

pub(crate) fn apply(scene: &mut Scene, change: &Change) {
    match change {
        Change::SetNode(slot, node) => scene.set_node(*slot, node.clone()),
        Change::RemoveNode(slot) => {
            scene.remove_node(*slot);
        }
        Change::Move(moves) => {
            let point = |x: i32, y: i32| Point::new(f64::from(x) * 10.0, f64::from(y) * 10.0);
            let moves: Vec<_> = moves.iter().map(|(slot, x, y)| (*slot, point(*x, *y))).collect();
            scene.move_nodes(&moves);
        }
        Change::SetWire(slot, wire) => scene.set_wire(*slot, wire.clone()),
        Change::RemoveWire(slot) => {
            scene.remove_wire(*slot);
        }
        Change::Flags(slot, on) => {
            scene.set_node_flags(*slot, Flags::NONE.with(Flags::SELECTED, *on));
            scene.set_wire_flags(*slot, Flags::NONE.with(Flags::ERROR, *on));
        }
        Change::Settle(limit) => {
            scene.settle(*limit);
        }
    }
}

/// A scene with a history, settled.
pub(crate) fn scene() -> impl Strategy<Value = Scene> {
    (style(), prop::collection::vec(change(), 1..80)).prop_map(|(style, changes)| {
        let mut scene = Scene::new(style);
        changes.iter().for_each(|change| apply(&mut scene, change));
        scene.settle(usize::MAX);
        scene
    })
}

/// The same nodes and wires in a scene without a history.
pub(crate) fn afresh(scene: &Scene) -> Scene {
    let mut fresh = Scene::new(scene.style());
    scene.wires().for_each(|(slot, wire, _)| fresh.set_wire(slot, wire.clone()));
    scene.nodes().for_each(|(slot, node)| fresh.set_node(slot, node.clone()));
    fresh.settle(usize::MAX);
    fresh
}

pub(crate) fn point() -> impl Strategy<Value = Point> {
    (-1400..1900_i32, -1400..1700_i32).prop_map(|(x, y)| Point::new(f64::from(x), f64::from(y)))
}

pub(crate) fn rect() -> impl Strategy<Value = Rect> {
    (point(), point()).prop_map(|(a, b)| Rect::between(a, b))
}

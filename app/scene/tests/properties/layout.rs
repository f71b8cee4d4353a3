//! Layouts overlap nowhere, read from left to right, and are the same each time.

use proptest::prelude::*;
use wickflow_scene::{
    End, LayoutEdge, LayoutNode, LayoutOptions, Node, NodeKind, Point, Port, Rect, Scene, Wire, WireStyle,
    layout,
};

fn nodes() -> impl Strategy<Value = Vec<LayoutNode>> {
    let node = (40..400_u16, 30..500_u16)
        .prop_map(|(width, height)| LayoutNode { width: f64::from(width), height: f64::from(height) });
    prop::collection::vec(node, 0..60)
}

fn edges() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..70_usize, 0..70_usize), 0..120)
}

fn edge((from, to): (usize, usize)) -> LayoutEdge {
    LayoutEdge { from, to, from_y: 20.0, to_y: 10.0 }
}

fn rects(nodes: &[LayoutNode], places: &[Point]) -> Vec<Rect> {
    nodes
        .iter()
        .zip(places)
        .map(|(node, place)| Rect::new(place.x, place.y, node.width, node.height))
        .collect()
}

fn no_overlap(rects: &[Rect]) -> Result<(), TestCaseError> {
    for (index, rect) in rects.iter().enumerate() {
        for other in &rects[index + 1..] {
            // Sums of fractions may be a hair off.
            prop_assert!(!rect.grown(-1.0e-6).overlaps(other), "{rect:?} {other:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn boxes_do_not_overlap(
        nodes in nodes(),
        edges in edges(),
        grid in prop_oneof![Just(0.0), Just(10.0)],
        row_gap in prop_oneof![Just(0.0), Just(5.0), Just(40.0)],
    ) {
        let edges: Vec<LayoutEdge> = edges.into_iter().map(edge).collect();
        let options = LayoutOptions { grid, row_gap, ..LayoutOptions::default() };
        let places = layout(&nodes, &edges, &options);
        prop_assert_eq!(places.len(), nodes.len());
        no_overlap(&rects(&nodes, &places))?;
        prop_assert_eq!(&places, &layout(&nodes, &edges, &options));
        let low = |get: fn(&Point) -> f64| places.iter().map(get).fold(f64::INFINITY, f64::min);
        if !nodes.is_empty() {
            prop_assert!(low(|place| place.x).abs() < 1.0e-9 && low(|place| place.y) > -1.0e-9);
        }
        if grid > 0.0 {
            prop_assert!(places.iter().all(|place| place.distance(place.snapped(grid)) < 1.0e-6));
        }
    }

    #[test]
    fn without_cycles_everything_goes_right(nodes in nodes(), edges in edges()) {
        let count = nodes.len();
        let edges: Vec<LayoutEdge> =
            edges.into_iter().filter(|(a, b)| a != b).map(|(a, b)| edge((a.min(b), a.max(b)))).collect();
        let places = layout(&nodes, &edges, &LayoutOptions::default());
        let rects = rects(&nodes, &places);
        for edge in edges.iter().filter(|edge| edge.to < count) {
            prop_assert!(rects[edge.from].right() + 50.0 <= rects[edge.to].x, "{edge:?}");
        }
    }
}

fn scene(frames: &[Rect]) -> Scene {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    for slot in 0..6 {
        let rect = Rect::new(f64::from(slot) * 250.0, 100.0, 200.0, 100.0);
        let port = vec![Port { y: 40.0, color: 0 }];
        scene.set_node(slot, Node { rect, inputs: port.clone(), outputs: port, ..Node::default() });
    }
    for slot in 0..5 {
        let wire = Wire {
            from: End { node: slot, port: 0 },
            to: End { node: slot + 1, port: 0 },
            ..Wire::default()
        };
        scene.set_wire(slot, wire);
    }
    for (slot, rect) in (10..).zip(frames) {
        scene.set_node(slot, Node { rect: *rect, kind: NodeKind::Frame, header: 30.0, ..Node::default() });
    }
    scene
}

#[test]
fn a_frame_stays_around_what_was_in_it() {
    let scene = scene(&[Rect::new(490.0, 50.0, 470.0, 200.0)]);
    let places = scene.layout(&[0, 1, 2, 3, 4, 5, 10], &LayoutOptions::default());
    let place = |slot: u32| places.iter().find(|(other, _)| *other == slot).unwrap().1;
    assert_eq!(places.len(), 7);
    for slot in [2, 3] {
        assert!(place(10).contains_rect(&place(slot)), "{:?} {:?}", place(10), place(slot));
    }
    for slot in [0, 1, 4, 5] {
        assert!(!place(10).overlaps(&place(slot)));
    }
    assert!(place(1).right() < place(10).x && place(10).right() < place(4).x);
}

#[test]
fn frames_in_frames_stay_nested() {
    let scene = scene(&[Rect::new(240.0, 20.0, 980.0, 400.0), Rect::new(490.0, 50.0, 470.0, 200.0)]);
    let places = scene.layout(&[0, 1, 2, 3, 4, 5, 10, 11], &LayoutOptions::default());
    let place = |slot: u32| places.iter().find(|(other, _)| *other == slot).unwrap().1;
    assert!(place(10).contains_rect(&place(11)));
    assert!([1, 2, 3, 4].iter().all(|slot| place(10).contains_rect(&place(*slot))));
    assert!([2, 3].iter().all(|slot| place(11).contains_rect(&place(*slot))));
    assert!(
        !place(11).overlaps(&place(1)) && !place(11).overlaps(&place(4)) && !place(10).overlaps(&place(0))
    );
}

#[test]
fn an_empty_frame_keeps_its_size() {
    let scene = scene(&[Rect::new(0.0, 500.0, 300.0, 200.0)]);
    let places = scene.layout(&[0, 1, 10], &LayoutOptions::default());
    let frame = places.iter().find(|(slot, _)| *slot == 10).unwrap().1;
    assert_eq!((frame.width, frame.height), (300.0, 200.0));
}

#[test]
fn a_chain_is_straight() {
    let scene = scene(&[]);
    let places = scene.layout(&[0, 1, 2, 3, 4, 5], &LayoutOptions::default());
    assert!(places.iter().all(|(_, rect)| (rect.y - 100.0).abs() < 1.0e-9), "{places:?}");
}

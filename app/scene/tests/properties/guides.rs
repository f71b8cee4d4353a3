//! Snapping moves little, and every guide it shows is true.

use proptest::prelude::*;
use wickflow_scene::{GuideKind, Node, Point, Rect, Scene, Snapper, Snapping, WireStyle};

use super::build;

const EVERYWHERE: Rect = Rect::new(-1.0e5, -1.0e5, 2.0e5, 2.0e5);

fn scene(rects: &[Rect]) -> Scene {
    let mut scene = Scene::new(WireStyle::Step);
    for (slot, rect) in (0..).zip(rects) {
        scene.set_node(slot, Node { rect: *rect, ..Node::default() });
    }
    scene
}

fn snap(scene: &Scene, dragged: Rect) -> (Point, Snapper) {
    let mut snapper = Snapper::default();
    let origin = snapper.snap(scene, &[99], &dragged, &EVERYWHERE, Snapping::default());
    (origin, snapper)
}

proptest! {
    #[test]
    fn a_snap_is_near_and_its_guides_are_true(scene in build::scene(), place in build::point()) {
        let dragged = Rect::new(place.x + 0.3, place.y + 0.7, 140.0, 90.0);
        let (origin, snapper) = snap(&scene, dragged);
        prop_assert!((origin.x - dragged.x).abs() <= 6.0 && (origin.y - dragged.y).abs() <= 6.0);
        let placed = dragged.moved_to(origin);
        for guide in snapper.guides().iter().filter(|guide| guide.kind == GuideKind::Align) {
            let upright = (guide.from.x - guide.to.x).abs() < 1.0e-9;
            let lines = |rect: &Rect| {
                let (low, size) = if upright { (rect.x, rect.width) } else { (rect.y, rect.height) };
                [low, low + size / 2.0, low + size]
            };
            let at = if upright { guide.from.x } else { guide.from.y };
            let on = |rect: &Rect| lines(rect).iter().any(|line| (line - at).abs() < 0.02);
            prop_assert!(on(&placed));
            prop_assert!(scene.nodes().any(|(_, node)| on(&node.rect)));
        }
        for guide in snapper.guides() {
            prop_assert!((guide.from.x - guide.to.x).abs() < 1.0e-9 || (guide.from.y - guide.to.y).abs() < 1.0e-9);
        }
    }

    #[test]
    fn alone_a_node_snaps_to_the_grid(place in build::point()) {
        let dragged = Rect::new(place.x + 0.3, place.y + 0.7, 140.0, 90.0);
        let (origin, snapper) = snap(&scene(&[]), dragged);
        prop_assert_eq!(origin, dragged.origin().snapped(10.0));
        prop_assert!(snapper.guides().is_empty());
    }
}

#[test]
fn edges_and_middles_align() {
    let scene = scene(&[Rect::new(0.0, 0.0, 103.0, 50.0)]);
    let x = |dragged: Rect| snap(&scene, dragged).0.x;
    assert!((x(Rect::new(4.0, 300.0, 77.0, 50.0)) - 0.0).abs() < 1.0e-9);
    assert!((x(Rect::new(15.0, 300.0, 77.0, 50.0)) - 13.0).abs() < 1.0e-9);
    assert!((x(Rect::new(29.0, 300.0, 77.0, 50.0)) - 26.0).abs() < 1.0e-9);
}

#[test]
fn equal_distances_are_kept() {
    let scene = scene(&[Rect::new(0.0, 0.0, 100.0, 50.0), Rect::new(133.0, 7.0, 100.0, 50.0)]);
    let (origin, snapper) = snap(&scene, Rect::new(268.0, 21.0, 61.0, 71.0));
    assert!((origin.x - 266.0).abs() < 1.0e-9, "{origin:?}");
    let gaps: Vec<f64> = snapper
        .guides()
        .iter()
        .filter(|guide| guide.kind == GuideKind::Gap)
        .map(|guide| guide.to.x - guide.from.x)
        .collect();
    assert_eq!(gaps, [33.0, 33.0]);
}

#[test]
fn between_two_nodes_the_middle_is_found() {
    let scene = scene(&[Rect::new(0.0, 0.0, 100.0, 50.0), Rect::new(333.0, 7.0, 100.0, 50.0)]);
    let (origin, _) = snap(&scene, Rect::new(184.0, 21.0, 61.0, 71.0));
    assert!((origin.x - 186.0).abs() < 1.0e-9, "{origin:?}");
}

#[test]
fn what_is_dragged_is_not_snapped_to() {
    let mut scene = scene(&[]);
    scene.set_node(99, Node { rect: Rect::new(3.0, 3.0, 50.0, 50.0), ..Node::default() });
    assert_eq!(snap(&scene, Rect::new(4.0, 4.0, 50.0, 50.0)).0, Point::new(0.0, 0.0));
}

//! What an editor with 2,000 nodes and 4,000 wires waits for.
//!
//! `cargo bench -p wickflow-scene`

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use wickflow_scene::{
    Backing, Camera, End, LayoutOptions, Minimap, Node, Painter, Point, Port, Rect, Region, Scene, Slot,
    Visible, Wire, WireStyle,
};

const NODES: u32 = 2000;
const COLUMNS: u32 = 45;
const VIEW: (f64, f64) = (1600.0, 900.0);

/// A grid in which each node feeds its right neighbor and the one below: what the editors that this one is compared
/// with get, too.
fn grid(nodes: u32) -> Scene {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    let ports =
        |count: u32| (0..count).map(|port| Port { y: 45.0 + 20.0 * f64::from(port), color: 1 }).collect();
    for slot in 0..nodes {
        let (column, row) = (slot % COLUMNS, slot / COLUMNS);
        let node = Node {
            rect: Rect::new(f64::from(column) * 260.0, f64::from(row) * 150.0, 180.0, 100.0),
            title: format!("Average {slot}"),
            header: 30.0,
            color: u8::try_from(slot % 7).unwrap_or(0),
            inputs: ports(2),
            outputs: ports(1),
            ..Node::default()
        };
        scene.set_node(slot, node);
    }
    for slot in 0..nodes {
        let from = End { node: slot, port: 0 };
        for (wire, to, port) in
            [(2 * slot, (slot + 1) % nodes, 0), (2 * slot + 1, (slot + COLUMNS) % nodes, 1)]
        {
            let color = u8::try_from(slot % 5).unwrap_or(0);
            scene.set_wire(wire, Wire { from, to: End { node: to, port }, color, ..Wire::default() });
        }
    }
    scene
}

fn settled(nodes: u32) -> Scene {
    let mut scene = grid(nodes);
    scene.settle(usize::MAX);
    scene.clear_damage();
    scene
}

/// The scene after its own layout: wires over many columns.
fn laid_out() -> Scene {
    let mut scene = settled(NODES);
    let slots: Vec<Slot> = (0..NODES).collect();
    let moves: Vec<(Slot, Point)> = scene
        .layout(&slots, &LayoutOptions::default())
        .into_iter()
        .map(|(slot, rect)| (slot, rect.origin()))
        .collect();
    scene.move_nodes(&moves);
    scene.settle(usize::MAX);
    scene.clear_damage();
    scene
}

fn route(c: &mut Criterion) {
    c.bench_function("route 1,000 wires", |b| {
        b.iter_batched_ref(|| grid(500), |scene| scene.settle(usize::MAX), BatchSize::LargeInput);
    });
    c.bench_function("route 4,000 wires", |b| {
        b.iter_batched_ref(|| grid(NODES), |scene| scene.settle(usize::MAX), BatchSize::LargeInput);
    });
    c.bench_function("open 2,000 nodes", |b| b.iter(|| grid(NODES)));
    c.bench_function("settle a heap of 5,000 nodes", |b| {
        let heap = || {
            let mut scene = grid(5000);
            scene.move_nodes(&(0..5000).map(|slot| (slot, Point::default())).collect::<Vec<_>>());
            scene
        };
        b.iter_batched_ref(heap, |scene| scene.settle(usize::MAX), BatchSize::LargeInput);
    });
    let mut scene = settled(NODES);
    let mut step = 0.0;
    c.bench_function("drag a node", |b| {
        b.iter(|| {
            step = (step + 7.0) % 400.0;
            scene.move_node(1000, Point::new(2600.0 + step, 3300.0));
            scene.clear_damage();
        });
    });
    c.bench_function("drag a node and settle", |b| {
        b.iter(|| {
            step = (step + 7.0) % 400.0;
            scene.move_node(1000, Point::new(2600.0 + step, 3300.0));
            scene.settle(usize::MAX);
            scene.clear_damage();
        });
    });
}

fn query(c: &mut Criterion) {
    let scene = settled(NODES);
    let mut found = Visible::default();
    for (name, zoom) in [("visible at zoom 1", 1.0), ("visible at zoom 0.3", 0.3), ("visible, all", 0.05)] {
        let area = Camera { x: 2000.0, y: 1500.0, zoom }.visible(VIEW);
        c.bench_function(name, |b| b.iter(|| scene.visible(black_box(&area), &mut found)));
    }
    let mut step = 0.0;
    c.bench_function("hit", |b| {
        b.iter(|| {
            step = (step + 13.7) % 11_000.0;
            black_box(scene.hit(Point::new(step, step / 2.0), 8.0))
        });
    });
}

fn paint(c: &mut Criterion) {
    for (name, scene) in [("grid", settled(NODES)), ("layout", laid_out())] {
        let bounds = scene.bounds().unwrap_or_default();
        let fit = Camera::fit(bounds, VIEW, 40.0, 1.0);
        let mut painter = Painter::default();
        let cameras = [
            ("fit", fit),
            ("0.3", Camera { zoom: 0.3, ..Camera::centered(bounds.center(), VIEW, 0.3) }),
            ("1", Camera::centered(bounds.center(), VIEW, 1.0)),
        ];
        for (zoom, camera) in cameras {
            let region = Region::of(&camera, VIEW, 1.0);
            let counts = painter.draw(&scene, &region).counts();
            println!("{name} at {zoom} ({:.3}): {counts:?} rectangles, steps, texts", camera.zoom);
            c.bench_function(&format!("draw {name} at {zoom}"), |b| {
                b.iter(|| painter.draw(black_box(&scene), &region).ops().len());
            });
        }
    }
    let mut scene = settled(NODES);
    let mut camera = Camera { x: 2000.0, y: 1500.0, zoom: 1.0 };
    let (mut backing, mut painter) = (Backing::new(200.0), Painter::default());
    let mut direction = 1.0;
    c.bench_function("pan by 20 at zoom 1", |b| {
        b.iter(|| {
            if !(1000.0..8000.0).contains(&camera.x) {
                direction = -direction;
            }
            camera.pan(20.0 * direction, 3.0);
            painter.dom_nodes(&mut scene, &camera, VIEW, 80);
            let plan = backing.plan(&camera, VIEW, 1.0, scene.damage());
            for part in plan.draw {
                black_box(painter.draw(&scene, &plan.region.part(*part)).ops().len());
            }
            scene.clear_damage();
        });
    });
    let minimap = Minimap::new(&scene, 200.0, 150.0);
    let mut list = Default::default();
    c.bench_function("minimap", |b| b.iter(|| minimap.draw(black_box(&scene), 1.0, &mut list)));
}

fn layout(c: &mut Criterion) {
    let scene = settled(NODES);
    let slots: Vec<Slot> = (0..NODES).collect();
    c.bench_function("layout 2,000 nodes", |b| {
        b.iter(|| scene.layout(black_box(&slots), &LayoutOptions::default()))
    });
}

criterion_group!(benches, route, query, paint, layout);
criterion_main!(benches);

//! Pictures of two cards and a wire, at each degree of detail; and what lies over them.

use super::{Drop, Glyphs, Label, Overlay, Painter, Pending, Region};
use crate::camera::Camera;
use crate::geometry::{Point, Rect};
use crate::paint::Op;
use crate::route::WireStyle;
use crate::scene::{End, Flags, Node, NodeKind, Port, Scene, Side, Wire};

const VIEW: (f64, f64) = (400.0, 200.0);

fn scene() -> Scene {
    let mut scene = Scene::new(WireStyle::Orthogonal);
    let node = |x: f64, y: f64, title: &str| Node {
        rect: Rect::new(x, y, 100.0, 60.0),
        title: title.to_owned(),
        header: 20.0,
        color: 3,
        inputs: vec![Port { y: 40.0, color: 1 }],
        outputs: vec![Port { y: 40.0, color: 2 }],
        ..Node::default()
    };
    scene.set_node(0, node(10.0, 10.0, "close"));
    scene.set_node(1, node(200.0, 80.0, "average of many"));
    let wire =
        Wire { from: End { node: 0, port: 0 }, to: End { node: 1, port: 0 }, color: 2, ..Wire::default() };
    scene.set_wire(0, wire);
    scene.settle(usize::MAX);
    scene
}

fn region(zoom: f64) -> Region {
    Region::of(&Camera { zoom, ..Camera::default() }, VIEW, 1.0)
}

/// The picture without background and dots.
fn picture(scene: &Scene, zoom: f64) -> String {
    let mut painter = Painter::default();
    let text = painter.draw(scene, &region(zoom)).to_string();
    text.lines()
        .filter(|line| !line.starts_with("0 ") && !line.starts_with("1 "))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn far_cards_are_rectangles() {
    assert_eq!(
        picture(&scene(), 0.2),
        "\
66 22,10+6x1 27,10+1x15 27,24+14x1
67 2,2+20x12 40,16+20x12
"
    );
}

#[test]
fn cards_have_header_ports_and_title() {
    assert_eq!(
        picture(&scene(), 0.45),
        "\
66 50,23+13x1 62,23+1x32 62,54+29x1
5 5,14+45x18 90,45+45x18
6 5,14+45x1 5,31+45x1 5,15+1x16 49,15+1x16 90,45+45x1 90,62+45x1 90,46+1x16 134,46+1x16
65 3,21+4x4 88,52+4x4
66 48,21+4x4 133,52+4x4
67 5,5+45x9 90,36+45x9
7 5.85px 10,12 \"close\"
7 5.85px 95,43 \"average…\"
"
    );
}

#[test]
fn near_wires_have_round_corners() {
    assert_eq!(
        picture(&scene(), 1.0),
        "\
66 109,49+20x2 136,58+2x54 145,119+56x2
66 stroke 2 M129,50 Q137,50 137,58 M137,112 Q137,120 145,120
5 10,30+100x40 200,100+100x40
6 10,30+100x1 10,69+100x1 10,31+1x38 109,31+1x38 200,100+100x1 200,139+100x1 200,101+1x38 299,101+1x38
65 5,45+10x10 195,115+10x10
66 105,45+10x10 295,115+10x10
67 10,10+100x20 200,80+100x20
7 13px 20,25 \"close\"
7 13px 210,95 \"average…\"
"
    );
}

#[test]
fn what_stands_out_is_drawn_over_its_equals() {
    let mut scene = scene();
    scene.set_node_flags(0, Flags::SELECTED);
    scene.set_node_flags(1, Flags::MUTED);
    scene.set_wire_flags(0, Flags::FIRED);
    let frame = Node { rect: Rect::new(0.0, 0.0, 150.0, 90.0), kind: NodeKind::Frame, ..Node::default() };
    scene.set_node(2, frame);
    assert_eq!(
        picture(&scene, 0.2),
        "\
3 0,0+30x18
2 1,1+28x16
11 21,9+7x2 26,9+2x16 26,23+15x2
99 40,16+20x12
9 0,0+24x2 0,14+24x2 0,2+2x12 22,2+2x12
67 2,2+20x12
"
    );
}

#[test]
fn everything_that_lies_over_a_picture() {
    let overlay = Overlay {
        pending: Some(Pending {
            from: Point::new(110.0, 50.0),
            to: Point::new(300.0, 20.0),
            color: 5,
            refused: false,
        }),
        selection: Some(Rect::new(20.0, 120.0, 50.0, 40.0)),
        knife: Some((Point::new(0.0, 0.0), Point::new(30.0, 10.0))),
        drop: Some(Drop::Port(Side::Input, End { node: 1, port: 0 })),
        fired: vec![0],
        labels: vec![Label { wire: 0, text: "42.5".to_owned() }],
        ..Overlay::default()
    };
    let list = Painter::default().draw_overlay(&scene(), &region(0.5), &overlay).to_string();
    assert_eq!(
        list,
        "\
11 54,24+16x2 68,24+2x37 68,59+33x2
19 67,52+35x16
18 68,53+33x14
20 11px 71,64 \"42.5\"
16 96,56+9x2 96,63+9x2 96,58+2x5 103,58+2x5
17 stroke 2 M0,0 L15,5
69 55,25+49x1 103,10+1x16 103,10+48x1
13 10,60+25x20
14 10,60+25x1 10,79+25x1 10,61+1x18 34,61+1x18
"
    );
}

#[test]
fn labels_do_not_hide_each_other() {
    let mut scene = scene();
    for wire in 1..40 {
        let twin = scene.wire(0).cloned().unwrap();
        scene.set_wire(wire, twin);
    }
    scene.settle(usize::MAX);
    let labels: Vec<Label> = (0..40).map(|wire| Label { wire, text: format!("{wire}.25") }).collect();
    let overlay = Overlay { labels, ..Overlay::default() };
    let mut painter = Painter::default();
    painter.set_glyphs(Glyphs::measure(|_| 0.5));
    let list = painter.draw_overlay(&scene, &region(1.0), &overlay);
    let boxes: Vec<_> = list.ops().iter().take(1).flat_map(|op| list.rects(op)).copied().collect();
    assert!(boxes.len() > 1 && boxes.len() < 40);
    for (index, area) in boxes.iter().enumerate() {
        assert!(boxes[index + 1..].iter().all(|other| other.intersection(area).is_empty()));
    }
    let texts = list.ops().iter().filter(|op| matches!(op, Op::Text { .. })).count();
    assert_eq!(texts, boxes.len());
}

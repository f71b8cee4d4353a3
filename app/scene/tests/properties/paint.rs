//! A picture drawn in parts is the picture drawn at once.

use proptest::prelude::*;
use wickflow_scene::{
    Backing, Camera, DrawList, Frame, Op, Painter, PixelRect, Point, Region, Scene, Stroke, Visible,
};

use super::build;

/// What a canvas would show of a part of the whole picture.
#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    area: PixelRect,
    /// Inks, row by row.
    pixels: Vec<u8>,
    /// Strokes and texts that begin in the area, in pixels of the whole picture.
    marks: Vec<String>,
}

/// An ink that nothing is drawn with.
const BLANK: u8 = u8::MAX;

impl Picture {
    fn new(area: PixelRect) -> Self {
        let count = area.width.unsigned_abs() as usize * area.height.unsigned_abs() as usize;
        Self { area, pixels: vec![BLANK; count], marks: Vec::new() }
    }

    /// Another part of the whole, with the pixels that both share.
    fn moved(&self, area: PixelRect) -> Self {
        let mut picture = Self::new(area);
        let shared = area.intersection(&self.area);
        for y in shared.y..shared.bottom() {
            let row = PixelRect { y, height: 1, ..shared };
            let pixels = self.pixels[self.row(&row)].to_vec();
            let place = picture.row(&row);
            picture.pixels[place].copy_from_slice(&pixels);
        }
        picture
    }

    /// Executes a list for a part, with the part's clip.
    fn execute(&mut self, list: &DrawList, part: &PixelRect) {
        for op in list.ops() {
            for rect in list.rects(op) {
                let Op::Rects { ink, .. } = op else { continue };
                self.fill(&rect.shifted(part.x, part.y).intersection(part), ink.index() as u8);
            }
            let mark = |at: (f64, f64), what: String| inside(part, at).then_some(what);
            match op {
                Op::Strokes { ink, width, .. } => {
                    for stroke in list.strokes(op) {
                        if let Stroke::Quadratic(point, _) = stroke {
                            let at = (point.x + f64::from(part.x), point.y + f64::from(part.y));
                            self.marks.extend(mark(at, format!("{} {width} corner {at:?}", ink.index())));
                        }
                    }
                }
                Op::Text { ink, size, x, y, .. } => {
                    let at = (f64::from(x + part.x), f64::from(y + part.y));
                    self.marks.extend(mark(at, format!("{} {size} {at:?} {}", ink.index(), list.text(op))));
                }
                Op::Rects { .. } => {}
            }
        }
    }

    fn fill(&mut self, rect: &PixelRect, ink: u8) {
        let rect = rect.intersection(&self.area);
        for y in rect.y..rect.bottom() {
            let row = self.row(&PixelRect { y, height: 1, ..rect });
            self.pixels[row].fill(ink);
        }
    }

    /// Where the pixels of a rectangle of height 1 are kept.
    fn row(&self, rect: &PixelRect) -> std::ops::Range<usize> {
        let width = self.area.width.unsigned_abs() as usize;
        let (column, row) = ((rect.x - self.area.x).unsigned_abs(), (rect.y - self.area.y).unsigned_abs());
        let start = row as usize * width + column as usize;
        start..start + rect.width.max(0).unsigned_abs() as usize
    }

    fn sorted(mut self) -> Self {
        self.marks.sort();
        self
    }
}

fn inside(part: &PixelRect, (x, y): (f64, f64)) -> bool {
    f64::from(part.x) <= x
        && x < f64::from(part.right())
        && f64::from(part.y) <= y
        && y < f64::from(part.bottom())
}

fn whole(scene: &Scene, region: &Region) -> Picture {
    let mut picture = Picture::new(region.rect);
    picture.execute(Painter::default().draw(scene, region), &region.rect);
    picture.sorted()
}

fn camera() -> impl Strategy<Value = (Camera, f64)> {
    let zoom = prop_oneof![Just(1.0), Just(0.5), Just(0.62), Just(0.33), Just(0.12), 0.05..2.0];
    let dpr = prop_oneof![Just(1.0), Just(1.25), Just(2.0)];
    (build::point(), zoom, dpr).prop_map(|(at, zoom, dpr)| (Camera { x: at.x, y: at.y, zoom }, dpr))
}

const VIEW: (f64, f64) = (240.0, 160.0);

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn strips_make_the_whole(scene in build::scene(), (camera, dpr) in camera(), cut in 1..200_i32) {
        let region = Region::of(&camera, VIEW, dpr);
        let PixelRect { x, y, width, height } = region.rect;
        let cut = cut.min(width - 1);
        let mut parts = Picture::new(region.rect);
        let mut painter = Painter::default();
        for part in [PixelRect::new(x, y, cut, height), PixelRect::new(x + cut, y, width - cut, height)] {
            parts.execute(painter.draw(&scene, &region.part(part)), &part);
        }
        let (parts, whole) = (parts.sorted(), whole(&scene, &region));
        prop_assert!(parts.pixels == whole.pixels);
        prop_assert_eq!(parts.marks, whole.marks);
    }

    #[test]
    fn damage_covers_what_changed(
        mut scene in build::scene(),
        (camera, dpr) in camera(),
        changes in prop::collection::vec((build::change(), 0..20_usize, -9..9_i32, -9..9_i32), 1..6),
    ) {
        let (mut backing, mut painter) = (Backing::new(60.0), Painter::default());
        let (mut camera, mut picture) = (camera, Picture::default());
        if let Some((_, node)) = scene.nodes().next() {
            // Where there is something to be seen.
            camera = Camera::centered(node.rect.center(), VIEW, camera.zoom);
        }
        for step in 0..=changes.len() {
            let change = step.checked_sub(1).and_then(|before| changes.get(before));
            if let Some((change, node, x, y)) = change {
                build::apply(&mut scene, change);
                let nodes: Vec<_> = scene.nodes().map(|(slot, node)| (slot, node.rect.origin())).collect();
                if let Some((slot, origin)) = nodes.get(node % nodes.len().max(1)) {
                    scene.move_node(*slot, *origin + Point::new(f64::from(*x * 10), f64::from(*y * 10)));
                }
                camera.pan(f64::from(*x * 5), f64::from(*y * 5));
            }
            let plan = backing.plan(&camera, VIEW, dpr, scene.damage());
            picture = if plan.frame == Frame::Full {
                Picture::new(plan.region.rect)
            } else {
                picture.moved(plan.region.rect)
            };
            for part in plan.draw {
                picture.execute(painter.draw(&scene, &plan.region.part(*part)), part);
            }
            prop_assert!(picture.pixels == whole(&scene, &plan.region).pixels, "after {change:?}");
            scene.clear_damage();
        }
    }

    #[test]
    fn elements_are_left_out_and_come_back(mut scene in build::scene(), at in build::point()) {
        let camera = Camera { x: at.x, y: at.y, zoom: 0.7 };
        let mut painter = Painter::default();
        let dom = painter.dom_nodes(&mut scene, &camera, VIEW, 5).to_vec();
        prop_assert!(dom.len() <= 5);
        scene.clear_damage();
        let far = Camera { x: at.x + 1.0e6, ..camera };
        prop_assert!(painter.dom_nodes(&mut scene, &far, VIEW, 5).is_empty());
        for slot in dom {
            let rect = scene.node(slot).unwrap().rect;
            prop_assert!(scene.damage().rects().iter().any(|damaged| damaged.contains_rect(&rect)));
        }
    }
}

#[test]
fn a_picture_again_allocates_nothing_new() {
    let mut scene = Scene::default();
    for slot in 0..50 {
        let mut node = wickflow_scene::Node { title: "mean".to_owned(), header: 20.0, ..Default::default() };
        node.rect =
            wickflow_scene::Rect::new(f64::from(slot % 8) * 150.0, f64::from(slot / 8) * 90.0, 120.0, 60.0);
        scene.set_node(slot, node);
    }
    let region = Region::of(&Camera { zoom: 0.45, ..Camera::default() }, (800.0, 600.0), 1.0);
    let mut painter = Painter::default();
    let first = painter.draw(&scene, &region).clone();
    assert_eq!(*painter.draw(&scene, &region), first);
    let mut seen = Visible::default();
    scene.visible(&region.world(), &mut seen);
    assert_eq!(seen.nodes.len(), 50);
    assert_eq!(first.counts()[2], 50, "a title each");
    assert!(scene.hit(Point::new(5.0, 5.0), 0.0) == wickflow_scene::Hit::Header { node: 0 });
}

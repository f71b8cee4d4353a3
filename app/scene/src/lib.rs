//! The geometry of a node canvas: what is where, what is under the cursor, how wires run, what to draw.
//!
//! Plain Rust without dependencies: no framework, no browser, no document. A host mirrors its document into a
//! [`Scene`], looks at it through a [`Camera`], and executes the [`DrawList`]s of a [`Painter`] on a canvas.
//!
//! ```text
//! scene     nodes, ports, wires by slot; index, hit tests, damage                     -> Scene, Hit, Visible
//! route     lines of wires: round nodes, stepped, curved                              -> Path
//! paint     pictures as batches of rectangles, strokes and texts in device pixels     -> Painter, DrawList
//! backing   what of the last picture can stay when the camera moves                   -> Backing, Plan
//! layout    columns from left to right                                                -> Scene::layout, layout
//! guides, arrange, shake, minimap: snapping, aligning, shaking off, the whole in a corner
//! ```
//!
//! ```
//! use wickflow_scene::{Camera, End, Hit, Node, Painter, Point, Port, Rect, Region, Scene, Wire, WireStyle};
//!
//! let mut scene = Scene::new(WireStyle::Orthogonal);
//! let port = Port { y: 50.0, color: 1 };
//! let node = |x: f64| Node {
//!     rect: Rect::new(x, 0.0, 200.0, 100.0),
//!     title: "average".to_owned(),
//!     header: 30.0,
//!     inputs: vec![port],
//!     outputs: vec![port],
//!     ..Node::default()
//! };
//! scene.set_node(0, node(0.0));
//! scene.set_node(1, node(400.0));
//! scene.set_wire(0, Wire { from: End { node: 0, port: 0 }, to: End { node: 1, port: 0 }, ..Wire::default() });
//! scene.settle(usize::MAX);
//! assert_eq!(scene.hit(Point::new(200.0, 50.0), 2.0), Hit::Output { node: 0, port: 0 });
//! assert!(matches!(scene.hit(Point::new(300.0, 51.0), 2.0), Hit::Wire { wire: 0, .. }));
//!
//! let (viewport, dpr) = ((800.0, 600.0), 1.0);
//! let camera = Camera::fit(scene.bounds().unwrap_or_default(), viewport, 40.0, 1.0);
//! let mut painter = Painter::default();
//! assert!(!painter.draw(&scene, &Region::of(&camera, viewport, dpr)).is_empty());
//! ```
//!
//! # Coordinates
//!
//! *World pixels* are where the document says things are; at zoom 1 they are CSS pixels. *Screen points* are CSS pixels
//! from the corner of the viewport. *Device pixels* of a [`Region`] are counted from the world's origin at the scale in
//! hand and are whole, so that strips drawn at different times fit; those of a [`DrawList`] from the region's corner.
//! Tolerances are in world pixels: divide CSS pixels by the zoom.
//!
//! # A frame
//!
//! 1. Apply what changed: [`Scene::set_node`], [`Scene::move_nodes`], [`Scene::set_wire`], ... Wires follow at once by
//!    a cheap route; [`Scene::settle`] at the end of a drag, in slices if it is a large document, routes them round
//!    the nodes. [`Scene::settle_in`] does those first that are seen.
//! 2. [`Painter::dom_nodes`] names the cards that are elements of the page at [`Detail::Near`]; they are left out of the
//!    picture.
//! 3. [`Backing::plan`] says where the bitmap goes and which parts of it to draw; [`Painter::draw`] gives the list for
//!    each, to be executed under a clip; then [`Scene::clear_damage`].
//! 4. What follows the pointer is an [`Overlay`], which [`Painter::draw_overlay`] draws for a canvas of its own.
//!
//! Colors are [`Ink`]s, which a theme maps to a palette: fixed ones for parts of the editor, classes for what the host
//! distinguishes, such as types of values.
//!
//! # What it costs
//!
//! CPU time for 2,000 nodes and 4,000 wires, native and in WebAssembly at `opt-level` `z`: all wires routed round the
//! nodes 5 ms and 30 ms; a node dragged, with snapping and the lists for what that damages, below 0.1 ms in both; the
//! list for the whole graph 0.7 ms and 1.6 ms; layout 19 ms and 95 ms. `cargo bench -p wickflow-scene` measures it.
//! What a browser takes to execute the lists is more: see [`Backing`].

mod arrange;
mod backing;
mod camera;
mod geometry;
mod guides;
mod layout;
mod minimap;
mod paint;
mod route;
mod scene;
mod seen;
mod shake;
mod sort;

pub use arrange::{Arrangement, arrange};
pub use backing::{Backing, Frame, Plan};
pub use camera::Camera;
pub use geometry::{PixelRect, Point, Rect};
pub use guides::{Guide, GuideKind, Snapper, Snapping};
pub use layout::{LayoutEdge, LayoutNode, LayoutOptions, layout};
pub use minimap::Minimap;
pub use paint::{Detail, DrawList, Drop, Glyphs, Ink, Label, Op, Overlay, Painter, Pending, Region, Stroke};
pub use route::{Nearest, Path, WireStyle};
pub use scene::{
    Damage, Direction, Edge, End, Flags, Hit, Node, NodeKind, Port, Scene, Select, Side, Slot, Visible, Wire,
};
pub use shake::Shake;

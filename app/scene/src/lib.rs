//! The geometry of a node canvas: what is where, what is under the cursor, how wires run, what to draw.
//!
//! Plain Rust without dependencies: no framework, no browser, no document. A host mirrors its document into a
//! [`Scene`], looks through a [`Camera`], and executes the [`DrawList`]s of a [`Painter`] on a canvas.
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

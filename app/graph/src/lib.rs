//! The strategy studio's graph: documents, what may be wired to what, edits as values, history, clipboard. Plain Rust
//! without a browser, so that all of it is tested natively; a view draws what it finds here and turns gestures into
//! [`Edit`]s.
//!
//! It does not know how strategies run. Of the engine it uses the document alone; the catalogue comes as JSON, because
//! the engine's own would bring every kernel into the page.
//!
//! # How a view uses it
//! ```
//! use std::sync::Arc;
//! use wickflow_graph::{Catalogue, Change, Edit, Editor, End};
//!
//! // The page asks its worker for this text once.
//! let json = wickflow_strategy::catalogue::catalogue_json().to_string();
//! let catalogue = Arc::new(Catalogue::parse(&json)?);
//! let (mut editor, notes) = Editor::open(catalogue, r#"{
//!     "nodes": [
//!         {"id": "candle", "type": "data.candle", "position": {"x": 0, "y": 0}},
//!         {"id": "fast", "type": "indicator.sma", "position": {"x": 260, "y": 0}}
//!     ],
//!     "edges": []
//! }"#)?;
//! assert!(notes.is_empty());
//!
//! // A gesture is a value; it is carried out wholly or not at all.
//! editor.apply(Edit::Connect { source: End::new("candle", "close"), target: End::new("fast", "source") })?;
//! assert!(matches!(editor.take_changes()[..], [Change::EdgeAdded(_)]));
//!
//! // Slots are small numbers for the view's own tables; a wire ends at a node and the index of its port.
//! let fast = editor.node_slot("fast").expect("it is there");
//! let view = editor.node(fast).expect("it is there");
//! assert_eq!((view.label(), view.inputs()[0].name.as_str()), ("Simple moving average", "source"));
//!
//! // A slider is one entry of the history, however often it moves.
//! editor.begin("Set period");
//! for period in [11, 12, 13] {
//!     let (node, param) = ("fast".to_owned(), "period".to_owned());
//!     editor.apply(Edit::SetParam { node, param, value: period.into() })?;
//! }
//! editor.commit();
//! assert_eq!(editor.undo().as_deref(), Some("Set period"));
//! assert_eq!(editor.undo().as_deref(), Some("Wire Candle close to Simple moving average"));
//! assert!(editor.document().edges.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is where
//! - [`Editor`] owns the [`Document`](wickflow_strategy::document::Document) with every field that it does not know, the open
//!   graph by slots, the way to it through sub-graphs, the selection and the history. Its two counters say what to
//!   do after a change: [`Editor::revision`] saves, [`Editor::result_revision`] computes.
//! - [`Edit`] lists every gesture. Edits name nodes and wires by id, so that they can be kept and replayed.
//! - [`Catalogue`] finds kinds by what people type, by what fits a loose wire, and by what converts one type to another.
//! - [`Editor::can_connect`] says whether a wire may be drawn, with a sentence where it may not.
//! - [`geometry`] says how large nodes are and where their ports are, for cards and canvas alike.
//! - [`compile_view`] is what the worker compiles: without what is muted, wired through what is bypassed.
//! - [`diff`] compares versions; [`to_fragment`] puts a strategy into a link.
//! - [`load`] reads what React Flow and Vue Flow saved, and says what it changed.

mod catalogue;
mod change;
mod compile_view;
mod connect;
mod diff;
mod edit;
mod editor;
pub mod geometry;
mod history;
mod index;
mod link;
mod load;
pub mod node;
mod op;
mod order;
mod port;
mod ports;
mod slab;
mod through;

pub use catalogue::{Catalogue, CatalogueError, Conversion, Fit, Kind, Param, ParamError, ParamKind, Role};
pub use change::Change;
pub use compile_view::compile_view;
pub use connect::{Attach, Refusal};
pub use diff::{Difference, FieldChange, What, diff};
pub use edit::{Alignment, Axis, Edit, EditError, End, MAX_EDGES, MAX_NODES, Placed};
pub use editor::{Crumb, EdgeView, Editor, Heading, NodeView, PortRef};
pub use geometry::{Point, Rect, Row, Size};
pub use history::{HISTORY_BYTES, HistoryError};
pub use index::{EdgeSlot, NodeSlot, WireEnd};
pub use link::{LinkError, from_fragment, to_fragment};
pub use load::{LoadError, Loaded, load};
pub use op::About;
pub use port::{Port, PortType, Side, Unit, Unwired};

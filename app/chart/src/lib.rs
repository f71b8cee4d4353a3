//! A candlestick chart: model, view and gestures in plain Rust, and a canvas renderer for the browser.
//!
//! The crate stands alone. It takes plain `f64` and `i64` (UTC milliseconds) values, knows no framework, and only
//! [`web`] (compiled for wasm32) knows the browser.
//!
//! ```text
//! model   what is shown: bars, pyramid, time scale, price scale, lines, markers, cursor      -> Chart
//! view    turns a Chart into rectangles, polygons and text in device pixels                   -> View, DrawList
//! studies curves, lower panes, trades and marks over and below the candles                     -> Studies
//! input   pointer, wheel and key events in, changes of the Chart and Outcomes out             -> Gestures
//! web     executes draw lists on canvases, forwards DOM events, runs one animation frame loop -> Widget
//! ```
//!
//! # In the browser
//!
//! ```ignore
//! let widget = wickflow_chart::web::Widget::mount(&host_element, Options::default())?;
//! widget.on_outcome(|outcome| match outcome {
//!     Outcome::LineDropped(drop) => modify_order(&drop.id, drop.price),
//!     Outcome::HoverChanged => show(widget.with(|chart| chart.readout())),
//!     Outcome::HistoryWanted(wanted) => load(wanted.before, wanted.bars),
//!     _ => {}
//! });
//! widget.update(|chart| chart.set_candles(bars));       // a frame is scheduled when something changed
//! widget.update(|chart| chart.upsert(forming_bar));
//! ```
//!
//! # Without a browser
//!
//! ```
//! use wickflow_chart::{Bar, Chart, Layer, Options, View};
//!
//! let mut chart = Chart::new(Options::default());
//! chart.resize(800.0, 400.0, 1.0);
//! chart.set_candles((0..500).map(|i| Bar::new(i * 60_000, 10.0, 12.0, 9.0, 11.0, 3.0)).collect());
//! chart.hover(400.0, 100.0);
//! assert!(chart.readout().is_some());
//!
//! let mut view = View::default();
//! assert!(!view.draw(&chart, Layer::Base).ops().is_empty());
//! ```
//!
//! Every coordinate of the [`Chart`] is in CSS pixels from the chart's top left corner; draw lists are in device
//! pixels, so edges land on pixels at any device pixel ratio.

mod geometry;
pub mod input;
pub mod model;
pub mod studies;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use geometry::{PixelRect, Rect};
pub use input::{
    Button, CursorShape, Gestures, InputEvent, Key, Outcome, Pointer, PointerKind, Response, WheelUnit,
};
pub use model::{
    Bar, BarError, Chart, Damage, DragOutcome, Fit, GlyphWidths, HistoryRequest, Layout, LineKind, Marker,
    Options, Palette, Placed, PriceFormat, PriceLine, PriceMode, ReadOut, Refused, Side, Visible, Zone,
};
pub use studies::{
    Pane, Place, Studies, Study, StudyInk, StudyOutcome, StudyPalette, StudyStyle, StudyValue, TimeRange,
    Trade,
};
pub use view::{DrawList, Ink, Layer, Op, PathPoint, SUBPIXELS, Sprite, View};

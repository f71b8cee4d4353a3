//! The chart in a page: canvases, DOM events and one animation frame loop. Compiled for wasm32 only.

mod canvas;
mod events;
mod paths;
mod widget;

pub use canvas::Surface;
pub use widget::Widget;

pub(crate) use paths::paint;

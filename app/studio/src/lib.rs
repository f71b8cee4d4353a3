//! The studio: draw a strategy as a graph and watch its backtest while you draw.
//!
//! The document and its edits are `wickflow-graph`'s, geometry and draw lists `wickflow-scene`'s, and whatever is
//! computed comes from the engine's workers (`wickflow-lab`). What is left here joins them: [`state`] holds what the page
//! knows, [`engine`] talks to the workers, the other modules are what is seen.

#![expect(unreachable_pub, reason = "`#[component]` makes every component public in its module")]

mod api;
mod app;
mod browser;
mod canvas;
mod chart_host;
mod dialogs;
mod engine;
mod panels;
mod results;
mod search;
mod state;
mod topbar;
mod words;

pub use app::{App, start};

//! The page: Leptos compiled to WebAssembly, rendered in the browser alone.
//!
//! Who may use whom: `pages` -> `components`, the chart crate -> `state` -> `api`. Logic sits in plain structs in
//! [`state`], which are tested natively; what is left here is composition.

#![expect(unreachable_pub, reason = "`#[component]` makes every component public in its module")]

pub mod api;
mod app;
pub mod chart_widget;
pub mod components;
pub mod crash;
pub mod frame;
mod hotkeys;
pub mod pages;
pub mod platform;
pub mod state;

pub use app::{App, start};

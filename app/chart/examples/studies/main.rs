//! Two charts that show the same time: prices with studies, panes and trades, and the equity of these trades below.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions, wherever they stand")]
mod demo;
#[cfg(target_arch = "wasm32")]
mod figures;
#[cfg(target_arch = "wasm32")]
#[path = "../embed/walk.rs"]
mod walk;

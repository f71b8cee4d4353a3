//! The chart in a plain page, without any framework: the embedding demo, and the page whose cost is measured.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "wasm-bindgen exports public functions, wherever they stand")]
mod demo;
#[cfg(target_arch = "wasm32")]
mod walk;

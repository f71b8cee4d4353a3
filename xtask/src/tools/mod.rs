//! Getting what a build or a test needs, and nothing that is there already.

pub(crate) mod bindgen;
pub(crate) mod browser;
pub(crate) mod debian;
pub(crate) mod node;
pub(crate) mod wasm;

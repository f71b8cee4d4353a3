//! What stands around the canvas: kinds to choose from, the inspector of what is selected, problems.

mod guide;
mod inspector;
mod palette;
mod param;
mod problems;
mod sensitivity;

pub use guide::Guide;
pub use inspector::{Inspector, InspectorButton};
pub use palette::{Palette, PaletteButton};
pub use problems::Problems;

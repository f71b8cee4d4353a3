//! Whether prices go somewhere, where to, and since when.
//!
//! Lines are in the unit of the price, directions are 1 (up) and -1 (down), indices are in [0, 100]. Nothing here is
//! ever repainted: what is answered for a row stays the answer.

mod adx;
mod aroon;
mod choppiness;
mod ichimoku;
mod mass_index;
mod pivot_points;
mod sar;
mod super_trend;
mod vortex;
mod zig_zag;

pub use adx::Adx;
pub use aroon::Aroon;
pub use choppiness::Choppiness;
pub use ichimoku::Ichimoku;
pub use mass_index::MassIndex;
pub use pivot_points::PivotPoints;
pub use sar::ParabolicSar;
pub use super_trend::SuperTrend;
pub use vortex::Vortex;
pub use zig_zag::ZigZag;

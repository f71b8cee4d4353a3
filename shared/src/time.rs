//! Instants, spans and timeframes. There is no clock in here: instants arrive as arguments.

mod timeframe;
mod timestamp;
mod zone;

pub use timeframe::{Timeframe, TimeframeError};
pub use timestamp::{CivilTime, Timestamp, TimestampError};
pub use zone::{Zone, ZoneError};

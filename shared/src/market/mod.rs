//! Market data: what is traded, when, and what happened there.

mod aggregate;
mod calendar;
mod candle;
pub mod chunk;
mod columns;
mod instrument;
mod path;
mod symbol;
mod tick;

pub use aggregate::{CandleAggregator, CandleBuilder, Gap, aggregate, divides, gaps};
pub use calendar::{Bucket, Calendar, CalendarError, Session, SessionWindow};
pub use candle::{Candle, CandleError};
pub use columns::{CandleColumns, SeriesError};
pub use instrument::{Instrument, InstrumentError, InstrumentKind};
pub use path::bar_path;
pub use symbol::{Currency, Symbol, SymbolError};
pub use tick::{PathStep, Quote, Tick, TickSource};

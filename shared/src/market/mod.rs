//! Market data: what is traded, when, and what happened there.

mod calendar;
mod candle;
mod instrument;
mod symbol;
mod tick;

pub use calendar::{Bucket, Calendar, CalendarError, Session, SessionWindow};
pub use candle::{Candle, CandleError};
pub use instrument::{Instrument, InstrumentError, InstrumentKind};
pub use symbol::{Currency, Symbol, SymbolError};
pub use tick::{PathStep, Quote, Tick, TickSource};

//! What the chart shows: plain data and arithmetic, no browser.

mod annotation;
mod bar;
mod chart;
mod damage;
mod extension;
mod format;
mod labels;
mod layout;
mod options;
mod palette;
mod price_scale;
mod price_ticks;
mod pyramid;
mod readout;
mod series;
mod sort;
mod time_scale;
mod time_ticks;
mod zone;

pub use annotation::{DragOutcome, LineKind, Marker, PriceLine, Side};
pub use bar::{Bar, BarError, Refused};
pub use chart::Chart;
pub use damage::Damage;
pub use layout::{GlyphWidths, Layout};
pub use options::{Fit, Options, PriceFormat, PriceMode};
pub use palette::Palette;
pub use readout::{HistoryRequest, Placed, ReadOut, Visible};
pub use zone::Zone;

pub(crate) use chart::{Hit, TAG_TEXT_PADDING};
pub(crate) use extension::{Act, Element, Extension};
pub(crate) use format::{
    push_date_time, push_fixed, push_percent, push_price, push_tick, push_volume, widest_date_time,
};
pub(crate) use labels::{LabelOwner, LabelSlot};
pub(crate) use layout::LABEL_PADDING;
pub(crate) use price_scale::{PriceScale, VOLUME_SHARE};
pub(crate) use price_ticks::{nice_step, price_ticks};
pub(crate) use series::{Merged, Series};
pub(crate) use sort::sort_by_number;
pub(crate) use time_scale::{Extent, TimeScale};
pub(crate) use time_ticks::{TickSpacing, TimeTick, Turn, time_ticks};

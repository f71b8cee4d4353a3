//! The board in a page: canvases, pooled cards, events, one drawing per animation frame.

mod card;
mod cards;
mod events;
mod fields;
mod live;
mod minimap;
mod surface;
mod theme;
mod widget;

pub use self::widget::Widget;

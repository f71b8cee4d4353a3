//! Pointer, wheel and key events in; changes of the [`Chart`](crate::Chart) and [`Outcome`]s out.
//!
//! The owner forwards events as they are, with coordinates in CSS pixels from the chart's top left corner, and sends
//! [`InputEvent::Frame`] once per animation frame while the last [`Response`] asked for it.

mod event;
mod gestures;
mod keys;
mod kinetic;
#[cfg(test)]
mod tests;
mod wheel;

pub use event::{Button, CursorShape, InputEvent, Key, Outcome, Pointer, PointerKind, Response, WheelUnit};
pub use gestures::Gestures;

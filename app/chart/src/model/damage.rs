//! How much of the picture is out of date.

/// Levels of invalidation; the higher includes the lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Nothing to draw.
    #[default]
    None,
    /// Only crosshair and its labels.
    Cursor,
    /// The candles, axes and lines; the layout is as before.
    Light,
    /// Size, layout, fonts or palette too.
    Full,
}

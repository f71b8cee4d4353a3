//! Colors by meaning, so that draw lists carry no strings.

use crate::model::{LineKind, Palette, PriceLine, Side};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    Background,
    Grid,
    AxisLine,
    Text,
    TextMuted,
    Up,
    Down,
    WickUp,
    WickDown,
    VolumeUp,
    VolumeDown,
    Crosshair,
    CrosshairLabel,
    CrosshairLabelText,
    LabelText,
    Buy,
    Sell,
    StopLoss,
    TakeProfit,
    Position,
    MarkerOutline,
    MarkerText,
    /// A color of the studies: their palette's list by number.
    Extra(u8),
}

impl Ink {
    /// The CSS color of this ink; those of studies are not in this palette, and come as plain text.
    #[must_use]
    pub fn color(self, palette: &Palette) -> &str {
        match self {
            Self::Background => &palette.background,
            Self::Grid => &palette.grid,
            Self::AxisLine => &palette.axis_line,
            Self::Text | Self::Extra(_) => &palette.text,
            Self::TextMuted => &palette.text_muted,
            Self::Up => &palette.up,
            Self::Down => &palette.down,
            Self::WickUp => &palette.wick_up,
            Self::WickDown => &palette.wick_down,
            Self::VolumeUp => &palette.volume_up,
            Self::VolumeDown => &palette.volume_down,
            Self::Crosshair => &palette.crosshair,
            Self::CrosshairLabel => &palette.crosshair_label,
            Self::CrosshairLabelText => &palette.crosshair_label_text,
            Self::LabelText => &palette.label_text,
            Self::Buy => &palette.buy,
            Self::Sell => &palette.sell,
            Self::StopLoss => &palette.stop_loss,
            Self::TakeProfit => &palette.take_profit,
            Self::Position => &palette.position,
            Self::MarkerOutline => &palette.marker_outline,
            Self::MarkerText => &palette.marker_text,
        }
    }

    pub(crate) fn of_line(line: &PriceLine) -> Self {
        match (line.kind, line.side) {
            (LineKind::Order, Some(side)) => Self::of_side(side),
            (LineKind::StopLoss, _) => Self::StopLoss,
            (LineKind::TakeProfit, _) => Self::TakeProfit,
            (LineKind::Order, None) | (LineKind::Position | LineKind::Reference, _) => Self::Position,
        }
    }

    pub(crate) fn of_side(side: Side) -> Self {
        match side {
            Side::Buy => Self::Buy,
            Side::Sell => Self::Sell,
        }
    }
}

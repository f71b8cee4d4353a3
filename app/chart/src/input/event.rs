//! What goes into the gesture machine, and what comes out.

use crate::model::{DragOutcome, HistoryRequest};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerKind {
    Mouse,
    Touch,
    Pen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Left, a finger, or the tip of a pen.
    Primary,
    Middle,
    Secondary,
}

/// One pointer at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointer {
    /// Tells fingers apart.
    pub id: i32,
    pub kind: PointerKind,
    pub x: f64,
    pub y: f64,
    /// Milliseconds on any steady clock, the same as in [`InputEvent::Frame`].
    pub time_ms: f64,
}

/// Units of wheel deltas, as `WheelEvent.deltaMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WheelUnit {
    Pixel,
    Line,
    Page,
}

/// Keys that the chart knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Left,
    Right,
    /// To the pane above, with shift to move its upper edge.
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Plus,
    Minus,
    Escape,
    /// The digit 0: back to the newest bars and the automatic price scale.
    Zero,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InputEvent {
    Down {
        pointer: Pointer,
        button: Button,
    },
    Move(Pointer),
    Up(Pointer),
    /// The browser took the pointer away.
    Cancel {
        id: i32,
    },
    /// The pointer left the chart. (Browsers say so of a finger that lifts.)
    Leave(Pointer),
    Wheel {
        x: f64,
        y: f64,
        dx: f64,
        dy: f64,
        unit: WheelUnit,
        ctrl: bool,
        shift: bool,
    },
    Key {
        key: Key,
        shift: bool,
        ctrl: bool,
    },
    /// An animation frame begins.
    Frame {
        time_ms: f64,
    },
}

/// How the mouse pointer should look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CursorShape {
    #[default]
    Default,
    Crosshair,
    Grabbing,
    /// Over something that moves up and down: a line, the price axis.
    RowResize,
    /// Over the time axis.
    ColumnResize,
    Pointer,
}

/// Something the application may want to act on.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Another bar, or none, is under the crosshair: refresh the legend from
    /// [`Chart::readout`](crate::Chart::readout).
    HoverChanged,
    /// The crosshair was moved by key: text for a live region.
    Announce(String),
    /// A line is on its way.
    LineDragging {
        id: String,
        price: f64,
    },
    /// A line was dropped at another price.
    LineDropped(DragOutcome),
    LineClicked {
        id: String,
    },
    MarkerClicked {
        id: String,
    },
    /// A click or tap on the plot; the price is on the tick grid.
    Clicked {
        time: i64,
        price: f64,
    },
    /// The secondary button was pressed in the plot.
    ContextMenu {
        x: f64,
        y: f64,
        time: i64,
        price: f64,
        line: Option<String>,
    },
    /// Older bars are wanted. Comes from [`web::Widget`](crate::web) only; others ask
    /// [`Chart::needs_history`](crate::Chart::needs_history) after each event.
    HistoryWanted(HistoryRequest),
}

/// What the owner should do after an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The event was meant for the chart: keep the browser from acting on it.
    pub handled: bool,
    pub cursor: CursorShape,
    /// Send [`InputEvent::Frame`] with the next animation frame.
    pub animate: bool,
    pub outcome: Option<Outcome>,
}

impl CursorShape {
    /// Value of the CSS property `cursor`.
    #[must_use]
    pub const fn css(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Crosshair => "crosshair",
            Self::Grabbing => "grabbing",
            Self::RowResize => "ns-resize",
            Self::ColumnResize => "ew-resize",
            Self::Pointer => "pointer",
        }
    }
}

impl Key {
    /// From `KeyboardEvent.key`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "Home" => Self::Home,
            "End" => Self::End,
            "PageUp" => Self::PageUp,
            "PageDown" => Self::PageDown,
            "+" | "=" => Self::Plus,
            "-" | "_" => Self::Minus,
            "Escape" => Self::Escape,
            "0" => Self::Zero,
            _ => return None,
        })
    }
}

use leptos::prelude::*;

use super::Erase;

/// A picture of 16 × 16, drawn with lines in the color of the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Search.
    Search,
    /// Up in value.
    Up,
    /// Down in value.
    Down,
    /// More of a number.
    Plus,
    /// Less of a number.
    Minus,
    /// Close, cancel, remove.
    Close,
    /// Dark colors.
    Moon,
    /// Light colors.
    Sun,
    /// Colors of the system.
    Screen,
    /// Keyboard shortcuts.
    Keyboard,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// One step on.
    Step,
    /// To the newest candle.
    Latest,
    /// All candles.
    Fit,
    /// As at the beginning.
    Reset,
    /// More is hidden below.
    Chevron,
    /// A list, as of markets.
    List,
    /// Something went well.
    Check,
    /// Something went wrong.
    Warning,
    /// Something to know.
    Info,
    /// Change something.
    Edit,
    /// Show on the chart.
    Target,
    /// Save as a picture.
    Camera,
    /// Take the last change back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// The panel at the side.
    Panel,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.5-1.5L14 14",
            Self::Up => "M8 13V3.5M4 7l4-4 4 4",
            Self::Down => "M8 3v9.5M4 9l4 4 4-4",
            Self::Plus => "M8 3.5v9M3.5 8h9",
            Self::Minus => "M3.5 8h9",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Moon => "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z",
            Self::Sun => {
                "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"
            }
            Self::Screen => "M2 3h12v8H2zM6 14h4M8 11v3",
            Self::Keyboard => "M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6",
            Self::Play => "M5 3l8 5-8 5z",
            Self::Pause => "M5.5 3v10M10.5 3v10",
            Self::Step => "M4 3l6 5-6 5zM12.5 3v10",
            Self::Latest => "M3 4l4 4-4 4M8 4l4 4-4 4M14 4v8",
            Self::Fit => "M2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3",
            Self::Reset => "M3 8a5 5 0 1 0 1.7-3.7M3 2.5V5h2.5",
            Self::Chevron => "M4 6l4 4 4-4",
            Self::List => "M2 4h12M2 8h12M2 12h8",
            Self::Check => "M3 8.5l3.3 3.3L13 5",
            Self::Warning => "M8 2l6.5 11.5h-13zM8 6.5v3M8 11.5h.01",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5h.01",
            Self::Edit => "M10.5 3.5l2 2L6 12l-2.8.8.8-2.8zM9.3 4.7l2 2",
            Self::Camera => "M2 5h3l1-1.5h4L11 5h3v8H2zM8 11a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
            Self::Undo => "M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7",
            Self::Redo => "M10 3l3.5 3.5L10 10M13.5 6.5H6a3.5 3.5 0 0 0 0 7h3",
            Self::Panel => "M2 3h12v10H2zM10 3v10",
            Self::Target => "M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3",
        }
    }
}

/// The picture. It says nothing to a screen reader: what it stands on has a label.
#[must_use]
pub fn icon(icon: Icon) -> AnyView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 16 16"
            width="16"
            height="16"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
        >
            <path d=icon.path() />
        </svg>
    }
    .erase()
}

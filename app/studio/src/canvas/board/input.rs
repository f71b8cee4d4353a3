//! What the user does, without a browser: places are CSS pixels from the canvas' left upper corner.

use wickflow_graph::{EdgeSlot, NodeSlot, PortRef};
use wickflow_scene::Point;

/// Keys that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}

/// A button of the mouse; a finger and a pen are primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Primary,
    /// The wheel.
    Middle,
    /// The right one.
    Secondary,
}

/// A pointer at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pointer {
    /// Which one: fingers differ.
    pub id: i32,
    /// Whether it is a finger.
    pub is_touch: bool,
    /// Where.
    pub at: Point,
    /// When, in milliseconds.
    pub time_ms: f64,
    /// With which keys.
    pub held: Held,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A button goes down.
    Down(Pointer, Button),
    /// A pointer moves, with a button down or not.
    Move(Pointer),
    /// A button goes up.
    Up(Pointer),
    /// The browser took the pointer away.
    Cancel,
    /// The pointer left the canvas.
    Leave,
    /// The wheel, or two fingers on a pad.
    Wheel {
        /// Where.
        at: Point,
        /// How far, in CSS pixels.
        dx: f64,
        /// How far, in CSS pixels.
        dy: f64,
        /// Whether the browser counts in pixels: a pad does.
        in_pixels: bool,
        /// With which keys; a pinch on a pad comes with control.
        held: Held,
        /// When, in milliseconds.
        time_ms: f64,
    },
    /// A frame of an animation that was asked for.
    Frame,
    /// A key goes down: its name in the browser.
    Key(String, Held),
    /// A key goes up.
    KeyUp(String),
}

/// What a gesture asks of the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Search for a kind to add, at this place of the world.
    Add {
        /// Where the node goes.
        at: Point,
        /// The loose wire that the node is to be wired to.
        wire: Option<PortRef>,
        /// The node that it goes beside and is wired to, if it fits.
        after: Option<NodeSlot>,
    },
    /// Search for a node between two ports that do not fit.
    Convert {
        /// The output.
        from: PortRef,
        /// The input.
        to: PortRef,
    },
    /// Choose a port for a wire.
    Partner(PortRef),
    /// Tell this to those who do not see it.
    Announce(String),
    /// Tell why something was not done.
    Refuse(String),
    /// The sub-graph of a node is wanted.
    Enter(NodeSlot),
    /// The first field of a node gets the keyboard.
    Focus(NodeSlot),
    /// The text of a note gets the keyboard.
    Write(NodeSlot),
    /// The wire under the pointer is another.
    Hover(Option<EdgeSlot>),
}

//! Double clicks, two fingers, and the wheel.

use wickflow_graph::Editor;
use wickflow_scene::Point;

use super::gesture::Gesture;
use super::{Board, Button, Held, Pointer};

/// Two clicks within this time and distance are one double click.
const DOUBLE_MS: f64 = 400.0;
const DOUBLE_PX: f64 = 6.0;
/// How long after a sideways swipe a pad's wheel events still move the picture.
const SWIPE_MS: f64 = 300.0;

/// What was pressed, and which fingers are down.
#[derive(Debug, Default)]
pub(super) struct Presses {
    last: Option<(Point, f64)>,
    fingers: Vec<(i32, Point)>,
    /// Whether a second finger was down: what is left of the touch does nothing.
    is_pinching: bool,
}

impl Presses {
    pub(super) fn is_double(&mut self, pointer: &Pointer, button: Button) -> bool {
        let before = self.last.take();
        if button != Button::Primary {
            return false;
        }
        let is_double = before.is_some_and(|(at, time_ms)| {
            pointer.time_ms - time_ms < DOUBLE_MS && at.distance(pointer.at) < DOUBLE_PX
        });
        if !is_double {
            self.last = Some((pointer.at, pointer.time_ms));
        }
        is_double
    }
}

impl Board {
    /// Whether this is a finger beside another.
    pub(super) fn begin_pinch(&mut self, pointer: &Pointer, editor: &mut Editor) -> bool {
        if !pointer.is_touch {
            self.presses.fingers.clear();
            return false;
        }
        self.presses.fingers.retain(|(id, _)| *id != pointer.id);
        if self.presses.fingers.is_empty() {
            self.presses.is_pinching = false;
        }
        self.presses.fingers.push((pointer.id, pointer.at));
        if self.presses.fingers.len() >= 2 {
            self.abort(editor);
            self.presses.is_pinching = true;
        }
        self.presses.is_pinching
    }

    /// Two fingers move and zoom the picture together.
    pub(super) fn pinch(&mut self, pointer: &Pointer) -> bool {
        let fingers = &mut self.presses.fingers;
        let [(a, from_a), (b, from_b), ..] = fingers.as_slice() else { return self.presses.is_pinching };
        let (old_a, old_b) = (*from_a, *from_b);
        let (new_a, new_b) = match pointer.id {
            id if id == *a => (pointer.at, old_b),
            id if id == *b => (old_a, pointer.at),
            _ => return true,
        };
        if let Some(finger) = fingers.iter_mut().find(|(id, _)| *id == pointer.id) {
            finger.1 = pointer.at;
        }
        let (before, after) = (old_a.toward(old_b, 0.5), new_a.toward(new_b, 0.5));
        self.camera.pan(after.x - before.x, after.y - before.y);
        let spread = old_a.distance(old_b);
        if spread > 1.0 {
            self.camera.zoom_by(after, new_a.distance(new_b) / spread);
        }
        true
    }

    pub(super) fn end_pinch(&mut self, pointer: &Pointer) -> bool {
        if !pointer.is_touch {
            return false;
        }
        let was_pinching = self.presses.is_pinching;
        self.presses.fingers.retain(|(id, _)| *id != pointer.id);
        if self.presses.fingers.is_empty() {
            self.presses.is_pinching = false;
        }
        was_pinching
    }

    /// The wheel zooms at the pointer, as in React Flow; a pad's two fingers move the picture, as soon as they go sideways.
    pub(super) fn wheel(
        &mut self,
        at: Point,
        (dx, dy): (f64, f64),
        in_pixels: bool,
        held: Held,
        time_ms: f64,
    ) {
        if matches!(self.gesture, Gesture::Pan { .. }) {
            return;
        }
        let swipes = in_pixels && !held.ctrl && dx.abs() > 0.0;
        if swipes {
            self.swiped_ms = time_ms;
        }
        if held.shift && !held.ctrl {
            let along = if dx.abs() > dy.abs() { dx } else { dy };
            self.camera.pan(-along, 0.0);
        } else if swipes || (in_pixels && !held.ctrl && time_ms - self.swiped_ms < SWIPE_MS) {
            self.camera.pan(-dx, -dy);
        } else {
            // d3-zoom's factor; a pinch on a pad comes in small steps.
            let factor = 2.0_f64.powf(-dy * 0.002 * if held.ctrl { 10.0 } else { 1.0 });
            self.camera.zoom_by(at, factor.clamp(0.2, 5.0));
        }
    }
}

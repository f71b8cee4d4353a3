//! The gesture state machine.
//!
//! Mouse: drag pans (and moves prices once their scale was set by hand), drag on an axis scales it, double click on an
//! axis resets it, drag on a movable line moves the line. Wheel: zooms at the pointer; sideways or with shift it pans;
//! over the price axis it scales prices. Touch: one finger pans, two pinch, a long press brings the crosshair, which
//! then follows the finger and stays until the next tap.

use super::event::{Button, CursorShape, InputEvent, Key, Outcome, Pointer, PointerKind, Response};
use super::kinetic::{Kinetic, Track};
use super::{keys, wheel};
use crate::Chart;
use crate::model::{Act, Element, Hit};

/// CSS pixels a pointer moves before a press is a drag.
const DRAG_THRESHOLD_MOUSE: f64 = 3.0;
const DRAG_THRESHOLD_TOUCH: f64 = 8.0;
/// Half width of a line for the pointer.
const REACH_MOUSE: f64 = 4.0;
const REACH_TOUCH: f64 = 12.0;
const LONG_PRESS_MS: f64 = 400.0;
const DOUBLE_CLICK_MS: f64 = 400.0;
const DOUBLE_CLICK_DISTANCE: f64 = 12.0;
/// Logarithm of the scale per pixel of a drag on an axis.
const AXIS_DRAG: f64 = 0.005;

#[derive(Clone, Copy, Debug)]
enum State {
    Idle,
    /// A pointer is down and has not moved yet.
    Pressed {
        start: Pointer,
        hit: Hit,
    },
    Panning {
        id: i32,
        x: f64,
        y: f64,
        touch: bool,
        track: Track,
    },
    MovingLine {
        id: i32,
    },
    ScalingPrice {
        id: i32,
        y: f64,
    },
    ScalingTime {
        id: i32,
        x: f64,
    },
    /// Something that only charts with studies have.
    MovingExtra {
        id: i32,
        element: Element,
    },
    Pinching {
        a: Pointer,
        b: Pointer,
    },
    /// A finger moves the crosshair.
    Tracking {
        id: i32,
    },
}

/// Turns events into changes of a chart. One per chart.
#[derive(Clone, Debug)]
pub struct Gestures {
    state: State,
    kinetic: Option<Kinetic>,
    last_click: Option<Pointer>,
    cursor: CursorShape,
    /// Whether flicks keep scrolling; off for users who prefer reduced motion.
    inertia: bool,
}

impl Default for Gestures {
    fn default() -> Self {
        Self {
            state: State::Idle,
            kinetic: None,
            last_click: None,
            cursor: CursorShape::Default,
            inertia: true,
        }
    }
}

impl Gestures {
    /// Whether flicks keep scrolling after the finger lifts.
    pub fn set_inertia(&mut self, inertia: bool) {
        self.inertia = inertia;
    }

    /// Handles one event.
    pub fn on(&mut self, event: InputEvent, chart: &mut Chart) -> Response {
        let hovered = chart.cursor_time();
        let mut response = match event {
            InputEvent::Down { pointer, button } => self.down(pointer, button, chart),
            InputEvent::Move(pointer) => self.moved(pointer, chart),
            InputEvent::Up(pointer) => self.up(pointer, chart),
            InputEvent::Cancel { id } => self.cancel(id, chart),
            InputEvent::Leave(pointer) => self.leave(pointer, chart),
            InputEvent::Wheel { x, y, dx, dy, unit, ctrl, shift } => {
                self.kinetic = None;
                wheel::turn(chart, (x, y), wheel::pixels((dx, dy), unit), ctrl, shift);
                handled()
            }
            InputEvent::Key { key: Key::Escape, .. } if matches!(self.state, State::MovingLine { .. }) => {
                chart.cancel_line_drag();
                self.state = State::Idle;
                Response { handled: true, ..Response::default() }
            }
            InputEvent::Key { key, shift, ctrl } => {
                self.kinetic = None;
                keys::press(chart, key, shift, ctrl)
            }
            InputEvent::Frame { time_ms } => self.frame(time_ms, chart),
        };
        if response.outcome.is_none() && chart.cursor_time() != hovered {
            response.outcome = Some(Outcome::HoverChanged);
        }
        response.cursor = self.cursor;
        response.animate = self.kinetic.is_some()
            || matches!(self.state, State::Pressed { start, .. } if start.kind == PointerKind::Touch);
        response
    }

    fn down(&mut self, pointer: Pointer, button: Button, chart: &mut Chart) -> Response {
        self.kinetic = None;
        if button == Button::Secondary {
            return context_menu(chart, pointer);
        }
        if button != Button::Primary {
            return Response::default();
        }
        match self.state {
            State::Pressed { start, .. } if start.id != pointer.id => {
                self.state = State::Pinching { a: start, b: pointer };
            }
            State::Panning { id, x, y, touch: true, .. } if id != pointer.id => {
                self.state = State::Pinching { a: Pointer { id, x, y, ..pointer }, b: pointer };
            }
            State::Idle => {
                let hit = chart.hit(pointer.x, pointer.y, reach(pointer.kind));
                if hit != Hit::Nothing {
                    self.state = State::Pressed { start: pointer, hit };
                }
            }
            // Further fingers do not count.
            _ => {}
        }
        handled()
    }

    fn moved(&mut self, pointer: Pointer, chart: &mut Chart) -> Response {
        let mouse = pointer.kind == PointerKind::Mouse;
        if let State::Pressed { start, hit } = self.state {
            let threshold =
                if pointer.kind == PointerKind::Touch { DRAG_THRESHOLD_TOUCH } else { DRAG_THRESHOLD_MOUSE };
            if start.id == pointer.id
                && (pointer.x - start.x).abs().max((pointer.y - start.y).abs()) >= threshold
            {
                self.start_drag(start, hit, chart);
            }
        }
        match &mut self.state {
            State::Idle => {
                self.cursor = self.hover(pointer, chart);
                Response::default()
            }
            State::Pressed { .. } => handled(),
            State::Panning { id, x, y, track, .. } if *id == pointer.id => {
                chart.pan_by(pointer.x - *x);
                chart.pan_price_by(pointer.y - *y);
                (*x, *y) = (pointer.x, pointer.y);
                track.add(pointer.time_ms, pointer.x);
                if mouse {
                    chart.hover(pointer.x, pointer.y);
                }
                handled()
            }
            State::MovingLine { id } if *id == pointer.id => {
                if mouse {
                    chart.hover(pointer.x, pointer.y);
                }
                let outcome = chart
                    .drag_line_to(pointer.y)
                    .map(|(id, price)| Outcome::LineDragging { id: id.to_owned(), price });
                Response { handled: true, outcome, ..Response::default() }
            }
            State::ScalingPrice { id, y } if *id == pointer.id => {
                chart.scale_price_by(((*y - pointer.y) * AXIS_DRAG).exp());
                *y = pointer.y;
                handled()
            }
            State::ScalingTime { id, x } if *id == pointer.id => {
                chart.zoom_by(((pointer.x - *x) * AXIS_DRAG).exp());
                *x = pointer.x;
                handled()
            }
            State::MovingExtra { id, element } if *id == pointer.id => {
                chart.act(Act::Drag(*element, pointer.y));
                handled()
            }
            State::Pinching { a, b } => {
                let (before_x, before) = (f64::midpoint(a.x, b.x), distance(a, b));
                match pointer.id {
                    id if id == a.id => *a = pointer,
                    id if id == b.id => *b = pointer,
                    _ => return handled(),
                }
                let (x, after) = (f64::midpoint(a.x, b.x), distance(a, b));
                chart.pan_by(x - before_x);
                // Fingers side by side: the ratio of such small distances would jump.
                if before > 10.0 && after > 10.0 {
                    chart.zoom_at(x, after / before);
                }
                handled()
            }
            State::Tracking { id } if *id == pointer.id => {
                chart.hover(pointer.x, pointer.y);
                handled()
            }
            _ => Response::default(),
        }
    }

    fn start_drag(&mut self, start: Pointer, hit: Hit, chart: &mut Chart) {
        let Pointer { id, x, y, kind, time_ms } = start;
        let touch = kind == PointerKind::Touch;
        let mut track = Track::default();
        track.add(time_ms, x);
        let pan = State::Panning { id, x, y, touch, track };
        self.state = match hit {
            Hit::PriceAxis => State::ScalingPrice { id, y },
            Hit::TimeAxis => State::ScalingTime { id, x },
            Hit::Line(at) => {
                let line = chart.lines().get(at).map(|line| line.id.clone()).unwrap_or_default();
                if chart.start_line_drag(&line) { State::MovingLine { id } } else { pan }
            }
            Hit::Extra(element) if chart.can_drag_extra(element) => State::MovingExtra { id, element },
            Hit::Plot | Hit::Nothing | Hit::Extra(_) => pan,
        };
        if let State::Panning { .. } = self.state {
            if touch {
                chart.leave();
            }
            self.cursor = CursorShape::Grabbing;
        }
    }

    fn up(&mut self, pointer: Pointer, chart: &mut Chart) -> Response {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let outcome = match state {
            State::Pressed { start, hit } if start.id == pointer.id => self.click(pointer, hit, chart),
            State::Panning { id, touch, track, .. } if id == pointer.id => {
                if touch && self.inertia {
                    self.kinetic = track.release(pointer.time_ms);
                }
                None
            }
            State::MovingLine { id } if id == pointer.id => chart.end_line_drag().map(Outcome::LineDropped),
            State::Pinching { a, b } if a.id == pointer.id || b.id == pointer.id => {
                let Pointer { id, x, y, .. } = if a.id == pointer.id { b } else { a };
                self.state = State::Panning { id, x, y, touch: true, track: Track::default() };
                None
            }
            State::ScalingPrice { id, .. }
            | State::ScalingTime { id, .. }
            | State::MovingExtra { id, .. }
            | State::Tracking { id }
                if id == pointer.id =>
            {
                None
            }
            // Another pointer than the one that acts.
            other => {
                self.state = other;
                return Response::default();
            }
        };
        if pointer.kind == PointerKind::Mouse {
            self.cursor = self.hover(pointer, chart);
        }
        Response { handled: true, outcome, ..Response::default() }
    }

    fn click(&mut self, pointer: Pointer, hit: Hit, chart: &mut Chart) -> Option<Outcome> {
        let double = self.last_click.take().is_some_and(|last| {
            pointer.time_ms - last.time_ms <= DOUBLE_CLICK_MS
                && distance(&last, &pointer) <= DOUBLE_CLICK_DISTANCE
        });
        if double {
            match hit {
                Hit::PriceAxis => chart.reset_price_scale(),
                Hit::TimeAxis => chart.reset_time_scale(),
                _ => {}
            }
            return None;
        }
        self.last_click = Some(pointer);
        match hit {
            Hit::Line(at) => chart.lines().get(at).map(|line| Outcome::LineClicked { id: line.id.clone() }),
            Hit::Plot => {
                if pointer.kind != PointerKind::Mouse {
                    // A tap takes away the crosshair that a long press left.
                    chart.leave();
                }
                if let Some(marker) = chart.marker_at(pointer.x, pointer.y) {
                    return Some(Outcome::MarkerClicked { id: marker.id.clone() });
                }
                let price = chart.options().price_format.snap(chart.price_from_y(pointer.y)?);
                Some(Outcome::Clicked { time: chart.time_from_x(pointer.x)?, price })
            }
            Hit::Extra(element) => {
                if pointer.kind != PointerKind::Mouse {
                    chart.leave();
                }
                chart.act(Act::Click(element, chart.time_from_x(pointer.x)?));
                None
            }
            Hit::PriceAxis | Hit::TimeAxis | Hit::Nothing => None,
        }
    }

    fn cancel(&mut self, id: i32, chart: &mut Chart) -> Response {
        let mine = match self.state {
            State::Idle => false,
            State::Pressed { start, .. } => start.id == id,
            State::Panning { id: own, .. }
            | State::MovingLine { id: own }
            | State::ScalingPrice { id: own, .. }
            | State::ScalingTime { id: own, .. }
            | State::MovingExtra { id: own, .. }
            | State::Tracking { id: own } => own == id,
            State::Pinching { a, b } => a.id == id || b.id == id,
        };
        if mine {
            chart.cancel_line_drag();
            self.state = State::Idle;
        }
        Response::default()
    }

    fn leave(&mut self, Pointer { id, kind, .. }: Pointer, chart: &mut Chart) -> Response {
        if kind == PointerKind::Touch {
            return Response::default();
        }
        // A captured pointer goes on acting outside.
        if matches!(self.state, State::Idle) {
            chart.leave();
            chart.act(Act::Point(None));
            self.cursor = CursorShape::Default;
        } else if let State::Pressed { start, .. } = self.state
            && start.id == id
        {
            self.state = State::Idle;
        }
        Response::default()
    }

    fn frame(&mut self, time_ms: f64, chart: &mut Chart) -> Response {
        if let State::Pressed { start, hit: Hit::Plot } = self.state
            && start.kind == PointerKind::Touch
            && time_ms - start.time_ms >= LONG_PRESS_MS
        {
            chart.hover(start.x, start.y);
            self.state = State::Tracking { id: start.id };
        }
        if let Some(kinetic) = &mut self.kinetic {
            match kinetic.advance(time_ms) {
                Some(distance) => {
                    let before = chart.time_scale().right();
                    chart.pan_by(distance);
                    // At the end of the data there is nowhere to go.
                    if distance.abs() > 0.0 && before.to_bits() == chart.time_scale().right().to_bits() {
                        self.kinetic = None;
                    }
                }
                None => self.kinetic = None,
            }
        }
        Response::default()
    }

    fn hover(&self, pointer: Pointer, chart: &mut Chart) -> CursorShape {
        if pointer.kind == PointerKind::Touch {
            return CursorShape::Default;
        }
        chart.hover(pointer.x, pointer.y);
        let hit = chart.hit(pointer.x, pointer.y, reach(pointer.kind));
        chart.act(Act::Point(if let Hit::Extra(element) = hit { Some(element) } else { None }));
        match hit {
            Hit::Line(at) if chart.lines().get(at).is_some_and(|line| line.draggable) => {
                CursorShape::RowResize
            }
            Hit::Line(_) => CursorShape::Pointer,
            Hit::Plot => CursorShape::Crosshair,
            Hit::PriceAxis => CursorShape::RowResize,
            Hit::TimeAxis => CursorShape::ColumnResize,
            Hit::Extra(element) => chart.extra_cursor(element),
            Hit::Nothing => CursorShape::Default,
        }
    }
}

fn handled() -> Response {
    Response { handled: true, ..Response::default() }
}

fn reach(kind: PointerKind) -> f64 {
    if kind == PointerKind::Mouse { REACH_MOUSE } else { REACH_TOUCH }
}

fn distance(a: &Pointer, b: &Pointer) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn context_menu(chart: &Chart, pointer: Pointer) -> Response {
    let Pointer { x, y, .. } = pointer;
    let line = chart.line_at(x, y).map(|line| line.id.clone());
    let place =
        chart.layout().plot.contains(x, y).then(|| Some((chart.time_from_x(x)?, chart.price_from_y(y)?)));
    let outcome = place.flatten().map(|(time, price)| {
        let price = chart.options().price_format.snap(price);
        Outcome::ContextMenu { x, y, time, price, line }
    });
    Response { handled: outcome.is_some(), outcome, ..Response::default() }
}

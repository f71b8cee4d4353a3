//! DOM events to [`InputEvent`]s.

use std::rc::{Rc, Weak};

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AddEventListenerOptions, Event, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent,
};

use super::widget::Inner;
use crate::{Button, InputEvent, Key, Pointer, PointerKind, WheelUnit};

const EVENTS: [&str; 9] = [
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerleave",
    "wheel",
    "keydown",
    "contextmenu",
    "focus",
];

/// One closure for all events of the host.
pub(super) struct Listeners {
    /// `Fn`, as events nest: focusing the host within a pointer event is an event of its own.
    closure: Closure<dyn Fn(Event)>,
    window: Closure<dyn FnMut()>,
    fonts: Closure<dyn FnMut()>,
}

impl Listeners {
    pub(super) fn attach(inner: &Rc<Inner>) -> Result<Self, JsValue> {
        let weak = Rc::downgrade(inner);
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| on_event(&weak, &event));
        let options = AddEventListenerOptions::new();
        // The wheel must not scroll the page as well.
        options.set_passive(false);
        for name in EVENTS {
            inner.host.add_event_listener_with_callback_and_add_event_listener_options(
                name,
                closure.as_ref().unchecked_ref(),
                &options,
            )?;
        }
        // Another pixel ratio, by browser zoom or another screen, need not change the size of the host.
        let weak = Rc::downgrade(inner);
        let resized = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.resize();
            }
        });
        if let Some(window) = web_sys::window() {
            window.add_event_listener_with_callback("resize", resized.as_ref().unchecked_ref())?;
        }
        // Until a web font is there, text has the widths of another font.
        let weak = Rc::downgrade(inner);
        let loaded = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.fonts_changed();
            }
        });
        if let Some(document) = inner.host.owner_document() {
            document
                .fonts()
                .add_event_listener_with_callback("loadingdone", loaded.as_ref().unchecked_ref())?;
        }
        Ok(Self { closure, window: resized, fonts: loaded })
    }

    pub(super) fn detach(&self, host: &HtmlElement) {
        for name in EVENTS {
            let _ = host.remove_event_listener_with_callback(name, self.closure.as_ref().unchecked_ref());
        }
        if let Some(window) = web_sys::window() {
            let _ =
                window.remove_event_listener_with_callback("resize", self.window.as_ref().unchecked_ref());
        }
        if let Some(document) = host.owner_document() {
            let fonts = document.fonts();
            let _ =
                fonts.remove_event_listener_with_callback("loadingdone", self.fonts.as_ref().unchecked_ref());
        }
    }
}

fn on_event(inner: &Weak<Inner>, event: &Event) {
    let Some(inner) = inner.upgrade() else { return };
    let handled = match event.type_().as_str() {
        "contextmenu" => true,
        "focus" => {
            inner.describe();
            false
        }
        "keydown" => event.dyn_ref().is_some_and(|event| on_key(&inner, event)),
        "wheel" => event.dyn_ref().is_some_and(|event| on_wheel(&inner, event)),
        name => event.dyn_ref().is_some_and(|event| on_pointer(&inner, name, event)),
    };
    if handled {
        event.prevent_default();
    }
}

fn on_pointer(inner: &Inner, name: &str, event: &PointerEvent) -> bool {
    let id = event.pointer_id();
    let kind = match event.pointer_type().as_str() {
        "touch" => PointerKind::Touch,
        "pen" => PointerKind::Pen,
        _ => PointerKind::Mouse,
    };
    let (x, y) = place(inner, event);
    let pointer = Pointer { id, kind, x, y, time_ms: event.time_stamp() };
    match name {
        "pointerdown" => {
            // Moves outside the chart belong to the gesture. A pointer that is gone already cannot be captured.
            let _ = inner.host.set_pointer_capture(id);
            let button = match event.button() {
                0 => Button::Primary,
                1 => Button::Middle,
                _ => Button::Secondary,
            };
            inner.on_input(InputEvent::Down { pointer, button });
            // The default action moves the focus. (A call of `focus()` would, but with a ring as for keyboard users.)
            false
        }
        "pointermove" => inner.on_input(InputEvent::Move(pointer)),
        "pointerup" => inner.on_input(InputEvent::Up(pointer)),
        "pointercancel" => inner.on_input(InputEvent::Cancel { id }),
        _ => inner.on_input(InputEvent::Leave(pointer)),
    }
}

fn on_wheel(inner: &Inner, event: &WheelEvent) -> bool {
    let (x, y) = place(inner, event);
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => WheelUnit::Line,
        WheelEvent::DOM_DELTA_PAGE => WheelUnit::Page,
        _ => WheelUnit::Pixel,
    };
    let (dx, dy) = (event.delta_x(), event.delta_y());
    let ctrl = event.ctrl_key() || event.meta_key();
    inner.on_input(InputEvent::Wheel { x, y, dx, dy, unit, ctrl, shift: event.shift_key() })
}

fn on_key(inner: &Inner, event: &KeyboardEvent) -> bool {
    if event.alt_key() || event.meta_key() {
        return false;
    }
    let Some(key) = Key::from_name(&event.key()) else { return false };
    inner.on_input(InputEvent::Key { key, shift: event.shift_key(), ctrl: event.ctrl_key() })
}

/// CSS pixels from the top left corner of the host's padding box, where the canvases stand.
fn place(inner: &Inner, event: &MouseEvent) -> (f64, f64) {
    let host = inner.host.get_bounding_client_rect();
    let border = (f64::from(inner.host.client_left()), f64::from(inner.host.client_top()));
    (
        f64::from(event.client_x()) - host.left() - border.0,
        f64::from(event.client_y()) - host.top() - border.1,
    )
}

//! The browser's events as the board's, and as changes of fields.

use std::rc::{Rc, Weak};

use js_sys::{Function, Object, Reflect};
use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AddEventListenerOptions, ClipboardEvent, DragEvent, Element, Event, HtmlElement, KeyboardEvent,
    MouseEvent, PointerEvent, WheelEvent,
};
use wickflow_scene::Point;

use super::widget::Inner;
use crate::canvas::board::{Addition, Button, Held, Input, Pointer};
use crate::state::KIND_DRAG;

const EVENTS: [&str; 19] = [
    "pointerdown",
    "mousedown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerleave",
    "wheel",
    "contextmenu",
    "keydown",
    "keyup",
    "input",
    "change",
    "focusout",
    "copy",
    "cut",
    "paste",
    "dragover",
    "drop",
    "blur",
];
/// Pixels of a wheel that counts in lines, and in pages.
const LINE_PX: f64 = 20.0;
const PAGE_PX: f64 = 400.0;

/// One closure for all events of the stage.
pub(super) struct Listeners {
    closure: Closure<dyn Fn(Event)>,
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
        // Until the page's font is there, text has the widths of another one.
        let ui = inner.ui;
        let fonts = Closure::<dyn FnMut()>::new(move || ui.with_widget(super::Widget::restyle));
        document().fonts().add_event_listener_with_callback("loadingdone", fonts.as_ref().unchecked_ref())?;
        Ok(Self { closure, fonts })
    }

    pub(super) fn detach(&self, host: &HtmlElement) {
        for name in EVENTS {
            let _ = host.remove_event_listener_with_callback(name, self.closure.as_ref().unchecked_ref());
        }
        let fonts = document().fonts();
        let _ = fonts.remove_event_listener_with_callback("loadingdone", self.fonts.as_ref().unchecked_ref());
    }
}

fn on_event(inner: &Weak<Inner>, event: &Event) {
    let Some(inner) = inner.upgrade() else { return };
    let handled = match event.type_().as_str() {
        "contextmenu" => true,
        // The wheel button would begin the browser's own scrolling, and a press on a card would move the focus to it.
        "mousedown" => inner.is_scrubbing() || !is_field(target(event).as_ref()),
        "wheel" => event.dyn_ref().is_some_and(|event| on_wheel(&inner, event)),
        "keydown" => event.dyn_ref().is_some_and(|event| on_key(&inner, event)),
        "keyup" => {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default();
            inner.on_input(Input::KeyUp(key))
        }
        "input" => {
            inner.on_field_input(event);
            false
        }
        "change" | "focusout" => {
            inner.on_field_done(event);
            false
        }
        "blur" => inner.on_input(Input::KeyUp(" ".to_owned())),
        "copy" | "cut" | "paste" => event.dyn_ref().is_some_and(|event| on_clipboard(&inner, event)),
        "dragover" => event.dyn_ref().is_some_and(takes),
        "drop" => event.dyn_ref().is_some_and(|event| on_drop(&inner, event)),
        name => event.dyn_ref().is_some_and(|event| on_pointer(&inner, name, event)),
    };
    if handled {
        event.prevent_default();
    }
}

fn on_pointer(inner: &Rc<Inner>, name: &str, event: &PointerEvent) -> bool {
    let pointer = pointer_of(inner, event);
    if inner.scrub_with(name, event) {
        return false;
    }
    let is_in_field = is_field(target(event).as_ref());
    match name {
        "pointerdown" => {
            let button = match event.button() {
                0 => Button::Primary,
                1 => Button::Middle,
                _ => Button::Secondary,
            };
            if is_in_field && button == Button::Primary {
                return false;
            }
            // Moves outside of the canvas belong to the gesture. A pointer that is gone already cannot be captured.
            let _ = inner.host.set_pointer_capture(event.pointer_id());
            if document().active_element().as_ref() != Some(&inner.host) {
                focus_with(&inner.host, false);
            }
            inner.on_input(Input::Down(pointer, button));
            // What comes of the press is prevented with the mouse's own event: here it would silence that one too.
            false
        }
        "pointermove" => moved(inner, Input::Move(pointer)),
        "pointerup" => moved(inner, Input::Up(pointer)),
        "pointercancel" => moved(inner, Input::Cancel),
        _ => inner.on_input(Input::Leave),
    }
}

/// Moves are never prevented: compatible events of the mouse follow from them.
fn moved(inner: &Rc<Inner>, input: Input) -> bool {
    inner.on_input(input);
    false
}

fn on_wheel(inner: &Rc<Inner>, event: &WheelEvent) -> bool {
    let (unit, in_pixels) = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => (LINE_PX, false),
        WheelEvent::DOM_DELTA_PAGE => (PAGE_PX, false),
        _ => (1.0, true),
    };
    let is_typing = document()
        .active_element()
        .is_some_and(|active| active.tag_name() == "TEXTAREA" && target(event).as_ref() == Some(&active));
    if is_typing {
        return false;
    }
    inner.on_input(Input::Wheel {
        at: place(inner, event),
        dx: event.delta_x() * unit,
        dy: event.delta_y() * unit,
        in_pixels,
        held: held(event),
        time_ms: event.time_stamp(),
    })
}

fn on_key(inner: &Rc<Inner>, event: &KeyboardEvent) -> bool {
    if event.is_composing() {
        return false;
    }
    let held =
        Held { shift: event.shift_key(), ctrl: event.ctrl_key() || event.meta_key(), alt: event.alt_key() };
    let target = target(event);
    if let Some(handled) = inner.on_card_key(&event.key(), held, target.as_ref()) {
        return handled;
    }
    if is_field(target.as_ref()) {
        return false;
    }
    inner.on_input(Input::Key(event.key(), held))
}

fn on_clipboard(inner: &Rc<Inner>, event: &ClipboardEvent) -> bool {
    let (Some(data), false) = (event.clipboard_data(), is_field(target(event).as_ref())) else {
        return false;
    };
    if event.type_() == "paste" {
        let text = data.get_data("text/plain").unwrap_or_default();
        // A browser that does not show the clipboard: what was copied here last.
        let text = if text.trim().is_empty() { inner.ui.copied.get_untracked() } else { text };
        if text.is_empty() {
            return false;
        }
        inner.act(|board, editor, out| board.paste(&text, editor, out));
        return true;
    }
    let is_cut = event.type_() == "cut";
    let copied = inner.act(|_, editor, _| if is_cut { editor.cut().ok().flatten() } else { editor.copy() });
    let Some(text) = copied.flatten() else { return false };
    let _ = data.set_data("text/plain", &text);
    inner.ui.copied.set(text);
    inner.ui.said.set(if is_cut { "Cut." } else { "Copied." }.to_owned());
    true
}

/// Whether what is dragged can be dropped: a kind from the palette, or a file.
fn takes(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|data| data.types());
    types.is_some_and(|types| types.iter().any(|name| name == KIND_DRAG || name == "Files"))
}

fn on_drop(inner: &Rc<Inner>, event: &DragEvent) -> bool {
    let Some(data) = event.data_transfer() else { return false };
    let kind = data.get_data(KIND_DRAG).unwrap_or_default();
    if !kind.is_empty() {
        let at = place(inner, event);
        inner.add_kind(&kind, |board| Addition::At(board.camera.world(at)));
        focus(&inner.host);
        return true;
    }
    let Some(file) = data.files().and_then(|files| files.get(0)) else { return false };
    let studio = inner.studio;
    wasm_bindgen_futures::spawn_local(async move {
        let Ok(text) = wasm_bindgen_futures::JsFuture::from(file.text()).await else { return };
        studio.open_file(&file.name(), &text.as_string().unwrap_or_default());
    });
    true
}

fn pointer_of(inner: &Inner, event: &PointerEvent) -> Pointer {
    Pointer {
        id: event.pointer_id(),
        is_touch: event.pointer_type() == "touch",
        at: place(inner, event),
        time_ms: event.time_stamp(),
        held: held(event),
    }
}

fn held(event: &MouseEvent) -> Held {
    Held { shift: event.shift_key(), ctrl: event.ctrl_key() || event.meta_key(), alt: event.alt_key() }
}

/// CSS pixels from the stage's left upper corner.
fn place(inner: &Inner, event: &MouseEvent) -> Point {
    let stage = inner.host.get_bounding_client_rect();
    Point::new(f64::from(event.client_x()) - stage.left(), f64::from(event.client_y()) - stage.top())
}

pub(super) fn target(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

/// Whether an element takes text, choices or presses of its own.
pub(super) fn is_field(target: Option<&Element>) -> bool {
    target.is_some_and(|target| {
        matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA" | "OPTION")
    })
}

/// Gives an element the keyboard without scrolling anything.
pub(super) fn focus(element: &HtmlElement) {
    focus_with(element, true);
}

/// As [`focus`]; a ring is for those who came by keyboard.
fn focus_with(element: &HtmlElement, shows_ring: bool) {
    let options = Object::new();
    let _ = Reflect::set(&options, &"preventScroll".into(), &JsValue::TRUE);
    if !shows_ring {
        let _ = Reflect::set(&options, &"focusVisible".into(), &JsValue::FALSE);
    }
    let function =
        Reflect::get(element, &"focus".into()).ok().and_then(|focus| focus.dyn_into::<Function>().ok());
    if let Some(function) = function {
        let _ = function.call1(element, &options);
    }
}

//! Fields on cards: typing, choosing, dragging a number sideways, and going through them with the keyboard.

use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, PointerEvent,
};
use wickflow_graph::{Edit, NodeSlot};
use wickflow_scene::Slot;

use super::cards::Cards;
use super::events::{focus, is_field, target};
use super::widget::Inner;
use crate::canvas::board::{Addition, Board, Control, Held, Request, commands};

/// So far a number is dragged for a step, CSS pixels.
const PX_PER_STEP: f64 = 5.0;
/// A pointer that goes no farther has clicked, CSS pixels.
const CLICK_PX: f64 = 3.0;
/// Steps of an arrow key with Shift.
const FAR: f64 = 10.0;

/// A number that is dragged sideways.
pub(super) struct Scrub {
    field: HtmlInputElement,
    setting: Setting,
    pointer: i32,
    start_x: f64,
    has_moved: bool,
}

/// A parameter of a node, and how it is set.
#[derive(Clone)]
struct Setting {
    node: String,
    param: String,
    control: Control,
    value: f64,
}

impl Inner {
    /// Whether a number is being dragged, or may be about to.
    pub(super) fn is_scrubbing(&self) -> bool {
        self.scrub.try_borrow().is_ok_and(|scrub| scrub.is_some())
    }

    /// Follows a pointer that drags a number. Whether the event was about that.
    pub(super) fn scrub_with(self: &Rc<Self>, name: &str, event: &PointerEvent) -> bool {
        let Ok(mut scrub) = self.scrub.try_borrow_mut() else { return false };
        match (name, scrub.as_mut()) {
            ("pointerdown", None) => {
                let Some(begun) = self.begin_scrub(event) else { return false };
                let _ = self.host.set_pointer_capture(event.pointer_id());
                *scrub = Some(begun);
                true
            }
            ("pointermove", Some(held)) if held.pointer == event.pointer_id() => {
                let by = f64::from(event.client_x()) - held.start_x;
                if !held.has_moved && by.abs() < CLICK_PX {
                    return true;
                }
                if !std::mem::replace(&mut held.has_moved, true) {
                    let label = format!("Set {}", held.setting.param);
                    self.studio.is_dragging.set(true);
                    self.studio.edit(|editor| editor.begin(label));
                }
                let fineness = if event.shift_key() { FAR } else { 1.0 };
                if let Some(value) =
                    held.setting.control.scrub(held.setting.value, by / PX_PER_STEP * fineness)
                {
                    self.set(&held.setting, value, Some(&held.field));
                }
                true
            }
            ("pointerup" | "pointercancel", Some(held)) if held.pointer == event.pointer_id() => {
                let (field, has_moved) = (held.field.clone(), held.has_moved);
                *scrub = None;
                drop(scrub);
                if has_moved {
                    self.studio.edit(wickflow_graph::Editor::commit);
                    self.studio.is_dragging.set(false);
                } else {
                    focus(&field);
                    field.select();
                }
                true
            }
            (_, held) => held.is_some(),
        }
    }

    fn begin_scrub(&self, event: &PointerEvent) -> Option<Scrub> {
        let field: HtmlInputElement = target(event)?.dyn_into().ok()?;
        let is_active = document().active_element().is_some_and(|active| active == **field);
        if event.button() != 0 || is_active || !field.has_attribute("data-scrub") {
            return None;
        }
        let setting = self.setting_of(&field)?;
        let start_x = f64::from(event.client_x());
        Some(Scrub { field, setting, pointer: event.pointer_id(), start_x, has_moved: false })
    }

    fn setting_of(&self, field: &Element) -> Option<Setting> {
        let cards = self.cards.try_borrow().ok()?;
        let (card, _, row) = cards.row_of(field)?;
        let param = row.param.as_ref()?;
        Some(Setting {
            node: card.model.id.clone(),
            param: param.name.clone(),
            control: param.control.clone(),
            value: param.value.parse().unwrap_or_default(),
        })
    }

    fn set(self: &Rc<Self>, setting: &Setting, value: serde_json::Value, field: Option<&HtmlInputElement>) {
        if let Some(field) = field {
            field.set_value(&crate::canvas::board::plain(&value));
        }
        let edit = Edit::SetParam { node: setting.node.clone(), param: setting.param.clone(), value };
        self.act(|_, editor, out| {
            if let Err(error) = editor.apply(edit) {
                out.push(Request::Announce(error.to_string()));
            }
        });
    }

    /// Takes over what is being typed or was chosen.
    pub(super) fn on_field_input(self: &Rc<Self>, event: &Event) {
        let Some(element) = target(event) else { return };
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            self.write_note(&element, &area.value());
            return;
        }
        let Some(setting) = self.setting_of(&element) else { return };
        let text = if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
            select.value()
        } else if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            if input.type_() == "checkbox" { input.checked().to_string() } else { input.value() }
        } else {
            return;
        };
        let value = setting.control.read(&text);
        let _ = element.set_attribute("aria-invalid", if value.is_none() { "true" } else { "false" });
        let Some(value) = value else { return };
        self.begin_typing(&setting.param);
        self.set(&setting, value, None);
    }

    fn write_note(self: &Rc<Self>, area: &Element, text: &str) {
        let Some((slot, _)) = Cards::place_of(area) else { return };
        self.begin_typing("comment");
        let text = text.to_owned();
        self.act(|_, editor, _| {
            let id = editor.node_ids([NodeSlot(slot)]).pop();
            let _ = id.map(|id| editor.apply(commands::write_note(&id, &text)));
        });
    }

    fn begin_typing(&self, what: &str) {
        if !self.is_typing.replace(true) {
            self.studio.edit(|editor| editor.begin(format!("Set {what}")));
        }
    }

    /// Ends typing: what was typed is one entry of the history, and the field shows what it came to.
    pub(super) fn on_field_done(&self, event: &Event) {
        if !self.is_typing.replace(false) {
            return;
        }
        self.studio.edit(wickflow_graph::Editor::commit);
        if let Some(element) = target(event) {
            self.reset_field(&element);
        }
    }

    fn reset_field(&self, element: &Element) {
        let _ = element.remove_attribute("aria-invalid");
        let Ok(cards) = self.cards.try_borrow() else { return };
        if let Some((card, row, _)) = cards.row_of(element) {
            card.reset_field(row);
        }
    }

    /// Keys within a card: through its ports and fields, and back. `None` where the canvas should look at the key.
    pub(super) fn on_card_key(
        self: &Rc<Self>,
        key: &str,
        held: Held,
        target: Option<&Element>,
    ) -> Option<bool> {
        let element = target?;
        let (slot, row) = Cards::place_of(element)?;
        let is_port = element.class_list().contains("g-port");
        let is_area = element.tag_name() == "TEXTAREA";
        match key {
            "Escape" => {
                if self.is_typing.replace(false) {
                    self.studio.edit(wickflow_graph::Editor::abort);
                    self.schedule();
                }
                self.reset_field(element);
                focus(&self.host);
                Some(true)
            }
            "Tab" => Some(self.go(slot, element, if held.shift { -1 } else { 1 })),
            "ArrowDown" | "ArrowUp" if is_port => {
                Some(self.go(slot, element, if key == "ArrowUp" { -1 } else { 1 }))
            }
            "ArrowDown" | "ArrowUp" if element.has_attribute("data-scrub") => {
                let sign = if key == "ArrowUp" { 1.0 } else { -1.0 };
                let setting = self.setting_of(element)?;
                let value =
                    setting.control.scrub(setting.value, if held.shift { sign * FAR } else { sign })?;
                self.set(&setting, value, element.dyn_ref());
                Some(true)
            }
            "Enter" | " " if is_port => {
                let port = self.cards.borrow().row_of(element).and_then(|(.., row)| row.port.clone());
                if let Some(port) = port {
                    self.act(|_, _, out| out.push(Request::Partner(port.port)));
                }
                Some(true)
            }
            "Enter" if !is_area => {
                let _ = row;
                focus(&self.host);
                Some(true)
            }
            // Everything that is typed stays in the field; on a port the canvas' keys work.
            _ if is_field(Some(element)) => Some(false),
            _ => None,
        }
    }

    /// To the next stop of a card, or back to the canvas at its ends.
    fn go(&self, slot: Slot, from: &Element, by: isize) -> bool {
        let stops = self.cards.borrow().card(slot).map(super::card::Card::stops).unwrap_or_default();
        let is_here = |stop: &HtmlElement| AsRef::<Element>::as_ref(stop) == from;
        let here = stops.iter().position(is_here);
        let next = here.and_then(|here| here.checked_add_signed(by)).and_then(|next| stops.get(next));
        focus_stop(next.unwrap_or(&self.host));
        true
    }

    /// Adds a kind by its name.
    pub(super) fn add_kind(self: &Rc<Self>, name: &str, addition: impl FnOnce(&Board) -> Addition) {
        let kind = self.studio.catalogue().find(name).cloned();
        let Some(kind) = kind else { return };
        self.act(|board, editor, out| {
            let addition = addition(board);
            if let Some(slot) = board.add(&kind, addition, editor, out) {
                board.follow(editor);
                board.reveal(slot);
            }
        });
    }
}

/// Gives a port or a field the keyboard; what is typed takes the place of what a field holds.
pub(super) fn focus_stop(stop: &HtmlElement) {
    focus(stop);
    if let Some(field) = stop.dyn_ref::<HtmlInputElement>() {
        field.select();
    }
}

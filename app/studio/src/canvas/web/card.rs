//! A card as elements, which show any node: what differs from the model that is shown is changed, and nothing else.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, HtmlSelectElement};
use wickflow_scene::Slot;

use crate::canvas::board::{Badge, CardModel, Control, ParamModel, RowModel};

const SVG: &str = "http://www.w3.org/2000/svg";

/// A card.
pub struct Card {
    /// The node that it shows; `None` while it waits.
    pub slot: Option<Slot>,
    /// What it shows.
    pub model: CardModel,
    root: HtmlElement,
    title: HtmlElement,
    badges: HtmlElement,
    stat: HtmlElement,
    stat_text: String,
    body: HtmlElement,
    note: Option<HtmlElement>,
    rows: Vec<Row>,
    /// How many of them are shown.
    shown: usize,
    place: [f64; 4],
}

/// A row of a card, with whatever it has needed so far.
struct Row {
    root: HtmlElement,
    label: HtmlElement,
    value: HtmlElement,
    value_text: String,
    port: Option<HtmlElement>,
    field: Option<Field>,
    spark: Option<Element>,
    spark_line: String,
    model: RowModel,
}

enum Field {
    Input(HtmlInputElement),
    Switch(HtmlInputElement),
    Select(HtmlSelectElement),
}

impl Card {
    /// A card without a node.
    ///
    /// # Errors
    /// When the browser refuses an element.
    pub fn new(document: &Document, world: &HtmlElement) -> Result<Self, JsValue> {
        let root = element(document, "div", "g-card")?;
        root.set_attribute("role", "group")?;
        let head = element(document, "div", "g-head")?;
        let title = element(document, "span", "g-title")?;
        let badges = element(document, "span", "g-badges")?;
        let stat = element(document, "span", "g-stat")?;
        let body = element(document, "div", "g-body")?;
        head.append_child(&title)?;
        head.append_child(&stat)?;
        head.append_child(&badges)?;
        root.append_child(&head)?;
        root.append_child(&body)?;
        world.append_child(&root)?;
        Ok(Self {
            slot: None,
            model: CardModel::default(),
            root,
            title,
            badges,
            stat,
            stat_text: String::new(),
            body,
            note: None,
            rows: Vec::new(),
            shown: 0,
            place: [f64::NAN; 4],
        })
    }

    /// Shows a node.
    ///
    /// # Errors
    /// When the browser refuses an element.
    pub fn show(&mut self, document: &Document, slot: Slot, model: CardModel) -> Result<(), JsValue> {
        if self.slot != Some(slot) {
            if self.slot.is_none() {
                self.root.style().remove_property("display")?;
            }
            self.root.set_attribute("data-node", &slot.to_string())?;
            self.slot = Some(slot);
            // What was measured of another node is not of this one.
            self.say_stat("");
            for row in self.rows.iter_mut() {
                row.say("");
                row.draw_spark("");
            }
        }
        if self.model == model {
            return Ok(());
        }
        let old = std::mem::replace(&mut self.model, model);
        if old.title != self.model.title {
            self.title.set_text_content(Some(&self.model.title));
        }
        if old.words != self.model.words {
            self.root.set_attribute("aria-label", &self.model.words)?;
        }
        if old.id != self.model.id {
            self.root.set_attribute("data-id", &self.model.id)?;
        }
        if old.look != self.model.look {
            self.root.set_attribute("data-look", self.model.look.trim_end())?;
        }
        if old.color != self.model.color || old.id.is_empty() {
            self.root.style().set_property("--own", &format!("var(--class-{})", self.model.color))?;
        }
        if old.badges != self.model.badges {
            show_badges(document, &self.badges, &self.model.badges)?;
        }
        if old.note != self.model.note {
            self.show_note(document)?;
        }
        self.move_to();
        if old.rows != self.model.rows {
            self.show_rows(document)?;
        }
        Ok(())
    }

    /// Takes the card away until it is needed again.
    pub fn hide(&mut self) {
        if self.slot.take().is_some() {
            let _ = self.root.style().set_property("display", "none");
            let _ = self.root.remove_attribute("data-node");
            // The next node is compared with nothing that only looks like it.
            self.model.id.clear();
            let _ = self.root.remove_attribute("data-id");
        }
    }

    /// Whether the keyboard is in it.
    pub fn has_focus(&self, document: &Document) -> bool {
        self.slot.is_some()
            && document.active_element().is_some_and(|active| self.root.contains(Some(&active)))
    }

    /// Says what an output carries.
    pub fn say_value(&mut self, row: usize, text: &str) {
        if let Some(row) = self.rows.get_mut(row) {
            row.say(text);
        }
    }

    /// Draws what an output carried over time: a path within 60 × 16.
    ///
    /// # Errors
    /// When the browser refuses an element.
    pub fn draw_spark(&mut self, document: &Document, row: usize, line: &str) -> Result<(), JsValue> {
        let Some(row) = self.rows.get_mut(row) else { return Ok(()) };
        if row.spark.is_none() && !line.is_empty() {
            let svg = document.create_element_ns(Some(SVG), "svg")?;
            svg.set_attribute("class", "g-spark")?;
            svg.set_attribute("viewBox", "0 0 60 16")?;
            svg.set_attribute("aria-hidden", "true")?;
            let path = document.create_element_ns(Some(SVG), "path")?;
            svg.append_child(&path)?;
            row.root.insert_before(&svg, Some(&row.value))?;
            row.spark = Some(path);
        }
        row.draw_spark(line);
        Ok(())
    }

    /// Says what the node costs and did.
    pub fn say_stat(&mut self, text: &str) {
        if self.stat_text != text {
            text.clone_into(&mut self.stat_text);
            self.stat.set_text_content(Some(text));
        }
    }

    /// What the keyboard can go to, from top to bottom.
    pub fn stops(&self) -> Vec<HtmlElement> {
        let note = self.note.iter().filter(|_| self.model.note.is_some()).cloned();
        let rows = self.rows.iter().take(self.shown).flat_map(|row| {
            let port = row.port.iter().filter(|_| row.model.port.is_some()).cloned();
            let field = row.field.iter().filter(|_| row.model.param.is_some()).map(Field::element);
            port.chain(field)
        });
        note.chain(rows).collect()
    }

    /// Shows a field's value again, whatever was typed.
    pub fn reset_field(&self, row: usize) {
        let row = self.rows.get(row);
        if let Some((field, param)) = row.and_then(|row| row.field.as_ref().zip(row.model.param.as_ref())) {
            field.set(&param.value);
        }
    }

    fn move_to(&mut self) {
        let [x, y, width, height] = self.model.place;
        let same =
            |index: usize, value: f64| self.place.get(index).is_some_and(|old| old.total_cmp(&value).is_eq());
        let style = self.root.style();
        // Not by a transform: each would be a layer's worth of bookkeeping in every frame that the picture moves.
        if !same(0, x) || !same(1, y) {
            let _ = style.set_property("left", &format!("{x}px"));
            let _ = style.set_property("top", &format!("{y}px"));
        }
        if !same(2, width) || !same(3, height) {
            let _ = style.set_property("width", &format!("{width}px"));
            let _ = style.set_property("height", &format!("{height}px"));
        }
        self.place = self.model.place;
    }

    fn show_note(&mut self, document: &Document) -> Result<(), JsValue> {
        if self.note.is_none() && self.model.note.is_some() {
            let note = element(document, "textarea", "g-note")?;
            note.set_attribute("aria-label", "Comment")?;
            note.set_attribute("spellcheck", "false")?;
            note.set_attribute("maxlength", "4000")?;
            self.body.append_child(&note)?;
            self.note = Some(note);
        }
        let Some(note) = &self.note else { return Ok(()) };
        match &self.model.note {
            Some(text) => {
                note.style().remove_property("display")?;
                let is_typing = document.active_element().is_some_and(|active| active == **note);
                if let Some(area) = note.dyn_ref::<web_sys::HtmlTextAreaElement>().filter(|_| !is_typing) {
                    area.set_value(text);
                }
            }
            None => note.style().set_property("display", "none")?,
        }
        Ok(())
    }

    fn show_rows(&mut self, document: &Document) -> Result<(), JsValue> {
        let count = self.model.rows.len();
        while self.rows.len() < count {
            let row = Row::new(document, &self.body, self.rows.len())?;
            self.rows.push(row);
        }
        for (index, row) in self.rows.iter_mut().enumerate() {
            match self.model.rows.get(index) {
                Some(model) => {
                    if index >= self.shown {
                        row.root.style().remove_property("display")?;
                    }
                    row.show(document, model, &self.model.title)?;
                }
                None if index < self.shown => row.root.style().set_property("display", "none")?,
                None => {}
            }
        }
        self.shown = count;
        Ok(())
    }
}

impl Row {
    fn new(document: &Document, body: &HtmlElement, index: usize) -> Result<Self, JsValue> {
        let root = element(document, "div", "g-row")?;
        root.set_attribute("data-row", &index.to_string())?;
        let label = element(document, "span", "g-label")?;
        let value = element(document, "span", "g-value")?;
        root.append_child(&label)?;
        root.append_child(&value)?;
        body.append_child(&root)?;
        let model = RowModel::default();
        Ok(Self {
            root,
            label,
            value,
            value_text: String::new(),
            port: None,
            field: None,
            spark: None,
            spark_line: String::new(),
            model,
        })
    }

    fn show(&mut self, document: &Document, model: &RowModel, node: &str) -> Result<(), JsValue> {
        let is_first = self.model == RowModel::default();
        if self.model == *model && !is_first {
            return Ok(());
        }
        let old = std::mem::replace(&mut self.model, model.clone());
        if old.label != model.label {
            self.label.set_text_content(Some(&model.label));
        }
        if old.port != model.port || is_first {
            self.show_port(document, node)?;
        }
        if old.param != model.param {
            self.show_param(document, old.param.as_ref())?;
        }
        if old.problem != model.problem {
            match &model.problem {
                Some(words) => {
                    self.root.set_attribute("data-problem", "")?;
                    self.root.set_attribute("title", words)?;
                }
                None => {
                    self.root.remove_attribute("data-problem")?;
                    self.root.remove_attribute("title")?;
                }
            }
        }
        Ok(())
    }

    fn show_port(&mut self, document: &Document, node: &str) -> Result<(), JsValue> {
        let Some(model) = &self.model.port else {
            if let Some(port) = &self.port {
                port.style().set_property("display", "none")?;
            }
            self.root.set_attribute("data-side", "none")?;
            return Ok(());
        };
        let port = match self.port.take() {
            Some(port) => port,
            None => {
                let port = element(document, "button", "g-port")?;
                port.set_attribute("type", "button")?;
                port.set_attribute("tabindex", "-1")?;
                self.root.append_child(&port)?;
                port
            }
        };
        port.style().remove_property("display")?;
        let side = if model.port.side == wickflow_graph::Side::Input { "input" } else { "output" };
        self.root.set_attribute("data-side", side)?;
        port.set_attribute("data-shape", model.shape)?;
        port.set_attribute("data-wired", if model.is_wired { "yes" } else { "no" })?;
        port.set_attribute(
            "aria-label",
            &format!("{} of {node}{}", model.words, if model.is_wired { ", wired" } else { "" }),
        )?;
        port.style().set_property("--port", &format!("var(--class-{})", model.color))?;
        self.port = Some(port);
        Ok(())
    }

    fn show_param(&mut self, document: &Document, old: Option<&ParamModel>) -> Result<(), JsValue> {
        let Some(param) = self.model.param.clone() else {
            if let Some(field) = &self.field {
                field.element().style().set_property("display", "none")?;
            }
            return Ok(());
        };
        let is_same_field = old.is_some_and(|old| old.control == param.control) && self.field.is_some();
        if !is_same_field {
            self.make_field(document)?;
        }
        if let Some(field) = &self.field {
            let element = field.element();
            element.style().remove_property("display")?;
            let words = match &param.bound {
                Some(name) => format!("{}, from {name}", self.model.label),
                None => self.model.label.clone(),
            };
            element.set_attribute("aria-label", &words)?;
            if param.bound.is_some() {
                element.set_attribute("data-bound", "")?;
            } else {
                element.remove_attribute("data-bound")?;
            }
            // What is being typed is not overwritten.
            let is_typing = document.active_element().is_some_and(|active| active == *element);
            if !is_typing || !matches!(field, Field::Input(_)) {
                field.set(&param.value);
            }
        }
        Ok(())
    }

    fn make_field(&mut self, document: &Document) -> Result<(), JsValue> {
        let Some(param) = &self.model.param else { return Ok(()) };
        if let Some(old) = self.field.take() {
            old.element().remove();
        }
        let field = match &param.control {
            Control::Switch => {
                let input: HtmlInputElement =
                    element(document, "input", "g-field g-switch")?.unchecked_into();
                input.set_attribute("type", "checkbox")?;
                input.set_attribute("role", "switch")?;
                Field::Switch(input)
            }
            Control::Choice(options) => {
                let select: HtmlSelectElement = element(document, "select", "g-field")?.unchecked_into();
                for option in options {
                    let item = element(document, "option", "")?;
                    item.set_attribute("value", option)?;
                    item.set_text_content(Some(&option.replace('_', " ")));
                    select.append_child(&item)?;
                }
                Field::Select(select)
            }
            control => {
                let input: HtmlInputElement = element(document, "input", "g-field")?.unchecked_into();
                input.set_attribute("type", "text")?;
                input.set_attribute("autocomplete", "off")?;
                input.set_attribute("spellcheck", "false")?;
                if matches!(control, Control::Number { .. }) {
                    input.set_attribute("inputmode", "decimal")?;
                    input.set_attribute("data-scrub", "")?;
                }
                Field::Input(input)
            }
        };
        let element = field.element();
        element.set_attribute("tabindex", "-1")?;
        self.root.insert_before(&element, Some(&self.value))?;
        self.field = Some(field);
        Ok(())
    }

    fn say(&mut self, text: &str) {
        if self.value_text != text {
            text.clone_into(&mut self.value_text);
            self.value.set_text_content(Some(text));
        }
    }

    fn draw_spark(&mut self, line: &str) {
        if self.spark_line != line
            && let Some(path) = &self.spark
        {
            line.clone_into(&mut self.spark_line);
            let _ = path.set_attribute("d", line);
        }
    }
}

impl Field {
    fn element(&self) -> HtmlElement {
        match self {
            Self::Input(input) | Self::Switch(input) => input.clone().unchecked_into(),
            Self::Select(select) => select.clone().unchecked_into(),
        }
    }

    fn set(&self, value: &str) {
        match self {
            Self::Input(input) => input.set_value(value),
            Self::Switch(input) => input.set_checked(value == "true"),
            Self::Select(select) => select.set_value(value),
        }
    }
}

fn show_badges(document: &Document, host: &HtmlElement, badges: &[Badge]) -> Result<(), JsValue> {
    host.set_text_content(None);
    for badge in badges {
        let mark = element(document, "span", "g-badge")?;
        mark.set_attribute("data-kind", badge.kind)?;
        mark.set_attribute("role", "img")?;
        mark.set_attribute("title", &badge.title)?;
        mark.set_attribute("aria-label", &badge.title)?;
        mark.set_text_content(Some(&badge.text));
        host.append_child(&mark)?;
    }
    Ok(())
}

pub(super) fn element(document: &Document, tag: &str, class: &str) -> Result<HtmlElement, JsValue> {
    let element: HtmlElement = document.create_element(tag)?.unchecked_into();
    if !class.is_empty() {
        element.set_class_name(class);
    }
    Ok(element)
}

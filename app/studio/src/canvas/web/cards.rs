//! The nodes near the viewport as elements. Elements are used again for other nodes; all that they show is in the graph.

use std::collections::BTreeMap;

use web_sys::{Document, Element, HtmlElement};
use wickflow_graph::{Editor, NodeSlot};
use wickflow_scene::{Camera, Slot};

use super::card::Card;
use crate::canvas::board::{CardModel, RowModel, card_of};

/// What is wrong with nodes: of which port or parameter, whether it is an error, and the sentence.
pub type Problems = BTreeMap<NodeSlot, Vec<(Option<String>, bool, String)>>;

/// Cards in an element that is moved and zoomed as one.
pub struct Cards {
    document: Document,
    world: HtmlElement,
    cards: Vec<Card>,
    transform: String,
    is_still: bool,
}

impl Cards {
    /// No cards yet.
    pub fn new(world: HtmlElement) -> Self {
        Self {
            document: leptos::prelude::document(),
            world,
            cards: Vec::new(),
            transform: String::new(),
            is_still: true,
        }
    }

    /// Shows these nodes; `is_other` tells which of those that are shown may have changed.
    pub fn show(
        &mut self,
        slots: &[Slot],
        editor: &Editor,
        problems: &Problems,
        is_other: &dyn Fn(Slot) -> bool,
    ) {
        for card in &mut self.cards {
            let Some(slot) = card.slot else { continue };
            let is_gone = editor.node(NodeSlot(slot)).is_none();
            if is_gone || (slots.binary_search(&slot).is_err() && !card.has_focus(&self.document)) {
                card.hide();
            }
        }
        for slot in slots {
            let shown = self.cards.iter().position(|card| card.slot == Some(*slot));
            if shown.is_some() && !is_other(*slot) {
                continue;
            }
            let Some(view) = editor.node(NodeSlot(*slot)) else { continue };
            let none = Vec::new();
            let model = card_of(editor, &view, problems.get(&view.slot).unwrap_or(&none));
            let place = shown.or_else(|| self.free(&model));
            if let Some(card) = place.and_then(|place| self.cards.get_mut(place)) {
                // Fails only when the browser refuses an element, of which many are there already.
                let _ = card.show(&self.document, *slot, model);
            }
        }
    }

    /// A card that shows nothing, one of the same shape if there is one: then little has to be changed.
    fn free(&mut self, model: &CardModel) -> Option<usize> {
        let is_alike = |card: &Card| {
            let (a, b) = (&card.model.rows, &model.rows);
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_alike(a, b))
        };
        let mut free = self.cards.iter().enumerate().filter(|(_, card)| card.slot.is_none());
        let first = free.clone().next().map(|(place, _)| place);
        let found = free.find(|(_, card)| is_alike(card)).map(|(place, _)| place).or(first);
        if found.is_some() {
            return found;
        }
        let card = Card::new(&self.document, &self.world).ok()?;
        self.cards.push(card);
        Some(self.cards.len() - 1)
    }

    /// Moves and zooms all of them.
    pub fn place(&mut self, camera: &Camera) {
        let (x, y) = camera.translation();
        let transform = format!("translate({x}px,{y}px) scale({})", camera.zoom);
        if transform != self.transform {
            let _ = self.world.style().set_property("transform", &transform);
            self.transform = transform;
        }
    }

    /// While the picture moves the browser is told not to draw the cards anew at each size.
    pub fn set_still(&mut self, is_still: bool) {
        if self.is_still != is_still {
            self.is_still = is_still;
            let style = self.world.style();
            let _ = if is_still {
                style.remove_property("will-change").map(|_| ())
            } else {
                style.set_property("will-change", "transform")
            };
        }
    }

    /// The shown cards.
    pub fn shown(&mut self) -> impl Iterator<Item = &mut Card> {
        self.cards.iter_mut().filter(|card| card.slot.is_some())
    }

    /// The card of a node.
    pub fn card(&self, slot: Slot) -> Option<&Card> {
        self.cards.iter().find(|card| card.slot == Some(slot))
    }

    /// The node and the row that an element is in.
    pub fn place_of(target: &Element) -> Option<(Slot, Option<usize>)> {
        let number = |selector: &str, name: &str| -> Option<usize> {
            target.closest(selector).ok().flatten()?.get_attribute(name)?.parse().ok()
        };
        let slot = number(".g-card[data-node]", "data-node")?;
        Some((Slot::try_from(slot).ok()?, number(".g-row[data-row]", "data-row")))
    }

    /// The row that an element is in.
    pub fn row_of(&self, target: &Element) -> Option<(&Card, usize, &RowModel)> {
        let (slot, row) = Self::place_of(target)?;
        let card = self.card(slot)?;
        Some((card, row?, card.model.rows.get(row?)?))
    }
}

fn is_alike(a: &RowModel, b: &RowModel) -> bool {
    let field = |row: &RowModel| row.param.as_ref().map(|param| std::mem::discriminant(&param.control));
    a.port.is_some() == b.port.is_some() && field(a) == field(b)
}

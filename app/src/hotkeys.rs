//! Keys that work anywhere on the page, unless something is being typed.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::Timeframe;

use crate::platform;
use crate::state::{Sheet, Store, Width};

/// Keys to press together or one of, and what they do.
pub(crate) type Shortcut = (&'static [&'static str], &'static str);

/// The keys with what they do, by group: the help sheet shows what is here.
pub(crate) const GROUPS: [(&str, &[Shortcut]); 4] = [
    (
        "Trading",
        &[
            (&["B"], "Buy ticket"),
            (&["S"], "Sell ticket"),
            (&["Enter"], "Send the order, in a field of the ticket"),
            (&["↑", "↓"], "One step more or less, in a field"),
            (&["Shift", "↑"], "Ten steps"),
        ],
    ),
    (
        "Markets",
        &[
            (&["/"], "Search markets"),
            (&["↑", "↓"], "Move through the list"),
            (&["Enter"], "Show the market"),
            (&["Esc"], "Leave the search, close a sheet"),
        ],
    ),
    (
        "Chart",
        &[
            (&["1", "–", "8"], "Timeframe, shortest to longest"),
            (&["←", "→"], "Move the crosshair, on the chart"),
            (&["Ctrl", "←"], "Pan"),
            (&["+", "−"], "Zoom"),
            (&["0"], "Reset"),
            (&["End"], "Newest candle"),
        ],
    ),
    ("Page", &[(&["T"], "Dark, light or system colors"), (&["?"], "This list")]),
];

/// Listens for as long as the page lives.
pub(crate) fn install(store: Store) {
    let _ = window_event_listener(leptos::ev::keydown, move |event| on_key(store, &event));
}

fn on_key(store: Store, event: &KeyboardEvent) {
    if event.key() == "Escape" && store.sheet.get_untracked().is_some() {
        store.sheet.set(None);
        return;
    }
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || is_typing(event)
        || event.default_prevented()
    {
        return;
    }
    let handled = match event.key().as_str() {
        "b" | "B" => open_ticket(store, OrderSide::Buy),
        "s" | "S" => open_ticket(store, OrderSide::Sell),
        "/" => open_search(store),
        "t" | "T" => {
            store.choose_theme(store.theme.get_untracked().next());
            true
        }
        "?" => {
            store.sheet.set(Some(Sheet::Help));
            true
        }
        digit => choose_timeframe(store, digit),
    };
    if handled {
        event.prevent_default();
    }
}

/// Whether the key belongs to the element that has the focus.
fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let tag = element.tag_name();
    let takes_text = element.get_attribute("type").is_none_or(|kind| kind != "checkbox" && kind != "range");
    (tag == "INPUT" && takes_text) || tag == "SELECT" || tag == "TEXTAREA" || element.is_content_editable()
}

/// Opens the ticket for a side, with the cursor in the quantity.
pub(crate) fn open_ticket(store: Store, side: OrderSide) -> bool {
    store.form.update(|form| form.side = side);
    let sheet = (store.width.get_untracked() == Width::Narrow).then_some(Sheet::Ticket);
    focus_within(store, sheet, "ticket-quantity");
    true
}

/// Puts the cursor into the search over markets.
pub(crate) fn open_search(store: Store) -> bool {
    let sheet = (store.width.get_untracked() != Width::Wide).then_some(Sheet::Watchlist);
    focus_within(store, sheet, "watchlist-search");
    true
}

/// Gives the keyboard to a field, at once or as soon as its sheet is there: who types on loses no key.
fn focus_within(store: Store, sheet: Option<Sheet>, id: &'static str) {
    match sheet {
        None => platform::focus(id),
        Some(sheet) => {
            store.sheet.set(Some(sheet));
            request_animation_frame(move || platform::focus(id));
        }
    }
}

fn choose_timeframe(store: Store, digit: &str) -> bool {
    let index = digit.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    match index.and_then(|index| Timeframe::COMMON.get(index)) {
        Some(timeframe) => {
            store.choose_timeframe(*timeframe);
            true
        }
        None => false,
    }
}

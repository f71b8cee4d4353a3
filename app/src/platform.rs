//! What the page asks of the browser besides the document: the clock, randomness, storage, media queries.

use leptos::prelude::{document, window};
use leptos::web_sys::Storage;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wickflow_shared::id::ClientOrderId;

/// The wall clock, milliseconds since 1970.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A number in [0, 1), for spreading retries; not for secrets.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// A name for an order that no other order has: 128 random bits.
#[must_use]
pub fn new_client_order_id() -> Option<ClientOrderId> {
    let mut bytes = [0_u8; 16];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    let mut text = String::with_capacity(36);
    text.push_str("web-");
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text.try_into().ok()
}

/// Storage may be missing or refuse (private windows, policies): the page works without it.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// A value that was kept in this browser.
#[must_use]
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a value in this browser.
pub fn save(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Follows a media query: `report` hears how it is now and whenever it changes, for as long as the page lives.
pub fn follow_media(query: &str, report: impl Fn(bool) + 'static) {
    let Ok(Some(list)) = window().match_media(query) else { return };
    report(list.matches());
    let changed = list.clone();
    let closure = Closure::<dyn FnMut()>::new(move || report(changed.matches()));
    list.set_onchange(Some(closure.as_ref().unchecked_ref()));
    // The query must live as long as the page: nobody else holds it.
    std::mem::forget(list);
    closure.forget();
}

/// What stands behind the `#` of the address.
#[must_use]
pub fn address_hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Changes what stands behind the `#`, without an entry in the history.
pub fn set_address_hash(hash: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(hash));
    }
}

/// Loads the page anew.
pub fn reload() {
    let _ = window().location().reload();
}

/// The document's element with this id gets the keyboard.
pub fn focus(id: &str) {
    let element =
        document().get_element_by_id(id).and_then(|e| e.dyn_into::<leptos::web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// Takes the keyboard away from the search field, so that hotkeys work again.
pub fn blur_search() {
    let active = document().active_element().filter(|element| element.id() == "watchlist-search");
    if let Some(element) = active.and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok())
    {
        let _ = element.blur();
    }
}

/// Scrolls so far that the element with this id is in view.
pub fn scroll_into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = leptos::web_sys::ScrollIntoViewOptions::new();
        options.set_block(leptos::web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

//! A panic is the end of a WASM page. Then the page says so, and offers to begin anew: the account is safe on the server.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Shows a screen with a reload button when the page panics.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        leptos::web_sys::console::error_1(&text.as_str().into());
        // Whatever fails here, nothing can be done about it any more.
        let _ = show(&text);
    }));
}

fn show(text: &str) -> Result<(), wasm_bindgen::JsValue> {
    let document = document();
    let Some(body) = document.body() else { return Ok(()) };
    if document.get_element_by_id("crash").is_some() {
        return Ok(());
    }
    let screen = document.create_element("div")?;
    screen.set_id("crash");
    screen.set_class_name("crash");
    screen.set_attribute("role", "alertdialog")?;
    screen.set_attribute("aria-labelledby", "crash-title")?;
    for (tag, id, content) in [
        ("h1", "crash-title", "This page has stopped working"),
        ("p", "", "Your account, orders and positions are safe on the server. Reload the page to go on."),
        ("pre", "", text),
    ] {
        let element = document.create_element(tag)?;
        element.set_id(id);
        element.set_text_content(Some(content));
        screen.append_child(&element)?;
    }
    let button = document.create_element("button")?;
    button.set_class_name("button");
    button.set_text_content(Some("Reload the page"));
    let reload = Closure::<dyn FnMut()>::new(crate::platform::reload);
    button.add_event_listener_with_callback("click", reload.as_ref().unchecked_ref())?;
    reload.forget();
    screen.append_child(&button)?;
    body.append_child(&screen)?;
    Ok(())
}

//! The page in a real browser, without a server: `fetch` and `WebSocket` are replaced by stand-ins that the tests
//! script. What needs a market is in `e2e/`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::time::Duration;

use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement, Response};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wickflow_app::App;
use wickflow_app::platform;
use wickflow_app::state::Store;
use wickflow_app::state::connection::Phase;
use wickflow_app::state::live::Live;
use wickflow_app::state::theme::Theme;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/server.js")]
extern "C" {
    /// Puts the stand-ins in place; what was sent before is forgotten.
    #[wasm_bindgen(js_name = "install")]
    fn install_server();
    /// A message from the server, on every open socket.
    fn push(text: &str);
    /// Ends every socket as a lost network would.
    #[wasm_bindgen(js_name = "drop")]
    fn drop_sockets();
    /// Bodies of the orders that were posted, as a JSON array.
    fn orders() -> String;
    /// Subscriptions asked for so far, as a JSON array.
    fn subscriptions() -> String;
}

/// Mounts the page into an element of its own.
struct Page {
    root: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Page {
    async fn open() -> Self {
        install_server();
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        let style = root.style();
        for (name, value) in [("width", "1280px"), ("height", "800px")] {
            style.set_property(name, value).unwrap();
        }
        document().body().unwrap().append_child(&root).unwrap();
        let mounted = leptos::mount::mount_to(root.clone(), App);
        let page = Self { root, _mounted: Box::new(mounted) };
        page.until("[data-testid=trade][data-state=ready]").await;
        page
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    fn get(&self, selector: &str) -> Element {
        self.find(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
    }

    fn text(&self, selector: &str) -> String {
        self.get(selector).text_content().unwrap_or_default()
    }

    /// Waits until there is such an element: the page answers in its own time.
    async fn until(&self, selector: &str) -> Element {
        for _ in 0..200 {
            if let Some(found) = self.find(selector) {
                return found;
            }
            pause(10).await;
        }
        panic!("{selector} did not appear in {}", self.root.inner_html());
    }

    async fn until_text(&self, selector: &str, want: &str) {
        for _ in 0..200 {
            if self.find(selector).and_then(|e| e.text_content()).is_some_and(|text| text.contains(want)) {
                return;
            }
            pause(10).await;
        }
        panic!("{selector} shows {:?}, not {want:?}", self.find(selector).and_then(|e| e.text_content()));
    }

    fn click(&self, selector: &str) {
        self.get(selector).unchecked_into::<HtmlElement>().click();
    }

    async fn type_into(&self, selector: &str, text: &str) {
        let input: HtmlInputElement = self.get(selector).unchecked_into();
        input.set_value(text);
        let event = Event::new("input").unwrap();
        input.dispatch_event(&event).unwrap();
        pause(0).await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

async fn pause(ms: u64) {
    let (send, receive) = futures_channel();
    set_timeout(send, Duration::from_millis(ms));
    let _ = wasm_bindgen_futures::JsFuture::from(receive).await;
}

/// A promise and what resolves it.
fn futures_channel() -> (impl Fn(), js_sys::Promise) {
    let mut resolve = None;
    let promise = js_sys::Promise::new(&mut |done, _| resolve = Some(done));
    let resolve = resolve.expect("the executor runs at once");
    (move || drop(resolve.call0(&JsValue::NULL)), promise)
}

#[wasm_bindgen_test]
async fn the_page_mounts_and_shows_the_market() {
    let page = Page::open().await;
    page.until("[id='watchlist-row-SIM:BTCUSD']").await;
    page.until_text("[data-testid=last]", "64,000.5").await;
    page.until_text("[data-testid=equity]", "100,000.00").await;
    page.until("[data-testid=connection][data-state=live]").await;
    page.until("[data-testid=chart][data-state=ready]").await;

    push(
        r#"{"type":"updates","updates":[{"channel":2,"seq":1,"ticker":{"time":2000,"last":"64100","reference":64000.0,"day_open":1.0,"day_high":1.0,"day_low":1.0,"day_volume":1.0,"is_open":true}}]}"#,
    );
    page.until_text("[data-testid=last]", "64,100.0").await;
}

#[wasm_bindgen_test]
async fn canvases_have_the_pixels_of_their_place() {
    let page = Page::open().await;
    page.until("[data-testid=chart][data-state=ready]").await;
    let host: HtmlElement = page.get("[data-testid=chart-host]").unchecked_into();
    let canvas: HtmlCanvasElement = page.until("[data-testid=chart-host] canvas").await.unchecked_into();
    // Without the stylesheet the host has no height of its own.
    host.style().set_property("height", "300px").unwrap();
    for _ in 0..100 {
        if canvas.height() > 1 {
            break;
        }
        pause(10).await;
    }
    let ratio = window().device_pixel_ratio();
    let near = |pixels: u32, css: i32| (f64::from(pixels) - f64::from(css) * ratio).abs() <= 1.0;
    assert!(near(canvas.width(), host.client_width()), "{} for {}", canvas.width(), host.client_width());
    assert!(near(canvas.height(), host.client_height()), "{} for {}", canvas.height(), host.client_height());
}

#[wasm_bindgen_test]
async fn colors_are_kept() {
    platform::save("wickflow.theme", "light");
    let page = Page::open().await;
    let root = document().document_element().unwrap();
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("light"));
    page.click("[data-testid=theme]");
    page.until("[data-testid=theme][data-state=system]").await;
    assert_eq!(root.get_attribute("data-theme").as_deref(), Some("system"));
    assert_eq!(platform::load("wickflow.theme").as_deref(), Some(Theme::System.name()));
}

#[wasm_bindgen_test]
async fn an_order_is_sent_once_and_a_refusal_is_shown_beside_the_button() {
    let page = Page::open().await;
    page.until_text("[data-testid=last]", "64,000.5").await;
    assert!(page.find("[data-testid=ticket-submit][disabled]").is_some());
    assert_eq!(page.text("[data-testid=ticket-obstacle]"), "Enter a quantity");

    page.type_into("[data-testid=ticket-quantity]", "0.00005").await;
    page.until_text(".mistake", "whole number of lots").await;
    page.type_into("[data-testid=ticket-quantity]", "0.5").await;
    page.until("[data-testid=ticket-submit]:not([disabled])").await;
    page.click("[data-testid=ticket-submit]");
    page.click("[data-testid=ticket-submit]");
    page.until_text("[data-testid=ticket-obstacle]", "The order is working").await;
    let sent: Vec<serde_json::Value> = serde_json::from_str(&orders()).unwrap();
    assert_eq!(sent.len(), 1, "pressing twice sends once: {sent:?}");
    assert_eq!(sent[0]["quantity"], "0.5");
    assert!(sent[0]["client_order_id"].as_str().is_some_and(|name| name.len() == 36));

    page.type_into("[data-testid=ticket-quantity]", "0.9").await;
    page.until("[data-testid=ticket-submit]:not([disabled])").await;
    page.click("[data-testid=ticket-submit]");
    page.until_text("[data-testid=ticket-refusal]", "The market is too quiet").await;
}

#[wasm_bindgen_test]
async fn nonsense_from_the_server_is_counted_and_survived() {
    let page = Page::open().await;
    page.until("[data-testid=connection][data-state=live]").await;
    for text in [
        "",
        "null",
        "[]",
        "{",
        r#"{"type":"unheard_of"}"#,
        r#"{"type":"updates","updates":[{"channel":2,"seq":"x","ticker":{}}]}"#,
        r#"{"type":"updates","updates":[{"channel":2,"seq":1,"ticker":{"time":1,"last":"-5"}}]}"#,
        r#"{"type":"snapshot","subscribed":{"topic":"account"},"channel":0,"seq":1,"snapshot":{"account":{}}}"#,
    ] {
        push(text);
    }
    page.until_text("[data-testid=malformed]", "8 unread").await;
    // Well formed, and yet impossible or unasked for: nothing shows, nothing breaks.
    for text in [
        r#"{"type":"updates","updates":[{"channel":99,"seq":7,"feed":{"kind":"sim","state":"live","clock":1}}]}"#,
        r#"{"type":"updates","updates":[{"channel":4,"seq":1,"candles":{"forming":{"open_time":-9e18,"open":1e300,"high":-1.0,"low":5.0,"close":0.0,"volume":-3.0}}}]}"#,
        r#"{"type":"snapshot","subscribed":{"topic":"feed"},"channel":1,"seq":18446744073709551615,"snapshot":{"feed":{"kind":"replay","state":"live","clock":-1,"replay":{"symbol":"A:B","from":5,"to":-5,"position":0,"speed":-1.0,"paused":false}}}}"#,
    ] {
        push(text);
    }
    page.until("[data-testid=replay]").await;
    page.until("[data-testid=connection][data-state=live]").await;
    assert!(document().get_element_by_id("crash").is_none());
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_shown_and_resumed_where_it_ended() {
    let page = Page::open().await;
    page.until("[data-testid=connection][data-state=live]").await;
    page.until_text("[data-testid=last]", "64,000.5").await;
    page.until_text("[data-testid=equity]", "100,000.00").await;
    drop_sockets();
    page.until("[data-testid=connection][data-state=waiting]").await;
    page.until("[data-testid=connection-notice] button").await;
    page.click("[data-testid=connection-notice] button");
    page.until("[data-testid=connection][data-state=live]").await;
    let asked: Vec<serde_json::Value> = serde_json::from_str(&subscriptions()).unwrap();
    let resumed = asked.iter().any(|m| m["subscribe"]["topic"] == "account" && m["after"]["seq"] == 2);
    assert!(resumed, "the account goes on after its last entry: {asked:?}");
}

#[wasm_bindgen_test]
async fn messages_need_no_page() {
    install_server();
    let owner = Owner::new();
    owner.set();
    let store = Store::new();
    let live = Live::new(store);
    live.receive(None);
    live.receive(Some(r#"{"type":"hello","protocol":1,"epoch":5,"server_time":0}"#));
    assert_eq!((store.malformed.get_untracked(), store.phase.get_untracked()), (1, Phase::Live));
    live.receive(Some(r#"{"type":"hello","protocol":2,"epoch":5,"server_time":0}"#));
    assert_eq!(store.phase.get_untracked(), Phase::Outdated);
}

#[wasm_bindgen_test]
async fn the_stand_in_answers() {
    install_server();
    let answer = JsFuture::from(window().fetch_with_str("/api/v1/server")).await.unwrap();
    assert!(answer.unchecked_into::<Response>().ok());
}

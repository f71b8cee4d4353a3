//! The lab in a Web Worker: messages in, messages out, and a piece of work at a time in between.
//!
//! `worker.js` beside this crate loads the module. From then on the module listens itself: a message `{json, buffers}`
//! goes to the lab, whose replies are posted in the same shape with their buffers handed over. Between two pieces of
//! work the browser gets its turn, so that a newer message is looked at first. A panic is told as `{fatal}`; the page
//! then starts another worker.

mod port;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wickflow_lab::Lab;

use self::port::{Ticker, post, scope};

fn main() {
    std::panic::set_hook(Box::new(|info| port::post_fatal(&info.to_string())));
    if let Err(error) = listen() {
        port::post_fatal(&format!("the engine cannot listen: {error:?}"));
    }
}

fn listen() -> Result<(), JsValue> {
    let lab = Rc::new(RefCell::new(Lab::new(port::now_ms)));
    let working = lab.clone();
    let ticker = Ticker::new(move || {
        let mut lab = working.borrow_mut();
        lab.step().iter().for_each(post);
        !lab.is_idle()
    })?;
    let on_message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let (json, buffers) = read(&event);
        let mut lab = lab.borrow_mut();
        lab.receive(&json, buffers).iter().for_each(post);
        if !lab.is_idle() {
            ticker.go();
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    on_message.forget();
    Ok(())
}

/// A message's text and bytes; an empty text where it is no such message, which the lab answers as it does any other
/// that it cannot read.
fn read(event: &JsValue) -> (String, Vec<Vec<u8>>) {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let data = field(event, "data");
    let json = field(&data, "json").as_string().unwrap_or_default();
    let buffers = field(&data, "buffers").dyn_into::<Array>().map_or_else(
        |_| Vec::new(),
        |buffers| buffers.iter().map(|buffer| Uint8Array::new(&buffer).to_vec()).collect(),
    );
    (json, buffers)
}

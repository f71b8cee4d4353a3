use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Float64Array, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessagePort};
use wickflow_lab::Message;

/// The worker that this runs in.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker began.
pub(crate) fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Posts a reply; its columns are handed over, not copied again.
pub(crate) fn post(message: &Message) {
    let json = match to_json(message) {
        Ok(json) => json,
        Err(error) => return post_fatal(&error),
    };
    let buffers: Array =
        message.buffers.iter().map(|column| Float64Array::from(column.as_slice()).buffer()).collect();
    let object = Object::new();
    let posted = Reflect::set(&object, &"json".into(), &json.into())
        .and_then(|_| Reflect::set(&object, &"buffers".into(), &buffers))
        .and_then(|_| scope().post_message_with_transfer(&object, &buffers));
    if let Err(error) = posted {
        post_fatal(&format!("a reply cannot be posted: {error:?}"));
    }
}

fn to_json(message: &Message) -> Result<String, String> {
    message.json().map_err(|error| format!("a reply cannot be written: {error}"))
}

/// Says that the worker is at its end, and why.
pub(crate) fn post_fatal(reason: &str) {
    let object = Object::new();
    // Where even this fails, the page hears of the worker's error event.
    let _ =
        Reflect::set(&object, &"fatal".into(), &reason.into()).and_then(|_| scope().post_message(&object));
}

/// Calls a function again and again, as long as it says so, with the browser's own work in between.
pub(crate) struct Ticker {
    port: MessagePort,
    is_going: Rc<Cell<bool>>,
}

impl Ticker {
    /// A ticker that stands still. Messages of a channel come without the delays that timers have.
    pub(crate) fn new(mut tick: impl FnMut() -> bool + 'static) -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let (port, is_going) = (channel.port2(), Rc::new(Cell::new(false)));
        let (again, going) = (port.clone(), is_going.clone());
        let on_message = Closure::<dyn FnMut()>::new(move || {
            going.set(false);
            if tick() && !going.replace(true) {
                send(&again);
            }
        });
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // It ticks as long as the worker lives.
        on_message.forget();
        Ok(Self { port, is_going })
    }

    /// Starts it, unless it goes already.
    pub(crate) fn go(&self) {
        if !self.is_going.replace(true) {
            send(&self.port);
        }
    }
}

fn send(port: &MessagePort) {
    if let Err(error) = port.post_message(&JsValue::NULL) {
        post_fatal(&format!("the worker cannot go on: {error:?}"));
    }
}

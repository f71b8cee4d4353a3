//! A Web Worker that runs the engine: messages out, answers in, and another one when it dies.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Float64Array, Object, Reflect, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker that dies this often is not started again: something is wrong that another start does not mend.
const MAX_RESTARTS: u32 = 5;

/// What comes from a worker.
pub enum FromWorker {
    /// An answer: its JSON, and the columns that came along.
    Answer(String, Vec<Vec<f64>>),
    /// It died and was started again: what it had been told is lost.
    Restarted,
    /// It died too often, or could not be started.
    Dead(String),
}

type Listener = Rc<dyn Fn(FromWorker)>;
type MessageHandler = Closure<dyn FnMut(MessageEvent)>;
type ErrorHandler = Closure<dyn FnMut(JsValue)>;

/// A running worker. Dropping it ends the worker.
pub struct EngineWorker {
    inner: Rc<Inner>,
}

struct Inner {
    worker: RefCell<Option<Worker>>,
    on_message: RefCell<Option<MessageHandler>>,
    on_error: RefCell<Option<ErrorHandler>>,
    listener: Listener,
    restarts: Cell<u32>,
}

impl EngineWorker {
    /// Starts a worker; `listener` hears what comes from it.
    pub fn start(listener: impl Fn(FromWorker) + 'static) -> Self {
        let inner = Rc::new(Inner {
            worker: RefCell::new(None),
            on_message: RefCell::new(None),
            on_error: RefCell::new(None),
            listener: Rc::new(listener),
            restarts: Cell::new(0),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_message.borrow_mut() = Some(Closure::new(move |event| answer(&weak, &event)));
        let weak = Rc::downgrade(&inner);
        *inner.on_error.borrow_mut() = Some(Closure::new(move |event| died(&weak, &event)));
        inner.spawn();
        Self { inner }
    }

    /// Sends a request. Buffers are handed over, not copied.
    pub fn send(&self, json: &str, buffers: &[Uint8Array]) {
        self.inner.send(json, buffers);
    }
}

impl Inner {
    fn spawn(&self) {
        match self.try_spawn() {
            Ok(worker) => *self.worker.borrow_mut() = Some(worker),
            Err(error) => self.emit(FromWorker::Dead(text_of(&error))),
        }
    }

    fn try_spawn(&self) -> Result<Worker, JsValue> {
        let names = document()
            .query_selector("meta[name=wickflow-worker]")?
            .ok_or_else(|| JsValue::from_str("this page names no engine"))?;
        let name = |attribute| names.get_attribute(attribute).unwrap_or_default();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&name("content"), &options)?;
        if let (Some(message), Some(error)) = (&*self.on_message.borrow(), &*self.on_error.borrow()) {
            worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        }
        let parts = Object::new();
        Reflect::set(&parts, &"js".into(), &name("data-js").into())?;
        Reflect::set(&parts, &"wasm".into(), &name("data-wasm").into())?;
        let start = Object::new();
        Reflect::set(&start, &"init".into(), &parts)?;
        worker.post_message(&start)?;
        Ok(worker)
    }

    fn send(&self, json: &str, buffers: &[Uint8Array]) {
        let worker = self.worker.borrow();
        let Some(worker) = &*worker else { return };
        let message = Object::new();
        let buffers: Array = buffers.iter().map(Uint8Array::buffer).collect();
        let sent = Reflect::set(&message, &"json".into(), &json.into())
            .and_then(|_| Reflect::set(&message, &"buffers".into(), &buffers))
            .and_then(|_| worker.post_message_with_transfer(&message, &buffers));
        if let Err(error) = sent {
            self.emit(FromWorker::Dead(text_of(&error)));
        }
    }

    fn end(&self) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }

    fn emit(&self, news: FromWorker) {
        (self.listener)(news);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

fn answer(inner: &Weak<Inner>, event: &MessageEvent) {
    let Some(inner) = inner.upgrade() else { return };
    let data = event.data();
    let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(reason) = field("fatal").as_string() {
        fail(&inner, reason);
        return;
    }
    let Some(json) = field("json").as_string() else { return };
    let columns = field("buffers").dyn_into::<Array>().map_or_else(
        |_| Vec::new(),
        |buffers| buffers.iter().map(|buffer| Float64Array::new(&buffer).to_vec()).collect(),
    );
    inner.emit(FromWorker::Answer(json, columns));
}

/// The script or the module failed, or the engine panicked: its memory cannot be trusted any more.
fn died(inner: &Weak<Inner>, event: &JsValue) {
    if let Some(inner) = inner.upgrade() {
        let message = Reflect::get(event, &"message".into()).ok().and_then(|text| text.as_string());
        fail(&inner, message.unwrap_or_else(|| "the engine could not be loaded".to_owned()));
    }
}

fn fail(inner: &Inner, reason: String) {
    inner.end();
    inner.restarts.set(inner.restarts.get() + 1);
    if inner.restarts.get() > MAX_RESTARTS {
        inner.emit(FromWorker::Dead(reason));
    } else {
        inner.spawn();
        inner.emit(FromWorker::Restarted);
    }
}

fn text_of(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

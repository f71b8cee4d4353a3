//! The engine as the page sees it: requests go to a worker, replies come back to whoever asked.

mod columns;
mod worker;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::Uint8Array;
use wickflow_lab::protocol::{Answer, Ask, Failure, FailureCode, Reply, Request};

pub use self::columns::Columns;
use self::worker::{EngineWorker, FromWorker};

/// News about the engine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineNews {
    /// It died and was started again: candles and runs that it had are gone.
    Restarted,
    /// It cannot be started.
    Dead(String),
}

type Listener = Rc<RefCell<dyn FnMut(Answer, &Columns)>>;

/// A worker with the requests that it has not answered yet. Clones are handles to the same.
#[derive(Clone)]
pub struct Engine {
    inner: Rc<Inner>,
}

struct Inner {
    worker: RefCell<Option<EngineWorker>>,
    waiting: RefCell<BTreeMap<u32, Listener>>,
    next_id: Cell<u32>,
    news: Box<dyn Fn(EngineNews)>,
}

impl Engine {
    /// Starts an engine; `news` hears when it dies.
    pub fn start(news: impl Fn(EngineNews) + 'static) -> Self {
        let inner = Rc::new(Inner {
            worker: RefCell::new(None),
            waiting: RefCell::default(),
            next_id: Cell::new(1),
            news: Box::new(news),
        });
        let weak = Rc::downgrade(&inner);
        let worker = EngineWorker::start(move |message| {
            if let Some(inner) = weak.upgrade() {
                inner.take(message);
            }
        });
        *inner.worker.borrow_mut() = Some(worker);
        Self { inner }
    }

    /// Sends a request; `listener` hears every reply to it. Returns the request's id, for [`Ask::Cancel`].
    pub fn send(
        &self,
        ask: Ask,
        buffers: &[Uint8Array],
        listener: impl FnMut(Answer, &Columns) + 'static,
    ) -> u32 {
        let id = self.inner.next_id.get();
        self.inner.next_id.set(id.checked_add(1).unwrap_or(1));
        let listener: Listener = Rc::new(RefCell::new(listener));
        let json = match serde_json::to_string(&Request { id, ask }) {
            Ok(json) => json,
            Err(error) => {
                (listener.borrow_mut())(failed(&error.to_string()), &Columns::default());
                return id;
            }
        };
        self.inner.waiting.borrow_mut().insert(id, listener);
        if let Some(worker) = &*self.inner.worker.borrow() {
            worker.send(&json, buffers);
        }
        id
    }

    /// Sends a request and waits for its last reply.
    pub fn ask(&self, ask: Ask, buffers: &[Uint8Array]) -> impl Future<Output = (Answer, Columns)> + use<> {
        let slot: Rc<RefCell<Slot>> = Rc::default();
        let filled = slot.clone();
        self.send(ask, buffers, move |answer, columns| {
            let mut slot = filled.borrow_mut();
            slot.answer = Some((answer, columns.clone()));
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        });
        std::future::poll_fn(move |context| {
            let mut slot = slot.borrow_mut();
            match slot.answer.take() {
                Some(answer) => Poll::Ready(answer),
                None => {
                    slot.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
    }

    /// Ends the work on a request.
    pub fn cancel(&self, id: u32) {
        self.send(Ask::Cancel { id }, &[], |_, _| {});
    }
}

#[derive(Default)]
struct Slot {
    answer: Option<(Answer, Columns)>,
    waker: Option<Waker>,
}

impl Inner {
    fn take(&self, message: FromWorker) {
        match message {
            FromWorker::Answer(json, columns) => self.reply(&json, &Columns::new(columns)),
            FromWorker::Restarted => {
                self.fail_all("The engine had stopped and was started again.");
                (self.news)(EngineNews::Restarted);
            }
            FromWorker::Dead(reason) => {
                self.fail_all("The engine cannot be started.");
                (self.news)(EngineNews::Dead(reason));
            }
        }
    }

    fn reply(&self, json: &str, columns: &Columns) {
        let Ok(Reply { id, done, answer }) = serde_json::from_str(json) else { return };
        // Taken out first: a listener may send the next request.
        let listener = if done {
            self.waiting.borrow_mut().remove(&id)
        } else {
            self.waiting.borrow().get(&id).cloned()
        };
        if let Some(listener) = listener {
            (listener.borrow_mut())(answer, columns);
        }
    }

    fn fail_all(&self, message: &str) {
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        for listener in waiting.into_values() {
            (listener.borrow_mut())(failed(message), &Columns::default());
        }
    }
}

fn failed(message: &str) -> Answer {
    let message = message.to_owned();
    Answer::Failed(Failure { code: FailureCode::Internal, message, missing: Vec::new() })
}

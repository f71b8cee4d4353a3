mod live;
mod prints;
mod source;
mod statistics;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timestamp;

use crate::TimeSource;

/// A clock that stands where it is put.
#[derive(Debug)]
struct Hand(AtomicI64);

impl Hand {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(time(text).0)))
    }

    fn set(&self, text: &str) {
        self.0.store(time(text).0, Ordering::SeqCst);
    }
}

impl TimeSource for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

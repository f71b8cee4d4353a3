//! The workers of a search.

use std::time::Duration;

use js_sys::{Float64Array, Promise, Uint8Array};
use leptos::prelude::{set_timeout, window};
use wasm_bindgen_futures::JsFuture;
use wickflow_lab::protocol::{Answer, Ask, LoadSeries, SeriesSource};

use super::words_of;
use crate::engine::Engine;
use crate::state::Candles;

/// Pause of a worker that waits for the others.
const PAUSE: Duration = Duration::from_millis(20);
/// Workers at most, however many cores there are: each holds the candles.
const MOST: f64 = 8.0;

/// An engine that runs candidates.
pub(super) struct Member(Engine);

impl Member {
    pub(super) fn start() -> Self {
        Self(Engine::start(|_| {}))
    }

    pub(super) fn engine(&self) -> Engine {
        self.0.clone()
    }
}

/// As many workers as there are cores, less one for the page.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 8")]
pub fn workers() -> usize {
    (window().navigator().hardware_concurrency() - 1.0).clamp(1.0, MOST) as usize
}

/// Gives an engine the candles that the page has.
pub(super) async fn load(engine: &Engine, candles: &Candles) -> Result<(), String> {
    let columns =
        [&candles.time, &candles.open, &candles.high, &candles.low, &candles.close, &candles.volume];
    let buffers = columns.map(|column| Uint8Array::new(&Float64Array::from(column.as_slice()).buffer()));
    let request = LoadSeries {
        key: candles.key.clone(),
        symbol: Some(candles.symbol.clone()),
        timeframe: Some(candles.timeframe.clone()),
        calendar: candles.calendar.clone(),
        source: SeriesSource::Columns,
    };
    match engine.ask(Ask::LoadSeries(request), &buffers).await.0 {
        Answer::Series(_) => Ok(()),
        answer => Err(words_of(answer)),
    }
}

/// Waits a moment.
pub(super) async fn pause() {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
            },
            PAUSE,
        );
    });
    let _ = JsFuture::from(promise).await;
}

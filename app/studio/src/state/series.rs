//! The candles of the open strategy: from the server, made up, or from a file; into the engine, and back for the chart.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::{Float64Array, Uint8Array};
use leptos::prelude::WithValue;
use leptos::task::spawn_local;
use wickflow_app::api;
use wickflow_app::state::reactive::{Derived, effect};
use wickflow_lab::protocol::{
    Answer, Ask, CandlesRequest, Failure, LoadSeries, MissingSeries, SeriesInfo, SeriesSource,
};
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::protocol::CandlePage;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{RunChoices, Source, Studio};
use crate::engine::{Columns, Engine};

/// Candles asked for at once.
const PAGE: usize = 5000;

/// The candles that the strategy runs over.
#[derive(Debug, Clone)]
pub enum SeriesState {
    /// None yet.
    None,
    /// They are being loaded.
    Loading,
    /// They are in the engine.
    Ready(Arc<Candles>),
    /// They could not be had: why.
    Failed(String),
}

/// Candles as columns of equal length, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Candles {
    /// How the engine names them.
    pub key: String,
    /// The symbol.
    pub symbol: String,
    /// The span of one.
    pub timeframe: String,
    /// When each opened, UTC milliseconds.
    pub time: Vec<f64>,
    /// First prices.
    pub open: Vec<f64>,
    /// Highest prices.
    pub high: Vec<f64>,
    /// Lowest prices.
    pub low: Vec<f64>,
    /// Last prices.
    pub close: Vec<f64>,
    /// Units traded.
    pub volume: Vec<f64>,
    /// When it trades, as the server says it; `None` for round the clock.
    pub calendar: Option<serde_json::Value>,
    /// Step of prices; 0 for none.
    pub tick_size: f64,
    /// Step of quantities; 0 for none.
    pub lot_size: f64,
    /// Something to know about them.
    pub note: Option<String>,
}

/// Files of the user's, by name: their bytes are kept for as long as the page is.
pub(super) type Files = Rc<RefCell<BTreeMap<String, Vec<u8>>>>;

impl Studio {
    /// Loads the candles that are chosen, now and whenever others are.
    pub(crate) fn follow_candles(self) {
        let key = Derived::new(move || self.choices.with(RunChoices::key));
        effect(move || {
            key.track();
            self.load_candles();
        });
    }

    /// Loads the candles that are chosen.
    pub fn load_candles(self) {
        let choices = self.choices.get_untracked();
        self.series.set(SeriesState::Loading);
        spawn_local(async move {
            let result = self.fetch(&choices).await;
            // Others may have been chosen meanwhile.
            if self.choices.with_untracked(RunChoices::key) == choices.key() {
                self.series.set(match result {
                    Ok(candles) => SeriesState::Ready(Arc::new(candles)),
                    Err(message) => SeriesState::Failed(message),
                });
            }
        });
    }

    async fn fetch(self, choices: &RunChoices) -> Result<Candles, String> {
        let engine = self.engine().ok_or("the engine is not there yet")?;
        let mut load = LoadSeries {
            key: choices.key(),
            symbol: None,
            timeframe: Some(choices.timeframe.clone()),
            calendar: None,
            source: SeriesSource::Columns,
        };
        match &choices.source {
            Source::Server { symbol } => {
                let instrument =
                    self.instrument(symbol).ok_or_else(|| format!("the server has no {symbol}"))?;
                let bars = usize::try_from(choices.bars).unwrap_or(PAGE);
                let buffers = from_server(&instrument.symbol, &choices.timeframe, bars).await?;
                load.symbol = Some(symbol.clone());
                load.calendar = serde_json::to_value(&instrument.calendar).ok();
                let info = take(&engine, load, &buffers).await?;
                let mut candles = back(&engine, info).await?;
                candles.calendar = serde_json::to_value(&instrument.calendar).ok();
                candles.tick_size = instrument.tick_size.to_f64();
                candles.lot_size = instrument.lot_size.to_f64();
                Ok(candles)
            }
            Source::Synthetic { seed } => {
                load.source = SeriesSource::Synthetic { seed: *seed, bars: choices.bars };
                let info = take(&engine, load, &[]).await?;
                back(&engine, info).await
            }
            Source::File { name } => {
                let bytes = self.file(name).ok_or_else(|| format!("{name} has to be opened again"))?;
                load.source = SeriesSource::Csv;
                load.timeframe = None;
                load.symbol = Some(file_symbol(name));
                let info = take(&engine, load, &[Uint8Array::from(bytes.as_slice())]).await?;
                back(&engine, info).await
            }
        }
    }

    /// Opens a file of the user's: candles to run over, or a strategy.
    pub fn open_file(self, name: &str, text: &str) {
        if name.to_lowercase().ends_with(".csv") {
            self.open_candles(name.to_owned(), text.as_bytes().to_vec());
        } else {
            self.open_text(text);
        }
    }

    /// Runs over a file with candles.
    fn open_candles(self, name: String, bytes: Vec<u8>) {
        self.files.with_value(|files| files.borrow_mut().insert(name.clone(), bytes));
        let is_same =
            self.choices.with_untracked(|choices| choices.source == Source::File { name: name.clone() });
        self.choose(|choices| choices.source = Source::File { name });
        if is_same {
            self.load_candles();
        }
    }

    fn file(self, name: &str) -> Option<Vec<u8>> {
        self.files.with_value(|files| files.borrow().get(name).cloned())
    }

    fn instrument(self, symbol: &str) -> Option<Arc<Instrument>> {
        self.instruments.with_untracked(|all| all.iter().find(|i| i.symbol.as_str() == symbol).cloned())
    }

    /// Loads what a strategy reads besides, and runs it again.
    pub(super) fn load_missing(self, missing: Vec<MissingSeries>) {
        let choices = self.choices.get_untracked();
        spawn_local(async move {
            for series in missing {
                let Source::Server { symbol } = &choices.source else { return };
                let symbol = series.symbol.unwrap_or_else(|| symbol.clone());
                let timeframe = series.timeframe.unwrap_or_else(|| choices.timeframe.clone());
                let (Some(engine), Some(instrument)) = (self.engine(), self.instrument(&symbol)) else {
                    return;
                };
                let bars = usize::try_from(choices.bars).unwrap_or(PAGE);
                let Ok(buffers) = from_server(&instrument.symbol, &timeframe, bars).await else { return };
                let load = LoadSeries {
                    key: format!("{symbol} {timeframe} {bars}"),
                    symbol: Some(symbol),
                    timeframe: Some(timeframe),
                    calendar: serde_json::to_value(&instrument.calendar).ok(),
                    source: SeriesSource::Columns,
                };
                if take(&engine, load, &buffers).await.is_err() {
                    return;
                }
            }
            self.run_soon();
        });
    }
}

/// The symbol of a file's candles, as the command line makes it from the name: then both give the same run hash.
fn file_symbol(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let stem: String = stem.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    if stem.is_empty() { "FILE:CANDLES".to_owned() } else { format!("FILE:{stem}") }
}

/// The latest closed candles, as the engine takes them.
async fn from_server(symbol: &Symbol, timeframe: &str, bars: usize) -> Result<Vec<Uint8Array>, String> {
    let timeframe: Timeframe = timeframe.parse().map_err(|_| format!("{timeframe} is no timeframe"))?;
    let mut pages: Vec<CandlePage> = Vec::new();
    let mut have = 0;
    while have < bars {
        let before: Option<Timestamp> = pages.last().and_then(|page| page.open_time.first().copied());
        let page = api::candles(symbol, timeframe, before, PAGE.min(bars - have)).await;
        let page = page.map_err(|error| error.message)?;
        let is_last = !page.has_more || page.open_time.is_empty();
        have += page.open_time.len();
        pages.push(page);
        if is_last {
            break;
        }
    }
    pages.reverse();
    #[expect(clippy::cast_precision_loss, reason = "times of candles are below 2^53 ms")]
    let times = pages.iter().flat_map(|page| page.open_time.iter().map(|time| time.0 as f64)).collect();
    let column = |of: fn(&CandlePage) -> &Vec<f64>| pages.iter().flat_map(of).copied().collect::<Vec<f64>>();
    let columns: [Vec<f64>; 6] = [
        times,
        column(|page| &page.open),
        column(|page| &page.high),
        column(|page| &page.low),
        column(|page| &page.close),
        column(|page| &page.volume),
    ];
    Ok(columns
        .iter()
        .map(|column| Uint8Array::new(&Float64Array::from(column.as_slice()).buffer()))
        .collect())
}

async fn take(engine: &Engine, load: LoadSeries, buffers: &[Uint8Array]) -> Result<SeriesInfo, String> {
    match engine.ask(Ask::LoadSeries(load), buffers).await.0 {
        Answer::Series(info) => Ok(info),
        answer => Err(words_of(answer)),
    }
}

/// The candles as the engine has them, for the chart.
async fn back(engine: &Engine, info: SeriesInfo) -> Result<Candles, String> {
    let request = CandlesRequest { key: info.key.clone(), from: None, to: None };
    match engine.ask(Ask::Candles(request), &[]).await {
        (Answer::Candles(found), columns) => Ok(collect(info, &found, &columns)),
        (answer, _) => Err(words_of(answer)),
    }
}

fn collect(info: SeriesInfo, found: &wickflow_lab::protocol::Candles, columns: &Columns) -> Candles {
    let column = |buffer| columns.get(buffer).to_vec();
    Candles {
        key: info.key,
        symbol: info.symbol,
        timeframe: info.timeframe,
        time: column(found.time),
        open: column(found.open),
        high: column(found.high),
        low: column(found.low),
        close: column(found.close),
        volume: column(found.volume),
        note: info.note,
        ..Candles::default()
    }
}

fn words_of(answer: Answer) -> String {
    match answer {
        Answer::Failed(Failure { message, .. }) => message,
        _ => "the engine gave an answer that this page does not understand".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_on_the_command_line() {
        for (name, symbol) in [
            ("bitfinex_BTCUSD_1m.csv", "FILE:BITFINEXBTCUSD1M"),
            ("a.b.csv", "FILE:A"),
            ("….csv", "FILE:CANDLES"),
        ] {
            assert_eq!(file_symbol(name), symbol);
        }
    }
}

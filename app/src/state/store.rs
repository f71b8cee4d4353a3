use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use wickflow_shared::account::Account;
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::num::Price;
use wickflow_shared::protocol::{CandleBatch, CandleUpdate, FeedStatus, Ticker, TickerRow};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::clock::MarketClock;
use super::connection::Phase;
use super::lookup::Lookup;
use super::reactive::{Derived, Var};
use super::theme::Theme;
use super::ticket::TicketForm;
use super::toasts::{Toasts, Tone};
use super::watchlist::Sparkline;
use crate::platform;

/// How far the page has come with starting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boot {
    /// Asking the server for session, instruments and prices.
    Loading,
    /// Everything needed is there.
    Ready,
    /// It could not be had.
    Failed {
        /// Why, in a sentence.
        message: String,
    },
}

/// How wide the window is: what fits beside what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A phone: the chart, with everything else below it or in sheets.
    Narrow,
    /// A tablet: chart and ticket; the watchlist is a drawer.
    Medium,
    /// A desk: three columns.
    Wide,
}

/// What lies over the page. One at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The watchlist, where it has no column of its own.
    Watchlist,
    /// The ticket, where it has none.
    Ticket,
    /// The keyboard shortcuts.
    Help,
}

/// The latest of an instrument, as signals of its own: a price touches its own row only.
#[derive(Clone, Copy)]
pub struct Quote {
    /// The latest; `None` until the first price.
    pub ticker: Var<Option<Ticker>>,
    /// Recent prices.
    pub sparkline: Var<Sparkline>,
}

/// News for the chart.
#[derive(Debug, Clone)]
pub enum SeriesEvent {
    /// All there is.
    Snapshot(CandleBatch),
    /// What changed.
    Update(CandleUpdate),
}

type SeriesSink = Rc<dyn Fn(&Symbol, Timeframe, SeriesEvent)>;

/// The page's signals.
pub struct State {
    /// How far the start has come.
    pub boot: Var<Boot>,
    /// What can be traded, in the order of the watchlist.
    pub instruments: Var<Vec<Arc<Instrument>>>,
    /// The instrument shown.
    pub selected: Var<Option<Symbol>>,
    /// The span of its candles.
    pub timeframe: Var<Timeframe>,
    /// The account, folded from its journal; `None` until the first snapshot.
    pub account: Var<Option<Account>>,
    /// The feed.
    pub feed: Var<Option<FeedStatus>>,
    /// The market's time, about once a second.
    pub now: Var<Timestamp>,
    /// The connection.
    pub phase: Var<Phase>,
    /// Messages of the server that could not be read.
    pub malformed: Var<u32>,
    /// The ticket as typed.
    pub form: Var<TicketForm>,
    /// Colors.
    pub theme: Var<Theme>,
    /// Whether the system prefers dark colors.
    pub system_is_dark: Var<bool>,
    /// How wide the window is.
    pub width: Var<Width>,
    /// What lies over the page.
    pub sheet: Var<Option<Sheet>>,
    /// Short messages.
    pub toasts: Var<Toasts>,
    /// A time that the chart shall show: a click on a fill.
    pub go_to: Var<Option<Timestamp>>,
    /// The instrument shown, described.
    pub instrument: Derived<Option<Arc<Instrument>>>,
    /// The latest of the instrument shown.
    pub ticker: Derived<Option<Ticker>>,
    /// Whether what is shown may be old, because the connection is not live.
    pub is_stale: Derived<bool>,
    clock: StoredValue<Option<MarketClock>>,
    quotes: Var<Lookup<Symbol, Quote>>,
    series_sink: StoredValue<Option<SeriesSink>, LocalStorage>,
}

/// The state of this page: no larger than a pointer, since every closure of the page holds one.
#[derive(Clone, Copy)]
pub struct Store(&'static State);

impl Deref for Store {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

const THEME_KEY: &str = "wickflow.theme";
const SYMBOL_KEY: &str = "wickflow.symbol";
const TIMEFRAME_KEY: &str = "wickflow.timeframe";

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Store {
    /// A store that knows nothing yet but what the browser kept.
    #[must_use]
    pub fn new() -> Self {
        let (symbol, timeframe) = super::address::parse(&platform::address_hash());
        let kept = |key| platform::load(key);
        let symbol = symbol.or_else(|| kept(SYMBOL_KEY)?.parse().ok());
        let timeframe = timeframe.or_else(|| kept(TIMEFRAME_KEY)?.parse().ok()).unwrap_or(Timeframe::M1);
        let theme = kept(THEME_KEY).map(|name| Theme::from_name(&name)).unwrap_or_default();

        let instruments = Var::new(Vec::<Arc<Instrument>>::new());
        let selected = Var::new(symbol);
        let quotes = Var::new(Lookup::<Symbol, Quote>::default());
        let phase = Var::new(Phase::default());
        let instrument = Derived::new(move || {
            let symbol = selected.get()?;
            instruments.with(|all| all.iter().find(|i| i.symbol == symbol).cloned())
        });
        let ticker = Derived::new(move || {
            let symbol = selected.get()?;
            let signal = quotes.with(|quotes| quotes.get(&symbol).map(|quote| quote.ticker));
            signal?.get()
        });
        let state = State {
            boot: Var::new(Boot::Loading),
            instruments,
            selected,
            timeframe: Var::new(timeframe),
            account: Var::new(None),
            feed: Var::new(None),
            now: Var::new(Timestamp(0)),
            phase,
            malformed: Var::new(0),
            form: Var::new(TicketForm::default()),
            theme: Var::new(theme),
            system_is_dark: Var::new(true),
            width: Var::new(Width::Wide),
            sheet: Var::new(None),
            toasts: Var::new(Toasts::default()),
            go_to: Var::new(None),
            instrument,
            ticker,
            is_stale: Derived::new(move || phase.get() != Phase::Live),
            clock: StoredValue::new(None),
            quotes,
            series_sink: StoredValue::new_local(None),
        };
        // There is one, and it lives as long as the page.
        Self(Box::leak(Box::new(state)))
    }

    /// The store of this page.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Whether colors are dark; tracks.
    #[must_use]
    pub fn is_dark(self) -> bool {
        self.theme.get().is_dark(self.system_is_dark.get())
    }

    /// Chooses colors, and keeps the choice in this browser.
    pub fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        platform::save(THEME_KEY, theme.name());
    }

    /// Shows another instrument.
    pub fn select(self, symbol: &Symbol) {
        if self.selected.with_untracked(|selected| selected.as_ref() == Some(symbol)) {
            return;
        }
        self.form.update(TicketForm::reset_for_instrument);
        self.selected.set(Some(symbol.clone()));
        platform::save(SYMBOL_KEY, symbol.as_str());
        self.write_address();
    }

    /// Shows candles of another span.
    pub fn choose_timeframe(self, timeframe: Timeframe) {
        if self.timeframe.get_untracked() != timeframe {
            self.timeframe.set(timeframe);
            platform::save(TIMEFRAME_KEY, &timeframe.to_string());
            self.write_address();
        }
    }

    fn write_address(self) {
        if let Some(symbol) = self.selected.get_untracked() {
            platform::set_address_hash(&super::address::format(&symbol, self.timeframe.get_untracked()));
        }
    }

    /// The signals of an instrument; tracks the set of instruments.
    #[must_use]
    pub fn quote(self, symbol: &Symbol) -> Option<Quote> {
        self.quotes.with(|quotes| quotes.get(symbol).cloned())
    }

    /// The last price of an instrument; tracks it.
    #[must_use]
    pub fn last(self, symbol: &Symbol) -> Option<Price> {
        self.quote(symbol)?.ticker.with(|ticker| ticker.as_ref().map(|t| t.last))
    }

    /// What an instrument is, by its symbol; tracks the set of instruments.
    #[must_use]
    pub fn find(self, symbol: &Symbol) -> Option<Arc<Instrument>> {
        self.instruments.with(|all| all.iter().find(|i| i.symbol == *symbol).cloned())
    }

    /// Takes over what the server offers. Signals of instruments that stay are kept.
    pub fn set_instruments(self, instruments: Vec<Instrument>, rows: Vec<TickerRow>) {
        let mut quotes = self.quotes.get_untracked();
        quotes.retain(|symbol, _| instruments.iter().any(|i| i.symbol == *symbol));
        for instrument in &instruments {
            if quotes.get(&instrument.symbol).is_none() {
                let quote = Quote { ticker: Var::new(None), sparkline: Var::new(Sparkline::default()) };
                quotes.insert(instrument.symbol.clone(), quote);
            }
        }
        for row in rows {
            if let Some(quote) = quotes.get(&row.symbol) {
                quote.sparkline.set(Sparkline::new(&row.sparkline));
                quote.ticker.set(row.ticker);
            }
        }
        self.quotes.set(quotes);
        let known = |symbol: &Symbol| instruments.iter().any(|i| i.symbol == *symbol);
        let keeps = self.selected.with_untracked(|selected| selected.as_ref().is_some_and(known));
        let first = instruments.first().map(|i| i.symbol.clone());
        self.instruments.set(instruments.into_iter().map(Arc::new).collect());
        if !keeps {
            self.selected.set(first);
        }
    }

    /// Takes the latest of an instrument.
    pub fn set_ticker(self, symbol: &Symbol, ticker: Option<Ticker>) {
        let quote = self.quotes.with_untracked(|quotes| quotes.get(symbol).cloned());
        let Some(quote) = quote else { return };
        if let Some(ticker) = &ticker {
            let (time, last) = (ticker.time, ticker.last.to_f64());
            quote.sparkline.update_if(|line| (line.push(time, last), ()));
        }
        quote.ticker.set(ticker);
    }

    /// Takes the state of the feed, and sets the market's clock by it.
    pub fn set_feed(self, feed: FeedStatus) {
        self.clock.set_value(Some(MarketClock::of(&feed, platform::now_ms())));
        self.feed.set(Some(feed));
        self.tick();
    }

    /// Moves the page's market time on.
    pub fn tick(self) {
        if let Some(clock) = self.clock.try_get_value().flatten() {
            let now = clock.now(platform::now_ms());
            if self.now.get_untracked() != now {
                self.now.set(now);
            }
        }
    }

    /// The market's time at this moment.
    #[must_use]
    pub fn market_now(self) -> Option<Timestamp> {
        Some(self.clock.get_value()?.now(platform::now_ms()))
    }

    /// Where news of candles go.
    pub fn set_series_sink(self, sink: impl Fn(&Symbol, Timeframe, SeriesEvent) + 'static) {
        self.series_sink.set_value(Some(Rc::new(sink)));
    }

    /// Hands news of candles to the chart.
    pub fn send_series(self, symbol: &Symbol, timeframe: Timeframe, event: SeriesEvent) {
        // Cloned out first: the sink may use the store.
        if let Some(sink) = self.series_sink.get_value() {
            sink(symbol, timeframe, event);
        }
    }

    /// Shows a short message.
    pub fn toast(self, tone: Tone, title: impl Into<String>, text: impl Into<String>) {
        let (title, text) = (title.into(), text.into());
        self.toasts.update(|toasts| toasts.push(tone, title, text, platform::now_ms()));
    }
}

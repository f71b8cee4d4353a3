//! Keeps the [`Store`] up to date: starts the page, owns the socket, applies what comes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wickflow_shared::account::Account;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::{FoldError, JournalEntry, fold};
use wickflow_shared::market::Symbol;
use wickflow_shared::protocol::{
    Change, ClientMessage, PROTOCOL_VERSION, SessionInfo, Snapshot, Topic, close_code,
};
use wickflow_shared::time::Timeframe;

use super::account::{Notice, notice, push_notice};
use super::connection::{Action, Connection, Phase};
use super::reactive::effect;
use super::store::{Boot, SeriesEvent, Store};
use super::subscriptions::{Event, Subscriptions};
use super::toasts::Tone;
use crate::api::{self, ApiError, Socket, SocketEvent};
use crate::platform;

/// Instruments whose prices are followed at most; the socket has room for some more topics.
const TICKERS_FOLLOWED: usize = 240;
/// Pause before a start that failed is tried again by itself.
const RESTART_AFTER: Duration = Duration::from_secs(5);
/// Messages of one frame that are shown one by one; more are summed up.
const NOTICES_SHOWN: usize = 3;

/// The connection of the page. Cheap to copy; there is one per page.
#[derive(Clone, Copy)]
pub struct Live {
    store: Store,
    inner: StoredValue<Inner, LocalStorage>,
}

#[derive(Default)]
struct Inner {
    connection: Connection,
    subscriptions: Subscriptions,
    socket: Option<Socket>,
    account: Option<AccountId>,
    candles: Option<Topic>,
    /// Attempts so far: an answer to an earlier one is ignored.
    attempt: u64,
}

impl Live {
    /// The connection for a store; [`start`](Self::start) sets it going.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, inner: StoredValue::new_local(Inner::default()) }
    }

    /// The connection of this page.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Starts the page and everything that goes on by itself.
    pub fn run(self) {
        set_interval(move || self.tick(), Duration::from_secs(1));
        let _ = window_event_listener(leptos::ev::online, move |_| self.retry_now());
        let _ = document_visible(move || self.retry_now());
        let store = self.store;
        effect(move || {
            let (symbol, timeframe) = (store.selected.get(), store.timeframe.get());
            if let Some(symbol) = symbol
                && store.boot.with(|boot| *boot == Boot::Ready)
            {
                self.follow_candles(symbol, timeframe);
            }
        });
        self.start();
    }

    /// Asks the server for all that the page needs. Safe to repeat.
    pub fn start(self) {
        self.store.boot.set(Boot::Loading);
        spawn_local(async move {
            match self.load().await {
                Ok(()) => self.store.boot.set(Boot::Ready),
                Err(error) => {
                    self.store.boot.set(Boot::Failed { message: error.message });
                    set_timeout(
                        move || {
                            if self.store.boot.with_untracked(|boot| matches!(boot, Boot::Failed { .. })) {
                                self.start();
                            }
                        },
                        RESTART_AFTER,
                    );
                }
            }
        });
    }

    async fn load(self) -> Result<(), ApiError> {
        let session = api::session().await?;
        self.set_session(&session);
        self.open_socket();
        self.load_market().await
    }

    async fn load_market(self) -> Result<(), ApiError> {
        let server = api::server().await?;
        let rows = api::tickers().await.unwrap_or_default();
        let symbols: Vec<Symbol> =
            server.instruments.iter().take(TICKERS_FOLLOWED).map(|i| i.symbol.clone()).collect();
        self.store.set_instruments(server.instruments, rows);
        self.store.set_feed(server.feed);
        let topics = symbols.into_iter().map(|symbol| Topic::Ticker { symbol });
        self.follow([Topic::Feed, Topic::Account].into_iter().chain(topics));
        Ok(())
    }

    fn set_session(self, session: &SessionInfo) {
        let changed = self.with(|inner| {
            let changed = inner.account.is_some_and(|account| account != session.account_id);
            inner.account = Some(session.account_id);
            if changed {
                inner.subscriptions.forget(&Topic::Account);
            }
            changed
        });
        if changed == Some(true) {
            self.store.account.set(None);
            self.store.toast(
                Tone::Info,
                "A new account",
                "The session had ended, so the server opened a fresh paper account.",
            );
        }
    }

    /// Does not wait for the next attempt.
    pub fn retry_now(self) {
        let _ = self.with(|inner| inner.connection.retry_now(platform::now_ms()));
        self.tick();
    }

    fn with<R>(self, change: impl FnOnce(&mut Inner) -> R) -> Option<R> {
        self.inner.try_update_value(change)
    }

    fn publish_phase(self) {
        if let Some(phase) = self.with(|inner| inner.connection.phase())
            && self.store.phase.get_untracked() != phase
        {
            self.store.phase.set(phase);
        }
    }

    fn tick(self) {
        self.store.tick();
        let now = platform::now_ms();
        if self.store.toasts.with_untracked(|toasts| toasts.is_due(now)) {
            self.store.toasts.update(|toasts| {
                toasts.expire(now);
            });
        }
        match self.with(|inner| inner.connection.tick(now)) {
            Some(Action::Open) => self.reconnect(),
            Some(Action::Ping) => self.send(&[ClientMessage::Ping { nonce: 0 }]),
            Some(Action::Drop) => self.lost(),
            Some(Action::None) | None => {}
        }
        self.publish_phase();
    }

    /// Another attempt: the session first, which also says whether the server is there at all.
    fn reconnect(self) {
        let Some(attempt) = self.with(|inner| {
            inner.connection.connecting(platform::now_ms());
            inner.attempt += 1;
            inner.attempt
        }) else {
            return;
        };
        spawn_local(async move {
            let session = api::session().await;
            if self.with(|inner| inner.attempt) != Some(attempt) {
                return;
            }
            match session {
                Ok(session) => {
                    self.set_session(&session);
                    self.open_socket();
                }
                Err(_) => self.lost(),
            }
        });
    }

    fn open_socket(self) {
        let socket = Socket::open(move |event| self.on_socket(event));
        let failed = socket.is_err();
        let _ = self.with(|inner| {
            inner.connection.connecting(platform::now_ms());
            inner.socket = socket.ok();
        });
        if failed {
            self.lost();
        }
        self.publish_phase();
    }

    fn lost(self) {
        let _ = self.with(|inner| {
            inner.attempt += 1;
            inner.socket = None;
            inner.connection.lost(platform::now_ms(), platform::random());
        });
        self.publish_phase();
        if self.store.account.with_untracked(Option::is_none) {
            self.refresh_account();
        }
    }

    /// Fetches the account apart from the socket: while that is not live.
    pub fn refresh_account(self) {
        spawn_local(async move {
            let Ok(snapshot) = api::account().await else { return };
            let account = Account::from_snapshot(snapshot);
            let current = self.store.account.with_untracked(|a| a.as_ref().map(|a| (a.id(), a.seq())));
            if current.is_none_or(|(id, seq)| id != account.id() || seq < account.seq()) {
                self.store.account.set(Some(account));
            }
        });
    }

    /// Whether the socket brings the account's changes by itself.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.store.phase.with_untracked(|phase| *phase == Phase::Live)
    }

    fn send(self, messages: &[ClientMessage]) {
        let _ = self.with(|inner| {
            for message in messages {
                if let (Some(socket), Ok(text)) = (&inner.socket, serde_json::to_string(message)) {
                    socket.send(&text);
                }
            }
        });
    }

    fn follow(self, topics: impl Iterator<Item = Topic>) {
        let messages: Option<Vec<_>> =
            self.with(|inner| topics.filter_map(|topic| inner.subscriptions.want(topic)).collect());
        self.send(&messages.unwrap_or_default());
    }

    fn follow_candles(self, symbol: Symbol, timeframe: Timeframe) {
        let topic = Topic::Candles { symbol, timeframe };
        let messages = self.with(|inner| {
            if inner.candles.as_ref() == Some(&topic) {
                return Vec::new();
            }
            let old = inner.candles.replace(topic.clone());
            let release = old.and_then(|old| inner.subscriptions.release(&old));
            release.into_iter().chain(inner.subscriptions.want(topic)).collect()
        });
        self.send(&messages.unwrap_or_default());
    }

    fn on_socket(self, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                let messages = self.with(|inner| inner.subscriptions.resume());
                self.send(&messages.unwrap_or_default());
            }
            SocketEvent::Message(text) => self.receive(text.as_deref()),
            SocketEvent::Closed { code } => {
                // Pushed out for slowness: come back at once, with fresh snapshots.
                self.lost();
                if code == close_code::SLOW_CONSUMER {
                    self.retry_now();
                }
            }
        }
    }

    /// Takes a message as the socket brings it; `None` for one that is no text.
    pub fn receive(self, text: Option<&str>) {
        let message = text.and_then(api::read_message);
        let Some(message) = message else {
            // Heard, but not understood: counted and shown, and what it may have held is noticed as a gap.
            self.store.malformed.update(|count| *count = count.saturating_add(1));
            return;
        };
        let mut events = Vec::new();
        let answers = self.with(|inner| {
            inner.connection.heard(platform::now_ms());
            inner.subscriptions.receive(message, &mut events)
        });
        self.send(&answers.unwrap_or_default());
        let mut notices = Vec::new();
        for event in events {
            self.apply(event, &mut notices);
        }
        self.show(notices);
        self.publish_phase();
    }

    fn apply(self, event: Event, notices: &mut Vec<Notice>) {
        let store = self.store;
        match event {
            Event::Greeting { protocol, restarted, .. } => self.greeted(protocol, restarted),
            Event::Snapshot(topic, snapshot) => match (topic, *snapshot) {
                (Topic::Ticker { symbol }, Snapshot::Ticker(ticker)) => store.set_ticker(&symbol, ticker),
                (Topic::Candles { symbol, timeframe }, Snapshot::Candles(batch)) => {
                    store.send_series(&symbol, timeframe, SeriesEvent::Snapshot(batch));
                }
                (Topic::Account, Snapshot::Account(account)) => {
                    store.account.set(Some(Account::from_snapshot(account)));
                }
                (Topic::Feed, Snapshot::Feed(feed)) => store.set_feed(feed),
                _ => store.malformed.update(|count| *count = count.saturating_add(1)),
            },
            Event::Change(topic, change) => match (topic, change) {
                (Topic::Ticker { symbol }, Change::Ticker(ticker)) => store.set_ticker(&symbol, Some(ticker)),
                (Topic::Candles { symbol, timeframe }, Change::Candles(update)) => {
                    store.send_series(&symbol, timeframe, SeriesEvent::Update(update));
                }
                (Topic::Account, Change::Journal(entry)) => self.fold(&entry, notices),
                (Topic::Feed, Change::Feed(feed)) => store.set_feed(feed),
                _ => store.malformed.update(|count| *count = count.saturating_add(1)),
            },
            Event::Refused(error) => {
                store.toast(Tone::Warn, "The server refused a request of this page", error.message)
            }
        }
    }

    fn greeted(self, protocol: u32, restarted: bool) {
        if protocol != PROTOCOL_VERSION {
            let _ = self.with(|inner| {
                inner.connection.outdated();
                inner.socket = None;
            });
        } else if restarted {
            // Another feed may run now: other instruments, other prices.
            spawn_local(async move {
                let _ = self.load_market().await;
            });
        }
    }

    fn fold(self, entry: &JournalEntry, notices: &mut Vec<Notice>) {
        let folded = self.store.account.update_if(|account| {
            let result = account.as_mut().map(|account| fold(account, entry));
            (matches!(result, Some(Ok(()))), result)
        });
        match folded.flatten() {
            Some(Ok(())) => {
                let text = self.store.account.with_untracked(|account| {
                    notice(&entry.event, account.as_ref()?, |symbol| untrack(|| self.store.find(symbol)))
                });
                if let Some(text) = text {
                    push_notice(notices, text);
                }
            }
            // Known already: fetched apart from the socket.
            Some(Err(FoldError::OutOfSequence { expected, got })) if got < expected => {}
            // The page and the journal disagree: begin with a fresh snapshot.
            Some(Err(_)) | None => {
                let messages = self.with(|inner| {
                    let release = inner.subscriptions.release(&Topic::Account);
                    release.into_iter().chain(inner.subscriptions.want(Topic::Account)).collect::<Vec<_>>()
                });
                self.send(&messages.unwrap_or_default());
            }
        }
    }

    fn show(self, notices: Vec<Notice>) {
        let count = notices.len();
        if count > NOTICES_SHOWN {
            let text = "See orders and fills below the chart.";
            self.store.toast(Tone::Info, format!("{count} changes to your orders"), text);
            return;
        }
        for notice in notices {
            self.store.toast(notice.tone, notice.title, notice.text);
        }
    }
}

/// Calls `act` whenever the page comes to the front: timers may have slept for long.
fn document_visible(act: impl Fn() + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("focus", move |_| act())
}

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlElement;
use wickflow_chart::{HistoryRequest, Options, Outcome, PriceFormat, PriceMode, ReadOut, Zone};
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::num::Price;
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::lines::{LineId, account_lines, draft_lines, dropped_price, fill_of, markers};
use super::series::{bars_of, take_batch, take_update};
use crate::api;
use crate::chart_widget::Widget;
use crate::pages::trade::desk::DeskView;
use crate::state::reactive::{Derived, Var, effect};
use crate::state::theme::palette;
use crate::state::ticket::{Draft, Field, LegUnit};
use crate::state::{SeriesEvent, Store, actions, format};

/// The stack of fonts that the page uses, for the canvas.
const FONT: &str = "Inter, system-ui, sans-serif";
/// Until the page's own font is there, so that characters are measured anew when it is.
const FALLBACK_FONT: &str = "system-ui, sans-serif";
/// Candles asked for at once.
const PAGE: std::ops::RangeInclusive<usize> = 300..=2000;
/// Patience with the socket before candles are fetched apart from it.
const SOCKET_PATIENCE: Duration = Duration::from_millis(1500);
/// Pause before older candles that could not be had are asked for again.
const HISTORY_RETRY: Duration = Duration::from_secs(4);

/// What the chart shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picture {
    Loading,
    Ready,
    Empty,
    Failed(String),
}

impl Picture {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Empty => "empty",
            Self::Failed(_) => "failed",
        }
    }
}

/// A press of the secondary button: where, and at which price.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MenuPlace {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) price: Price,
    pub(super) line: Option<LineId>,
}

/// The chart and what the page knows about it. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    pub(super) store: Store,
    desk: DeskView,
    widget: StoredValue<Option<Widget>, LocalStorage>,
    /// What is shown: answers that belong to something else come too late.
    shown: StoredValue<Option<(Symbol, Timeframe)>>,
    pub(super) picture: Var<Picture>,
    pub(super) readout: Var<Option<ReadOut>>,
    pub(super) menu: Var<Option<MenuPlace>>,
    pub(super) price_mode: Var<PriceMode>,
    /// Time until the candle closes; empty where none is forming.
    pub(super) countdown: Derived<String>,
}

impl Panel {
    pub(super) fn new(store: Store) -> Self {
        let countdown = Derived::new(move || {
            let (Some(instrument), now) = (store.instrument.get(), store.now.get()) else {
                return String::new();
            };
            let is_open = store.ticker.with(|t| t.as_ref().is_some_and(|t| t.is_open));
            let bucket = instrument.calendar.bucket(now, store.timeframe.get());
            if is_open && bucket.open <= now {
                format::countdown(bucket.close.0 - now.0)
            } else {
                String::new()
            }
        });
        Self {
            store,
            desk: DeskView::get(),
            widget: StoredValue::new_local(None),
            shown: StoredValue::new(None),
            picture: Var::new(Picture::Loading),
            readout: Var::new(None),
            menu: Var::new(None),
            price_mode: Var::new(PriceMode::Linear),
            countdown,
        }
    }

    /// Puts the chart into its element and begins to follow the store.
    pub(super) fn mount(self, host: &HtmlElement) {
        let options = Options {
            palette: palette(
                self.store.theme.get_untracked().is_dark(self.store.system_is_dark.get_untracked()),
            ),
            font_family: FALLBACK_FONT.to_owned(),
            ..Options::default()
        };
        let Ok(widget) = Widget::mount(host, options) else {
            self.picture.set(Picture::Failed("This browser offers no canvas to draw on.".to_owned()));
            return;
        };
        widget.on_outcome(move |outcome| self.on_outcome(outcome));
        self.widget.set_value(Some(widget));
        self.store.set_series_sink(move |symbol, timeframe, event| self.on_series(symbol, timeframe, &event));
        self.use_font_when_loaded();
        self.follow_store();
    }

    pub(super) fn unmount(self) {
        self.widget.try_set_value(None);
    }

    /// Acts on the chart.
    pub(super) fn update<R>(self, change: impl FnOnce(&mut wickflow_chart::Chart) -> R) -> Option<R> {
        // The handle is cloned out first: acting may come back here.
        let widget = self.widget.try_get_value().flatten()?;
        Some(widget.update(change))
    }

    pub(super) fn picture_url(self) -> Option<String> {
        self.widget.try_get_value().flatten()?.to_data_url().ok()
    }

    fn use_font_when_loaded(self) {
        spawn_local(async move {
            let fonts = document().fonts();
            let loading = fonts.load("12px Inter");
            let _ = wasm_bindgen_futures::JsFuture::from(loading).await;
            self.update(|chart| chart.set_font(FONT, 11.5));
        });
    }

    fn follow_store(self) {
        let store = self.store;
        effect(move || {
            if let Some(instrument) = store.instrument.get() {
                self.show(&instrument, store.timeframe.get());
            }
        });
        effect(move || {
            let palette = palette(store.is_dark());
            self.update(|chart| chart.set_palette(palette));
        });
        effect(move || {
            let mode = self.price_mode.get();
            self.update(|chart| chart.set_price_mode(mode));
        });
        effect(move || {
            let text = self.countdown.get();
            self.update(|chart| chart.set_countdown(&text));
        });
        effect(move || self.draw_lines());
        let fills = Derived::new(move || {
            let symbol = store.selected.get();
            store.account.with(|a| (symbol, a.as_ref().map(|a| (a.id(), a.next_fill_id()))))
        });
        effect(move || {
            fills.track();
            self.draw_markers();
        });
        effect(move || {
            if let Some(time) = store.go_to.get() {
                self.update(|chart| chart.go_to_time(time.0));
                store.go_to.set(None);
            }
        });
    }

    /// Begins with another instrument or timeframe.
    fn show(self, instrument: &Arc<Instrument>, timeframe: Timeframe) {
        let key = (instrument.symbol.clone(), timeframe);
        if self.shown.with_value(|shown| shown.as_ref() == Some(&key)) {
            return;
        }
        self.shown.set_value(Some(key.clone()));
        self.menu.set(None);
        self.picture.set(Picture::Loading);
        let zone = instrument.calendar.zone();
        let zone = Zone::new(zone.transitions().iter().map(|(from, minutes)| (from.0, *minutes)).collect());
        let format = PriceFormat {
            tick_size: instrument.tick_size.to_f64(),
            precision: u8::try_from(instrument.price_decimals()).unwrap_or(8),
            grouping: true,
        };
        self.update(|chart| {
            chart.clear();
            chart.set_zone(zone);
            chart.set_price_format(format);
            chart.set_timeframe(timeframe.nominal_ms());
        });
        self.readout.set(None);
        // Lines and markers went with the candles.
        self.draw_lines();
        self.draw_markers();
        set_timeout(
            move || {
                let waits = self.is_shown(&key) && self.picture.get_untracked() == Picture::Loading;
                if waits {
                    self.reload();
                }
            },
            SOCKET_PATIENCE,
        );
    }

    fn is_shown(self, key: &(Symbol, Timeframe)) -> bool {
        self.shown.try_with_value(|shown| shown.as_ref() == Some(key)).unwrap_or_default()
    }

    /// Fetches the newest candles apart from the socket.
    pub(super) fn reload(self) {
        let Some(key) = self.shown.get_value() else { return };
        self.picture.set(Picture::Loading);
        spawn_local(async move {
            let page = api::candles(&key.0, key.1, None, *PAGE.start()).await;
            if !self.is_shown(&key) || self.picture.get_untracked() != Picture::Loading {
                return;
            }
            match page {
                Ok(page) => {
                    self.update(|chart| {
                        chart.set_candles(bars_of(&page));
                        chart.has_more_history(page.has_more);
                    });
                    self.refresh();
                }
                Err(error) => self.picture.set(Picture::Failed(error.message)),
            }
        });
    }

    fn on_series(self, symbol: &Symbol, timeframe: Timeframe, event: &SeriesEvent) {
        if !self.shown.with_value(|shown| shown.as_ref().is_some_and(|s| s.0 == *symbol && s.1 == timeframe))
        {
            return;
        }
        self.update(|chart| match event {
            SeriesEvent::Snapshot(batch) => take_batch(chart, batch),
            SeriesEvent::Update(update) => take_update(chart, update),
        });
        self.refresh();
    }

    /// After candles changed: the legend, and whether there is anything to see.
    fn refresh(self) {
        let Some((readout, is_empty)) = self.update(|chart| (chart.readout(), chart.is_empty())) else {
            return;
        };
        if self.readout.get_untracked() != readout {
            self.readout.set(readout);
        }
        let picture = if is_empty { Picture::Empty } else { Picture::Ready };
        if self.picture.get_untracked() != picture {
            self.picture.set(picture);
        }
    }

    fn draw_lines(self) {
        let store = self.store;
        let Some(instrument) = store.instrument.get() else { return };
        let (mark, market) = (store.last(&instrument.symbol), actions::market_price(store));
        let mut lines = store.account.with(|account| {
            account.as_ref().map(|account| account_lines(account, &instrument, mark)).unwrap_or_default()
        });
        store.form.with(|form| {
            let draft: Draft = form.draft(&instrument, market);
            lines.extend(draft_lines(form, &draft));
        });
        self.update(|chart| {
            if chart.lines() != lines {
                chart.set_lines(lines);
            }
        });
    }

    fn draw_markers(self) {
        let store = self.store;
        let Some(instrument) = store.instrument.get_untracked() else { return };
        let markers = store.account.with_untracked(|account| {
            account.as_ref().map(|account| markers(account, &instrument)).unwrap_or_default()
        });
        self.update(|chart| chart.set_markers(markers));
    }

    fn on_outcome(self, outcome: Outcome) {
        match outcome {
            Outcome::HoverChanged => self.refresh(),
            Outcome::HistoryWanted(request) => self.load_history(request),
            Outcome::LineDragging { id, price } => {
                if let Some(LineId::Draft(field)) = LineId::parse(&id) {
                    self.set_draft_price(field, price);
                }
            }
            Outcome::LineDropped(dropped) => self.on_dropped(&dropped.id, dropped.price),
            Outcome::LineClicked { id } => match LineId::parse(&id) {
                Some(LineId::Limit(order) | LineId::Stop(order)) => self.desk.show_order(order),
                Some(LineId::Position) => self.desk.show_positions(),
                Some(LineId::Draft(_)) | None => {}
            },
            Outcome::MarkerClicked { id } => {
                if let Some(fill) = fill_of(&id) {
                    self.desk.show_fill(fill);
                }
            }
            Outcome::ContextMenu { x, y, price, line, .. } => {
                let instrument = self.store.instrument.get_untracked();
                let price = instrument.and_then(|instrument| dropped_price(price, &instrument));
                let line = line.and_then(|id| LineId::parse(&id));
                self.menu.set(price.map(|price| MenuPlace { x, y, price, line }));
            }
            Outcome::Clicked { .. } => self.menu.set(None),
            Outcome::Announce(_) => self.refresh(),
        }
    }

    fn load_history(self, request: HistoryRequest) {
        let Some(key) = self.shown.get_value() else { return };
        let limit = request.bars.clamp(*PAGE.start(), *PAGE.end());
        spawn_local(async move {
            let page = api::candles(&key.0, key.1, Some(Timestamp(request.before)), limit).await;
            if !self.is_shown(&key) {
                return;
            }
            match page {
                Ok(page) => {
                    self.update(|chart| {
                        chart.prepend(bars_of(&page));
                        chart.has_more_history(page.has_more);
                    });
                }
                Err(_) => set_timeout(
                    move || {
                        if self.is_shown(&key) {
                            self.update(wickflow_chart::Chart::history_failed);
                        }
                    },
                    HISTORY_RETRY,
                ),
            }
        });
    }

    fn on_dropped(self, id: &str, price: f64) {
        let Some(instrument) = self.store.instrument.get_untracked() else { return };
        let (Some(line), Some(price)) = (LineId::parse(id), dropped_price(price, &instrument)) else {
            return;
        };
        match line {
            LineId::Draft(field) => self.set_draft_price(field, price.to_f64()),
            line => {
                if let Some((order, patch)) = line.patch(price) {
                    actions::replace_order(self.store, order, patch, move |replaced| {
                        if !replaced {
                            // Back to where the order is.
                            self.update(|chart| chart.set_lines(Vec::new()));
                            self.draw_lines();
                        }
                    });
                }
            }
        }
    }

    fn set_draft_price(self, field: Field, price: f64) {
        let Some(instrument) = self.store.instrument.get_untracked() else { return };
        let Some(price) = dropped_price(price, &instrument) else { return };
        self.store.form.update(|form| {
            let text = price.to_string();
            match field {
                Field::LimitPrice => form.limit_price = text,
                Field::StopPrice => form.stop_price = text,
                Field::StopLoss => (form.stop_loss.unit, form.stop_loss.text) = (LegUnit::Price, text),
                Field::TakeProfit => (form.take_profit.unit, form.take_profit.text) = (LegUnit::Price, text),
                Field::Quantity | Field::TimeInForce | Field::Order => {}
            }
        });
    }

    /// Whether a limit order of this side would wait at a price, rather than take at once.
    pub(super) fn would_wait(self, side: OrderSide, price: Price) -> bool {
        let last = self.store.ticker.with_untracked(|t| t.as_ref().map(|t| t.last));
        last.is_none_or(|last| match side {
            OrderSide::Buy => price < last,
            OrderSide::Sell => price > last,
        })
    }
}

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_app::chart_widget::Widget;
use wickflow_app::components::Erase;
use wickflow_app::state::reactive::{Derived, effect};
use wickflow_app::state::theme::palette;
use wickflow_chart::{Chart, Marker, Options, Outcome as ChartOutcome, PriceFormat, Side};

use crate::state::{Candles, Outcome, SeriesState, Studio};

/// The stack of fonts that the page uses, for the canvas.
const FONT: &str = "Inter, system-ui, sans-serif";
/// Until the page's own font is there, so that characters are measured anew when it is.
const FALLBACK_FONT: &str = "system-ui, sans-serif";
/// Markers given to the chart at most: the last ones.
const MAX_MARKERS: usize = 20_000;

/// The candles with the strategy's trades. Moving over it shows every wire's value at that bar.
#[component]
pub(super) fn PriceChart() -> impl IntoView {
    let studio = Studio::get();
    let host = NodeRef::<Div>::new();
    let panel = Panel { studio, widget: StoredValue::new_local(None) };
    effect(move || {
        if let Some(host) = host.get() {
            panel.mount(&host);
        }
    });
    view! { <div class="price-chart" node_ref=host data-testid="price-chart" aria-label="Candles and trades"></div> }
        .erase()
}

#[derive(Clone, Copy)]
struct Panel {
    studio: Studio,
    widget: StoredValue<Option<Widget>, LocalStorage>,
}

impl Panel {
    fn mount(self, host: &leptos::web_sys::HtmlElement) {
        if self.widget.with_value(Option::is_some) {
            return;
        }
        let dark =
            self.studio.store.theme.get_untracked().is_dark(self.studio.store.system_is_dark.get_untracked());
        let options =
            Options { palette: palette(dark), font_family: FALLBACK_FONT.to_owned(), ..Options::default() };
        let Ok(widget) = Widget::mount(host, options) else { return };
        widget.on_outcome(move |outcome| self.on_outcome(&outcome));
        self.widget.set_value(Some(widget));
        spawn_local(async move {
            let loading = document().fonts().load("12px Inter");
            let _ = wasm_bindgen_futures::JsFuture::from(loading).await;
            self.update(|chart| chart.set_font(FONT, 11.5));
        });
        self.follow();
    }

    fn update<R>(self, change: impl FnOnce(&mut Chart) -> R) -> Option<R> {
        let widget = self.widget.try_get_value().flatten()?;
        Some(widget.update(change))
    }

    fn follow(self) {
        let studio = self.studio;
        effect(move || {
            let palette = palette(studio.store.is_dark());
            self.update(|chart| chart.set_palette(palette));
        });
        effect(move || {
            if let SeriesState::Ready(candles) = studio.series.get() {
                self.show(&candles);
            }
        });
        let seq = Derived::new(move || studio.outcome.with(|o| o.as_ref().map(|o| o.result.seq)));
        effect(move || {
            seq.track();
            let markers = studio.outcome.with_untracked(|outcome| outcome.as_ref().map(markers));
            self.update(|chart| chart.set_markers(markers.unwrap_or_default()));
        });
        effect(move || {
            if let Some(trade) = studio.trade.get() {
                self.go_to_trade(trade);
            }
        });
    }

    fn show(self, candles: &Arc<Candles>) {
        let times: Vec<i64> = candles.time.iter().map(|time| whole(*time)).collect();
        let step = times.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).min();
        let precision = precision_of(&candles.close);
        self.update(|chart| {
            chart.set_price_format(PriceFormat { precision, ..PriceFormat::default() });
            if let Some(step) = step {
                chart.set_timeframe(step);
            }
            chart.has_more_history(false);
            chart.set_columns(
                &times,
                [&candles.open, &candles.high, &candles.low, &candles.close, &candles.volume]
                    .map(Vec::as_slice),
            );
        });
    }

    fn go_to_trade(self, trade: u32) {
        let time = self.studio.outcome.with_untracked(|outcome| {
            let outcome = outcome.as_ref()?;
            let trades = &outcome.result.trades;
            let row = usize::try_from(trade.checked_sub(trades.first)?).ok()?;
            Some(whole(outcome.columns.at(trades.entry_time, row)))
        });
        if let Some(time) = time {
            self.update(|chart| chart.go_to_time(time));
        }
    }

    fn on_outcome(self, outcome: &ChartOutcome) {
        if *outcome == ChartOutcome::HoverChanged {
            let widget = self.widget.try_get_value().flatten();
            let time = widget.and_then(|widget| widget.with(|chart| chart.hovered().map(|bar| bar.bar.time)));
            let bar = time.and_then(|time| self.bar_of(time));
            self.studio.hover.update_if(|hover| (std::mem::replace(hover, bar) != bar, ()));
        }
    }

    /// The place of a candle, as results count bars.
    fn bar_of(self, time: i64) -> Option<u32> {
        self.studio.series.with_untracked(|series| match series {
            SeriesState::Ready(candles) => {
                let row = candles.time.partition_point(|open| whole(*open) < time);
                u32::try_from(row).ok()
            }
            _ => None,
        })
    }
}

/// Entries and exits at their prices.
fn markers(outcome: &Outcome) -> Vec<Marker> {
    let (fills, columns) = (&outcome.result.fills, &outcome.columns);
    let count = columns.get(fills.price).len();
    (count.saturating_sub(MAX_MARKERS)..count)
        .map(|row| Marker {
            id: row.to_string(),
            time: whole(columns.at(fills.time, row)),
            price: columns.at(fills.price, row),
            side: if columns.at(fills.side, row) > 0.0 { Side::Buy } else { Side::Sell },
            text: String::new(),
        })
        .collect()
}

/// As many decimals as the prices need to differ, at least two.
fn precision_of(prices: &[f64]) -> u8 {
    let typical = prices.last().copied().unwrap_or(1.0).abs();
    match typical {
        price if price >= 100.0 => 2,
        price if price >= 1.0 => 4,
        _ => 6,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "times of candles are whole and far below 2^53 ms")]
fn whole(time: f64) -> i64 {
    time as i64
}

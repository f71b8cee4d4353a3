use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, icon};
use wickflow_app::state::reactive::{Derived, Var, effect};
use wickflow_chart::{Outcome as ChartOutcome, PriceFormat, Side, StudyOutcome, Trade};

use super::series_shown::{self, Window};
use crate::browser;
use crate::chart_host::{ChartHost, whole};
use crate::state::{Candles, Outcome, SeriesState, Studio};

/// The candles with the strategy's trades and series. Moving over it shows every wire's value at that bar.
#[component]
pub(super) fn PriceChart() -> impl IntoView {
    let studio = Studio::get();
    let host = NodeRef::<Div>::new();
    let panel = Panel { studio, chart: ChartHost::new(), window: Var::new(Window::default()) };
    effect(move || {
        if let Some(host) = host.get()
            && panel.chart.mount(&host, studio.store)
        {
            panel.chart.listen(
                move |outcome| panel.on_outcome(&outcome),
                move |outcome| panel.on_study_outcome(&outcome),
            );
            panel.follow();
        }
    });
    let save = move |_| {
        if let Some(picture) = panel.chart.picture() {
            browser::download_address("chart.png", &picture);
        }
    };
    view! {
        <div class="price-panel">
            <div class="price-chart" node_ref=host data-testid="price-chart" aria-label="Candles and trades"></div>
            <button
                type="button"
                class="icon-button price-camera"
                aria-label="Save the chart as a picture"
                title="Save the chart as a picture"
                on:click=act(save)
            >
                {icon(Icon::Camera)}
            </button>
        </div>
    }
    .erase()
}

#[derive(Clone, Copy)]
struct Panel {
    studio: Studio,
    chart: ChartHost,
    /// The bars in view and some around them.
    window: Var<Window>,
}

impl Panel {
    fn follow(self) {
        let studio = self.studio;
        effect(move || {
            if let SeriesState::Ready(candles) = studio.series.get() {
                self.show(&candles);
            }
        });
        let seq = Derived::new(move || studio.outcome.with(|o| o.as_ref().map(|o| o.result.seq)));
        effect(move || {
            seq.track();
            let trades = studio.outcome.with_untracked(|outcome| outcome.as_ref().map(trades));
            self.chart.update(|chart| {
                chart.update_studies(|studies| studies.set_trades(trades.unwrap_or_default()));
            });
        });
        effect(move || {
            seq.track();
            self.window.track();
            studio.traced.track();
            series_shown::refresh(studio, self.chart, self.window.get_untracked());
        });
        effect(move || {
            let trade = studio.trade.get();
            self.select(trade);
        });
        effect(move || {
            let time = studio.stepped.get().and_then(|bar| self.time_of(bar));
            self.chart.update(|chart| {
                chart.update_studies(|studies| studies.set_step(time));
                if let Some(time) = time {
                    chart.reveal_time(time);
                }
            });
        });
    }

    fn show(self, candles: &Arc<Candles>) {
        let times: Vec<i64> = candles.time.iter().map(|time| whole(*time)).collect();
        let step = times.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).min();
        let precision = precision_of(&candles.close);
        self.chart.update(|chart| {
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
        self.look();
    }

    /// Takes over which bars are in view.
    fn look(self) {
        let range = self.chart.with(|chart| chart.time_range()).flatten();
        let Some(range) = range else { return };
        self.studio.series.with_untracked(|series| {
            if let SeriesState::Ready(candles) = series {
                let row = |time: f64| candles.time.partition_point(|open| *open < time);
                let window = Window::around(row(range.from), row(range.to), candles.time.len());
                self.window.update_if(|old| {
                    (old.is_left_for(&window) && std::mem::replace(old, window) != window, ())
                });
            }
        });
    }

    fn select(self, trade: Option<u32>) {
        let found = self.studio.outcome.with_untracked(|outcome| {
            let outcome = outcome.as_ref()?;
            let row = usize::try_from(trade?.checked_sub(outcome.result.trades.first)?).ok()?;
            Some((row, whole(outcome.columns.at(outcome.result.trades.entry_time, row))))
        });
        self.chart.update(|chart| {
            chart.update_studies(|studies| studies.select_trade(found.map(|(row, _)| row)));
            if let Some((_, time)) = found {
                chart.reveal_time(time);
            }
        });
    }

    fn on_outcome(self, outcome: &ChartOutcome) {
        let studio = self.studio;
        match outcome {
            ChartOutcome::HoverChanged => {
                let time = self.chart.with(|chart| chart.hovered().map(|bar| bar.bar.time)).flatten();
                let bar = time.and_then(|time| self.bar_of(time));
                studio.hover.update_if(|hover| (std::mem::replace(hover, bar) != bar, ()));
            }
            ChartOutcome::Clicked { time, .. } => {
                let bar = self.bar_of(*time);
                studio.stepped.update_if(|stepped| (std::mem::replace(stepped, bar) != bar, ()));
            }
            _ => {}
        }
    }

    fn on_study_outcome(self, outcome: &StudyOutcome) {
        let studio = self.studio;
        match outcome {
            StudyOutcome::TradePicked(row) => {
                let trade = row.and_then(|row| {
                    let first =
                        studio.outcome.with_untracked(|o| o.as_ref().map(|o| o.result.trades.first))?;
                    first.checked_add(u32::try_from(row).ok()?)
                });
                studio.trade.set(trade);
            }
            StudyOutcome::RangeChanged(_) => self.look(),
            StudyOutcome::TradeHovered(_)
            | StudyOutcome::PaneClicked { .. }
            | StudyOutcome::PanesResized(_) => {}
        }
    }

    /// The place of a candle, as results count bars.
    fn bar_of(self, time: i64) -> Option<u32> {
        self.studio.series.with_untracked(|series| match series {
            SeriesState::Ready(candles) => {
                u32::try_from(candles.time.partition_point(|open| whole(*open) < time)).ok()
            }
            _ => None,
        })
    }

    fn time_of(self, bar: u32) -> Option<i64> {
        self.studio.series.with_untracked(|series| match series {
            SeriesState::Ready(candles) => {
                candles.time.get(usize::try_from(bar).ok()?).map(|time| whole(*time))
            }
            _ => None,
        })
    }
}

/// Closed trades as the chart takes them.
fn trades(outcome: &Outcome) -> Vec<Trade> {
    let (trades, columns) = (&outcome.result.trades, &outcome.columns);
    (0..columns.get(trades.pnl).len())
        .map(|row| Trade {
            entry_time: whole(columns.at(trades.entry_time, row)),
            entry_price: columns.at(trades.entry_price, row),
            exit_time: whole(columns.at(trades.exit_time, row)),
            exit_price: columns.at(trades.exit_price, row),
            side: if columns.at(trades.side, row) > 0.0 { Side::Buy } else { Side::Sell },
            pnl: columns.at(trades.pnl, row),
        })
        .collect()
}

/// As many decimals as prices of this size usually have.
fn precision_of(prices: &[f64]) -> u8 {
    match prices.last().copied().unwrap_or(1.0).abs() {
        price if price >= 100.0 => 2,
        price if price >= 1.0 => 4,
        _ => 6,
    }
}

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wickflow_chart::PriceMode;
use wickflow_shared::time::Timeframe;

use super::panel::Panel;
use crate::components::{Choices, Erase, Icon, act, icon, text};
use crate::state::reactive::Derived;

/// The timeframes with their texts.
const TIMEFRAMES: [(Timeframe, &str); 8] = [
    (Timeframe::Minutes(1), "1m"),
    (Timeframe::Minutes(5), "5m"),
    (Timeframe::Minutes(15), "15m"),
    (Timeframe::Minutes(30), "30m"),
    (Timeframe::Minutes(60), "1h"),
    (Timeframe::Minutes(240), "4h"),
    (Timeframe::Day, "1D"),
    (Timeframe::Week, "1W"),
];

const PRICE_MODES: [(PriceMode, &str); 3] =
    [(PriceMode::Linear, "Lin"), (PriceMode::Log, "Log"), (PriceMode::Percent, "%")];

/// Timeframes, price scale, and ways back.
#[component]
pub(super) fn Toolbar(panel: Panel) -> impl IntoView {
    let store = panel.store;
    // A timeframe of an address may be none of these: then none is marked.
    let chosen = Derived::new(move || place_of(&TIMEFRAMES, store.timeframe.get()));
    let mode = Derived::new(move || place_of(&PRICE_MODES, panel.price_mode.get()));
    let countdown = move || {
        let text = panel.countdown.get();
        (!text.is_empty()).then(|| format!("Closes in {text}"))
    };
    let button = move |label: &'static str,
                       name: &'static str,
                       picture: Icon,
                       change: fn(&mut wickflow_chart::Chart)| {
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label=label
                title=label
                data-testid=name
                on:click=act(move |_| {
                    panel.update(change);
                })
            >
                {icon(picture)}
            </button>
        }
    };
    view! {
        <div class="chart-toolbar">
            <Choices
                label="Timeframe"
                name="timeframe"
                options=TIMEFRAMES.iter().map(|timeframe| timeframe.1).collect()
                value=chosen
                choose=move |at: usize| {
                    if let Some((timeframe, _)) = TIMEFRAMES.get(at) {
                        store.choose_timeframe(*timeframe);
                    }
                }
            />
            <span class="countdown faint" data-testid="countdown">{text(countdown)}</span>
            <span class="wide-only">
                <Choices
                    label="Price scale"
                    name="scale"
                    options=PRICE_MODES.iter().map(|mode| mode.1).collect()
                    value=mode
                    choose=move |at: usize| {
                        if let Some((mode, _)) = PRICE_MODES.get(at) {
                            panel.price_mode.set(*mode);
                        }
                    }
                />
            </span>
            <span class="chart-buttons">
                {button("Newest candle", "chart-latest", Icon::Latest, |chart| chart.scroll_to_latest())}
                {button("All candles", "chart-fit", Icon::Fit, |chart| chart.fit())}
                {button("Reset the view", "chart-reset", Icon::Reset, |chart| {
                    chart.reset_price_scale();
                    chart.reset_time_scale();
                })}
                <button
                    type="button"
                    class="icon-button wide-only"
                    aria-label="Save as a picture"
                    title="Save as a picture"
                    data-testid="chart-save"
                    on:click=act(move |_| save_picture(panel))
                >
                    {icon(Icon::Camera)}
                </button>
            </span>
        </div>
    }
    .erase()
}

/// Where a value stands among choices.
fn place_of<T: PartialEq>(choices: &[(T, &str)], value: T) -> usize {
    choices.iter().position(|choice| choice.0 == value).unwrap_or(usize::MAX)
}

/// Downloads the chart as a PNG.
fn save_picture(panel: Panel) {
    let Some(url) = panel.picture_url() else { return };
    let name =
        panel.store.selected.get_untracked().map_or_else(String::new, |s| s.as_str().replace(':', "-"));
    let link =
        document().create_element("a").ok().and_then(|e| e.dyn_into::<leptos::web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", &url);
        let _ =
            link.set_attribute("download", &format!("{name}-{}.png", panel.store.timeframe.get_untracked()));
        link.click();
    }
}

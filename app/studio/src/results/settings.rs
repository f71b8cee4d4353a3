use leptos::prelude::*;
use wickflow_app::components::{Erase, act, row, rows, text};
use wickflow_app::state::reactive::Derived;
use wickflow_lab::protocol::{Fees, Hello, Slippage};

use crate::state::{RunChoices, Source, Studio};

/// Ranges to choose from, in bars.
const RANGES: [u32; 6] = [2_000, 5_000, 20_000, 50_000, 100_000, 200_000];

/// How the strategy is run: market, timeframe, range, cash, costs, fill rules.
#[component]
pub(super) fn SettingsBar() -> impl IntoView {
    let studio = Studio::get();
    let cash = Derived::new(move || studio.choices.with(|choices| choices.cash.to_string()));
    let set_cash = move |event| {
        let text = event_target_value(&event);
        match text.trim().replace(',', "").parse::<f64>() {
            Ok(cash) if cash.is_finite() && cash > 0.0 && cash <= 1e12 => {
                studio.choose(|choices| choices.cash = cash)
            }
            _ => studio.warn("Cash must be a number above 0", "The run keeps the amount that it had."),
        }
    };
    view! {
        <form class="run-settings" aria-label="How the strategy is run" on:submit=act(|event: leptos::ev::SubmitEvent| event.prevent_default())>
            {picker("Market", "run-market", markets(studio), move || market_value(studio), move |value| choose_market(studio, value))}
            {picker("Candles", "run-timeframe", timeframes(studio), move || studio.choices.with(|c| c.timeframe.clone()), move |value| {
                studio.choose(|choices| choices.timeframe = value.to_owned());
            })}
            {picker("Range", "run-range", ranges(), move || studio.choices.with(|c| c.bars.to_string()), move |value| {
                if let Ok(bars) = value.parse() {
                    studio.choose(|choices| choices.bars = bars);
                }
            })}
            <label class="run-setting">
                <span>"Cash"</span>
                <input
                    id="run-cash"
                    data-testid="run-cash"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="16"
                    prop:value=text(move || cash.get())
                    on:change=act(set_cash)
                />
            </label>
            {picker("Fees", "run-fees", fees(studio), move || fees_value(studio), move |value| choose_fees(studio, value))}
            {picker("Slippage", "run-slippage", slippages(studio), move || slippage_value(studio), move |value| choose_slippage(studio, value))}
            {picker("Fills", "run-profile", profiles(studio), move || studio.choices.with(|c| c.fill_profile.clone()), move |value| {
                studio.choose(|choices| choices.fill_profile = value.to_owned());
            })}
        </form>
    }
    .erase()
}

/// A value and its text.
type Choice = (String, String);

fn picker(
    label: &'static str,
    id: &'static str,
    options: Derived<Vec<Choice>>,
    value: impl Fn() -> String + Send + Sync + 'static,
    choose: impl Fn(&str) + 'static,
) -> AnyView {
    let value = Derived::new(value);
    let list = rows(move || {
        let one = |(key, name): Choice| {
            let own = key.clone();
            row(format!("{key} {name}"), move || {
                let is_chosen = untrack(|| value.get()) == own;
                view! { <option value=own selected=is_chosen>{name}</option> }.erase()
            })
        };
        options.get().into_iter().map(one).collect()
    });
    // A select shows what it holds only once it has that option.
    let shown = move || {
        options.track();
        value.get()
    };
    view! {
        <label class="run-setting">
            <span>{label}</span>
            <select id=id data-testid=id prop:value=text(shown) on:change=act(move |event| choose(&event_target_value(&event)))>
                {list}
            </select>
        </label>
    }
    .erase()
}

fn with_hello<R: Default>(studio: Studio, read: impl FnOnce(&Hello) -> R) -> R {
    studio.hello.with(|hello| hello.as_ref().map(|hello| read(hello)).unwrap_or_default())
}

fn markets(studio: Studio) -> Derived<Vec<Choice>> {
    Derived::new(move || {
        let mut markets: Vec<Choice> = studio.instruments.with(|instruments| {
            instruments.iter().map(|i| (format!("server {}", i.symbol), i.symbol.to_string())).collect()
        });
        for seed in [42_u64, 7, 1] {
            markets.push((format!("synthetic {seed}"), format!("Made-up market {seed}")));
        }
        if let Source::File { name } = studio.choices.with(|choices| choices.source.clone()) {
            markets.push((format!("file {name}"), name));
        }
        markets
    })
}

fn market_value(studio: Studio) -> String {
    studio.choices.with(|choices| match &choices.source {
        Source::Server { symbol } => format!("server {symbol}"),
        Source::Synthetic { seed } => format!("synthetic {seed}"),
        Source::File { name } => format!("file {name}"),
    })
}

fn choose_market(studio: Studio, value: &str) {
    let source = match value.split_once(' ') {
        Some(("server", symbol)) => Some(Source::Server { symbol: symbol.to_owned() }),
        Some(("synthetic", seed)) => seed.parse().ok().map(|seed| Source::Synthetic { seed }),
        Some(("file", name)) => Some(Source::File { name: name.to_owned() }),
        _ => None,
    };
    if let Some(source) = source {
        studio.choose(|choices| choices.source = source);
    }
}

fn timeframes(studio: Studio) -> Derived<Vec<Choice>> {
    Derived::new(move || {
        let mut names = with_hello(studio, |hello| hello.timeframes.clone());
        let own = studio.choices.with(|choices| choices.timeframe.clone());
        if !names.contains(&own) {
            names.push(own);
        }
        names.into_iter().map(|name| (name.clone(), name)).collect()
    })
}

fn ranges() -> Derived<Vec<Choice>> {
    Derived::new(|| RANGES.iter().map(|bars| (bars.to_string(), format!("last {} k", bars / 1000))).collect())
}

fn fees(studio: Studio) -> Derived<Vec<Choice>> {
    Derived::new(move || {
        let presets = with_hello(studio, |hello| hello.fees.clone());
        let own = studio.choices.with(|choices| choices.fees.clone());
        let mut all: Vec<Choice> =
            presets.iter().map(|preset| (json(&preset.fees), preset.name.clone())).collect();
        if !presets.iter().any(|preset| preset.fees == own) {
            all.push((json(&own), "Own".to_owned()));
        }
        all
    })
}

fn fees_value(studio: Studio) -> String {
    studio.choices.with(|choices| json(&choices.fees))
}

fn choose_fees(studio: Studio, value: &str) {
    if let Ok(fees) = serde_json::from_str::<Fees>(value) {
        studio.choose(|choices| choices.fees = fees);
    }
}

fn slippages(studio: Studio) -> Derived<Vec<Choice>> {
    Derived::new(move || {
        let presets = with_hello(studio, |hello| hello.slippage.clone());
        let own = studio.choices.with(|choices| choices.slippage);
        let mut all: Vec<Choice> =
            presets.iter().map(|preset| (json(&preset.slippage), preset.name.clone())).collect();
        if !presets.iter().any(|preset| preset.slippage == own) {
            all.push((json(&own), "Own".to_owned()));
        }
        all
    })
}

fn slippage_value(studio: Studio) -> String {
    studio.choices.with(|choices: &RunChoices| json(&choices.slippage))
}

fn choose_slippage(studio: Studio, value: &str) {
    if let Ok(slippage) = serde_json::from_str::<Slippage>(value) {
        studio.choose(|choices| choices.slippage = slippage);
    }
}

fn profiles(studio: Studio) -> Derived<Vec<Choice>> {
    Derived::new(move || {
        with_hello(studio, |hello| {
            hello.fill_profiles.iter().map(|profile| (profile.name.clone(), profile.name.clone())).collect()
        })
    })
}

/// Settings as the value of an option: equal settings, equal texts.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

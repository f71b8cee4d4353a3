use leptos::prelude::*;
use wickflow_shared::market::Currency;

use super::panel::Panel;
use crate::components::{Erase, direction, text};
use crate::state::format;
use crate::state::reactive::Derived;

/// Open, high, low, close, change and volume of the candle under the crosshair, or of the newest.
#[component]
pub(super) fn Legend(panel: Panel) -> impl IntoView {
    let store = panel.store;
    let tone =
        Derived::new(move || panel.readout.with(|r| r.as_ref().map_or("soft", |r| direction(r.change))));
    let price = move |pick: fn(&wickflow_chart::Bar) -> f64| {
        text(move || {
            let instrument = store.instrument.get()?;
            panel.readout.with(|r| r.as_ref().map(|r| format::price_f64(pick(&r.bar), &instrument)))
        })
    };
    let change = move || {
        let instrument = store.instrument.get()?;
        let decimals = instrument.price_decimals() as usize;
        panel.readout.with(|r| {
            let r = r.as_ref()?;
            let difference = format::signed(r.change, decimals, instrument.currency == Currency::INR);
            Some(match r.change_percent {
                Some(percent) => format!("{difference} ({})", format::percent(percent / 100.0)),
                None => difference,
            })
        })
    };
    let volume = move || panel.readout.with(|r| r.as_ref().map(|r| format::compact(r.bar.volume)));
    let time = move || {
        let instrument = store.instrument.get()?;
        panel.readout.with(|r| {
            let bar = r.as_ref().filter(|r| r.hovered)?.bar;
            Some(format::long_date_time(
                wickflow_shared::time::Timestamp(bar.time),
                instrument.calendar.zone(),
            ))
        })
    };
    let figure = move |name: &'static str, pick: fn(&wickflow_chart::Bar) -> f64| {
        view! { <span><span class="faint">{name}</span><b class=text(move || tone.get())>{price(pick)}</b></span> }.erase()
    };
    view! {
        <div class="legend" data-testid="legend">
            {figure("O", |bar| bar.open)}
            {figure("H", |bar| bar.high)}
            {figure("L", |bar| bar.low)}
            {figure("C", |bar| bar.close)}
            <b class=text(move || tone.get())>{text(change)}</b>
            <span><span class="faint">"Vol"</span>{text(volume)}</span>
            <span class="faint legend-time">{text(time)}</span>
        </div>
    }
    .erase()
}

use leptos::prelude::*;
use wickflow_shared::num::Money;

use super::Parts;
use crate::state::format;
use crate::state::preview::Estimate;

/// What the order would cost, before it is sent.
#[component]
pub(super) fn Figures(parts: Parts) -> impl IntoView {
    let figures =
        Memo::new(move |_| parts.estimate.with(|estimate| estimate.as_ref()?.as_ref().ok().cloned()));
    let show = move |text: fn(&Estimate) -> String| {
        figures.with(|figures| figures.as_ref().map_or_else(|| "–".to_owned(), text))
    };
    let line = move |name: &'static str, id: &'static str, text: fn(&Estimate) -> String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-testid=id>{move || show(text)}</dd>
            </div>
        }
    };
    let terms = move || figures.with(|figures| figures.as_ref().map(|figures| figures.fee_terms.clone()));
    let slips =
        Memo::new(move |_| figures.with(|f| f.as_ref().is_some_and(|f| !f.preview.slippage.is_zero())));
    view! {
        <dl class="estimate" aria-label="Estimate" data-testid="estimate">
            {line("Value", "estimate-value", |f| money(f, f.preview.notional))}
            <div>
                <dt>"Fee " <span class="faint">{terms}</span></dt>
                <dd data-testid="estimate-fee">{move || show(|f| money(f, f.preview.fee))}</dd>
            </div>
            <Show when=move || slips.get()>
                {line("Slippage", "estimate-slippage", |f| money(f, f.preview.slippage))}
            </Show>
            {line("Buying power used", "estimate-reserves", |f| money(f, f.preview.reserves))}
            {line("Buying power now", "estimate-power", |f| money(f, f.preview.buying_power))}
            {line("Position after", "estimate-position", |f| format::signed_decimal(f.position_after))}
        </dl>
    }
    .into_any()
}

fn money(figures: &Estimate, amount: Money) -> String {
    format::money(amount, figures.preview.currency)
}

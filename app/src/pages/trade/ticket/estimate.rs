use leptos::prelude::*;
use wickflow_shared::num::Money;

use super::Parts;
use crate::components::{Erase, text, when};
use crate::state::format;
use crate::state::preview::Estimate;
use crate::state::reactive::Derived;

/// What the order would cost, before it is sent.
#[component]
pub(super) fn Figures(parts: Parts) -> impl IntoView {
    let figures =
        Derived::new(move || parts.estimate.with(|estimate| estimate.as_ref()?.as_ref().ok().cloned()));
    let show = move |words: fn(&Estimate) -> String| {
        figures.with(|figures| figures.as_ref().map_or_else(|| "–".to_owned(), words))
    };
    let line = move |name: &'static str, id: &'static str, words: fn(&Estimate) -> String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-testid=id>{text(move || show(words))}</dd>
            </div>
        }
        .erase()
    };
    let terms = move || figures.with(|figures| figures.as_ref().map(|figures| figures.fee_terms.clone()));
    let slips =
        Derived::new(move || figures.with(|f| f.as_ref().is_some_and(|f| !f.preview.slippage.is_zero())));
    view! {
        <dl class="estimate" aria-label="Estimate" data-testid="estimate">
            {line("Value", "estimate-value", |f| money(f, f.preview.notional))}
            <div>
                <dt>"Fee " <span class="faint">{text(terms)}</span></dt>
                <dd data-testid="estimate-fee">{text(move || show(|f| money(f, f.preview.fee)))}</dd>
            </div>
            {when(move || slips.get(), move || line("Slippage", "estimate-slippage", |f| money(f, f.preview.slippage)))}
            {line("Buying power used", "estimate-reserves", |f| money(f, f.preview.reserves))}
            {line("Buying power now", "estimate-power", |f| money(f, f.preview.buying_power))}
            {line("Position after", "estimate-position", |f| format::signed_decimal(f.position_after))}
        </dl>
    }
    .erase()
}

fn money(figures: &Estimate, amount: Money) -> String {
    format::money(amount, figures.preview.currency)
}

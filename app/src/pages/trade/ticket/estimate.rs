use leptos::prelude::*;
use wickflow_shared::num::Money;

use super::Parts;
use crate::state::format;
use crate::state::preview::{Estimate as Figures, estimate};

/// What the order would cost, before it is sent; and whether the account can pay for it.
#[component]
pub(super) fn Estimate(parts: Parts) -> impl IntoView {
    let Parts { store, draft, .. } = parts;
    let result = Memo::new(move |_| {
        let instrument = store.instrument.get()?;
        let request = draft.with(|draft| draft.as_ref()?.request.clone())?;
        let now = store.now.get_untracked();
        store.account.with(|account| Some(estimate(account.as_ref()?, store, &instrument, &request, now)))
    });
    let figures = move |text: fn(&Figures) -> String| {
        result.with(|r| match r {
            Some(Ok(figures)) => text(figures),
            _ => "–".to_owned(),
        })
    };
    let refusal = move || {
        result.with(|r| match r {
            Some(Ok(figures)) => {
                figures.preview.reject.as_ref().map(|reject| format::sentence(&reject.message))
            }
            Some(Err(reject)) => Some(format::sentence(&reject.message)),
            None => None,
        })
    };
    let line = move |name: &'static str, id: &'static str, text: fn(&Figures) -> String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-testid=id>{move || figures(text)}</dd>
            </div>
        }
    };
    let terms = move || result.with(|r| r.as_ref()?.as_ref().ok().map(|f| f.fee_terms.clone()));
    view! {
        <dl class="estimate" aria-label="Estimate" data-testid="estimate">
            {line("Value", "estimate-value", |f| money(f, f.preview.notional))}
            <div>
                <dt>"Fee " <span class="faint">{terms}</span></dt>
                <dd data-testid="estimate-fee">{move || figures(|f| money(f, f.preview.fee))}</dd>
            </div>
            {line("Slippage", "estimate-slippage", |f| money(f, f.preview.slippage))}
            {line("Reserves", "estimate-reserves", |f| money(f, f.preview.reserves))}
            {line("Buying power", "estimate-power", |f| money(f, f.preview.buying_power))}
            {line("Position after", "estimate-position", |f| format::signed_decimal(f.position_after))}
        </dl>
        <p class="mistake" role="status" data-testid="estimate-refusal">{refusal}</p>
    }
    .into_any()
}

fn money(figures: &Figures, amount: Money) -> String {
    format::money(amount, figures.preview.currency)
}

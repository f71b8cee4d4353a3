use leptos::prelude::*;

use super::Parts;
use crate::state::account::estimate;
use crate::state::format;

/// What the order would cost, before it is sent.
#[component]
pub(super) fn Estimate(parts: Parts) -> impl IntoView {
    let Parts { store, draft, .. } = parts;
    let estimate = Memo::new(move |_| {
        let instrument = store.instrument.get()?;
        let (request, entry) = draft.with(|draft| {
            let draft = draft.as_ref()?;
            Some((draft.request.clone()?, draft.entry?))
        })?;
        store.account.with(|account| estimate(account.as_ref()?, store, &instrument, &request, entry))
    });
    let line = move |name: &'static str,
                     id: &'static str,
                     text: fn(&crate::state::account::Estimate) -> String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd data-testid=id>{move || estimate.with(|e| e.as_ref().map_or_else(|| "–".to_owned(), text))}</dd>
            </div>
        }
    };
    let terms = move || estimate.with(|e| e.as_ref().map(|e| e.fee_terms.clone()));
    view! {
        <dl class="estimate" aria-label="Estimate" data-testid="estimate">
            {line("Value", "estimate-value", |e| format::money(e.notional, e.currency))}
            <div>
                <dt>"Fee " <span class="faint">{terms}</span></dt>
                <dd data-testid="estimate-fee">
                    {move || estimate.with(|e| e.as_ref().map_or_else(|| "–".to_owned(), |e| format::money(e.fee, e.currency)))}
                </dd>
            </div>
            {line("Buying power after", "estimate-power", |e| format::money(e.buying_power_after, e.currency))}
            {line("Position after", "estimate-position", |e| format::signed(
                e.position_after.to_string().parse().unwrap_or(0.0),
                e.position_after.normalize().scale() as usize,
                false,
            ))}
        </dl>
    }
    .into_any()
}

use leptos::prelude::*;
use wickflow_shared::order::OrderType;
use wickflow_shared::portfolio::Position;

use super::Parts;
use crate::components::{Erase, NumberField, Switch, act, attr, part, text, when};
use crate::state::exact::product;
use crate::state::reactive::Derived;
use crate::state::ticket::{Affordable, Field, TIMES_IN_FORCE, quantity_for_share, time_in_force_name};
use crate::state::{format, preview};

/// Shares of the buying power, or of the position, to choose from.
const SHARES: [u32; 4] = [10, 25, 50, 100];

/// Prices, quantity, time in force.
#[component]
pub(super) fn Fields(parts: Parts) -> impl IntoView {
    let Parts { store, market, draft, .. } = parts;
    let mistake = move |field: Field| {
        Derived::new(move || draft.with(|draft| draft.as_ref()?.mistake(field).map(str::to_owned)))
    };
    let currency =
        Derived::new(move || store.instrument.get().map(|i| i.currency.to_string()).unwrap_or_default());
    let step_price = move |field: Field, ticks: i64| {
        if let Some(instrument) = store.instrument.get_untracked() {
            store.form.update(|form| form.step_price(field, ticks, &instrument, market.get_untracked()));
        }
    };
    let has_limit = Derived::new(move || store.form.with(|form| form.order_type.has_limit_price()));
    let has_stop = Derived::new(move || store.form.with(|form| form.order_type.has_stop_price()));
    let to_market = move |set: fn(&mut crate::state::ticket::TicketForm, String)| {
        let take = move |_| {
            if let Some(price) = market.get_untracked() {
                store.form.update(|form| set(form, price.to_string()));
            }
        };
        view! { <button type="button" class="link" on:click=act(take)>"Market price"</button> }.erase()
    };
    let closable = Derived::new(move || {
        let (symbol, side) = (store.selected.get()?, store.form.with(|form| form.side));
        store.account.with(|a| {
            let position = a.as_ref()?.portfolio().position(&symbol)?;
            (position.side.closed_by() == side).then(|| position.clone())
        })
    });
    let share_of = move || match closable.get() {
        Some(position) => format!("% of your {}", format::quantity(position.quantity)),
        None => "% of buying power".to_owned(),
    };
    view! {
        <div class="ticket-fields">
            <NumberField
                id="ticket-quantity"
                label="Quantity"
                value=Derived::new(move || store.form.with(|form| form.quantity.clone()))
                input=move |text: String| store.form.update(|form| form.quantity = text)
                step=move |lots: i64| {
                    if let Some(instrument) = store.instrument.get_untracked() {
                        store.form.update(|form| form.step_quantity(lots, &instrument));
                    }
                }
                unit=Derived::new(move || store.instrument.get().map(|i| unit_of(&i)).unwrap_or_default())
                mistake=mistake(Field::Quantity)
                aside=view! { <span class="faint">{text(share_of)}</span> }.erase()
            />
            <Shares parts closable />
            {when(move || has_limit.get(), move || view! {
                <NumberField
                    id="ticket-limit"
                    label="Limit price"
                    value=Derived::new(move || store.form.with(|form| form.limit_price.clone()))
                    input=move |text: String| store.form.update(|form| form.limit_price = text)
                    step=move |ticks: i64| step_price(Field::LimitPrice, ticks)
                    unit=currency
                    mistake=mistake(Field::LimitPrice)
                    aside=to_market(|form, text| form.limit_price = text)
                />
            }.erase())}
            {when(move || has_stop.get(), move || view! {
                <NumberField
                    id="ticket-stop"
                    label="Stop price"
                    value=Derived::new(move || store.form.with(|form| form.stop_price.clone()))
                    input=move |text: String| store.form.update(|form| form.stop_price = text)
                    step=move |ticks: i64| step_price(Field::StopPrice, ticks)
                    unit=currency
                    mistake=mistake(Field::StopPrice)
                    aside=to_market(|form, text| form.stop_price = text)
                />
            }.erase())}
            <TimeInForceField parts />
        </div>
    }
    .erase()
}

/// What quantities of an instrument count: coins by name, otherwise shares.
fn unit_of(instrument: &wickflow_shared::market::Instrument) -> String {
    let name = instrument.symbol.name();
    let currency = instrument.currency.as_str();
    match name.strip_suffix(currency) {
        Some(base) if !base.is_empty() => base.trim_end_matches(['-', '_', '.']).to_owned(),
        _ => "units".to_owned(),
    }
}

/// Quantity as a share: of the position when the order would close it, otherwise of the buying power.
#[component]
fn Shares(parts: Parts, closable: Derived<Option<Position>>) -> impl IntoView {
    let Parts { store, draft, .. } = parts;
    let choose = move |percent: u32| {
        let Some(instrument) = store.instrument.get_untracked() else { return };
        let quantity = match closable.get_untracked() {
            Some(position) => share_of_position(&position, percent, &instrument),
            None => {
                let price = draft.with_untracked(|draft| draft.as_ref()?.entry);
                let power = store.account.with_untracked(|a| {
                    untrack(|| preview::buying_power(a.as_ref()?, store, instrument.currency))
                });
                let Some((price, buying_power)) = price.zip(power) else { return };
                let (side, has_limit) =
                    store.form.with_untracked(|form| (form.side, form.order_type.has_limit_price()));
                let reserve = preview::reserve(&instrument, side, has_limit);
                quantity_for_share(percent, Affordable { buying_power, price, reserve }, &instrument)
            }
        };
        store.form.update(|form| form.quantity = quantity.to_string());
    };
    let about = move || if closable.with(Option::is_some) { "of your position" } else { "of buying power" };
    let buttons = SHARES
        .map(|percent| {
            view! {
                <button
                    type="button"
                    class="choice"
                    data-testid=format!("share-{percent}")
                    aria-label=attr(move || format!("{percent} percent {}", about()))
                    on:click=act(move |_| choose(percent))
                >
                    {format!("{percent}%")}
                </button>
            }
        })
        .collect_view();
    view! { <div class="shares">{buttons}</div> }.erase()
}

fn share_of_position(
    position: &Position,
    percent: u32,
    instrument: &wickflow_shared::market::Instrument,
) -> wickflow_shared::num::Quantity {
    use wickflow_shared::num::{Decimal, Quantity};
    if percent == 100 {
        return position.quantity;
    }
    let part = product(position.quantity.get(), Decimal::new(i64::from(percent), 2)).unwrap_or_default();
    Quantity::try_new(part.trunc_with_scale(wickflow_shared::num::MAX_DECIMALS))
        .unwrap_or_default()
        .floor_to_lot(instrument.lot_size)
}

#[component]
fn TimeInForceField(parts: Parts) -> impl IntoView {
    let store = parts.store;
    let options = move || {
        store.form.with(|form| {
            TIMES_IN_FORCE
                .into_iter()
                .filter(|entry| form.allows(entry.0))
                .map(|(value, name, text)| {
                    let is_chosen = value == form.time_in_force;
                    view! { <option value=name selected=is_chosen>{format!("{name}: {text}")}</option> }
                        .erase()
                })
                .collect_view()
        })
    };
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some((value, _, _)) = TIMES_IN_FORCE.into_iter().find(|entry| entry.1 == name) {
            store.form.update(|form| form.time_in_force = value);
        }
    };
    let reduces = Derived::new(move || {
        store.form.with(|form| form.reduce_only || form.order_type == OrderType::TakeProfit)
    });
    let always = Derived::new(move || store.form.with(|form| form.order_type == OrderType::TakeProfit));
    // The options are made anew only when the type allows others: an open list would close.
    let allowed = Derived::new(move || store.form.with(|form| (form.order_type, form.time_in_force)));
    view! {
        <div class="field">
            <div class="field-head"><label for="ticket-tif">"Stays"</label></div>
            <div class="input">
                <select
                    id="ticket-tif"
                    data-testid="ticket-tif"
                    data-state=attr(move || store.form.with(|form| time_in_force_name(form.time_in_force)))
                    on:change=act(choose)
                >
                    {part(move || {
                        allowed.track();
                        Some(untrack(options).into_any())
                    })}
                </select>
                <span class="input-unit">{crate::components::icon(crate::components::Icon::Chevron)}</span>
            </div>
        </div>
        <Switch
            id="ticket-reduce-only"
            label="Only reduce my position"
            value=reduces
            disabled=always
            toggle=move |on: bool| store.form.update(|form| form.reduce_only = on)
        />
    }
    .erase()
}

use leptos::prelude::*;
use wickflow_shared::market::Instrument;
use wickflow_shared::num::{Decimal, Money, Price, RoundingStrategy};

use super::Parts;
use crate::components::{Erase, NumberField, Switch, act, direction, part, text, when};
use crate::state::exact::{difference, product, sum};
use crate::state::format;
use crate::state::reactive::Derived;
use crate::state::ticket::{Draft, Field, Leg, LegUnit, TicketForm, quantity_for_risk};

/// Share of the equity that a stop-loss may cost, for the size by risk.
const RISK_PERCENT: i64 = 1;

/// Exits to place as the order fills: each by price or by distance.
#[component]
pub(super) fn BracketFields(parts: Parts) -> impl IntoView {
    let store = parts.store;
    let is_allowed = Derived::new(move || store.form.with(TicketForm::allows_bracket));
    view! {
        {when(move || is_allowed.get(), move || view! {
            <div class="bracket">
                <LegField
                    parts
                    field=Field::StopLoss
                    switch="ticket-stop-loss-on"
                    id="ticket-stop-loss"
                    label="Stop-loss"
                    read=|form| &form.stop_loss
                    write=|form| &mut form.stop_loss
                    price=|draft| draft.stop_loss
                />
                <LegField
                    parts
                    field=Field::TakeProfit
                    switch="ticket-take-profit-on"
                    id="ticket-take-profit"
                    label="Take-profit"
                    read=|form| &form.take_profit
                    write=|form| &mut form.take_profit
                    price=|draft| draft.take_profit
                />
                <RiskButton parts />
            </div>
        }.erase())}
    }
    .into_any()
}

/// What the trade makes or loses when it leaves at a price, fees apart.
fn outcome(draft: &Draft, exit: Price) -> Option<Money> {
    let request = draft.request.as_ref()?;
    let moved = product(difference(exit.get(), draft.entry?.get())?, request.quantity.get())?;
    let signed = match request.side {
        wickflow_shared::order::OrderSide::Buy => moved,
        wickflow_shared::order::OrderSide::Sell => -moved,
    };
    Some(Money::rounded(signed, RoundingStrategy::MidpointNearestEven))
}

#[component]
fn LegField(
    parts: Parts,
    field: Field,
    switch: &'static str,
    id: &'static str,
    label: &'static str,
    read: fn(&TicketForm) -> &Leg,
    write: fn(&mut TicketForm) -> &mut Leg,
    price: fn(&Draft) -> Option<Price>,
) -> impl IntoView {
    let Parts { store, market, draft, .. } = parts;
    let is_on = Derived::new(move || store.form.with(|form| read(form).is_on));
    let unit = Derived::new(move || store.form.with(|form| read(form).unit));
    let mistake = Derived::new(move || draft.with(|draft| draft.as_ref()?.mistake(field).map(str::to_owned)));
    let unit_text = Derived::new(move || match unit.get() {
        LegUnit::Percent => "%".to_owned(),
        LegUnit::Price => store.instrument.get().map(|i| i.currency.to_string()).unwrap_or_default(),
    });
    // The same exit in the other unit.
    let switch_unit = move |_| {
        let at = draft.with_untracked(|draft| draft.as_ref().and_then(|draft| price(draft).zip(draft.entry)));
        store.form.update(|form| {
            let leg = write(form);
            match leg.unit {
                LegUnit::Percent => {
                    leg.unit = LegUnit::Price;
                    leg.text = at.map_or_else(String::new, |(price, _)| price.to_string());
                }
                LegUnit::Price => {
                    leg.unit = LegUnit::Percent;
                    leg.text = at
                        .and_then(|(price, entry)| distance(price, entry))
                        .unwrap_or_else(|| "1".to_owned());
                }
            }
        });
    };
    let step = move |by: i64| {
        let Some(instrument) = store.instrument.get_untracked() else { return };
        store.form.update(|form| match read(form).unit {
            LegUnit::Price => form.step_price(field, by, &instrument, market.get_untracked()),
            LegUnit::Percent => step_percent(write(form), by),
        });
    };
    let aside = move || {
        let other = if unit.get() == LegUnit::Percent { "By price" } else { "By percent" };
        view! { <button type="button" class="link" data-testid=format!("{id}-unit") on:click=act(switch_unit)>{other}</button> }.erase()
    };
    let result = move || {
        let instrument = store.instrument.get()?;
        draft.with(|draft| {
            let draft = draft.as_ref()?;
            let exit = price(draft)?;
            Some(result_view(draft, exit, &instrument))
        })
    };
    view! {
        <div class="leg">
            <Switch id=switch label=label value=is_on toggle=move |on: bool| store.form.update(|form| write(form).is_on = on) />
            {when(move || is_on.get(), move || view! {
                <NumberField
                    id=id
                    label=label
                    value=Derived::new(move || store.form.with(|form| read(form).text.clone()))
                    input=move |text: String| store.form.update(|form| write(form).text = text)
                    step=step
                    unit=unit_text
                    mistake=mistake
                    aside=view! { {part(move || Some(aside()))} }.into_any()
                />
                <p class="leg-result">{part(result)}</p>
            }.erase())}
        </div>
    }
    .erase()
}

/// Where the exit is, and what it means in money.
fn result_view(draft: &Draft, exit: Price, instrument: &Instrument) -> AnyView {
    let at = format::price(exit, instrument);
    let away = draft.entry.map(|entry| format::percent(exit.to_f64() / entry.to_f64() - 1.0));
    let money = outcome(draft, exit).map(|money| {
        let class = direction(money.to_f64());
        view! { <b class=class>{format::signed_amount(money, instrument.currency)}</b> }
    });
    view! { <span class="faint">"at " {at} " (" {away} ") "</span> {money} }.erase()
}

/// How far an exit is from the entry, in percent with two decimals.
fn distance(price: Price, entry: Price) -> Option<String> {
    let away = product(difference(price.get(), entry.get())?.abs(), Decimal::ONE_HUNDRED)?
        .checked_div(entry.get())?;
    Some(away.round_dp(2).normalize().to_string()).filter(|text| text != "0")
}

/// A tenth of a percent more or less.
fn step_percent(leg: &mut Leg, by: i64) {
    let current: Decimal = leg.text.trim().parse().unwrap_or(Decimal::ONE);
    let next =
        sum(current, Decimal::new(by, 1)).unwrap_or(current).clamp(Decimal::new(1, 1), Decimal::new(999, 1));
    leg.text = next.normalize().to_string();
}

/// Sets the quantity so that the stop-loss costs one percent of the equity.
#[component]
fn RiskButton(parts: Parts) -> impl IntoView {
    let Parts { store, draft, .. } = parts;
    let legs =
        Derived::new(move || draft.with(|draft| draft.as_ref().and_then(|d| d.entry.zip(d.stop_loss))));
    let ratio = move || {
        draft.with(|draft| {
            let draft = draft.as_ref()?;
            let (entry, stop, profit) =
                (draft.entry?.to_f64(), draft.stop_loss?.to_f64(), draft.take_profit?.to_f64());
            let risk = (entry - stop).abs();
            (risk > 0.0)
                .then(|| format!("Reward {} × risk", format::number((profit - entry).abs() / risk, 1, false)))
        })
    };
    let size = move |_| {
        let (Some((entry, stop)), Some(instrument)) =
            (legs.get_untracked(), store.instrument.get_untracked())
        else {
            return;
        };
        let equity = store.account.with_untracked(|a| {
            let value =
                a.as_ref()?.portfolio().value(instrument.currency, |symbol| untrack(|| store.last(symbol)));
            Some(value.ok()?.equity)
        });
        let Some(equity) = equity else { return };
        let Some(risk) = product(equity.get(), Decimal::new(RISK_PERCENT, 2)) else { return };
        let risk = Money::rounded(risk, RoundingStrategy::ToZero);
        let quantity = quantity_for_risk(risk, entry, stop, &instrument);
        store.form.update(|form| form.quantity = quantity.to_string());
    };
    view! {
        {when(move || legs.get().is_some(), move || view! {
            <div class="risk">
                <button
                    type="button"
                    class="button"
                    data-testid="size-by-risk"
                    title="Sets the quantity so that the stop-loss costs one percent of your equity"
                    on:click=act(size)
                >
                    "Size for 1% risk"
                </button>
                <span class="faint">{text(ratio)}</span>
            </div>
        }.erase())}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_round_trip_to_percent() {
        for (price, entry, want) in
            [("99", "100", Some("1")), ("102.5", "100", Some("2.5")), ("100", "100", None)]
        {
            assert_eq!(distance(price.parse().unwrap(), entry.parse().unwrap()).as_deref(), want);
        }
    }

    #[test]
    fn percent_steps_stay_sensible() {
        for (text, by, want) in [("1", 1, "1.1"), ("0.1", -1, "0.1"), ("99.9", 10, "99.9"), ("x", -1, "0.9")]
        {
            let mut leg = Leg { text: text.to_owned(), ..Leg::default() };
            step_percent(&mut leg, by);
            assert_eq!(leg.text, want, "{text} {by}");
        }
    }
}

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_shared::market::Instrument;
use wickflow_shared::num::{Price, Quantity};
use wickflow_shared::order::Order;
use wickflow_shared::protocol::ReplacePatch;

use crate::api;
use crate::components::{Erase, act, is, text};
use crate::state::reactive::{Derived, Var};

/// What is typed into the form that changes an order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edits {
    quantity: String,
    limit_price: String,
    stop_price: String,
}

impl Edits {
    fn of(order: &Order) -> Self {
        let text = |price: Option<Price>| price.map(|price| price.to_string()).unwrap_or_default();
        Self {
            quantity: order.quantity.to_string(),
            limit_price: text(order.limit_price),
            stop_price: text(order.stop_price),
        }
    }

    /// What changes, `None` when nothing does.
    fn patch(&self, order: &Order, instrument: &Instrument) -> Result<Option<ReplacePatch>, String> {
        let mut patch = ReplacePatch::default();
        let quantity: Quantity =
            self.quantity.trim().parse().map_err(|_| "The quantity must be a number".to_owned())?;
        if quantity != order.quantity {
            if !quantity.is_on_lot(instrument.lot_size) || quantity.is_zero() {
                return Err(format!(
                    "The quantity must be a whole number of lots of {}",
                    instrument.lot_size
                ));
            }
            if quantity < order.filled_quantity {
                return Err(format!("{} have filled already", order.filled_quantity));
            }
            patch.quantity = Some(quantity);
        }
        let price = |text: &str, before: Option<Price>, what: &str| -> Result<Option<Price>, String> {
            let Some(before) = before else { return Ok(None) };
            let price: Price =
                text.trim().parse().map_err(|_| format!("The {what} must be a number above zero"))?;
            if !price.is_on_tick(instrument.tick_size) {
                return Err(format!(
                    "The {what} must be a whole number of ticks of {}",
                    instrument.tick_size
                ));
            }
            Ok((price != before).then_some(price))
        };
        patch.limit_price = price(&self.limit_price, order.limit_price, "limit price")?;
        patch.stop_price = price(&self.stop_price, order.stop_price, "stop price")?;
        Ok((patch != ReplacePatch::default()).then_some(patch))
    }
}

/// The form that changes an open order, in a row of its own below it.
#[component]
pub(super) fn Modify(
    order: Order,
    instrument: Arc<Instrument>,
    #[prop(into)] done: Callback<()>,
) -> impl IntoView {
    let edits = Var::new(Edits::of(&order));
    let refusal = Var::new(None::<String>);
    let is_busy = Var::new(false);
    let id = order.id;
    let (has_limit, has_stop) = (order.limit_price.is_some(), order.stop_price.is_some());
    let patch = Derived::new(move || edits.with(|edits| edits.patch(&order, &instrument)));
    let message = move || refusal.get().or_else(|| patch.with(|patch| patch.as_ref().err().cloned()));
    let save = move || {
        let Ok(Some(patch)) = patch.get_untracked() else { return };
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            match api::replace_order(id, &patch).await {
                Ok(()) => done.run(()),
                Err(error) => refusal.set(Some(error.message)),
            }
            is_busy.set(false);
        });
    };
    let input = move |label: &'static str,
                      name: &'static str,
                      read: fn(&Edits) -> &String,
                      write: fn(&mut Edits, String)| {
        view! {
            <label class="field">
                <span class="field-head">{label}</span>
                <span class="input">
                    <input
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength="32"
                        data-testid=format!("{name}-{id}")
                        prop:value=text(move || edits.with(|edits| read(edits).clone()))
                        on:input=act(move |event| {
                            refusal.set(None);
                            edits.update(|edits| write(edits, event_target_value(&event)));
                        })
                    />
                </span>
            </label>
        }
        .erase()
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <tr class="editor">
            <td colspan="9">
                <form on:submit=act(on_submit) aria-label="Change the order">
                    {input("Quantity", "modify-quantity", |e| &e.quantity, |e, text| e.quantity = text)}
                    {has_limit.then(|| input("Limit price", "modify-limit", |e| &e.limit_price, |e, text| e.limit_price = text))}
                    {has_stop.then(|| input("Stop price", "modify-stop", |e| &e.stop_price, |e, text| e.stop_price = text))}
                    <button
                        type="submit"
                        class="button"
                        data-kind="primary"
                        data-testid=format!("modify-save-{id}")
                        disabled=is(move || is_busy.get() || !patch.with(|patch| matches!(patch, Ok(Some(_)))))
                    >
                        "Save"
                    </button>
                    <button type="button" class="button" on:click=act(move |_| done.run(()))>"Keep as it is"</button>
                    <p class="mistake" role="alert">{text(message)}</p>
                </form>
            </td>
        </tr>
    }
    .erase()
}

use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_shared::id::{ClientOrderId, OrderId};
use wickflow_shared::order::{Order, OrderRequest, OrderType};

use super::{Parts, side_name};
use crate::api;
use crate::components::{Erase, attr, flag, is, part, text};
use crate::platform;
use crate::state::live::Live;
use crate::state::reactive::{Derived, Var, effect};
use crate::state::ticket::{Field, order_type_name};
use crate::state::toasts::Tone;
use crate::state::{Sheet, account, format};

/// How the sending of orders stands. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    is_busy: Var<bool>,
    /// A market order that was accepted: it fills on the next market event, some moments later.
    working: Var<Option<OrderId>>,
    /// Why the last order was refused.
    refusal: Var<Option<(Field, String)>>,
    names: StoredValue<OrderNames>,
    live: Live,
}

impl Sending {
    pub(super) fn new() -> Self {
        Self {
            is_busy: Var::new(false),
            working: Var::new(None),
            refusal: Var::new(None),
            names: StoredValue::new(OrderNames::default()),
            live: Live::get(),
        }
    }
}

/// Names orders so that none is placed twice: an order that may have arrived is sent again under the same name.
#[derive(Debug, Default)]
struct OrderNames {
    unanswered: Option<(OrderRequest, ClientOrderId)>,
}

impl OrderNames {
    /// The name for an order: that of its last attempt, if nobody answered.
    fn name(
        &mut self,
        request: &OrderRequest,
        fresh: impl FnOnce() -> Option<ClientOrderId>,
    ) -> Option<ClientOrderId> {
        match &self.unanswered {
            Some((before, name)) if before == request => Some(name.clone()),
            _ => {
                let name = fresh()?;
                self.unanswered = Some((request.clone(), name.clone()));
                Some(name)
            }
        }
    }

    /// The server has answered: the next order is another one, even if it looks the same.
    fn answered(&mut self) {
        self.unanswered = None;
    }
}

/// Sends the order, unless one is on its way or something stands in the way.
pub(super) fn submit(parts: Parts) {
    let Parts { store, draft, sending, .. } = parts;
    let request = draft.with_untracked(|draft| draft.as_ref()?.request.clone());
    let Some(mut request) = request.filter(|_| !sending.is_busy.get_untracked()) else { return };
    let mut name = None;
    sending.names.update_value(|names| name = names.name(&request, platform::new_client_order_id));
    request.client_order_id = name;
    sending.is_busy.set(true);
    sending.refusal.set(None);
    spawn_local(async move {
        let result = api::submit_order(&request).await;
        if result.as_ref().err().is_none_or(|error| !error.is_temporary()) {
            sending.names.update_value(OrderNames::answered);
        }
        match result {
            Ok(ack) => {
                accepted(parts, &ack.order);
                if store.sheet.get_untracked() == Some(Sheet::Ticket) {
                    store.sheet.set(None);
                }
                if !sending.live.is_live() {
                    sending.live.refresh_account();
                }
            }
            Err(error) => {
                let field = error.field.as_deref().map_or(Field::Order, Field::from_wire);
                let message = if error.is_temporary() {
                    format!(
                        "{} The order may have arrived: pressing again cannot place it twice.",
                        error.message
                    )
                } else {
                    error.message
                };
                sending.refusal.set(Some((field, message)));
            }
        }
        sending.is_busy.set(false);
    });
}

/// Says that an order was accepted. That a market order fills is told soon enough by its fill.
fn accepted(parts: Parts, order: &Order) {
    if order.order_type == OrderType::Market {
        parts.sending.working.set(Some(order.id));
        return;
    }
    let (side, quantity, name) =
        (account::side_name(order.side), format::quantity(order.quantity), order.symbol.name());
    let title = format!(
        "{side} {quantity} {name}: {} order accepted",
        order_type_name(order.order_type).to_ascii_lowercase()
    );
    parts.store.toast(Tone::Info, title, "It waits below the chart, and as a line on it.");
}

/// Sends the order; when it cannot, says why.
#[component]
pub(super) fn SubmitButton(parts: Parts) -> impl IntoView {
    let Parts { store, draft, estimate, sending, .. } = parts;
    // What was refused is history as soon as something is changed.
    effect(move || {
        store.form.track();
        store.selected.track();
        if sending.refusal.with_untracked(Option::is_some) {
            sending.refusal.set(None);
        }
    });
    let obstacle = Derived::new(move || {
        draft.with(|draft| match draft {
            None => Some("Waiting for the market.".to_owned()),
            Some(draft) => draft.obstacle().map(|problem| problem.message.clone()),
        })
    });
    let label = move || {
        if sending.is_busy.get() {
            return "Sending…".to_owned();
        }
        let verb = store.form.with(|form| account::side_name(form.side));
        let name = store.instrument.get().map(|i| i.symbol.name().to_owned()).unwrap_or_default();
        let quantity = draft.with(|draft| Some(format::quantity(draft.as_ref()?.request.as_ref()?.quantity)));
        match quantity {
            Some(quantity) => format!("{verb} {quantity} {name}"),
            None => format!("{verb} {name}"),
        }
    };
    let is_disabled = move || sending.is_busy.get() || obstacle.with(Option::is_some);
    let refusal = move || {
        sending.refusal.get().map(|(_, message)| {
            view! { <p class="refusal" role="alert" data-testid="ticket-refusal">{message}</p> }.erase()
        })
    };
    // The server decides; what the engine expects here is said before the order is sent.
    let warning = Derived::new(move || {
        estimate.with(|estimate| {
            let reject = match estimate {
                Some(Ok(estimate)) => estimate.preview.reject.as_ref()?,
                Some(Err(reject)) => reject,
                None => return None,
            };
            Some(format::sentence(&reject.message))
        })
    });
    let is_working = Derived::new(move || {
        let id = sending.working.get()?;
        // Until the journal says that it has ended.
        store.account.with(|a| a.as_ref()?.order(id).is_none_or(|order| order.status.is_open()).then_some(id))
    });
    let is_closed = Derived::new(move || store.ticker.with(|t| t.as_ref().is_some_and(|t| !t.is_open)));
    let is_paused = Derived::new(move || {
        store.feed.with(|f| f.as_ref().is_some_and(|f| f.replay.as_ref().is_some_and(|replay| replay.paused)))
    });
    let hint = move || match (obstacle.get(), warning.get()) {
        _ if is_working.get().is_some() => {
            view! { <span class="soft">{working_text(is_closed.get(), is_paused.get()).to_owned()}</span> }
        }
        (Some(obstacle), _) => view! { <span class="soft">{obstacle}</span> },
        (None, Some(warning)) => view! { <span class="down">{warning}</span> },
        (None, None) if is_closed.get() => {
            view! { <span class="soft">{"The exchange is closed: the order waits for the opening.".to_owned()}</span> }
        }
        (None, None) => {
            view! { <span class="soft">{"Paper money. Filled by the rules on each receipt.".to_owned()}</span> }
        }
    };
    let side = move || store.form.with(|form| form.side);
    view! {
        <div class="ticket-submit">
            {part(refusal)}
            <button
                type="submit"
                class="trade-button"
                data-testid="ticket-submit"
                data-side=attr(move || side_name(side()))
                data-busy=flag(move || sending.is_busy.get())
                aria-describedby="ticket-obstacle"
                disabled=is(is_disabled)
            >
                {text(label)}
            </button>
            <p id="ticket-obstacle" class="obstacle" role="status" data-testid="ticket-obstacle">{part(move || Some(hint().into_any()))}</p>
        </div>
    }
    .erase()
}

/// What a market order waits for.
fn working_text(exchange_is_closed: bool, replay_is_paused: bool) -> &'static str {
    if replay_is_paused {
        "The order is working: it fills as soon as the replay goes on."
    } else if exchange_is_closed {
        "The order is working: it fills when the exchange opens."
    } else {
        "The order is working: it fills on the next market event."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::share;
    use crate::state::ticket::TicketForm;

    #[test]
    fn an_order_without_an_answer_keeps_its_name() {
        let request = |quantity: &str| {
            let form = TicketForm { quantity: quantity.to_owned(), ..TicketForm::default() };
            form.draft(&share(), None).request.unwrap()
        };
        let mut names = OrderNames::default();
        let mut count = 0;
        let mut name = |names: &mut OrderNames, quantity| {
            let fresh = || {
                count += 1;
                ClientOrderId::try_from(format!("n{count}")).ok()
            };
            names.name(&request(quantity), fresh).unwrap().as_str().to_owned()
        };
        assert_eq!(name(&mut names, "1"), "n1");
        assert_eq!(name(&mut names, "1"), "n1", "pressed again before an answer came");
        assert_eq!(name(&mut names, "2"), "n2", "another order");
        names.answered();
        assert_eq!(name(&mut names, "2"), "n3", "the same order once more, meant so");
    }
}

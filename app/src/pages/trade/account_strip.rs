use leptos::prelude::*;
use wickflow_shared::market::Currency;
use wickflow_shared::num::Money;

use crate::components::{Erase, attr, direction, text};
use crate::state::account::{DayMarket, day_pnl};
use crate::state::reactive::Derived;
use crate::state::{Store, format};

/// What the account is worth in one currency.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Totals {
    currency: Currency,
    equity: Money,
    cash: Money,
    buying_power: Money,
    unrealized: Money,
    day: Option<Money>,
}

fn totals(store: Store, currency: Currency) -> Option<Totals> {
    let now = store.now.get();
    store.account.with(|account| {
        let account = account.as_ref()?;
        let value = account.portfolio().value(currency, |symbol| store.last(symbol)).ok()?;
        let buying_power = crate::state::preview::buying_power(account, store, currency)?;
        let day = day_pnl(account, currency, now, |symbol| {
            let quote = store.quote(symbol)?;
            let (last, reference) = quote.ticker.with(|t| t.as_ref().map(|t| (t.last, t.reference)))?;
            Some(DayMarket { instrument: store.find(symbol)?, last, reference })
        });
        Some(Totals {
            currency,
            equity: value.equity,
            cash: value.cash,
            buying_power,
            unrealized: value.unrealized_pnl,
            day,
        })
    })
}

/// Equity, P&L and buying power in the currency of the instrument shown.
#[component]
pub(super) fn AccountStrip() -> impl IntoView {
    let store = Store::get();
    let totals = Derived::new(move || totals(store, store.instrument.get()?.currency));
    let money = move |pick: fn(&Totals) -> Money| {
        text(move || totals.with(|t| t.as_ref().map(|t| format::amount(pick(t), t.currency))))
    };
    let signed = move |pick: fn(&Totals) -> Option<Money>| {
        let class = move || {
            let value = totals.with(|t| t.as_ref().and_then(pick));
            value.map_or("soft", |value| direction(value.to_f64()))
        };
        let shown = move || {
            totals.with(|t| {
                let t = t.as_ref()?;
                Some(pick(t).map_or_else(|| "–".to_owned(), |value| format::signed_amount(value, t.currency)))
            })
        };
        view! { <dd class=text(class)>{text(shown)}</dd> }.erase()
    };
    let currency = move || totals.with(|t| t.as_ref().map_or(String::new(), |t| t.currency.to_string()));
    view! {
        <dl
            class="account-strip"
            aria-label="Account"
            data-testid="account"
            data-state=attr(move || if totals.with(Option::is_some) { "ready" } else { "loading" })
        >
            <div data-testid="equity">
                <dt>"Equity " <span class="faint">{text(currency)}</span></dt>
                <dd>{money(|t| t.equity)}</dd>
            </div>
            <div data-testid="day-pnl">
                <dt>"Day P&L"</dt>
                {signed(|t| t.day)}
            </div>
            <div class="wide-only" data-testid="unrealized">
                <dt>"Open P&L"</dt>
                {signed(|t| Some(t.unrealized))}
            </div>
            <div class="wide-only" data-testid="cash">
                <dt>"Cash"</dt>
                <dd>{money(|t| t.cash)}</dd>
            </div>
            <div class="desk-only" data-testid="buying-power">
                <dt>"Buying power"</dt>
                <dd>{money(|t| t.buying_power)}</dd>
            </div>
        </dl>
    }
    .erase()
}

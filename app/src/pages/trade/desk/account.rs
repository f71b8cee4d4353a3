use leptos::prelude::*;
use wickflow_shared::market::Currency;
use wickflow_shared::num::Money;
use wickflow_shared::portfolio::Valuation;

use super::{cell, table};
use crate::components::{Erase, direction, row, text};
use crate::state::reactive::Derived;
use crate::state::{Store, format};

/// Cash, equity and P&L of every currency, and where the journal stands.
#[component]
pub(super) fn Balances() -> impl IntoView {
    let store = Store::get();
    let values = Derived::new(move || {
        store.account.with(|account| {
            let Some(account) = account else { return Vec::new() };
            let currencies: Vec<Currency> = account.portfolio().balances().map(|b| b.currency).collect();
            let value = |currency| account.portfolio().value(currency, |symbol| store.last(symbol)).ok();
            currencies.into_iter().filter_map(value).collect::<Vec<_>>()
        })
    });
    let one = move |currency: Currency| {
        let value = Derived::new(move || {
            values.with(|values| values.iter().find(|v| v.currency == currency).copied())
        });
        let amount = move |pick: fn(&Valuation) -> Money| {
            text(move || value.get().map(|value| format::amount(pick(&value), currency)))
        };
        let pnl = move |pick: fn(&Valuation) -> Money| {
            let shown = move || value.get().map(|value| pick(&value));
            let class = move || shown().map_or("soft", |money| direction(money.to_f64()));
            let amount = move || shown().map(|money| format::signed_amount(money, currency));
            view! { <b class=text(class)>{text(amount)}</b> }
        };
        view! {
            <tr data-testid=format!("balance-row-{currency}")>
                {cell("Currency", "main", currency.to_string())}
                {cell("Equity", "num", amount(|v| v.equity))}
                {cell("Cash", "num", amount(|v| v.cash))}
                {cell("Positions", "num", amount(|v| v.position_value))}
                {cell("Open P&L", "num", pnl(|v| v.unrealized_pnl))}
                {cell("Closed P&L", "num", pnl(|v| v.realized_pnl))}
                {cell("Fees", "num", amount(|v| v.fees))}
                {cell("Deposits", "num", amount(|v| v.deposits))}
            </tr>
        }
        .erase()
    };
    let currencies =
        Derived::new(move || values.with(|values| values.iter().map(|v| v.currency).collect::<Vec<_>>()));
    let journal = move || {
        store.account.with(|account| {
            account.as_ref().map(|a| {
                let head: String = a.head().to_string().chars().take(16).collect();
                format!("Account {}: journal entry {}, hash {head}…", a.name(), a.seq())
            })
        })
    };
    let balances = table(
        &["Currency", ">Equity", ">Cash", ">Positions", ">Open P&L", ">Closed P&L", ">Fees", ">Deposits"],
        move || currencies.with(Vec::is_empty),
        ("No money yet", "The account has received no paper money."),
        move || currencies.get().into_iter().map(|c| row(c.to_string(), move || one(c))).collect(),
    );
    view! {
        {balances}
        <p
            class="journal faint"
            data-testid="journal"
            title="Every change of the account is an entry of its journal; each entry is chained to the one before by its hash."
        >
            {text(journal)}
        </p>
    }
    .erase()
}

use leptos::prelude::*;
use wickflow_shared::market::Symbol;
use wickflow_shared::num::{Decimal, Price, RoundingStrategy};
use wickflow_shared::order::{OrderSide, OrderType};
use wickflow_shared::portfolio::{Position, PositionSide};

use super::{cell, market, table};
use crate::components::{Erase, act, direction, part, row, text};
use crate::hotkeys;
use crate::state::account::protection;
use crate::state::exact::product;
use crate::state::reactive::Derived;
use crate::state::{Store, actions, format};

/// Where a stop is proposed: two percent from the last price.
const STOP_BELOW: Decimal = Decimal::from_parts(98, 0, 0, false, 2);
const STOP_ABOVE: Decimal = Decimal::from_parts(102, 0, 0, false, 2);

/// What is held, with its P&L as the price moves.
#[component]
pub(super) fn Positions() -> impl IntoView {
    let store = Store::get();
    let symbols = Derived::new(move || {
        store.account.with(|account| {
            let account = account.as_ref();
            account
                .map(|a| a.portfolio().positions().map(|p| p.symbol.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    table(
        &[
            "Market",
            "Side",
            ">Quantity",
            ">P&L",
            ">Entry",
            ">Last",
            "~>Value",
            "~Stop-loss / take-profit",
            "",
        ],
        move || symbols.with(Vec::is_empty),
        ("No open positions", "Buy or sell with the ticket: what you hold appears here with its P&L."),
        move || {
            let one =
                |symbol: Symbol| row(symbol.as_str().to_owned(), move || view! { <Row symbol /> }.erase());
            symbols.get().into_iter().map(one).collect()
        },
    )
}

#[component]
fn Row(symbol: Symbol) -> impl IntoView {
    let store = Store::get();
    let id = format!("positions-row-{symbol}");
    let position = {
        let symbol = symbol.clone();
        Derived::new(move || store.account.with(|a| a.as_ref()?.portfolio().position(&symbol).cloned()))
    };
    let Some(instrument) = untrack(|| store.find(&symbol)) else {
        return unknown(store, position).into_any();
    };
    let last = {
        let symbol = symbol.clone();
        Derived::new(move || store.last(&symbol))
    };
    let field = move |pick: fn(&Position) -> String| text(move || position.with(|p| p.as_ref().map(pick)));
    let side = move || {
        position.with(|p| {
            p.as_ref().map(|p| match p.side {
                PositionSide::Long => view! { <span class="side up">"Long"</span> }.erase(),
                PositionSide::Short => view! { <span class="side down">"Short"</span> }.erase(),
            })
        })
    };
    let entry = {
        let instrument = instrument.clone();
        move || position.with(|p| Some(format::average(p.as_ref()?.average_price()?, &instrument)))
    };
    let shown_last = {
        let instrument = instrument.clone();
        move || last.get().map(|price| format::price(price, &instrument))
    };
    let value = move || {
        position.with(|p| {
            let p = p.as_ref()?;
            Some(format::amount(p.value(last.get()?).ok()?, p.currency))
        })
    };
    let pnl = Derived::new(move || {
        position.with(|p| {
            let p = p.as_ref()?;
            let pnl = p.unrealized_pnl(last.get()?).ok()?;
            let cost = p.cost_basis.to_f64().abs();
            Some((pnl, p.currency, if cost > 0.0 { pnl.to_f64() / cost } else { 0.0 }))
        })
    });
    let pnl_text = move || {
        pnl.get().map(|(pnl, currency, share)| {
            format!("{} ({})", format::signed_amount(pnl, currency), format::percent(share))
        })
    };
    let pnl_class = move || pnl.get().map_or("soft", |(_, _, share)| direction(share));
    let exits = Derived::new(move || {
        position.with(|p| store.account.with(|a| a.as_ref().zip(p.as_ref()).map(|(a, p)| protection(a, p))))
    });
    let exits = {
        let instrument = instrument.clone();
        move || {
            let (stop, profit) = exits.get()?;
            if stop.is_none() && profit.is_none() {
                let fill_in = move |_| protect(store, position.get_untracked());
                return Some(
                    view! { <button type="button" class="link" on:click=act(fill_in)>"Protect…"</button> }
                        .erase(),
                );
            }
            let text = |price: Option<Price>| {
                price.map_or_else(|| "–".to_owned(), |p| format::price(p, &instrument))
            };
            Some(view! { {text(stop)} " / " {text(profit)} }.erase())
        }
    };
    let close = {
        let symbol = symbol.clone();
        move |_| actions::close_position(store, symbol.clone())
    };
    let close_label = format!("Close the position in {}", symbol.name());
    view! {
        <tr data-testid=id>
            {cell("Market", "main", market(store, &symbol))}
            {cell("Side", "", part(side))}
            {cell("Quantity", "num", field(|p| format::quantity(p.quantity)))}
            <td class="num" data-label="P&L"><b class=text(pnl_class)>{text(pnl_text)}</b></td>
            {cell("Entry", "num", text(entry))}
            {cell("Last", "num", text(shown_last))}
            {cell("Value", "num roomy-only", text(value))}
            {cell("Stop-loss / take-profit", "roomy-only", part(exits))}
            <td class="actions">
                <button type="button" class="button" data-kind="danger" aria-label=close_label on:click=act(close)>"Close"</button>
            </td>
        </tr>
    }
    .erase()
}

/// Fills the ticket with a stop order that would close the position.
fn protect(store: Store, position: Option<Position>) {
    let Some(position) = position else { return };
    store.select(&position.symbol);
    let side = position.side.closed_by();
    let Some(instrument) = store.find(&position.symbol) else { return };
    let distance = if side == OrderSide::Sell { STOP_BELOW } else { STOP_ABOVE };
    let stop = untrack(|| store.last(&position.symbol)).and_then(|last| {
        let at = Price::try_new(product(last.get(), distance)?.round_dp(wickflow_shared::num::MAX_DECIMALS))
            .ok()?;
        at.round_to_tick(instrument.tick_size, RoundingStrategy::MidpointNearestEven).ok()
    });
    store.form.update(|form| {
        form.choose_type(OrderType::StopMarket, None);
        form.quantity = position.quantity.to_string();
        form.stop_price = stop.map(|price| price.to_string()).unwrap_or_default();
        form.reduce_only = true;
    });
    hotkeys::open_ticket(store, side);
}

/// A position in something that the server does not offer any more.
fn unknown(store: Store, position: Derived<Option<Position>>) -> AnyView {
    let text =
        move || position.with(|p| p.as_ref().map(|p| (p.symbol.clone(), format::quantity(p.quantity))));
    view! {
        <tr>
            {cell("Market", "main", move || text().map(|(symbol, _)| market(store, &symbol)))}
            {cell("Side", "", "–")}
            {cell("Quantity", "num", move || text().map(|(_, quantity)| quantity))}
            <td colspan="6" class="faint">"This feed has no such market: its price is unknown."</td>
        </tr>
    }
    .erase()
}

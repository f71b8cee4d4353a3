use std::sync::Arc;

use leptos::prelude::*;
use wickflow_shared::market::{Instrument, TickSource};
use wickflow_shared::num::Price;
use wickflow_shared::order::{Fill, OrderSide};

use crate::components::{Erase, Icon, act, icon};
use crate::state::receipt::{explain, liquidity, path_step, rule_id, source};
use crate::state::{Store, format};

/// Why a fill happened as it did: enough to check it by hand.
#[component]
pub(super) fn Receipt(fill: Fill, instrument: Option<Arc<Instrument>>) -> impl IntoView {
    let store = Store::get();
    let why = explain(fill.receipt.rule, fill.side);
    let price =
        |price: Price| instrument.as_ref().map_or_else(|| price.to_string(), |i| format::price(price, i));
    let zone = instrument.as_ref().map(|i| i.calendar.zone());
    let time = |at| zone.map_or_else(|| format!("{at}"), |zone| format::date_time(at, zone));

    let tick = &fill.receipt.tick;
    let event = match tick.source {
        TickSource::Trade => format!("{} at {}", source(&fill), time(tick.time)),
        TickSource::Bar { open_time, .. } => format!("{}, opened {}", source(&fill), time(open_time)),
    };
    let traded = if tick.size.is_zero() {
        price(tick.price)
    } else {
        format!("{} × {}", format::quantity(tick.size), price(tick.price))
    };
    let quote = tick.quote.map(|quote| format!("{} / {}", price(quote.bid), price(quote.ask)));
    let available = fill.receipt.available.map(format::quantity);
    // The arithmetic as a line, so that it can be checked at a glance.
    let slipped = if fill.receipt.slippage.is_zero() {
        format!("{}, no slippage", price(fill.receipt.reference_price))
    } else {
        let sign = if fill.side == OrderSide::Buy { "+" } else { "−" };
        format!(
            "{} {sign} {} slippage = {}",
            price(fill.receipt.reference_price),
            fill.receipt.slippage,
            price(fill.price)
        )
    };
    let fee = format!("{} ({})", format::money(fill.fee, fill.currency), fill.receipt.fee_terms);
    let order =
        format!("Order {}, {} filled so far", fill.order_id, format::quantity(fill.cumulative_quantity));
    let line =
        |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.erase();
    let (symbol, at) = (fill.symbol.clone(), fill.time);
    let show = move |_| {
        store.select(&symbol);
        store.go_to.set(Some(at));
    };
    view! {
        <tr class="receipt-row">
            <td colspan="8">
                <div class="receipt" data-testid=format!("receipt-text-{}", fill.id)>
                    <div class="receipt-why">
                        <h3>{why.title} <span class="chip">{format!("rule {}", rule_id(fill.receipt.rule))}</span></h3>
                        <p>{why.text}</p>
                        {path_step(&fill).map(path)}
                        <button type="button" class="button" on:click=act(show)>{icon(Icon::Target)} "Show on the chart"</button>
                    </div>
                    <dl class="receipt-facts">
                        {line("Market event", event)}
                        {line("Traded there", traded)}
                        {quote.map(|quote| line("Bid / ask", quote))}
                        {available.map(|available| line("On offer", available))}
                        {line("Price", slipped)}
                        {line("Fee", fee)}
                        {line("Liquidity", liquidity(fill.liquidity).to_owned())}
                        {line("Part of", order)}
                    </dl>
                </div>
            </td>
        </tr>
    }
    .erase()
}

/// The way of a candle's price through its four points, with the one that made the fill.
fn path(step: usize) -> AnyView {
    const POINTS: [(&str, f64, f64); 4] = [
        ("Open", 20.0, 22.0),
        ("1st extreme", 95.0, 34.0),
        ("2nd extreme", 175.0, 8.0),
        ("Close", 250.0, 18.0),
    ];
    let dots = POINTS
        .iter()
        .enumerate()
        .map(|(at, (name, x, y))| {
            let here = at == step;
            view! {
                <g class=if here { "here" } else { "" }>
                    <circle cx=x.to_string() cy=y.to_string() r=if here { "5" } else { "3" } />
                    <text x=x.to_string() y="54" text-anchor="middle">{*name}</text>
                </g>
            }
        })
        .collect_view();
    let label =
        POINTS.get(step).map(|point| format!("The fill was made on the candle's way at: {}", point.0));
    view! {
        <svg class="path" viewBox="0 0 280 60" width="280" height="60" role="img" aria-label=label>
            <polyline points="20,22 95,34 175,8 250,18" fill="none" stroke="currentColor" stroke-width="1.5" />
            {dots}
        </svg>
    }
    .erase()
}

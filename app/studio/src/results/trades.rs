use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;
use wickflow_app::components::{Empty, Erase, act, attr, part, row, rows};
use wickflow_app::state::format;
use wickflow_app::state::reactive::{Derived, Var, effect};
use wickflow_lab::protocol::{Cause, RunResult};

use crate::state::{Outcome, Studio};
use crate::words;

/// Height of a row in CSS pixels; the stylesheet has the same.
const ROW_PX: i32 = 26;
/// Rows kept above and below what is in view.
const SPARE_ROWS: usize = 8;
/// Rows in view at most: a screen's worth.
const ROWS_IN_VIEW: usize = 40;

/// Closed trades, newest first. Only the rows in view are elements.
#[component]
pub(super) fn TradeList() -> impl IntoView {
    let studio = Studio::get();
    let top = Var::new(0_usize);
    let count = Derived::new(move || studio.outcome.with(|outcome| outcome.as_ref().map_or(0, listed)));
    let range = Derived::new(move || {
        let first = top.get().saturating_sub(SPARE_ROWS);
        first..(top.get() + ROWS_IN_VIEW + SPARE_ROWS).min(count.get())
    });
    let on_scroll = move |event: leptos::ev::Event| {
        let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let first = element.map_or(0, |element| element.scroll_top() / ROW_PX);
        let first = usize::try_from(first).unwrap_or_default();
        top.update_if(|top| (std::mem::replace(top, first) != first, ()));
    };
    // Another result may be shorter than what was scrolled to.
    effect(move || {
        let count = count.get();
        top.update_if(|top| {
            let last = count.saturating_sub(1);
            let is_beyond = *top > last;
            *top = (*top).min(last);
            (is_beyond, ())
        });
    });
    let body = rows(move || {
        let range = range.get();
        let Some(outcome) = studio.outcome.get() else { return Vec::new() };
        let count = listed(&outcome);
        let end = range.end.min(count);
        (range.start.min(end)..end)
            .map(|place| {
                // Newest first.
                let index = count - 1 - place;
                let outcome = outcome.clone();
                row(format!("{} {index} {place}", outcome.result.seq), move || {
                    one(studio, &outcome, index, place)
                })
            })
            .collect()
    });
    let hint = move || {
        (count.get() == 0).then(|| {
            view! { <Empty title="No trades" text="Nothing was bought or sold in this range." /> }.erase()
        })
    };
    view! {
        <div class="trade-list" data-testid="trades">
            <div class="trade-head" aria-hidden="true">
                <span>"#"</span><span>"Side"</span><span>"Entry"</span><span class="num">"Price"</span>
                <span>"Exit"</span><span class="num">"Price"</span><span class="num">"P&L"</span><span class="num">"%"</span>
                <span>"Exit by"</span>
            </div>
            <div class="trade-scroll scroll" tabindex="0" role="region" aria-label="Closed trades" on:scroll=act(on_scroll)>
                <ul class="trade-rows" style:height=move || format!("{}px", count.get().saturating_mul(26))>
                    {body}
                </ul>
                {part(hint)}
            </div>
        </div>
    }
    .erase()
}

/// Trades that are listed: the last ones, where there are very many.
fn listed(outcome: &Outcome) -> usize {
    outcome.columns.get(outcome.result.trades.pnl).len()
}

fn one(studio: Studio, outcome: &Outcome, index: usize, place: usize) -> AnyView {
    let (trades, columns) = (&outcome.result.trades, &outcome.columns);
    let number = trades.first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
    let pnl = columns.at(trades.pnl, index);
    let (side, side_tone) =
        if columns.at(trades.side, index) > 0.0 { ("Long", "up") } else { ("Short", "down") };
    let tone = if pnl >= 0.0 { "up" } else { "down" };
    let is_chosen = move || studio.trade.get() == Some(number);
    view! {
        <li class="trade-row" style:top=format!("{}px", place.saturating_mul(26)) data-chosen=attr(move || is_chosen().then_some(""))>
            <button
                type="button"
                aria-pressed=attr(move || if is_chosen() { "true" } else { "false" })
                on:click=act(move |_| {
                    studio.stepped.set(None);
                    studio.trade.set(Some(number));
                })
            >
                <span class="soft">{number + 1}</span>
                <span data-tone=side_tone>{side}</span>
                <span>{words::time(columns.at(trades.entry_time, index))}</span>
                <span class="num">{words::wire_value(columns.at(trades.entry_price, index))}</span>
                <span>{words::time(columns.at(trades.exit_time, index))}</span>
                <span class="num">{words::wire_value(columns.at(trades.exit_price, index))}</span>
                <span class="num" data-tone=tone>{format::signed(pnl, 2, false)}</span>
                <span class="num" data-tone=tone>{format::percent(columns.at(trades.return_fraction, index))}</span>
                <span class="soft">{cause(&outcome.result, columns.at(trades.exit_cause, index))}</span>
            </button>
        </li>
    }
    .erase()
}

/// What ordered a fill, by the name that the graph shows.
fn cause(result: &RunResult, code: f64) -> String {
    let name = |orderers: &[wickflow_lab::protocol::Orderer], place: u16| {
        orderers.get(usize::from(place)).map_or_else(String::new, |orderer| orderer.label.clone())
    };
    match Cause::from_code(code) {
        Some(Cause::Action(place)) => name(&result.actions, place),
        Some(Cause::Guard(place)) => name(&result.guards, place),
        Some(Cause::MarginCall) => "Margin call".to_owned(),
        Some(Cause::Liquidation) => "Liquidation".to_owned(),
        Some(Cause::EndOfData) => "End of data".to_owned(),
        None => String::new(),
    }
}

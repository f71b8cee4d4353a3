//! What the user asks the server to do, and how refusals are shown. What it changes comes back through the journal.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_shared::id::OrderId;
use wickflow_shared::market::Symbol;
use wickflow_shared::num::Price;
use wickflow_shared::order::OrderSide;
use wickflow_shared::protocol::ReplacePatch;

use super::Store;
use super::toasts::Tone;
use crate::api::{self, ApiError};

/// Where an order of the ticket would start from: the other side's price, or the last. Tracks.
#[must_use]
pub fn market_price(store: Store) -> Option<Price> {
    let side = store.form.with(|form| form.side);
    store.ticker.with(|ticker| {
        let ticker = ticker.as_ref()?;
        let other_side = match side {
            OrderSide::Buy => ticker.ask,
            OrderSide::Sell => ticker.bid,
        };
        Some(other_side.unwrap_or(ticker.last))
    })
}

/// Takes an order back.
pub fn cancel_order(store: Store, id: OrderId) {
    run(store, "The order was not canceled", async move { api::cancel_order(id).await }, |_| {});
}

/// Takes every open order back.
pub fn cancel_all(store: Store) {
    run(store, "The orders were not canceled", async move { api::cancel_all().await }, |_| {});
}

/// Changes an order; `done` hears whether the server did.
pub fn replace_order(store: Store, id: OrderId, patch: ReplacePatch, done: impl FnOnce(bool) + 'static) {
    run(store, "The order was not changed", async move { api::replace_order(id, &patch).await }, done);
}

/// Closes a position at the market.
pub fn close_position(store: Store, symbol: Symbol) {
    run(store, "The position was not closed", async move { api::close_position(&symbol).await }, |_| {});
}

fn run(
    store: Store,
    failure: &'static str,
    call: impl Future<Output = Result<(), ApiError>> + 'static,
    done: impl FnOnce(bool) + 'static,
) {
    spawn_local(async move {
        let result = call.await;
        let succeeded = result.is_ok();
        match result {
            Ok(()) => refresh_if_apart(),
            Err(error) => store.toast(Tone::Warn, failure, error.message),
        }
        done(succeeded);
    });
}

/// While the socket is down the journal does not come by itself.
fn refresh_if_apart() {
    if let Some(live) = use_context::<super::live::Live>()
        && !live.is_live()
    {
        live.refresh_account();
    }
}

//! One session, pinned: the same bits natively and in the browser.
//!
//! The pinned hash is our own output. It proves nothing about being right (the other tests do), only that every
//! target computes the same; a change of rules or of the journal's spelling changes it on purpose.

#![allow(clippy::unwrap_used, reason = "tests")]

use wickflow_shared::account::Command;
use wickflow_shared::market::{Instrument, PathStep};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::Bps;
use wickflow_shared::order::{OrderRequest, OrderSide, TimeInForce};
use wickflow_shared::testing::{
    Desk, bracket, instrument, limit, market, parsed, point, quoted, stop, trade,
};

/// The journal's last hash after [`session`].
const PINNED: &str = "2a6a73f00b427aea841ade4fbeae9b15ecc864652a9fec0acb45652cb707f651";

/// A few thousand events of all kinds, drawn from a generator of its own.
fn session() -> Desk {
    let instrument = Instrument {
        fees: FeeModel::Percentage { maker: Bps(7), taker: Bps(13), min: parsed("0.01") },
        slippage: SlippageModel::OneTickSometimes { probability: Bps(3000), seed: 11 },
        spread: Bps(10),
        ..instrument()
    };
    let mut desk = Desk::new(instrument, "1000000");
    let mut state = 1_u64;
    let mut draw = |below: u64| {
        // Knuth's MMIX generator; its high bits are good enough here.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut price = 2000_u64;
    let half_units =
        |value: u64| format!("{}.{}", value / 2, if value.is_multiple_of(2) { "0" } else { "5" });
    for step in 1..4000_i64 {
        let time = step * 1000;
        price = (price + draw(9)).saturating_sub(4).clamp(1000, 4000);
        let (at, size) = (half_units(price), format!("{}.5", draw(20)));
        match draw(4) {
            0 => desk.tick(&quoted(
                time,
                &at,
                &size,
                [&half_units(price - 1), "3", &half_units(price + 1), "2"],
            )),
            1 => desk.tick(&point(time, &at, &size, PathStep::Close)),
            _ => desk.tick(&trade(time, &at, &size)),
        };
        let side = if draw(2) == 0 { OrderSide::Buy } else { OrderSide::Sell };
        let quantity = format!("0.{:03}", 1 + draw(999));
        let request = match draw(8) {
            0 => market(side, &quantity),
            1 => limit(side, &quantity, &half_units(price - 5 + draw(10))),
            2 => stop(side, &quantity, &half_units(price - 5 + draw(10))),
            3 => OrderRequest { time_in_force: TimeInForce::Ioc, ..limit(side, &quantity, &at) },
            4 if side == OrderSide::Buy => OrderRequest {
                bracket: bracket(&half_units(price - 20), &half_units(price + 20)),
                ..market(side, &quantity)
            },
            _ => continue,
        };
        if desk.account().open_order_count() < 40 {
            desk.submit(request);
        } else {
            desk.run(&Command::CancelAll { symbol: None });
        }
    }
    desk
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn one_session_has_one_hash_on_every_target() {
    let desk = session();
    assert!(desk.journal.len() > 3000, "the session is too quiet: {} entries", desk.journal.len());
    assert_eq!(desk.account().head().to_string(), PINNED);
}

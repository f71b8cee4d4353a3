//! Messages as Advanced Trade sends them.

use serde_json::{Value, json};
use wickflow_shared::time::Timestamp;

use super::Trade;

pub(crate) fn envelope(channel: &str, now: Timestamp, sequence: u64, events: Value) -> String {
    json!({
        "channel": channel,
        "client_id": "",
        "timestamp": now.to_string(),
        "sequence_num": sequence,
        "events": events,
    })
    .to_string()
}

/// Newest first, as the venue has them.
pub(crate) fn trades(kind: &str, trades: &[Trade]) -> Value {
    let rows: Vec<Value> = trades
        .iter()
        .rev()
        .map(|trade| {
            json!({
                "trade_id": trade.id.to_string(),
                "product_id": trade.product,
                "price": trade.price.to_string(),
                "size": trade.size.to_string(),
                "side": trade.side,
                "time": trade.time.to_string(),
            })
        })
        .collect();
    json!([{ "type": kind, "trades": rows }])
}

pub(crate) fn ticker(kind: &str, product: &str, price: f64) -> Value {
    json!([{ "type": kind, "tickers": [{
        "type": "ticker",
        "product_id": product,
        "price": price.to_string(),
        "volume_24_h": "1000",
        "low_24_h": "1",
        "high_24_h": "100000",
        "best_bid": (price - 0.01).to_string(),
        "best_bid_quantity": "1.5",
        "best_ask": (price + 0.01).to_string(),
        "best_ask_quantity": "2.5",
    }] }])
}

pub(crate) fn heartbeat(now: Timestamp, counter: u64) -> Value {
    json!([{ "current_time": format!("{now} UTC m=+{counter}"), "heartbeat_counter": counter.to_string() }])
}

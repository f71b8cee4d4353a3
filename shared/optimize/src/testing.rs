//! What tests share.

use serde_json::json;
use wickflow_strategy::document::Document;

/// Long while a fast average is above a slow one. The slow one's period is the named parameter `length`.
pub(crate) fn crossing() -> Document {
    let node = |id: &str, kind: &str, params: serde_json::Value| json!({ "id": id, "type": kind, "data": { "params": params } });
    let wire = |from: &str, to: &str| {
        let (source, source_handle) = from.split_once('.').expect("a port");
        let (target, target_handle) = to.split_once('.').expect("a port");
        json!({ "id": format!("{from}-{to}"), "source": source, "sourceHandle": source_handle,
                "target": target, "targetHandle": target_handle })
    };
    let document = json!({
        "nodes": [
            node("candle", "data.candle", json!({})),
            node("fast", "indicator.sma", json!({ "period": 10 })),
            node("slow", "indicator.sma", json!({ "period": { "$param": "length" } })),
            node("up", "logic.cross_over", json!({})),
            node("down", "logic.cross_under", json!({})),
            node("buy", "action.buy", json!({})),
            node("sell", "action.sell", json!({})),
        ],
        "edges": [
            wire("candle.close", "fast.source"),
            wire("candle.close", "slow.source"),
            wire("fast.value", "up.a"),
            wire("slow.value", "up.b"),
            wire("fast.value", "down.a"),
            wire("slow.value", "down.b"),
            wire("up.value", "buy.when"),
            wire("down.value", "sell.when"),
        ],
        "wickflow": { "version": 1, "parameters": { "length": { "value": 30 } } },
    });
    Document::parse(&document.to_string()).expect("a document")
}

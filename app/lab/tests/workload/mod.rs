//! The strategy that is measured: 30 nodes that trade often.

use serde_json::json;

/// Candles of a measured run.
pub(crate) const BARS: u32 = 100_000;

/// Six pairs of averages, all of which have to agree to buy; it sells when one does not any more, or when the RSI is high.
pub(crate) fn document() -> String {
    let mut nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "rsi", "type": "indicator.rsi" }),
        json!({ "id": "high", "type": "logic.above", "data": { "params": { "b": 70 } } }),
        json!({ "id": "not", "type": "logic.not" }),
        json!({ "id": "either", "type": "logic.or" }),
        json!({ "id": "buy", "type": "action.buy" }),
        json!({ "id": "sell", "type": "action.sell" }),
    ];
    let mut edges = Vec::new();
    let mut wire = |source: &str, port: &str, target: &str, input: &str| {
        edges
            .push(json!({ "source": source, "sourceHandle": port, "target": target, "targetHandle": input }));
    };
    let mut agree: Option<String> = None;
    for pair in 0..6 {
        let [fast, slow, above, all] = ["fast", "slow", "above", "all"].map(|name| format!("{name}{pair}"));
        let (short, long) = (5 + pair, 20 + 3 * pair);
        nodes.push(json!({ "id": fast, "type": "indicator.sma", "data": { "params": { "period": short } } }));
        nodes.push(json!({ "id": slow, "type": "indicator.ema", "data": { "params": { "period": long } } }));
        nodes.push(json!({ "id": above, "type": "logic.above" }));
        wire("candle", "close", &fast, "source");
        wire("candle", "close", &slow, "source");
        wire(&fast, "value", &above, "a");
        wire(&slow, "value", &above, "b");
        agree = Some(match agree {
            None => above,
            Some(others) => {
                nodes.push(json!({ "id": all, "type": "logic.and" }));
                wire(&above, "value", &all, "a");
                wire(&others, "value", &all, "b");
                all
            }
        });
    }
    let agree = agree.unwrap_or_default();
    wire("candle", "close", "rsi", "source");
    wire("rsi", "value", "high", "a");
    wire(&agree, "value", "not", "a");
    wire("not", "value", "either", "a");
    wire("high", "value", "either", "b");
    wire(&agree, "value", "buy", "when");
    wire("either", "value", "sell", "when");
    json!({ "nodes": nodes, "edges": edges }).to_string()
}

use std::borrow::Cow;

use serde::Deserialize;
use wickflow_shared::time::Timestamp;

/// A message of Advanced Trade's market data. Unknown fields are ignored.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// Counts the messages of a connection.
    pub(super) sequence: Option<u64>,
    /// The venue's clock when it was sent.
    pub(super) time: Option<Timestamp>,
    pub(super) content: Content<'a>,
}

#[derive(Debug)]
pub(super) enum Content<'a> {
    /// What is subscribed to.
    Subscriptions,
    Heartbeat,
    Tickers(Vec<Ticker<'a>>),
    Trades(Vec<Trades<'a>>),
    /// The venue refused something.
    Error(String),
    /// A channel that was not asked for, or a message without one.
    Unknown,
}

/// Trades in one event.
#[derive(Debug)]
pub(super) struct Trades<'a> {
    /// The last trades before the subscription, rather than new ones.
    pub(super) is_snapshot: bool,
    pub(super) trades: Vec<Trade<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    pub(super) product_id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) best_bid: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) best_bid_quantity: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) best_ask: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) best_ask_quantity: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade<'a> {
    #[serde(borrow)]
    pub(super) product_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) trade_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) price: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) size: Cow<'a, str>,
    /// The side of the maker, who waited.
    #[serde(borrow, default)]
    pub(super) side: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) time: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    channel: Cow<'a, str>,
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
    #[serde(borrow, default)]
    timestamp: Cow<'a, str>,
    sequence_num: Option<u64>,
    #[serde(borrow, default)]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    tickers: Vec<Ticker<'a>>,
    #[serde(borrow, default)]
    trades: Vec<Trade<'a>>,
}

/// Reads a message.
///
/// # Errors
/// When it is no JSON of the shape that is documented.
pub(super) fn parse(text: &str) -> Result<Message<'_>, serde_json::Error> {
    let envelope: Envelope<'_> = serde_json::from_str(text)?;
    let events = envelope.events.into_iter();
    let content = match &*envelope.channel {
        _ if envelope.kind == "error" => Content::Error(envelope.message.into_owned()),
        "subscriptions" => Content::Subscriptions,
        "heartbeats" => Content::Heartbeat,
        "ticker" | "ticker_batch" => Content::Tickers(events.flat_map(|event| event.tickers).collect()),
        "market_trades" => Content::Trades(
            events
                .map(|event| Trades { is_snapshot: event.kind == "snapshot", trades: event.trades })
                .collect(),
        ),
        _ => Content::Unknown,
    };
    // Without a readable time the message still counts; the next one brings the clock.
    Ok(Message { sequence: envelope.sequence_num, time: envelope.timestamp.parse().ok(), content })
}

/// A request to follow `channel`, or with `unsubscribe` as its kind no longer; one channel a message.
pub(super) fn request(kind: &str, channel: &str, products: &[String]) -> String {
    // The heartbeat belongs to the connection, not to products.
    let products = if channel == "heartbeats" { &[] } else { products };
    serde_json::json!({ "type": kind, "product_ids": products, "channel": channel }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_as_documented() {
        let trades = r#"{"channel":"market_trades","client_id":"","timestamp":"2026-01-05T03:45:00.123456Z",
            "sequence_num":12,"events":[{"type":"update","trades":[{"trade_id":"7","product_id":"BTC-USD",
            "price":"60000.1","size":"0.5","side":"SELL","time":"2026-01-05T03:45:00.1Z","new":1}]}]}"#;
        let message = parse(trades).unwrap();
        assert_eq!(message.sequence, Some(12));
        assert_eq!(message.time.map(|t| t.to_string()).as_deref(), Some("2026-01-05T03:45:00.123Z"));
        let Content::Trades(events) = message.content else { panic!("{message:?}") };
        assert!(!events[0].is_snapshot);
        assert_eq!((&*events[0].trades[0].price, &*events[0].trades[0].side), ("60000.1", "SELL"));

        for (text, want) in [
            (
                r#"{"channel":"heartbeats","sequence_num":1,"events":[{"current_time":"2026-01-05 03:45:00.1 +0000 UTC m=+1","heartbeat_counter":"3049"}]}"#,
                "Heartbeat",
            ),
            (
                r#"{"channel":"heartbeats","sequence_num":1,"events":[{"current_time":"x","heartbeat_counter":3049}]}"#,
                "Heartbeat",
            ),
            (
                r#"{"channel":"subscriptions","events":[{"subscriptions":{"ticker":["BTC-USD"]}}]}"#,
                "Subscriptions",
            ),
            (r#"{"type":"error","message":"authentication failure"}"#, "Error(\"authentication failure\")"),
            (r#"{"channel":"l2_data","events":[{"type":"snapshot","updates":[]}]}"#, "Unknown"),
            (
                r#"{"channel":"ticker_batch","events":[{"type":"update","tickers":[{"product_id":"BTC-USD","price":"1"}]}]}"#,
                "Tickers",
            ),
            ("{}", "Unknown"),
        ] {
            let content = format!("{:?}", parse(text).unwrap().content);
            assert!(content.starts_with(want), "{text}: {content}");
        }
        for text in ["", "[]", "null", "{", r#"{"events":[{"trades":[{}]}]}"#, r#"{"sequence_num":"x"}"#] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

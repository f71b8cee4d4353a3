//! What travels between the page and the server: REST bodies, socket messages, error codes. Nothing else.
//!
//! Decimals travel as strings, times as UTC milliseconds. Requests refuse unknown fields; readers of answers
//! ignore them, so that a server may add some.

mod error;
mod market;
pub mod paper;
mod refusal;
mod rest;
mod socket;
pub mod strategy;
mod text;
mod tracker;

pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use market::{
    CandleBatch, CandleUpdate, FeedKind, FeedState, FeedStatus, ReplayStatus, Ticker, TickerRow,
};
pub use refusal::{ConflictReason, Refusal, StrategyDiagnostic};
pub use rest::{
    CandlePage, Health, HealthCheck, OrderAck, ReplacePatch, ReplayCommand, ServerInfo, SessionInfo,
};
pub use socket::{
    Change, ChannelUpdate, ClientMessage, Cursor, MAX_CLIENT_MESSAGE_BYTES, MAX_SUBSCRIPTIONS, ServerMessage,
    Snapshot, Topic, close_code,
};
pub use text::{MAX_FOLDER_DEPTH, TextError};
pub use tracker::{ChannelTracker, Verdict};

/// Version of the protocol, sent in the greeting; a client that knows another one reloads itself.
pub const PROTOCOL_VERSION: u32 = 1;

/// Reads a variant that has nothing but its tag. Left to itself, serde ignores whatever else stands beside the tag
/// of such a variant, `deny_unknown_fields` or not.
fn no_fields<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    serde::Deserialize::deserialize(deserializer).map(|Nothing {}| ())
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, de::DeserializeOwned};

    use super::{ReplayCommand, Topic};

    fn check<T: Serialize + DeserializeOwned>(texts: &[&str]) {
        for text in texts {
            let value = serde_json::from_str::<T>(text).map_err(|error| error.to_string());
            let again = value.map(|value| serde_json::to_string(&value).unwrap_or_default());
            assert_eq!(again.as_deref(), Ok(*text));
            // Before the tag or behind it, a field too many is refused.
            let inner = text.trim_start_matches('{').trim_end_matches('}');
            for wrong in [format!("{{{inner},\"x\":1}}"), format!("{{\"x\":1,{inner}}}")] {
                let error = serde_json::from_str::<T>(&wrong).map(|_| ()).unwrap_err().to_string();
                assert!(error.contains("unknown field `x`"), "{wrong}: {error}");
            }
        }
    }

    #[test]
    fn requests_refuse_unknown_fields() {
        check::<ReplayCommand>(&[
            r#"{"action":"play"}"#,
            r#"{"action":"pause"}"#,
            r#"{"action":"step","candles":3}"#,
            r#"{"action":"speed","speed":60.0}"#,
        ]);
        check::<Topic>(&[
            r#"{"topic":"account"}"#,
            r#"{"topic":"feed"}"#,
            r#"{"topic":"ticker","symbol":"TEST:COIN0"}"#,
        ]);
    }
}

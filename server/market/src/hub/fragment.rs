use std::fmt::Write;
use std::sync::Arc;

use serde::Serialize;

/// One update as JSON text, `{"channel":12,"seq":345,"ticker":{..}}`: a
/// [`ChannelUpdate`](wickflow_shared::protocol::ChannelUpdate), encoded once for all readers.
pub(super) fn fragment(channel: u32, seq: u64, kind: &str, change: &impl Serialize) -> Arc<str> {
    let mut text = String::with_capacity(256);
    // Writing to a string does not fail, and what is published holds only numbers, text and sequences of
    // them, which JSON can say.
    let _ = write!(text, r#"{{"channel":{channel},"seq":{seq},"{kind}":"#);
    text.push_str(&serde_json::to_string(change).unwrap_or_else(|_| "null".to_owned()));
    text.push('}');
    text.into()
}

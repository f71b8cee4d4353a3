use wickflow_shared::digest::Digest;
use wickflow_shared::time::Timestamp;

/// What stands in front, so that no other hash of the project can be the same by accident.
const DOMAIN: &[u8] = b"wickflow-paper/1";

/// Something that happened in a run, or to it, before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The market's time.
    pub time: Timestamp,
    /// What.
    pub kind: &'static str,
    /// Whether it follows from the candles; what the server did to the run does not.
    pub is_simulated: bool,
    /// Its details, as JSON.
    pub body: String,
    /// Whether the candle had closed before the run got to see it.
    pub caught_up: bool,
}

/// The hash of an event: SHA-256 over `wickflow-paper/1`, the hash of the event before it (32 zero bytes for the first),
/// its number and its time as 64-bit little-endian words, and its kind and its body, each with its length before it as
/// such a word.
#[must_use]
pub fn event_hash(before: &Digest, seq: u64, time: Timestamp, kind: &str, body: &str) -> Digest {
    let length = |text: &str| (text.len() as u64).to_le_bytes();
    Digest::of_parts([
        DOMAIN,
        before.as_bytes().as_slice(),
        &seq.to_le_bytes(),
        &time.0.to_le_bytes(),
        &length(kind),
        kind.as_bytes(),
        &length(body),
        body.as_bytes(),
    ])
}

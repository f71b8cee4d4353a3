//! Answers of REST calls and messages of the socket.

use wickflow_shared::protocol::{
    CandleBatch, CandlePage, CandleUpdate, Change, ChannelUpdate, ErrorBody, ErrorCode, ErrorDetail,
    FeedKind, FeedState, FeedStatus, OrderAck, ReplayStatus, ServerInfo, ServerMessage, SessionInfo,
    Snapshot, Ticker, TickerRow, Topic,
};

use super::{Json, Read, member, read_struct, read_words, word};

read_words!(ErrorCode {
    "bad_request" => BadRequest,
    "unauthenticated" => Unauthenticated,
    "forbidden" => Forbidden,
    "not_found" => NotFound,
    "unknown_symbol" => UnknownSymbol,
    "unknown_order" => UnknownOrder,
    "unknown_chunk" => UnknownChunk,
    "method_not_allowed" => MethodNotAllowed,
    "conflict" => Conflict,
    "too_large" => TooLarge,
    "unsupported_media_type" => UnsupportedMediaType,
    "rejected" => Rejected,
    "rate_limited" => RateLimited,
    "internal" => Internal,
    "unavailable" => Unavailable,
});
read_words!(FeedKind { "sim" => Sim, "replay" => Replay, "coinbase" => Coinbase });
read_words!(FeedState {
    "connecting" => Connecting,
    "live" => Live,
    "stale" => Stale,
    "paused" => Paused,
    "ended" => Ended,
    "failed" => Failed,
});
read_struct!(ErrorBody { error });
read_struct!(ErrorDetail { code, reject, field, message, request_id });
read_struct!(SessionInfo { account_id, name, is_new });
read_struct!(ServerInfo { version, protocol, feed, instruments });
read_struct!(OrderAck { order, seq });
read_struct!(CandlePage { symbol, timeframe, open_time, open, high, low, close, volume, has_more });
read_struct!(Ticker { time, last, bid, ask, reference, day_open, day_high, day_low, day_volume, is_open });
read_struct!(TickerRow { symbol, ticker, sparkline });
read_struct!(CandleBatch { closed, forming });
read_struct!(CandleUpdate { closed, forming });
read_struct!(FeedStatus { kind, state, message, clock, replay });
read_struct!(ReplayStatus { symbol, from, to, position, speed, paused });

impl Read for Topic {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        match word(object, "topic") {
            "ticker" => Some(Self::Ticker { symbol: Read::read(member(object, "symbol"))? }),
            "candles" => Some(Self::Candles {
                symbol: Read::read(member(object, "symbol"))?,
                timeframe: Read::read(member(object, "timeframe"))?,
            }),
            "account" => Some(Self::Account),
            "feed" => Some(Self::Feed),
            _ => None,
        }
    }
}

impl Read for Snapshot {
    fn read(json: &Json) -> Option<Self> {
        let (kind, state) = json.as_object()?.members().first()?;
        match kind.as_str() {
            "ticker" => Read::read(state).map(Self::Ticker),
            "candles" => Read::read(state).map(Self::Candles),
            "account" => Read::read(state).map(Self::Account),
            "feed" => Read::read(state).map(Self::Feed),
            _ => None,
        }
    }
}

impl Read for ChannelUpdate {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let read = |name| object.get(name);
        let change = if let Some(ticker) = read("ticker") {
            Change::Ticker(Read::read(ticker)?)
        } else if let Some(candles) = read("candles") {
            Change::Candles(Read::read(candles)?)
        } else if let Some(entry) = read("journal") {
            Change::Journal(Read::read(entry)?)
        } else {
            Change::Feed(Read::read(member(object, "feed"))?)
        };
        Some(Self {
            channel: Read::read(member(object, "channel"))?,
            seq: Read::read(member(object, "seq"))?,
            change,
        })
    }
}

impl Read for ServerMessage {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        /// Reads one variant by the names of its fields.
        macro_rules! variant {
            ($variant:ident { $($field:ident),* }) => {
                Some(Self::$variant { $($field: Read::read(member(object, stringify!($field)))?),* })
            };
        }
        match word(object, "type") {
            "hello" => variant!(Hello { protocol, epoch, server_time }),
            "subscribed" => variant!(Subscribed { subscribed, channel, seq }),
            "snapshot" => variant!(Snapshot { subscribed, channel, seq, snapshot }),
            "updates" => variant!(Updates { updates }),
            "pong" => variant!(Pong { nonce }),
            "error" => variant!(Error { error }),
            _ => None,
        }
    }
}

//! What serde writes is read back as it was: for every type and variant that the server sends.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Debug;
use wickflow_shared::account::{AccountEvent, AccountSnapshot, Command, RejectCode, ReplaceOrder};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::market::{Candle, Instrument, Tick};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::Bps;
use wickflow_shared::order::{CancelReason, Fill, Order, OrderSide, OrderType, Rule, TimeInForce};
use wickflow_shared::protocol::{
    CandlePage, ErrorBody, ErrorCode, FeedStatus, OrderAck, ServerInfo, ServerMessage, SessionInfo,
    TickerRow, Topic,
};
use wickflow_shared::testing;

use super::Read;
use crate::state::fixtures::{bitcoin, funded, share};

/// Reads what serde writes.
#[track_caller]
fn round_trip<T: Read + Serialize + PartialEq + Debug>(value: &T) {
    let json = serde_json::to_value(value).unwrap();
    assert_eq!(T::read(&json.clone().into()).as_ref(), Some(value), "{json}");
}

/// Reads as serde does: the same value, or none by both.
#[track_caller]
fn same_as_serde<T: Read + for<'de> Deserialize<'de> + PartialEq + Debug>(json: &Value) {
    assert_eq!(T::read(&json.clone().into()), T::deserialize(json).ok(), "{json}");
}

/// Every word that an enum of words has, and one that it has not.
fn words<T: Read + for<'de> Deserialize<'de> + PartialEq + Debug>(words: &[&str]) {
    for word in words {
        assert!(T::read(&json!(word).into()).is_some(), "{word}");
        same_as_serde::<T>(&json!(word));
    }
    same_as_serde::<T>(&json!("unheard_of"));
    same_as_serde::<T>(&json!(7));
}

#[test]
fn instruments_of_every_kind() {
    let mut instruments = vec![bitcoin(), share()];
    for slippage in [
        SlippageModel::Ticks { ticks: 3 },
        SlippageModel::OneTickSometimes { probability: Bps(50), seed: u64::MAX },
        SlippageModel::VolumeShare { limit: Bps(250), impact: Bps(1000) },
    ] {
        instruments.push(Instrument { slippage, fees: FeeModel::Free, ..share() });
    }
    instruments.iter().for_each(round_trip);

    // Holidays, a day with two sessions, and a zone that changes its offset.
    let calendar = json!({
        "zone": {"name": "America/New_York", "transitions": [[0, -300], [1_772_953_200_000_i64, -240]]},
        "sessions": {
            "weekly": [[{"open": 570, "close": 720}, {"open": 780, "close": 960}], [], [], [], [], [], []],
            "exceptions": {"20000": [], "-5": [{"open": 0, "close": 1440}]},
        },
    });
    same_as_serde::<wickflow_shared::market::Calendar>(&calendar);
    let mut bad = calendar.clone();
    bad["sessions"]["weekly"] = json!([[], []]);
    same_as_serde::<wickflow_shared::market::Calendar>(&bad);
    bad["sessions"] = Value::Null;
    bad["zone"]["transitions"] = json!([]);
    same_as_serde::<wickflow_shared::market::Calendar>(&bad);
}

#[test]
fn enums_of_words() {
    words::<OrderSide>(&["buy", "sell"]);
    words::<OrderType>(&["market", "limit", "stop_market", "stop_limit", "take_profit"]);
    words::<TimeInForce>(&["gtc", "day", "ioc", "fok"]);
    words::<Rule>(&["M1-quote", "M1-last", "M5", "L-1", "L-2", "L-6", "S1-touch", "S1-gap"]);
    words::<CancelReason>(&[
        "requested",
        "other_leg_filled",
        "position_closed",
        "immediate_or_cancel",
        "fill_or_kill",
        "insufficient_buying_power",
        "liquidation",
        "replay_seek",
    ]);
    words::<RejectCode>(&[
        "invalid_order",
        "below_min_notional",
        "too_many_orders",
        "duplicate_client_order_id",
    ]);
    words::<ErrorCode>(&[
        "bad_request",
        "unknown_chunk",
        "unsupported_media_type",
        "rate_limited",
        "unavailable",
    ]);
}

/// An account to which about everything has happened.
fn eventful() -> testing::Desk {
    let mut desk = testing::Desk::new(testing::instrument(), "1000000");
    desk.tick(&testing::quoted(1, "100", "5", ["99", "3", "101", "3"]));
    let mut entry = testing::market(OrderSide::Buy, "10");
    entry.bracket = testing::bracket("90", "120");
    entry.client_order_id = "named".to_owned().try_into().ok();
    desk.submit(entry);
    desk.tick(&testing::quoted(2, "100", "5", ["99", "3", "101", "3"]));
    desk.submit(testing::limit(OrderSide::Buy, "2", "80"));
    let waiting = desk.account().open_orders().last().unwrap().id;
    let price = "85".parse().ok();
    desk.run(&Command::ReplaceOrder(ReplaceOrder {
        order_id: waiting,
        quantity: None,
        limit_price: price,
        stop_price: None,
    }));
    desk.run(&Command::CancelOrder { order_id: waiting });
    let mut day = testing::limit(OrderSide::Sell, "1", "500");
    day.time_in_force = TimeInForce::Day;
    desk.submit(day);
    desk.submit(testing::limit(OrderSide::Buy, "1", "70"));
    // Through the stop-loss: it triggers and fills, and its other leg goes.
    desk.tick(&testing::point(3, "88", "50", wickflow_shared::market::PathStep::Open));
    desk.tick(&testing::point(4, "85", "50", wickflow_shared::market::PathStep::FirstExtreme));
    desk
}

#[test]
fn accounts_and_their_journals() {
    let desk = eventful();
    desk.journal.iter().for_each(round_trip);
    for kind in
        ["account_opened", "deposited", "order_accepted", "order_replaced", "order_filled", "order_canceled"]
    {
        let happened = |entry: &&JournalEntry| serde_json::to_value(&entry.event).unwrap()["type"] == kind;
        assert!(desk.journal.iter().any(|entry| happened(&entry)), "nothing {kind} in the session");
    }
    // The rarer ones.
    for event in [
        json!({"type": "order_expired", "order_id": 3}),
        json!({"type": "order_triggered", "order_id": 3, "tick": serde_json::to_value(testing::trade(1, "5", "1")).unwrap()}),
        json!({"type": "liquidation_started", "currency": "USD", "equity": "-12.5"}),
        json!({"type": "order_canceled", "order_id": 3, "reason": "unheard_of"}),
        json!({"type": "unheard_of"}),
    ] {
        same_as_serde::<AccountEvent>(&event);
    }
    let snapshot = desk.account().snapshot();
    assert!(snapshot.fills.len() > 1 && snapshot.closed_orders.len() > 1, "there is something to read");
    round_trip(&snapshot);
    round_trip(&desk.account().checkpoint());
}

#[test]
fn answers() {
    let instrument = bitcoin();
    let ticker = crate::state::fixtures::ticker("64000.5");
    let feed = json!({"kind": "replay", "state": "paused", "message": "why", "clock": 5, "replay":
        {"symbol": "A:B", "from": -1, "to": 2, "position": 1, "speed": 0.5, "paused": true}});
    same_as_serde::<FeedStatus>(&feed);
    same_as_serde::<FeedStatus>(&json!({"kind": "coinbase", "state": "live", "clock": 5}));
    same_as_serde::<FeedStatus>(&json!({"kind": "coinbase", "state": "live", "clock": 5.5}));
    round_trip(&ServerInfo {
        version: "1".to_owned(),
        protocol: 1,
        feed: serde_json::from_value(feed).unwrap(),
        instruments: vec![instrument],
    });
    same_as_serde::<SessionInfo>(&json!({"account_id": "0".repeat(32), "name": "Guest", "is_new": true}));
    same_as_serde::<SessionInfo>(&json!({"account_id": "x", "name": "Guest", "is_new": true}));
    for ticker in [None, Some(ticker)] {
        round_trip(&TickerRow { symbol: share().symbol, ticker, sparkline: vec![1.0, 2.5] });
    }
    let order: Order = crate::state::fixtures::order(1, OrderSide::Sell, "2");
    round_trip(&OrderAck { order, seq: u64::MAX });
    let page = json!({"symbol": "A:B", "timeframe": "4h", "open_time": [1, 2], "open": [1.5, 2], "high": [2, 2], "low": [1, 1],
        "close": [1, 1], "volume": [0, 1e3], "has_more": true});
    same_as_serde::<CandlePage>(&page);
    let error = json!({"error": {"code": "rejected", "reject": "no_position", "field": "quantity", "message": "No.", "request_id": "7"}});
    same_as_serde::<ErrorBody>(&error);
    same_as_serde::<ErrorBody>(&json!({"error": {"code": "internal", "message": "No."}}));
}

#[test]
fn messages_of_the_socket() {
    let ticker = serde_json::to_value(crate::state::fixtures::ticker("5")).unwrap();
    let candle = json!({"open_time": 60_000, "open": 1, "high": 2.5, "low": 1, "close": 2, "volume": 0.25});
    let full = json!({"open_time": 60_000, "open": 1, "high": 2.5, "low": 1, "close": 2, "volume": 0.25, "turnover": 3.5, "trades": 9});
    let entry = serde_json::to_value(&eventful().journal[2]).unwrap();
    let account = serde_json::to_value(funded("5").snapshot()).unwrap();
    let feed = json!({"kind": "sim", "state": "live", "clock": 1});
    for message in [
        json!({"type": "hello", "protocol": 1, "epoch": u64::MAX, "server_time": 5}),
        json!({"type": "subscribed", "subscribed": {"topic": "candles", "symbol": "A:B", "timeframe": "5m"}, "channel": 3, "seq": 9}),
        json!({"type": "snapshot", "subscribed": {"topic": "ticker", "symbol": "A:B"}, "channel": 1, "seq": 0, "snapshot": {"ticker": null}}),
        json!({"type": "snapshot", "subscribed": {"topic": "feed"}, "channel": 1, "seq": 0, "snapshot": {"feed": feed}}),
        json!({"type": "snapshot", "subscribed": {"topic": "account"}, "channel": 0, "seq": 0, "snapshot": {"account": account}}),
        json!({"type": "snapshot", "subscribed": {"topic": "candles", "symbol": "A:B", "timeframe": "1d"}, "channel": 1, "seq": 0,
            "snapshot": {"candles": {"closed": [candle, full], "forming": null}}}),
        json!({"type": "updates", "updates": [
            {"channel": 1, "seq": 1, "ticker": ticker},
            {"channel": 2, "seq": 1, "candles": {"closed": [candle], "forming": full}},
            {"channel": 2, "seq": 2, "candles": {}},
            {"channel": 0, "seq": 3, "journal": entry},
            {"channel": 4, "seq": 1, "feed": feed},
        ]}),
        json!({"type": "pong", "nonce": 5}),
        json!({"type": "error", "error": {"code": "not_found", "message": "No such topic."}}),
        // And what is no message.
        json!({"type": "unheard_of"}),
        json!({"type": "pong"}),
        json!({"type": "hello", "protocol": -1, "epoch": 1, "server_time": 5}),
        json!({"type": "updates", "updates": [{"channel": 1, "seq": 1}]}),
        json!({"type": "updates", "updates": [{"channel": 1, "seq": 1, "ticker": {"last": "x"}}]}),
        json!({"type": "snapshot", "subscribed": {"topic": "feed"}, "channel": 1, "seq": 0, "snapshot": {}}),
        json!([]),
        json!(null),
        json!("hello"),
    ] {
        same_as_serde::<ServerMessage>(&message);
    }
    // A new variant of these makes this `match` incomplete: then it needs a reader.
    let _ = |topic: &Topic| match topic {
        Topic::Ticker { .. } | Topic::Candles { .. } | Topic::Account | Topic::Feed => (),
    };
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    for json in [json!({"price": "1"}), json!(1.5), json!(-1), json!(70_000), json!("1")] {
        same_as_serde::<u16>(&json);
    }
    same_as_serde::<Candle>(
        &json!({"open_time": 1, "open": "1", "high": 1, "low": 1, "close": 1, "volume": 1}),
    );
    same_as_serde::<Tick>(
        &json!({"time": 1, "price": "-5", "size": "1", "aggressor": null, "quote": null, "source": {"kind": "trade"}}),
    );
    same_as_serde::<Fill>(&json!({}));
    same_as_serde::<AccountSnapshot>(&json!({"id": 5}));
}

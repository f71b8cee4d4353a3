//! Reads the server's answers.

use serde::Deserialize;
use wickflow_shared::account::AccountSnapshot;
use wickflow_shared::protocol::{
    CandlePage, ErrorBody, FeedStatus, OrderAck, ServerInfo, SessionInfo, TickerRow,
};

/// An answer of any route, told apart by a tag that [`read`] puts in front of it.
///
/// The tag is for the module's size alone. Messages of the socket carry one, and for types behind a tag serde compiles a
/// reader of its own, besides that for plain JSON; with all answers behind a tag as well each type is compiled once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub(super) enum Answer {
    Session(SessionInfo),
    Server(ServerInfo),
    Tickers { rows: Vec<TickerRow> },
    Account(Box<AccountSnapshot>),
    Candles(CandlePage),
    Order(Box<OrderAck>),
    Feed(FeedStatus),
    Error(ErrorBody),
}

/// Reads the text of an answer that is an object.
pub(super) fn read(tag: &str, text: &str) -> Option<Answer> {
    let rest = text.trim_start().strip_prefix('{')?;
    // An empty object has nothing to put a comma before.
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    serde_json::from_str(&format!("{{\"answer\":\"{tag}\"{comma}{rest}")).ok()
}

/// Reads the text of an answer that is a list.
pub(super) fn read_rows(tag: &str, text: &str) -> Option<Answer> {
    serde_json::from_str(&format!("{{\"answer\":\"{tag}\",\"rows\":{text}}}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_server_wrote_them() {
        let text = r#" {"account_id":"00000000000000000000000000000001","name":"Guest","is_new":true}"#;
        let Some(Answer::Session(session)) = read("session", text) else { panic!("no session") };
        assert_eq!((session.name.as_str(), session.is_new), ("Guest", true));

        let rows = r#"[{"symbol":"SIM:BTCUSD","ticker":null,"sparkline":[1,2.5]}]"#;
        let Some(Answer::Tickers { rows }) = read_rows("tickers", rows) else { panic!("no rows") };
        assert_eq!(rows[0].sparkline, [1.0, 2.5]);

        let account = serde_json::to_string(&crate::state::fixtures::funded("100").snapshot()).unwrap();
        let Some(Answer::Account(account)) = read("account", &account) else { panic!("no account") };
        assert_eq!(account.balances.len(), 1);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "{", "{}", "[]", "null", "<html>", r#"{"answer":"session"}"#] {
            assert!(read("session", text).is_none(), "{text}");
        }
        assert!(read_rows("tickers", "{}").is_none());
    }
}

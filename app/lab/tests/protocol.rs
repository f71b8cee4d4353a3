//! The JSON of requests and replies: what the page writes by hand, and what it reads.

use serde_json::{Value as Json, json};
use wickflow_lab::protocol::{
    Answer, Ask, Cause, Detail, Failure, FailureCode, Fees, Find, FindDirection, FindWhat, Relation, Reply,
    Request, Run, Settings,
};

fn request(ask: Json) -> Ask {
    let text = json!({ "id": 7, "ask": ask, "later": true }).to_string();
    let request: Request = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(request.id, 7);
    let again: Request =
        serde_json::from_str(&serde_json::to_string(&request).expect("JSON")).expect("a request");
    assert_eq!(again, request);
    request.ask
}

#[test]
fn requests_are_short_where_defaults_do() {
    assert_eq!(request(json!("hello")), Ask::Hello);
    assert_eq!(request(json!({ "cancel": { "id": 3 } })), Ask::Cancel { id: 3 });
    let run = request(json!({ "run": { "seq": 1, "document": "{}", "settings": { "series": "a" } } }));
    let settings = Settings::new("a");
    assert_eq!(settings.fees, Fees::Percentage { maker_bps: 10.0, taker_bps: 10.0, min: 0.0 });
    let expected =
        Run { seq: 1, document: Some("{}".to_owned()), set: vec![], settings, detail: Detail::Quick };
    assert_eq!(run, Ask::Run(expected));
    let find = request(json!({ "find": { "from": -1, "what": { "condition": {
        "node": "rsi", "op": "at_most", "value": 30.0 } } } }));
    let what = FindWhat::Condition { node: "rsi".to_owned(), port: None, op: Relation::AtMost, value: 30.0 };
    assert_eq!(find, Ask::Find(Find { from: -1, direction: FindDirection::Forward, what }));
}

#[test]
fn replies_name_what_they_answer() {
    let failure =
        Failure { code: FailureCode::NotFound, message: "there is no run yet".to_owned(), missing: vec![] };
    let reply = Reply { id: 7, done: true, answer: Answer::Failed(failure) };
    let expected = json!({ "id": 7, "done": true, "answer": { "failed": {
        "code": "not_found", "message": "there is no run yet" } } });
    assert_eq!(serde_json::to_value(&reply).unwrap(), expected);
    assert_eq!(serde_json::from_value::<Reply>(expected).unwrap(), reply);
}

#[test]
fn causes_are_numbers_in_columns() {
    for cause in [
        Cause::Action(0),
        Cause::Action(u16::MAX),
        Cause::Guard(0),
        Cause::Guard(u16::MAX),
        Cause::MarginCall,
        Cause::Liquidation,
        Cause::EndOfData,
    ] {
        assert_eq!(Cause::from_code(cause.code()), Some(cause));
    }
    for code in [-1.0, 0.5, 70_000.0, 200_003.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Cause::from_code(code), None, "{code}");
    }
}

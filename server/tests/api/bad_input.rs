//! What makes no sense gets a 4xx, a stable code and a sentence.

use reqwest::{Method, header};
use serde_json::{Value, json};
use wickflow_shared::account::RejectCode;
use wickflow_shared::protocol::ErrorCode;

use crate::support::{Answer, SignedIn, TestApp};

async fn send(
    client: &SignedIn,
    path: &str,
    content_type: Option<&str>,
    body: impl Into<reqwest::Body>,
) -> Answer {
    let mut request = client.request(Method::POST, path).body(body);
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    Answer::of(request).await
}

#[tokio::test]
async fn bodies_that_are_no_orders() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let json = Some("application/json");
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let large = format!(r#"{{"symbol":"{}"}}"#, "A".repeat(70_000));
    for (name, content_type, body, code) in [
        ("nothing", json, "", ErrorCode::BadRequest),
        ("no JSON", json, "{", ErrorCode::BadRequest),
        ("half of it", json, r#"{"symbol":"TEST:COIN0""#, ErrorCode::BadRequest),
        ("more than one", json, r#"{} {}"#, ErrorCode::BadRequest),
        ("another shape", json, "[1,2,3]", ErrorCode::BadRequest),
        ("too deep", json, deep.as_str(), ErrorCode::BadRequest),
        ("a form", Some("application/x-www-form-urlencoded"), "symbol=A", ErrorCode::UnsupportedMediaType),
        ("undeclared", None, "{}", ErrorCode::UnsupportedMediaType),
        ("text", Some("text/plain"), "{}", ErrorCode::UnsupportedMediaType),
        ("too large", json, large.as_str(), ErrorCode::TooLarge),
    ] {
        for path in ["/api/v1/orders", "/api/v1/orders/preview"] {
            let answer = send(&client, path, content_type, body.to_owned()).await;
            assert_eq!(answer.code(), code, "{name} at {path}");
        }
    }
    let not_text = send(&client, "/api/v1/orders", json, vec![b'"', 0xff, b'"']).await;
    assert_eq!(not_text.code(), ErrorCode::BadRequest);
    for body in ["{}", r#"{"action":"play","x":1}"#, r#"{"x":1,"action":"pause"}"#] {
        assert_eq!(send(&client, "/api/v1/replay", json, body).await.code(), ErrorCode::BadRequest, "{body}");
    }
}

/// An order that would be accepted, with one field changed.
fn order(field: &str, value: Value) -> Value {
    let mut order = json!({
        "symbol": "TEST:COIN0", "side": "buy", "order_type": "limit", "quantity": "0.5", "limit_price": "99.5",
    });
    order[field] = value;
    order
}

#[tokio::test]
async fn orders_that_make_no_sense() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    assert_eq!(client.post("/api/v1/orders", &order("side", json!("buy"))).await.status, 201);

    // Not understood: 400, and the field is named.
    for (field, value) in [
        ("symbol", json!("coin0")),
        ("symbol", json!("")),
        ("symbol", json!(7)),
        ("symbol", json!("A".repeat(500))),
        ("side", json!("both")),
        ("side", json!(null)),
        ("order_type", json!("magic")),
        ("quantity", json!(0.5)),
        ("quantity", json!("-1")),
        ("quantity", json!("1e9")),
        ("quantity", json!("NaN")),
        ("quantity", json!("0.000000001")),
        ("quantity", json!("99999999999999999999999999999999999999")),
        ("quantity", json!("1".repeat(10_000))),
        ("limit_price", json!("0")),
        ("limit_price", json!("-5")),
        ("limit_price", json!("10000000001")),
        ("limit_price", json!("")),
        ("time_in_force", json!("forever")),
        ("reduce_only", json!("yes")),
        ("client_order_id", json!("")),
        ("client_order_id", json!("with a blank")),
        ("client_order_id", json!("x".repeat(65))),
        ("bracket", json!({"stop_loss": "1", "surprise": "2"})),
    ] {
        let error = client.post("/api/v1/orders", &order(field, value.clone())).await.error();
        assert_eq!(error.code, ErrorCode::BadRequest, "{field} {value}");
        assert!(
            error.field.is_some_and(|named| named.starts_with(field)),
            "{field} {value}: {}",
            error.message
        );
    }
    let error = client.post("/api/v1/orders", &order("leverage", json!(100))).await.error();
    assert_eq!(error.code, ErrorCode::BadRequest, "{error:?}");
    assert!(error.message.contains("leverage"), "{error:?}");

    // Understood, and refused: 422 with a reason.
    for (field, value, reject) in [
        ("limit_price", json!("99.555"), RejectCode::InvalidOrder),
        ("quantity", json!("0.0005"), RejectCode::InvalidOrder),
        ("quantity", json!("0"), RejectCode::InvalidOrder),
        ("quantity", json!("9999999999"), RejectCode::InvalidOrder),
        ("limit_price", json!(null), RejectCode::InvalidOrder),
        ("stop_price", json!("99"), RejectCode::InvalidOrder),
        ("quantity", json!("100000"), RejectCode::InsufficientBuyingPower),
    ] {
        let error = client.post("/api/v1/orders", &order(field, value.clone())).await.error();
        assert_eq!(
            (error.code, error.reject),
            (ErrorCode::Rejected, Some(reject)),
            "{field} {value}: {error:?}"
        );
    }
    let error = client.post("/api/v1/orders", &order("symbol", json!("TEST:OTHER"))).await.error();
    assert_eq!(error.code, ErrorCode::UnknownSymbol, "{error:?}");
}

#[tokio::test]
async fn paths_and_queries_that_make_no_sense() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for (method, path, code) in [
        (Method::GET, "/api/v1/orders/7", ErrorCode::UnknownOrder),
        (Method::DELETE, "/api/v1/orders/7", ErrorCode::UnknownOrder),
        (Method::GET, "/api/v1/orders/first", ErrorCode::NotFound),
        (Method::GET, "/api/v1/orders/-1", ErrorCode::NotFound),
        (Method::GET, "/api/v1/orders/99999999999999999999999", ErrorCode::NotFound),
        (Method::GET, "/api/v1/orders?status=strange", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/orders?limit=many", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/orders?surprise=1", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/orders?symbol=lower", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/journal?after=-1", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/stream", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/stream?topics=nothing", ErrorCode::BadRequest),
        (Method::GET, "/api/v1/stream?topics=ticker:TEST:OTHER", ErrorCode::UnknownSymbol),
        (Method::GET, "/api/v1/ws", ErrorCode::BadRequest),
        (Method::POST, "/api/v1/positions/TEST:OTHER/close", ErrorCode::UnknownSymbol),
        (Method::POST, "/api/v1/positions/%00/close", ErrorCode::NotFound),
    ] {
        let answer = Answer::of(client.request(method.clone(), path)).await;
        assert_eq!(answer.code(), code, "{method} {path}: {}", answer.body);
    }
    let error = client.patch("/api/v1/orders/1", &json!({"price": "1"})).await.error();
    assert_eq!(error.code, ErrorCode::BadRequest);
}

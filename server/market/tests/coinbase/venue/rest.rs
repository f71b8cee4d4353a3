use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wickflow_shared::market::Candle;
use wickflow_shared::time::Timestamp;

use super::State;

/// What is traded: id, price increment, base increment.
pub(crate) const PRODUCTS: [(&str, &str, &str); 3] =
    [("BTC-USD", "0.01", "0.00000001"), ("ETH-USD", "0.05", "0.0001"), ("NEW-USD", "0.001", "0.1")];

pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, state.clone()));
    }
}

async fn answer(mut stream: TcpStream, state: Arc<State>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let has_agent = head.to_ascii_lowercase().contains("\r\nuser-agent: ");
    state.requests.lock().unwrap().push(target.clone());
    let (status, body) = if state.is_rest_down.load(Ordering::SeqCst) {
        ("503 Service Unavailable", json!({ "message": "down" }))
    } else if has_agent {
        resource(&state, &target)
    } else {
        // Exchange refuses clients that do not name themselves.
        ("400 Bad Request", json!({ "message": "User-Agent header is required." }))
    };
    let body = body.to_string();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

fn resource(state: &State, target: &str) -> (&'static str, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["market", "products"] => {
            let rows = PRODUCTS.map(|(id, price, base)| {
                json!({ "product_id": id, "base_name": id, "price_increment": price, "base_increment": base,
                    "quote_increment": price, "status": "online" })
            });
            ("200 OK", json!({ "products": rows, "num_products": rows.len() }))
        }
        ["products"] => {
            let rows = PRODUCTS.map(|(id, price, base)| {
                json!({ "id": id, "quote_increment": price, "base_increment": base, "status": "online" })
            });
            ("200 OK", json!(rows))
        }
        ["market", "products", product, "candles"] => {
            if query.get("granularity") != Some(&"ONE_MINUTE") {
                return ("400 Bad Request", json!({ "error": "INVALID_ARGUMENT" }));
            }
            let seconds = |name| query.get(name).and_then(|text| text.parse::<i64>().ok());
            let rows = candles(state, product, seconds("start"), seconds("end"), 350);
            let object = |c: Candle| {
                json!({ "start": (c.open_time.0 / 1000).to_string(), "low": c.low.to_string(),
                    "high": c.high.to_string(), "open": c.open.to_string(), "close": c.close.to_string(),
                    "volume": c.volume.to_string() })
            };
            shape(rows, |rows| json!({ "candles": rows.into_iter().map(object).collect::<Vec<_>>() }))
        }
        ["products", product, "candles"] => {
            if query.get("granularity") != Some(&"60") {
                return ("400 Bad Request", json!({ "message": "Unsupported granularity" }));
            }
            let seconds =
                |name| query.get(name).and_then(|text| text.parse::<Timestamp>().ok()).map(|at| at.0 / 1000);
            let rows = candles(state, product, seconds("start"), seconds("end"), 300);
            let array = |c: Candle| json!([c.open_time.0 / 1000, c.low, c.high, c.open, c.close, c.volume]);
            shape(rows, |rows| rows.into_iter().map(array).collect())
        }
        _ => ("404 Not Found", json!({ "message": "NotFound" })),
    }
}

/// Newest first, the candle that opens at the end included, the present one too; `None`: more than allowed.
fn candles(
    state: &State,
    product: &str,
    start: Option<i64>,
    end: Option<i64>,
    cap: i64,
) -> Option<Vec<Candle>> {
    let (start, end) = (start?, end?);
    if (end - start) / 60 + 1 > cap {
        return None;
    }
    let span = start * 1000..=end * 1000;
    Some(state.minutes(product).into_iter().filter(|c| span.contains(&c.open_time.0)).rev().collect())
}

fn shape(rows: Option<Vec<Candle>>, value: impl FnOnce(Vec<Candle>) -> Value) -> (&'static str, Value) {
    match rows {
        Some(rows) => ("200 OK", value(rows)),
        None => {
            ("400 Bad Request", json!({ "message": "granularity too small for the requested time range" }))
        }
    }
}

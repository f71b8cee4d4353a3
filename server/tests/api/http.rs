//! What holds for every request: ids, errors, headers, limits, health.

use reqwest::Method;
use wickflow_server::config::Settings;
use wickflow_shared::protocol::{ErrorCode, FeedState, Health, ServerInfo, TickerRow};

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn wrong_addresses_and_methods_are_json() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for (method, path, code) in [
        (Method::GET, "/api", ErrorCode::NotFound),
        (Method::GET, "/api/v1/nothing", ErrorCode::NotFound),
        (Method::POST, "/api/v1/nothing/else", ErrorCode::NotFound),
        (Method::GET, "/api/v2/server", ErrorCode::NotFound),
        (Method::PUT, "/api/v1/server", ErrorCode::MethodNotAllowed),
        (Method::DELETE, "/api/v1/session", ErrorCode::MethodNotAllowed),
    ] {
        let answer = Answer::of(client.request(method.clone(), path)).await;
        assert_eq!(answer.code(), code, "{method} {path}");
    }
}

#[tokio::test]
async fn request_ids_come_back() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let answer = Answer::of(client.request(Method::GET, "/health").header("x-request-id", "mine-1")).await;
    assert_eq!(answer.header("x-request-id"), Some("mine-1"));
    let answer =
        Answer::of(client.request(Method::GET, "/api/nothing").header("x-request-id", "mine-2")).await;
    assert_eq!(answer.error().request_id.as_deref(), Some("mine-2"));
    let made =
        Answer::of(client.request(Method::GET, "/health").header("x-request-id", "not harmless")).await;
    assert_ne!(made.header("x-request-id"), Some("not harmless"));
    assert!(made.header("x-request-id").is_some());
}

#[tokio::test]
async fn answers_say_how_little_a_browser_may_do_with_them() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for path in ["/api/v1/server", "/api/nothing", "/health", "/"] {
        let answer = client.get(path).await;
        for (name, want) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY")] {
            assert_eq!(answer.header(name), Some(want), "{name} of {path}");
        }
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
    assert_eq!(client.get("/api/v1/account").await.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn json_is_compressed_for_those_who_ask() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for encoding in ["br", "gzip"] {
        let request = client.request(Method::GET, "/api/v1/server").header("accept-encoding", encoding);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers().get("content-encoding").unwrap(), encoding);
        assert!(answer.bytes().await.unwrap().len() < client.get("/api/v1/server").await.body.len());
    }
    let plain = client.get("/api/v1/server").await;
    assert_eq!(plain.header("content-encoding"), None);
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let own = format!("http://{}", app.server().address());
    for (origin, allowed) in [(own.as_str(), true), ("http://evil.test", false), ("null", false)] {
        let request = client.request(Method::DELETE, "/api/v1/orders").header("origin", origin);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status == 200, allowed, "{origin}: {answer:?}");
        if !allowed {
            assert_eq!(answer.code(), ErrorCode::Forbidden);
        }
        let reading =
            Answer::of(client.request(Method::GET, "/api/v1/orders").header("origin", origin)).await;
        assert_eq!(reading.status, 200, "reading changes nothing, and the answer cannot be seen elsewhere");
        let handshake = client
            .request(Method::GET, "/api/v1/ws")
            .header("origin", origin)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let status = handshake.send().await.unwrap().status();
        assert_eq!(status == 101, allowed, "{origin}: {status}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let app = TestApp::start_with(1, |settings| Settings {
        requests_per_second: Some(1),
        orders_per_second: Some(1),
        sessions_per_minute: Some(2),
        ..settings
    })
    .await;
    let (first, second) = (app.sign_in().await, app.sign_in().await);
    let refused = Answer::of(app.anonymous().request(Method::POST, "/api/v1/session")).await;
    assert_eq!(refused.code(), ErrorCode::RateLimited, "two sessions were all for this minute");
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);

    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(first.get("/api/v1/feed").await.status);
    }
    assert!(statuses.starts_with(&[200, 200, 200, 200]), "{statuses:?}");
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(second.get("/api/v1/feed").await.status, 200, "another session has a rate of its own");
}

#[tokio::test]
async fn health_names_each_dependency() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/health").await;
    let health: Health = answer.json();
    assert!(health.ok, "{health:?}");
    let names: Vec<&str> = health.checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(names, ["database", "feed", "trading"]);

    app.feed_state(FeedState::Stale, "nothing for a minute").await;
    let answer = app.anonymous().get("/health").await;
    assert_eq!(answer.status, 503);
    let health: Health = serde_json::from_str(&answer.body).unwrap();
    let feed = &health.checks[1];
    assert!(!health.ok && !feed.ok && feed.detail.contains("nothing for a minute"), "{health:?}");
}

#[tokio::test]
async fn metrics_count_by_route() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    client.get("/api/v1/orders/1").await;
    let text = app.anonymous().get("/metrics").await;
    assert_eq!(text.status, 200);
    assert!(text.header("content-type").unwrap().starts_with("text/plain"));
    for needle in [
        r#"wickflow_http_requests_total{route="/api/v1/orders/{order_id}",method="GET",status="404"}"#,
        "wickflow_market_ticks_total",
        "# HELP wickflow_sockets ",
        "wickflow_http_request_seconds_bucket",
    ] {
        assert!(text.body.contains(needle), "{needle} in:\n{}", text.body);
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine_unless_opened() {
    for (is_public, status) in [(false, 403), (true, 200)] {
        let settings = |settings| Settings { metrics_public: Some(is_public), ..settings };
        let app = TestApp::start_with(1, settings).await;
        let url = format!("http://{}/metrics", app.server().address());
        // What a proxy on this machine passes on for somebody elsewhere.
        let request = reqwest::Client::new().get(url).header("x-forwarded-for", "9.9.9.9");
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(app.anonymous().get("/metrics").await.status, 200, "a neighbor");
    }
}

#[tokio::test]
async fn the_market_is_described() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    app.tick(0, "123.45").await;
    let server: ServerInfo = client.get("/api/v1/server").await.json();
    assert_eq!(server.instruments.len(), 3);
    assert_eq!(server.feed.state, FeedState::Live);
    let rows: Vec<TickerRow> = client.get("/api/v1/tickers").await.json();
    let last = rows[0].ticker.as_ref().map(|ticker| ticker.last.to_string());
    assert_eq!((rows.len(), last.as_deref()), (3, Some("123.45")));
    for answer in [
        client.get("/api/v1/replay").await,
        client.post("/api/v1/replay", &serde_json::json!({"action": "play"})).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::Conflict, "this feed is no replay");
    }
}

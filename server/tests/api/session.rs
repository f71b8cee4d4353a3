//! Guest sessions: an account at once, the same one for the same browser, and none for others.

use reqwest::Method;
use reqwest::header;
use wickflow_server::http::router;
use wickflow_shared::account::AccountSnapshot;
use wickflow_shared::protocol::{ErrorCode, SessionInfo};

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn a_visitor_gets_an_account_with_paper_money_and_keeps_it() {
    let app = TestApp::start().await;
    let answer = Answer::of(app.anonymous().request(Method::POST, "/api/v1/session")).await;
    let info: SessionInfo = answer.json();
    assert!(info.is_new);
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this is plain HTTP: {cookie}");

    let client = app.sign_in().await;
    let again = Answer::of(client.request(Method::POST, "/api/v1/session")).await;
    assert_eq!(again.headers.get(header::SET_COOKIE), None, "the cookie is young");
    let info: SessionInfo = again.json();
    assert_eq!((info.account_id, info.is_new), (client.account, false));

    let account: AccountSnapshot = client.get("/api/v1/account").await.json();
    assert_eq!(account.id, client.account);
    let cash: Vec<String> =
        account.balances.iter().map(|balance| format!("{} {}", balance.cash, balance.currency)).collect();
    assert!(cash.contains(&"100000 USD".to_owned()), "{cash:?}");
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure() {
    let app = TestApp::start().await;
    let origin = format!("https://{}", app.server().address());
    let answer =
        Answer::of(app.anonymous().request(Method::POST, "/api/v1/session").header("origin", origin)).await;
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn without_a_session_there_is_nothing_but_the_door() {
    let app = TestApp::start().await;
    let open =
        ["/api/v1/session", "/api/v1/openapi.json", "/api/docs", "/api/docs/{file}", "/health", "/metrics"];
    let client = app.anonymous();
    for (method, path) in router::routes(app.server().state()).listed() {
        // The socket says it with a close code.
        if open.contains(path) || *path == "/api/v1/ws" {
            continue;
        }
        for cookie in ["", "wickflow_session=", "wickflow_session=forged", "wickflow_session=AAAA1.2.3"] {
            let answer =
                Answer::of(client.request(method.clone(), path).header(header::COOKIE, cookie)).await;
            assert_eq!(answer.code(), ErrorCode::Unauthenticated, "{method} {path} with {cookie:?}");
        }
    }
}

#[tokio::test]
async fn sessions_outlive_a_restart_and_not_the_key() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let folder = app.stop().await;
    let app = TestApp::start_in(folder, 3, |settings| settings).await;
    let with_cookie = |app: &TestApp| {
        app.anonymous().request(Method::GET, "/api/v1/account").header(header::COOKIE, client.cookie())
    };
    let account: AccountSnapshot = Answer::of(with_cookie(&app)).await.json();
    assert_eq!(account.id, client.account);

    let folder = app.stop().await;
    let app = TestApp::start_in(folder, 3, |settings| wickflow_server::config::Settings {
        session_key: Some(
            "another key, which is long enough to be one: 0123456789abcdef0123456789".parse().unwrap(),
        ),
        ..settings
    })
    .await;
    assert_eq!(Answer::of(with_cookie(&app)).await.code(), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_session_whose_account_is_gone_begins_anew() {
    let key = "the same key for both servers, which is long enough to be one: 0123456789";
    let start = || {
        TestApp::start_with(1, |settings| wickflow_server::config::Settings {
            session_key: Some(key.parse().unwrap()),
            ..settings
        })
    };
    let (before, after) = (start().await, start().await);
    let client = before.sign_in().await;
    let with_cookie =
        |method, path: &str| after.anonymous().request(method, path).header(header::COOKIE, client.cookie());
    assert_eq!(
        Answer::of(with_cookie(Method::GET, "/api/v1/account")).await.code(),
        ErrorCode::Unauthenticated
    );
    let info: SessionInfo = Answer::of(with_cookie(Method::POST, "/api/v1/session")).await.json();
    assert!(info.is_new);
    assert_ne!(info.account_id, client.account);
}

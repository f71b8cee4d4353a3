//! Stopping and starting: nobody is left hanging, and what goes wrong is said in one sentence.

use std::time::Duration;

use wickflow_server::config::Settings;
use wickflow_server::server::Server;
use wickflow_shared::order::Order;
use wickflow_shared::protocol::{Topic, close_code};

use crate::support::{Closed, TestApp, market_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_told_streams_end_and_orders_stay() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let mut socket = client.socket().await;
    socket.follow(Topic::Account, None).await;
    let mut stream = client.open("/api/v1/stream?topics=feed", &[]).await;
    let order = serde_json::json!({
        "symbol": app.symbol(0), "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": "95",
    });
    assert_eq!(client.post("/api/v1/orders", &order).await.status, 201);
    let address = app.server().address();

    let (folder, closed, ended) = tokio::join!(app.stop(), socket.closed(), async {
        // To its end, whatever it still says.
        while let Ok(Some(_)) = stream.chunk().await {}
        true
    });
    assert_eq!(closed, Closed(Some(close_code::SHUTTING_DOWN)));
    assert!(ended);
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");

    let app = TestApp::start_in(folder, 3, |settings| settings).await;
    let request =
        app.anonymous().request(reqwest::Method::GET, "/api/v1/orders").header("cookie", client.cookie());
    let orders: Vec<Order> = crate::support::Answer::of(request).await.json();
    assert_eq!(orders.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_cannot_hold_it_up() {
    let app =
        TestApp::start_with(1, |settings| Settings { shutdown_timeout_ms: Some(400), ..settings }).await;
    let client = app.sign_in().await;
    let _socket = client.socket().await;
    // A request whose body never comes.
    let hanging = tokio::net::TcpStream::connect(app.server().address()).await.unwrap();
    let head = format!(
        "POST /api/v1/orders HTTP/1.1\r\nhost: x\r\ncookie: {}\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n",
        client.cookie()
    );
    hanging.writable().await.unwrap();
    hanging.try_write(head.as_bytes()).unwrap();
    tokio::time::timeout(Duration::from_secs(60), app.stop()).await.expect("it stops all the same");
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let app = TestApp::start().await;
    let address = app.server().address();
    let folder = tempfile::tempdir().unwrap();
    let database = |name: &str| Some(format!("sqlite://{}", folder.path().join(name).display()));
    let missing = Some("sqlite:///no/such/folder/wickflow.db".to_owned());
    for (settings, want) in [
        (Settings { listen: Some(address), database: database("a.db"), ..Settings::default() }, "is in use"),
        (
            Settings { listen: Some(([127, 0, 0, 1], 0).into()), database: missing, ..Settings::default() },
            "/no/such/folder/wickflow.db cannot be opened",
        ),
    ] {
        let (market, _script, _symbols) = market_of(1);
        let error =
            Server::start_with(settings.resolve().unwrap(), market).await.err().expect(want).to_string();
        assert!(error.contains(want) && !error.contains('\n'), "{error}");
    }
}

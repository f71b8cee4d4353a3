use std::time::Duration;

use futures_util::StreamExt;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use wickflow_market::coinbase::{CoinbaseConfig, CoinbaseFeed, RestDialect};
use wickflow_market::testing::MemoryCandles;
use wickflow_market::{Feed, TimeSource};
use wickflow_shared::order::OrderSide;
use wickflow_shared::protocol::{FeedKind, Snapshot, Topic};
use wickflow_shared::time::Timeframe;

use super::venue::{PRODUCTS, Venue, time};
use super::{BTC, Bench, NOW, config, symbol};

#[tokio::test]
async fn trades_become_ticks_and_candles() {
    let venue = Venue::start(NOW).await;
    for (at, price) in
        [("2026-01-05T11:59:58Z", 90.0), ("2026-01-05T12:00:05Z", 100.0), ("2026-01-05T12:00:20Z", 99.0)]
    {
        venue.record(BTC, at, price, 1.0);
    }
    let mut bench = Bench::start(venue).await;
    bench.until_live().await;
    assert_eq!(bench.hub.status().kind, FeedKind::Coinbase);
    let new = [("12:00:31", 101.5, 0.25), ("12:00:59.9", 98.0, 0.5), ("12:01:00", 97.0, 1.0)];
    for (n, (at, price, size)) in new.into_iter().enumerate() {
        bench.venue.trade(BTC, &format!("2026-01-05T{at}Z"), price, size);
        bench.until("the tick has come", |bench| bench.ticks.len() == n + 1).await;
    }
    assert_eq!(bench.prices(), ["101.5", "98", "97"], "what was before the feed is no news");
    let first = bench.ticks[0];
    assert_eq!((first.time, first.size.to_string()), (time("2026-01-05T12:00:31Z"), "0.25".to_owned()));
    // Trade 1003: the maker sold, so a buyer took.
    assert_eq!(first.aggressor, Some(OrderSide::Buy));
    assert_eq!(first.quote.map(|quote| quote.ask.to_string()).as_deref(), Some("101.51"));

    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
    let candle = bench.kept(BTC)[1];
    assert_eq!((candle.open, candle.high, candle.low, candle.close), (100.0, 101.5, 98.0, 98.0));
    assert!((candle.volume - 2.75).abs() < 1e-12, "the beginning of the minute is in it");

    let channel =
        bench.hub.channel(&Topic::Candles { symbol: symbol(BTC), timeframe: Timeframe::M1 }).await.unwrap();
    let Snapshot::Candles(batch) = channel.snapshot().1 else { panic!("candles") };
    assert_eq!(batch.closed.len(), 2);
    assert_eq!(batch.forming.map(|c| c.close), Some(97.0));
    let clock = bench.hub.clock().now();
    assert!(time("2026-01-05T12:01:00Z") <= clock && clock <= time("2026-01-05T12:01:10Z"), "{clock}");
}

#[tokio::test]
async fn it_subscribes_at_once_with_one_channel_a_message() {
    let mut bench = Bench::start(Venue::start(NOW).await).await;
    bench.until("all is subscribed", |bench| bench.venue.subscriptions().len() == 3).await;
    let requests = bench.venue.subscriptions();
    let channels: Vec<_> =
        requests.iter().map(|request| request["channel"].as_str().unwrap().to_owned()).collect();
    assert_eq!(channels, ["heartbeats", "market_trades", "ticker"]);
    assert_eq!(requests[1]["product_ids"], serde_json::json!([BTC]));
    // A product without any trade comes to life by the clock, and the venue keeps the line.
    bench.until_live().await;
    assert_eq!(bench.venue.connections(), 1);
}

#[tokio::test]
async fn the_venue_closes_a_line_without_subscription() {
    // The fault that the feed must not have: this is what it would look like.
    let venue = Venue::start(NOW).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(venue.ws_url()).await.unwrap();
    let closed = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.unwrap();
    assert!(matches!(closed, Some(Ok(message)) if message.is_close()));
}

#[tokio::test]
async fn pings_are_answered() {
    let mut bench = Bench::start(Venue::start(NOW).await).await;
    bench.until_live().await;
    bench.venue.ping();
    bench.until("the pong has come", |bench| bench.venue.pongs() == 1).await;
}

#[tokio::test]
async fn products_are_the_venues_or_built_in() {
    let venue = Venue::start(NOW).await;
    let wanted = ["BTC-USD", "NEW-USD", "NOPE-USD", "BTC-USD"].map(str::to_owned).to_vec();
    let open = async |config: CoinbaseConfig| {
        let kept = std::sync::Arc::new(MemoryCandles::new(Timeframe::M1, vec![]));
        let feed = CoinbaseFeed::open(config, kept, venue.clock()).await.unwrap();
        let instruments = feed.instruments();
        instruments.iter().map(|i| (i.symbol.name().to_owned(), i.tick_size.to_string())).collect::<Vec<_>>()
    };
    for rest_dialect in [RestDialect::AdvancedTrade, RestDialect::Exchange] {
        let config = CoinbaseConfig { products: wanted.clone(), rest_dialect, ..config(&venue) };
        let listed = open(config).await;
        let want = [PRODUCTS[0], PRODUCTS[2]].map(|(id, tick, _)| (id.to_owned(), tick.to_owned()));
        assert_eq!(listed, want);
    }
    venue.set_rest_down(true);
    let built_in = open(CoinbaseConfig { products: wanted, ..config(&venue) }).await;
    assert_eq!(built_in, [("BTC-USD".to_owned(), "0.01".to_owned())]);
    let none = CoinbaseConfig { products: vec!["NOPE-USD".to_owned()], ..config(&venue) };
    let kept = std::sync::Arc::new(MemoryCandles::new(Timeframe::M1, vec![]));
    assert!(CoinbaseFeed::open(none, kept, venue.clock()).await.is_err());
    assert_eq!(venue.clock().now(), time(NOW));
}

#[tokio::test]
async fn over_tls_with_a_trusted_authority() {
    let leaf = CertificateDer::from_pem_slice(include_bytes!("tls/leaf.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/leaf.key")).unwrap();
    let server = ServerConfig::builder_with_provider(std::sync::Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf], key)
        .unwrap();
    let venue = Venue::with(NOW, 100, Some(TlsAcceptor::from(std::sync::Arc::new(server)))).await;
    venue.record(BTC, "2026-01-05T11:59:58Z", 90.0, 1.0);
    let trusted_pem = Some(include_str!("tls/ca.pem").to_owned());
    let config = CoinbaseConfig { ws_url: venue.wss_url(), trusted_pem, ..config(&venue) };
    let untrusting = CoinbaseConfig { trusted_pem: None, ..config.clone() };
    let mut bench = Bench::with(venue, config, &[]).await;
    bench.until_live().await;
    bench.venue.trade(BTC, "2026-01-05T12:00:31Z", 101.5, 0.25);
    bench.until("a tick has come", |bench| !bench.ticks.is_empty()).await;

    // Nobody else's word is taken for the venue's.
    let mut bench = Bench::with(bench.venue, untrusting, &[]).await;
    let is_refused =
        |bench: &Bench| bench.hub.status().message.is_some_and(|message| message.contains("certificate"));
    bench.until("the certificate is refused", is_refused).await;
}

//! Takes connections: bounded in number, in how long headers may take, and ended gracefully.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// Longest that a client may take to send a request's headers, idle time of a kept connection included.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

/// Largest head of a request, and the buffer of a connection.
const BUFFER_BYTES: usize = 64 * 1024;

/// What may wait in the system for the network, per connection: a client that stops reading is noticed after
/// this much, not after the megabytes that the system would take.
const UNSENT_BYTES: u32 = 128 * 1024;

/// After an error that will not pass by itself at once, such as too many open files.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// Serves `app` until `shutdown`, then takes no more and waits for the requests that are under way.
pub async fn serve(listener: TcpListener, app: Router, max_connections: usize, shutdown: CancellationToken) {
    let slots = Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS)));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            // At the limit further clients wait in the system's own queue.
            accepted = async { (Arc::clone(&slots).acquire_owned().await, listener.accept().await) } => accepted,
        };
        match accepted {
            (Ok(slot), Ok((stream, peer))) => {
                let connection = connection(stream, peer, app.clone(), shutdown.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
            (Err(_), _) => break,
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, app: Router, shutdown: CancellationToken) {
    // Frames are small and wanted at once. Failing that, they come a little later.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_BYTES);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(BUFFER_BYTES);
    let mut serving = std::pin::pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let outcome = tokio::select! {
        outcome = serving.as_mut() => outcome,
        () = shutdown.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = outcome {
        // A client that went away, or spoke something else: nothing to do about it.
        tracing::debug!(error = %error, %peer, "a connection ended early");
    }
}

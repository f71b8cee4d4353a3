//! Connections to the venue: TCP, TLS where the address asks for it, one HTTP request or a WebSocket on top.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// The largest REST answer: the list of all products has about one megabyte.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
const AGENT: &str = concat!("wickflow/", env!("CARGO_PKG_VERSION"));

/// Why the venue could not be reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum NetError {
    #[error("{0:?} is no address that can be connected to")]
    Address(String),
    #[error("the trusted certificates cannot be read: {0}")]
    Certificates(String),
    #[error("connecting failed: {0}")]
    Connect(#[from] std::io::Error),
    #[error("the WebSocket handshake failed: {0}")]
    Handshake(Box<tokio_tungstenite::tungstenite::Error>),
    #[error("the request failed: {0}")]
    Request(String),
    #[error("the venue answered {status}")]
    Status { status: StatusCode, retry_after: Option<Duration> },
    #[error("there was no answer in time")]
    Timeout,
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) type Socket = WebSocketStream<Box<dyn Stream>>;

/// Opens connections.
#[derive(Clone)]
pub(super) struct Net {
    tls: TlsConnector,
}

impl Net {
    /// Trusts the public authorities, or those of `trusted_pem` instead.
    pub(super) fn new(trusted_pem: Option<&str>) -> Result<Self, NetError> {
        let certificates = |error: &dyn std::fmt::Display| NetError::Certificates(error.to_string());
        let mut roots = RootCertStore::empty();
        if let Some(pem) = trusted_pem {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|error| certificates(&error))?;
                roots.add(certificate).map_err(|error| certificates(&error))?;
            }
        } else {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| certificates(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    async fn connect(&self, uri: &Uri) -> Result<Box<dyn Stream>, NetError> {
        let address = || NetError::Address(uri.to_string());
        let is_secure = match uri.scheme_str() {
            Some("https" | "wss") => true,
            Some("http" | "ws") => false,
            _ => return Err(address()),
        };
        let host = uri.host().ok_or_else(address)?.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        if !is_secure {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| address())?;
        Ok(Box::new(self.tls.connect(name, stream).await?))
    }

    /// Opens a WebSocket that accepts messages of at most `max_bytes`.
    pub(super) async fn open_socket(
        &self,
        url: &str,
        max_bytes: usize,
        timeout: Duration,
    ) -> Result<Socket, NetError> {
        let uri: Uri = url.parse().map_err(|_| NetError::Address(url.to_owned()))?;
        let open = async {
            let stream = self.connect(&uri).await?;
            let config =
                WebSocketConfig::default().max_message_size(Some(max_bytes)).max_frame_size(Some(max_bytes));
            let opened = client_async_with_config(&uri, stream, Some(config)).await;
            opened.map(|(socket, _)| socket).map_err(|error| NetError::Handshake(Box::new(error)))
        };
        tokio::time::timeout(timeout, open).await.map_err(|_| NetError::Timeout)?
    }

    /// Gets a document.
    pub(super) async fn get(&self, url: &str, timeout: Duration) -> Result<Bytes, NetError> {
        let uri: Uri = url.parse().map_err(|_| NetError::Address(url.to_owned()))?;
        tokio::time::timeout(timeout, self.get_uri(uri)).await.map_err(|_| NetError::Timeout)?
    }

    async fn get_uri(&self, uri: Uri) -> Result<Bytes, NetError> {
        let failed = |error: &dyn std::fmt::Display| NetError::Request(error.to_string());
        let host = uri.authority().map_or_else(String::new, ToString::to_string);
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let stream = self.connect(&uri).await?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| failed(&error))?;
        // It ends when the answer has been read and the sender is dropped.
        tokio::spawn(connection);
        let request = Request::get(path)
            .header(HOST, host)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json")
            .body(Empty::<Bytes>::new())
            .map_err(|error| failed(&error))?;
        let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
        let status = answer.status();
        if status != StatusCode::OK {
            let seconds =
                answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            return Err(NetError::Status { status, retry_after: seconds.map(Duration::from_secs) });
        }
        let body = Limited::new(answer.into_body(), MAX_BODY_BYTES).collect().await;
        Ok(body.map_err(|error| failed(&error))?.to_bytes())
    }
}

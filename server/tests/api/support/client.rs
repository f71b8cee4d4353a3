use std::net::SocketAddr;

use reqwest::header::{self, HeaderMap};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::{ErrorBody, ErrorCode, ErrorDetail, SessionInfo};

use super::TestSocket;

/// A client without a session.
#[derive(Clone)]
pub(crate) struct Anonymous {
    address: SocketAddr,
    http: reqwest::Client,
}

/// A client with a session and an account.
#[derive(Clone)]
pub(crate) struct SignedIn {
    client: Anonymous,
    cookie: String,
    pub(crate) account: AccountId,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Anonymous {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, http: reqwest::Client::new() }
    }

    /// A request to be filled in by hand.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Begins a session.
    pub(crate) async fn sign_in(&self) -> SignedIn {
        let answer = Answer::of(self.request(Method::POST, "/api/v1/session")).await;
        let info: SessionInfo = answer.json();
        assert!(info.is_new);
        let cookie = answer.headers.get(header::SET_COOKIE).expect("a cookie").to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        SignedIn { client: self.clone(), cookie, account: info.account_id }
    }
}

impl SignedIn {
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A request of this session, to be filled in by hand.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, path).header(header::COOKIE, &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(with_json(self.request(Method::POST, path), body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        Answer::of(with_json(self.request(Method::PATCH, path), body)).await
    }

    /// Sends a request and leaves the body unread.
    pub(crate) async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = headers
            .iter()
            .fold(self.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
        request.send().await.expect("an answer")
    }

    /// Opens a socket and takes the greeting.
    pub(crate) async fn socket(&self) -> TestSocket {
        TestSocket::open(self.client.address, Some(&self.cookie)).await.expect("the socket opens")
    }
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.expect("a body") }
    }

    /// The body of a success.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// What the server says went wrong.
    pub(crate) fn error(&self) -> ErrorDetail {
        assert!(self.status >= 400, "{self:?}");
        let body: ErrorBody =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_eq!(body.error.code.status(), self.status, "{self:?}");
        assert!(body.error.message.len() > 10, "a sentence: {self:?}");
        assert_eq!(body.error.request_id.as_deref(), self.header("x-request-id"), "{self:?}");
        body.error
    }

    pub(crate) fn code(&self) -> ErrorCode {
        self.error().code
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

fn with_json(request: RequestBuilder, body: &impl Serialize) -> RequestBuilder {
    request.header(header::CONTENT_TYPE, "application/json").body(serde_json::to_string(body).unwrap())
}

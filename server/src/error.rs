//! The one error that HTTP handlers return: a stable code, a sentence, and for our own faults a logged cause.

use std::error::Error;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use wickflow_shared::account::{Reject, RejectCode};
use wickflow_shared::protocol::{ErrorCode, ErrorDetail, Refusal};

use crate::http::request_id;

/// What a handler answers when it cannot do what was asked.
///
/// Becomes an [`ErrorBody`] with the status of its code. Causes of 5xx answers are logged when the answer is
/// made, under the request's id, and never sent.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    field: Option<String>,
    reject: Option<RejectCode>,
    refusal: Option<Box<Refusal>>,
    retry_after_s: Option<u64>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// An error with a code and a sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            reject: None,
            refusal: None,
            retry_after_s: None,
            cause: None,
        }
    }

    /// 400: the request makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// 401: there is no valid session.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ErrorCode::Unauthenticated, "there is no session; POST /api/v1/session begins one")
    }

    /// 404: no instrument of that symbol.
    pub fn unknown_symbol(symbol: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::UnknownSymbol,
            format!("there is no instrument {symbol} here; GET /api/v1/server lists them"),
        )
    }

    /// 409: not in this state.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Conflict, message)
    }

    /// 422: the account refused.
    #[must_use]
    pub fn rejected(reject: Reject) -> Self {
        let mut error = Self::new(ErrorCode::Rejected, reject.message);
        error.reject = Some(reject.code);
        error.field = reject.field;
        error
    }

    /// 429: too much; come back after so many seconds.
    pub fn rate_limited(message: impl Into<String>, retry_after_s: u64) -> Self {
        let mut error = Self::new(ErrorCode::RateLimited, message);
        error.retry_after_s = Some(retry_after_s.max(1));
        error
    }

    /// 500: our fault. The cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            ErrorCode::Internal,
            "something went wrong here; the log has the details under this request's id",
        );
        error.cause = Some(cause.into());
        error
    }

    /// 503: not now. The cause goes to the log.
    pub fn unavailable(message: impl Into<String>, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(ErrorCode::Unavailable, message);
        error.cause = Some(cause.into());
        error.retry_after_s = Some(1);
        error
    }

    /// Names the field that is wrong.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says more about why it is refused.
    #[must_use]
    pub fn with_refusal(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(Box::new(refusal));
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What the client is told. The cause, if there is one, goes to the log here.
    #[must_use]
    pub fn into_detail(self) -> ErrorDetail {
        let Self { code, message, field, reject, cause, .. } = self;
        if let Some(cause) = cause {
            tracing::error!(error = error_chain(&*cause), ?code, "what was asked for failed");
        }
        ErrorDetail { code, reject, field, message, request_id: request_id::current() }
    }
}

/// An [`ErrorBody`](wickflow_shared::protocol::ErrorBody), with the fields of a [`Refusal`] beside its own.
#[derive(Serialize)]
struct Body {
    error: Detail,
}

#[derive(Serialize)]
struct Detail {
    #[serde(flatten)]
    detail: ErrorDetail,
    #[serde(flatten)]
    refusal: Option<Box<Refusal>>,
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_s = self.retry_after_s;
        let refusal = self.refusal.take();
        let error = Detail { detail: self.into_detail(), refusal };
        let mut response = (status, Json(Body { error })).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An error and what caused it, joined with colons.
fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

use serde::{Deserialize, Serialize};

use crate::account::RejectCode;

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// Stable code.
    pub code: ErrorCode,
    /// Why the account refused, when `code` is `rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject: Option<RejectCode>,
    /// The field of the request that is wrong, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A sentence: what was wrong, the value seen, what would be accepted.
    pub message: String,
    /// Names the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Stable error codes of the API, each with one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the body is no JSON of the shape asked for, or a parameter does not parse.
    BadRequest,
    /// 401: no valid session.
    Unauthenticated,
    /// 403: not yours to do.
    Forbidden,
    /// 404: no such route, or nothing of that id.
    NotFound,
    /// 404: no instrument of that symbol.
    UnknownSymbol,
    /// 404: no order of that number in this account.
    UnknownOrder,
    /// 404: no chunk of that id.
    UnknownChunk,
    /// 405: the route knows other methods.
    MethodNotAllowed,
    /// 409: the state does not allow it, such as replay control while the feed is no replay.
    Conflict,
    /// 413: the body is larger than allowed.
    TooLarge,
    /// 415: the body is not declared as JSON.
    UnsupportedMediaType,
    /// 422: understood, and refused: `reject` says why an account did, [`Refusal`](super::Refusal) what is wrong with a
    /// strategy.
    Rejected,
    /// 429: too many requests; see Retry-After.
    RateLimited,
    /// 500: our fault; the log has the cause.
    Internal,
    /// 503: not now; try again.
    Unavailable,
}

impl ErrorCode {
    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::UnknownSymbol | Self::UnknownOrder | Self::UnknownChunk => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Rejected => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

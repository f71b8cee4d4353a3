use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use wickflow_shared::id::AccountId;

use crate::error::ApiError;

/// The account of the session that asks. Routes behind the session have it; elsewhere it answers 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentAccount(pub AccountId);

impl<S: Send + Sync> FromRequestParts<S> for CurrentAccount {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().copied().ok_or_else(ApiError::unauthenticated)
    }
}

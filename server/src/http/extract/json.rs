use axum::extract::{FromRequest, Request};
use axum::http::header;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use wickflow_shared::protocol::ErrorCode;

use crate::error::ApiError;

/// A JSON body of type `T`: declared as JSON, within the size limit, of exactly that shape.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S, T> FromRequest<S> for JsonBody<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let declared = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !declared.is_some_and(is_json) {
            return Err(ApiError::new(
                ErrorCode::UnsupportedMediaType,
                "the body must be declared as JSON: send Content-Type: application/json",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(ErrorCode::TooLarge, "the body is larger than this server accepts")
            } else {
                ApiError::bad_request("the body could not be read to its end")
            }
        })?;
        parse_json(&bytes).map(Self)
    }
}

fn is_json(declared: &str) -> bool {
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Parses JSON of exactly one document; the error names the field.
///
/// # Errors
/// [`ErrorCode::BadRequest`] with the parser's sentence.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let sentence = ApiError::bad_request(format!("the JSON is not valid: {}", error.into_inner()));
        // A lone dot means the document as a whole.
        if path == "." { sentence } else { sentence.with_field(path) }
    })?;
    reader.end().map_err(|error| ApiError::bad_request(format!("the JSON is not valid: {error}")))?;
    Ok(value)
}

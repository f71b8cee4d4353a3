//! What is checked of a document before it is kept: that it is JSON of a strategy's shape, and not too large.

use wickflow_shared::protocol::ErrorCode;
use wickflow_shared::protocol::strategy::{MAX_TAGS, MAX_THUMBNAIL_BYTES, Tag};
use wickflow_store::strategies::HashedDocument;
use wickflow_strategy::document::{Document, DocumentError};

use crate::error::ApiError;

/// Checks a document and takes its hash, away from the tasks that serve requests: it may have megabytes.
///
/// # Errors
/// [`ErrorCode::BadRequest`] naming the field `document`, [`ErrorCode::TooLarge`].
pub async fn checked(text: String) -> Result<HashedDocument, ApiError> {
    let check = move || Document::parse(&text).map(|_| HashedDocument::new(text));
    let checked = tokio::task::spawn_blocking(check).await.map_err(ApiError::internal)?;
    checked.map_err(|error| {
        let code = match error {
            DocumentError::TooLarge { .. } => ErrorCode::TooLarge,
            DocumentError::Shape(_) | DocumentError::Version { .. } => ErrorCode::BadRequest,
        };
        ApiError::new(code, error.to_string()).with_field("document")
    })
}

/// Checks the size of a picture.
///
/// # Errors
/// [`ErrorCode::BadRequest`] naming the field.
pub fn check_thumbnail(thumbnail: Option<&String>) -> Result<(), ApiError> {
    let bytes = thumbnail.map_or(0, String::len);
    if bytes <= MAX_THUMBNAIL_BYTES {
        return Ok(());
    }
    let message = format!("the thumbnail has {bytes} bytes; at most {MAX_THUMBNAIL_BYTES} are accepted");
    Err(ApiError::bad_request(message).with_field("thumbnail"))
}

/// Checks the number of tags, and drops those that come twice.
///
/// # Errors
/// [`ErrorCode::BadRequest`] naming the field.
pub fn checked_tags(tags: Vec<Tag>) -> Result<Vec<Tag>, ApiError> {
    let mut different: Vec<Tag> = Vec::with_capacity(tags.len().min(MAX_TAGS));
    for tag in tags {
        if different.contains(&tag) {
            continue;
        }
        if different.len() == MAX_TAGS {
            let message = format!("a strategy has at most {MAX_TAGS} tags");
            return Err(ApiError::bad_request(message).with_field("tags"));
        }
        different.push(tag);
    }
    Ok(different)
}

//! The API's description as OpenAPI, and a page to browse and try it.

mod openapi;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use wickflow_shared::protocol::ErrorCode;

use crate::error::ApiError;
use crate::http::extract::PathParam;

pub use openapi::document as build;

/// The page runs its own script and talks to its own server, nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("docs.js");
const STYLE: &str = include_str!("docs.css");

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "system",
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object)),
)]
pub async fn document() -> Response {
    static DOCUMENT: std::sync::LazyLock<Result<String, String>> =
        std::sync::LazyLock::new(|| openapi::document().to_json().map_err(|error| error.to_string()));
    match &*DOCUMENT {
        Ok(text) => answer("application/json", text),
        Err(error) => ApiError::internal(error.as_str()).into_response(),
    }
}

/// A page to browse and try this API.
#[utoipa::path(
    get, path = "/api/docs", tag = "system",
    responses((status = 200, body = String, content_type = "text/html")),
)]
pub async fn page() -> Response {
    answer("text/html; charset=utf-8", PAGE)
}

/// Script and style of that page.
#[utoipa::path(
    get, path = "/api/docs/{file}", tag = "system",
    params(("file" = String, Path, description = "`docs.js` or `docs.css`")),
    responses((status = 200, body = String, content_type = "text/plain")),
)]
pub async fn file(PathParam(file): PathParam<String>) -> Result<Response, ApiError> {
    match file.as_str() {
        "docs.js" => Ok(answer("text/javascript; charset=utf-8", SCRIPT)),
        "docs.css" => Ok(answer("text/css; charset=utf-8", STYLE)),
        _ => Err(ApiError::new(ErrorCode::NotFound, "there is no such file")),
    }
}

fn answer(content_type: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, body).into_response()
}

//! Protection against requests that another site makes in a visitor's name.
//!
//! Browsers tell the truth about `Origin` and `Sec-Fetch-Site`, and pages cannot change them. Requests with
//! neither come from programs, whose cookies no other site controls. The session's cookie is `SameSite=Lax`
//! besides.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use wickflow_shared::protocol::ErrorCode;

use crate::error::ApiError;
use crate::state::AppState;

/// Refuses requests from other sites that would change something.
pub async fn same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if !request.method().is_safe() {
        check(request.headers(), &state.config.allowed_origins.0)?;
    }
    Ok(next.run(request).await)
}

/// Refuses sockets opened by other sites: a handshake is a GET, and no rule of the browser protects it.
pub async fn same_origin_sockets(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    check(request.headers(), &state.config.allowed_origins.0)?;
    Ok(next.run(request).await)
}

fn check(headers: &HeaderMap, allowed: &[String]) -> Result<(), ApiError> {
    let text =
        |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let fine = match text(header::ORIGIN) {
        Some(origin) => {
            is_own(origin, text(header::HOST)) || allowed.iter().any(|o| o.eq_ignore_ascii_case(origin))
        }
        None => headers
            .get("sec-fetch-site")
            .is_none_or(|site| site.as_bytes() == b"same-origin" || site.as_bytes() == b"none"),
    };
    if fine {
        Ok(())
    } else {
        Err(ApiError::new(
            ErrorCode::Forbidden,
            "the request comes from a page of another site; allowed_origins names those that may",
        ))
    }
}

/// Whether host and port of the origin are those that the request was sent to. The scheme may differ: behind
/// a proxy that ends TLS the server does not know its own.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_refused() {
        let allowed = vec!["http://127.0.0.1:8081".to_owned()];
        for (headers, fine) in [
            (&[("host", "a.test")][..], true),
            (&[("host", "a.test:8080"), ("origin", "http://a.test:8080")], true),
            (&[("host", "a.test"), ("origin", "https://a.test")], true),
            (&[("host", "a.test"), ("origin", "http://127.0.0.1:8081")], true),
            (&[("host", "a.test"), ("origin", "http://evil.test")], false),
            (&[("host", "a.test"), ("origin", "http://a.test:81")], false),
            (&[("host", "a.test"), ("origin", "http://a.test.evil.test")], false),
            (&[("host", "a.test"), ("origin", "null")], false),
            (&[("origin", "http://a.test")], false),
            (&[("host", "a.test"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "a.test"), ("sec-fetch-site", "same-site")], false),
            (&[("host", "a.test"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "a.test"), ("sec-fetch-site", "none")], true),
        ] {
            let map =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(check(&map, &allowed).is_ok(), fine, "{headers:?}");
        }
    }
}

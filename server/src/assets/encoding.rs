//! Content negotiation: which encodings a client takes, and which version it already holds.

use axum::http::{HeaderMap, header};

/// How a file's bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

impl Encoding {
    /// Value of the `Content-Encoding` header.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// Tells the tags of a file's forms apart.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }
}

/// Packed forms that a client takes; every client takes the plain one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) brotli: bool,
    pub(super) gzip: bool,
}

/// Reads `Accept-Encoding`. A weight of zero refuses; other weights are ignored, because the smaller form is better
/// for both sides.
pub(super) fn accepted(headers: &HeaderMap) -> Accepted {
    let mut accepted = Accepted::default();
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f64>);
            let wanted = weight.is_ok_and(|weight| weight > 0.0);
            match name.trim().to_ascii_lowercase().as_str() {
                "br" => accepted.brotli = wanted,
                "gzip" => accepted.gzip = wanted,
                _ => {}
            }
        }
    }
    accepted
}

/// True when `If-None-Match` names this tag.
pub(super) fn matches(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().unwrap_or_default().split(',').any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(value: &'static str, brotli: bool, gzip: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert_eq!(accepted(&headers), Accepted { brotli, gzip }, "{value}");
    }

    #[test]
    fn accept_encoding() {
        check("gzip, deflate, br, zstd", true, true);
        check("br;q=0, gzip;q=0.5", false, true);
        check("BR ; q=1.0", true, false);
        check("br;q=much", false, false);
        check("identity", false, false);
        check("", false, false);
    }

    #[test]
    fn if_none_match() {
        let check = |value: &'static str, expected: bool| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(value))]);
            assert_eq!(matches(&headers, "\"ab-br\""), expected, "{value}");
        };
        check("\"ab-br\"", true);
        check("\"x\", W/\"ab-br\"", true);
        check("*", true);
        check("\"ab\"", false);
        check("ab-br", false);
    }
}

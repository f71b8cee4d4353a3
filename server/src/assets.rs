//! Serves the page: embedded in the binary, or read from disk while it is being developed.
//!
//! Files whose name holds a hash of their content may be cached forever; the rest are revalidated by `ETag`.
//! A path without a dot is a route of a page: of the studio below `/studio`, of the trade page elsewhere.

mod disk;
mod encoding;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use self::disk::PageDir;
use self::encoding::Encoding;

/// Serves the page from this folder instead of the embedded one, and offers live reload (`cargo xtask dev`).
const PAGE_DIR_VARIABLE: &str = "WICKFLOW_PAGE_DIR";

/// What the page may load: itself and pictures it makes. WebAssembly needs the one exception for scripts.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";
const PERMISSIONS_POLICY: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
/// Beginnings of paths that belong to the server: a wrong one is an error, not a route of the page.
const SERVER_PATHS: [&str; 3] = ["/api", "/ws", disk::RELOAD_PATH];
/// Where a page of its own begins; everything else belongs to `index.html`.
const STUDIO: (&str, &str) = ("/studio", "/studio.html");
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Wickflow</title>\
     <p>This server was compiled without its page. Run <code>cargo xtask run</code>.</p></html>\n";

/// One file of the page, in the forms that the build made of it.
#[derive(Debug)]
struct Asset {
    /// As asked for, with the leading slash.
    path: &'static str,
    /// Of the plain content.
    hash: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The page of this binary, in the order of paths; empty when it was not built.
static EMBEDDED: &[Asset] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Where the page comes from.
#[derive(Clone, Debug)]
enum Page {
    Embedded(&'static [Asset]),
    Disk(PageDir),
}

/// Routes of the page, as the fallback of the router that it is merged into. Reads [`PAGE_DIR_VARIABLE`].
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let page = match std::env::var_os(PAGE_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
        Some(dir) => Page::Disk(PageDir::new(PathBuf::from(dir))),
        None => Page::Embedded(EMBEDDED),
    };
    serve(page)
}

fn serve<S: Clone + Send + Sync + 'static>(page: Page) -> Router<S> {
    Router::new().fallback(move |request: Request| {
        let page = page.clone();
        // The body is never read, and a reference to it could not be held while waiting.
        let (request, _) = request.into_parts();
        async move { secured(page.answer(&request).await) }
    })
}

impl Page {
    async fn answer(&self, request: &Parts) -> Response {
        if request.method != Method::GET && request.method != Method::HEAD {
            let mut response =
                text(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "Only GET and HEAD.\n");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let path = request.uri.path();
        if let Self::Disk(dir) = self
            && path == disk::RELOAD_PATH
        {
            return dir.next_version(request.uri.query().unwrap_or_default()).await;
        }
        let found = match self.find(path, &request.headers).await {
            None if is_route(path) => self.find(page_of(path), &request.headers).await,
            found => found,
        };
        match found {
            Some(file) => file.respond(request),
            None if is_route(path) => {
                text(StatusCode::SERVICE_UNAVAILABLE, "text/html; charset=utf-8", NOT_BUILT)
            }
            None => text(
                StatusCode::NOT_FOUND,
                "text/plain; charset=utf-8",
                "There is nothing at this address.\n",
            ),
        }
    }

    async fn find(&self, path: &str, headers: &HeaderMap) -> Option<Found> {
        match self {
            Self::Disk(dir) => dir.read(path).await,
            Self::Embedded(assets) => {
                let at = assets.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
                assets.get(at).map(|asset| Found::embedded(asset, headers))
            }
        }
    }
}

/// A file in the encoding that the client prefers.
#[derive(Debug)]
struct Found {
    content_type: &'static str,
    cache: &'static str,
    encoding: Encoding,
    etag: Option<String>,
    content: Bytes,
}

impl Found {
    fn embedded(asset: &Asset, headers: &HeaderMap) -> Self {
        let accepted = encoding::accepted(headers);
        let (encoding, content) = match (asset.brotli, asset.gzip) {
            (Some(content), _) if accepted.brotli => (Encoding::Brotli, content),
            (_, Some(content)) if accepted.gzip => (Encoding::Gzip, content),
            _ => (Encoding::Plain, asset.plain),
        };
        Self {
            content_type: content_type(asset.path),
            cache: if is_hashed(asset.path) { "public, max-age=31536000, immutable" } else { "no-cache" },
            encoding,
            // Encodings are different bytes, so a strong tag must differ too.
            etag: Some(format!("\"{}{}\"", asset.hash, encoding.tag())),
            content: Bytes::from_static(content),
        }
    }

    fn respond(self, request: &Parts) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(etag) = &self.etag {
            if let Ok(value) = HeaderValue::from_str(etag) {
                headers.insert(header::ETAG, value);
            }
            if encoding::matches(&request.headers, etag) {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                return response;
            }
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(self.content.len()));
        if let Some(name) = self.encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        if request.method == Method::GET {
            *response.body_mut() = Body::from(self.content);
        }
        response
    }
}

fn text(status: StatusCode, content_type: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn secured(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// True for a path that a page itself understands, like `/trade/BTCUSD`.
fn is_route(path: &str) -> bool {
    !path.contains('.') && !SERVER_PATHS.iter().any(|prefix| is_below(path, prefix))
}

/// The page that understands a route.
fn page_of(path: &str) -> &'static str {
    let (root, page) = STUDIO;
    if is_below(path, root) { page } else { "/index.html" }
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// True for a name like `wickflow-0123456789abcdef.js`, also with Trunk's `_bg` behind the hash.
fn is_hashed(path: &str) -> bool {
    let Some((stem, _)) = path.rsplit_once('.') else { return false };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (12..=16).contains(&hash.len()) && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

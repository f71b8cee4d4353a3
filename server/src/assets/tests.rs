use axum::body::to_bytes;
use tower::ServiceExt as _;

use super::*;

static PAGE: &[Asset] = &[
    Asset { path: "/icon.svg", hash: "11", plain: b"<svg/>", brotli: None, gzip: None },
    Asset {
        path: "/index.html",
        hash: "22",
        plain: b"<html>",
        brotli: Some(b"br-html"),
        gzip: Some(b"gz-html"),
    },
    Asset { path: "/studio.html", hash: "44", plain: b"<studio>", brotli: None, gzip: None },
    Asset {
        path: "/wickflow-0123456789abcdef.js",
        hash: "33",
        plain: b"let a",
        brotli: Some(b"br-js"),
        gzip: None,
    },
];

async fn ask(
    page: Page,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = serve::<()>(page).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    ask(Page::Embedded(PAGE), "GET", path, headers).await
}

#[tokio::test]
async fn hashed_files_are_cached_forever_and_others_are_revalidated() {
    for (path, cache) in [
        ("/wickflow-0123456789abcdef.js", "public, max-age=31536000, immutable"),
        ("/index.html", "no-cache"),
        ("/", "no-cache"),
        ("/icon.svg", "no-cache"),
    ] {
        let (status, headers, _) = get(path, &[]).await;
        assert_eq!((status, headers["cache-control"].to_str().unwrap()), (StatusCode::OK, cache), "{path}");
    }
}

#[tokio::test]
async fn a_route_gets_the_page_that_understands_it() {
    for (path, body) in [
        ("/", "<html>"),
        ("/trade/SIM", "<html>"),
        ("/studiolight", "<html>"),
        ("/studio", "<studio>"),
        ("/studio/3f", "<studio>"),
    ] {
        assert_eq!(get(path, &[]).await.2, body, "{path}");
    }
}

#[tokio::test]
async fn the_smallest_accepted_form_is_sent() {
    for (path, accept, encoding, body) in [
        ("/index.html", "gzip, br", Some("br"), "br-html"),
        ("/index.html", "gzip", Some("gzip"), "gz-html"),
        ("/index.html", "br;q=0", None, "<html>"),
        ("/wickflow-0123456789abcdef.js", "gzip", None, "let a"),
        ("/icon.svg", "gzip, br", None, "<svg/>"),
    ] {
        let (_, headers, content) = get(path, &[("accept-encoding", accept)]).await;
        let sent = headers.get("content-encoding").map(|value| value.to_str().unwrap());
        assert_eq!((sent, content.as_str()), (encoding, body), "{path} {accept}");
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-length"], body.len().to_string());
    }
}

#[tokio::test]
async fn a_known_tag_is_answered_with_304_and_only_for_the_same_encoding() {
    let (_, headers, _) = get("/index.html", &[("accept-encoding", "br")]).await;
    let etag = headers["etag"].to_str().unwrap().to_owned();

    let (status, headers, body) = get("/", &[("accept-encoding", "br"), ("if-none-match", &etag)]).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(headers["etag"], etag.as_str());
    let (status, ..) = get("/", &[("if-none-match", &etag)]).await;
    assert_eq!(status, StatusCode::OK, "the plain form is another representation");
}

#[tokio::test]
async fn routes_of_the_page_get_the_index_and_wrong_addresses_do_not() {
    for (path, expected) in [
        ("/", StatusCode::OK),
        ("/trade/BTCUSD", StatusCode::OK),
        ("/apiary", StatusCode::OK),
        ("/missing.js", StatusCode::NOT_FOUND),
        ("/api/v1/nothing", StatusCode::NOT_FOUND),
        ("/api", StatusCode::NOT_FOUND),
        ("/ws", StatusCode::NOT_FOUND),
        ("/__reload", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(get(path, &[]).await.0, expected, "{path}");
    }
}

#[tokio::test]
async fn head_tells_what_get_would_send_and_other_methods_are_refused() {
    let (status, headers, body) = ask(Page::Embedded(PAGE), "HEAD", "/index.html", &[]).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    assert_eq!(headers["content-length"], "6");
    let (status, headers, _) = ask(Page::Embedded(PAGE), "POST", "/index.html", &[]).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET, HEAD");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/", "/missing.js"] {
        let (_, headers, _) = get(path, &[]).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("referrer-policy") && headers.contains_key("permissions-policy"));
    }
}

#[tokio::test]
async fn a_server_without_a_page_says_how_to_build_it() {
    let (status, _, body) = ask(Page::Embedded(&[]), "GET", "/", &[]).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("cargo xtask run"), "{body}");
}

#[test]
fn the_embedded_table_is_in_the_order_that_the_search_needs() {
    assert!(EMBEDDED.is_sorted_by(|a, b| a.path < b.path));
}

#[test]
fn names_with_a_hash() {
    for (path, expected) in [
        ("/wickflow-0123456789abcdef.wasm", true),
        ("/wickflow-app-0123456789abcde_bg.wasm", true),
        ("/icons/trade-history.svg", false),
        ("/boot.js", false),
        ("/a-0123456789abcdeg.js", false),
        ("/a-0123456789abcdef", false),
    ] {
        assert_eq!(is_hashed(path), expected, "{path}");
    }
}

#[tokio::test]
async fn a_folder_is_served_fresh_and_never_left() {
    let dir = std::env::temp_dir().join(format!("wickflow-assets-{}", std::process::id()));
    std::fs::create_dir_all(dir.join("page/icons")).unwrap();
    for (file, content) in
        [("secret", "s"), ("page/index.html", "dev"), ("page/icons/a.svg", "i"), ("page/.version", "7\n")]
    {
        std::fs::write(dir.join(file), content).unwrap();
    }
    let page = || Page::Disk(PageDir::new(dir.join("page")));

    let (_, headers, body) = ask(page(), "GET", "/trade", &[("accept-encoding", "br")]).await;
    assert_eq!((headers["cache-control"].to_str().unwrap(), body.as_str()), ("no-store", "dev"));
    assert_eq!(ask(page(), "GET", "/icons/a.svg", &[]).await.2, "i");
    for path in ["/../secret", "/icons/../../secret", "//etc/passwd.", "/.version", "/icons"] {
        assert_ne!(ask(page(), "GET", path, &[]).await.2, "s", "{path}");
        assert_ne!(ask(page(), "GET", path, &[]).await.2, "7\n", "{path}");
    }
    assert_eq!(ask(page(), "GET", "/__reload?seen=6", &[]).await.2, "7");
    std::fs::remove_dir_all(dir).unwrap();
}

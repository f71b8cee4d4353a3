//! The page from a folder, for development: nothing is cached, and a browser can wait for the next build.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::{Encoding, Found, content_type};

/// Answers with the version of the page as soon as it differs from the one in the query (`?seen=…`).
pub(super) const RELOAD_PATH: &str = "/__reload";
/// Written by `cargo xtask dev` when a build is complete.
const VERSION_FILE: &str = ".version";
const POLL: Duration = Duration::from_millis(100);
/// Shorter than what proxies and browsers take for a dead connection.
const LONGEST_WAIT: u32 = 250;

/// A folder that holds a page.
#[derive(Clone, Debug)]
pub(super) struct PageDir {
    dir: Arc<Path>,
}

impl PageDir {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir: dir.into() }
    }

    /// Reads a file below the folder; a path that would leave it, or names a hidden file, finds nothing.
    pub(super) async fn read(&self, path: &str) -> Option<Found> {
        let relative = Path::new(path.strip_prefix('/')?);
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside || path.contains("/.") {
            return None;
        }
        let content = tokio::fs::read(self.dir.join(relative)).await.ok()?;
        Some(Found {
            content_type: content_type(path),
            cache: "no-store",
            encoding: Encoding::Plain,
            etag: None,
            content: Bytes::from(content),
        })
    }

    /// The current version, held back while the browser has it already (at most 25 s).
    pub(super) async fn next_version(&self, query: &str) -> Response {
        let seen = query.strip_prefix("seen=").unwrap_or_default();
        let mut version = self.version().await;
        for _ in 0..LONGEST_WAIT {
            if version != seen {
                break;
            }
            tokio::time::sleep(POLL).await;
            version = self.version().await;
        }
        let mut response = Response::new(Body::from(version));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn version(&self) -> String {
        let text = tokio::fs::read_to_string(self.dir.join(VERSION_FILE)).await.unwrap_or_default();
        text.trim().to_owned()
    }
}

//! Where things lie: the repository, the cache shared by all checkouts, and what a build leaves behind.

use std::path::{Path, PathBuf};

/// The repository's root, fixed when xtask was compiled (it is always run through cargo).
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Tools and WASM target directories, kept across checkouts: `WICKFLOW_CACHE`, else `~/.cache/wickflow`.
pub(crate) fn cache() -> PathBuf {
    if let Some(dir) = std::env::var_os("WICKFLOW_CACHE").filter(|dir| !dir.is_empty()) {
        return PathBuf::from(dir);
    }
    let home = std::env::var_os("HOME").map_or_else(|| root().join("target"), PathBuf::from);
    home.join(".cache").join("wickflow")
}

/// Programs that xtask installed.
pub(crate) fn tools() -> PathBuf {
    cache().join("tools")
}

/// The release page, which the server embeds.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The unoptimized page, which a development server reads from disk.
pub(crate) fn dev_dist() -> PathBuf {
    state().join("page-dev")
}

/// Cargo's target directory for native builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Notes of xtask about this checkout: what was built from what.
pub(crate) fn state() -> PathBuf {
    target().join("xtask")
}

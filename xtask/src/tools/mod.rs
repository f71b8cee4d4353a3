//! Getting what a build or a test needs, and nothing that is there already.

pub(crate) mod bindgen;
pub(crate) mod browser;
pub(crate) mod debian;
pub(crate) mod node;
pub(crate) mod wasm;

use crate::exec::Program;
use crate::ui::{Result, step};

/// Compiles a program from crates.io into the cache, `optimized` packages of it for speed.
pub(crate) fn cargo_install(package: &str, version: &str, optimized: &[&str]) -> Result {
    step(format!("Compiling {package} {version} (once, some minutes)"), || {
        // Unoptimized it compiles in half the time. Its own lock file is not used: it may name versions that a
        // registry mirror does not serve yet.
        Program::new("cargo")
            .args(["install", package, "--version", version, "--debug", "--force", "--root"])
            .arg(crate::paths::tools())
            .args(optimized.iter().map(|name| format!("--config=profile.dev.package.{name}.opt-level=1")))
            .env("CARGO_TARGET_DIR", crate::paths::cache().join("tools-target"))
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // Outside the workspace, whose settings are not the tool's.
            .dir(std::env::temp_dir())
            .run()
            .map_err(|failure| {
                failure.advise(format!(
                    "Check the network, then run: cargo install {package} --version {version}"
                ))
            })
    })
}

//! Programs from npm: `wasm-opt` (package `binaryen`) and `esbuild`, in pinned versions, in the cache.

use std::fs;
use std::path::PathBuf;

use crate::exec::{Program, which};
use crate::ui::{AtPath, Failure, Result, step};

/// Changing a version here installs it beside the old one.
pub(crate) const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.1";

/// What makes a release page small.
#[derive(Clone, Debug)]
pub(crate) struct PageTools {
    pub(crate) wasm_opt: PathBuf,
    pub(crate) esbuild: PathBuf,
}

impl PageTools {
    /// The programs in the cache, installed there when missing.
    pub(crate) fn ensure() -> Result<Self> {
        let dir = crate::paths::tools().join(format!("npm-binaryen-{BINARYEN}-esbuild-{ESBUILD}"));
        let bin = dir.join("node_modules/.bin");
        let tools = Self { wasm_opt: bin.join("wasm-opt"), esbuild: bin.join("esbuild") };
        if tools.wasm_opt.exists() && tools.esbuild.exists() {
            return Ok(tools);
        }
        ensure_npm()?;
        step("Installing wasm-opt and esbuild (npm)", || {
            fs::create_dir_all(&dir).at(&dir)?;
            let manifest = dir.join("package.json");
            fs::write(&manifest, "{\"private\": true}\n").at(&manifest)?;
            Program::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
                .args([format!("binaryen@{BINARYEN}"), format!("esbuild@{ESBUILD}")])
                .dir(&dir)
                .quiet("npm install")
                .run()
                .map_err(|failure| {
                    failure.advise("Check that npm reaches its registry (npm ping), then run this again.")
                })
        })?;
        Ok(tools)
    }

    /// Names the versions, for the stamp of a build.
    pub(crate) fn version() -> String {
        format!("binaryen {BINARYEN} esbuild {ESBUILD}")
    }
}

/// Node.js with npm, from Debian where there is none.
pub(crate) fn ensure_npm() -> Result {
    if which("node").is_some() && which("npm").is_some() {
        return Ok(());
    }
    super::debian::install(&["nodejs", "npm"])?;
    if which("npm").is_some() {
        Ok(())
    } else {
        Err(Failure::new("npm is still missing").advise("Install Node.js 18 or newer."))
    }
}

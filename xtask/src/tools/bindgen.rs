//! `wasm-bindgen` and its test runner, in exactly the version of the crate that the page is compiled with.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exec::{Program, which};
use crate::ui::{AtPath, Failure, Result};

/// Where wasm-bindgen spends its time: optimizing these halves the time of every edit.
const HOT: [&str; 3] = ["walrus", "wasmparser", "wasm-bindgen-cli-support"];

/// The programs of the `wasm-bindgen-cli` package.
#[derive(Clone, Debug)]
pub(crate) struct Bindgen {
    pub(crate) bindgen: PathBuf,
    pub(crate) test_runner: PathBuf,
    pub(crate) version: String,
}

impl Bindgen {
    /// Finds both programs on the search path or in the cache, or compiles them once into the cache.
    pub(crate) fn ensure() -> Result<Self> {
        let lock = crate::paths::root().join("Cargo.lock");
        let version = locked_version(&fs::read_to_string(&lock).at(&lock)?, "wasm-bindgen")
            .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen"))?;
        let bin = crate::paths::tools().join("bin");
        let here = |name: &str| Some(bin.join(name)).filter(|file| file.exists());
        let found = |find: &dyn Fn(&str) -> Option<PathBuf>| {
            let (bindgen, test_runner) = (find("wasm-bindgen")?, find("wasm-bindgen-test-runner")?);
            (has_version(&bindgen, &version) && has_version(&test_runner, &version))
                .then_some((bindgen, test_runner))
        };
        let pair = match found(&|name| which(name)).or_else(|| found(&here)) {
            Some(pair) => pair,
            None => {
                super::cargo_install("wasm-bindgen-cli", &version, &HOT)?;
                found(&here).ok_or_else(|| Failure::new(format!("wasm-bindgen {version} does not run")))?
            }
        };
        Ok(Self { bindgen: pair.0, test_runner: pair.1, version })
    }
}

fn has_version(program: &Path, version: &str) -> bool {
    Program::new(program)
        .arg("--version")
        .read()
        .is_ok_and(|line| line.split(' ').next_back() == Some(version))
}

/// The version of a package in a `Cargo.lock`.
pub(crate) fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next();
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_gives_the_version_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }
}

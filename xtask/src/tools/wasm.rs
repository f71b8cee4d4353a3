//! A compiler with the `wasm32-unknown-unknown` target: the installed one, rustup's, or Debian's with its source.
//!
//! Debian ships a newer compiler together with the source of the standard library (`rustc-web`, `rust-web-src`);
//! where the target can be had in no other way, cargo builds the standard library from that.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::exec::{Program, which};
use crate::ui::{Result, note, step};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A download of 20 MB; past this the network does not serve it.
const RUSTUP_LIMIT: Duration = Duration::from_secs(240);
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// How WASM is compiled on this machine.
#[derive(Clone, Debug)]
pub(crate) enum WasmToolchain {
    /// The usual cargo; its sysroot holds the target.
    Installed,
    /// Debian's cargo, which builds the standard library; `linker` is an lld of any recent version.
    Debian { linker: PathBuf },
}

impl WasmToolchain {
    /// Finds a compiler for the target or gets one. `WICKFLOW_WASM=debian` asks for Debian's in any case.
    pub(crate) fn ensure() -> Result<Self> {
        let wanted = std::env::var("WICKFLOW_WASM").unwrap_or_default();
        if wanted != "debian" {
            if target_is_installed() {
                return Ok(Self::Installed);
            }
            if !debian_is_installed() && which("rustup").is_some() {
                let add = || Program::new("rustup").args(["target", "add", TARGET]).run_within(RUSTUP_LIMIT);
                match step(format!("Adding the target {TARGET} (rustup)"), add) {
                    Ok(()) if target_is_installed() => return Ok(Self::Installed),
                    Ok(()) => note("rustup's target belongs to another compiler; trying Debian's packages"),
                    Err(failure) => note(format!("{failure}; trying Debian's packages")),
                }
            }
        }
        if !debian_is_installed() {
            super::debian::install(&DEBIAN_PACKAGES)
                .map_err(|failure| failure.advise(format!("Run: rustup target add {TARGET}")))?;
        }
        Ok(Self::Debian { linker: linker()? })
    }

    /// `cargo` for a WASM build, in the target directory that all checkouts share.
    pub(crate) fn cargo(&self) -> Program {
        let program = match self {
            Self::Installed => Program::new("cargo"),
            Self::Debian { linker } => Program::new("/usr/bin/cargo")
                .env("PATH", debian_path())
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
        };
        program.env("CARGO_TARGET_DIR", target_dir())
    }

    /// Clippy of the same compiler; rustup's toolchains carry it.
    pub(crate) fn ensure_clippy(&self) -> Result {
        match self {
            Self::Debian { .. } if !Path::new("/usr/bin/cargo-clippy").exists() => {
                super::debian::install(&["rust-web-clippy"])
            }
            _ => Ok(()),
        }
    }

    /// False where another version's lints would speak, which the native run knows nothing of.
    pub(crate) fn is_native_compiler(&self) -> bool {
        matches!(self, Self::Installed)
    }

    /// Names the compiler, for the stamp of a build.
    pub(crate) fn version(&self) -> Result<String> {
        let rustc = match self {
            Self::Installed => Program::new("rustc"),
            Self::Debian { .. } => Program::new("/usr/bin/rustc"),
        };
        rustc.arg("-V").read()
    }
}

/// Apart from the native builds: two compilers would rebuild each other's procedural macros, and a page build
/// would wait for a native one.
pub(crate) fn target_dir() -> PathBuf {
    crate::paths::cache().join("wasm-target")
}

fn target_is_installed() -> bool {
    Program::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .read()
        .is_ok_and(|dir| has_standard_library(Path::new(&dir)))
}

fn has_standard_library(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
    })
}

fn debian_is_installed() -> bool {
    Path::new("/usr/bin/cargo").exists()
        && Path::new("/usr/bin/rustc").exists()
        && Program::new("dpkg-query")
            .args(["-W", "-f", "${Status}", "rust-web-src"])
            .read()
            .is_ok_and(|status| status == "install ok installed")
}

fn debian_path() -> std::ffi::OsString {
    let mut path = std::ffi::OsString::from("/usr/bin:");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// Every rustup toolchain carries `rust-lld`; Debian's own is a package.
fn linker() -> Result<PathBuf> {
    let bundled = Program::new("rustc").args(["--print", "sysroot"]).read().map(|sysroot| {
        let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld")
    });
    if let Ok(bundled) = bundled
        && bundled.exists()
    {
        return Ok(bundled);
    }
    if let Some(found) = which("rust-lld") {
        return Ok(found);
    }
    super::debian::install(&["lld-22"])?;
    Ok(PathBuf::from("/usr/bin/rust-lld"))
}

//! Running other programs: their output streams through, their failure becomes a [`Failure`].

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::ui::{Failure, Heartbeat, Result};

/// Variables that `cargo run` and rustup put into our environment and that would steer a child's toolchain:
/// the library path of one compiler breaks another, and package variables make build scripts run again.
const INHERITED: [&str; 6] =
    ["LD_LIBRARY_PATH", "CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO_MAKEFLAGS"];

/// A program to run from the repository's root.
#[derive(Debug)]
pub(crate) struct Program {
    name: String,
    command: Command,
    quiet: Option<String>,
}

impl Program {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.current_dir(crate::paths::root());
        for name in INHERITED {
            command.env_remove(name);
        }
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        let name = Path::new(&program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, command, quiet: None }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Says that the program prints nothing while it works, so that a heartbeat speaks for it.
    pub(crate) fn quiet(mut self, what: &str) -> Self {
        self.quiet = Some(what.to_owned());
        self
    }

    /// Drops standard output, for programs that report every file there.
    pub(crate) fn without_output(mut self) -> Self {
        self.command.stdout(Stdio::null());
        self
    }

    /// Runs to the end with the terminal's streams; anything but success is a failure.
    pub(crate) fn run(mut self) -> Result {
        let _heartbeat = self.quiet.as_deref().map(Heartbeat::start);
        let status = self.command.status().map_err(|error| self.cannot_start(&error))?;
        self.check(status)
    }

    /// As [`run`](Self::run), but stops the program when it takes longer than `limit`.
    pub(crate) fn run_within(mut self, limit: Duration) -> Result {
        let mut child = self.command.spawn().map_err(|error| self.cannot_start(&error))?;
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return self.check(status),
                Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(50)),
                Ok(None) | Err(_) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(Failure::new(format!(
                        "{} took longer than {} s",
                        self.name,
                        limit.as_secs()
                    )));
                }
            }
        }
    }

    /// Standard output as text; what the program says on standard error is dropped.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|error| self.cannot_start(&error))?;
        self.check(output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Hands the prepared command over, for those who need the child itself.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    fn cannot_start(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("{} did not start: {error}", self.name))
    }

    fn check(&self, status: ExitStatus) -> Result {
        if status.success() { Ok(()) } else { Err(Failure::new(format!("{} failed ({status})", self.name))) }
    }
}

/// Finds a program on the search path, as the shell would.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| is_executable(file))
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| meta.is_file())
}

//! `cargo xtask dev`: the unoptimized page and server, rebuilt when a source changes; the browser reloads by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant, SystemTime};

use crate::exec::Program;
use crate::page::{self, Mode};
use crate::server::{self, Profile};
use crate::ui::{Failure, Result, note, step};

const POLL: Duration = Duration::from_millis(250);
/// An editor may write a file in several steps.
const SETTLE: Duration = Duration::from_millis(100);
/// A server that does not stop by itself is ended after this.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// Builds and serves until interrupted.
pub(crate) fn dev(arguments: &[&str]) -> Result {
    let address = server::address(arguments);
    crate::run::check_free(&address)?;
    let page_dir = page::build(Mode::Dev)?;
    let mut server = DevServer { arguments, page_dir, child: None };
    server.restart()?;
    note(format!("http://{address} reloads when app/, shared/, style/ or public/ change (Ctrl-C stops)"));

    let mut page_sources = Watched::new(page::sources());
    let mut server_sources =
        Watched::new(["server", "shared", "Cargo.lock"].map(|path| crate::paths::root().join(path)).to_vec());
    loop {
        std::thread::sleep(POLL);
        let (page_changed, server_changed) = (page_sources.changed()?, server_sources.changed()?);
        if !page_changed && !server_changed {
            continue;
        }
        let start = Instant::now();
        let rebuilt = (|| {
            if page_changed {
                page::build(Mode::Dev)?;
            }
            if server_changed { server.restart() } else { Ok(()) }
        })();
        match rebuilt {
            Ok(()) => note(format!("ready after {:.1} s", start.elapsed().as_secs_f64())),
            // The next edit may mend it; the old page and server stay up until then.
            Err(failure) => eprintln!("error: {failure}"),
        }
    }
}

/// The development server with the page of `page_dir`.
#[derive(Debug)]
struct DevServer<'a> {
    arguments: &'a [&'a str],
    page_dir: PathBuf,
    child: Option<Child>,
}

impl DevServer<'_> {
    /// Builds the server; when that succeeds, replaces the running one.
    fn restart(&mut self) -> Result {
        let binary = server::build(Profile::Dev)?;
        step("Starting the server", || {
            self.stop();
            let mut command = server::serve(&binary, self.arguments)
                .env("WICKFLOW_PAGE_DIR", &self.page_dir)
                .into_command();
            let child =
                command.spawn().map_err(|error| Failure::new(format!("{}: {error}", binary.display())))?;
            self.child = Some(child);
            Ok(())
        })
    }

    fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // The standard library can only kill; a polite end lets the server finish its answers.
        let asked = Program::new("kill").arg(child.id().to_string()).read().is_ok();
        let start = Instant::now();
        while asked && start.elapsed() < STOP_LIMIT {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for DevServer<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Files whose times are compared with the last look.
#[derive(Debug)]
struct Watched {
    roots: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Option<SystemTime>>,
}

impl Watched {
    fn new(roots: Vec<PathBuf>) -> Self {
        let seen = look(&roots).unwrap_or_default();
        Self { roots, seen }
    }

    /// True when a file came, went or was written since the last call, and the writing has paused.
    fn changed(&mut self) -> Result<bool> {
        let mut now = look(&self.roots)?;
        if now == self.seen {
            return Ok(false);
        }
        loop {
            std::thread::sleep(SETTLE);
            let later = look(&self.roots)?;
            if later == now {
                self.seen = now;
                return Ok(true);
            }
            now = later;
        }
    }
}

fn look(roots: &[PathBuf]) -> Result<BTreeMap<PathBuf, Option<SystemTime>>> {
    let mut files = BTreeMap::new();
    for root in roots {
        for file in crate::stamp::files_below(root)? {
            let time = modified(&file);
            files.insert(file, time);
        }
    }
    Ok(files)
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|meta| meta.modified()).ok()
}

//! Debian packages, installed as root or through sudo.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::exec::{Program, which};
use crate::ui::{Failure, Result, step};

/// Package lists are fetched at most once per run.
static UPDATED: AtomicBool = AtomicBool::new(false);

/// Installs packages with apt; where that is impossible, the failure names them.
pub(crate) fn install(packages: &[&str]) -> Result {
    let list = packages.join(" ");
    step(format!("Installing {list} (apt)"), || {
        apt(packages).map_err(|failure| {
            failure.advise(format!("Install it by hand, on Debian with: sudo apt-get install {list}"))
        })
    })
}

fn apt(packages: &[&str]) -> Result {
    if which("apt-get").is_none() {
        return Err(Failure::new("There is no apt-get here"));
    }
    if !is_root() && which("sudo").is_none() {
        return Err(Failure::new("Packages need root, and there is no sudo here"));
    }
    if !UPDATED.swap(true, Ordering::Relaxed) {
        as_root("apt-get").args(["-q", "update"]).without_output().quiet("apt-get update").run()?;
    }
    // Another apt at work is waited for instead of failing on its lock.
    as_root("apt-get")
        .args(["-q", "-o", "DPkg::Lock::Timeout=600", "install", "-y", "--no-install-recommends"])
        .args(packages)
        .without_output()
        .quiet("apt-get install")
        .run()
}

fn as_root(program: &str) -> Program {
    let with = |program: Program| program.env("DEBIAN_FRONTEND", "noninteractive");
    if is_root() {
        with(Program::new(program))
    } else {
        with(Program::new("sudo").arg("--preserve-env=DEBIAN_FRONTEND").arg(program))
    }
}

fn is_root() -> bool {
    Program::new("id").arg("-u").read().is_ok_and(|id| id == "0")
}

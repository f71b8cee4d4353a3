//! Building and starting the `wickflow` binary.

use std::path::PathBuf;

use crate::exec::Program;
use crate::ui::{Result, step};

const PACKAGE: &str = "wickflow-server";
const BINARY: &str = "wickflow";

/// How the server is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Release,
    Dev,
}

/// Compiles the server with the page that lies in `dist/`, and returns the binary.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    step("Building the server", || {
        let cargo = Program::new("cargo").args(["build", "--package", PACKAGE, "--bin", BINARY]);
        let (cargo, folder) = match profile {
            Profile::Release => (cargo.arg("--release"), "release"),
            Profile::Dev => (cargo, "debug"),
        };
        cargo.run()?;
        Ok(crate::paths::target().join(folder).join(BINARY))
    })
}

/// `wickflow serve` with these arguments.
pub(crate) fn serve(binary: &std::path::Path, arguments: &[&str]) -> Program {
    Program::new(binary).arg("serve").args(arguments)
}

/// The address that `serve` will listen on: its flag, its variable, or its default.
pub(crate) fn address(arguments: &[&str]) -> String {
    let flag = arguments.iter().enumerate().find_map(|(at, word)| match *word {
        "--listen" => arguments.get(at + 1).copied(),
        word => word.strip_prefix("--listen="),
    });
    match flag {
        Some(address) => address.to_owned(),
        None => std::env::var("WICKFLOW_LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_gives_the_address_in_both_spellings() {
        assert_eq!(address(&["--feed", "sim", "--listen", "[::1]:9"]), "[::1]:9");
        assert_eq!(address(&["--listen=127.0.0.1:7"]), "127.0.0.1:7");
    }
}

//! `cargo xtask`: build, run and test Wickflow. What is missing on the machine is installed on the way.

mod checks;
mod dev;
mod exec;
mod page;
mod paths;
mod run;
mod server;
mod stamp;
mod tools;
mod ui;

use std::process::ExitCode;

use crate::page::Mode;
use crate::ui::{Failure, Result};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run [-- ARGUMENTS]            build the release page and server and start it; ARGUMENTS go to `wickflow serve`
  dev [-- ARGUMENTS]            the same unoptimized, rebuilt and reloaded when a source changes
  test [--fast] [STAGE…]        run all tests: fmt page clippy native doc clippy-wasm wasm e2e (--fast: fmt clippy native)
  check                         fmt, clippy on both targets, cargo deny
  page [--dev]                  build the page alone, into dist/ (--dev: unoptimized, into target/xtask/page-dev)

Environment: WICKFLOW_CACHE (default ~/.cache/wickflow) holds tools and WASM builds; WICKFLOW_WASM=debian takes
Debian's compiler for WASM even where rustup has the target.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match command(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::FAILURE
        }
    }
}

fn command(words: &[&str]) -> Result {
    match words {
        [] | ["help" | "-h" | "--help", ..] => {
            eprintln!("{HELP}");
            Ok(())
        }
        ["run"] => run::run(&[]),
        ["run", "--", arguments @ ..] => run::run(arguments),
        ["dev"] => dev::dev(&[]),
        ["dev", "--", arguments @ ..] => dev::dev(arguments),
        ["test", words @ ..] => checks::test(words),
        ["check"] => checks::check(),
        ["page"] => page::build(Mode::Release).map(drop),
        ["page", "--dev"] => page::build(Mode::Dev).map(drop),
        ["compress-page"] => page::after_trunk(),
        other => Err(Failure::new(format!("xtask knows no command {:?}", other.join(" ")))
            .advise("See: cargo xtask help")),
    }
}

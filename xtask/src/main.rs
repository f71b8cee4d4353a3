//! `cargo xtask`: build, run and test Wickflow. What is missing on the machine is installed on the way.

mod exec;
mod page;
mod paths;
mod stamp;
mod tools;
mod ui;

use std::process::ExitCode;

use crate::page::Mode;
use crate::ui::{Failure, Result};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  page [--dev]                  build the page alone, into dist/ (--dev: unoptimized, into target/xtask/page-dev)

Environment: WICKFLOW_CACHE (default ~/.cache/wickflow) holds tools and WASM builds; WICKFLOW_WASM=debian takes
Debian's compiler for WASM even where rustup has the target.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match command(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
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
        ["page"] => page::build(Mode::Release).map(drop),
        ["page", "--dev"] => page::build(Mode::Dev).map(drop),
        ["compress-page", dir] => page::compress(std::path::Path::new(dir)),
        other => Err(Failure::new(format!("xtask knows no command {:?}", other.join(" ")))
            .advise("See: cargo xtask help")),
    }
}

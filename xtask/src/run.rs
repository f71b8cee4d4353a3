//! `cargo xtask run`: from a clean checkout to a running server.

use std::net::TcpListener;

use crate::page::Mode;
use crate::server::{self, Profile};
use crate::ui::{Failure, Result, step};

/// Builds what has changed, then becomes the server: signals reach it directly.
pub(crate) fn run(arguments: &[&str]) -> Result {
    let address = server::address(arguments);
    check_free(&address)?;
    crate::page::build(Mode::Release)?;
    let binary = server::build(Profile::Release)?;
    step(format!("Starting Wickflow on http://{address} (Ctrl-C stops it)"), || {
        become_program(&binary, arguments)
    })
}

/// Minutes of building should not end in "address in use".
pub(crate) fn check_free(address: &str) -> Result {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(Failure::new(format!(
            "{address} is taken"
        ))
        .advise("Stop what listens there, or choose another port: cargo xtask run -- --listen 127.0.0.1:0")),
        // Any other doubt is the server's to report.
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn become_program(binary: &std::path::Path, arguments: &[&str]) -> Result {
    use std::os::unix::process::CommandExt;
    let error = server::serve(binary, arguments).into_command().exec();
    Err(Failure::new(format!("{} did not start: {error}", binary.display())))
}

#[cfg(not(unix))]
fn become_program(binary: &std::path::Path, arguments: &[&str]) -> Result {
    server::serve(binary, arguments).run()
}

//! The `wickflow` binary; everything lives in the library, where tests reach it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    wickflow_server::cli::main()
}

//! `wickflow serve` as scripts see it: what it prints, which exit codes it has, and how it takes signals.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The binary in a folder of its own, without the settings of this shell.
fn wickflow(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wickflow"));
    command.current_dir(folder.path());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WICKFLOW_")) {
        command.env_remove(name);
    }
    command
}

fn refused(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&stdout), "", "standard output is for results");
    (status.code(), String::from_utf8(stderr).unwrap())
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn it_prints_its_address_and_ends_with_code_0_on_a_signal() {
    for name in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = wickflow(&folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.strip_prefix("wickflow: listening on http://").unwrap().trim_end();
        let port: u16 = address.strip_prefix("127.0.0.1:").unwrap().parse().unwrap();
        assert_ne!(port, 0, "the real port");
        assert!(std::net::TcpStream::connect(address).is_ok(), "it is ready when it says so");

        signal(&child, name);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{name}");
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "nothing else is printed");
        assert!(folder.path().join("wickflow.db").exists());
        assert!(!folder.path().join("wickflow.db-wal").exists(), "the database was closed");
    }
}

#[test]
fn what_is_wrong_is_said_in_a_sentence_with_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.toml"), "listne = \"127.0.0.1:1\"\n").unwrap();
    std::fs::write(
        folder.path().join("notes.txt"),
        "this is no database, whatever its size may be\n".repeat(100),
    )
    .unwrap();
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = busy.local_addr().unwrap().to_string();
    for (args, code, want) in [
        (&["serve", "--listen", &taken][..], 1, "is in use by another program"),
        (
            &["serve", "--listen", "127.0.0.1:0", "--database", "sqlite://notes.txt"],
            1,
            "notes.txt cannot be opened",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0", "--database", "sqlite://no/such/folder.db"],
            1,
            "cannot be opened",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0", "--feed", "replay:TEST:NOTHING"],
            2,
            "there are no candles of TEST:NOTHING",
        ),
        (&["serve", "--listen", "somewhere"], 2, "--listen"),
        (&["serve", "--flush-hz", "0"], 2, "flush_hz must be 1 to 1000, not 0"),
        (&["serve", "--config", "bad.toml"], 2, "unknown field `listne`"),
        (&["serve", "--config", "missing.toml"], 2, "missing.toml cannot be read"),
        (&["serve", "--surprise"], 2, "--surprise"),
        (&["fly"], 2, "fly"),
    ] {
        let (got, said) = refused(wickflow(&folder).args(args));
        assert_eq!(got, Some(code), "{args:?}: {said}");
        assert!(said.contains(want), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_flags_win_over_both() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wickflow.toml"), "flush_hz = 0\nring_size = 0\n").unwrap();
    let serve = || {
        let mut command = wickflow(&folder);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command
    };
    let (_, said) = refused(&mut serve());
    assert!(said.contains("flush_hz must be 1 to 1000, not 0"), "the file is read: {said}");
    let (_, said) = refused(serve().env("WICKFLOW_FLUSH_HZ", "2000"));
    assert!(said.contains("not 2000"), "{said}");
    let (_, said) = refused(serve().env("WICKFLOW_FLUSH_HZ", "2000").args(["--flush-hz", "3000"]));
    assert!(said.contains("not 3000"), "{said}");
    let (_, said) = refused(serve().args(["--flush-hz", "30"]));
    assert!(said.contains("ring_size must be 16 to 65536, not 0"), "the rest of the file counts: {said}");
}

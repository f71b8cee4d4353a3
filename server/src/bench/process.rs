//! Child processes of a benchmark, and what the system says they used.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::cli::CliError;

/// Ticks per second of the processor times in `/proc`; the same on every Linux that Rust runs on.
const CLOCK_TICKS: f64 = 100.0;

/// A child running this same binary; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// What a process has used.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Seconds of processor time, of all its threads.
    pub cpu_s: f64,
    /// Of that, seconds in the kernel on its behalf.
    pub kernel_s: f64,
    /// Memory in use now, in MB (10^6 bytes).
    pub resident_mb: f64,
    /// The most it ever had in use, in MB.
    pub peak_mb: f64,
}

impl Process {
    /// Starts this binary with other arguments.
    ///
    /// # Errors
    /// [`CliError::Failed`] when it cannot be started.
    pub fn start<'a>(args: impl IntoIterator<Item = &'a str>) -> Result<Self, CliError> {
        let binary: PathBuf = std::env::current_exe().map_err(CliError::failed)?;
        let mut command = Command::new(binary);
        // Settings of this shell are not those of the benchmark.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WICKFLOW_"))
        {
            command.env_remove(name);
        }
        let mut child = command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(CliError::failed)?;
        let stdout =
            child.stdout.take().ok_or_else(|| CliError::failed("the child has no standard output"))?;
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    /// The next line that it prints.
    ///
    /// # Errors
    /// [`CliError::Failed`] when it has ended.
    pub async fn line(&mut self) -> Result<String, CliError> {
        let line = self.lines.next_line().await.map_err(CliError::failed)?;
        line.ok_or_else(|| CliError::failed("a child process ended early; its own message is above"))
    }

    /// Waits for the line that a server prints when it is ready, and returns `127.0.0.1:PORT`.
    ///
    /// # Errors
    /// As [`Process::line`].
    pub async fn address(&mut self) -> Result<String, CliError> {
        loop {
            if let Some((_, address)) = self.line().await?.rsplit_once("http://") {
                return Ok(address.to_owned());
            }
        }
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// [`CliError::Failed`] when the system does not say.
    pub fn usage(&self) -> Result<Usage, CliError> {
        let id = self.child.id().ok_or_else(|| CliError::failed("the child has ended"))?;
        let read =
            |name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}")).map_err(CliError::failed);
        let (stat, status) = (read("stat")?, read("status")?);
        parse_usage(&stat, &status).ok_or_else(|| CliError::failed("/proc looks different here"))
    }

    /// Ends it with SIGKILL and waits until it is gone.
    pub async fn kill(mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill().await;
    }
}

fn parse_usage(stat: &str, status: &str) -> Option<Usage> {
    // The name in parentheses may hold blanks; what is counted comes behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let kernel: f64 = fields.next()?.parse().ok()?;
    let kilobytes = |key: &str| -> Option<f64> {
        let line = status.lines().find(|line| line.starts_with(key))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some(Usage {
        cpu_s: (user + kernel) / CLOCK_TICKS,
        kernel_s: kernel / CLOCK_TICKS,
        resident_mb: kilobytes("VmRSS:")? * 1.024e-3,
        peak_mb: kilobytes("VmHWM:")? * 1.024e-3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_behind_the_name() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 100 1000000 2000";
        let status = "Name:\tx\nVmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n";
        let usage = parse_usage(stat, status).unwrap();
        assert!((usage.cpu_s - 3.0).abs() < 1e-9 && (usage.kernel_s - 0.5).abs() < 1e-9, "{usage:?}");
        assert!(
            (usage.resident_mb - 102.4).abs() < 1e-9 && (usage.peak_mb - 204.8).abs() < 1e-9,
            "{usage:?}"
        );
        assert!(parse_usage("nonsense", status).is_none());
    }
}

//! What the person at the terminal sees: one heading per step with the elapsed time, and failures that end in advice.

use std::fmt;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

static START: OnceLock<Instant> = OnceLock::new();

/// How often a step whose tool says nothing reports that it is still at work.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Why a command stopped, and what the reader can do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    advice: Option<String>,
    summary: bool,
}

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), advice: None, summary: false }
    }

    /// The last line of a run whose failures were reported where they happened.
    pub(crate) fn summary(line: String) -> Self {
        Self { message: line, advice: None, summary: true }
    }

    /// Prints the failure as the last word of a command.
    pub(crate) fn report(&self) {
        eprintln!("{}{self}", if self.summary { "" } else { "error: " });
    }

    /// One sentence that says what to do; the first advice given stays, because it stands closest to the cause.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice.get_or_insert(advice.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.advice {
            Some(advice) => write!(f, "\n  → {advice}"),
            None => Ok(()),
        }
    }
}

/// Adds the path to an input or output error.
pub(crate) trait AtPath<T> {
    fn at(self, path: &std::path::Path) -> Result<T>;
}

impl<T> AtPath<T> for std::io::Result<T> {
    fn at(self, path: &std::path::Path) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }
}

/// Prints a step's heading, runs it, and prints how long it took when that was long enough to notice.
pub(crate) fn step<T>(title: impl fmt::Display, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let total = START.get_or_init(Instant::now).elapsed().as_secs();
    eprintln!("{}", bold(&format!("▸ [{}:{:02}] {title}", total / 60, total % 60)));
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    if result.is_ok() && took > Duration::from_secs(1) {
        eprintln!("  {:.1} s", took.as_secs_f64());
    }
    result
}

/// Prints a line that belongs to the running step.
pub(crate) fn note(text: impl fmt::Display) {
    eprintln!("  {text}");
}

/// Reports every few seconds that a silent tool is still at work, until dropped.
pub(crate) struct Heartbeat {
    done: Arc<AtomicBool>,
}

impl Heartbeat {
    pub(crate) fn start(what: &str) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let (seen, what) = (Arc::clone(&done), what.to_owned());
        std::thread::spawn(move || {
            let start = Instant::now();
            let mut next = HEARTBEAT;
            while !seen.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(100));
                if start.elapsed() >= next {
                    note(format!("… {what}, {} s", start.elapsed().as_secs()));
                    next += HEARTBEAT;
                }
            }
        });
        Self { done }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
    }
}

fn bold(text: &str) -> String {
    if std::io::stderr().is_terminal() { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

//! `cargo xtask test` and `cargo xtask check`: stages that run one after the other, whatever the one before gave.

mod stages;

use std::time::{Duration, Instant};

use self::stages::Stage;
use crate::ui::{Failure, Result, step};

/// Everything that must pass. The page comes early, because the server embeds it.
const TEST: [Stage; 8] = [
    Stage::Format,
    Stage::Page,
    Stage::Clippy,
    Stage::Native,
    Stage::Doc,
    Stage::ClippyWasm,
    Stage::Wasm,
    Stage::EndToEnd,
];
/// What a change can be judged by in a minute or two.
const FAST: [Stage; 3] = [Stage::Format, Stage::Clippy, Stage::Native];
const CHECK: [Stage; 4] = [Stage::Format, Stage::Clippy, Stage::ClippyWasm, Stage::Deny];

/// Runs all stages, the fast ones, or those named.
pub(crate) fn test(words: &[&str]) -> Result {
    let mut chosen = Vec::new();
    let mut fast = false;
    for word in words {
        match (*word, Stage::named(word)) {
            ("--fast", _) => fast = true,
            (_, Some(stage)) => chosen.push(stage),
            (word, None) => {
                let names: Vec<_> = TEST.iter().map(|stage| stage.name()).collect();
                return Err(Failure::new(format!("there is no stage {word}"))
                    .advise(format!("Choose from: {}", names.join(", "))));
            }
        }
    }
    match (chosen.is_empty(), fast) {
        (false, _) => run(&chosen),
        (true, true) => run(&FAST),
        (true, false) => run(&TEST),
    }
}

/// Runs the stages that read the code without running it.
pub(crate) fn check() -> Result {
    run(&CHECK)
}

fn run(stages: &[Stage]) -> Result {
    let mut results = Vec::new();
    for stage in stages {
        let start = Instant::now();
        let outcome = step(stage.title(), || stage.run());
        if let Err(failure) = &outcome {
            eprintln!("error: {failure}");
        }
        results.push((*stage, outcome.is_ok(), start.elapsed()));
    }
    eprintln!();
    for (stage, passed, took) in &results {
        eprintln!("{} {:<12} {}", if *passed { "pass" } else { "FAIL" }, stage.name(), clock(*took));
    }
    let failed = results.iter().filter(|(_, passed, _)| !passed).count();
    let summary = format!("{} passed, {failed} failed", results.len() - failed);
    if failed == 0 {
        eprintln!("{summary}");
        Ok(())
    } else {
        Err(Failure::summary(summary))
    }
}

fn clock(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

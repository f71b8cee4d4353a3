use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, attr, icon, is, row, rows, text};
use wickflow_app::state::reactive::{Derived, Var};
use wickflow_lab::protocol::{Problem, ProblemSeverity};

use crate::state::Studio;

/// What is wrong or odd about the strategy; an entry leads to its node.
#[component]
pub fn Problems() -> impl IntoView {
    let studio = Studio::get();
    let is_open = Var::new(false);
    let counts = Derived::new(move || {
        studio.problems.with(|problems| {
            let errors = problems.iter().filter(|p| p.severity == ProblemSeverity::Error).count();
            (errors, problems.len() - errors)
        })
    });
    let words = move || match counts.get() {
        (0, 0) => "No problems".to_owned(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    };
    let tone = move || match counts.get() {
        (0, 0) => "up",
        (0, _) => "warn",
        _ => "down",
    };
    let list = rows(move || {
        let problems = studio.problems.get();
        let one = |(place, problem): (usize, Problem)| {
            row(format!("{place} {problem:?}"), move || entry(studio, &problem))
        };
        problems.iter().cloned().enumerate().map(one).collect()
    });
    view! {
        <section class="problems" data-tone=attr(tone) aria-label="Problems">
            <button
                type="button"
                class="problems-head"
                data-testid="problems"
                aria-expanded=attr(move || if is_open.get() { "true" } else { "false" })
                on:click=act(move |_| is_open.update(|open| *open = !*open))
            >
                <span class="dot" data-tone=attr(tone)></span>
                <span role="status">{text(words)}</span>
                {icon(Icon::Chevron)}
            </button>
            <ul class="problems-list scroll" hidden=is(move || !is_open.get())>
                {list}
            </ul>
        </section>
    }
    .erase()
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn entry(studio: Studio, problem: &Problem) -> AnyView {
    let (tone, mark) = match problem.severity {
        ProblemSeverity::Error => ("down", "Error"),
        ProblemSeverity::Warning => ("warn", "Warning"),
    };
    let place = match (&problem.node, &problem.port) {
        (Some(node), Some(port)) => format!("{node}.{port}"),
        (Some(node), None) => node.clone(),
        _ => String::new(),
    };
    let details = match (&problem.found, &problem.accepted) {
        (Some(found), Some(accepted)) => format!("Found {found}; accepted: {accepted}."),
        _ => String::new(),
    };
    let target = problem.node.clone();
    view! {
        <li>
            <button
                type="button"
                class="problem"
                data-code=problem.code.clone()
                on:click=act(move |_| {
                    if let Some(node) = &target {
                        studio.reveal.set(Some(node.clone()));
                    }
                })
            >
                <span class="problem-mark" data-tone=tone>{icon(Icon::Warning)}<span class="hidden-text">{mark}</span></span>
                <span>
                    <strong>{wickflow_app::state::format::sentence(&problem.message)}</strong>
                    " "
                    <span class="soft">{details}</span>
                    <code class="soft">{place}</code>
                </span>
            </button>
        </li>
    }
    .erase()
}

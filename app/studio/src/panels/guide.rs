//! The first strategy in two minutes: a short list beside the graph that ticks itself off.

use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, attr, icon, text, when};
use wickflow_app::platform;
use wickflow_app::state::reactive::{Derived, Var, effect};

use crate::state::{Dialog, Studio};

const KEY: &str = "wickflow.studio.guide";
const DONE: &str = "done";

/// What a newcomer does, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Change,
    Look,
    Ask,
    Save,
    Paper,
}

impl Step {
    const ALL: [Self; 5] = [Self::Change, Self::Look, Self::Ask, Self::Save, Self::Paper];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Change => (
                "Change the strategy",
                "Press an average in the graph and drag its period at the right: the equity below follows.",
            ),
            Self::Look => ("Look inside", "Move over the chart: every node shows its value at that bar."),
            Self::Ask => ("Ask why", "Press a trade in the list or on the chart, then open Why."),
            Self::Save => ("Keep it", "Press Save: from then on every version is kept."),
            Self::Paper => ("Let it trade", "Open Paper and run it on the live feed, with paper money."),
        }
    }

    /// Whether it has been done by now; tracks what it looks at.
    fn is_met(self, studio: Studio) -> bool {
        match self {
            Self::Change => {
                studio.revision.track();
                studio.with_editor(|editor| editor.undo_labels().any(|label| label.starts_with("Set ")))
                    == Some(true)
            }
            Self::Look => studio.watched.with(Option::is_some),
            Self::Ask => studio.trade.with(Option::is_some),
            Self::Save => studio.origin.with(Option::is_some),
            Self::Paper => studio.dialog.get() == Some(Dialog::Paper),
        }
    }
}

/// The list, until it was done or sent away.
#[component]
pub fn Guide() -> impl IntoView {
    let studio = Studio::get();
    let is_open = Var::new(platform::load(KEY).as_deref() != Some(DONE));
    let done = Var::new([false; Step::ALL.len()]);
    effect(move || {
        let met = Step::ALL.map(|step| step.is_met(studio));
        done.update_if(|done| {
            let before = *done;
            for (done, met) in done.iter_mut().zip(met) {
                *done |= met;
            }
            (*done != before, ())
        });
    });
    let close = move || {
        platform::save(KEY, DONE);
        is_open.set(false);
    };
    let count = Derived::new(move || done.with(|done| done.iter().filter(|one| **one).count()));
    let list = move || {
        let steps = Step::ALL
            .iter()
            .enumerate()
            .map(|(place, step)| {
                let (title, words) = step.words();
                let is_done = move || done.with(|done| done.get(place).copied().unwrap_or_default());
                view! {
                    <li data-done=attr(move || is_done().then_some(""))>
                        <span class="guide-mark">{icon(Icon::Check)}</span>
                        <div>
                            <strong>{title}</strong>
                            <span class="hidden-text">{text(move || if is_done() { " (done)" } else { "" })}</span>
                            <p>{words}</p>
                        </div>
                    </li>
                }
                .erase()
            })
            .collect_view();
        view! {
            <section class="guide" aria-label="Your first strategy" data-testid="guide">
                <header>
                    <h2>"Your first strategy"</h2>
                    <span class="soft">{text(move || format!("{} of {}", count.get(), Step::ALL.len()))}</span>
                    <button type="button" class="icon-button" aria-label="Close the guide" data-testid="guide-close" on:click=act(move |_| close())>
                        {icon(Icon::Close)}
                    </button>
                </header>
                <ol>{steps}</ol>
            </section>
        }
        .erase()
    };
    view! { <div>{when(move || is_open.get() && studio.hello.with(Option::is_some), list)}</div> }.erase()
}

use std::sync::Arc;

use leptos::prelude::*;
use wickflow_app::components::{Empty, Erase, Icon, act, icon, part};
use wickflow_lab::protocol::{Finding, FindingSeverity};

use crate::state::Studio;

/// What to doubt about the result, gravest first.
#[component]
pub(super) fn Review() -> impl IntoView {
    let studio = Studio::get();
    let body = move || {
        Some(match studio.full.get() {
            None => view! { <Empty title="Looking for weak points" text="The review follows in a moment." /> }.erase(),
            Some(full) if full.details.findings.is_empty() => view! {
                <Empty title="Nothing to object" text="None of the checks found a weak point in this result." />
            }
            .erase(),
            Some(full) => {
                let findings: Vec<_> =
                    full.details.findings.iter().cloned().map(|finding| one(studio, &Arc::new(finding))).collect();
                view! {
                    <ul class="findings scroll" data-testid="findings" tabindex="0" aria-label="Review">
                        {findings}
                    </ul>
                }
                .erase()
            }
        })
    };
    view! { <div class="results-fill">{part(body)}</div> }.erase()
}

fn one(studio: Studio, finding: &Finding) -> AnyView {
    let (tone, mark, name) = match finding.severity {
        FindingSeverity::Serious => ("down", Icon::Warning, "Serious"),
        FindingSeverity::Caution => ("warn", Icon::Warning, "Caution"),
        FindingSeverity::Info => ("", Icon::Info, "Note"),
    };
    let first_trade = finding.trades.first().copied();
    let show = first_trade.map(|trade| {
        view! {
            <button type="button" class="button" data-kind="quiet" on:click=act(move |_| studio.trade.set(Some(trade)))>
                "Show trade " {trade + 1}
            </button>
        }
        .erase()
    });
    view! {
        <li class="finding" data-tone=tone data-code=finding.code.clone()>
            <span class="finding-mark" title=name>{icon(mark)}<span class="hidden-text">{name}</span></span>
            <div>
                <strong>{finding.title.clone()}</strong>
                <p>{finding.text.clone()}</p>
                {show}
            </div>
        </li>
    }
    .erase()
}

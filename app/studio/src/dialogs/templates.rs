use leptos::prelude::*;
use wickflow_app::components::{Erase, act};
use wickflow_lab::protocol::Template;

use crate::state::Studio;

/// Strategies to begin with, the simplest first.
#[component]
pub(super) fn Templates() -> impl IntoView {
    let studio = Studio::get();
    let templates = studio.hello.with_untracked(|hello| hello.as_ref().map(|hello| hello.templates.clone()));
    let cards =
        templates.unwrap_or_default().into_iter().map(|template| card(studio, &template)).collect_view();
    view! { <ul class="template-list scroll" data-testid="templates" tabindex="0" aria-label="Templates">{cards}</ul> }
        .erase()
}

fn card(studio: Studio, template: &Template) -> AnyView {
    let document = template.document.clone();
    let timeframe = template
        .timeframe
        .clone()
        .map(|timeframe| view! { <span class="chip">"made for " {timeframe}</span> }.erase());
    view! {
        <li class="template">
            <div>
                <h3>{template.name.clone()} " " {timeframe}</h3>
                <p>{template.description.clone()}</p>
            </div>
            <button
                type="button"
                class="button"
                data-kind="primary"
                data-testid=format!("template-{}", template.id)
                aria-label=format!("Open {}", template.name)
                on:click=act(move |_| {
                    if studio.open_text(&document) {
                        studio.dialog.set(None);
                    }
                })
            >
                "Open"
            </button>
        </li>
    }
    .erase()
}

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_app::components::{Erase, act};
use wickflow_lab::protocol::{Answer, Ask, Text};

use crate::browser;
use crate::state::Studio;

/// A link that carries the whole strategy, and files of strategy and result.
#[component]
pub(super) fn Share() -> impl IntoView {
    let studio = Studio::get();
    let copy = move |_| {
        let link = studio.with_editor(|editor| wickflow_graph::to_fragment(editor.document()));
        let Some(fragment) = link else { return };
        let address = browser::page_address();
        spawn_local(async move {
            let link = format!("{address}{}{fragment}", crate::state::FRAGMENT);
            match browser::copy(&link).await {
                Ok(()) => {
                    studio.tell("Link copied", "It carries the whole strategy; nothing of it is on a server.")
                }
                Err(()) => studio.warn("The link could not be copied", "This browser does not allow it."),
            }
        });
    };
    let save = move |_| {
        let file = studio.with_editor(|editor| {
            let name = &editor.document().wickflow.name;
            let name = if name.is_empty() { "strategy" } else { name };
            (format!("{}.json", browser::file_name(name)), editor.document().to_json())
        });
        if let Some((name, text)) = file {
            browser::download(&name, "application/json", &text);
        }
    };
    view! {
        <div class="share">
            {line("A link", "Whoever opens it sees the strategy as it is now.", "copy-link", "Copy link", copy)}
            {line("The strategy", "JSON in React Flow's shape; drop it on the canvas to open it again.", "save-json", "Save", save)}
            {line("The report", "A page of its own with every figure, curve and trade.", "save-report", "Save", move |_| fetch(studio, Ask::ReportHtml))}
            {line("The report as data", "What the command line prints with --json.", "save-report-json", "Save", move |_| fetch(studio, Ask::ReportJson))}
            {line("The trades", "A table for a spreadsheet.", "save-trades", "Save", move |_| fetch(studio, Ask::TradesCsv))}
        </div>
    }
    .erase()
}

fn line(
    title: &'static str,
    words: &'static str,
    id: &'static str,
    button: &'static str,
    run: impl Fn(MouseEvent) + 'static,
) -> AnyView {
    view! {
        <section class="share-line">
            <div>
                <h3>{title}</h3>
                <p class="soft">{words}</p>
            </div>
            <button type="button" class="button" data-testid=id on:click=act(run)>
                {button}
            </button>
        </section>
    }
    .erase()
}

/// Saves a text of the engine's as a file.
fn fetch(studio: Studio, ask: Ask) {
    let Some(engine) = studio.engine() else { return };
    spawn_local(async move {
        match engine.ask(ask, &[]).await.0 {
            Answer::Text(Text { file_name, media_type, text }) => {
                browser::download(&file_name, &media_type, &text)
            }
            Answer::Failed(failure) => studio.warn("There is nothing to save yet", &failure.message),
            _ => {}
        }
    });
}

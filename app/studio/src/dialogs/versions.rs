use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_app::components::{Empty, Erase, act, part};
use wickflow_app::state::reactive::Var;
use wickflow_shared::protocol::strategy::VersionSummary;

use crate::api;
use crate::state::{Origin, Studio};
use crate::words;

/// The versions of the open strategy, how each differs from it, and the way back to one.
#[component]
pub(super) fn Versions() -> impl IntoView {
    let studio = Studio::get();
    let versions: Var<Option<Result<Vec<VersionSummary>, String>>> = Var::new(None);
    let differences: Var<Option<(u64, Vec<String>)>> = Var::new(None);
    let Some(origin) = studio.origin.get_untracked() else {
        return view! {
            <Empty title="No versions yet" text="Save the strategy to the library: from then on every version is kept." />
        }
        .into_any();
    };
    spawn_local(async move {
        versions.set(Some(api::versions(origin.id).await.map_err(|error| error.message)));
    });
    let body = move || {
        Some(match versions.get() {
            None => view! { <Empty title="Loading" text="The versions are being read." /> }.erase(),
            Some(Err(message)) => view! { <p role="alert">{message}</p> }.erase(),
            Some(Ok(all)) => {
                let rows = all.iter().map(|one| line(studio, origin, differences, one)).collect_view();
                view! { <ul class="version-list scroll" data-testid="versions" tabindex="0" aria-label="Versions">{rows}</ul> }
                    .erase()
            }
        })
    };
    let shown = move || {
        differences.get().map(|(version, lines)| {
            let is_same = lines.is_empty();
            let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
            let same = is_same.then(|| view! { <li>"Nothing: it is the same strategy."</li> });
            view! {
                <section class="version-diff" data-testid="version-diff" aria-live="polite">
                    <h3>"From version " {version} " to the strategy as it is"</h3>
                    <ul>{lines}{same}</ul>
                </section>
            }
            .erase()
        })
    };
    view! { <div class="versions">{part(body)}{part(shown)}</div> }.into_any()
}

fn line(
    studio: Studio,
    origin: Origin,
    differences: Var<Option<(u64, Vec<String>)>>,
    one: &VersionSummary,
) -> AnyView {
    let version = one.version;
    #[expect(clippy::cast_precision_loss, reason = "times of today are far below 2^53 ms")]
    let saved = words::time(one.saved_at.0 as f64);
    let how = if one.is_autosave { "saved by itself" } else { "saved" };
    let label = one.label.as_ref().map(|label| label.as_str().to_owned()).unwrap_or_default();
    let compare = move |_| {
        spawn_local(async move {
            match api::version(origin.id, version).await {
                Ok(stored) => differences.set(Some((version, compare_with_open(studio, &stored.document)))),
                Err(error) => studio.warn("The version cannot be read", &error.message),
            }
        });
    };
    let restore = move |_| {
        spawn_local(async move {
            match api::version(origin.id, version).await {
                Ok(stored) => {
                    if studio.open_text(&stored.document) {
                        // The old document becomes the newest version: nothing that came between is lost.
                        studio.origin.set(Some(origin));
                        studio.save(true);
                        studio.dialog.set(None);
                    }
                }
                Err(error) => studio.warn("The version cannot be read", &error.message),
            }
        });
    };
    view! {
        <li>
            <span><strong>"Version " {version}</strong> " " {label} <span class="soft">" " {how} " " {saved} " UTC"</span></span>
            <span>
                <button type="button" class="button" on:click=act(compare)>"Compare"</button>
                " "
                <button type="button" class="button" on:click=act(restore)>"Restore"</button>
            </span>
        </li>
    }
    .erase()
}

/// What has changed since that document, in words.
fn compare_with_open(studio: Studio, text: &str) -> Vec<String> {
    let Ok(loaded) = wickflow_graph::load(text) else {
        return vec!["That version cannot be read.".to_owned()];
    };
    let found = studio.with_editor(|editor| wickflow_graph::diff(&loaded.document, editor.document()));
    found.unwrap_or_default().iter().map(ToString::to_string).collect()
}

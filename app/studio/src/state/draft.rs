//! The strategy as it is, kept in this browser: a reload goes on where one was, history included.

use std::time::Duration;

use leptos::prelude::{UpdateValue, set_timeout};
use serde::{Deserialize, Serialize};
use wickflow_app::platform;
use wickflow_app::state::reactive::effect;
use wickflow_graph::Editor;

use super::{Origin, Studio};

const DRAFT_KEY: &str = "wickflow.studio.draft";
/// Pause after a change before it is kept: a drag is many changes.
const CALM: Duration = Duration::from_millis(600);

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Draft {
    document: String,
    history: String,
    #[serde(default)]
    origin: Option<Origin>,
}

impl Studio {
    /// Keeps the strategy some moments after every change.
    pub(super) fn follow_changes(self) {
        effect(move || {
            self.revision.track();
            self.origin.track();
            let waits = self.draft_waits.try_update_value(|waits| std::mem::replace(waits, true));
            if waits == Some(false) {
                set_timeout(move || self.keep_draft(), CALM);
            }
        });
    }

    fn keep_draft(self) {
        self.draft_waits.update_value(|waits| *waits = false);
        let draft = self.with_editor(|editor| Draft {
            document: editor.document().to_json(),
            history: editor.history_json(),
            origin: self.origin.get_untracked(),
        });
        if let Some(text) = draft.and_then(|draft| serde_json::to_string(&draft).ok()) {
            platform::save(DRAFT_KEY, &text);
        }
    }

    /// Opens what was kept; false when there is nothing.
    pub(super) fn open_draft(self) -> bool {
        let draft = platform::load(DRAFT_KEY).and_then(|text| serde_json::from_str::<Draft>(&text).ok());
        let Some(draft) = draft else { return false };
        let Ok((mut editor, _)) = Editor::open(self.catalogue(), &draft.document) else { return false };
        // Without its history a strategy is still worth opening.
        let _ = editor.restore_history(&draft.history);
        self.set_editor(Some(editor));
        self.origin.set(draft.origin);
        true
    }
}

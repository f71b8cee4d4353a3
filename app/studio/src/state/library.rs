//! The open strategy's place in the library: kept on the server whenever it has been calm for a while, by whom it was
//! changed meanwhile, and what to do about that.

use std::time::Duration;

use leptos::prelude::{UpdateValue, set_timeout};
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wickflow_app::api::ApiError;
use wickflow_app::platform;
use wickflow_app::state::reactive::effect;
use wickflow_graph::Editor;
use wickflow_shared::protocol::ErrorCode;
use wickflow_shared::protocol::strategy::{
    CreateStrategy, FolderPath, SaveStrategy, StoredStrategy, StrategyId, StrategyName, StrategySummary,
    UpdateStrategy,
};

use super::Studio;
use crate::api;

/// Pause after a change before it is kept on the server.
const CALM: Duration = Duration::from_secs(3);
/// Pause before a save that did not reach the server is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// Where the open strategy lies in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which strategy.
    pub id: StrategyId,
    /// The version that the changes since build on.
    pub version: u64,
}

/// Whether the strategy is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SaveState {
    /// In this browser alone.
    #[default]
    Draft,
    /// On the server, as it is.
    Saved,
    /// Not as it is now.
    Changed,
    /// Being sent.
    Saving,
    /// The server cannot be reached; it is tried again.
    Offline,
    /// Another tab or device has saved since: nothing is overwritten until the user has chosen.
    Conflict,
}

impl Studio {
    /// Saves some moments after every change of a strategy that lies in the library.
    pub(super) fn follow_library(self) {
        effect(move || {
            self.revision.track();
            if self.origin.get().is_none() {
                self.save_state.set(SaveState::Draft);
                return;
            }
            let is_saved = self.with_editor(|editor| editor.document().to_json())
                == self.saved_text.try_update_value(|text| text.clone()).flatten();
            let is_conflict = self.save_state.get_untracked() == SaveState::Conflict;
            if is_saved && !is_conflict {
                self.save_state.set(SaveState::Saved);
            } else if !is_conflict {
                self.save_state.set(SaveState::Changed);
                self.save_later(CALM);
            }
        });
    }

    fn save_later(self, pause: Duration) {
        let number = self.save_number.try_update_value(|number| {
            *number += 1;
            *number
        });
        set_timeout(
            move || {
                // A later change has begun another pause.
                if self.save_number.try_update_value(|now| *now) == number
                    && matches!(self.save_state.get_untracked(), SaveState::Changed | SaveState::Offline)
                {
                    self.save(false);
                }
            },
            pause,
        );
    }

    /// Keeps the strategy on the server: as a new one, or as the next version.
    pub fn save(self, is_checkpoint: bool) {
        let Some((name, document)) =
            self.with_editor(|editor| (editor.document().wickflow.name.clone(), editor.document().to_json()))
        else {
            return;
        };
        let Some(name) = strategy_name(&name) else { return };
        let thumbnail = self.with_editor(thumbnail);
        let origin = self.origin.get_untracked();
        self.save_state.set(SaveState::Saving);
        spawn_local(async move {
            let saved = match origin {
                Some(Origin { id, version }) => {
                    let request = SaveStrategy {
                        base_version: version,
                        document: document.clone(),
                        checkpoint: is_checkpoint,
                        label: None,
                        note: None,
                        thumbnail,
                    };
                    api::save_strategy(id, &request).await
                }
                None => {
                    let request = CreateStrategy {
                        name: name.clone(),
                        folder: FolderPath::default(),
                        tags: Vec::new(),
                        document: document.clone(),
                        thumbnail,
                        client_strategy_id: platform::new_client_order_id(),
                    };
                    api::create_strategy(&request).await
                }
            };
            let renamed = match &saved {
                Ok(summary) if summary.name != name => {
                    // The document's name is the strategy's: who renames it here finds it under that name.
                    let change = UpdateStrategy { name: Some(name), ..UpdateStrategy::default() };
                    Some(api::update_strategy(summary.id, &change).await)
                }
                _ => None,
            };
            self.on_saved(renamed.unwrap_or(saved), document);
        });
    }

    fn on_saved(self, saved: Result<StrategySummary, ApiError>, document: String) {
        match saved {
            Ok(summary) => {
                self.saved_text.update_value(|text| *text = Some(document));
                self.save_state.set(SaveState::Saved);
                self.origin.set(Some(Origin { id: summary.id, version: summary.version }));
            }
            Err(error) if error.code == Some(ErrorCode::Conflict) => {
                self.save_state.set(SaveState::Conflict);
                self.warn("Not saved: changed elsewhere", "Another tab or device saved this strategy meanwhile. Choose in the top bar what to keep.");
            }
            Err(error) if error.is_temporary() => {
                self.save_state.set(SaveState::Offline);
                self.save_later(RETRY);
            }
            Err(error) => {
                self.save_state.set(SaveState::Changed);
                self.warn("Not saved", &error.message);
            }
        }
    }

    /// Opens a strategy of the library.
    pub fn open_stored(self, id: StrategyId) {
        spawn_local(async move {
            match api::strategy(id).await {
                Ok(StoredStrategy { strategy, document }) => {
                    if self.open_text(&document) {
                        let origin = Origin { id: strategy.id, version: strategy.version };
                        let text = self.with_editor(|editor| editor.document().to_json());
                        self.saved_text.update_value(|saved| *saved = text);
                        self.origin.set(Some(origin));
                        self.dialog.set(None);
                    }
                }
                Err(error) => self.warn("The strategy cannot be opened", &error.message),
            }
        });
    }

    /// After a conflict: goes on as a strategy of its own, beside the other.
    pub fn keep_as_copy(self) {
        self.origin.set(None);
        self.save(true);
    }

    /// After a conflict: what was saved elsewhere replaces what is here. Undo does not lead back.
    pub fn take_theirs(self) {
        if let Some(origin) = self.origin.get_untracked() {
            self.save_state.set(SaveState::Saved);
            self.open_stored(origin.id);
        }
    }
}

/// A name that the library takes: the strategy's own, or one for those without.
pub(crate) fn strategy_name(name: &str) -> Option<StrategyName> {
    let short: String = name.chars().take(120).collect();
    short.parse().or_else(|_| "Untitled strategy".parse()).ok()
}

/// The nodes as small boxes: `x,y,w,h` in a frame of 100 x 60, by role.
fn thumbnail(editor: &Editor) -> String {
    const WIDTH: f64 = 100.0;
    const HEIGHT: f64 = 60.0;
    /// More are not told apart at that size, and the server takes 8 kB.
    const MOST: usize = 200;
    let boxes: Vec<_> = editor.nodes().take(MOST).map(|view| (view.rect(), view.kind.role)).collect();
    let Some(bounds) = boxes.iter().map(|(rect, _)| *rect).reduce(wickflow_graph::Rect::union) else {
        return String::new();
    };
    let scale = (WIDTH / bounds.size.width.max(1.0)).min(HEIGHT / bounds.size.height.max(1.0)).min(0.2);
    let place = |value: f64| (value * scale * 10.0).round() / 10.0;
    let lines = boxes.iter().map(|(rect, role)| {
        let (x, y) = (place(rect.min.x - bounds.min.x), place(rect.min.y - bounds.min.y));
        format!("{x},{y},{},{},{role:?}", place(rect.size.width), place(rect.size.height))
    });
    lines.collect::<Vec<_>>().join(";")
}

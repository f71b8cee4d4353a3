//! Taking back and doing again.

use super::Editor;
use crate::history::{History, HistoryError};
use crate::op::Op;

impl Editor {
    /// Takes the last gesture back, and opens the graph that it was made in. Gives its label; `None` where there is
    /// none.
    pub fn undo(&mut self) -> Option<String> {
        self.history.commit();
        let step = self.history.step_back()?;
        self.replay(&step.1.path, &step.1.ops);
        let label = step.1.label.clone();
        self.history.undone(step);
        Some(label)
    }

    /// Does again what was last taken back. Gives its label; `None` where there is none.
    pub fn redo(&mut self) -> Option<String> {
        self.history.commit();
        let step = self.history.step_on()?;
        self.replay(&step.1.path, &step.1.ops);
        let label = step.1.label.clone();
        self.history.redone(step);
        Some(label)
    }

    /// What [`undo`](Self::undo) would take back, the last first.
    pub fn undo_labels(&self) -> impl Iterator<Item = &str> {
        self.history.undo_labels()
    }

    /// What [`redo`](Self::redo) would do, the next first.
    pub fn redo_labels(&self) -> impl Iterator<Item = &str> {
        self.history.redo_labels()
    }

    /// Whether a gesture is open.
    #[must_use]
    pub fn is_in_gesture(&self) -> bool {
        self.history.is_open()
    }

    /// How many bytes the history may have as JSON; the oldest entries beyond are dropped.
    pub fn set_history_bytes(&mut self, bytes: usize) {
        self.history.set_limit(bytes);
    }

    /// The history, to be kept beside the document.
    #[must_use]
    pub fn history_json(&self) -> String {
        self.history.to_json(&self.fingerprint())
    }

    /// Takes a history up again, after the document it was kept with has been opened.
    ///
    /// # Errors
    /// [`HistoryError`] when it cannot be read, or belongs to another state of the document.
    pub fn restore_history(&mut self, text: &str) -> Result<(), HistoryError> {
        self.history = History::parse(text, &self.fingerprint(), self.history.limit())?;
        Ok(())
    }

    /// Carries changes out where they were made. What comes back is selected; otherwise the selection stays.
    fn replay(&mut self, path: &[String], ops: &[Op]) {
        self.open_path(path);
        let mut back = Vec::new();
        for op in ops {
            self.carry_out(op);
            match op {
                Op::Insert { graph, parts } if *graph == self.graph => {
                    back.extend(parts.nodes.iter().map(|(_, node)| node.id.as_str()));
                }
                _ => {}
            }
        }
        if !back.is_empty() {
            let slots: Vec<_> = back.into_iter().filter_map(|id| self.node_slot(id)).collect();
            self.select(slots, []);
        }
    }

    /// A hash of what the history changes: FNV-1a over the JSON, without the viewport.
    fn fingerprint(&self) -> String {
        let document = &self.document;
        let mut settings = document.wickflow.clone();
        // Where the canvas of a sub-graph was is no edit.
        settings.graphs.values_mut().for_each(|graph| drop(graph.other.remove("viewport")));
        let parts = (&document.nodes, &document.edges, &settings);
        let text = serde_json::to_string(&parts).unwrap_or_default();
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    }
}

//! What was done, with labels, to be taken back and done again; as JSON it survives a reload.

use serde::{Deserialize, Serialize};

use crate::op::Op;

/// How many bytes of JSON the history keeps, unless it is told otherwise.
pub const HISTORY_BYTES: usize = 4 << 20;

/// One gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) label: String,
    /// The way to the graph that was open.
    #[serde(default)]
    pub(crate) path: Vec<String>,
    pub(crate) ops: Vec<Op>,
}

/// Why a history was not taken up again; the one at hand stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Not what [`Editor::history_json`](crate::Editor::history_json) gave.
    #[error("the history cannot be read: {0}")]
    Shape(String),
    /// It belongs to another state of the document.
    #[error("the history belongs to another version of this strategy")]
    OtherDocument,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// Entries with their sizes; the newest last.
    undo: Vec<(usize, Entry)>,
    /// Entries that were taken back, inverted; the next last.
    redo: Vec<(usize, Entry)>,
    open: Option<Entry>,
    bytes: usize,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Kept<'a> {
    version: u32,
    document: &'a str,
    undo: Vec<&'a Entry>,
    redo: Vec<&'a Entry>,
}

#[derive(Deserialize)]
struct Read {
    document: String,
    undo: Vec<Entry>,
    redo: Vec<Entry>,
}

impl Entry {
    /// What takes it back.
    pub(crate) fn inverse(mut self) -> Self {
        self.ops = self.ops.into_iter().rev().map(Op::inverse).collect();
        self
    }
}

impl History {
    pub(crate) fn push(&mut self, entry: Entry) {
        if entry.ops.is_empty() {
            return;
        }
        if let Some(open) = &mut self.open {
            merge(&mut open.ops, entry.ops);
            return;
        }
        self.drop_redo();
        let bytes = bytes_of(&entry);
        self.bytes += bytes;
        self.undo.push((bytes, entry));
        self.shorten();
    }

    pub(crate) fn begin(&mut self, label: String, path: &[String]) {
        self.commit();
        self.open = Some(Entry { label, path: path.to_vec(), ops: Vec::new() });
    }

    pub(crate) fn commit(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.ops.retain(|op| !op.is_nothing());
            self.push(open);
        }
    }

    pub(crate) fn abort(&mut self) -> Vec<Op> {
        self.open.take().map(|open| open.ops).unwrap_or_default()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes the newest entry out, as what takes it back; with its size, to be given to [`undone`](Self::undone).
    pub(crate) fn step_back(&mut self) -> Option<(usize, Entry)> {
        self.undo.pop().map(|(bytes, entry)| (bytes, entry.inverse()))
    }

    /// Takes the next entry out, as what does it again; with its size, to be given to [`redone`](Self::redone).
    pub(crate) fn step_on(&mut self) -> Option<(usize, Entry)> {
        self.redo.pop().map(|(bytes, entry)| (bytes, entry.inverse()))
    }

    pub(crate) fn undone(&mut self, step: (usize, Entry)) {
        self.redo.push(step);
    }

    pub(crate) fn redone(&mut self, step: (usize, Entry)) {
        self.undo.push(step);
    }

    pub(crate) fn undo_labels(&self) -> impl Iterator<Item = &str> {
        self.undo.iter().rev().map(|(_, entry)| entry.label.as_str())
    }

    pub(crate) fn redo_labels(&self) -> impl Iterator<Item = &str> {
        self.redo.iter().rev().map(|(_, entry)| entry.label.as_str())
    }

    pub(crate) fn set_limit(&mut self, bytes: usize) {
        self.limit = Some(bytes);
        self.shorten();
    }

    pub(crate) fn to_json(&self, document: &str) -> String {
        let kept = Kept { version: 1, document, undo: entries(&self.undo), redo: entries(&self.redo) };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    pub(crate) fn parse(text: &str, document: &str, limit: Option<usize>) -> Result<Self, HistoryError> {
        let read: Read =
            serde_json::from_str(text).map_err(|error| HistoryError::Shape(error.to_string()))?;
        if read.document != document {
            return Err(HistoryError::OtherDocument);
        }
        let sized = |entries: Vec<Entry>| -> Vec<(usize, Entry)> {
            entries.into_iter().map(|entry| (bytes_of(&entry), entry)).collect()
        };
        let (undo, redo) = (sized(read.undo), sized(read.redo));
        let bytes = undo.iter().chain(&redo).map(|(bytes, _)| bytes).sum();
        let mut history = Self { undo, redo, open: None, bytes, limit };
        history.shorten();
        Ok(history)
    }

    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    fn drop_redo(&mut self) {
        self.bytes -= self.redo.drain(..).map(|(bytes, _)| bytes).sum::<usize>();
    }

    /// Drops the oldest until the rest is within the limit; the newest stays, whatever its size.
    fn shorten(&mut self) {
        let limit = self.limit.unwrap_or(HISTORY_BYTES);
        let mut dropped = 0;
        let mut bytes = self.bytes;
        while bytes > limit && dropped + 1 < self.undo.len() {
            bytes -= self.undo.get(dropped).map_or(0, |(bytes, _)| *bytes);
            dropped += 1;
        }
        self.undo.drain(..dropped);
        self.bytes = bytes;
    }
}

fn entries(side: &[(usize, Entry)]) -> Vec<&Entry> {
    side.iter().map(|(_, entry)| entry).collect()
}

/// Adds changes to those of a gesture: where they only go on with what the last ones did, they take their place.
fn merge(ops: &mut Vec<Op>, more: Vec<Op>) {
    let first = ops.len().saturating_sub(more.len());
    let last = ops.get_mut(first..).unwrap_or_default();
    if last.len() == more.len() {
        let mut merged = last.to_vec();
        if merged.iter_mut().zip(&more).all(|(op, next)| op.absorb(next)) {
            last.clone_from_slice(&merged);
            return;
        }
    }
    ops.extend(more);
}

fn bytes_of(entry: &Entry) -> usize {
    serde_json::to_string(entry).map_or(0, |text| text.len())
}

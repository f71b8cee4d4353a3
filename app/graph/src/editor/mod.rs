//! The editor: a document, its open graph by slots, selection, history, and what a view has to draw anew.

mod access;
mod clipboard;
mod navigate;
mod path;
mod select;
mod undo;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value as Json;
use wickflow_strategy::document::{Document, Edge, Node};

use crate::catalogue::{Catalogue, Role};
use crate::change::{Change, Changes};
use crate::edit::{Edit, EditError};
use crate::history::{Entry, History};
use crate::index::{EdgeSlot, Index, NodeSlot, Source};
use crate::load::{LoadError, Loaded, load, repair};
use crate::op::{GraphName, Op, Parts};

pub(crate) use access::fresh;
pub use access::{EdgeView, NodeView, PortRef};
pub use navigate::Heading;
pub use path::Crumb;

/// A document that is being edited. The crate's page shows how it is used.
#[derive(Debug, Clone)]
pub struct Editor {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) document: Document,
    pub(crate) index: Index,
    /// The nodes that stand for the sub-graphs on the way to the open one.
    pub(crate) path: Vec<String>,
    /// The open graph.
    pub(crate) graph: GraphName,
    pub(crate) selected_nodes: BTreeSet<NodeSlot>,
    pub(crate) selected_edges: BTreeSet<EdgeSlot>,
    history: History,
    /// What the edit that is being carried out has done so far.
    running: Vec<Op>,
    changes: Changes,
    revision: u64,
    result_revision: u64,
}

impl Editor {
    /// Opens a document. Ids that are empty or taken are replaced, since nothing could name these nodes and wires.
    #[must_use]
    pub fn new(catalogue: Arc<Catalogue>, mut document: Document) -> Self {
        repair(&mut document, &mut Vec::new());
        let index = Index::new(Source { document: &document, graph: &None, catalogue: &catalogue });
        Self {
            catalogue,
            document,
            index,
            path: Vec::new(),
            graph: None,
            selected_nodes: BTreeSet::new(),
            selected_edges: BTreeSet::new(),
            history: History::default(),
            running: Vec::new(),
            changes: Changes::default(),
            revision: 0,
            result_revision: 0,
        }
    }

    /// Opens a text: a strategy, or what React Flow or Vue Flow saved. Also says what had to be changed to read it.
    ///
    /// # Errors
    /// [`LoadError`] with line and column where it is no JSON, and when it is too large or no graph.
    pub fn open(catalogue: Arc<Catalogue>, text: &str) -> Result<(Self, Vec<String>), LoadError> {
        let Loaded { document, notes } = load(text)?;
        Ok((Self::new(catalogue, document), notes))
    }

    /// The document: what is saved and compiled (after [`compile_view`](Self::compile_view)).
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The catalogue.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Grows with every change of the document.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Grows with every change that can alter results: not with positions, labels, comments, points of wires,
    /// selection.
    #[must_use]
    pub fn result_revision(&self) -> u64 {
        self.result_revision
    }

    /// What has changed since this was last called.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.changes.take()
    }

    /// Carries an edit out, wholly or not at all, as one entry of the history or as a part of the gesture that
    /// [`begin`](Self::begin) opened.
    ///
    /// # Errors
    /// [`EditError`] says why not; nothing has changed then.
    pub fn apply(&mut self, edit: Edit) -> Result<(), EditError> {
        let label = self.label_of(&edit);
        let revisions = (self.revision, self.result_revision);
        let done = self.perform(edit);
        let mut ops = std::mem::take(&mut self.running);
        match done {
            Ok(()) => {
                ops.retain(|op| !op.is_nothing());
                self.history.push(Entry { label, path: self.path.clone(), ops });
                Ok(())
            }
            Err(error) => {
                while let Some(op) = ops.pop() {
                    self.carry_out(&op.inverse());
                }
                // The document is what it was at these.
                (self.revision, self.result_revision) = revisions;
                Err(error)
            }
        }
    }

    /// Begins a gesture of several edits, such as a drag: they become one entry of the history. A gesture that is still
    /// open is committed before.
    pub fn begin(&mut self, label: impl Into<String>) {
        self.history.begin(label.into(), &self.path);
    }

    /// Ends a gesture.
    pub fn commit(&mut self) {
        self.history.commit();
    }

    /// Ends a gesture and takes its edits back.
    pub fn abort(&mut self) {
        for op in self.history.abort().into_iter().rev() {
            self.carry_out(&op.inverse());
        }
    }

    /// Changes the document, and remembers how to take it back.
    pub(crate) fn run(&mut self, op: Op) {
        if !op.is_nothing() {
            self.carry_out(&op);
            self.running.push(op);
        }
    }

    /// Changes a node of the open graph.
    pub(crate) fn change_node(&mut self, id: &str, change: impl FnOnce(&mut Node)) -> Result<(), EditError> {
        let before = self.node_by_id(id)?.clone();
        let mut after = before.clone();
        change(&mut after);
        self.run(Op::Node { graph: self.graph.clone(), change: crate::op::Pair::new(before, after) });
        Ok(())
    }

    /// Changes a wire of the open graph.
    pub(crate) fn change_edge(&mut self, id: &str, change: impl FnOnce(&mut Edge)) -> Result<(), EditError> {
        let before = self.edge_by_id(id)?.clone();
        let mut after = before.clone();
        change(&mut after);
        self.run(Op::Edge { graph: self.graph.clone(), change: crate::op::Pair::new(before, after) });
        Ok(())
    }

    fn carry_out(&mut self, op: &Op) {
        let catalogue = self.catalogue.clone();
        let is_note = |node: &Node| catalogue.find(&node.kind).is_some_and(|kind| kind.role == Role::Note);
        self.revision += 1;
        self.result_revision += u64::from(op.alters_results(is_note));
        op.apply(&mut self.document);
        match op.graph() {
            Some(graph) if *graph == self.graph => self.follow(op),
            Some(_) => self.refresh_uses(),
            None => self.follow_document(op),
        }
    }

    /// Brings the index in step after a change of the open graph.
    fn follow(&mut self, op: &Op) {
        let source = Source { document: &self.document, graph: &self.graph, catalogue: &self.catalogue };
        let (index, changes) = (&mut self.index, &mut self.changes);
        match op {
            Op::Insert { parts, .. } => {
                let (nodes, edges) = (places(&parts.nodes), places(&parts.edges));
                index.insert(source, &nodes, &edges, changes);
            }
            Op::Remove { parts, .. } => {
                self.forget(parts);
                let source =
                    Source { document: &self.document, graph: &self.graph, catalogue: &self.catalogue };
                let nodes: Vec<&str> = parts.nodes.iter().map(|(_, node)| node.id.as_str()).collect();
                let edges: Vec<&str> = parts.edges.iter().map(|(_, edge)| edge.id.as_str()).collect();
                self.index.remove(source, &nodes, &edges, &mut self.changes);
            }
            Op::Place { places, .. } => {
                let slots: Vec<NodeSlot> =
                    places.iter().filter_map(|place| index.node_slot(&place.id)).collect();
                index.moved(source, &slots, changes);
            }
            Op::Node { change, .. } => {
                if let Some(slot) = index.node_slot(&change.before.id) {
                    index.refresh(source, slot, changes);
                }
            }
            Op::Edge { change, .. } => {
                if let Some(slot) = index.edge_slot(&change.before.id) {
                    index.refresh_edge(source, slot, changes);
                }
            }
            Op::Graph { .. } | Op::Named { .. } | Op::About { .. } => {}
        }
    }

    fn follow_document(&mut self, op: &Op) {
        self.changes.push(Change::Document);
        if let Op::Named { name, .. } = op {
            let reads = |view: &NodeView<'_>| {
                view.kind.params.iter().any(|p| self.bound_to(view, &p.name) == Some(name))
            };
            let readers: Vec<NodeSlot> = self.nodes().filter(reads).map(|view| view.slot).collect();
            readers.into_iter().for_each(|slot| self.changes.push(Change::NodeChanged(slot)));
        }
        if let Op::Graph { name, .. } = op {
            let is_on_path = self.graph_names().iter().any(|open| open == name);
            if is_on_path || self.graph.as_ref() == Some(name) {
                self.reopen();
            } else {
                self.refresh_uses();
            }
        }
    }

    /// The ports of a sub-graph follow from its nodes, so nodes that stand for one are read anew.
    fn refresh_uses(&mut self) {
        let source = Source { document: &self.document, graph: &self.graph, catalogue: &self.catalogue };
        for slot in self.index.uses() {
            self.index.refresh(source, slot, &mut self.changes);
        }
    }

    /// What goes is not selected.
    fn forget(&mut self, parts: &Parts) {
        let before = (self.selected_nodes.len(), self.selected_edges.len());
        for (_, node) in &parts.nodes {
            if let Some(slot) = self.index.node_slot(&node.id) {
                self.selected_nodes.remove(&slot);
            }
        }
        for (_, edge) in &parts.edges {
            if let Some(slot) = self.index.edge_slot(&edge.id) {
                self.selected_edges.remove(&slot);
            }
        }
        if before != (self.selected_nodes.len(), self.selected_edges.len()) {
            self.changes.push(Change::Selection);
        }
    }

    /// Remembers where the canvas was, in the open graph. This is no edit, and revisions do not grow.
    pub fn set_viewport(&mut self, at: crate::Point, zoom: f64) {
        let json = serde_json::json!({
            "x": crate::node::number(at.x), "y": crate::node::number(at.y), "zoom": crate::node::number(zoom),
        });
        let fields = match &self.graph {
            None => Some(&mut self.document.other),
            Some(name) => self.document.wickflow.graphs.get_mut(name).map(|graph| &mut graph.other),
        };
        if let Some(fields) = fields {
            fields.insert("viewport".to_owned(), json);
        }
    }

    /// Where the canvas was when the open graph was last seen: React Flow's translation in px, and the zoom.
    #[must_use]
    pub fn viewport(&self) -> Option<(crate::Point, f64)> {
        let fields = match &self.graph {
            None => Some(&self.document.other),
            Some(name) => self.document.wickflow.graphs.get(name).map(|graph| &graph.other),
        };
        let viewport = fields?.get("viewport")?;
        let zoom = viewport.get("zoom").and_then(Json::as_f64).filter(|zoom| *zoom > 0.0)?;
        Some((crate::node::point(viewport)?, zoom))
    }
}

fn places<T>(items: &[(usize, T)]) -> Vec<usize> {
    items.iter().map(|(at, _)| *at).collect()
}

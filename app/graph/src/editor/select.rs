//! What is selected.

use std::collections::BTreeSet;

use super::Editor;
use crate::change::Change;
use crate::index::{EdgeSlot, NodeSlot};
use crate::order::Gather;

impl Editor {
    /// The selected nodes.
    #[must_use]
    pub fn selected_nodes(&self) -> &BTreeSet<NodeSlot> {
        &self.selected_nodes
    }

    /// The selected wires.
    #[must_use]
    pub fn selected_edges(&self) -> &BTreeSet<EdgeSlot> {
        &self.selected_edges
    }

    /// Selects these nodes and wires, and nothing else. For a selection box the view says what it met.
    pub fn select(
        &mut self,
        nodes: impl IntoIterator<Item = NodeSlot>,
        edges: impl IntoIterator<Item = EdgeSlot>,
    ) {
        let nodes = nodes.into_iter().filter(|slot| self.index.node(*slot).is_some()).gather();
        let edges = edges.into_iter().filter(|slot| self.index.edge(*slot).is_some()).gather();
        if self.selected_nodes != nodes || self.selected_edges != edges {
            (self.selected_nodes, self.selected_edges) = (nodes, edges);
            self.changes.push(Change::Selection);
        }
    }

    /// Selects a node too, or no longer.
    pub fn toggle_node(&mut self, slot: NodeSlot) {
        if self.index.node(slot).is_some() {
            if !self.selected_nodes.remove(&slot) {
                self.selected_nodes.insert(slot);
            }
            self.changes.push(Change::Selection);
        }
    }

    /// Selects a wire too, or no longer.
    pub fn toggle_edge(&mut self, slot: EdgeSlot) {
        if self.index.edge(slot).is_some() {
            if !self.selected_edges.remove(&slot) {
                self.selected_edges.insert(slot);
            }
            self.changes.push(Change::Selection);
        }
    }

    /// Selects every node and wire of the open graph.
    pub fn select_all(&mut self) {
        let (nodes, edges) = (self.index.node_order.clone(), self.index.edge_order.clone());
        self.select(nodes, edges);
    }

    /// Selects nothing.
    pub fn clear_selection(&mut self) {
        self.select([], []);
    }

    /// Adds everything that the selected nodes read, however indirectly.
    pub fn select_upstream(&mut self) {
        let found = self.reached(self.selected_nodes.clone(), true);
        self.select(found, self.selected_edges.clone());
    }

    /// Adds everything that reads the selected nodes, however indirectly.
    pub fn select_downstream(&mut self) {
        let found = self.reached(self.selected_nodes.clone(), false);
        self.select(found, self.selected_edges.clone());
    }

    /// These nodes, and all that they read or that reads them.
    fn reached(&self, from: BTreeSet<NodeSlot>, upstream: bool) -> BTreeSet<NodeSlot> {
        let mut open: Vec<NodeSlot> = from.iter().copied().collect();
        let mut found = from;
        while let Some(slot) = open.pop() {
            let Some(entry) = self.index.node(slot) else { continue };
            let wires = if upstream { &entry.wires_in } else { &entry.wires_out };
            for wire in wires.iter().filter_map(|wire| self.index.edge(*wire)) {
                let end = if upstream { wire.source } else { wire.target };
                if let Some(end) = end.filter(|end| found.insert(end.node)) {
                    open.push(end.node);
                }
            }
        }
        found
    }
}

//! What a view has to draw anew.

use crate::index::{EdgeSlot, NodeSlot};

/// A change of the open graph, as the view hears of it. Slots of what is gone may be used again by what comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A node is new.
    NodeAdded(NodeSlot),
    /// A node is elsewhere.
    NodeMoved(NodeSlot),
    /// A node's parameters, label, flags, size or ports are others, or the value of a named parameter that it reads.
    NodeChanged(NodeSlot),
    /// A node is gone.
    NodeRemoved(NodeSlot),
    /// A wire is new.
    EdgeAdded(EdgeSlot),
    /// A wire's ends or points are others.
    EdgeChanged(EdgeSlot),
    /// A wire is gone.
    EdgeRemoved(EdgeSlot),
    /// Other nodes or wires are selected.
    Selection,
    /// The strategy's name, description, symbols, timeframe, named parameters or sub-graphs are others.
    Document,
    /// Another graph is open, or too much has changed to say what: read everything again.
    Everything,
}

/// Changes that nobody took are summed up beyond this many.
const MOST: usize = 16_384;

/// Changes since they were last taken.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes(Vec<Change>);

impl Changes {
    pub(crate) fn push(&mut self, change: Change) {
        if change == Change::Everything {
            self.0.clear();
        } else if self.0.first() == Some(&Change::Everything) || self.0.last() == Some(&change) {
            return;
        }
        self.0.push(if self.0.len() >= MOST { Change::Everything } else { change });
        if self.0.len() > MOST {
            self.0 = vec![Change::Everything];
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.0)
    }
}

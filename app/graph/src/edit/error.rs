//! Why an edit was not carried out.

use crate::connect::Refusal;

/// Why an edit was not carried out; nothing has changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The node is not in the open graph.
    #[error("there is no node {0:?} in this graph")]
    NoNode(String),
    /// The wire is not in the open graph.
    #[error("there is no wire {0:?} in this graph")]
    NoEdge(String),
    /// The node has no such port.
    #[error("{node} has no port {port:?}")]
    NoPort {
        /// The node's label.
        node: String,
        /// What was asked for.
        port: String,
    },
    /// Two nodes or wires cannot have one id.
    #[error("the id {0:?} is empty or taken already")]
    IdTaken(String),
    /// The ends do not go together.
    #[error("{0}")]
    Refused(Refusal),
    /// The node has no such parameter.
    #[error("{node} has no parameter {param:?}; it has {known}")]
    NoParam {
        /// The node's label.
        node: String,
        /// What was asked for.
        param: String,
        /// What there is.
        known: String,
    },
    /// The parameter does not take this.
    #[error("{param} of {node} cannot be {found}; it takes {accepted}")]
    BadParam {
        /// The node's label.
        node: String,
        /// The parameter.
        param: String,
        /// What was found.
        found: String,
        /// What would be accepted.
        accepted: String,
    },
    /// A name that is needed is empty, too long, taken, or not there.
    #[error("{0}")]
    BadName(String),
    /// The document would be too large.
    #[error("that would make {found} {what}; a strategy has at most {most}")]
    TooMany {
        /// `nodes` or `wires`.
        what: &'static str,
        /// How many there would be.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A sub-graph would contain itself.
    #[error("the sub-graph {0:?} would contain itself")]
    Recursive(String),
    /// What was pasted is no graph.
    #[error("this cannot be pasted: {0}")]
    Unreadable(String),
    /// The gesture does not apply to what it was made on.
    #[error("{0}")]
    NotPossible(String),
}

impl EditError {
    /// The error as a sentence, to be shown beside what caused it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let text = self.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(char::to_uppercase);
        let end = if text.ends_with('.') { "" } else { "." };
        first.into_iter().flatten().chain(letters).collect::<String>() + end
    }
}

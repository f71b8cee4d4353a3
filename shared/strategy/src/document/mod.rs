//! Strategy documents: React Flow JSON (`nodes`, `edges`, `viewport`) plus the root key `wickflow`.
//!
//! Reading keeps every field, known or not, so a document that passed through here still opens where it came from.
//! Nothing is judged here but the shape; kinds, ports and parameters are the compiler's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The largest document, in bytes.
pub const MAX_BYTES: usize = 4 << 20;
/// The version that this code writes.
pub const VERSION: u32 = 1;

/// A strategy as it is kept and exchanged.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Document {
    /// What computes and acts.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// The wires.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// What React Flow does not know.
    #[serde(default)]
    pub wickflow: Settings,
    /// Everything else: `viewport` and fields of other programs.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// The root key `wickflow`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Of the document's format.
    #[serde(default = "version")]
    pub version: u32,
    /// The strategy's name.
    #[serde(default)]
    pub name: String,
    /// What it is about, in the author's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it was made for; a run may choose others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<String>,
    /// The timeframe it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
    /// Named parameters, which nodes refer to as `{"$param": name}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, NamedParam>,
    /// Sub-graphs by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub graphs: BTreeMap<String, Graph>,
    /// Fields of later versions.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

fn version() -> u32 {
    VERSION
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: String::new(),
            description: String::new(),
            symbols: Vec::new(),
            timeframe: None,
            parameters: BTreeMap::new(),
            graphs: BTreeMap::new(),
            other: Map::new(),
        }
    }
}

/// A parameter of the whole strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedParam {
    /// Its setting.
    pub value: Json,
    /// Range, step, label: for the inspector and for searches.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A sub-graph.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Graph {
    /// Its nodes, among them `graph.input` and `graph.output`.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// Its wires.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique within its graph.
    pub id: String,
    /// Its kind: `indicator.sma`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Parameters, and what else the author's program keeps.
    #[serde(default)]
    pub data: NodeData,
    /// Position, size and the like.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A node's `data`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NodeData {
    /// Parameters by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Json>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// A wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Unique within its graph.
    #[serde(default)]
    pub id: String,
    /// The node where it begins.
    pub source: String,
    /// The node where it ends.
    pub target: String,
    /// The output; may be left out where there is one only.
    #[serde(rename = "sourceHandle", default, skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// The input; may be left out where there is one only.
    #[serde(rename = "targetHandle", default, skip_serializing_if = "Option::is_none")]
    pub target_handle: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Too long to be looked at.
    #[error("the document has {found} bytes; at most {MAX_BYTES} are accepted")]
    TooLarge {
        /// Its length.
        found: usize,
    },
    /// Not JSON, or not of this shape.
    #[error("the document cannot be read: {0}")]
    Shape(String),
    /// Written by a later program.
    #[error("the document has version {found}; this program knows versions up to {VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`DocumentError`] when it is too large, no JSON of this shape, or of a later version.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        if text.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge { found: text.len() });
        }
        let document: Self =
            serde_json::from_str(text).map_err(|error| DocumentError::Shape(error.to_string()))?;
        if document.wickflow.version > VERSION {
            return Err(DocumentError::Version { found: document.wickflow.version });
        }
        Ok(document)
    }

    /// The document as JSON, with keys in order: equal documents are equal texts.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every key is a string, and JSON numbers are finite, so this cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The node of this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// Changes a parameter of a node; false when there is no such node.
    pub fn set_param(&mut self, node: &str, param: &str, value: Json) -> bool {
        let node = self.nodes.iter_mut().find(|candidate| candidate.id == node);
        node.map(|node| node.data.params.insert(param.to_owned(), value)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_survive_a_round_trip() {
        let text = r##"{
            "nodes": [{"id": "a", "type": "data.candle", "position": {"x": 1.5, "y": -2}, "selected": true,
                       "data": {"label": "Candle", "params": {"period": 14, "x": 0.1}}, "zIndex": 3}],
            "edges": [{"id": "e", "source": "a", "target": "b", "sourceHandle": "close", "animated": true}],
            "viewport": {"x": 0, "y": 0, "zoom": 1.25}, "author": {"tool": "elsewhere"},
            "wickflow": {"version": 1, "name": "n", "later": [1, null], "parameters": {"p": {"value": 2, "min": 1}}}
        }"##;
        let before: Json = serde_json::from_str(text).expect("JSON");
        let document = Document::parse(text).expect("a document");
        let after: Json = serde_json::from_str(&document.to_json()).expect("JSON");
        assert_eq!(after, before);
        assert_eq!(Document::parse(&document.to_json()).expect("a document"), document);
    }

    #[test]
    fn a_bare_export_of_react_flow_is_a_document() {
        let document =
            Document::parse(r#"{"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}}"#);
        assert_eq!(document.expect("a document").wickflow.version, VERSION);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let error = |text: &str| Document::parse(text).expect_err("refused");
        assert!(matches!(error("{"), DocumentError::Shape(_)));
        assert!(matches!(error(r#"{"nodes": 3}"#), DocumentError::Shape(_)));
        assert!(matches!(error(r#"{"nodes": [{"id": 1}]}"#), DocumentError::Shape(_)));
        assert_eq!(error(r#"{"wickflow": {"version": 9}}"#), DocumentError::Version { found: 9 });
        let deep = "[".repeat(1_000_000);
        assert!(matches!(error(&format!(r#"{{"nodes": {deep}"#)), DocumentError::Shape(_)));
        assert_eq!(error(&" ".repeat(10 << 20)), DocumentError::TooLarge { found: 10 << 20 });
    }
}

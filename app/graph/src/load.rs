//! Reading what others saved: React Flow 9 to 12, Vue Flow, and strategies; with a list of what had to be changed.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};
use wickflow_strategy::document::{Document, DocumentError, Edge, MAX_BYTES, Node, VERSION};

use crate::edit::{MAX_EDGES, MAX_NODES};
use crate::editor::fresh;
use crate::node::{self, number};

/// A document, and what had to be changed to read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The document.
    pub document: Document,
    /// A sentence for each thing that was changed; empty for what this program saved itself.
    pub notes: Vec<String>,
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Too long to be looked at.
    #[error("the file has {found} bytes; at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its length.
        found: usize,
    },
    /// Not JSON.
    #[error("this is no JSON: line {line}, column {column}: {message}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1; in bytes.
        column: usize,
        /// What was wrong there.
        message: String,
    },
    /// JSON, but no graph.
    #[error("this is no graph: {0}")]
    Shape(String),
    /// Written by a later program.
    #[error("this strategy has version {found}; this program knows versions up to {VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// More than a strategy may have.
    #[error("this graph has {found} {what}; a strategy has at most {most}")]
    TooMany {
        /// `nodes` or `wires`.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
}

/// Reads a text. Fields that it does not know are kept, and so are nodes of unknown kinds.
///
/// # Errors
/// [`LoadError`] with line and column where it is no JSON.
pub fn load(text: &str) -> Result<Loaded, LoadError> {
    let mut notes = Vec::new();
    let mut document = match Document::parse(text) {
        // A list of nodes may be empty, but has to be there: any object would do else.
        Ok(document) if is_tidy(&document) && text.contains("\"nodes\"") => document,
        Err(DocumentError::TooLarge { found }) => return Err(LoadError::TooLarge { found }),
        Err(DocumentError::Version { found }) => return Err(LoadError::Version { found }),
        _ => {
            let json: Json = serde_json::from_str(text).map_err(json_error)?;
            let json = Json::Object(root(json, &mut notes)?);
            // Through the text again: reading documents from values would be as much code once more.
            Document::parse(&json.to_string()).map_err(|error| match error {
                DocumentError::Version { found } => LoadError::Version { found },
                DocumentError::TooLarge { found } => LoadError::TooLarge { found },
                DocumentError::Shape(text) => LoadError::Shape(text),
            })?
        }
    };
    repair(&mut document, &mut notes);
    let graphs = document.wickflow.graphs.values();
    let (nodes, edges) = graphs
        .fold((document.nodes.len(), document.edges.len()), |(nodes, edges), graph| {
            (nodes + graph.nodes.len(), edges + graph.edges.len())
        });
    for (what, found, most) in [("nodes", nodes, MAX_NODES), ("wires", edges, MAX_EDGES)] {
        if found > most {
            return Err(LoadError::TooMany { what, found, most });
        }
    }
    Ok(Loaded { document, notes })
}

fn json_error(error: serde_json::Error) -> LoadError {
    let text = error.to_string();
    // The place is told apart from the message.
    let message = text.split(" at line ").next().unwrap_or_default().to_owned();
    LoadError::Json { line: error.line(), column: error.column(), message }
}

/// What programs write for themselves, and others must not read.
const TRANSIENT: &[&str] = &[
    "selected",
    "dragging",
    "resizing",
    "positionAbsolute",
    "computedPosition",
    "handleBounds",
    "initialized",
    "isParent",
];

/// Whether a document needs nothing changed.
fn is_tidy(document: &Document) -> bool {
    let graphs = document.wickflow.graphs.values();
    let outermost = std::iter::once((&document.nodes, &document.edges));
    outermost.chain(graphs.map(|graph| (&graph.nodes, &graph.edges))).all(|(nodes, edges)| {
        nodes.iter().all(|node| {
            node.other.get("position").is_some_and(|at| at.is_object() && node::point(at).is_some())
                && TRANSIENT.iter().all(|name| !node.other.contains_key(*name))
                && !node.other.contains_key("parentNode")
        }) && edges.iter().all(|edge| !edge.other.contains_key("selected"))
    })
}

/// The root: an object with nodes and edges, or the flat list of both that older versions wrote.
fn root(json: Json, notes: &mut Vec<String>) -> Result<Map<String, Json>, LoadError> {
    let mut root = match json {
        Json::Object(fields) => fields,
        Json::Array(elements) => Map::from_iter([("elements".to_owned(), Json::Array(elements))]),
        _ => return Err(LoadError::Shape("it has no list of nodes".to_owned())),
    };
    if let Some(Json::Array(elements)) = root.remove("elements") {
        let (edges, nodes): (Vec<Json>, Vec<Json>) =
            elements.into_iter().partition(|element| element.get("source").is_some());
        root.insert("nodes".to_owned(), Json::Array(nodes));
        root.insert("edges".to_owned(), Json::Array(edges));
        notes.push("Nodes and wires stood in one list, as older versions wrote them.".to_owned());
    }
    if !root.get("nodes").is_some_and(Json::is_array) {
        return Err(LoadError::Shape("it has no list of nodes".to_owned()));
    }
    graph(&mut root, notes);
    if !root.contains_key("viewport")
        && let (Some(at), Some(zoom)) =
            (root.get("position").and_then(node::point), root.get("zoom").cloned())
    {
        root.remove("position");
        root.remove("zoom");
        root.insert("viewport".to_owned(), json!({ "x": number(at.x), "y": number(at.y), "zoom": zoom }));
        notes.push("The view's position was read from the root, as Vue Flow writes it.".to_owned());
    }
    match root.get_mut("wickflow") {
        None => {}
        Some(Json::Object(settings)) => {
            if let Some(Json::Object(graphs)) = settings.get_mut("graphs") {
                graphs.values_mut().filter_map(Json::as_object_mut).for_each(|inner| graph(inner, notes));
            }
        }
        Some(_) => {
            root.remove("wickflow");
            notes.push("The strategy's settings were no object and were left out.".to_owned());
        }
    }
    Ok(root)
}

/// Brings nodes and wires of a graph into shape.
fn graph(graph: &mut Map<String, Json>, notes: &mut Vec<String>) {
    let mut tally = Tally::default();
    if let Some(Json::Array(nodes)) = graph.get_mut("nodes") {
        let before = nodes.len();
        nodes.retain(Json::is_object);
        tally.no_nodes += before - nodes.len();
        nodes.iter_mut().filter_map(Json::as_object_mut).for_each(|node| tidy_node(node, &mut tally));
        place_missing(nodes, &mut tally);
    }
    match graph.get_mut("edges") {
        Some(Json::Array(edges)) => {
            let before = edges.len();
            edges.iter_mut().filter_map(Json::as_object_mut).for_each(tidy_edge);
            let is_end = |edge: &Json, name: &str| edge.get(name).is_some_and(Json::is_string);
            edges.retain(|edge| is_end(edge, "source") && is_end(edge, "target"));
            tally.no_edges += before - edges.len();
        }
        Some(_) => {
            graph.remove("edges");
        }
        None => {}
    }
    tally.tell(notes);
}

#[derive(Default)]
struct Tally {
    no_nodes: usize,
    no_edges: usize,
    pairs: usize,
    placed: usize,
    parents: usize,
    data: usize,
}

impl Tally {
    fn tell(&self, notes: &mut Vec<String>) {
        let told = [
            (self.no_nodes, "entries of the list of nodes were no nodes and were left out"),
            (self.no_edges, "wires without both ends were left out"),
            (self.pairs, "positions were pairs of numbers, as Vue Flow writes them"),
            (self.placed, "nodes had no position and were put below the others"),
            (self.parents, "nodes named their group as before version 12 of React Flow"),
            (self.data, "nodes had data of another shape, which was kept as `value`"),
        ];
        notes.extend(
            told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}.")),
        );
    }
}

fn tidy_node(node: &mut Map<String, Json>, tally: &mut Tally) {
    TRANSIENT.iter().for_each(|name| {
        node.remove(*name);
    });
    for name in ["id", "type", "parentId", "parentNode"] {
        text_field(node, name);
    }
    if !node.contains_key("id") {
        node.insert("id".to_owned(), json!(""));
    }
    if let Some(parent) = node.remove("parentNode") {
        node.entry("parentId").or_insert(parent);
        tally.parents += 1;
    }
    if let Some(at) = node.get("position").filter(|at| at.is_array()).and_then(node::point) {
        node.insert("position".to_owned(), json!({ "x": number(at.x), "y": number(at.y) }));
        tally.pairs += 1;
    }
    match node.get_mut("data") {
        Some(Json::Object(data)) => {
            if data.get("params").is_some_and(|params| !params.is_object())
                && let Some(params) = data.remove("params")
            {
                data.insert("value".to_owned(), params);
                tally.data += 1;
            }
        }
        Some(Json::Null) | None => {
            node.insert("data".to_owned(), json!({}));
        }
        Some(other) => {
            let value = other.take();
            node.insert("data".to_owned(), json!({ "value": value }));
            tally.data += 1;
        }
    }
}

fn tidy_edge(edge: &mut Map<String, Json>) {
    edge.remove("selected");
    for name in ["id", "source", "target", "sourceHandle", "targetHandle"] {
        text_field(edge, name);
    }
}

/// Numbers are ids elsewhere; what is neither text nor number is as good as absent.
fn text_field(fields: &mut Map<String, Json>, name: &str) {
    match fields.get(name) {
        None | Some(Json::String(_)) => {}
        Some(Json::Number(found)) => {
            let text = found.to_string();
            fields.insert(name.to_owned(), Json::String(text));
        }
        Some(_) => {
            fields.remove(name);
        }
    }
}

/// Nodes without a position go below the others, eight in a row.
fn place_missing(nodes: &mut [Json], tally: &mut Tally) {
    const COLUMNS: usize = 8;
    const STEP: (f64, f64) = (260.0, 200.0);
    let place = |node: &Json| node.get("position").and_then(node::point);
    let lowest = nodes.iter().filter_map(place).map(|at| at.y + STEP.1).reduce(f64::max).unwrap_or_default();
    let missing = nodes.iter_mut().filter(|node| place(node).is_none());
    for (index, fields) in missing.filter_map(Json::as_object_mut).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a file of 4 MiB has fewer nodes than 2^53")]
        let (column, row) = ((index % COLUMNS) as f64, (index / COLUMNS) as f64);
        let at = json!({ "x": number(column * STEP.0), "y": number(lowest + row * STEP.1) });
        fields.insert("position".to_owned(), at);
        tally.placed += 1;
    }
}

/// Gives ids to nodes and wires that have none of their own. Wires stay with the first node of an id.
pub(crate) fn repair(document: &mut Document, notes: &mut Vec<String>) {
    let mut renamed = fresh_ids(&mut document.nodes, &mut document.edges);
    for graph in document.wickflow.graphs.values_mut() {
        renamed += fresh_ids(&mut graph.nodes, &mut graph.edges);
    }
    if renamed > 0 {
        notes.push(format!("{renamed} nodes or wires had no id of their own and were given one."));
    }
}

fn fresh_ids(nodes: &mut [Node], edges: &mut [Edge]) -> usize {
    let mut taken = BTreeSet::new();
    let mut renamed = 0;
    let mut again = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        if node.id.is_empty() || !taken.insert(node.id.clone()) {
            again.push(index);
        }
    }
    for index in again {
        if let Some(node) = nodes.get_mut(index) {
            node.id = fresh(&node.id, |id| taken.contains(id));
            taken.insert(node.id.clone());
            renamed += 1;
        }
    }
    let mut taken = BTreeSet::new();
    let mut again = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        if edge.id.is_empty() || !taken.insert(edge.id.clone()) {
            again.push(index);
        }
    }
    let mut number = 1;
    for index in again {
        if let Some(edge) = edges.get_mut(index) {
            while taken.contains(&format!("w{number}")) {
                number += 1;
            }
            edge.id = format!("w{number}");
            taken.insert(edge.id.clone());
            renamed += 1;
        }
    }
    renamed
}

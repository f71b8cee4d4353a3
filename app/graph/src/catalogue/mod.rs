//! The catalogue of node kinds as the page has it: read from the JSON that the engine prints.
//!
//! The engine's own catalogue holds the functions that build operators, so linking it would put every kernel into the
//! page. The page asks its worker for the JSON instead.

mod fitting;
mod param;
mod search;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::order::Gather;
use crate::port::{Port, PortType, Unwired};

pub use fitting::{Conversion, Fit};
pub(crate) use param::short as param_short;
pub use param::{Param, ParamError, ParamKind};

/// What a kind is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Computes values from values.
    Compute,
    /// Reads the bar.
    Data,
    /// Reads what the strategy holds.
    Account,
    /// The value of a parameter.
    Constant,
    /// Says how much to trade.
    Size,
    /// Orders.
    Action,
    /// Protects positions.
    Guard,
    /// Stands for a sub-graph or for one of its ports.
    Graph,
    /// A frame or a comment.
    Note,
    /// Not in the catalogue.
    #[default]
    #[serde(other)]
    Unknown,
}

/// A kind of node.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its name in documents: `indicator.sma`.
    pub name: String,
    /// Where the palette shows it.
    pub category: String,
    /// Its name on screen.
    pub label: String,
    /// A paragraph: what it gives, by which convention.
    pub doc: String,
    /// Where the definition comes from.
    pub source: String,
    /// When the first value comes, in words.
    pub warm_up: String,
    /// What it is for.
    pub role: Role,
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
    /// What can be set.
    pub params: Vec<Param>,
}

/// Every kind, in the palette's order.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    kinds: Vec<Arc<Kind>>,
    by_name: BTreeMap<String, usize>,
}

/// The catalogue's JSON was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue cannot be read: {0}")]
pub struct CatalogueError(String);

impl Catalogue {
    /// Reads what `wickflow_strategy::catalogue::catalogue_json` prints.
    ///
    /// # Errors
    /// [`CatalogueError`] when it is no JSON of this shape. Fields and types of later versions are passed over.
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        let raw: RawCatalogue =
            serde_json::from_str(json).map_err(|error| CatalogueError(error.to_string()))?;
        Ok(Self::new(raw.kinds.into_iter().map(RawKind::read)))
    }

    fn new(kinds: impl Iterator<Item = Kind>) -> Self {
        let kinds: Vec<Arc<Kind>> = kinds.map(Arc::new).collect();
        let by_name = kinds.iter().enumerate().map(|(index, kind)| (kind.name.clone(), index)).gather();
        Self { kinds, by_name }
    }

    /// The kind of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Kind>> {
        self.by_name.get(name).and_then(|index| self.kinds.get(*index))
    }

    /// Every kind, in the palette's order.
    #[must_use]
    pub fn kinds(&self) -> &[Arc<Kind>] {
        &self.kinds
    }

    /// The categories in the palette's order, each with its kinds.
    #[must_use]
    pub fn categories(&self) -> Vec<(&str, Vec<&Arc<Kind>>)> {
        let mut categories: Vec<(&str, Vec<&Arc<Kind>>)> = Vec::new();
        for kind in &self.kinds {
            match categories.iter_mut().find(|(name, _)| *name == kind.category) {
                Some((_, kinds)) => kinds.push(kind),
                None => categories.push((&kind.category, vec![kind])),
            }
        }
        categories
    }
}

impl Kind {
    /// What stands for a kind that is not in the catalogue; its ports are those that wires name.
    #[must_use]
    pub fn unknown(name: &str) -> Self {
        let label = if name.is_empty() { "Unknown" } else { name };
        Self {
            name: name.to_owned(),
            category: String::new(),
            label: label.to_owned(),
            doc: "This program does not know this kind of node. It is kept as it is, and the strategy does not run while it is there.".to_owned(),
            source: String::new(),
            warm_up: String::new(),
            role: Role::Unknown,
            inputs: Vec::new(),
            outputs: Vec::new(),
            params: Vec::new(),
        }
    }

    /// The parameter of this name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The index of the input that a handle names; without a handle, of the only one.
    #[must_use]
    pub fn input(&self, handle: Option<&str>) -> Option<usize> {
        find_port(&self.inputs, handle)
    }

    /// The index of the output that a handle names; without a handle, of the only one.
    #[must_use]
    pub fn output(&self, handle: Option<&str>) -> Option<usize> {
        find_port(&self.outputs, handle)
    }
}

fn find_port(ports: &[Port], handle: Option<&str>) -> Option<usize> {
    match handle {
        Some(name) => ports.iter().position(|port| port.name == name),
        None if ports.len() == 1 => Some(0),
        None => ports.iter().position(|port| port.name.is_empty()),
    }
}

#[derive(Deserialize)]
struct RawCatalogue {
    kinds: Vec<RawKind>,
}

#[derive(Deserialize)]
struct RawKind {
    kind: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    doc: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    warm_up: String,
    #[serde(default)]
    role: Role,
    #[serde(default)]
    inputs: Vec<RawPort>,
    #[serde(default)]
    outputs: Vec<RawPort>,
    #[serde(default)]
    params: Vec<param::RawParam>,
}

#[derive(Deserialize)]
struct RawPort {
    name: String,
    #[serde(rename = "type")]
    port_type: String,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    unwired: RawUnwired,
}

#[derive(Deserialize, Default)]
struct RawUnwired {
    #[serde(default)]
    required: bool,
    #[serde(default)]
    param: Option<String>,
    #[serde(default)]
    signal: Option<bool>,
}

impl RawKind {
    fn read(self) -> Kind {
        Kind {
            name: self.kind,
            category: self.category,
            label: self.label,
            doc: self.doc,
            source: self.source,
            warm_up: self.warm_up,
            role: self.role,
            inputs: self.inputs.into_iter().map(RawPort::read).collect(),
            outputs: self.outputs.into_iter().map(RawPort::read).collect(),
            params: self.params.into_iter().map(param::RawParam::read).collect(),
        }
    }
}

impl RawPort {
    fn read(self) -> Port {
        let unwired = match (self.unwired.required, self.unwired.param, self.unwired.signal) {
            (true, ..) => Unwired::Refused,
            (_, Some(param), _) => Unwired::Param(param),
            (_, _, Some(on)) => Unwired::Signal(on),
            _ => Unwired::Absent,
        };
        Port { name: self.name, port_type: PortType::read(&self.port_type, self.unit.as_deref()), unwired }
    }
}

use serde_json::Value as Json;
use wickflow_strategy::catalogue::{NodeKind, Param, find_kind};
use wickflow_strategy::document::{Document, Node};

use super::{Axis, Setting, Space, Target};

/// Why a space does not fit a strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// There is no such node.
    #[error("{axis}: there is no node {node:?}; there are {known}")]
    Node {
        /// The axis.
        axis: String,
        /// The node that it names.
        node: String,
        /// The nodes that there are.
        known: String,
    },
    /// The node has no such parameter.
    #[error("{axis}: {kind} has no parameter {param:?}; it has {known}")]
    Param {
        /// The axis.
        axis: String,
        /// The node's kind.
        kind: String,
        /// The parameter that it names.
        param: String,
        /// The parameters that there are.
        known: String,
    },
    /// The strategy has no such named parameter, or no node uses it.
    #[error("{axis}: there is no named parameter {name:?} that a node uses; there are {known}")]
    Named {
        /// The axis.
        axis: String,
        /// The name.
        name: String,
        /// The named parameters that there are.
        known: String,
    },
    /// A value is not one that the parameter takes.
    #[error("{axis}: the value {found} is not accepted; {accepted} would be")]
    Value {
        /// The axis.
        axis: String,
        /// The first such value.
        found: String,
        /// What the parameter takes.
        accepted: String,
    },
}

impl Space {
    /// Whether every axis names a parameter of the strategy and every value is one that it takes.
    ///
    /// What only a compiler sees (a warm-up beyond its limit, say) is not found here: such candidates fail alone.
    ///
    /// # Errors
    /// [`CheckError`] with the axis and what would be accepted.
    pub fn check(&self, document: &Document) -> Result<(), CheckError> {
        self.axes.iter().try_for_each(|axis| match axis.target() {
            Target::Param { node, param } => check_node(document, axis, node, param),
            Target::Named(name) => check_named(document, axis, name),
        })
    }
}

fn check_node(document: &Document, axis: &Axis, id: &str, param: &str) -> Result<(), CheckError> {
    let node = document.node(id).ok_or_else(|| {
        let known = listed(document.nodes.iter().map(|node| node.id.as_str()));
        CheckError::Node { axis: axis.name(), node: id.to_owned(), known }
    })?;
    let params = find_kind(&node.kind).map_or(&[][..], |kind| kind.params);
    let found = params.iter().find(|known| known.name == param);
    let found = found.ok_or_else(|| CheckError::Param {
        axis: axis.name(),
        kind: node.kind.clone(),
        param: param.to_owned(),
        known: listed(params.iter().map(|param| param.name)),
    })?;
    check_values(axis, found)
}

fn check_named(document: &Document, axis: &Axis, name: &str) -> Result<(), CheckError> {
    let settings = &document.wickflow;
    let nodes = document.nodes.iter().chain(settings.graphs.values().flat_map(|graph| &graph.nodes));
    let mut users = nodes.flat_map(|node| users_of(node, name)).peekable();
    if users.peek().is_none() || !settings.parameters.contains_key(name) {
        let known = listed(settings.parameters.keys().map(String::as_str));
        return Err(CheckError::Named { axis: axis.name(), name: name.to_owned(), known });
    }
    let mut users = users;
    users.try_for_each(|param| check_values(axis, param))
}

/// The parameters of a node that are set to a named one.
fn users_of<'a>(node: &'a Node, name: &'a str) -> impl Iterator<Item = &'static Param> + 'a {
    let kind: Option<&'static NodeKind> = find_kind(&node.kind);
    let is_user = move |param: &&Param| {
        let setting = node.data.params.get(param.name).and_then(|setting| setting.get("$param"));
        setting.and_then(Json::as_str) == Some(name)
    };
    kind.into_iter().flat_map(|kind| kind.params).filter(is_user)
}

fn check_values(axis: &Axis, param: &Param) -> Result<(), CheckError> {
    let values = (0..axis.count()).filter_map(|position| axis.value(position));
    let refused = values.map(|value: Setting| value.to_json()).find(|value| param.read(value).is_err());
    match refused {
        None => Ok(()),
        Some(value) => {
            Err(CheckError::Value { axis: axis.name(), found: value.to_string(), accepted: param.accepted() })
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.take(LISTED).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// How many names an error lists.
const LISTED: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::crossing;

    fn check(axis: &str) -> Result<(), CheckError> {
        let none: [&str; 0] = [];
        Space::parse([axis], none).expect("a space").check(&crossing())
    }

    #[test]
    fn axes_fit_or_are_refused_with_what_would() {
        assert_eq!(check("fast.period=5..50:5"), Ok(()));
        assert_eq!(check("buy.percent=0.5,10"), Ok(()));
        assert_eq!(check("$length=5..50:5"), Ok(()));
        for (axis, message) in [
            ("fest.period=1,2", "there is no node \"fest\"; there are candle, fast"),
            ("fast.length=1,2", "indicator.sma has no parameter \"length\"; it has period"),
            ("fast.period=0..5", "the value 0 is not accepted; a whole number from 1 to 10000 would be"),
            ("fast.period=1.5,2", "the value 1.5 is not accepted"),
            ("fast.period=1e308", "the value 1e+308 is not accepted"),
            ("fast.period=sma", "the value \"sma\" is not accepted"),
            ("$width=1,2", "there are length"),
            ("$length=0..5", "the value 0 is not accepted"),
        ] {
            let error = check(axis).expect_err("refused").to_string();
            assert!(error.contains(message), "{axis}: {error}");
        }
    }
}

//! Parameters: of nodes, and named ones that many nodes read.

use serde_json::{Map, Value as Json, json};
use wickflow_strategy::document::{NamedParam, Node};

use super::EditError;
use crate::Editor;
use crate::catalogue::{Param, ParamKind, param_short};
use crate::editor::NodeView;
use crate::node::number;
use crate::op::{GraphName, Op, Pair, parts};

impl Editor {
    /// What a parameter of a node is: its setting, that of the named parameter it reads, or its default.
    #[must_use]
    pub fn param_value(&self, view: &NodeView<'_>, param: &Param) -> Json {
        match view.node.data.params.get(&param.name) {
            None => param.default_value(),
            Some(setting) => match setting.get("$param").and_then(Json::as_str) {
                None => setting.clone(),
                Some(name) => {
                    let named = self.document.wickflow.parameters.get(name);
                    named.map_or(Json::Null, |named| named.value.clone())
                }
            },
        }
    }

    /// The named parameter that a parameter of a node reads.
    #[must_use]
    pub fn bound_to<'a>(&self, view: &NodeView<'a>, param: &str) -> Option<&'a str> {
        view.node.data.params.get(param)?.get("$param")?.as_str()
    }

    pub(super) fn set_param(&mut self, id: &str, param: &str, value: Json) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let known = self.check_param(&view, param)?;
        let label = view.label().to_owned();
        if let Some(name) = value.get("$param") {
            let named = name.as_str().and_then(|name| self.document.wickflow.parameters.get(name));
            let named = named.ok_or_else(|| {
                EditError::BadName(format!("there is no named parameter {}", param_short(name)))
            })?;
            check_value(&label, &known, &named.value)?;
        } else {
            check_value(&label, &known, &value)?;
        }
        let text = value.as_str().map(str::to_owned);
        match (view.node.kind.as_str(), param, text) {
            ("graph.input" | "graph.output", "name", Some(name)) => return self.rename_port(id, &name),
            ("graph.use", "graph", Some(name)) => self.check_recursion(&name)?,
            _ => {}
        }
        self.change_node(id, |node| {
            node.data.params.insert(param.to_owned(), tidy(&known, value));
        })
    }

    pub(super) fn reset_param(&mut self, id: &str, param: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        // A setting that the kind does not know may go too.
        if !view.node.data.params.contains_key(param) {
            self.check_param(&view, param)?;
        }
        self.change_node(id, |node| {
            node.data.params.remove(param);
        })
    }

    pub(super) fn bind_param(&mut self, id: &str, param: &str, name: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let known = self.check_param(&view, param)?;
        if !self.document.wickflow.parameters.contains_key(name) {
            let value = self.param_value(&view, &known);
            let mut other = Map::new();
            if let Some((min, max, step)) = known.range() {
                other.extend(
                    [("min", min), ("max", max), ("step", step)].map(|(k, v)| (k.to_owned(), number(v))),
                );
            }
            self.set_named(name, NamedParam { value, other })?;
        }
        self.set_param(id, param, json!({ "$param": name }))
    }

    pub(super) fn set_named(&mut self, name: &str, param: NamedParam) -> Result<(), EditError> {
        check_name(name)?;
        for (label, known) in self.readers(name) {
            check_value(&label, &known, &param.value)?;
        }
        let before = self.document.wickflow.parameters.get(name).cloned();
        self.run(Op::Named { name: name.to_owned(), change: Pair::new(before, Some(param)) });
        Ok(())
    }

    pub(super) fn remove_named(&mut self, name: &str) -> Result<(), EditError> {
        let value = self.named(name)?.value.clone();
        self.replace_references(name, &value);
        let before = self.document.wickflow.parameters.get(name).cloned();
        self.run(Op::Named { name: name.to_owned(), change: Pair::new(before, None) });
        Ok(())
    }

    pub(super) fn rename_named(&mut self, from: &str, to: &str) -> Result<(), EditError> {
        check_name(to)?;
        let param = self.named(from)?.clone();
        if self.document.wickflow.parameters.contains_key(to) {
            return Err(EditError::BadName(format!("there is a named parameter {to:?} already")));
        }
        self.run(Op::Named { name: to.to_owned(), change: Pair::new(None, Some(param.clone())) });
        self.replace_references(from, &json!({ "$param": to }));
        self.run(Op::Named { name: from.to_owned(), change: Pair::new(Some(param), None) });
        Ok(())
    }

    fn named(&self, name: &str) -> Result<&NamedParam, EditError> {
        let named = self.document.wickflow.parameters.get(name);
        named.ok_or_else(|| EditError::BadName(format!("there is no named parameter {name:?}")))
    }

    /// Every node of the document with a setting that reads a named parameter, with what that setting is of.
    fn readers(&self, name: &str) -> Vec<(String, Param)> {
        let mut readers = Vec::new();
        for graph in self.all_graphs() {
            for node in parts(&self.document, &graph).0 {
                let Some(kind) = self.catalogue.find(&node.kind) else { continue };
                let bound = kind.params.iter().filter(|param| reads(node, &param.name, name));
                readers.extend(bound.map(|param| {
                    (crate::node::own_label(node).unwrap_or(&kind.label).to_owned(), param.clone())
                }));
            }
        }
        readers
    }

    fn replace_references(&mut self, name: &str, value: &Json) {
        for graph in self.all_graphs() {
            let nodes = parts(&self.document, &graph).0.to_vec();
            for before in nodes {
                let mut after = before.clone();
                for setting in after.data.params.values_mut() {
                    if is_reference(setting, name) {
                        *setting = value.clone();
                    }
                }
                self.run(Op::Node { graph: graph.clone(), change: Pair::new(before, after) });
            }
        }
    }

    /// The outermost graph and every sub-graph.
    pub(crate) fn all_graphs(&self) -> Vec<GraphName> {
        std::iter::once(None).chain(self.document.wickflow.graphs.keys().cloned().map(Some)).collect()
    }

    fn check_param(&self, view: &NodeView<'_>, param: &str) -> Result<Param, EditError> {
        view.kind.param(param).cloned().ok_or_else(|| {
            let known: Vec<&str> = view.kind.params.iter().map(|param| param.name.as_str()).collect();
            EditError::NoParam {
                node: view.label().to_owned(),
                param: param.to_owned(),
                known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
            }
        })
    }
}

fn check_value(node: &str, param: &Param, value: &Json) -> Result<(), EditError> {
    param.check(value).map_err(|error| EditError::BadParam {
        node: node.to_owned(),
        param: param.name.clone(),
        found: error.found,
        accepted: error.accepted,
    })
}

/// A number as a number, where a form gave a text.
fn tidy(param: &Param, value: Json) -> Json {
    match (&param.kind, &value) {
        (ParamKind::Integer { .. } | ParamKind::Number { .. }, Json::String(text)) => {
            text.trim().parse().map_or(value, number)
        }
        _ => value,
    }
}

fn reads(node: &Node, param: &str, name: &str) -> bool {
    node.data.params.get(param).is_some_and(|setting| is_reference(setting, name))
}

fn is_reference(setting: &Json, name: &str) -> bool {
    setting.get("$param").and_then(Json::as_str) == Some(name)
}

/// Names of parameters, sub-graphs and ports.
pub(crate) fn check_name(name: &str) -> Result<(), EditError> {
    const LONGEST: usize = 64;
    if name.trim().is_empty() || name.chars().count() > LONGEST {
        return Err(EditError::BadName(format!("a name has 1 to {LONGEST} characters")));
    }
    Ok(())
}

use serde_json::{Value as Json, json};

use super::{Behavior, GuardRole, Input, NodeKind, Output, Param, ParamKind, PortType, Unit, Unwired, kinds};

/// The catalogue as `wickflow nodes --json` prints it.
#[must_use]
pub fn catalogue_json() -> Json {
    json!({ "version": 1, "kinds": kinds().map(kind_json).collect::<Vec<_>>() })
}

fn kind_json(kind: &NodeKind) -> Json {
    json!({
        "kind": kind.kind,
        "category": kind.category,
        "label": kind.label,
        "doc": kind.doc,
        "source": kind.source,
        "warm_up": kind.warm_up,
        "role": role(kind.behavior),
        "inputs": kind.inputs.iter().map(input_json).collect::<Vec<_>>(),
        "outputs": kind.outputs.iter().map(output_json).collect::<Vec<_>>(),
        "params": kind.params.iter().map(param_json).collect::<Vec<_>>(),
    })
}

fn role(behavior: Behavior) -> &'static str {
    match behavior {
        Behavior::Compute(_) => "compute",
        Behavior::Context(_) => "data",
        Behavior::Account(_) => "account",
        Behavior::Constant => "constant",
        Behavior::Size(_) => "size",
        Behavior::Action(_) => "action",
        Behavior::Guard(GuardRole::StopLoss | GuardRole::TakeProfit | GuardRole::TrailingStop) => "guard",
        Behavior::Graph(_) => "graph",
        Behavior::Note => "note",
    }
}

fn input_json(input: &Input) -> Json {
    let mut json = port_json(input.name, input.port_type);
    if let Some(fields) = json.as_object_mut() {
        let unwired = match input.unwired {
            Unwired::Refused => json!({ "required": true }),
            Unwired::Param(name) => json!({ "param": name }),
            Unwired::Signal(on) => json!({ "signal": on }),
            Unwired::Absent => json!({ "optional": true }),
        };
        fields.insert("unwired".to_owned(), unwired);
    }
    json
}

fn output_json(output: &Output) -> Json {
    port_json(output.name, output.port_type)
}

fn port_json(name: &str, port_type: PortType) -> Json {
    match port_type {
        PortType::Number(unit) => json!({ "name": name, "type": "number", "unit": unit.name() }),
        PortType::Signal => json!({ "name": name, "type": "signal" }),
        PortType::Size => json!({ "name": name, "type": "size" }),
    }
}

impl PortType {
    /// Its name in errors and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Signal => "signal",
            Self::Size => "size",
        }
    }
}

impl Unit {
    /// Its name in errors and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Percent => "percent",
            Self::Quantity => "quantity",
            Self::Money => "money",
            Self::Bars => "bars",
            Self::Number => "number",
            Self::Any => "any",
        }
    }
}

fn param_json(param: &Param) -> Json {
    let mut json = match param.kind {
        ParamKind::Integer { default, min, max } => {
            json!({ "type": "integer", "default": default, "min": min, "max": max, "step": 1 })
        }
        ParamKind::Number { default, min, max, step } => {
            json!({ "type": "number", "default": default, "min": min, "max": max, "step": step })
        }
        ParamKind::Choice { default, options } => {
            json!({ "type": "choice", "default": default, "options": options })
        }
        ParamKind::Boolean { default } => json!({ "type": "boolean", "default": default }),
        ParamKind::Symbol => json!({ "type": "symbol", "default": "" }),
        ParamKind::Timeframe => json!({ "type": "timeframe", "default": "" }),
        ParamKind::Name => json!({ "type": "name", "default": "" }),
    };
    if let Some(fields) = json.as_object_mut() {
        fields.insert("name".to_owned(), json!(param.name));
        fields.insert("doc".to_owned(), json!(param.doc));
    }
    json
}

//! Searches over parameters and walk-forward tests. One worker coordinates: it draws candidates and keeps what came of
//! them. Any worker evaluates candidates; how many there are changes nothing about the result.

mod begin;
mod evaluate;
mod held;
mod outcome;
mod table;
mod verdict;

pub(crate) use evaluate::{EvaluateJob, Prepared};
pub(crate) use held::Searches;

use wickflow_optimize::space::Setting;

use crate::protocol;

/// A setting from a message. Whole numbers and others are one type: 10 and 10.0 are the same setting.
fn setting(json: &serde_json::Value) -> Option<Setting> {
    match json {
        serde_json::Value::Number(number) => number.as_f64().map(Setting::Number),
        serde_json::Value::String(text) => Some(Setting::Text(text.clone())),
        serde_json::Value::Bool(on) => Some(Setting::Boolean(*on)),
        _ => None,
    }
}

/// A name of a run as the engine has it; `None` for a candidate of a plain search.
fn walk_forward_id(id: protocol::TaskId) -> Option<wickflow_optimize::walk_forward::TaskId> {
    use wickflow_optimize::walk_forward::TaskId;
    match id {
        protocol::TaskId::Candidate { .. } => None,
        protocol::TaskId::Search { fold, number } => Some(TaskId::Search { fold: fold as usize, number }),
        protocol::TaskId::Test { fold } => Some(TaskId::Test { fold: fold as usize }),
        protocol::TaskId::Compare { place } => Some(TaskId::Compare { place: place as usize }),
    }
}

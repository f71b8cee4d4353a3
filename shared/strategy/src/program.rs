//! A compiled strategy: steps in an order in which each finds its inputs, and the plan that reads their results.

use std::sync::Arc;

use wickflow_shared::digest::Digest;
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;

use crate::catalogue::Unit;
use crate::compile::Diagnostic;
use crate::operator::{ColumnType, Operator};
use crate::plan::{Plan, Value};

/// The bars that a value has rows of. The first clock of a program is the traded series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Clock {
    /// Another symbol; `None` for the traded one.
    pub symbol: Option<Symbol>,
    /// Another timeframe; `None` for the traded series' own.
    pub timeframe: Option<Timeframe>,
}

/// What a step does.
#[derive(Clone)]
pub(crate) enum Body {
    /// One value for ever, in register form.
    Constant(f64, ColumnType),
    /// The latest value of another clock that is known at the traded bar's close.
    Hold,
    /// Computes.
    Operator(Arc<dyn Operator>),
}

/// A step of a program.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) body: Body,
    pub(crate) inputs: Vec<Value>,
    /// Its first value; the others follow.
    pub(crate) first: Value,
    pub(crate) outputs: usize,
    pub(crate) clock: usize,
    /// Whether it follows from what the strategy holds.
    pub(crate) is_late: bool,
    /// The hash of what it computes: its kind and parameters, and its inputs' hashes.
    pub(crate) key: Digest,
}

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueInfo {
    pub(crate) step: usize,
    pub(crate) column_type: ColumnType,
    pub(crate) unit: Unit,
    /// Rows of its clock before the first complete one.
    pub(crate) warm_up: usize,
}

/// An output of a node in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeOutput {
    /// The node's id; inside sub-graphs the path of ids.
    pub node: String,
    /// The output.
    pub port: &'static str,
    /// Its value.
    pub value: Value,
    /// Rows of its clock before the first value.
    pub warm_up: usize,
}

/// A compiled strategy.
pub struct Program {
    pub(crate) clocks: Vec<Clock>,
    pub(crate) steps: Vec<Step>,
    pub(crate) values: Vec<ValueInfo>,
    pub(crate) outputs: Vec<NodeOutput>,
    pub(crate) plan: Plan,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) warm_up: usize,
    pub(crate) key: Digest,
}

impl Program {
    /// What it orders.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many rows of the traded series pass before everything that the plan reads can have a value. Where a value
    /// comes from a longer timeframe, its rows are counted at the traded timeframe if the document names one.
    #[must_use]
    pub fn warm_up(&self) -> usize {
        self.warm_up
    }

    /// The hash of what it computes and orders: equal programs have equal ones, however their documents look.
    #[must_use]
    pub fn key(&self) -> Digest {
        self.key
    }

    /// What is odd about it.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The series that it reads; the first is the one it trades.
    #[must_use]
    pub fn clocks(&self) -> &[Clock] {
        &self.clocks
    }

    /// Every output of every node.
    #[must_use]
    pub fn outputs(&self) -> &[NodeOutput] {
        &self.outputs
    }

    /// The value of a node's output; of its first output when `port` is `None`.
    #[must_use]
    pub fn output(&self, node: &str, port: Option<&str>) -> Option<Value> {
        let found = |output: &&NodeOutput| output.node == node && port.is_none_or(|port| output.port == port);
        self.outputs.iter().find(found).map(|output| output.value)
    }

    /// Whether anything depends on what the strategy holds, and so is computed while orders fill.
    #[must_use]
    pub fn is_late(&self, value: Value) -> bool {
        self.step_of(value).is_some_and(|step| step.is_late)
    }

    /// Number of distinct computations.
    #[must_use]
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn step_of(&self, value: Value) -> Option<&Step> {
        self.steps.get(self.values.get(value.0 as usize)?.step)
    }
}

impl Plan {
    /// Every value that it reads.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        let mut values = Vec::new();
        self.each_value(|value| values.push(value));
        values.into_iter()
    }
}

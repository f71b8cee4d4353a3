//! The catalogue of node kinds: what the editor's palette, its documentation and the compiler's checks are made from.
//!
//! An entry is plain data beside one function that builds the operator, so a new kind is a few lines in the file of
//! its category.

mod action;
mod average;
mod constant;
mod data;
mod json;
mod logic;
mod markdown;
mod math;
mod note;
mod oscillator;
mod param;
mod pattern;
mod rolling;
mod shorthand;
mod size;
mod state;
mod trend;
mod volatility;
mod volume;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::operator::{Account, Context, Operator};

pub use json::catalogue_json;
pub use markdown::markdown;
pub use param::{Param, ParamError, ParamKind, ParamValue, Params};

/// What a port carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortType {
    /// A number per bar, with its unit.
    Number(Unit),
    /// Yes or no per bar.
    Signal,
    /// How much to trade: a rule that is worked out when an order fills.
    Size,
}

/// What a number measures. Unlike units can be wired; comparing them is warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Quote currency per unit.
    Price,
    /// Hundredths; oscillators from 0 to 100 too.
    Percent,
    /// Units of the instrument.
    Quantity,
    /// Quote currency.
    Money,
    /// Bars.
    Bars,
    /// Without a unit.
    Number,
    /// An input that takes any; an output that has the unit of the first input.
    Any,
}

/// What an input is when no wire ends at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unwired {
    /// An error.
    Refused,
    /// The parameter of this name stands in.
    Param(&'static str),
    /// A constant signal stands in.
    Signal(bool),
    /// It is left out.
    Absent,
}

/// An input of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Input {
    /// The handle in the document.
    pub name: &'static str,
    /// What it takes.
    pub port_type: PortType,
    /// What it is without a wire.
    pub unwired: Unwired,
}

/// An output of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The handle in the document.
    pub name: &'static str,
    /// What it gives.
    pub port_type: PortType,
}

/// What a kind does.
#[derive(Clone, Copy)]
pub enum Behavior {
    /// Computes values from values.
    Compute(fn(&Params) -> Box<dyn Operator>),
    /// Reads the bar of its clock: the traded series, or the one that its parameters name.
    Context(Context),
    /// Reads what the strategy holds.
    Account(Account),
    /// The value of a parameter: a number, or a signal.
    Constant,
    /// Says how much to trade.
    Size(SizeKind),
    /// Orders.
    Action(ActionRole),
    /// Protects positions.
    Guard(GuardRole),
    /// Stands for a sub-graph, or for one of its ports.
    Graph(GraphRole),
    /// A frame or a comment: nothing to compute.
    Note,
}

/// Kinds of sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeKind {
    /// Units.
    Units,
    /// Money.
    Cash,
    /// Percent of equity.
    PercentOfEquity,
    /// Percent of equity at risk.
    Risk,
    /// Annual volatility.
    Volatility,
    /// Kelly's fraction.
    Kelly,
}

/// Kinds of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionRole {
    /// Opens a long position.
    Buy,
    /// Opens a short position.
    Short,
    /// Closes a long position, or a part.
    Sell,
    /// Closes a short position, or a part.
    Cover,
    /// Closes whatever is held, or a part.
    Close,
    /// Adds to the position that is held.
    ScaleIn,
    /// Cancels resting entries.
    CancelEntries,
}

/// Kinds of guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardRole {
    /// At a loss.
    StopLoss,
    /// At a gain.
    TakeProfit,
    /// Follows the price.
    TrailingStop,
}

/// Nodes of sub-graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphRole {
    /// Stands for a whole sub-graph.
    Use,
    /// A port into it, inside.
    Input,
    /// A port out of it, inside.
    Output,
}

/// A kind of node.
pub struct NodeKind {
    /// Its name in documents: `indicator.sma`.
    pub kind: &'static str,
    /// Where the palette shows it.
    pub category: &'static str,
    /// Its name on screen.
    pub label: &'static str,
    /// A paragraph: what it gives, by which convention.
    pub doc: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// What it takes.
    pub inputs: &'static [Input],
    /// What it gives.
    pub outputs: &'static [Output],
    /// What can be set.
    pub params: &'static [Param],
    /// When the first value comes, in words.
    pub warm_up: &'static str,
    /// What it does.
    pub behavior: Behavior,
}

/// The categories, as the palette shows them.
static CATEGORIES: &[&[NodeKind]] = &[
    data::KINDS,
    average::KINDS,
    oscillator::KINDS,
    trend::KINDS,
    volatility::KINDS,
    volume::KINDS,
    pattern::KINDS,
    rolling::KINDS,
    math::KINDS,
    logic::KINDS,
    state::KINDS,
    constant::KINDS,
    action::KINDS,
    size::KINDS,
    note::KINDS,
];

static BY_NAME: LazyLock<BTreeMap<&'static str, &'static NodeKind>> =
    LazyLock::new(|| kinds().map(|kind| (kind.kind, kind)).collect());

/// Every kind, by category as the palette shows them.
pub fn kinds() -> impl Iterator<Item = &'static NodeKind> {
    CATEGORIES.iter().flat_map(|category| category.iter())
}

/// The kind of this name.
#[must_use]
pub fn find_kind(name: &str) -> Option<&'static NodeKind> {
    BY_NAME.get(name).copied()
}

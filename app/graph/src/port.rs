//! Ports: what they carry, and what fits where.
//!
//! The rule is the compiler's (`wickflow_strategy::compile`); a test connects every pair of types and compares.

use serde::{Deserialize, Serialize};

/// What a port carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortType {
    /// A number per bar, with its unit.
    Number(Unit),
    /// Yes or no per bar.
    Signal,
    /// How much to trade.
    Size,
    /// A port of a kind that this program does not know: anything fits.
    Unknown,
}

/// What a number measures. Unlike units can be wired; comparing them is warned of by the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwired {
    /// An error: it needs a wire.
    Refused,
    /// The parameter of this name stands in.
    Param(String),
    /// A constant signal stands in.
    Signal(bool),
    /// It is left out.
    Absent,
}

/// A port of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The handle in the document; empty for the only port of a foreign node.
    pub name: String,
    /// What it carries.
    pub port_type: PortType,
    /// What it is without a wire; [`Unwired::Absent`] for outputs.
    pub unwired: Unwired,
}

/// Which ports of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where wires end.
    Input,
    /// Where wires begin.
    Output,
}

impl PortType {
    /// Whether a wire may go from an output of this type to an input of that one.
    #[must_use]
    pub fn fits(self, input: Self) -> bool {
        matches!(
            (self, input),
            (Self::Unknown, _)
                | (_, Self::Unknown)
                | (Self::Number(_), Self::Number(_))
                | (Self::Signal, Self::Signal)
                | (Self::Size, Self::Size)
        )
    }

    /// Its name in the document and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Signal => "signal",
            Self::Size => "size",
            Self::Unknown => "unknown",
        }
    }

    /// Its name with the unit, as sentences say it: `number (price)`.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Number(Unit::Any) => "number".to_owned(),
            Self::Number(unit) => format!("number ({})", unit.name()),
            other => other.name().to_owned(),
        }
    }

    /// Reads the catalogue's two fields.
    pub(crate) fn read(name: &str, unit: Option<&str>) -> Self {
        match name {
            "number" => Self::Number(unit.map_or(Unit::Any, Unit::read)),
            "signal" => Self::Signal,
            "size" => Self::Size,
            _ => Self::Unknown,
        }
    }
}

impl Unit {
    /// Its name in the catalogue.
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

    fn read(name: &str) -> Self {
        match name {
            "price" => Self::Price,
            "percent" => Self::Percent,
            "quantity" => Self::Quantity,
            "money" => Self::Money,
            "bars" => Self::Bars,
            "number" => Self::Number,
            _ => Self::Any,
        }
    }
}

impl Port {
    /// An output, or an input that may be left out.
    pub(crate) fn new(name: impl Into<String>, port_type: PortType) -> Self {
        Self { name: name.into(), port_type, unwired: Unwired::Absent }
    }

    /// The parameter that stands in for it.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        match &self.unwired {
            Unwired::Param(name) => Some(name),
            _ => None,
        }
    }
}

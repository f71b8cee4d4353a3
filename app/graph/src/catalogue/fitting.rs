//! Which kinds fit a wire: for the search that opens where a wire is dropped, and for conversions.

use std::sync::Arc;

use super::search::score;
use super::{Catalogue, Kind, Role};
use crate::order::order_by;
use crate::port::{Port, PortType, Side, Unit, Unwired};

/// A kind that a loose wire could end at, and at which of its ports.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The kind.
    pub kind: Arc<Kind>,
    /// Index of the port: an input where the wire comes from an output, else an output.
    pub port: usize,
}

/// A kind that can stand between an output and an input that does not take it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// The kind.
    pub kind: Arc<Kind>,
    /// Index of the input that the output is wired to.
    pub input: usize,
    /// Index of the output that is wired to the input.
    pub output: usize,
}

impl Catalogue {
    /// Kinds that a wire from a port of this side and type could go on to, the likeliest first; of those only the
    /// ones that the query finds, unless it is empty. Inputs that need a wire come before those that can do
    /// without.
    #[must_use]
    pub fn fitting(&self, from: Side, port_type: PortType, query: &str) -> Vec<Fit> {
        let query = query.trim().chars().take(64).collect::<String>().to_lowercase();
        let mut found = Vec::new();
        for kind in self.kinds() {
            let matches = if query.is_empty() { Some(0) } else { score(kind, &query) };
            let (Some(matches), Some((port, fits))) = (matches, best_port(kind, from, port_type)) else {
                continue;
            };
            found.push((
                u64::from(u32::MAX - matches) << 8 | u64::from(fits),
                Fit { kind: kind.clone(), port },
            ));
        }
        order_by(found, |(rank, _)| *rank).into_iter().map(|(_, fit)| fit).collect()
    }

    /// Kinds that make `to` of `from` with this one wire, the plainest first: a number becomes a signal by a
    /// comparison, a signal a number, a number a size. Empty where the types fit, and where nothing converts.
    #[must_use]
    pub fn conversions(&self, from: PortType, to: PortType) -> Vec<Conversion> {
        if from.fits(to) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for kind in self.kinds() {
            if matches!(kind.role, Role::Graph | Role::Unknown) {
                continue;
            }
            let Some((input, fits)) = best_port(kind, Side::Output, from) else { continue };
            let Some(output) = kind.outputs.iter().position(|port| port.port_type.fits(to)) else { continue };
            let needs_more = kind
                .inputs
                .iter()
                .enumerate()
                .any(|(other, port)| other != input && port.unwired == Unwired::Refused);
            if !needs_more {
                let rank = u64::from(fits) << 8 | commonness(&kind.name) as u64;
                found.push((rank, Conversion { kind: kind.clone(), input, output }));
            }
        }
        order_by(found, |(rank, _)| *rank).into_iter().map(|(_, conversion)| conversion).collect()
    }
}

/// What is meant most often when a number has to become a signal.
fn commonness(name: &str) -> usize {
    const COMMON: &[&str] = &["logic.above", "logic.below", "logic.cross_over", "logic.cross_under"];
    COMMON.iter().position(|common| *common == name).unwrap_or(COMMON.len())
}

/// The port of a kind that a wire goes to best, and how badly it fits (0 is best).
pub(crate) fn best_port(kind: &Kind, from: Side, port_type: PortType) -> Option<(usize, u32)> {
    let ports = if from == Side::Output { &kind.inputs } else { &kind.outputs };
    let fits = |port: &Port| match from {
        Side::Output => port_type.fits(port.port_type),
        Side::Input => port.port_type.fits(port_type),
    };
    let badness = |port: &Port| match (port.port_type, port_type) {
        (left, right) if left == right => 0,
        (PortType::Number(Unit::Any | Unit::Number), _) | (_, PortType::Number(Unit::Any | Unit::Number)) => {
            2
        }
        _ => 4,
    };
    // An input that stands wired only sometimes is not what one looks for first.
    let spare = |port: &Port| u32::from(from == Side::Output && port.unwired != Unwired::Refused);
    let candidates = ports.iter().enumerate().filter(|(_, port)| fits(port));
    candidates.map(|(index, port)| (index, badness(port) + spare(port))).min_by_key(|(_, bad)| *bad)
}

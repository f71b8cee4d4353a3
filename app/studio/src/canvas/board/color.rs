//! Color classes: wires and ports by type, headers by category. `style/studio/canvas.css` gives each its color.

use wickflow_graph::{Kind, PortType, Role};

/// The class of a type.
#[must_use]
pub fn of_type(port_type: PortType) -> u8 {
    match port_type {
        PortType::Number(_) => 0,
        PortType::Signal => 1,
        PortType::Size => 2,
        PortType::Unknown => 3,
    }
}

/// The class of a kind's header.
#[must_use]
pub fn of_kind(kind: &Kind) -> u8 {
    match kind.role {
        Role::Unknown => 4,
        Role::Data => 5,
        Role::Account => 6,
        Role::Constant => 7,
        Role::Size => 8,
        Role::Action => 9,
        Role::Guard => 10,
        Role::Graph => 11,
        Role::Note => 12,
        Role::Compute => match kind.category.as_str() {
            "Logic" => 13,
            "Patterns" => 14,
            "Math" | "Rolling" => 15,
            _ => 16,
        },
    }
}

/// How many classes there are.
pub const CLASSES: u8 = 17;

/// What a port's shape says besides its color.
#[must_use]
pub fn shape(port_type: PortType) -> &'static str {
    match port_type {
        PortType::Number(_) => "number",
        PortType::Signal => "signal",
        PortType::Size => "size",
        PortType::Unknown => "unknown",
    }
}

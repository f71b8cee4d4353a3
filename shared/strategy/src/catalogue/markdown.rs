use std::fmt::Write;

use super::{Input, NodeKind, Output, Param, ParamKind, PortType, Unit, Unwired, kinds};

const HEAD: &str = "# Nodes

Every kind of node that a strategy can be made of, by category. This page is written from the catalogue: change the
entry in `shared/strategy/src/catalogue`, then run `UPDATE_DOCS=1 cargo test -p wickflow-strategy --test docs`.

A value at a bar is known at that bar's close. A number or a signal can be missing: before its first value (the
warm-up), and where a formula has none. Unless a node says otherwise, a bar on which one of its inputs is missing gives
nothing and changes nothing in it.
";

/// The catalogue as a page of documentation.
#[must_use]
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    let mut category = "";
    for kind in kinds() {
        if kind.category != category {
            category = kind.category;
            line(&mut page, &format!("\n## {category}"));
        }
        section(&mut page, kind);
    }
    page
}

fn section(page: &mut String, kind: &NodeKind) {
    line(page, &format!("\n### {}\n\n`{}`: {}\n", kind.label, kind.kind, kind.doc));
    list(page, "Inputs", kind.inputs.iter().map(input));
    list(page, "Outputs", kind.outputs.iter().map(output));
    for param in kind.params {
        line(page, &format!("- Parameter `{}`: {}{}", param.name, param.doc, accepted(param)));
    }
    if kind.warm_up != "none" {
        line(page, &format!("- Warm-up: {}", kind.warm_up));
    }
    line(page, &format!("- Source: {}", kind.source));
}

fn list(page: &mut String, name: &str, ports: impl Iterator<Item = String>) {
    let ports = ports.collect::<Vec<_>>();
    if !ports.is_empty() {
        line(page, &format!("- {name}: {}", ports.join(", ")));
    }
}

fn input(input: &Input) -> String {
    let unwired = match input.unwired {
        Unwired::Refused => String::new(),
        Unwired::Param(name) if name == input.name => "; without a wire the parameter".to_owned(),
        Unwired::Param(name) => format!("; without a wire the parameter {name}"),
        Unwired::Signal(on) => format!("; without a wire always {}", if on { "on" } else { "off" }),
        Unwired::Absent => "; optional".to_owned(),
    };
    let carries = match input.port_type {
        PortType::Number(Unit::Any) => "number",
        port_type => carries(port_type),
    };
    format!("`{}` ({carries}{unwired})", input.name)
}

fn output(output: &Output) -> String {
    format!("`{}` ({})", output.name, carries(output.port_type))
}

fn carries(port_type: PortType) -> &'static str {
    match port_type {
        PortType::Number(Unit::Any) => "number in the unit of the first input",
        PortType::Number(unit) => unit.name(),
        port_type => port_type.name(),
    }
}

fn accepted(param: &Param) -> String {
    match param.kind {
        ParamKind::Integer { default, .. } => format!(" Default {default}; {}.", param.accepted()),
        ParamKind::Number { default, .. } => format!(" Default {default}; {}.", param.accepted()),
        ParamKind::Choice { default, .. } => format!(" Default {default}; {}.", param.accepted()),
        ParamKind::Boolean { default } => format!(" Default {default}."),
        // Their texts say it all.
        ParamKind::Symbol | ParamKind::Timeframe | ParamKind::Name => String::new(),
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}

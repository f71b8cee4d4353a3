//! The plan of a program: what action, guard and size nodes come to.

use std::collections::BTreeSet;

use wickflow_shared::digest::Digest;

use super::Limits;
use super::build::Built;
use super::connect::Wires;
use super::diagnostic::Diagnostic;
use super::expand::{Flat, FlatNode};
use crate::catalogue::{ActionRole, Behavior, GraphRole, GuardRole, SizeKind};
use crate::plan::{
    Action, ActionKind, Direction, Distance, EntryOrder, From, Guard, GuardKind, Plan, Size, Value,
};
use crate::program::Program;

/// Reads the plan; `None` when an input is missing, which has been reported.
pub(super) fn plan(
    flat: &Flat,
    wires: &Wires,
    built: Built,
    limits: &Limits,
    problems: &mut Vec<Diagnostic>,
) -> Option<Program> {
    let reader = Reader { flat, wires, built: &built };
    let mut plan = Plan::default();
    let mut is_complete = true;
    for (index, node) in flat.nodes.iter().enumerate() {
        match node.kind.behavior {
            Behavior::Action(role) => match reader.actions(index, node, role) {
                Some(actions) => plan.actions.extend(actions),
                None => is_complete = false,
            },
            Behavior::Guard(role) => match reader.guard(index, node, role, problems) {
                Some(guard) => plan.guards.push(guard),
                None => is_complete = false,
            },
            _ => {}
        }
    }
    // Cancellations first, then exits, then entries: a bar that closes and opens does so in this order.
    plan.actions.sort_by_key(|action| match action.kind {
        ActionKind::CancelEntries => 0,
        ActionKind::Exit { .. } => 1,
        ActionKind::Enter { .. } => 2,
    });
    let warm_up_of = |value: Value| built.values.get(value.0 as usize).map_or(0, |info| info.warm_up);
    let warm_up = plan.values().map(warm_up_of).max().unwrap_or_default();
    if warm_up > limits.warm_up {
        let problem =
            Diagnostic::error("warm_up", "the strategy looks back too far: its values come too late");
        let accepted = format!("at most {} bars", limits.warm_up);
        problems.push(problem.found(format!("{warm_up} bars"), accepted));
    }
    let key = key_of(&plan, &built);
    let Built { clocks, steps, values, outputs, .. } = built;
    is_complete.then(|| Program { clocks, steps, values, outputs, plan, warnings: Vec::new(), warm_up, key })
}

/// The hash of a plan: its text with values replaced by the hashes of what they are.
fn key_of(plan: &Plan, built: &Built) -> Digest {
    let mut nameless = plan.clone();
    // A node's id does not change what is computed.
    nameless.actions.iter_mut().for_each(|action| action.node.clear());
    nameless.guards.iter_mut().for_each(|guard| guard.node.clear());
    let mut bytes = Vec::new();
    let mut numbered = std::collections::BTreeMap::new();
    plan.each_value(|value| {
        if let Some(info) = built.values.get(value.0 as usize)
            && let Some(step) = built.steps.get(info.step)
        {
            bytes.extend_from_slice(&step.key.0);
            bytes.extend_from_slice(&(value.0 - step.first.0).to_le_bytes());
            let next = numbered.len();
            numbered.entry(value).or_insert(next);
        }
    });
    nameless.map_values(|value| {
        let number = numbered.get(&value).copied().unwrap_or_default();
        Value(u32::try_from(number).unwrap_or_default())
    });
    bytes.extend_from_slice(format!("{nameless:?}").as_bytes());
    Digest::of(&bytes)
}

struct Reader<'a> {
    flat: &'a Flat,
    wires: &'a Wires,
    built: &'a Built,
}

impl Reader<'_> {
    /// The value at an input; `None` without a wire.
    fn input(&self, index: usize, name: &str) -> Option<Value> {
        let node = self.flat.nodes.get(index)?;
        let slot = node.kind.inputs.iter().position(|input| input.name == name)?;
        *self.built.at_inputs.get(index)?.get(slot)?
    }

    fn actions(&self, index: usize, node: &FlatNode, role: ActionRole) -> Option<Vec<Action>> {
        let when = self.input(index, "when")?;
        let action = |kind: ActionKind| Action { node: node.id.clone(), when, kind };
        let exit = |direction| {
            let fraction = node.params.number("percent") / 100.0;
            vec![action(ActionKind::Exit { direction, fraction })]
        };
        Some(match role {
            ActionRole::Buy => vec![action(self.entry(index, node, Direction::Long, false)?)],
            ActionRole::Short => vec![action(self.entry(index, node, Direction::Short, false)?)],
            ActionRole::ScaleIn => [Direction::Long, Direction::Short]
                .into_iter()
                .filter_map(|direction| self.entry(index, node, direction, true))
                .map(action)
                .collect(),
            ActionRole::Sell => exit(Some(Direction::Long)),
            ActionRole::Cover => exit(Some(Direction::Short)),
            ActionRole::Close => exit(None),
            ActionRole::CancelEntries => vec![action(ActionKind::CancelEntries)],
        })
    }

    fn entry(
        &self,
        index: usize,
        node: &FlatNode,
        direction: Direction,
        only_adds: bool,
    ) -> Option<ActionKind> {
        let order = match (self.input(index, "limit"), self.input(index, "stop")) {
            (None, None) => EntryOrder::Market,
            (Some(limit), None) => EntryOrder::Limit(limit),
            (None, Some(stop)) => EntryOrder::Stop(stop),
            (Some(limit), Some(stop)) => EntryOrder::StopLimit { stop, limit },
        };
        let count = |name: &str| u32::try_from(node.params.count(name)).unwrap_or(u32::MAX);
        Some(ActionKind::Enter {
            direction,
            order,
            size: self.size(index)?,
            expiry_bars: count("expiry_bars"),
            max_entries: count("max_entries").max(1),
            only_adds,
        })
    }

    /// What the size input of an action is wired to; without a wire, the action's own percentage of equity.
    fn size(&self, index: usize) -> Option<Size> {
        let node = self.flat.nodes.get(index)?;
        let slot = node.kind.inputs.iter().position(|input| input.name == "size")?;
        let Some(mut source) = self.wires.get(index)?.get(slot)?.map(|(source, _)| source) else {
            return self.input(index, "percent").map(Size::PercentOfEquity);
        };
        // Through the ports of sub-graphs.
        while let Behavior::Graph(GraphRole::Input | GraphRole::Output) =
            self.flat.nodes.get(source)?.kind.behavior
        {
            source = (*self.wires.get(source)?.first()?)?.0;
        }
        let size = self.flat.nodes.get(source)?;
        let Behavior::Size(kind) = size.kind.behavior else { return None };
        let value = |name: &str| self.input(source, name);
        Some(match kind {
            SizeKind::Units => Size::Units(value("units")?),
            SizeKind::Cash => Size::Cash(value("cash")?),
            SizeKind::PercentOfEquity => Size::PercentOfEquity(value("percent")?),
            SizeKind::Risk => {
                let max_percent = size.params.number("max_percent");
                Size::Risk { percent: value("percent")?, distance: value("distance")?, max_percent }
            }
            SizeKind::Volatility => {
                let max_percent = size.params.number("max_percent");
                Size::Volatility { percent: value("percent")?, volatility: value("volatility")?, max_percent }
            }
            SizeKind::Kelly => Size::Kelly {
                share: size.params.number("share"),
                lookback: u32::try_from(size.params.count("lookback")).unwrap_or(u32::MAX),
                start_percent: size.params.number("start_percent"),
                max_percent: size.params.number("max_percent"),
            },
        })
    }

    fn guard(
        &self,
        index: usize,
        node: &FlatNode,
        role: GuardRole,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Guard> {
        let wired =
            ["level", "distance"].into_iter().filter(|name| self.input(index, name).is_some()).count();
        if wired > 1 {
            let problem =
                Diagnostic::error("two_distances", "a level and a distance are wired; one of them is meant");
            problems.push(problem.at(node.id.clone()).port("level").found("both", "level or distance"));
            return None;
        }
        let distance = if let Some(level) = self.input(index, "level") {
            Distance::Level(level)
        } else if let Some(distance) = self.input(index, "distance") {
            Distance::Price(distance)
        } else if node.params.text("unit") == "risk" {
            Distance::Risk(self.input(index, "amount")?)
        } else {
            Distance::Percent(self.input(index, "amount")?)
        };
        Some(Guard {
            node: node.id.clone(),
            direction: match node.params.text("positions") {
                "long" => Some(Direction::Long),
                "short" => Some(Direction::Short),
                _ => None,
            },
            kind: match role {
                GuardRole::StopLoss => GuardKind::StopLoss,
                GuardRole::TakeProfit => GuardKind::TakeProfit,
                GuardRole::TrailingStop => GuardKind::TrailingStop,
            },
            distance,
            from: if node.params.text("from") == "signal close" { From::SignalClose } else { From::Fill },
            follows: node.params.is_set("follows"),
        })
    }
}

/// Nodes whose results something reads: what leads to an action or a guard.
pub(super) fn useful(flat: &Flat, wires: &Wires) -> BTreeSet<usize> {
    let acts = |node: &FlatNode| matches!(node.kind.behavior, Behavior::Action(_) | Behavior::Guard(_));
    let mut open: Vec<usize> =
        flat.nodes.iter().enumerate().filter(|(_, node)| acts(node)).map(|(index, _)| index).collect();
    let mut useful = BTreeSet::new();
    while let Some(node) = open.pop() {
        if useful.insert(node) {
            open.extend(wires.get(node).into_iter().flatten().flatten().map(|(source, _)| *source));
        }
    }
    useful
}

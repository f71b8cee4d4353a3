//! Settings of a run as the engine has them: what the command line makes of the same flags.

use serde_json::Value as Json;
use wickflow_backtest::config::{FeeModel, IndiaSegment, Margin, Slippage, Split};
use wickflow_backtest::{FillProfile, RunConfig};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::catalogue::{Behavior, GraphRole, find_kind};
use wickflow_strategy::document::{Document, Node, Settings as DocumentSettings};

use crate::error::LabError;
use crate::protocol::{self, Settings};

/// The settings, checked.
pub(crate) fn run_config(settings: &Settings) -> Result<RunConfig, LabError> {
    let profile = FillProfile::named(&settings.fill_profile).map_err(LabError::settings)?;
    if !(settings.leverage >= 1.0 && settings.leverage <= 1_000.0) {
        let message = format!("the leverage must be between 1 and 1000, not {}", settings.leverage);
        return Err(LabError::Settings(message));
    }
    if settings.splits.len() > MAX_SPLITS {
        return Err(LabError::Settings(format!("at most {MAX_SPLITS} splits are possible")));
    }
    let initial = 1.0 / settings.leverage;
    let split = |split: &protocol::Split| Split { time: Timestamp(split.time), ratio: split.ratio };
    let config = RunConfig {
        profile,
        tick_size: settings.tick_size,
        lot_size: settings.lot_size,
        margin: Margin { long_initial: initial, short_initial: initial, ..Margin::default() },
        allow_short: settings.allow_short,
        seed: settings.seed,
        splits: settings.splits.iter().map(split).collect(),
        ..RunConfig::new(settings.cash, fees(&settings.fees), slippage(settings.slippage))
    };
    config.check()?;
    Ok(config)
}

const MAX_SPLITS: usize = 1_000;

pub(crate) fn fees(fees: &protocol::Fees) -> FeeModel {
    match *fees {
        protocol::Fees::Free => FeeModel::Free,
        protocol::Fees::Percentage { maker_bps, taker_bps, min } => {
            FeeModel::Percentage { maker_bps, taker_bps, min }
        }
        protocol::Fees::PerShare { per_share, min, max_bps } => {
            FeeModel::PerShare { per_share, min, max_bps }
        }
        protocol::Fees::India { segment } => {
            let segment = match segment {
                protocol::IndiaSegment::EquityIntraday => IndiaSegment::EquityIntraday,
                protocol::IndiaSegment::EquityDelivery => IndiaSegment::EquityDelivery,
                protocol::IndiaSegment::Futures => IndiaSegment::Futures,
                protocol::IndiaSegment::Options => IndiaSegment::Options,
            };
            FeeModel::India { segment, rates: Vec::new() }
        }
    }
}

pub(crate) fn slippage(slippage: protocol::Slippage) -> Slippage {
    match slippage {
        protocol::Slippage::None => Slippage::None,
        protocol::Slippage::Ticks { ticks } => Slippage::Ticks { ticks },
        // As on the command line, where zero means none.
        protocol::Slippage::Bps { bps: 0.0 } => Slippage::None,
        protocol::Slippage::Bps { bps } => Slippage::Bps { bps },
        protocol::Slippage::VolumeShare { limit_bps, impact_bps } => {
            Slippage::VolumeShare { limit_bps, impact_bps }
        }
        protocol::Slippage::SquareRoot { impact_bps, noise } => Slippage::SquareRoot { impact_bps, noise },
    }
}

/// Changes a setting of a document: of a node, by its path through sub-graphs, or a named parameter (`$name`).
pub(crate) fn set_param(
    document: &mut Document,
    node: &str,
    param: &str,
    value: Json,
) -> Result<(), LabError> {
    if let Some(name) = node.strip_prefix('$') {
        let found = document.wickflow.parameters.get_mut(name);
        let found =
            found.ok_or_else(|| LabError::not_found(format!("there is no named parameter {name:?}")))?;
        found.value = value;
        return Ok(());
    }
    let found = node_mut(document, node);
    let found = found.ok_or_else(|| LabError::not_found(format!("there is no node {node:?}")))?;
    found.data.params.insert(param.to_owned(), value);
    Ok(())
}

/// The setting of a node, or of a named parameter.
pub(crate) fn param_of<'a>(document: &'a Document, node: &str, param: &str) -> Option<&'a Json> {
    match node.strip_prefix('$') {
        Some(name) => document.wickflow.parameters.get(name).map(|named| &named.value),
        None => find_node(document, node)?.data.params.get(param),
    }
}

/// The node of a path of ids.
pub(crate) fn find_node<'a>(document: &'a Document, path: &str) -> Option<&'a Node> {
    let (graph, id) = graph_of(&document.nodes, &document.wickflow, path)?;
    let nodes = match &graph {
        Some(name) => &document.wickflow.graphs.get(name)?.nodes,
        None => &document.nodes,
    };
    nodes.iter().find(|node| node.id == id)
}

fn node_mut<'a>(document: &'a mut Document, path: &str) -> Option<&'a mut Node> {
    let (graph, id) = graph_of(&document.nodes, &document.wickflow, path)?;
    let nodes = match graph {
        Some(name) => &mut document.wickflow.graphs.get_mut(&name)?.nodes,
        None => &mut document.nodes,
    };
    nodes.iter_mut().find(|node| node.id == id)
}

/// The sub-graph that a path ends in, `None` for the document itself, and the id there.
fn graph_of<'p>(
    nodes: &[Node],
    settings: &DocumentSettings,
    path: &'p str,
) -> Option<(Option<String>, &'p str)> {
    // An id may itself hold a slash.
    if nodes.iter().any(|node| node.id == path) {
        return Some((None, path));
    }
    let mut nodes = nodes;
    let mut graph = None;
    let mut rest = path;
    loop {
        if nodes.iter().any(|node| node.id == rest) {
            return Some((graph, rest));
        }
        let (first, inner) = rest.split_once('/')?;
        let user = nodes.iter().find(|node| node.id == first)?;
        let is_use = find_kind(&user.kind)
            .is_some_and(|kind| matches!(kind.behavior, Behavior::Graph(GraphRole::Use)));
        let name = user.data.params.get("graph").and_then(Json::as_str).filter(|_| is_use)?;
        nodes = &settings.graphs.get(name)?.nodes;
        graph = Some(name.to_owned());
        rest = inner;
    }
}

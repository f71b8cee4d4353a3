use std::sync::Arc;

use serde::de::DeserializeOwned;
use wickflow_optimize::method::MAX_GRID;
use wickflow_optimize::objective::Goal;
use wickflow_optimize::search::{Checkpoint, Search, SearchSettings};
use wickflow_optimize::walk_forward::{
    Mode, WalkForward, WalkForwardCheckpoint, WalkForwardSettings, Windows,
};
use wickflow_optimize::{Method, Objectives, Space};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, compile};

use super::held::Kind;
use crate::error::LabError;
use crate::protocol::{self, SearchBegin, SearchResume, Settings};
use crate::run::dataset;
use crate::series::Shelf;
use crate::settings::run_config;

/// Candidates tried without being told how many, where not all are: as on the command line.
const BUDGET: u32 = 300;
/// Parameters and conditions that are read.
const MAX_TEXTS: usize = 100;

/// Begins a search, with what `wickflow optimize` and `wickflow walk-forward` make of the same settings.
pub(super) fn begin(
    request: &SearchBegin,
    shelf: &mut Shelf,
) -> Result<(Document, Arc<Series>, Kind), LabError> {
    let (document, series) = subject(&request.document, &request.settings, shelf)?;
    let space = space(&request.params, &request.constraints)?;
    space.check(&document).map_err(LabError::search)?;
    let search = search_settings(request)?;
    let kind = match &request.windows {
        None => Kind::Search(Box::new(Search::new(space, search).map_err(LabError::search)?)),
        Some(windows) => {
            let settings = WalkForwardSettings { windows: cut(windows)?, search, rows: 0..series.rows() };
            Kind::WalkForward(Box::new(WalkForward::new(space, settings, &series).map_err(LabError::search)?))
        }
    };
    Ok((document, series, kind))
}

/// Goes on from a checkpoint, the command line's included.
pub(super) fn resume(
    request: &SearchResume,
    shelf: &mut Shelf,
) -> Result<(Document, Arc<Series>, Kind), LabError> {
    let (document, series) = subject(&request.document, &request.settings, shelf)?;
    let kind = match read::<WalkForwardCheckpoint>(&request.checkpoint) {
        Ok(kept) => {
            Kind::WalkForward(Box::new(WalkForward::resume(kept, &series).map_err(LabError::search)?))
        }
        Err(_) => {
            let kept: Checkpoint = read(&request.checkpoint)?;
            Kind::Search(Box::new(Search::resume(kept).map_err(LabError::search)?))
        }
    };
    kind.space().check(&document).map_err(LabError::search)?;
    Ok((document, series, kind))
}

/// The parameters that vary, and conditions between them.
pub(super) fn space(params: &[String], constraints: &[String]) -> Result<Space, LabError> {
    if params.len() > MAX_TEXTS || constraints.len() > MAX_TEXTS {
        return Err(LabError::TooLarge(format!(
            "at most {MAX_TEXTS} parameters and conditions are possible"
        )));
    }
    Space::parse(params, constraints).map_err(LabError::search)
}

/// The strategy, which compiles, and the candles.
fn subject(text: &str, settings: &Settings, shelf: &mut Shelf) -> Result<(Document, Arc<Series>), LabError> {
    let document = Document::parse(text)?;
    let program = compile(&document, &Limits::default()).map_err(LabError::Compile)?;
    run_config(settings)?;
    let series = dataset(settings, &program, shelf)?.base().clone();
    Ok((document, series))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, LabError> {
    serde_json::from_str(text)
        .map_err(|error| LabError::Search(format!("the checkpoint cannot be read: {error}")))
}

fn search_settings(request: &SearchBegin) -> Result<SearchSettings, LabError> {
    let method: Method = request.method.parse().map_err(LabError::search)?;
    let goals: Vec<Goal> = request
        .metrics
        .iter()
        .map(|metric| metric.parse())
        .collect::<Result<_, _>>()
        .map_err(LabError::search)?;
    let all = u32::try_from(MAX_GRID).unwrap_or(u32::MAX);
    let budget = request.budget.unwrap_or(if method == Method::Grid { all } else { BUDGET });
    let objectives = Objectives { goals, min_trades: request.min_trades };
    Ok(SearchSettings { method, objectives, budget, seed: request.seed })
}

fn cut(windows: &protocol::Windows) -> Result<Windows, LabError> {
    Ok(Windows {
        mode: if windows.anchored { Mode::Anchored } else { Mode::Rolling },
        in_sample: windows.in_sample.parse().map_err(LabError::search)?,
        out_of_sample: windows.out_of_sample.parse().map_err(LabError::search)?,
        purge_bars: windows.purge_bars,
        embargo_bars: windows.embargo_bars,
    })
}

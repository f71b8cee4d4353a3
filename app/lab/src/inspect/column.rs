use std::ops::Range;

use wickflow_strategy::column::Column;

use super::values::register;
use crate::error::LabError;
use crate::message::{Columns, Message, count_number, count32};
use crate::protocol::{Answer, ColumnReply, ColumnRequest, Sparkline, Sparklines, SparklinesRequest};
use crate::run::{Evaluators, Full};
use crate::thin;

/// Most points of a wire.
const MAX_POINTS: u32 = 1_000_000;
/// Most small curves at once, bars of each, and points of each.
const MAX_LINES: usize = 500;
const MAX_LINE_BARS: u32 = 100_000;
const MAX_LINE_POINTS: u32 = 500;

/// A wire over time.
pub(crate) fn column(
    id: u32,
    request: &ColumnRequest,
    full: &mut Full,
    evaluators: &mut Evaluators,
) -> Result<Message, LabError> {
    let place = full.output(&request.node, request.port.as_deref())?;
    let bars = full.current.series.rows();
    let end = request.to.map_or(bars, |to| (to as usize).min(bars));
    let start = request.from.map_or(0, |from| from as usize).min(end);
    let points = request.points.clamp(2, MAX_POINTS) as usize;
    let values = full.columns(evaluators)?.get(place).cloned().flatten();
    let rows = thin::rows(start..end, points, |row| register(values.as_ref(), row));
    let mut columns = Columns::default();
    let (bar, value) = (
        columns.of(&rows, |row| count_number(*row)),
        columns.of(&rows, |row| register(values.as_ref(), *row)),
    );
    let output =
        full.current.outputs.get(place).ok_or_else(|| LabError::not_found("there is no such output"))?;
    let reply = ColumnReply {
        seq: full.current.seq,
        node: output.node.clone(),
        port: output.port.clone(),
        kind: output.kind,
        unit: output.unit.clone(),
        bar,
        value,
    };
    Ok(Message::last(id, Answer::Column(reply)).with(columns))
}

/// Small curves for node cards.
pub(crate) fn sparklines(
    id: u32,
    request: &SparklinesRequest,
    full: &mut Full,
    evaluators: &mut Evaluators,
) -> Result<Message, LabError> {
    if request.nodes.len() > MAX_LINES {
        return Err(LabError::TooLarge(format!("at most {MAX_LINES} curves can be asked for at once")));
    }
    let bars = full.current.series.rows();
    let end = request.end.map_or(bars, |end| (end as usize).saturating_add(1).min(bars));
    let start = end.saturating_sub(request.bars.clamp(2, MAX_LINE_BARS) as usize);
    let points = request.points.clamp(2, MAX_LINE_POINTS) as usize;
    let places: Vec<usize> = request.nodes.iter().filter_map(|node| full.output(node, None).ok()).collect();
    let computed = full.columns(evaluators)?;
    let mut values = Vec::with_capacity(places.len() * points);
    let curves: Vec<Thin> = places
        .iter()
        .map(|place| thinned(computed.get(*place).and_then(Option::as_ref), start..end, points, &mut values))
        .collect();
    let mut lines = Vec::with_capacity(places.len());
    for (place, curve) in places.into_iter().zip(curves) {
        let Some(output) = full.current.outputs.get(place) else { continue };
        lines.push(Sparkline {
            node: output.node.clone(),
            port: output.port.clone(),
            kind: output.kind,
            offset: count32(curve.range.start),
            length: count32(curve.range.len()),
            low: curve.low,
            high: curve.high,
            last: curve.last,
        });
    }
    let mut columns = Columns::default();
    let reply = Sparklines { seq: full.current.seq, lines, values: columns.add(values) };
    Ok(Message::last(id, Answer::Sparklines(reply)).with(columns))
}

/// A curve in the common buffer.
struct Thin {
    range: Range<usize>,
    low: Option<f64>,
    high: Option<f64>,
    last: Option<f64>,
}

fn thinned(column: Option<&Column>, rows: Range<usize>, points: usize, values: &mut Vec<f64>) -> Thin {
    let start = values.len();
    let last = rows.end.checked_sub(1).filter(|last| rows.contains(last));
    let kept = thin::rows(rows, points, |row| register(column, row));
    values.extend(kept.into_iter().map(|row| register(column, row)));
    let known = || values.get(start..).unwrap_or_default().iter().copied().filter(|value| !value.is_nan());
    let last = last.map(|row| register(column, row)).filter(|value| !value.is_nan());
    Thin { range: start..values.len(), low: known().reduce(f64::min), high: known().reduce(f64::max), last }
}

use serde_json::{Value as Json, json};
use wickflow_backtest::run_program;
use wickflow_strategy::catalogue::{Param, ParamKind, find_kind};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, compile};

use crate::error::LabError;
use crate::message::{Message, count_number, count32};
use crate::protocol::{Answer, Sensitivity, SensitivityPoint, SensitivityRequest};
use crate::run::{Evaluators, Full, Measured};
use crate::settings::{find_node, param_of, set_param};

/// Tries other values of a parameter, one at a time.
pub(crate) struct SensitivityJob {
    request: SensitivityRequest,
    is_integer: bool,
    current: f64,
    values: Vec<f64>,
    points: Vec<SensitivityPoint>,
    returns: Vec<f64>,
}

impl SensitivityJob {
    pub(crate) fn new(request: SensitivityRequest, full: &Full) -> Result<Self, LabError> {
        let is_possible = (2..=101).contains(&request.points) && request.span > 0.0 && request.span <= 10.0;
        if !is_possible {
            return Err(LabError::Settings("2 to 101 values within 0 to 1000 % can be tried".to_owned()));
        }
        let document = &full.done.document;
        let Range { current, low, high, is_integer } = range(document, &request)?;
        let reach = if current == 0.0 { request.span } else { current.abs() * request.span };
        let steps = request.points - 1;
        let value = |index: u32| {
            let value = current - reach + 2.0 * reach * f64::from(index) / f64::from(steps);
            let value = if is_integer { value.round() } else { value };
            value.clamp(low, high)
        };
        let mut values: Vec<f64> = (0..=steps).map(value).collect();
        // The middle is the value itself, to the last bit.
        values.retain(|value| (value - current).abs() > reach * 1e-9);
        values.push(current);
        values.sort_by(f64::total_cmp);
        values.dedup_by(|later, earlier| (*later - *earlier).abs() <= reach * 1e-9);
        Ok(Self { request, is_integer, current, values, points: Vec::new(), returns: Vec::new() })
    }

    /// Tries the next value; `true` beside the reply when it was the last.
    pub(crate) fn step(
        &mut self,
        id: u32,
        full: &Full,
        evaluators: &mut Evaluators,
    ) -> Result<(Message, bool), LabError> {
        if let Some(value) = self.values.get(self.points.len()).copied() {
            let point = self.point(value, full, evaluators)?;
            self.points.push(point);
        }
        let is_last = self.points.len() >= self.values.len();
        let reply = Sensitivity {
            seq: full.current.seq,
            node: self.request.node.clone(),
            param: self.request.param.clone(),
            current: self.current,
            total: count32(self.values.len()),
            points: self.points.clone(),
        };
        let answer = Answer::Sensitivity(reply);
        Ok((if is_last { Message::last(id, answer) } else { Message::more(id, answer) }, is_last))
    }

    fn point(
        &mut self,
        value: f64,
        full: &Full,
        evaluators: &mut Evaluators,
    ) -> Result<SensitivityPoint, LabError> {
        let mut document = full.done.document.clone();
        let SensitivityRequest { node, param, .. } = &self.request;
        set_param(&mut document, node, param, number(value, self.is_integer))?;
        let none = SensitivityPoint {
            value,
            total_return: None,
            sharpe: None,
            max_drawdown: None,
            profit_factor: None,
            trades: 0,
        };
        // A value with which it does not compile is a gap in the strip, not the end of it.
        let Ok(program) = compile(&document, &Limits::default()) else { return Ok(none) };
        let rig = evaluators
            .find(&full.done.key)
            .ok_or_else(|| LabError::not_found("the candles were forgotten"))?;
        let evaluation = rig.evaluate(&program).map_err(|error| LabError::evaluate(error, &program))?;
        let run = run_program(&program, &evaluation, rig.series(), &full.done.config)?;
        let measured = Measured::of(&run, rig, &mut self.returns);
        Ok(SensitivityPoint {
            total_return: measured.quick.total_return,
            sharpe: measured.quick.sharpe,
            max_drawdown: measured.daily_drawdown,
            profit_factor: measured.quick.profit_factor.value(),
            trades: count32(run.trades.len()),
            ..none
        })
    }
}

/// A whole number is written without a point.
#[expect(clippy::cast_possible_truncation, reason = "bounds of whole parameters are small")]
fn number(value: f64, is_integer: bool) -> Json {
    if is_integer { json!(value as i64) } else { json!(value) }
}

/// What a parameter is, and may be.
struct Range {
    current: f64,
    low: f64,
    high: f64,
    is_integer: bool,
}

fn range(document: &Document, request: &SensitivityRequest) -> Result<Range, LabError> {
    let no_number = || LabError::not_found(format!("{} {} is no number", request.node, request.param));
    let as_number = |json: &Json| json.as_f64().or_else(|| json.as_str()?.trim().parse().ok());
    if let Some(name) = request.node.strip_prefix('$') {
        let value = param_of(document, &request.node, "").ok_or_else(no_number)?;
        let bound = |key: &str| document.wickflow.parameters.get(name)?.other.get(key)?.as_f64();
        let (low, high) = (bound("min").unwrap_or(-1e9), bound("max").unwrap_or(1e9));
        let current = as_number(value).filter(|_| low <= high).ok_or_else(no_number)?;
        return Ok(Range { current, low, high, is_integer: value.is_i64() || value.is_u64() });
    }
    let node = find_node(document, &request.node)
        .ok_or_else(|| LabError::not_found(format!("there is no node {:?}", request.node)))?;
    let kind = find_kind(&node.kind).ok_or_else(no_number)?;
    let param: &Param = kind.params.iter().find(|param| param.name == request.param).ok_or_else(no_number)?;
    let set = node.data.params.get(param.name);
    if set.is_some_and(Json::is_object) {
        return Err(LabError::Settings("this is set by a named parameter: ask for that one".to_owned()));
    }
    let set = set.and_then(as_number);
    match param.kind {
        ParamKind::Integer { default, min, max } => Ok(Range {
            current: set.unwrap_or_else(|| whole(default)),
            low: whole(min),
            high: whole(max),
            is_integer: true,
        }),
        ParamKind::Number { default, min, max, .. } => {
            Ok(Range { current: set.unwrap_or(default), low: min, high: max, is_integer: false })
        }
        _ => Err(no_number()),
    }
}

/// A bound of a whole parameter, far below 2^53.
fn whole(bound: i64) -> f64 {
    let size = count_number(usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX));
    if bound < 0 { -size } else { size }
}

//! Runs of strategies: from a document to a result, with the columns of earlier runs at hand.

mod curve;
mod details;
mod evaluators;
mod figures;
mod full;
mod hold;
mod late;
mod names;
mod outputs;
mod tables;
pub(crate) mod wiring;

use wickflow_backtest::config::Rows;
use wickflow_backtest::{Run, RunConfig, run_hash, run_program};
use wickflow_shared::digest::Digest;
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Diagnostic, Limits, Program, Severity, compile};

pub(crate) use curve::drawn_by_time;
pub(crate) use details::DetailsJob;
pub(crate) use evaluators::{Evaluators, RigKey, dataset};
pub(crate) use figures::{Measured, figure};
pub(crate) use full::{Current, Full};
pub(crate) use names::Names;
pub(crate) use outputs::{output_infos, when_of};

use crate::error::LabError;
use crate::message::{Columns, Message, count32};
use crate::protocol::{
    self, Answer, Counts, Detail, OpenPosition, Problem, ProblemSeverity, Problems, RunResult, Settings,
    Timing,
};
use crate::series::Shelf;
use crate::settings::{run_config, set_param};

/// Bytes of computed columns that one strategy may need: a browser's tab has 4 GiB at most, for all of the lab.
pub(crate) const COLUMN_BYTES: usize = 512 << 20;
/// Points of a curve.
pub(crate) const CURVE_POINTS: usize = 2_000;
/// Trades of a result.
pub(crate) const MAX_TRADES: usize = 50_000;
/// Parameters that one request changes.
const MAX_SET: usize = 1_000;

/// A strategy that compiled, and how it is to be run.
pub(crate) struct Compiled {
    pub(crate) seq: u64,
    pub(crate) detail: Detail,
    pub(crate) document: Document,
    pub(crate) program: Program,
    pub(crate) settings: Settings,
    pub(crate) config: RunConfig,
    timings: Timings,
}

/// How long steps took.
#[derive(Debug, Clone)]
pub(crate) struct Timings {
    clock: fn() -> f64,
    begun: f64,
    pub(crate) laps: Vec<(&'static str, f64)>,
}

impl Timings {
    pub(crate) fn new(clock: fn() -> f64) -> Self {
        Self { clock, begun: clock(), laps: Vec::new() }
    }

    /// What was since the lap before took so long.
    pub(crate) fn lap(&mut self, step: &'static str) {
        let now = (self.clock)();
        self.laps.push((step, (now - self.begun).max(0.0)));
        self.begun = now;
    }

    /// Time that passes from here on is of the next lap.
    pub(crate) fn go_on(&mut self) {
        self.begun = (self.clock)();
    }

    fn to_protocol(&self) -> Vec<Timing> {
        self.laps.iter().map(|(step, ms)| Timing { step: (*step).to_owned(), ms: *ms }).collect()
    }
}

/// Reads and compiles the document of a request. `last` is the one of the request before, and becomes this one.
pub(crate) fn begin(
    id: u32,
    request: protocol::Run,
    last: &mut Option<Document>,
    clock: fn() -> f64,
) -> Result<(Message, Option<Compiled>), LabError> {
    let mut timings = Timings::new(clock);
    let mut document = match (&request.document, &*last) {
        (Some(text), _) => Document::parse(text)?,
        (None, Some(last)) => last.clone(),
        (None, None) => return Err(LabError::not_found("there is no document yet: the first run needs one")),
    };
    if request.set.len() > MAX_SET {
        return Err(LabError::TooLarge(format!("at most {MAX_SET} parameters can be changed at once")));
    }
    for change in request.set {
        set_param(&mut document, &change.node, &change.param, change.value)?;
    }
    *last = Some(document.clone());
    let config = run_config(&request.settings)?;
    let (program, problems) = match compile(&document, &Limits::default()) {
        Ok(program) => {
            let warnings = program.warnings().to_vec();
            (Some(program), warnings)
        }
        Err(problems) => (None, problems),
    };
    timings.lap("compile");
    let reply = Problems {
        seq: request.seq,
        ok: program.is_some(),
        problems: problems.iter().map(problem).collect(),
        warm_up: program.as_ref().map_or(0, |program| count32(program.warm_up())),
    };
    let compiled = program.map(|program| Compiled {
        seq: request.seq,
        detail: request.detail,
        document,
        program,
        settings: request.settings,
        config,
        timings,
    });
    let answer = Answer::Problems(reply);
    let message = if compiled.is_some() { Message::more(id, answer) } else { Message::last(id, answer) };
    Ok((message, compiled))
}

pub(crate) fn problem(problem: &Diagnostic) -> Problem {
    Problem {
        severity: match problem.severity {
            Severity::Error => ProblemSeverity::Error,
            Severity::Warning => ProblemSeverity::Warning,
        },
        code: problem.code.to_owned(),
        node: problem.node.clone(),
        port: problem.port.clone(),
        message: problem.message.clone(),
        found: problem.found.clone(),
        accepted: problem.accepted.clone(),
    }
}

/// A run that was done, with all that it follows from.
pub(crate) struct Done {
    pub(crate) document: Document,
    pub(crate) program: Program,
    pub(crate) settings: Settings,
    pub(crate) config: RunConfig,
    pub(crate) key: RigKey,
    pub(crate) evaluation: wickflow_strategy::Evaluation,
    pub(crate) run: Run,
    pub(crate) snapshot: Digest,
    pub(crate) hash: Digest,
    pub(crate) timings: Timings,
}

impl protocol::Run {
    /// Where this run has no document of its own, it begins where an older one that is not run would have left it.
    pub(crate) fn take_over(&mut self, older: &Self) {
        if self.document.is_some() {
            return;
        }
        self.document.clone_from(&older.document);
        let is_set_again = |change: &protocol::SetParam| {
            self.set.iter().any(|set| set.node == change.node && set.param == change.param)
        };
        let mut set: Vec<_> = older.set.iter().filter(|change| !is_set_again(change)).cloned().collect();
        set.append(&mut self.set);
        self.set = set;
    }
}

/// Evaluates and simulates.
pub(crate) fn execute(
    document: Document,
    program: Program,
    settings: Settings,
    config: RunConfig,
    shelf: &mut Shelf,
    evaluators: &mut Evaluators,
    mut timings: Timings,
) -> Result<Done, LabError> {
    timings.go_on();
    let rig = evaluators.get(&settings, &program, shelf)?;
    timings.lap("prepare candles");
    let evaluation = rig.evaluate(&program).map_err(|error| LabError::evaluate(error, &program))?;
    timings.lap("compute columns");
    let config = RunConfig { rows: traded(&settings, rig.series()), ..config };
    let run = run_program(&program, &evaluation, rig.series(), &config)?;
    timings.lap("fill orders");
    let snapshot = rig.series().digest();
    let hash = run_hash(&program.key(), &snapshot, &config, &run);
    timings.lap("hash");
    let key = rig.key.clone();
    Ok(Done { document, program, settings, config, key, evaluation, run, snapshot, hash, timings })
}

/// The bars that are traded.
fn traded(settings: &Settings, series: &Series) -> Rows {
    let warms_up = |from: i64| series.close_times().partition_point(|close| close.0 <= from);
    Rows { from: settings.trade_from.map_or(0, warms_up), ..Rows::default() }
}

/// Runs what compiled; the run becomes the current one.
pub(crate) fn finish(
    id: u32,
    compiled: Compiled,
    shelf: &mut Shelf,
    evaluators: &mut Evaluators,
) -> Result<(Message, Full), LabError> {
    let Compiled { seq, detail, document, program, settings, config, timings } = compiled;
    let mut done = execute(document, program, settings, config, shelf, evaluators, timings)?;
    evaluators.pin(&done.key);
    let rig = evaluators.find(&done.key).ok_or_else(|| LabError::not_found("the candles were forgotten"))?;
    let current = Current::new(seq, rig.series().clone(), &done.document, &done.program);
    let measured = Measured::of(&done.run, rig, &mut Vec::new());
    let mut columns = Columns::default();
    let run = &done.run;
    let series = rig.series();
    let curve = curve::curve(run, series, &done.config, CURVE_POINTS, &mut columns);
    let trades = tables::trades(run, &mut columns);
    let fills = tables::fills(run, &mut columns);
    let (actions, guards) = outputs::orderers(&done.program, &current.wiring, &current.outputs);
    done.timings.lap("measure");
    let result = RunResult {
        seq,
        run_hash: done.hash.to_string(),
        program_key: done.program.key().to_string(),
        snapshot_id: done.snapshot.to_string(),
        series: done.settings.series.clone(),
        bars: count32(series.rows()),
        first_time: series.candles().open_times().first().map_or(0, |time| time.0),
        last_time: series.close_times().last().map_or(0, |time| time.0),
        end_bar: run.end_bar,
        is_ruined: run.is_ruined,
        timings: done.timings.to_protocol(),
        start_cash: run.start_cash,
        final_equity: run.final_equity,
        figures: measured.figures(run),
        curve,
        trades,
        fills,
        open: open_position(run),
        counts: counts(run),
        outputs: current.outputs.clone(),
        actions,
        guards,
    };
    let answer = Answer::Result(Box::new(result));
    let message = match detail {
        Detail::Quick => Message::last(id, answer),
        Detail::Full => Message::more(id, answer),
    };
    Ok((message.with(columns), current.with(done)))
}

fn open_position(run: &Run) -> Option<OpenPosition> {
    let open = run.open_trade?;
    Some(OpenPosition {
        side: tables::side_sign(open.marked.side),
        entry_bar: open.marked.entry_bar,
        entry_time: open.marked.entry_time.0,
        quantity: open.quantity,
        entry_price: open.entry_price,
        mark: open.mark,
        unrealized_pnl: open.unrealized_pnl,
    })
}

fn counts(run: &Run) -> Counts {
    let counts = run.counts;
    Counts {
        orders: counts.orders,
        rejects: counts.rejects,
        expired: counts.expired,
        canceled: counts.canceled,
        conflicts: counts.conflicts,
        ambiguous_exits: counts.ambiguous_exits,
    }
}

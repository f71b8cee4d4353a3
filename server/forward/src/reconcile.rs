//! A run laid over a plain backtest of the same candles.

use std::sync::Arc;

use wickflow_backtest::config::Rows;
use wickflow_backtest::{Event, Run, RunConfig, run_hash, run_program};
use wickflow_shared::market::CandleColumns;
use wickflow_shared::protocol::paper::{PaperDifference, PaperEvent, PaperReconciliation, PaperRun};
use wickflow_shared::time::Timestamp;
use wickflow_store::paper_runs::{PaperRunStore, StoredRun};
use wickflow_strategy::Evaluator;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;

use crate::market::Market;
use crate::prepare::Prepared;
use crate::session::{body, kind};
use crate::{ForwardError, ForwardLimits, candles};

/// Candles read at a time.
const PAGE: usize = 20_000;

/// Events read at a time.
const EVENTS: u32 = 5000;

/// What is compared.
pub(crate) struct Inputs {
    run: PaperRun,
    prepared: Prepared,
    data: Dataset,
    fills: Vec<PaperEvent>,
    trades: Vec<PaperEvent>,
}

/// Reads the candles that a run has taken, and what it told of them.
pub(crate) async fn read(
    market: &Market,
    store: &PaperRunStore,
    stored: StoredRun,
    limits: ForwardLimits,
) -> Result<Inputs, ForwardError> {
    let StoredRun { run, config, document, .. } = stored;
    let market_then = market.clone();
    let series = (run.symbol.clone(), run.timeframe);
    let prepare = move || {
        let document =
            Document::parse(&document).map_err(|error| ForwardError::Document(error.to_string()))?;
        Prepared::stored(&document, config, (&series.0, series.1), &market_then)
    };
    let prepared = tokio::task::spawn_blocking(prepare).await;
    let prepared = prepared.map_err(|error| ForwardError::Internal(error.to_string()))??;
    let last = run.last_bar.map(|open| prepared.calendar.bucket(open, run.timeframe).close);
    let until = last.unwrap_or(run.history_start);
    let most = usize::try_from(limits.bars).unwrap_or(usize::MAX);
    let own = all(market, (&run.symbol, run.timeframe), run.history_start, until, most).await?;
    let base = Series::new(run.symbol.clone(), run.timeframe, prepared.calendar.clone(), Arc::new(own));
    let mut data = Dataset::new(Arc::new(base));
    for other in &prepared.others {
        let series = (&other.symbol, other.timeframe);
        let candles = all(market, series, run.history_start, until, most.saturating_mul(4)).await?;
        let (symbol, calendar) = (other.symbol.clone(), other.calendar.clone());
        data = data.with(Arc::new(Series::new(symbol, other.timeframe, calendar, Arc::new(candles))));
    }
    let fills = told(store, &run, "order_filled").await?;
    let trades = told(store, &run, "trade_closed").await?;
    Ok(Inputs { run, prepared, data, fills, trades })
}

/// Runs the backtest and compares, to the last bit. It takes as long as it takes.
pub(crate) fn compare(inputs: Inputs) -> Result<PaperReconciliation, ForwardError> {
    let Inputs { run, prepared, data, fills, trades } = inputs;
    let base = data.base().clone();
    let from = base.close_times().partition_point(|close| *close <= run.trade_from);
    let config = RunConfig { rows: Rows { from, ..Rows::default() }, ..prepared.config.clone() };
    let internal = |error: &dyn std::fmt::Display| ForwardError::Internal(error.to_string());
    let evaluation = Evaluator::new(data).evaluate(&prepared.program).map_err(|error| internal(&error))?;
    let backtest =
        run_program(&prepared.program, &evaluation, &base, &config).map_err(|error| internal(&error))?;
    let opens = base.candles().open_times();
    let differences = [
        first_difference(&fills, &computed_fills(&backtest, opens)),
        first_difference(&trades, &computed_trades(&backtest, opens)),
        account_difference(&run, &backtest),
    ];
    let difference = differences.into_iter().flatten().min_by_key(|difference| difference.bar);
    let run_hash = run_hash(&prepared.program.key(), &base.digest(), &config, &backtest);
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Ok(PaperReconciliation {
        equal: difference.is_none(),
        difference,
        bars: count(base.rows().saturating_sub(from)),
        fills: count(fills.len()),
        trades: count(trades.len()),
        equity: run.account.equity,
        backtest_equity: backtest.final_equity,
        run_hash,
    })
}

/// Something that the backtest tells: when its bar opened, its kind, its details.
type Computed = (Timestamp, &'static str, String);

fn computed(bar: u32, opens: &[Timestamp], event: &Event) -> Computed {
    let open = usize::try_from(bar).ok().and_then(|row| opens.get(row)).copied().unwrap_or(Timestamp::MAX);
    (open, kind(event), body(open, event))
}

fn computed_fills(run: &Run, opens: &[Timestamp]) -> Vec<Computed> {
    run.fills.iter().map(|fill| computed(fill.bar, opens, &Event::OrderFilled(*fill))).collect()
}

fn computed_trades(run: &Run, opens: &[Timestamp]) -> Vec<Computed> {
    let event = |trade: &wickflow_backtest::Trade| Event::TradeClosed(Box::new(*trade));
    run.trades.iter().map(|trade| computed(trade.exit_bar, opens, &event(trade))).collect()
}

fn first_difference(told: &[PaperEvent], computed: &[Computed]) -> Option<PaperDifference> {
    let length = told.len().max(computed.len());
    let body_at = |place: usize| computed.get(place).map(|(_, _, body)| body);
    let place = (0..length).find(|place| told.get(*place).map(|event| &event.body) != body_at(*place))?;
    let (told, computed) = (told.get(place), computed.get(place));
    let recorded = told.and_then(|event| serde_json::from_str::<serde_json::Value>(&event.body).ok());
    let told_bar = recorded.as_ref().and_then(|body| body.get("bar")).and_then(serde_json::Value::as_i64);
    let bars = [told_bar.map(Timestamp), computed.map(|(open, ..)| *open)];
    Some(PaperDifference {
        bar: bars.into_iter().flatten().min()?,
        kind: told.map_or_else(|| computed.map_or("", |(_, kind, _)| kind), |event| &event.kind).to_owned(),
        seq: told.map(|event| event.seq),
        recorded,
        computed: computed.and_then(|(_, _, body)| serde_json::from_str(body).ok()),
    })
}

/// Compares what is held, as JSON reads it back: that is how the run keeps it.
fn account_difference(run: &PaperRun, backtest: &Run) -> Option<PaperDifference> {
    let bar = run.last_bar.filter(|_| run.account.bars > 0)?;
    let held = serde_json::json!({
        "cash": backtest.cash, "position": backtest.position, "equity": backtest.final_equity,
    });
    let read_back: serde_json::Value = serde_json::from_str(&held.to_string()).ok()?;
    let account = &run.account;
    let told = serde_json::json!({
        "cash": account.cash, "position": account.position, "equity": account.equity,
    });
    (told != read_back).then(|| PaperDifference {
        bar,
        kind: "account".to_owned(),
        seq: None,
        recorded: Some(told),
        computed: Some(read_back),
    })
}

async fn told(store: &PaperRunStore, run: &PaperRun, kind: &str) -> Result<Vec<PaperEvent>, ForwardError> {
    let mut told: Vec<PaperEvent> = Vec::new();
    loop {
        let after = told.last().map_or(0, |event| event.seq);
        let page = store.events(run.id, after, Some(kind), EVENTS).await?;
        // What was told after the run was read belongs to candles that are not compared.
        told.extend(page.events.into_iter().filter(|event| event.seq <= run.last_seq));
        if !page.has_more || told.last().is_none_or(|event| event.seq == after) {
            return Ok(told);
        }
    }
}

async fn all(
    market: &Market,
    series: (&wickflow_shared::market::Symbol, wickflow_shared::time::Timeframe),
    mut from: Timestamp,
    closed_by: Timestamp,
    most: usize,
) -> Result<CandleColumns, ForwardError> {
    let mut all = CandleColumns::default();
    while all.len() < most {
        let part = candles::read(market, series, from, closed_by, PAGE).await?;
        all.extend_from(&part, 0..part.len());
        match part.last() {
            Some(last) if part.len() == PAGE => from = last.open_time.plus_ms(1),
            _ => break,
        }
    }
    Ok(all)
}

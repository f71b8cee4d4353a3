use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use wickflow_app::components::{Empty, Erase, act, is, part, text};
use wickflow_app::platform;
use wickflow_app::state::format;
use wickflow_app::state::reactive::{Derived, Var, effect};
use wickflow_chart::Study;
use wickflow_shared::protocol::paper::{
    PaperEquity, PaperEvent, PaperReconciliation, PaperRun, PaperRunId, PaperRunState, StartPaperRun,
};

use crate::api;
use crate::chart_host::ChartHost;
use crate::state::{RunChoices, SaveState, SeriesState, Source, Studio, strategy_name};
use crate::words;

/// How often the list is asked for again while it is open.
const REFRESH: Duration = Duration::from_secs(2);
/// Events shown of a run: the latest.
const EVENTS_SHOWN: usize = 50;

/// Runs of strategies on the live feed, with paper money.
#[component]
pub(super) fn Paper() -> impl IntoView {
    let studio = Studio::get();
    let runs: Var<Option<Result<Vec<PaperRun>, String>>> = Var::new(None);
    let chosen: Var<Option<PaperRunId>> = Var::new(None);
    let refresh = move || {
        spawn_local(async move {
            let result = api::paper_runs().await.map(|list| list.runs).map_err(|error| error.message);
            runs.update_if(|old| {
                let is_other = old.as_ref() != Some(&result);
                *old = Some(result);
                (is_other, ())
            });
        });
    };
    refresh();
    if let Ok(timer) = set_interval_with_handle(refresh, REFRESH) {
        on_cleanup(move || timer.clear());
    }
    let can_start = Derived::new(move || studio.choices.with(|c| matches!(c.source, Source::Server { .. })));
    let start = move |_| {
        spawn_local(async move {
            match begin(studio).await {
                Ok(run) => {
                    chosen.set(Some(run.id));
                    refresh();
                }
                Err(message) => studio.warn("The run was not started", &message),
            }
        });
    };
    let body = move || {
        Some(match runs.get() {
            None => view! { <Empty title="Loading" text="The runs are being read." /> }.erase(),
            Some(Err(message)) => view! { <p role="alert" class="paper-error">{message}</p> }.erase(),
            Some(Ok(all)) if all.is_empty() => view! {
                <Empty title="Nothing runs on paper" text="Start the open strategy: it trades the live feed with paper money, on the server, until you stop it." />
            }
            .erase(),
            Some(Ok(all)) => {
                let lines = all.iter().map(|run| line(studio, chosen, run, refresh)).collect_view();
                view! {
                    <ul class="paper-list scroll" data-testid="paper-runs" tabindex="0" aria-label="Runs on paper">{lines}</ul>
                }
                .erase()
            }
        })
    };
    let detail = move || chosen.get().map(|id| view! { <RunDetail id=id /> }.erase());
    view! {
        <div class="paper">
            <div class="library-head">
                <p class="soft">
                    {text(move || {
                        studio.choices.with(|choices| match &choices.source {
                            Source::Server { symbol } => format!("The open strategy on {symbol}, {}, with the costs and fill rules chosen below the graph.", choices.timeframe),
                            _ => "Choose a market of the server below the graph to run on it.".to_owned(),
                        })
                    })}
                </p>
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    data-testid="paper-start"
                    disabled=is(move || !can_start.get())
                    on:click=act(start)
                >
                    "Run on paper"
                </button>
            </div>
            {part(body)}
            {part(detail)}
        </div>
    }
    .erase()
}

/// Starts exactly this version: of the library where it is saved as it is, else the document itself.
async fn begin(studio: Studio) -> Result<PaperRun, String> {
    let choices = studio.choices.get_untracked();
    let Source::Server { symbol } = &choices.source else {
        return Err("A run needs a market of the server.".to_owned());
    };
    let found = studio.with_editor(|editor| {
        let (plain, compiled) = (editor.document().to_json(), editor.compile_view().to_json());
        (editor.document().wickflow.name.clone(), plain == compiled, compiled)
    });
    let (name, is_plain, document) = found.ok_or("No strategy is open.")?;
    let is_saved = studio.save_state.get_untracked() == SaveState::Saved;
    // The server compiles what the library has, and knows nothing of nodes that are muted here.
    let origin = studio.origin.get_untracked().filter(|_| is_saved && is_plain);
    let request = StartPaperRun {
        name: strategy_name(&name),
        strategy_id: origin.map(|origin| origin.id),
        version: origin.map(|origin| origin.version),
        document: origin.is_none().then_some(document),
        symbol: symbol.parse().map_err(|_| format!("{symbol} is no symbol"))?,
        timeframe: choices.timeframe.parse().map_err(|_| format!("{} is no timeframe", choices.timeframe))?,
        config: config(&choices, studio),
        warmup_bars: None,
        client_run_id: platform::new_client_order_id(),
    };
    api::start_paper_run(&request).await.map_err(|error| error.message)
}

/// The configuration of a backtest, as the server reads it: the same as the one of the run on this page.
fn config(choices: &RunChoices, studio: Studio) -> serde_json::Value {
    let (tick, lot) = studio.series.with_untracked(|series| match series {
        SeriesState::Ready(candles) => (candles.tick_size, candles.lot_size),
        _ => (0.0, 0.0),
    });
    let mut config = json!({
        "cash": choices.cash,
        "fees": choices.fees,
        "slippage": choices.slippage,
        "profile": choices.fill_profile,
        "tick_size": tick,
        "lot_size": lot,
        "allow_short": choices.allow_short,
    });
    if choices.leverage > 1.0
        && let Some(fields) = config.as_object_mut()
    {
        let initial = 1.0 / choices.leverage;
        fields.insert("margin".to_owned(), json!({ "long_initial": initial, "short_initial": initial }));
    }
    config
}

fn state_words(run: &PaperRun) -> (&'static str, &'static str) {
    match run.state {
        PaperRunState::Running if run.is_catching_up => ("Catching up", "warn"),
        PaperRunState::Running => ("Running", "up"),
        PaperRunState::Stopped => ("Stopped", ""),
        PaperRunState::Ended => ("Ended", ""),
        PaperRunState::Diverged => ("Diverged", "down"),
        PaperRunState::Failed => ("Failed", "down"),
    }
}

fn line(
    studio: Studio,
    chosen: Var<Option<PaperRunId>>,
    run: &PaperRun,
    refresh: impl Fn() + Copy + 'static,
) -> AnyView {
    let id = run.id;
    let (state, tone) = state_words(run);
    let gain = run.account.equity - run.account.start_cash;
    let gain_tone = if gain >= 0.0 { "up" } else { "down" };
    let name = run.name.as_str().to_owned();
    let is_running = run.state == PaperRunState::Running;
    let button = if is_running {
        view! {
            <button type="button" class="button" aria-label=format!("Stop {name}") data-testid="paper-stop" on:click=act(move |_| {
                spawn_local(async move {
                    if let Err(error) = api::stop_paper_run(id).await {
                        studio.warn("The run was not stopped", &error.message);
                    }
                    refresh();
                });
            })>"Stop"</button>
        }
        .erase()
    } else {
        view! {
            <button type="button" class="button" data-kind="danger" aria-label=format!("Delete {name}") on:click=act(move |_| {
                chosen.set(None);
                spawn_local(async move {
                    if let Err(error) = api::delete_paper_run(id).await {
                        studio.warn("The run was not deleted", &error.message);
                    }
                    refresh();
                });
            })>"Delete"</button>
        }
        .erase()
    };
    view! {
        <li class="paper-run" data-testid="paper-run" data-state=state>
            <button type="button" class="library-name" on:click=act(move |_| chosen.set(Some(id)))>{name.clone()}</button>
            <span class="chip" data-tone=tone>{state}</span>
            <span>{run.symbol.to_string()} ", " {run.timeframe.to_string()}</span>
            <span class="num">{run.account.bars} " bars, " {run.account.trades} " trades"</span>
            <span class="num" data-tone=gain_tone>{format::signed(gain, 2, false)}</span>
            {button}
        </li>
    }
    .erase()
}

/// What a run did, and whether a backtest of the same candles says the same.
#[component]
fn RunDetail(id: PaperRunId) -> impl IntoView {
    let studio = Studio::get();
    let events: Var<Vec<PaperEvent>> = Var::new(Vec::new());
    let verdict: Var<Option<PaperReconciliation>> = Var::new(None);
    let more = move || {
        spawn_local(async move {
            let after = events.with_untracked(|events| events.last().map_or(0, |event| event.seq));
            if let Ok(page) = api::paper_events(id, after).await
                && !page.events.is_empty()
            {
                events.update(|events| events.extend(page.events));
            }
        });
    };
    more();
    if let Ok(timer) = set_interval_with_handle(more, REFRESH) {
        on_cleanup(move || timer.clear());
    }
    let reconcile = move |_| {
        spawn_local(async move {
            match api::reconcile_paper_run(id).await {
                Ok(found) => verdict.set(Some(found)),
                Err(error) => studio.warn("The backtest could not be made", &error.message),
            }
        });
    };
    let host = NodeRef::<Div>::new();
    let chart = ChartHost::new();
    effect(move || {
        if let Some(host) = host.get()
            && chart.mount(&host, studio.store)
        {
            spawn_local(async move {
                if let Ok(equity) = api::paper_equity(id).await {
                    show_equity(chart, &equity);
                }
            });
        }
    });
    let lines = move || {
        let shown =
            events.with(|events| events.iter().rev().take(EVENTS_SHOWN).map(event_line).collect_view());
        Some(view! { <ul class="paper-events scroll" data-testid="paper-events" tabindex="0" aria-label="Events">{shown}</ul> }.erase())
    };
    let verdict_words = move || {
        verdict.with(|verdict| {
            verdict.as_ref().map(|found| match &found.difference {
                None => format!(
                    "Equal: {} fills and {} trades over {} bars are those of the backtest, to the last bit.",
                    found.fills, found.trades, found.bars
                ),
                #[expect(clippy::cast_precision_loss, reason = "times of candles are far below 2^53 ms")]
                Some(difference) => format!(
                    "They part at the bar of {}: {}.",
                    words::time(difference.bar.0 as f64),
                    difference.kind
                ),
            })
        })
    };
    view! {
        <section class="paper-detail">
            <div class="library-head">
                <h3>"What happened"</h3>
                <button type="button" class="button" data-testid="paper-reconcile" on:click=act(reconcile)>"Compare with a backtest"</button>
            </div>
            <p role="status" data-testid="paper-verdict">{text(verdict_words)}</p>
            <div class="paper-equity" node_ref=host aria-label="Equity of the run"></div>
            {part(lines)}
        </section>
    }
    .erase()
}

fn show_equity(chart: ChartHost, equity: &PaperEquity) {
    let times: Vec<i64> = equity.time.iter().map(|time| time.0).collect();
    let Some(first) = times.first().copied() else { return };
    let line = Study::new("equity", "Equity", first, equity.equity.clone()).width(2);
    chart.show_curves_only();
    chart.update(|chart| {
        chart.update_studies(|studies| studies.set_studies(vec![line]));
        chart.set_times(&times);
        chart.fit();
    });
}

fn event_line(event: &PaperEvent) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "times of candles are far below 2^53 ms")]
    let time = words::time(event.time.0 as f64);
    let late = event.caught_up.then_some(" (caught up)");
    let short: String = event.body.chars().take(160).collect();
    view! {
        <li>
            <span class="soft">{event.seq} " " {time}</span>
            " "
            <strong>{format::capitalized(&event.kind.replace('_', " "))}</strong>
            {late}
            <code class="soft">{short}</code>
        </li>
    }
    .erase()
}

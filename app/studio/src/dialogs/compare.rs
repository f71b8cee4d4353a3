use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_app::components::{Empty, Erase, act, is, part};
use wickflow_app::state::reactive::{Var, effect};
use wickflow_chart::studies::align;
use wickflow_chart::{Study, StudyInk};
use wickflow_lab::protocol::{Answer, Ask, Compare as CompareAsk, CompareRun, Comparison, Difference};

use crate::chart_host::{ChartHost, whole};
use crate::engine::Columns;
use crate::state::{SeriesState, Studio};
use crate::words;

/// Runs side by side at most, the open strategy among them.
const MOST: usize = 4;

/// A comparison with its columns.
#[derive(Debug, Clone)]
struct Compared {
    comparison: Arc<Comparison>,
    columns: Columns,
}

/// Up to four runs side by side: figures, curves, and where their trades part.
#[component]
pub(super) fn Compare() -> impl IntoView {
    let studio = Studio::get();
    let found: Var<Option<Result<Compared, String>>> = Var::new(None);
    compare(studio, found);
    let pin = move |_| {
        if let Some(run) = current(studio) {
            studio.pins.update(|pins| {
                let number = pins.len() + 1;
                pins.push(CompareRun { name: format!("{number}: {}", run.name), ..run });
            });
            compare(studio, found);
        }
    };
    let clear = move |_| {
        studio.pins.set(Vec::new());
        compare(studio, found);
    };
    let body = move || {
        Some(match found.get() {
            None => view! {
                <Empty title="Nothing to compare yet" text="Keep the strategy as it is, change something, and come back: the runs stand side by side here." />
            }
            .erase(),
            Some(Err(message)) => view! { <p role="alert" class="paper-error">{message}</p> }.erase(),
            Some(Ok(compared)) => table(studio, &compared),
        })
    };
    view! {
        <div class="compare">
            <div class="library-head">
                <p class="soft">"The open strategy beside those that were kept, with the settings they had."</p>
                <button type="button" class="button" data-kind="primary" data-testid="pin" disabled=is(move || studio.pins.with(Vec::len) + 1 >= MOST) on:click=act(pin)>
                    "Keep this one"
                </button>
                <button type="button" class="button" disabled=is(move || studio.pins.with(Vec::is_empty)) on:click=act(clear)>"Forget all"</button>
            </div>
            {part(body)}
        </div>
    }
    .erase()
}

/// The open strategy with its settings.
fn current(studio: Studio) -> Option<CompareRun> {
    let SeriesState::Ready(candles) = studio.series.get_untracked() else { return None };
    let (name, document) = studio
        .with_editor(|editor| (editor.document().wickflow.name.clone(), editor.compile_view().to_json()))?;
    let mut settings = studio.choices.with_untracked(|c| c.settings(candles.tick_size, candles.lot_size));
    settings.series.clone_from(&candles.key);
    Some(CompareRun { name, document, settings })
}

fn compare(studio: Studio, found: Var<Option<Result<Compared, String>>>) {
    let mut runs = studio.pins.get_untracked();
    let (Some(engine), Some(open)) = (studio.engine(), current(studio)) else { return };
    if runs.is_empty() {
        found.set(None);
        return;
    }
    runs.push(CompareRun { name: format!("Now: {}", open.name), ..open });
    spawn_local(async move {
        let (answer, columns) = engine.ask(Ask::Compare(CompareAsk { runs }), &[]).await;
        found.set(Some(match answer {
            Answer::Comparison(comparison) => Ok(Compared { comparison: Arc::new(*comparison), columns }),
            Answer::Failed(failure) => Err(failure.message),
            _ => Err("The engine gave an answer that this page does not understand.".to_owned()),
        }));
    });
}

fn table(studio: Studio, compared: &Compared) -> AnyView {
    let runs = &compared.comparison.runs;
    let heads =
        runs.iter().map(|run| view! { <th scope="col" class="num">{run.name.clone()}</th> }).collect_view();
    let figures = runs.first().map(|run| run.figures.clone()).unwrap_or_default();
    let rows = figures
        .iter()
        .enumerate()
        .map(|(place, figure)| {
            let cells = runs
                .iter()
                .map(|run| {
                    let text = run.figures.get(place).map_or_else(String::new, words::figure);
                    view! { <td class="num">{text}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row">{figure.label.clone()}</th>{cells}</tr> }.erase()
        })
        .collect_view();
    let differences =
        compared.comparison.differences.iter().map(|one| difference(compared, one)).collect_view();
    view! {
        <div class="compare-body scroll" tabindex="0" role="region" aria-label="Comparison">
            <Curves compared=compared.clone() studio=studio />
            <table class="plain" data-testid="compare-table">
                <thead><tr><th></th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <ul class="compare-differences">{differences}</ul>
        </div>
    }
    .erase()
}

fn difference(compared: &Compared, one: &Difference) -> AnyView {
    let name = |place: u32| {
        let run = usize::try_from(place).ok().and_then(|place| compared.comparison.runs.get(place));
        run.map(|run| run.name.clone()).unwrap_or_default()
    };
    #[expect(clippy::cast_precision_loss, reason = "times of candles are far below 2^53 ms")]
    let first = one.first_event.as_ref().map_or_else(
        || "every fill is the same".to_owned(),
        |event| {
            let words = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            let time = words::time(event.time as f64);
            format!("they part at {time}: {} against {}", words(&event.first), words(&event.other))
        },
    );
    view! {
        <li>
            <strong>{name(one.run)}</strong>
            " against " {name(0)} ": " {one.shared} " trades in common, " {one.only_first} " and " {one.only_other} " of their own; " {first} "."
        </li>
    }
    .erase()
}

/// The equity of all runs on one time line.
#[component]
fn Curves(compared: Compared, studio: Studio) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let chart = ChartHost::new();
    effect(move || {
        let Some(host) = host.get() else { return };
        if chart.mount(&host, studio.store) {
            show(chart, &compared);
        }
    });
    view! { <div class="compare-curves" node_ref=host aria-label="Equity of all runs"></div> }.erase()
}

fn show(chart: ChartHost, compared: &Compared) {
    let times = |buffer| compared.columns.get(buffer).iter().map(|time| whole(*time)).collect::<Vec<_>>();
    let mut all: Vec<i64> = compared.comparison.runs.iter().flat_map(|run| times(run.time)).collect();
    all.sort_unstable();
    all.dedup();
    let Some(first) = all.first().copied() else { return };
    let studies = compared.comparison.runs.iter().enumerate().map(|(place, run)| {
        let values = align(&times(run.time), compared.columns.get(run.equity), &all);
        Study::new(&place.to_string(), &run.name, first, values).ink(StudyInk::nth(place)).width(2)
    });
    let studies: Vec<Study> = studies.collect();
    chart.show_curves_only();
    chart.update(|chart| {
        chart.set_times(&all);
        chart.update_studies(|own| own.set_studies(studies));
        chart.fit();
    });
}

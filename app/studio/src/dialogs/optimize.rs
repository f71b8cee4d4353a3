use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value as Json;
use wickflow_app::components::{Erase, act, is, part, text};
use wickflow_app::state::reactive::{Derived, Var};
use wickflow_graph::{Edit, Editor, ParamKind};
use wickflow_lab::protocol::{AxisInfo, SearchBegin, SearchTable, WalkForwardVerdict, Windows};

use super::heat_map::heat_map;
use crate::browser;
use crate::engine::Columns;
use crate::search::{Progress, Search, workers};
use crate::state::{SeriesState, Studio};
use crate::words;

/// Rows of the table of the best.
const ROWS_SHOWN: usize = 25;

/// A parameter that can vary.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    /// `fast.period`.
    name: String,
    /// The node's name on screen with the parameter's.
    label: String,
    /// Values to try, as the search reads them.
    range: String,
    is_chosen: bool,
}

/// Searches for better parameters, and tests whether what is found holds afterwards.
#[component]
pub(super) fn Optimize() -> impl IntoView {
    let studio = Studio::get();
    let params = Var::new(studio.with_editor(candidates).unwrap_or_default());
    let metrics = studio.hello.with_untracked(|hello| {
        let all = hello.as_ref().map(|hello| hello.search_metrics.clone()).unwrap_or_default();
        all.into_iter().map(|metric| metric.name).collect::<Vec<_>>()
    });
    let metric = Var::new("sharpe".to_owned());
    let method = Var::new("grid".to_owned());
    let budget = Var::new("200".to_owned());
    let constraint = Var::new(String::new());
    let is_walk = Var::new(false);
    let windows = Var::new(("120d".to_owned(), "30d".to_owned()));
    let progress = Var::new(Progress::default());
    let search: StoredValue<Option<Search>, LocalStorage> = StoredValue::new_local(None);

    let start = move |_| {
        let SeriesState::Ready(candles) = studio.series.get_untracked() else { return };
        let document = studio.with_editor(|editor| editor.compile_view().to_json()).unwrap_or_default();
        let mut settings = studio.choices.with_untracked(|c| c.settings(candles.tick_size, candles.lot_size));
        settings.series.clone_from(&candles.key);
        let chosen = params.with_untracked(|all| {
            all.iter()
                .filter(|one| one.is_chosen)
                .map(|one| format!("{}={}", one.name, one.range.trim()))
                .collect()
        });
        let constraint = constraint.get_untracked();
        let begin = SearchBegin {
            document,
            settings,
            params: chosen,
            constraints: if constraint.trim().is_empty() { Vec::new() } else { vec![constraint] },
            method: method.get_untracked(),
            metrics: vec![metric.get_untracked()],
            min_trades: 1,
            budget: if method.get_untracked() == "grid" { None } else { budget.get_untracked().parse().ok() },
            seed: 0,
            windows: is_walk.get_untracked().then(|| {
                let (in_sample, out_of_sample) = windows.get_untracked();
                Windows { in_sample, out_of_sample, anchored: false, purge_bars: 0, embargo_bars: 0 }
            }),
        };
        search.set_value(Some(Search::begin(&candles, begin, workers(), progress)));
    };
    let stop = move |_| {
        search.with_value(|search| {
            if let Some(search) = search {
                search.stop();
            }
        });
    };
    let is_running = Derived::new(move || progress.with(|progress| progress.is_running));
    let can_start = Derived::new(move || params.with(|all| all.iter().any(|one| one.is_chosen)));
    let select = move |label: &'static str, id: &'static str, options: Vec<String>, value: Var<String>| {
        let options = options
            .into_iter()
            .map(|option| {
                let is_chosen = value.with_untracked(|value| *value == option);
                view! { <option value=option.clone() selected=is_chosen>{option.clone()}</option> }
            })
            .collect_view();
        view! {
            <label class="run-setting">
                <span>{label}</span>
                <select id=id data-testid=id on:change=act(move |event| value.set(event_target_value(&event)))>{options}</select>
            </label>
        }
        .erase()
    };
    let methods = ["grid", "random", "tpe", "genetic"].map(str::to_owned).to_vec();
    let field = move |label: &'static str,
                      id: &'static str,
                      read: fn(&(String, String)) -> String,
                      write: fn(&mut (String, String), String)| {
        view! {
            <label class="run-setting" hidden=is(move || !is_walk.get())>
                <span>{label}</span>
                <input id=id type="text" maxlength="12" prop:value=text(move || windows.with(read)) on:change=act(move |event| windows.update(|windows| write(windows, event_target_value(&event)))) />
            </label>
        }
        .erase()
    };
    view! {
        <div class="optimize">
            <ParamTable params=params />
            <div class="run-settings">
                {select("Best by", "search-metric", metrics, metric)}
                {select("Method", "search-method", methods, method)}
                <label class="run-setting" hidden=is(move || method.with(|method| method == "grid"))>
                    <span>"Tries"</span>
                    <input id="search-budget" type="text" inputmode="numeric" maxlength="6" prop:value=text(move || budget.get()) on:change=act(move |event| budget.set(event_target_value(&event))) />
                </label>
                <label class="run-setting">
                    <span>"Only if"</span>
                    <input id="search-where" data-testid="search-where" type="text" placeholder="fast.period < slow.period" maxlength="200" on:change=act(move |event| constraint.set(event_target_value(&event))) />
                </label>
                <label class="run-setting run-switch">
                    <input id="search-walk" data-testid="search-walk" type="checkbox" on:change=act(move |event| is_walk.set(event_target_checked(&event))) />
                    <span>"Walk forward"</span>
                </label>
                {field("Search over", "walk-in", |w| w.0.clone(), |w, value| w.0 = value)}
                {field("Test on", "walk-out", |w| w.1.clone(), |w, value| w.1 = value)}
                <button type="button" class="button" data-kind="primary" data-testid="search-start" disabled=is(move || is_running.get() || !can_start.get()) on:click=act(start)>"Search"</button>
                <button type="button" class="button" data-testid="search-stop" disabled=is(move || !is_running.get()) on:click=act(stop)>"Stop"</button>
            </div>
            <p role="status" class="soft optimize-state" data-testid="search-state">{text(move || progress.with(state_words))}</p>
            <progress class="optimize-progress" max="1" aria-label="Progress" prop:value=move || progress.with(share) hidden=is(move || !is_running.get())></progress>
            {part(move || verdict_view(&progress.get()))}
            {part(move || results_view(studio, &progress.get(), search, &metric.get_untracked()))}
        </div>
    }
    .erase()
}

/// Every number that a node has, with a range around its value.
fn candidates(editor: &Editor) -> Vec<Candidate> {
    let mut found = Vec::new();
    for view in editor.nodes() {
        for param in &view.kind.params {
            let value =
                view.node.data.params.get(&param.name).cloned().unwrap_or_else(|| param.default_value());
            let (Some(value), Some((low, high, step))) = (value.as_f64(), param.range()) else { continue };
            let is_whole = matches!(param.kind, ParamKind::Integer { .. });
            found.push(Candidate {
                name: format!("{}.{}", view.node.id, param.name),
                label: format!("{}: {}", view.label(), param.name.replace('_', " ")),
                range: range_around(value, low, high, step, is_whole),
                is_chosen: false,
            });
        }
    }
    found
}

/// From half of a value to twice as much, in some ten steps.
fn range_around(value: f64, low: f64, high: f64, step: f64, is_whole: bool) -> String {
    let (from, to) = ((value * 0.5).max(low), (value * 2.0).min(high));
    let mut by = ((to - from) / 10.0 / step).round().max(1.0) * step;
    if is_whole {
        by = by.round().max(1.0);
    }
    let start = if is_whole { from.round() } else { (from / step).round() * step };
    let round = |value: f64| (value * 1e9).round() / 1e9;
    format!("{}..{}:{}", round(start), round(to), round(by))
}

/// The parameters, with the values to try.
#[component]
fn ParamTable(params: Var<Vec<Candidate>>) -> impl IntoView {
    let rows = params
        .get_untracked()
        .into_iter()
        .enumerate()
        .map(|(place, one)| {
            let id = format!("vary-{}", one.name);
            let change = move |change: &dyn Fn(&mut Candidate)| {
                params.update(|all| {
                    if let Some(one) = all.get_mut(place) {
                        change(one);
                    }
                });
            };
            view! {
                <li>
                    <input id=id.clone() data-testid=id.clone() type="checkbox" on:change=act(move |event| {
                        let is_chosen = event_target_checked(&event);
                        change(&|one| one.is_chosen = is_chosen);
                    }) />
                    <label for=id.clone()>{one.label.clone()}</label>
                    <input
                        type="text"
                        class="plain-input"
                        aria-label=format!("Values of {}", one.label)
                        data-testid=format!("{id}-values")
                        maxlength="120"
                        value=one.range.clone()
                        on:change=act(move |event| {
                            let range = event_target_value(&event);
                            change(&|one| one.range.clone_from(&range));
                        })
                    />
                </li>
            }
            .erase()
        })
        .collect_view();
    view! { <ul class="optimize-params scroll" tabindex="0" aria-label="Parameters">{rows}</ul> }.erase()
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs are far below 2^53")]
fn share(progress: &Progress) -> f64 {
    progress.state.as_ref().map_or(0.0, |state| state.done as f64 / (state.total.max(1)) as f64)
}

fn state_words(progress: &Progress) -> String {
    if let Some(failure) = &progress.failure {
        return failure.clone();
    }
    let Some(state) = &progress.state else {
        return if progress.is_running { "Starting workers…".to_owned() } else { String::new() };
    };
    let left = progress.left_ms.filter(|_| progress.is_running);
    let left = left.map_or_else(String::new, |ms| format!(", about {:.0} s left", (ms / 1000.0).ceil()));
    format!("{} of {} runs{left}", state.done, state.total)
}

fn verdict_view(progress: &Progress) -> Option<AnyView> {
    let verdict: &WalkForwardVerdict = progress.verdict.as_deref()?;
    let reasons =
        verdict.reasons.iter().map(|reason| view! { <li>{reason.text.clone()}</li> }).collect_view();
    let number =
        |value: Option<f64>| value.map_or_else(|| words::DASH.to_owned(), |value| format!("{value:.2}"));
    Some(
        view! {
            <section class="optimize-verdict" data-judgment=verdict.judgment.clone() data-testid="verdict">
                <h3>{verdict.text.clone()}</h3>
                <ul>{reasons}</ul>
                <p class="soft">
                    "Efficiency " {number(verdict.efficiency)} ", deflated Sharpe " {number(verdict.deflated_sharpe)}
                    ", probability of overfitting " {number(verdict.overfitting)}
                </p>
            </section>
        }
        .erase(),
    )
}

fn results_view(
    studio: Studio,
    progress: &Progress,
    search: StoredValue<Option<Search>, LocalStorage>,
    metric: &str,
) -> Option<AnyView> {
    let axes = &progress.axes;
    let (table, columns) = progress.table.as_ref()?;
    let heads =
        axes.iter().map(|axis| view! { <th scope="col" class="num">{axis.name.clone()}</th> }).collect_view();
    let metric_heads = table
        .metrics
        .iter()
        .take(6)
        .map(|metric| view! { <th scope="col" class="num">{metric.name.clone()}</th> })
        .collect_view();
    let rows = table
        .top
        .iter()
        .take(ROWS_SHOWN)
        .filter_map(|number| usize::try_from(*number).ok())
        .map(|row| result_row(studio, axes, table, columns, row))
        .collect_view();
    let map = heat_map(axes, table, columns, metric);
    let save = move |_| {
        let Some(search) = search.with_value(Clone::clone) else { return };
        spawn_local(async move {
            if let Some(text) = search.report().await {
                browser::download(&text.file_name, &text.media_type, &text.text);
            }
        });
    };
    Some(
        view! {
            <div class="optimize-results">
                {map}
                <div class="scroll" tabindex="0" role="region" aria-label="The best">
                    <table class="plain" data-testid="search-table">
                        <thead><tr>{heads}{metric_heads}<th></th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <button type="button" class="button" on:click=act(save)>"Save as a page"</button>
            </div>
        }
        .erase(),
    )
}

fn result_row(
    studio: Studio,
    axes: &[AxisInfo],
    table: &SearchTable,
    columns: &Columns,
    row: usize,
) -> AnyView {
    let values: Vec<f64> = table.values.iter().map(|buffer| columns.at(*buffer, row)).collect();
    let settings: Vec<(String, f64)> =
        axes.iter().map(|axis| axis.name.clone()).zip(values.iter().copied()).collect();
    let cells = values.iter().map(|value| view! { <td class="num">{format!("{value}")}</td> }).collect_view();
    let metrics = table
        .metrics
        .iter()
        .take(6)
        .map(|metric| view! { <td class="num">{words::wire_value(columns.at(metric.values, row))}</td> })
        .collect_view();
    view! {
        <tr>
            {cells}
            {metrics}
            <td>
                <button type="button" class="button" data-testid="apply" on:click=act(move |_| apply(studio, &settings))>"Apply"</button>
            </td>
        </tr>
    }
    .erase()
}

/// Sets the parameters of a candidate, as one step of the history.
fn apply(studio: Studio, settings: &[(String, f64)]) {
    let failed = studio.edit(|editor| {
        editor.begin("Apply found parameters");
        for (name, value) in settings {
            let Some((node, param)) = name.rsplit_once('.') else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "whole and far below 2^53")]
            let value = if value.fract() == 0.0 { Json::from(*value as i64) } else { Json::from(*value) };
            let edit = Edit::SetParam { node: node.to_owned(), param: param.to_owned(), value };
            if let Err(error) = editor.apply(edit) {
                editor.abort();
                return Some(error.to_string());
            }
        }
        editor.commit();
        None
    });
    match failed.flatten() {
        Some(message) => studio.warn("The parameters do not fit", &message),
        None => studio.tell("Applied", "One undo takes it back."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lie_around_the_value_and_within_bounds() {
        for (value, bounds, is_whole, expected) in [
            (14.0, (1.0, 500.0, 1.0), true, "7..28:2"),
            (1.0, (1.0, 500.0, 1.0), true, "1..2:1"),
            (0.5, (0.0, 1.0, 0.05), false, "0.25..1:0.05"),
        ] {
            assert_eq!(range_around(value, bounds.0, bounds.1, bounds.2, is_whole), expected);
        }
    }

    #[test]
    fn progress_is_told_in_words() {
        assert_eq!(state_words(&Progress::default()), "");
        assert_eq!(state_words(&Progress { is_running: true, ..Progress::default() }), "Starting workers…");
        let failed = Progress { failure: Some("no".to_owned()), ..Progress::default() };
        assert_eq!(state_words(&failed), "no");
        assert!(share(&failed) < f64::EPSILON);
    }
}

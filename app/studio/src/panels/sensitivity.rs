use leptos::prelude::*;
use wickflow_app::components::{Erase, part};
use wickflow_app::state::format;
use wickflow_app::state::reactive::{Var, effect};
use wickflow_lab::protocol::{Answer, Ask, Sensitivity, SensitivityPoint, SensitivityRequest};

use crate::state::Studio;

/// Values that are tried.
const POINTS: u32 = 9;
/// How far to either side.
const SPAN: f64 = 0.2;

/// A strip that says what the result would be with other values of a parameter, 20 % to either side.
#[component]
pub(super) fn SensitivityStrip(node: String, param: String) -> impl IntoView {
    let studio = Studio::get();
    let found: Var<Option<Sensitivity>> = Var::new(None);
    let under_way = StoredValue::new(None::<u32>);
    effect(move || {
        // Of a finished gesture only: the engine has better to do while a slider moves.
        let seq = studio.outcome.with(|outcome| outcome.as_ref().map(|outcome| outcome.result.seq));
        let Some(engine) = studio.engine() else { return };
        if let Some(id) = under_way.get_value() {
            engine.cancel(id);
        }
        if seq.is_none() || studio.is_dragging.get() {
            return;
        }
        let request =
            SensitivityRequest { node: node.clone(), param: param.clone(), points: POINTS, span: SPAN };
        let id = engine.send(Ask::Sensitivity(request), &[], move |answer, _| {
            if let Answer::Sensitivity(sensitivity) = answer {
                found.set(Some(sensitivity));
            }
        });
        under_way.set_value(Some(id));
    });
    on_cleanup(move || {
        if let (Some(engine), Some(id)) = (studio.engine(), under_way.try_get_value().flatten()) {
            engine.cancel(id);
        }
    });
    let strip = move || found.get().filter(|found| found.points.len() > 1).map(|found| cells(&found));
    view! { <div class="sensitivity" aria-hidden="true">{part(strip)}</div> }.erase()
}

fn cells(found: &Sensitivity) -> AnyView {
    let mut points = found.points.clone();
    points.sort_by(|a, b| a.value.total_cmp(&b.value));
    let returns: Vec<f64> = points.iter().filter_map(|point| point.total_return).collect();
    let largest = returns.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    points.iter().map(|point| cell(point, largest, found.current)).collect_view().into_any()
}

/// One value: up or down, in four strengths of the best and worst.
fn cell(point: &SensitivityPoint, largest: f64, current: f64) -> AnyView {
    let value = point.total_return.unwrap_or(0.0);
    let share = if largest > 0.0 { value.abs() / largest } else { 0.0 };
    let strength = match share {
        share if share > 0.75 => "4",
        share if share > 0.5 => "3",
        share if share > 0.25 => "2",
        _ => "1",
    };
    let tone = if value >= 0.0 { "up" } else { "down" };
    let is_current = (point.value - current).abs() < 1e-9;
    let title = format!("{}: {}", point.value, point.total_return.map_or_else(String::new, format::percent));
    view! { <span data-tone=tone data-strength=strength data-current=is_current.then_some("") title=title></span> }.erase()
}

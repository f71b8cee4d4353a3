use leptos::html::Div;
use leptos::prelude::*;
use wickflow_app::components::Erase;
use wickflow_app::state::reactive::{Derived, effect};
use wickflow_chart::studies::align;
use wickflow_chart::{Pane, PriceFormat, Study, StudyInk, StudyStyle};

use crate::chart_host::{ChartHost, whole};
use crate::state::{FullOutcome, Outcome, Studio};

const DRAWDOWN: &str = "drawdown";

/// Equity, buy and hold, and the drawdown below.
#[component]
pub(super) fn Curves() -> impl IntoView {
    let studio = Studio::get();
    let host = NodeRef::<Div>::new();
    let chart = ChartHost::new();
    effect(move || {
        let Some(host) = host.get() else { return };
        if chart.mount(&host, studio.store) {
            chart.show_curves_only();
            chart.update(|chart| {
                chart.set_price_format(PriceFormat { precision: 0, ..PriceFormat::default() });
            });
            let seq = Derived::new(move || studio.outcome.with(|o| o.as_ref().map(|o| o.result.seq)));
            effect(move || {
                seq.track();
                studio.outcome.with_untracked(|outcome| {
                    if let Some(outcome) = outcome {
                        show(chart, outcome);
                    }
                });
            });
            effect(move || {
                let Some(full) = studio.full.get() else { return };
                studio.outcome.with_untracked(|outcome| {
                    if let Some(outcome) = outcome.as_ref().filter(|o| o.result.seq == full.details.seq) {
                        show_band(chart, outcome, &full);
                    }
                });
            });
        }
    });
    view! { <div class="curves" node_ref=host data-testid="curves" aria-label="Equity and drawdown"></div> }
        .erase()
}

/// Between the lowest and the highest equity that any fill profile gives: how far the result depends on how orders are
/// taken to fill.
fn show_band(chart: ChartHost, outcome: &Outcome, full: &FullOutcome) {
    let bars = |buffer| full.columns.get(buffer).iter().map(|bar| whole(*bar)).collect::<Vec<_>>();
    let curve = &outcome.result.curve;
    let onto: Vec<i64> = outcome.columns.get(curve.bar).iter().map(|bar| whole(*bar)).collect();
    let Some(first) = outcome.columns.get(curve.time).first().map(|time| whole(*time)) else { return };
    let (mut low, mut high) = (vec![f64::NAN; onto.len()], vec![f64::NAN; onto.len()]);
    for profile in &full.details.profiles {
        let values = align(&bars(profile.bar), full.columns.get(profile.equity), &onto);
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(values) {
            // The other number where one is missing.
            *low = low.min(value);
            *high = high.max(value);
        }
    }
    chart.update(|chart| {
        chart.update_studies(|studies| {
            studies.upsert_study(
                Study::new("band", "All fill profiles", first, low)
                    .ink(StudyInk::Cyan)
                    .style(StudyStyle::Band { other: high }),
            );
        });
    });
}

fn show(chart: ChartHost, outcome: &Outcome) {
    let (curve, columns) = (&outcome.result.curve, &outcome.columns);
    let times: Vec<i64> = columns.get(curve.time).iter().map(|time| whole(*time)).collect();
    let Some(first) = times.first().copied() else { return };
    let equity = columns.get(curve.equity).to_vec();
    let hold = columns.get(curve.hold).to_vec();
    let drawdown: Vec<f64> = columns.get(curve.drawdown).iter().map(|fall| -100.0 * fall).collect();
    let start = outcome.result.start_cash;
    chart.update(|chart| {
        chart.set_times(&times);
        chart.update_studies(|studies| {
            studies.set_panes(vec![Pane::new(DRAWDOWN, "Drawdown, %").share(0.28)]);
            studies.set_studies(vec![
                Study::new("hold", "Buy and hold", first, hold).ink(StudyInk::Gray),
                Study::new("equity", "Equity", first, equity)
                    .ink(StudyInk::Blue)
                    .style(StudyStyle::Area { base: start })
                    .width(2),
                Study::new(DRAWDOWN, "Drawdown, %", first, drawdown)
                    .ink(StudyInk::Red)
                    .style(StudyStyle::Area { base: 0.0 })
                    .in_pane(DRAWDOWN),
            ]);
        });
        chart.fit();
    });
}

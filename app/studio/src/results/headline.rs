use std::sync::Arc;

use leptos::prelude::*;
use wickflow_app::components::{Erase, attr, row, rows, text};
use wickflow_lab::protocol::{Figure, FigureUnit};

use crate::state::{RunState, SeriesState, Studio};
use crate::words;

/// The figures that say most, and whether they are those of the strategy as it is now.
#[component]
pub(super) fn Headline() -> impl IntoView {
    let studio = Studio::get();
    let figures = rows(move || {
        let found = studio.outcome.with(|outcome| outcome.as_ref().map(|outcome| outcome.result.clone()));
        let figures = found.map(|result| result.figures.clone()).unwrap_or_default();
        figures
            .into_iter()
            .map(|figure| {
                let key = format!("{} {:?}", figure.key, figure.value.map(f64::to_bits));
                row(key, move || one(&Arc::new(figure)))
            })
            .collect()
    });
    view! {
        <div class="headline">
            <dl class="headline-figures" data-testid="headline">
                {figures}
            </dl>
            <p class="headline-state" role="status" data-tone=attr(move || tone(studio)) data-testid="run-state">
                {text(move || state_words(studio))}
            </p>
        </div>
    }
    .erase()
}

fn one(figure: &Figure) -> AnyView {
    let tone = match figure.unit {
        // A drawdown is a loss whatever its sign.
        _ if figure.key.contains("drawdown") => "",
        FigureUnit::Fraction | FigureUnit::Cash => match figure.value {
            Some(value) if value > 0.0 && is_gain(&figure.key) => "up",
            Some(value) if value < 0.0 => "down",
            _ => "",
        },
        _ => "",
    };
    view! {
        <div data-figure=figure.key.clone()>
            <dt>{figure.label.clone()}</dt>
            <dd data-tone=tone>{words::figure(figure)}</dd>
        </div>
    }
    .erase()
}

/// Whether more of it is earned money, which is colored.
fn is_gain(key: &str) -> bool {
    key.contains("return") || key.contains("profit") || key == "cagr" || key.contains("expectancy")
}

fn tone(studio: Studio) -> &'static str {
    let is_missing = studio.series.with(|series| matches!(series, SeriesState::Failed(_)));
    studio.run_state.with(|state| match state {
        RunState::Failed(_) | RunState::Broken => "warn",
        _ if is_missing => "warn",
        _ => "",
    })
}

fn state_words(studio: Studio) -> String {
    let candles = studio.series.with(|series| match series {
        SeriesState::Loading => Some("Loading candles…".to_owned()),
        SeriesState::Failed(message) => Some(format!("No candles: {message}")),
        SeriesState::None | SeriesState::Ready(_) => None,
    });
    if let Some(words) = candles {
        return words;
    }
    studio.run_state.with(|state| match state {
        RunState::Idle => String::new(),
        RunState::Running => "Running…".to_owned(),
        RunState::Broken => "The strategy has problems; this is its last good result".to_owned(),
        RunState::Failed(message) => message.clone(),
        RunState::Done => studio.outcome.with(|outcome| {
            outcome.as_ref().map_or_else(String::new, |outcome| {
                let result = &outcome.result;
                let ms: f64 = result.timings.iter().map(|timing| timing.ms).sum();
                let bars = words::in_unit(f64::from(result.bars), FigureUnit::Count);
                let note = studio.series.with(|series| match series {
                    SeriesState::Ready(candles) => candles.note.clone(),
                    _ => None,
                });
                let note = note.map_or_else(String::new, |note| format!(". {note}"));
                format!("{bars} bars in {ms:.1} ms{note}")
            })
        }),
    })
}

//! What the strategy comes to: how it is run, the chart with its trades, curves, trades, and what to doubt.

mod curves;
mod figures;
mod headline;
mod price_chart;
mod review;
mod series_shown;
mod settings;
mod trades;
mod why;

use leptos::prelude::*;
use wickflow_app::components::{Choices, Empty, Erase, attr, part, when};
use wickflow_app::state::reactive::{Derived, Var};

use crate::state::{RunState, SeriesState, Studio};

/// What stands beside the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Curves,
    Trades,
    Why,
    Review,
    Figures,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Curves, Self::Trades, Self::Why, Self::Review, Self::Figures];

    fn name(self) -> &'static str {
        match self {
            Self::Curves => "Equity",
            Self::Trades => "Trades",
            Self::Why => "Why",
            Self::Review => "Review",
            Self::Figures => "Figures",
        }
    }
}

/// The result of the open strategy.
#[component]
pub fn Results() -> impl IntoView {
    let studio = Studio::get();
    let tab = Var::new(Tab::Curves);
    let chosen = Derived::new(move || Tab::ALL.iter().position(|one| *one == tab.get()).unwrap_or_default());
    let choose = move |index: usize| {
        if let Some(other) = Tab::ALL.get(index) {
            tab.set(*other);
        }
    };
    let body = move || {
        Some(match tab.get() {
            Tab::Curves => view! { <curves::Curves /> }.erase(),
            Tab::Trades => view! { <trades::TradeList /> }.erase(),
            Tab::Why => view! { <why::Why /> }.erase(),
            Tab::Review => view! { <review::Review /> }.erase(),
            Tab::Figures => view! { <figures::Figures /> }.erase(),
        })
    };
    let has_outcome = move || studio.outcome.with(Option::is_some);
    view! {
        <div class="results" data-state=attr(move || state_name(studio)) data-testid="results">
            <settings::SettingsBar />
            <headline::Headline />
            <div class="results-body">
                <price_chart::PriceChart />
                <div class="results-side">
                    <div class="results-tabs">
                        <Choices
                            label="Result"
                            options=Tab::ALL.iter().map(|tab| tab.name()).collect()
                            value=chosen
                            choose=Callback::new(choose)
                            name="result"
                        />
                    </div>
                    {when(has_outcome, move || view! { <div class="results-tab">{part(body)}</div> }.erase())}
                    {when(move || !has_outcome(), move || view! { <NoResult /> }.erase())}
                </div>
            </div>
        </div>
    }
    .erase()
}

/// What the engine is doing, for styles and tests.
fn state_name(studio: Studio) -> &'static str {
    if studio.series.with(|series| matches!(series, SeriesState::Loading)) {
        return "loading";
    }
    studio.run_state.with(|state| match state {
        RunState::Idle => "idle",
        RunState::Running => "running",
        RunState::Done => "done",
        RunState::Broken => "broken",
        RunState::Failed(_) => "failed",
    })
}

/// Why there is no result yet.
#[component]
fn NoResult() -> impl IntoView {
    let studio = Studio::get();
    let reason = move || {
        let loading = studio.series.with(|series| match series {
            SeriesState::Failed(_) => Some(("No candles", "Choose another market above.")),
            SeriesState::None | SeriesState::Loading => {
                Some(("Loading candles", "The result follows at once."))
            }
            SeriesState::Ready(_) => None,
        });
        let (title, text) = loading.unwrap_or_else(|| {
            studio.run_state.with(|state| match state {
                RunState::Broken => {
                    ("The strategy cannot run yet", "The problems below the graph say what is missing.")
                }
                RunState::Failed(_) => ("The run failed", "The message above the chart says why."),
                _ => ("No result yet", "Draw a strategy, and its backtest appears here while you draw."),
            })
        });
        Some(view! { <Empty title=title text=text /> }.erase())
    };
    view! { <div class="results-tab">{part(reason)}</div> }.erase()
}

use leptos::prelude::*;
use wickflow_app::components::{Empty, Erase, part};

use crate::state::Studio;
use crate::words;

/// Months of a year as column heads.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Every figure with its convention, returns by month, and all fill profiles.
#[component]
pub(super) fn Figures() -> impl IntoView {
    let studio = Studio::get();
    let body = move || {
        let full = studio.full.get();
        Some(match full {
            None => {
                view! { <Empty title="Working it out" text="Every figure follows in a moment." /> }.erase()
            }
            Some(full) => {
                let details = full.details;
                let figures = details.figures.iter().map(|figure| {
                    view! {
                        <tr>
                            <th scope="row">{figure.label.clone()}</th>
                            <td class="num">{words::figure(figure)}</td>
                            <td class="soft">{figure.convention.clone().unwrap_or_default()}</td>
                        </tr>
                    }
                    .erase()
                });
                let profiles = details.profiles.iter().map(|profile| {
                    view! {
                        <tr>
                            <th scope="row">{profile.profile.clone()}</th>
                            <td class="num">{percent(profile.total_return)}</td>
                            <td class="num">{percent(-profile.max_drawdown)}</td>
                            <td class="num">{profile.trades}</td>
                        </tr>
                    }
                    .erase()
                });
                let years = details.months.iter().map(|year| {
                    let months = year.months.iter().map(|month| month_cell(*month));
                    view! {
                        <tr>
                            <th scope="row">{year.year}</th>
                            {months.collect_view()}
                            {month_cell(year.total)}
                        </tr>
                    }
                    .erase()
                });
                view! {
                    <div class="figures scroll" data-testid="figures" tabindex="0" role="region" aria-label="Figures">
                        <h3>"Fill profiles side by side"</h3>
                        <p class="soft">{details.profiles_summary.clone()}</p>
                        <table class="plain">
                            <thead>
                                <tr>
                                    <th scope="col">"Profile"</th>
                                    <th scope="col" class="num">"Return"</th>
                                    <th scope="col" class="num">"Drawdown"</th>
                                    <th scope="col" class="num">"Trades"</th>
                                </tr>
                            </thead>
                            <tbody>{profiles.collect_view()}</tbody>
                        </table>
                        <h3>"Returns by month"</h3>
                        <div class="scroll" tabindex="0" role="region" aria-label="Returns by month">
                            <table class="plain months">
                                <thead>
                                    <tr>
                                        <th scope="col">"Year"</th>
                                        {MONTHS.map(|month| view! { <th scope="col" class="num">{month}</th> }).collect_view()}
                                        <th scope="col" class="num">"Year"</th>
                                    </tr>
                                </thead>
                                <tbody>{years.collect_view()}</tbody>
                            </table>
                        </div>
                        <h3>"Every figure"</h3>
                        <table class="plain">
                            <tbody>{figures.collect_view()}</tbody>
                        </table>
                        <p class="soft">
                            {[&details.models.fills, &details.models.fees, &details.models.slippage, &details.models.account]
                                .map(|words| view! { <span>{words.clone()} " "</span> })
                                .collect_view()}
                        </p>
                    </div>
                }
                .erase()
            }
        })
    };
    view! { <div class="results-fill">{part(body)}</div> }.erase()
}

fn month_cell(value: Option<f64>) -> AnyView {
    let tone = match value {
        Some(value) if value > 0.0 => "up",
        Some(value) if value < 0.0 => "down",
        _ => "",
    };
    view! { <td class="num" data-tone=tone>{value.map_or_else(String::new, |value| format!("{:+.1}", value * 100.0))}</td> }
        .erase()
}

fn percent(fraction: f64) -> String {
    wickflow_app::state::format::percent(fraction)
}

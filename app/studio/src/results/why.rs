use std::sync::Arc;

use leptos::prelude::*;
use wickflow_app::components::{Empty, Erase, Icon, act, attr, icon, is, part, text};
use wickflow_app::state::reactive::{Derived, Var, effect};
use wickflow_lab::protocol::{
    ActionExplanation, Answer, Ask, BarExplanation, Condition, FillWords, Find, FindDirection, FindWhat,
    TradeExplanation, TradeSide,
};

use crate::state::Studio;
use crate::words;

/// What is explained: a bar that was stepped to, or a trade that was picked.
#[derive(Debug, Clone)]
enum Explained {
    Bar(Arc<BarExplanation>),
    Trade(Arc<TradeExplanation>),
}

/// Where the buttons step to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Bar,
    Fire,
    Trade,
}

/// Why a trade happened, or why there was none at a bar; and the ways from bar to bar.
#[component]
pub(super) fn Why() -> impl IntoView {
    let studio = Studio::get();
    let explained: Var<Option<Explained>> = Var::new(None);
    let seq = Derived::new(move || studio.outcome.with(|o| o.as_ref().map(|o| o.result.seq)));
    effect(move || {
        seq.track();
        let trade = studio.trade.get();
        let bar = studio.stepped.get();
        let ask = match (trade, bar) {
            (_, Some(bar)) => Ask::ExplainBar { bar },
            (Some(index), None) => Ask::ExplainTrade { index },
            (None, None) => {
                explained.set(None);
                return;
            }
        };
        let Some(engine) = studio.engine() else { return };
        engine.send(ask, &[], move |answer, _| match answer {
            Answer::Bar(bar) => explained.set(Some(Explained::Bar(Arc::new(bar)))),
            Answer::Trade(trade) => explained.set(Some(Explained::Trade(Arc::new(trade)))),
            _ => {}
        });
    });
    let body = move || {
        Some(match explained.get() {
            None => view! {
                <Empty
                    title="Pick a bar or a trade"
                    text="Click a candle to see what every condition said there, or a trade to see what caused it."
                />
            }
            .erase(),
            Some(Explained::Bar(bar)) => bar_view(studio, &bar),
            Some(Explained::Trade(trade)) => trade_view(studio, &trade),
        })
    };
    view! {
        <div class="why" data-testid="why">
            <div class="why-steps" role="group" aria-label="Step">
                {stepper(studio, "Previous trade", "⇤ trade", Target::Trade, FindDirection::Backward)}
                {stepper(studio, "Previous bar at which an action fires", "‹ fire", Target::Fire, FindDirection::Backward)}
                {stepper(studio, "Previous bar", "‹ bar", Target::Bar, FindDirection::Backward)}
                <span class="why-bar">{text(move || studio.stepped.get().map_or_else(|| "no bar".to_owned(), |bar| format!("bar {bar}")))}</span>
                {stepper(studio, "Next bar", "bar ›", Target::Bar, FindDirection::Forward)}
                {stepper(studio, "Next bar at which an action fires", "fire ›", Target::Fire, FindDirection::Forward)}
                {stepper(studio, "Next trade", "trade ⇥", Target::Trade, FindDirection::Forward)}
            </div>
            <div class="why-body scroll" tabindex="0" role="region" aria-label="Explanation" aria-live="polite">{part(body)}</div>
        </div>
    }
    .erase()
}

fn stepper(
    studio: Studio,
    label: &'static str,
    name: &'static str,
    target: Target,
    direction: FindDirection,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            data-kind="quiet"
            aria-label=label
            title=label
            disabled=is(move || studio.outcome.with(Option::is_none))
            on:click=act(move |_| step(studio, target, direction))
        >
            {name}
        </button>
    }
    .erase()
}

/// Goes to the next bar of a kind. From nowhere steps forward begin at the first bar and steps back at the last.
fn step(studio: Studio, target: Target, direction: FindDirection) {
    let bars =
        studio.outcome.with_untracked(|outcome| outcome.as_ref().map_or(0, |o| i64::from(o.result.bars)));
    let nowhere = if direction == FindDirection::Forward { -1 } else { bars };
    let from = studio.stepped.get_untracked().map_or(nowhere, i64::from);
    let show = move |bar: u32| {
        studio.trade.set(None);
        studio.stepped.set(Some(bar));
    };
    let what = match target {
        Target::Bar => {
            let next = if direction == FindDirection::Forward { from + 1 } else { from - 1 };
            if let Some(bar) = u32::try_from(next).ok().filter(|bar| i64::from(*bar) < bars) {
                show(bar);
            }
            return;
        }
        Target::Fire => FindWhat::AnyAction,
        Target::Trade => FindWhat::Entry,
    };
    let Some(engine) = studio.engine() else { return };
    engine.send(Ask::Find(Find { from, direction, what }), &[], move |answer, _| {
        if let Answer::Found(found) = answer {
            match found.bar {
                Some(bar) => show(bar),
                None => studio.tell("Nothing further", "There is none on that side of the bar."),
            }
        }
    });
}

fn bar_view(studio: Studio, bar: &BarExplanation) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "times of candles are far below 2^53 ms")]
    let time = words::time(bar.time as f64);
    let warm = (!bar.is_warmed_up).then(|| {
        view! { <p class="soft">"Some indicators have no value yet at this bar: nothing can trade."</p> }
            .erase()
    });
    let actions = bar.actions.iter().map(|action| action_view(studio, action)).collect_view();
    let fills = bar.fills.iter().map(fill_view).collect_view();
    view! {
        <p>"Close of bar " {bar.bar} ", " {time} " UTC. Position: " {words::wire_value(bar.position)}</p>
        {warm}
        <ul class="why-fills">{fills}</ul>
        {actions}
    }
    .into_any()
}

fn action_view(studio: Studio, action: &ActionExplanation) -> AnyView {
    let (tone, state) = match action.signal {
        Some(true) => ("up", "fires"),
        Some(false) => ("", "does not fire"),
        None => ("warn", "not known yet"),
    };
    let conditions = action
        .conditions
        .iter()
        .enumerate()
        .map(|(place, condition)| {
            let fails = u32::try_from(place).is_ok_and(|place| action.failing.contains(&place));
            condition_view(studio, condition, fails)
        })
        .collect_view();
    let node = action.node.clone();
    view! {
        <section class="why-action">
            <h3>
                <button type="button" on:click=act(move |_| studio.reveal.set(Some(node.clone())))>{action.label.clone()}</button>
                " " <span data-tone=tone>{state}</span>
            </h3>
            <p class="soft">{action.outcome.clone()}</p>
            <ul>{conditions}</ul>
        </section>
    }
    .erase()
}

fn condition_view(studio: Studio, condition: &Condition, fails: bool) -> AnyView {
    let mark = match condition.value {
        Some(true) => Icon::Check,
        Some(false) => Icon::Close,
        None => Icon::Info,
    };
    let tone = match condition.value {
        Some(true) => "up",
        Some(false) => "down",
        None => "warn",
    };
    let node = condition.node.clone();
    let (target, port) = (condition.node.clone(), condition.port.clone());
    let depth = condition.depth.min(6).to_string();
    view! {
        <li class="why-condition" data-depth=depth data-fails=fails.then_some("")>
            <span data-tone=tone>{icon(mark)}</span>
            <button
                type="button"
                title="Show the node; while pointed at, its series is on the chart"
                on:click=act(move |_| studio.reveal.set(Some(node.clone())))
                on:pointerenter=act(move |_: leptos::ev::PointerEvent| studio.traced.set(Some((target.clone(), port.clone()))))
                on:pointerleave=act(move |_: leptos::ev::PointerEvent| studio.traced.set(None))
            >
                {condition.words.clone()}
            </button>
        </li>
    }
    .erase()
}

fn fill_view(fill: &FillWords) -> AnyView {
    view! { <li><strong>{fill.ordered_by.clone()}</strong> " " {fill.words.clone()}</li> }.erase()
}

fn trade_view(studio: Studio, trade: &TradeExplanation) -> AnyView {
    let tone = if trade.pnl >= 0.0 { "up" } else { "down" };
    let side = |title: &'static str, side: &TradeSide| {
        let wires = side.wires.iter().map(|wire| condition_view(studio, wire, false)).collect_view();
        let fills = side.fills.iter().map(fill_view).collect_view();
        let bar = side.decided_at;
        view! {
            <section class="why-action">
                <h3>{title} ": " {side.by.clone()}</h3>
                <p class="soft">
                    "Decided at the close of "
                    <button type="button" class="link" on:click=act(move |_| studio.stepped.set(Some(bar)))>"bar " {bar}</button>
                    ", filled in bar " {side.filled_at} "."
                </p>
                <ul class="why-fills">{fills}</ul>
                <ul>{wires}</ul>
            </section>
        }
        .erase()
    };
    view! {
        <p>
            "Trade " {trade.index + 1} ": "
            <strong data-tone=attr(move || tone)>{wickflow_app::state::format::signed(trade.pnl, 2, false)}</strong>
            " over " {trade.bars} " bars."
        </p>
        {side("Entry", &trade.entry)}
        {side("Exit", &trade.exit)}
    }
    .into_any()
}

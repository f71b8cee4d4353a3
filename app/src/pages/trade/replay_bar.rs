use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_shared::protocol::{FeedState, ReplayCommand, ReplayStatus};

use crate::api;
use crate::components::{Erase, Icon, act, attr, icon, is, part, text};
use crate::state::reactive::{Derived, Var};
use crate::state::replay::{SCRUB_STEPS, SPEEDS, nearest_speed, scrub_step, scrub_time};
use crate::state::toasts::Tone;
use crate::state::{Store, format};

/// Play, pause, step, speed, and a scrubber over the whole history.
#[component]
pub(super) fn ReplayBar() -> impl IntoView {
    let store = Store::get();
    let replay = Derived::new(move || store.feed.with(|feed| feed.as_ref().and_then(|f| f.replay.clone())));
    let is_paused = Derived::new(move || replay.with(|r| r.as_ref().is_none_or(|r| r.paused)));
    let has_ended =
        Derived::new(move || store.feed.with(|f| f.as_ref().is_some_and(|f| f.state == FeedState::Ended)));
    let is_busy = Var::new(false);
    let dragged = Var::new(None::<i64>);

    let send = move |command: ReplayCommand| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            match api::replay(command).await {
                Ok(feed) => store.set_feed(feed),
                Err(error) => store.toast(Tone::Warn, "The replay did not follow", error.message),
            }
            is_busy.set(false);
            dragged.set(None);
        });
    };
    let with_replay = move |act: &dyn Fn(&ReplayStatus) -> i64| replay.with(|r| r.as_ref().map_or(0, act));
    let place = move || dragged.get().unwrap_or_else(|| with_replay(&|r| scrub_step(r, store.now.get())));
    let time = move || {
        let zone = store.instrument.get()?.calendar.zone().clone();
        let at = match dragged.get() {
            Some(step) => replay.with(|r| r.as_ref().map(|r| scrub_time(r, step)))?,
            None => store.now.get(),
        };
        Some(format::long_date_time(at, &zone))
    };
    let seek = move |step: i64| {
        if let Some(to) = replay.with_untracked(|r| r.as_ref().map(|r| scrub_time(r, step))) {
            send(ReplayCommand::Seek { to });
        }
    };
    let options = SPEEDS
        .iter()
        .enumerate()
        .map(|(at, (_, text))| view! { <option value=at.to_string()>{*text}</option> }.erase())
        .collect_view();
    let speed = move || replay.with(|r| r.as_ref().map_or(0, |r| nearest_speed(r.speed))).to_string();
    let step_of = |event: &leptos::ev::Event| event_target_value(event).parse::<i64>().ok();
    view! {
        <section class="replay" aria-label="Replay" data-testid="replay" data-state=attr(move || if is_paused.get() { "paused" } else { "playing" })>
            <button
                type="button"
                class="icon-button"
                data-testid="replay-play"
                aria-label=attr(move || if is_paused.get() { "Play" } else { "Pause" })
                disabled=is(move || has_ended.get())
                on:click=act(move |_| send(if is_paused.get_untracked() { ReplayCommand::Play } else { ReplayCommand::Pause }))
            >
                {part(move || Some(icon(if is_paused.get() { Icon::Play } else { Icon::Pause })))}
            </button>
            <button
                type="button"
                class="icon-button"
                data-testid="replay-step"
                aria-label="One candle on"
                title="One candle on"
                disabled=is(move || has_ended.get())
                on:click=act(move |_| send(ReplayCommand::Step { candles: 1 }))
            >
                {icon(Icon::Step)}
            </button>
            <div class="input replay-speed">
                <select
                    aria-label="Speed"
                    data-testid="replay-speed"
                    prop:value=text(speed)
                    on:change=act(move |event| {
                        let preset = event_target_value(&event).parse::<usize>().ok().and_then(|at| SPEEDS.get(at));
                        if let Some((speed, _)) = preset {
                            send(ReplayCommand::Speed { speed: *speed });
                        }
                    })
                >
                    {options}
                </select>
                <span class="input-unit">{icon(Icon::Chevron)}</span>
            </div>
            <input
                type="range"
                class="scrubber"
                aria-label="Time of the replay"
                title="Going to another time cancels open orders"
                style:--done=move || format!("{}%", place() * 100 / SCRUB_STEPS)
                aria-valuetext=attr(time)
                data-testid="replay-scrubber"
                min="0"
                max=SCRUB_STEPS.to_string()
                prop:value=text(move || place().to_string())
                on:input=act(move |event| dragged.set(step_of(&event)))
                on:change=act(move |event| {
                    if let Some(step) = step_of(&event) {
                        seek(step);
                    }
                })
            />
            <time class="replay-time" data-testid="replay-time">
                {text(move || if has_ended.get() { Some("The replay has ended".to_owned()) } else { time() })}
            </time>
        </section>
    }
    .erase()
}

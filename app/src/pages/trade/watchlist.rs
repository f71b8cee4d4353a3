use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
use wickflow_shared::market::{Instrument, Symbol};

use crate::components::{Change, Empty, Erase, Icon, act, aria, attr, flag, icon, is, row, rows, text, when};
use crate::platform;
use crate::state::reactive::{Derived, Var};
use crate::state::watchlist::search;
use crate::state::{Quote, Sheet, Store, Width, format};

/// Size of a sparkline, CSS pixels.
const SPARK: (f64, f64) = (56.0, 24.0);
/// Rows shown as skeletons while loading.
const SKELETONS: usize = 12;

/// All instruments with their prices, and a search over them.
#[component]
pub(super) fn Watchlist() -> impl IntoView {
    let store = Store::get();
    let typed = Var::new(String::new());
    let active = Var::new(None::<Symbol>);
    let found = Derived::new(move || {
        let typed = typed.get();
        store.instruments.with(|all| search(all, &typed))
    });
    let highlighted = Derived::new(move || {
        let active = active.get().or_else(|| store.selected.get());
        found.with(|found| {
            let known = |symbol: &Symbol| found.iter().any(|i| i.symbol == *symbol);
            active.filter(known).or_else(|| found.first().map(|i| i.symbol.clone()))
        })
    });
    let choose = Callback::new(move |symbol: Symbol| {
        store.select(&symbol);
        active.set(None);
        typed.set(String::new());
        // Hotkeys work again.
        platform::blur_search();
        if store.sheet.get_untracked() == Some(Sheet::Watchlist) {
            store.sheet.set(None);
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        let step: isize = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "Enter" => {
                if let Some(symbol) = highlighted.get_untracked() {
                    event.prevent_default();
                    choose.run(symbol);
                }
                return;
            }
            "Escape" => {
                typed.set(String::new());
                active.set(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let next = found.with_untracked(|found| neighbor(found, highlighted.get_untracked().as_ref(), step));
        if let Some(symbol) = next {
            scroll_to(&symbol);
            active.set(Some(symbol));
        }
    };
    let is_loading = move || store.instruments.with(Vec::is_empty);
    let is_hidden = move || store.width.get() != Width::Wide && store.sheet.get() != Some(Sheet::Watchlist);
    let list = rows(move || {
        let found = found.get();
        let one = |instrument: Arc<Instrument>| {
            let key = instrument.symbol.as_str().to_owned();
            row(key, move || view! { <Row instrument highlighted choose /> }.erase())
        };
        found.into_iter().map(one).collect()
    });
    view! {
        <aside
            class="watchlist"
            aria-label="Markets"
            data-open=flag(move || store.sheet.get() == Some(Sheet::Watchlist))
            inert=is(is_hidden)
        >
            <div class="search">
                {icon(Icon::Search)}
                <input
                    id="watchlist-search"
                    data-testid="watchlist-search"
                    type="text"
                    role="combobox"
                    aria-label="Search markets"
                    aria-expanded="true"
                    aria-controls="watchlist-rows"
                    aria-autocomplete="list"
                    aria-activedescendant=attr(move || highlighted.get().map(|symbol| row_id(&symbol)))
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="60"
                    placeholder="Search markets"
                    prop:value=text(move || typed.get())
                    on:input=act(move |event| {
                        typed.set(event_target_value(&event));
                        active.set(None);
                    })
                    on:keydown=act(on_keydown)
                />
                <kbd>"/"</kbd>
            </div>
            <div
                id="watchlist-rows"
                class="watchlist-rows scroll"
                role="listbox"
                aria-label="Markets"
                tabindex="0"
                aria-activedescendant=attr(move || highlighted.get().map(|symbol| row_id(&symbol)))
                on:keydown=act(on_keydown)
            >
                {list}
            </div>
            {when(is_loading, skeletons)}
            {when(move || !is_loading() && found.with(Vec::is_empty), || {
                view! { <Empty title="No market found" text="Search by symbol or name, such as BTC or Bitcoin." /> }.erase()
            })}
        </aside>
    }
    .erase()
}

fn skeletons() -> AnyView {
    let one = |_| view! { <div class="watchlist-row"><div class="skeleton"></div></div> }.erase();
    view! { <div class="watchlist-rows" aria-hidden="true">{(0..SKELETONS).map(one).collect_view()}</div> }
        .erase()
}

/// The instrument before or after the one highlighted; the ends hold.
fn neighbor(found: &[Arc<Instrument>], current: Option<&Symbol>, step: isize) -> Option<Symbol> {
    let at = current.and_then(|symbol| found.iter().position(|i| i.symbol == *symbol)).unwrap_or_default();
    let next = at.saturating_add_signed(step).min(found.len().saturating_sub(1));
    found.get(next).map(|i| i.symbol.clone())
}

fn row_id(symbol: &Symbol) -> String {
    format!("watchlist-row-{symbol}")
}

fn scroll_to(symbol: &Symbol) {
    if let Some(row) = document().get_element_by_id(&row_id(symbol)) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// How a price moved: the class of a short flash, another one each time so that it starts anew.
fn flash(previous: Option<&(f64, &'static str)>, price: f64) -> (f64, &'static str) {
    match previous {
        None => (price, ""),
        Some((before, class)) if price > *before => (price, if *class == "up-a" { "up-b" } else { "up-a" }),
        Some((before, class)) if price < *before => {
            (price, if *class == "down-a" { "down-b" } else { "down-a" })
        }
        Some((_, class)) => (price, *class),
    }
}

#[component]
fn Row(
    instrument: Arc<Instrument>,
    highlighted: Derived<Option<Symbol>>,
    choose: Callback<Symbol>,
) -> impl IntoView {
    let store = Store::get();
    let symbol = instrument.symbol.clone();
    let Some(Quote { ticker, sparkline }) = untrack(|| store.quote(&symbol)) else { return ().into_any() };
    let id = row_id(&symbol);
    let (name, about) = (symbol.name().to_owned(), instrument.description.clone());

    let last = move || {
        ticker.with(|t| t.as_ref().map_or_else(|| "–".to_owned(), |t| format::price(t.last, &instrument)))
    };
    let moved = Derived::fold(move |previous| {
        flash(previous, ticker.with(|t| t.as_ref().map_or(0.0, |t| t.last.to_f64())))
    });
    let change = Derived::new(move || ticker.with(|t| t.as_ref().map_or(0.0, |t| t.change())));
    let change_text = Derived::new(move || format::percent(change.get()));
    let is_closed = Derived::new(move || ticker.with(|t| t.as_ref().is_some_and(|t| !t.is_open)));
    let is_empty = move || ticker.with(Option::is_none);
    let points = move || {
        sparkline.with(|line| if line.is_empty() { String::new() } else { line.polyline(SPARK.0, SPARK.1) })
    };
    let tone = Derived::new(move || crate::components::direction(change.get()));

    let is_selected = {
        let symbol = symbol.clone();
        Derived::new(move || store.selected.with(|selected| selected.as_ref() == Some(&symbol)))
    };
    let is_highlighted = {
        let symbol = symbol.clone();
        Derived::new(move || highlighted.with(|highlighted| highlighted.as_ref() == Some(&symbol)))
    };
    view! {
        <div
            id=id.clone()
            data-testid=id
            class="watchlist-row"
            role="option"
            aria-selected=aria(move || is_selected.get())
            data-highlighted=flag(move || is_highlighted.get())
            data-empty=flag(is_empty)
            on:click=act(move |_| choose.run(symbol.clone()))
        >
            <span class="row-name">
                <strong>{name}</strong>
                <span class="row-about">{text(move || is_closed.get().then_some("Closed · "))}{about}</span>
            </span>
            <svg class=text(move || format!("spark {}", tone.get())) viewBox="0 0 56 24" width="56" height="24" aria-hidden="true">
                <polyline points=attr(points) fill="none" stroke="currentColor" stroke-width="1.25" stroke-linejoin="round" />
            </svg>
            <span class="row-price">
                <span class="row-last" data-flash=attr(move || moved.get().1)>{text(last)}</span>
                <Change value=change words=change_text />
            </span>
        </div>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::{bitcoin, share};

    #[test]
    fn each_move_flashes_anew() {
        let mut state = flash(None, 10.0);
        let mut classes = vec![state.1];
        for price in [11.0, 12.0, 12.0, 11.0, 10.0] {
            state = flash(Some(&state), price);
            classes.push(state.1);
        }
        assert_eq!(classes, ["", "up-a", "up-b", "up-b", "down-a", "down-b"]);
    }

    #[test]
    fn moving_through_the_list_stops_at_its_ends() {
        let list = [Arc::new(bitcoin()), Arc::new(share())];
        let (first, second) = (list[0].symbol.clone(), list[1].symbol.clone());
        for (current, step, want) in [
            (Some(&first), 1, &second),
            (Some(&second), 1, &second),
            (Some(&first), -1, &first),
            (None, 1, &second),
        ] {
            assert_eq!(neighbor(&list, current, step).as_ref(), Some(want));
        }
        assert_eq!(neighbor(&[], None, 1), None);
    }
}

//! Zoom, breadcrumbs and minimap.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};
use wickflow_app::components::{Erase, Icon, act, aria, icon, part, row, rows, text};
use wickflow_scene::Point;

use super::Ui;
use crate::canvas::board::Board;
use crate::state::Studio;

/// What one press of a button enlarges by.
const ZOOM: f64 = 1.25;

/// Buttons for the zoom, the layout, and what cards show.
#[component]
pub fn Controls(
    /// What lies over the canvas.
    ui: Ui,
) -> impl IntoView {
    let look = move |change: fn(&mut Board)| {
        ui.with_widget(|widget| widget.act(|board, _, _| change(board)).unwrap_or_default())
    };
    let arrange = move || {
        ui.with_widget(|widget| {
            widget.act(|board, editor, out| board.lay_out(editor, out)).unwrap_or_default()
        })
    };
    view! {
        <div class="g-controls" role="toolbar" aria-label="View">
            <button type="button" class="g-button" aria-label="Smaller" title="Smaller (−)" on:click=act(move |_| look(|board| board.zoom_by(1.0 / ZOOM)))>
                {icon(Icon::Minus)}
            </button>
            <button type="button" class="g-button g-zoom" title="100 % (0)" on:click=act(move |_| look(|board| board.zoom_to(1.0)))>
                {text(move || format!("{} %", ui.zoom.get()))}
            </button>
            <button type="button" class="g-button" aria-label="Larger" title="Larger (+)" on:click=act(move |_| look(|board| board.zoom_by(ZOOM)))>
                {icon(Icon::Plus)}
            </button>
            <button type="button" class="g-button" data-testid="fit" aria-label="Show everything" title="Show everything (1)" on:click=act(move |_| look(Board::fit))>
                {icon(Icon::Fit)}
            </button>
            <button type="button" class="g-button" data-testid="arrange" aria-label="Arrange" title="Arrange from left to right (L)" on:click=act(move |_| arrange())>
                {icon(Icon::List)}
            </button>
            <button
                type="button"
                class="g-button"
                data-testid="stats"
                aria-label="Cost and fires of nodes"
                title="Cost and fires of nodes"
                aria-pressed=aria(move || ui.shows_stats.get())
                on:click=act(move |_| {
                    ui.shows_stats.update(|shows| *shows = !*shows);
                    ui.with_widget(super::Widget::refresh_sparks);
                })
            >
                {icon(Icon::Info)}
            </button>
        </div>
    }
    .erase()
}

/// The way to the open graph; hidden while that is the outermost.
#[component]
pub fn Crumbs(
    /// What lies over the canvas.
    ui: Ui,
) -> impl IntoView {
    let studio = Studio::get();
    let leave = move |depth: usize| {
        studio.edit(|editor| editor.leave_to(depth));
        ui.with_widget(|widget| {
            widget.wake();
            widget.focus();
        });
    };
    let list = move || {
        rows(move || {
            let crumbs = ui.crumbs.get();
            let last = crumbs.len().saturating_sub(1);
            let one = |(depth, crumb): (usize, wickflow_graph::Crumb)| {
                row(format!("{depth} {} {}", crumb.label, depth == last), move || {
                    let label = crumb.label.clone();
                    if depth == last {
                        view! { <li><span aria-current="page">{label}</span></li> }.erase()
                    } else {
                        view! {
                            <li><button type="button" on:click=act(move |_| leave(depth))>{label}</button></li>
                        }
                        .erase()
                    }
                })
            };
            crumbs.into_iter().enumerate().map(one).collect()
        })
    };
    part(move || {
        let is_inside = ui.crumbs.with(|crumbs| crumbs.len() > 1);
        is_inside
            .then(|| view! { <nav class="g-crumbs" aria-label="Sub-graphs"><ol>{list()}</ol></nav> }.erase())
    })
}

/// The minimap: a press or a drag looks there.
#[component]
pub fn MinimapPanel(
    /// What lies over the canvas.
    ui: Ui,
    /// Where it is drawn.
    place: NodeRef<Div>,
) -> impl IntoView {
    let look = move |event: &PointerEvent| {
        let Some(host) = place.get_untracked() else { return };
        let host: HtmlElement = host.unchecked_into();
        let rect = host.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
        ui.with_widget(|widget| widget.look_at(Point::new(x, y)));
    };
    let down = move |event: PointerEvent| {
        if let Some(host) = place.get_untracked() {
            let _ = host.set_pointer_capture(event.pointer_id());
        }
        look(&event);
    };
    let moved = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            look(&event);
        }
    };
    view! {
        <div class="g-minimap" data-testid="minimap" aria-hidden="true" node_ref=place on:pointerdown=act(down) on:pointermove=act(moved)></div>
    }
    .erase()
}

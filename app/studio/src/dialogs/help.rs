use leptos::prelude::*;
use wickflow_app::components::Erase;

/// Keys by what they are for.
const GROUPS: &[(&str, &[(&str, &str)])] = &[
    (
        "Canvas",
        &[
            ("Drag", "Move the view; with Shift select by a box"),
            ("Wheel", "Zoom at the pointer"),
            ("1", "Show the whole graph"),
            ("0", "Actual size"),
            ("+ −", "Zoom"),
            ("L", "Lay the graph out"),
            ("F", "Put a frame around what is selected"),
        ],
    ),
    (
        "Build",
        &[
            ("/ or A", "Add a node"),
            ("Double click", "Add a node there; on a wire lead it through a point"),
            ("C", "Add a comment"),
            ("Enter on an output", "Begin a wire"),
            ("Arrows", "Go from node to node"),
            ("Alt + arrows", "Move what is selected"),
            ("Tab", "Into a node's ports and settings"),
            ("Alt click", "Cut a wire"),
            ("Ctrl drag", "Move all wires of a port"),
            ("M", "Mute"),
            ("B", "Bypass"),
            ("Ctrl G", "Make a sub-graph"),
            ("Delete", "Remove; with Ctrl join what was wired"),
        ],
    ),
    (
        "Edit",
        &[
            ("Ctrl Z", "Undo"),
            ("Ctrl Shift Z, Ctrl Y", "Redo"),
            ("Ctrl C, X, V", "Copy, cut, paste"),
            ("Ctrl D", "Duplicate"),
            ("Ctrl A", "Select everything"),
            ("Escape", "Leave what was begun"),
        ],
    ),
    ("Result", &[(", .", "One bar back, one bar on"), ("[ ]", "To the trade before, to the next")]),
];

/// The keyboard shortcuts.
#[component]
pub(super) fn Help() -> impl IntoView {
    let groups = GROUPS
        .iter()
        .map(|(title, keys)| {
            let keys = keys
                .iter()
                .map(|(key, words)| view! { <div><dt>{*words}</dt><dd><kbd>{*key}</kbd></dd></div> }.erase())
                .collect_view();
            view! { <section><h3>{*title}</h3><dl>{keys}</dl></section> }.erase()
        })
        .collect_view();
    view! { <div class="keys scroll" tabindex="0">{groups}</div> }.erase()
}

//! Keys on the canvas.

use wickflow_graph::{Editor, Heading, NodeSlot};
use wickflow_scene::Point;

use super::gesture::Cursor;
use super::{Board, Held, Request};

/// Steps of keys that move nodes: the grid, and four of it as in React Flow.
const STEP: f64 = wickflow_graph::geometry::GRID_PX;
const FAR: f64 = 4.0;
/// What one press of + enlarges by.
const ZOOM: f64 = 1.2;

/// Carries a key out; false where the browser should.
pub(super) fn on_key(
    board: &mut Board,
    key: &str,
    held: Held,
    editor: &mut Editor,
    out: &mut Vec<Request>,
) -> bool {
    if let Some(heading) = heading(key) {
        return arrow(board, heading, held, editor, out);
    }
    if held.ctrl {
        return with_ctrl(board, key, held, editor, out);
    }
    if held.alt {
        return false;
    }
    match key {
        "Escape" => escape(board, editor, out),
        "Delete" | "Backspace" => board.remove_selected(false, editor, out),
        "Enter" => enter(editor, out),
        "a" | "A" | "/" => {
            add(board, editor, out);
            true
        }
        "m" | "M" => board.toggle_muted(editor, out),
        "b" | "B" => board.toggle_bypassed(editor, out),
        "c" | "C" => {
            let at = board.camera.world(board.middle());
            board.comment(at, editor, out);
            true
        }
        "f" | "F" => board.frame_selected(editor, out),
        "l" | "L" => {
            board.lay_out(editor, out);
            true
        }
        "1" => {
            board.fit();
            true
        }
        "0" => {
            board.zoom_to(1.0);
            true
        }
        "+" | "=" => {
            board.zoom_by(ZOOM);
            true
        }
        "-" | "_" => {
            board.zoom_by(1.0 / ZOOM);
            true
        }
        " " => {
            board.is_space_held = true;
            board.cursor = Cursor::Grab;
            true
        }
        "Tab" if !held.shift => match single(editor) {
            Some(slot) => {
                out.push(Request::Focus(slot));
                true
            }
            None => false,
        },
        _ => false,
    }
}

fn with_ctrl(board: &mut Board, key: &str, held: Held, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
    match key {
        "a" | "A" => {
            editor.select_all();
            let words =
                super::commands::counted(editor.selected_nodes().len(), editor.selected_edges().len());
            out.push(Request::Announce(format!("{words} selected.")));
        }
        "d" | "D" => {
            if let Err(error) = editor.duplicate(true) {
                out.push(Request::Refuse(super::gesture::sentence(&error.to_string())));
            }
        }
        "g" | "G" => return board.group(editor, out),
        "z" | "Z" if held.shift => step(editor.redo(), "Done again", out),
        "z" | "Z" => step(editor.undo(), "Taken back", out),
        "y" | "Y" => step(editor.redo(), "Done again", out),
        "Delete" | "Backspace" => return board.remove_selected(true, editor, out),
        // Copy, cut and paste come as events of the clipboard.
        _ => return false,
    }
    true
}

fn step(label: Option<String>, verb: &str, out: &mut Vec<Request>) {
    let words = label.map_or_else(|| "Nothing more.".to_owned(), |label| format!("{verb}: {label}."));
    out.push(Request::Announce(words));
}

fn escape(board: &mut Board, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
    if board.is_busy() {
        board.abort(editor);
        out.push(Request::Announce("Let go.".to_owned()));
    } else {
        editor.clear_selection();
    }
    true
}

fn enter(editor: &Editor, out: &mut Vec<Request>) -> bool {
    let Some(slot) = single(editor) else { return false };
    let view = editor.node(slot);
    out.push(match view.map(|view| (view.is_note(), view.node.kind == "graph.use")) {
        Some((true, _)) => Request::Write(slot),
        Some((_, true)) => Request::Enter(slot),
        _ => Request::Focus(slot),
    });
    true
}

fn add(board: &Board, editor: &Editor, out: &mut Vec<Request>) {
    let after = single(editor);
    let beside = after
        .and_then(|slot| editor.node(slot))
        .map(|view| Point::new(view.at.x + view.size.width, view.at.y));
    let at = beside.unwrap_or_else(|| board.camera.world(board.middle()));
    out.push(Request::Add { at, wire: None, after });
}

fn heading(key: &str) -> Option<Heading> {
    Some(match key {
        "ArrowLeft" => Heading::Left,
        "ArrowRight" => Heading::Right,
        "ArrowUp" => Heading::Up,
        "ArrowDown" => Heading::Down,
        _ => return None,
    })
}

fn arrow(
    board: &mut Board,
    heading: Heading,
    held: Held,
    editor: &mut Editor,
    out: &mut Vec<Request>,
) -> bool {
    if held.ctrl {
        return false;
    }
    if held.alt || held.shift {
        let length = if held.shift { STEP * FAR } else { STEP };
        let by = match heading {
            Heading::Left => Point::new(-length, 0.0),
            Heading::Right => Point::new(length, 0.0),
            Heading::Up => Point::new(0.0, -length),
            Heading::Down => Point::new(0.0, length),
        };
        return board.nudge(by, editor, out);
    }
    let next = match single(editor) {
        Some(slot) => editor.next_node(slot, heading),
        // Nothing is at hand: the first node from the left.
        None => board.first_node(),
    };
    match next {
        Some(slot) => {
            editor.select([slot], []);
            board.reveal(slot);
            out.push(Request::Announce(super::navigate::describe(editor, slot)));
        }
        None => out.push(Request::Announce("No node in this direction.".to_owned())),
    }
    true
}

/// The node that keys are about: the selected one.
fn single(editor: &Editor) -> Option<NodeSlot> {
    let selected = editor.selected_nodes();
    selected.first().copied().filter(|_| selected.len() == 1)
}

//! Each gesture, what it does to a document, and that it is taken back wholly.

mod common;

use common::{empty, end, node, template, wires};
use serde_json::json;
use wickflow_graph::{
    Alignment, Axis, Edit, EditError, Editor, Heading, HistoryError, NodeSlot, Placed, Point, Refusal, Side,
    Size,
};

/// Carries an edit out, compares the wires, and takes it back and does it again.
fn check(editor: &mut Editor, edit: Edit, label: &str, expected: &[&str]) {
    let before = editor.document().to_json();
    editor.apply(edit).expect("carried out");
    assert_eq!(wires(editor), expected, "{label}");
    let after = editor.document().to_json();
    assert_eq!(editor.undo().as_deref(), Some(label));
    assert_eq!(editor.document().to_json(), before, "{label} taken back");
    assert_eq!(editor.redo().as_deref(), Some(label));
    assert_eq!(editor.document().to_json(), after, "{label} done again");
}

fn slot(editor: &Editor, id: &str) -> NodeSlot {
    editor.node_slot(id).expect("a node")
}

#[test]
fn a_strategy_is_built_from_nothing() {
    let mut editor = empty();
    let nodes = [
        node("candle", "data.candle"),
        node("fast", "indicator.sma"),
        node("slow", "indicator.sma"),
        node("up", "logic.cross_over"),
        node("buy", "action.buy"),
    ];
    for node in nodes {
        editor.apply(Edit::Add { nodes: vec![node], edges: Vec::new() }).expect("added");
    }
    for (source, target) in [
        ("candle.close", "fast.source"),
        ("candle.close", "slow.source"),
        ("fast", "up.a"),
        ("slow.value", "up.b"),
        ("up.value", "buy.when"),
    ] {
        editor.apply(Edit::Connect { source: end(source), target: end(target) }).expect("connected");
    }
    let set = Edit::SetParam { node: "fast".into(), param: "period".into(), value: json!(12) };
    editor.apply(set).expect("set");
    assert_eq!(editor.undo_labels().next(), Some("Set Simple moving average period to 12"));
    let program = wickflow_strategy::compile(editor.document(), &wickflow_strategy::Limits::default());
    assert!(program.is_ok(), "{:?}", program.err());
    let json = editor.document().to_json();
    while editor.undo().is_some() {}
    assert!(editor.document().nodes.is_empty() && editor.document().edges.is_empty());
    while editor.redo().is_some() {}
    assert_eq!(editor.document().to_json(), json);
}

#[test]
fn a_refused_edit_says_why_and_changes_nothing() {
    let mut editor = template("average_cross");
    let before = editor.document().to_json();
    let refused = |editor: &mut Editor, edit: Edit| {
        let error = editor.apply(edit).expect_err("refused");
        assert_eq!(editor.document().to_json(), before);
        assert_eq!(editor.undo_labels().count(), 0);
        error
    };
    let connect = |source: &str, target: &str| Edit::Connect { source: end(source), target: end(target) };
    let error = refused(&mut editor, connect("fast", "buy.when"));
    assert_eq!(error.to_string(), "The input when takes a signal; this output gives a number.");
    let error = refused(&mut editor, connect("up", "nothing.when"));
    assert_eq!(error, EditError::NoNode("nothing".to_owned()));
    assert_eq!(error.sentence(), "There is no node \"nothing\" in this graph.");
    let set = Edit::SetParam { node: "fast".into(), param: "period".into(), value: json!(0) };
    let error = refused(&mut editor, set).to_string();
    assert_eq!(error, "period of Simple moving average cannot be 0; it takes a whole number from 1 to 10000");
    let error = refused(&mut editor, connect("candle.close", "fast.source"));
    assert_eq!(error, EditError::Refused(Refusal::Duplicate));
    // The first of the two would do; all or nothing.
    let error = refused(
        &mut editor,
        Edit::Remove { nodes: vec!["fast".into(), "no".into()], edges: vec![], bridge: false },
    );
    assert_eq!(error, EditError::NoNode("no".to_owned()));
}

#[test]
fn removing_with_a_bridge_keeps_the_way_through() {
    let mut editor = template("average_cross");
    let all = wires(&editor);
    let remove = |bridge| Edit::Remove { nodes: vec!["fast".into()], edges: vec![], bridge };
    let bridged: Vec<String> = all
        .iter()
        .filter(|wire| !wire.ends_with("fast.source"))
        .map(|wire| wire.replace("fast.value", "candle.close"))
        .collect();
    let mut bridged: Vec<&str> = bridged.iter().map(String::as_str).collect();
    bridged.sort_unstable();
    check(&mut editor, remove(true), "Remove Simple moving average", &bridged);
    editor.undo();
    let cut: Vec<&str> = all.iter().map(String::as_str).filter(|wire| !wire.contains("fast.")).collect();
    check(&mut editor, remove(false), "Remove Simple moving average", &cut);
    assert!(slot(&editor, "slow").0 < 100);
}

#[test]
fn a_wire_replaces_what_was_there() {
    let mut editor = template("average_cross");
    let mut expected = wires(&editor);
    expected.retain(|wire| wire != "fast.value → up.a");
    expected.push("candle.high → up.a".into());
    expected.sort();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let connect = Edit::Connect { source: end("candle.high"), target: end("up.a") };
    check(&mut editor, connect, "Wire Candle high to Crosses over a", &expected);
}

#[test]
fn a_wire_is_taken_elsewhere() {
    let mut editor = template("average_cross");
    let id = wire_id(&editor, "fast.value → up.a");
    let before = wires(&editor);
    let with = |from: &str, to: &str| {
        let mut wires: Vec<String> = before.iter().map(|wire| wire.replace(from, to)).collect();
        wires.sort();
        wires
    };
    let reconnect = |source: Option<&str>, target: Option<&str>| Edit::Reconnect {
        edge: id.clone(),
        source: source.map(end),
        target: target.map(end),
    };
    let expected = with("fast.value → up.a", "candle.low → up.a");
    check(&mut editor, reconnect(Some("candle.low"), None), "Rewire", &strs(&expected));
    editor.undo();
    // Onto the other input, whose wire gives way.
    let mut expected = with("fast.value → up.a", "fast.value → up.b");
    expected.retain(|wire| wire != "slow.value → up.b");
    check(&mut editor, reconnect(None, Some("up.b")), "Rewire", &strs(&expected));
    editor.undo();
    // To where it is: nothing to be undone.
    let count = editor.undo_labels().count();
    editor.apply(reconnect(Some("fast.value"), Some("up.a"))).expect("nothing to do");
    assert_eq!(editor.undo_labels().count(), count);
    // Into a circle: refused, with the way round.
    let cycle = Edit::Connect { source: end("fast.value"), target: end("fast.source") };
    assert!(matches!(editor.apply(cycle), Err(EditError::Refused(Refusal::SameNode(_)))));
    editor
        .apply(Edit::Add { nodes: vec![node("x", "math.add"), node("y", "math.add")], edges: vec![] })
        .expect("added");
    editor.apply(Edit::Connect { source: end("x"), target: end("y.a") }).expect("connected");
    let cycle = Edit::Connect { source: end("y"), target: end("x.a") };
    let error = editor.apply(cycle).expect_err("a circle").to_string();
    assert!(error.starts_with("These nodes would feed themselves: Add → Add → Add."), "{error}");
}

#[test]
fn all_wires_of_an_output_move_together() {
    let mut editor = template("average_cross");
    let mut expected: Vec<String> =
        wires(&editor).iter().map(|wire| wire.replace("candle.close", "candle.open")).collect();
    expected.sort();
    let edit = Edit::MoveWires { from: end("candle.close"), to: end("candle.open") };
    check(&mut editor, edit, "Move the wires of Candle close to Candle open", &strs(&expected));
}

#[test]
fn a_node_is_dropped_on_a_wire() {
    let mut editor = template("average_cross");
    let nodes = vec![node("ema", "indicator.ema"), node("not", "logic.not")];
    editor.apply(Edit::Add { nodes, edges: vec![] }).expect("added");
    let edge = wire_id(&editor, "candle.close → fast.source");
    let before = wires(&editor);
    let mut expected: Vec<String> =
        before.iter().filter(|w| *w != "candle.close → fast.source").cloned().collect();
    expected.extend(["candle.close → ema.source".to_owned(), "ema.value → fast.source".to_owned()]);
    expected.sort();
    let insert = Edit::InsertOnEdge { node: "ema".into(), edge };
    check(&mut editor, insert, "Insert Exponential moving average on a wire", &strs(&expected));
    // Shaking it off again leaves what was before.
    check(
        &mut editor,
        Edit::Detach { nodes: vec!["ema".into()] },
        "Detach Exponential moving average",
        &strs(&before),
    );
    let edge = wire_id(&editor, "candle.close → fast.source");
    let error = editor.apply(Edit::InsertOnEdge { node: "not".into(), edge }).expect_err("a signal");
    assert_eq!(error.to_string(), "Not does not make a number of a number (price)");
}

#[test]
fn nodes_and_inputs_are_swapped() {
    let mut editor = template("average_cross");
    let before = wires(&editor);
    let mut expected: Vec<String> = before
        .iter()
        .map(|wire| match wire.as_str() {
            "fast.value → up.a" => "fast.value → up.b".to_owned(),
            "slow.value → up.b" => "slow.value → up.a".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    expected.sort();
    let swap = Edit::SwapInputs { node: "up".into(), a: "a".into(), b: "b".into() };
    check(&mut editor, swap, "Swap a and b of Crosses over", &strs(&expected));
    editor.undo();
    let places = |editor: &Editor| ["fast", "up"].map(|id| editor.node(slot(editor, id)).expect("there").at);
    let [fast, up] = places(&editor);
    // A node that reads another changes places with it: the wire between them turns round.
    editor.apply(Edit::Swap { a: "fast".into(), b: "slow".into() }).expect("swapped");
    let mut expected: Vec<String> = before
        .iter()
        .map(|wire| match wire.split_once(".value → ") {
            Some(("fast", target)) => format!("slow.value → {target}"),
            Some(("slow", target)) => format!("fast.value → {target}"),
            _ => wire.clone(),
        })
        .collect();
    expected.sort();
    assert_eq!(wires(&editor), expected);
    editor.undo();
    editor.apply(Edit::Swap { a: "fast".into(), b: "up".into() }).expect("swapped");
    assert_eq!(places(&editor), [up, fast]);
    // A number and a signal: only what fits stays.
    assert!(wires(&editor).iter().all(|wire| !wire.contains("fast.value → buy")), "{:?}", wires(&editor));
    editor.undo();
    assert_eq!(wires(&editor), before);
}

#[test]
fn positions_are_kept_to_a_hundredth_and_merge_within_a_gesture() {
    let mut editor = template("average_cross");
    let before = editor.document().to_json();
    let results = editor.result_revision();
    editor.begin("Move Candle");
    for step in 1..=50 {
        let at = Point::new(f64::from(step) * 1.003, -0.001);
        editor.apply(Edit::Move { places: vec![Placed { node: "candle".into(), at }] }).expect("moved");
    }
    editor.commit();
    assert_eq!(
        editor.document().node("candle").expect("there").other["position"],
        json!({"x": 50.15, "y": 0})
    );
    assert_eq!(editor.result_revision(), results);
    assert_eq!(editor.undo_labels().collect::<Vec<_>>(), ["Move Candle"]);
    assert!(editor.history_json().len() < 500);
    editor.undo();
    assert_eq!(editor.document().to_json(), before);
    let nowhere =
        Edit::Move { places: vec![Placed { node: "candle".into(), at: Point::new(f64::NAN, 0.0) }] };
    assert!(editor.apply(nowhere).is_err());
}

#[test]
fn frames_take_along_what_is_within_them() {
    let mut editor = empty();
    let mut frame = node("frame", "note.frame");
    frame.other.insert("width".into(), json!(600));
    frame.other.insert("height".into(), json!(400));
    let mut inner = node("inner", "data.candle");
    wickflow_graph::node::set_position(&mut inner, Point::new(50.0, 50.0));
    let mut half = node("half", "data.candle");
    wickflow_graph::node::set_position(&mut half, Point::new(500.0, 50.0));
    let results = editor.result_revision();
    editor.apply(Edit::Add { nodes: vec![frame], edges: vec![] }).expect("added");
    assert_eq!(editor.result_revision(), results, "a frame computes nothing");
    editor.apply(Edit::Add { nodes: vec![inner, half], edges: vec![] }).expect("added");
    let moving = editor.moving([slot(&editor, "frame")]);
    assert_eq!(moving.iter().map(|place| place.node.as_str()).collect::<Vec<_>>(), ["frame", "inner"]);
    let size = Size { width: 900.0, height: 10.0 };
    editor.apply(Edit::Resize { node: "frame".into(), at: Point::new(-10.0, 0.0), size }).expect("resized");
    let view = editor.node(slot(&editor, "frame")).expect("there");
    assert_eq!((view.at, view.size), (Point::new(-10.0, 0.0), Size { width: 900.0, height: 40.0 }));
    let text = Edit::SetData { node: "frame".into(), field: "text".into(), value: json!("Entry") };
    editor.apply(text).expect("set");
    assert_eq!(editor.result_revision(), results + 1);
    let wrong = Edit::Resize { node: "inner".into(), at: Point::default(), size };
    assert!(matches!(editor.apply(wrong), Err(EditError::NotPossible(_))));
}

#[test]
fn nodes_line_up() {
    let mut editor = empty();
    for (id, kind, x, y) in [
        ("a", "constant.number", 0.0, 0.0),
        ("b", "data.candle", 500.0, 90.0),
        ("c", "logic.not", 210.0, 30.0),
    ] {
        let mut node = node(id, kind);
        wickflow_graph::node::set_position(&mut node, Point::new(x, y));
        editor.apply(Edit::Add { nodes: vec![node], edges: vec![] }).expect("added");
    }
    let all = || ["a", "b", "c"].map(str::to_owned).to_vec();
    let places = |editor: &Editor| {
        ["a", "b", "c"].map(|id| {
            let at = editor.node(slot(editor, id)).expect("there").at;
            (at.x, at.y)
        })
    };
    // Heights: 28 + 2 × 22 + 8 = 80, 28 + 5 × 22 + 8 = 146, 80.
    for (to, expected) in [
        (Alignment::Left, [(0.0, 0.0), (0.0, 90.0), (0.0, 30.0)]),
        (Alignment::Center, [(250.0, 0.0), (250.0, 90.0), (250.0, 30.0)]),
        (Alignment::Right, [(500.0, 0.0), (500.0, 90.0), (500.0, 30.0)]),
        (Alignment::Top, [(0.0, 0.0), (500.0, 0.0), (210.0, 0.0)]),
        (Alignment::Middle, [(0.0, 78.0), (500.0, 45.0), (210.0, 78.0)]),
        (Alignment::Bottom, [(0.0, 156.0), (500.0, 90.0), (210.0, 156.0)]),
    ] {
        editor.apply(Edit::Align { nodes: all(), to }).expect("aligned");
        assert_eq!(places(&editor), expected, "{to:?}");
        editor.undo();
    }
    editor.apply(Edit::Distribute { nodes: all(), axis: Axis::Horizontal }).expect("distributed");
    assert_eq!(places(&editor), [(0.0, 0.0), (500.0, 90.0), (250.0, 30.0)]);
    assert!(
        editor.apply(Edit::Distribute { nodes: vec!["a".into(), "b".into()], axis: Axis::Vertical }).is_err()
    );
}

#[test]
fn named_parameters_feed_many_settings() {
    let mut editor = template("average_cross");
    let bind =
        |node: &str| Edit::BindParam { node: node.into(), param: "period".into(), name: "length".into() };
    editor.apply(bind("fast")).expect("bound");
    let named = editor.document().wickflow.parameters["length"].clone();
    assert_eq!((named.value, named.other["max"].clone()), (json!(10), json!(10_000)));
    editor.apply(bind("slow")).expect("bound");
    let set = |editor: &mut Editor, value| {
        let mut param = editor.document().wickflow.parameters["length"].clone();
        param.value = value;
        editor.apply(Edit::SetNamed { name: "length".into(), param })
    };
    set(&mut editor, json!(25)).expect("set");
    let view = editor.node(slot(&editor, "slow")).expect("there");
    let period = view.kind.param("period").expect("a parameter");
    assert_eq!(
        (editor.param_value(&view, period), editor.bound_to(&view, "period")),
        (json!(25), Some("length"))
    );
    let error = set(&mut editor, json!(-4)).expect_err("refused").to_string();
    assert_eq!(
        error,
        "period of Simple moving average cannot be -4; it takes a whole number from 1 to 10000"
    );
    editor.apply(Edit::RenameNamed { from: "length".into(), to: "bars".into() }).expect("renamed");
    assert_eq!(
        editor.document().node("fast").expect("there").data.params["period"],
        json!({"$param": "bars"})
    );
    editor.apply(Edit::RemoveNamed { name: "bars".into() }).expect("removed");
    assert_eq!(editor.document().node("fast").expect("there").data.params["period"], json!(25));
    assert!(editor.document().wickflow.parameters.is_empty());
    let unknown =
        Edit::SetParam { node: "fast".into(), param: "period".into(), value: json!({"$param": "no"}) };
    assert_eq!(editor.apply(unknown), Err(EditError::BadName("there is no named parameter \"no\"".into())));
    let reset = Edit::ResetParam { node: "fast".into(), param: "period".into() };
    editor.apply(reset).expect("reset");
    assert!(!editor.document().node("fast").expect("there").data.params.contains_key("period"));
    let none = Edit::SetParam { node: "fast".into(), param: "speed".into(), value: json!(1) };
    let error = editor.apply(none).expect_err("none").to_string();
    assert_eq!(error, "Simple moving average has no parameter \"speed\"; it has period");
}

#[test]
fn sub_graphs_get_named_ports_and_are_entered() {
    let mut editor = template("average_cross");
    let rest = Edit::Remove { nodes: vec!["down".into(), "sell".into()], edges: vec![], bridge: false };
    editor.apply(rest).expect("removed");
    let nodes = ["fast", "slow", "up"].map(str::to_owned).to_vec();
    editor.apply(Edit::MakeGraph { nodes, name: "Averages".into() }).expect("made");
    let made = slot(&editor, "averages");
    let view = editor.node(made).expect("there");
    let names =
        |ports: &[wickflow_graph::Port]| ports.iter().map(|port| port.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (view.label(), names(view.inputs()), names(view.outputs())),
        ("Averages", vec!["close".into()], vec!["cross_over".into()])
    );
    assert!(wires(&editor).contains(&"candle.close → averages.close".to_owned()));
    editor.enter(made).expect("entered");
    assert_eq!(
        editor.path().iter().map(|crumb| crumb.label.as_str()).collect::<Vec<_>>().last(),
        Some(&"Averages")
    );
    assert_eq!(
        wires(&editor),
        [
            "fast.value → up.a",
            "in_close.value → fast.source",
            "in_close.value → slow.source",
            "slow.value → up.b",
            "up.value → out_cross_over.value"
        ]
    );
    // Ports are renamed inside, wires follow outside.
    editor.apply(Edit::RenamePort { node: "in_close".into(), name: "price".into() }).expect("renamed");
    let again =
        Edit::SetParam { node: "out_cross_over".into(), param: "name".into(), value: json!("crossed") };
    editor.apply(again).expect("renamed");
    editor.leave_to(0);
    assert!(wires(&editor).contains(&"candle.close → averages.price".to_owned()));
    editor.apply(Edit::RenameGraph { from: "Averages".into(), to: "Two".into() }).expect("renamed");
    assert_eq!(editor.node(slot(&editor, "averages")).expect("there").label(), "Two");
    assert!(matches!(editor.apply(Edit::RemoveGraph { name: "Two".into() }), Err(EditError::NotPossible(_))));
    // Undoing what was done inside opens the inside.
    editor.undo();
    editor.undo();
    assert_eq!(editor.open_graph(), Some("Averages"));
    editor.undo();
    editor.undo();
    assert_eq!((editor.open_graph(), editor.document().wickflow.graphs.len()), (None, 0));
}

#[test]
fn a_node_becomes_another_kind() {
    let mut editor = template("average_cross");
    let before = wires(&editor);
    let replace = |node: &str, kind: &str| Edit::ReplaceKind { node: node.into(), kind: kind.into() };
    check(
        &mut editor,
        replace("fast", "indicator.ema"),
        "Replace Simple moving average by Exponential moving average",
        &strs(&before),
    );
    assert_eq!(editor.document().node("fast").expect("there").data.params["period"], json!(10));
    // Other names for what fits; what does not fit goes.
    editor.apply(replace("up", "logic.between")).expect("replaced");
    assert!(wires(&editor).contains(&"fast.value → up.a".to_owned()));
    assert!(wires(&editor).contains(&"slow.value → up.low".to_owned()), "{:?}", wires(&editor));
    editor.apply(replace("up", "constant.number")).expect("replaced");
    assert!(wires(&editor).iter().all(|wire| !wire.contains("up.")));
    assert!(matches!(editor.apply(replace("up", "no.kind")), Err(EditError::NotPossible(_))));
    assert!(matches!(editor.apply(replace("up", "note.frame")), Err(EditError::NotPossible(_))));
}

#[test]
fn nodes_are_found_by_what_the_compiler_calls_them() {
    let mut editor = template("average_cross");
    let nodes = ["fast", "up"].map(str::to_owned).to_vec();
    editor.apply(Edit::MakeGraph { nodes, name: "inner".into() }).expect("made");
    let nodes = ["inner", "slow"].map(str::to_owned).to_vec();
    editor.apply(Edit::MakeGraph { nodes, name: "outer".into() }).expect("made");
    let program = wickflow_strategy::compile(editor.document(), &wickflow_strategy::Limits::default());
    let outputs = program.unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut found = 0;
    for output in outputs.outputs() {
        let slot = editor.reveal(&output.node).expect("there");
        assert_eq!(editor.program_id(slot).as_deref(), Some(output.node.as_str()));
        assert!(editor.selected_nodes().contains(&slot));
        found += 1;
    }
    assert!(found > 5);
    assert!(editor.reveal("outer/inner/fast").is_some());
    assert_eq!((editor.open_graph(), editor.path().len()), (Some("inner"), 3));
    assert_eq!(editor.reveal("outer/inner/none"), None);
}

#[test]
fn wires_and_frames_have_their_places() {
    let mut editor = template("average_cross");
    let wire = editor.edge_slot(&wire_id(&editor, "fast.value → up.a")).expect("a wire");
    let points = vec![Point::new(400.0, 10.0), Point::new(420.0, 90.5)];
    editor
        .apply(Edit::SetPoints { edge: editor.edge(wire).expect("there").edge.id.clone(), points })
        .expect("led");
    let place = |id: &str| editor.node(slot(&editor, id)).expect("there").at;
    // From the first row of the one to the second row of the other.
    let (first, last) = (place("fast").plus(200.0, 39.0), place("up").plus(0.0, 61.0));
    let expected = vec![first, Point::new(400.0, 10.0), Point::new(420.0, 90.5), last];
    assert_eq!(editor.wire_points(wire), Some(expected));
    let frame = editor.frame_around([slot(&editor, "fast"), slot(&editor, "up")]).expect("a frame");
    editor.apply(Edit::Add { nodes: vec![frame], edges: vec![] }).expect("added");
    let content = editor.frame_content(slot(&editor, "frame"));
    assert!(content.contains(&slot(&editor, "fast")) && content.contains(&slot(&editor, "up")));
    assert_eq!(editor.frame_around([]), None);
    let edge = wire;
    assert!(editor.can_insert(slot(&editor, "slow"), edge).is_ok());
    assert!(editor.can_insert(slot(&editor, "buy"), edge).is_err());
    assert!(editor.can_insert(slot(&editor, "fast"), edge).is_err());
}

#[test]
fn histories_have_a_bound_and_belong_to_one_document() {
    let mut editor = template("average_cross");
    for period in 1..=200 {
        let set = Edit::SetParam { node: "fast".into(), param: "period".into(), value: json!(period) };
        editor.apply(set).expect("set");
    }
    assert_eq!(editor.undo_labels().count(), 200);
    editor.set_history_bytes(10_000);
    let kept = editor.undo_labels().count();
    assert!((20..60).contains(&kept), "{kept}");
    let history = editor.history_json();
    assert!(history.len() < 11_000, "{}", history.len());
    while editor.undo().is_some() {}
    let oldest = 200 - i64::try_from(kept).expect("few");
    assert_eq!(editor.document().node("fast").expect("there").data.params["period"], json!(oldest));
    assert_eq!(editor.restore_history(&history), Err(HistoryError::OtherDocument));
    assert!(matches!(editor.restore_history("{"), Err(HistoryError::Shape(_))));
}

#[test]
fn undo_keeps_the_selection_and_selects_what_comes_back() {
    let mut editor = template("average_cross");
    editor.select([slot(&editor, "slow")], []);
    let set = Edit::SetParam { node: "slow".into(), param: "period".into(), value: json!(31) };
    editor.apply(set).expect("set");
    editor.undo();
    assert_eq!(editor.node_ids(editor.selected_nodes().clone()), ["slow"]);
    editor
        .apply(Edit::Remove { nodes: vec!["fast".into(), "up".into()], edges: vec![], bridge: false })
        .expect("gone");
    assert_eq!(editor.node_ids(editor.selected_nodes().clone()), ["slow"]);
    editor.undo();
    let mut back = editor.node_ids(editor.selected_nodes().clone());
    back.sort();
    assert_eq!(back, ["fast", "up"]);
    editor.redo();
    assert!(editor.selected_nodes().is_empty());
    assert_eq!(editor.fresh_graph_name("pair"), "pair");
    let nodes = vec!["slow".to_owned()];
    editor.apply(Edit::MakeGraph { nodes, name: "pair".into() }).expect("made");
    assert_eq!(editor.fresh_graph_name("pair"), "pair 2");
}

#[test]
fn looking_around_does_not_part_document_and_history() {
    let mut editor = template("average_cross");
    let nodes = vec!["fast".to_owned(), "slow".to_owned()];
    editor.apply(Edit::MakeGraph { nodes, name: "pair".into() }).expect("made");
    let (document, revision) = (editor.document().to_json(), editor.revision());
    editor.set_viewport(Point::new(4.0, 2.5), 0.5);
    editor.enter(slot(&editor, "pair")).expect("entered");
    assert_eq!(editor.viewport(), None);
    editor.set_viewport(Point::new(-7.0, 0.0), 1.5);
    assert_eq!((editor.viewport(), editor.revision()), (Some((Point::new(-7.0, 0.0), 1.5)), revision));
    let history = editor.history_json();
    let (mut reloaded, _) = Editor::open(common::catalogue(), &document).expect("read");
    reloaded.restore_history(&history).expect("the same but for the view");
    assert_eq!(reloaded.undo().as_deref(), Some("Make sub-graph pair"));
    editor.leave_to(0);
    assert_eq!(editor.viewport(), Some((Point::new(4.0, 2.5), 0.5)));
}

#[test]
fn sub_graphs_a_thousand_deep_do_not_exhaust_the_stack() {
    let graph = |level: usize| {
        let inner = json!({ "id": "use", "type": "graph.use", "position": { "x": 0, "y": 0 },
            "data": { "params": { "graph": format!("g{}", level + 1) }, "wickflow": { "muted": false } } });
        let port = |kind: &str| json!({ "id": kind, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "params": { "name": "a" } } });
        json!({ "nodes": [inner, port("graph.input"), port("graph.output")],
            "edges": [{ "id": "1", "source": "graph.input", "target": "use", "targetHandle": "a" }] })
    };
    let graphs: serde_json::Map<_, _> = (0..600).map(|level| (format!("g{level}"), graph(level))).collect();
    let uses = ["x", "y"].map(|id| json!({ "id": id, "type": "graph.use", "position": { "x": 0, "y": 0 }, "data": { "params": { "graph": "g0" } } }));
    let text =
        json!({ "nodes": uses, "edges": [], "wickflow": { "version": 1, "graphs": graphs } }).to_string();
    let work = move || {
        let (mut editor, _) = Editor::open(common::catalogue(), &text).expect("read");
        let (from, to) =
            (editor.port_ref(&end("x.a"), Side::Output), editor.port_ref(&end("y.a"), Side::Input));
        assert!(editor.can_connect(from.expect("a port"), to.expect("a port")).is_ok());
        editor.apply(Edit::SetMuted { nodes: vec!["x".into()], muted: true }).expect("muted");
        assert_eq!(editor.compile_view().nodes.len(), 1);
        assert_eq!(editor.compile_view().wickflow.graphs.len(), 600);
        editor.select_all();
        assert!(editor.copy().is_some());
        let way = format!("y/{}use", "use/".repeat(500));
        assert!(editor.reveal(&way).is_some());
        assert_eq!(editor.path().len(), 502);
    };
    // A browser's stack has 1 MB.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread");
    thread.join().expect("no overflow");
}

#[test]
fn points_come_along_with_both_ends() {
    let mut editor = template("average_cross");
    let id = wire_id(&editor, "fast.value → up.a");
    let points = |editor: &Editor| {
        wickflow_graph::node::points(editor.edge(editor.edge_slot(&id).expect("there")).expect("there").edge)
    };
    let first = vec![Point::new(400.0, 10.0), Point::new(420.0, 90.5)];
    editor.apply(Edit::SetPoints { edge: id.clone(), points: first.clone() }).expect("led");
    let at = |editor: &Editor, id: &str| editor.node(slot(editor, id)).expect("there").at;
    let moved = |editor: &Editor, ids: &[&str], dx: f64| Edit::Move {
        places: ids
            .iter()
            .map(|id| Placed { node: (*id).to_owned(), at: at(editor, id).plus(dx, 1.0) })
            .collect(),
    };
    editor.begin("Drag");
    for _ in 0..10 {
        editor.apply(moved(&editor, &["fast", "up", "candle"], 3.0)).expect("moved");
    }
    editor.commit();
    assert_eq!(points(&editor), [Point::new(430.0, 20.0), Point::new(450.0, 100.5)]);
    assert!(editor.history_json().len() < 2_500, "{}", editor.history_json().len());
    editor.undo();
    assert_eq!(points(&editor), first);
    editor.apply(moved(&editor, &["fast"], 50.0)).expect("moved");
    assert_eq!(points(&editor), first);
    // Copies have theirs as far away as their nodes.
    editor.select(["fast", "up"].map(|id| slot(&editor, id)), []);
    editor.duplicate(false).expect("room");
    let copy = editor.edges().last().expect("a wire").edge.clone();
    assert_eq!(wickflow_graph::node::points(&copy), [Point::new(430.0, 40.0), Point::new(450.0, 120.5)]);
}

#[test]
fn keys_go_from_node_to_node() {
    let mut editor = empty();
    for (id, x, y) in [("a", 0.0, 0.0), ("right", 300.0, 20.0), ("far", 900.0, 0.0), ("below", 10.0, 400.0)] {
        let mut node = node(id, "logic.not");
        wickflow_graph::node::set_position(&mut node, Point::new(x, y));
        editor.apply(Edit::Add { nodes: vec![node], edges: vec![] }).expect("added");
    }
    let next = |from: &str, heading| {
        let found = editor.next_node(slot(&editor, from), heading)?;
        Some(editor.node(found)?.node.id.clone())
    };
    assert_eq!(next("a", Heading::Right).as_deref(), Some("right"));
    assert_eq!(next("right", Heading::Right).as_deref(), Some("far"));
    assert_eq!(next("far", Heading::Left).as_deref(), Some("right"));
    assert_eq!(next("a", Heading::Down).as_deref(), Some("below"));
    assert_eq!(next("below", Heading::Up).as_deref(), Some("a"));
    assert_eq!(next("a", Heading::Left), None);
}

#[test]
fn selections_spread_along_wires() {
    let mut editor = template("average_cross");
    editor.select([slot(&editor, "fast")], []);
    editor.select_upstream();
    assert_eq!(editor.node_ids(editor.selected_nodes().clone()), ["candle", "fast"]);
    editor.select([slot(&editor, "up")], []);
    editor.select_downstream();
    assert_eq!(editor.node_ids(editor.selected_nodes().clone()), ["up", "buy"]);
    editor.select_all();
    assert_eq!(editor.selected_nodes().len(), editor.nodes().count());
    editor.apply(Edit::Remove { nodes: vec!["up".into()], edges: vec![], bridge: false }).expect("removed");
    assert_eq!(editor.selected_nodes().len(), editor.nodes().count());
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn wire_id(editor: &Editor, text: &str) -> String {
    let (_, target) = text.split_once(" → ").expect("a wire");
    let port = editor.port_ref(&end(target), Side::Input).expect("a port");
    editor.wires_at(port).next().expect("a wire").edge.id.clone()
}

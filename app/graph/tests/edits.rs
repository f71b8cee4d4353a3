//! Each gesture, what it does to a document, and that it is taken back wholly.

mod common;

use common::{empty, end, node, template, wires};
use serde_json::json;
use wickflow_graph::{Edit, EditError, Editor, NodeSlot, Refusal};

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

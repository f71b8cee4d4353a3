//! Random scripts of edits: what was done is taken back wholly, and done again, whatever it was.

mod common;

use std::collections::BTreeSet;

use common::{catalogue, document, numbered, pick, wires};
use proptest::prelude::*;
use serde_json::json;
use wickflow_graph::{
    Alignment, Axis, Change, Edit, Editor, End, Placed, Point, Side, compile_view, diff, from_fragment,
    to_fragment,
};
use wickflow_strategy::document::Document;

/// A step of a script: what to do, and numbers that pick what to do it to.
type Step = (u8, [usize; 4]);

fn script(steps: usize) -> impl Strategy<Value = Vec<Step>> {
    let pick = || 0..1000_usize;
    let numbers = (pick(), pick(), pick(), pick()).prop_map(|(a, b, c, d)| [a, b, c, d]);
    prop::collection::vec((0..41_u8, numbers), 1..steps)
}

fn nodes(editor: &Editor) -> Vec<String> {
    editor.nodes().map(|view| view.node.id.clone()).collect()
}

fn edges(editor: &Editor) -> Vec<String> {
    editor.edges().map(|view| view.edge.id.clone()).collect()
}

fn ends(editor: &Editor, side: Side) -> Vec<End> {
    let mut ends = Vec::new();
    for view in editor.nodes() {
        let ports = if side == Side::Input { view.inputs() } else { view.outputs() };
        ends.extend(ports.iter().map(|port| End::new(&view.node.id, &port.name)));
    }
    ends
}

/// The edit that a step means here; `None` where there is nothing to do it to.
fn edit(editor: &Editor, (what, [a, b, c, d]): Step) -> Option<Edit> {
    let all = nodes(editor);
    let node = |number| pick(&all, number);
    let some: BTreeSet<String> = [a, b, c].into_iter().filter_map(node).collect();
    let some: Vec<String> = some.into_iter().collect();
    let wire = |number| pick(&edges(editor), number);
    let source = |number| pick(&ends(editor, Side::Output), number);
    let target = |number| pick(&ends(editor, Side::Input), number);
    let at = |x: usize, y: usize| Point::new(x as f64 * 3.5 - 900.0, y as f64 - 300.25);
    let param = |number: usize, other: usize| {
        let view = editor.node(editor.node_slot(&node(number)?)?)?;
        let names: Vec<String> = view.kind.params.iter().map(|param| param.name.clone()).collect();
        Some((view.node.id.clone(), pick(&names, other)?))
    };
    let graphs: Vec<String> = editor.document().wickflow.graphs.keys().cloned().collect();
    let named: Vec<String> = editor.document().wickflow.parameters.keys().cloned().collect();
    Some(match what {
        0 | 1 => {
            let kind = pick(editor.catalogue().kinds(), a)?;
            let id = editor.fresh_id("new");
            Edit::Add { nodes: vec![wickflow_graph::node::new_node(id, &kind.name, at(b, c))], edges: vec![] }
        }
        2 => Edit::Remove { nodes: some, edges: wire(d).into_iter().collect(), bridge: d % 2 == 0 },
        3 | 4 => Edit::Move { places: some.into_iter().map(|node| Placed { node, at: at(c, d) }).collect() },
        5 => Edit::Resize {
            node: node(a)?,
            at: at(b, c),
            size: wickflow_graph::Size { width: 300.0, height: d as f64 },
        },
        6..=8 => {
            let (node, param) = param(a, b)?;
            let values =
                [json!(c), json!(c as f64 / 7.0), json!("1h"), json!(true), json!("signal"), json!("")];
            Edit::SetParam { node, param, value: pick(&values, d)? }
        }
        9 => param(a, b).map(|(node, param)| Edit::ResetParam { node, param })?,
        10 => {
            param(a, b).map(|(node, param)| Edit::BindParam { node, param, name: format!("p{}", c % 3) })?
        }
        11 => {
            let name = pick(&named, a)?;
            let mut param = editor.document().wickflow.parameters.get(&name)?.clone();
            param.value = json!(b);
            Edit::SetNamed { name, param }
        }
        12 => Edit::RemoveNamed { name: pick(&named, a)? },
        13 => Edit::RenameNamed { from: pick(&named, a)?, to: format!("q{}", b % 4) },
        14 => Edit::Rename { node: node(a)?, label: pick(&["", "Trend", "Fast one"], b)?.to_owned() },
        15 => Edit::SetData {
            node: node(a)?,
            field: "text".into(),
            value: pick(&[json!("note"), json!(null)], b)?,
        },
        16..=20 => Edit::Connect { source: source(a)?, target: target(b)? },
        21 => Edit::Disconnect {
            edges: [wire(a), wire(b)].into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect(),
        },
        22 => Edit::Reconnect {
            edge: wire(a)?,
            source: source(b).filter(|_| d % 2 == 0),
            target: target(c).filter(|_| d % 3 > 0),
        },
        23 => Edit::MoveWires { from: source(a)?, to: source(b)? },
        24 => Edit::InsertOnEdge { node: node(a)?, edge: wire(b)? },
        25 => Edit::Detach { nodes: some },
        26 => Edit::Swap { a: node(a)?, b: node(b)? },
        27 => {
            let (left, right) = (target(a)?, target(b)?);
            Edit::SwapInputs { node: left.node, a: left.port, b: right.port }
        }
        28 => Edit::SetPoints { edge: wire(a)?, points: vec![at(b, c); d % 3] },
        29 => Edit::SetMuted { nodes: some, muted: d % 2 == 0 },
        30 => Edit::SetBypassed { nodes: some, bypassed: d % 2 == 0 },
        31 => Edit::SetCollapsed { nodes: some, collapsed: d % 2 == 0 },
        32 => Edit::Align {
            nodes: some,
            to: pick(&[Alignment::Left, Alignment::Middle, Alignment::Bottom], d)?,
        },
        33 => {
            Edit::Distribute { nodes: some, axis: if d % 2 == 0 { Axis::Horizontal } else { Axis::Vertical } }
        }
        34 | 35 => Edit::MakeGraph { nodes: some, name: format!("g{}", d % 5) },
        36 => Edit::Expand { node: pick(&uses(editor), a)? },
        37 => Edit::RenameGraph { from: pick(&graphs, a)?, to: format!("h{}", b % 5) },
        39 => Edit::ReplaceKind { node: node(a)?, kind: pick(editor.catalogue().kinds(), b)?.name.clone() },
        38 => Edit::RenamePort { node: node(a)?, name: format!("port{}", b % 3) },
        _ => {
            let mut copied = editor.clone();
            let slots: Vec<_> = some.iter().filter_map(|id| editor.node_slot(id)).collect();
            copied.select(slots, []);
            Edit::Paste { text: copied.copy()?, at: (d % 2 == 0).then(|| at(b, c)), keep_inputs: d % 3 == 0 }
        }
    })
}

fn uses(editor: &Editor) -> Vec<String> {
    editor.nodes().filter(|view| view.node.kind == "graph.use").map(|view| view.node.id.clone()).collect()
}

/// The index is what a fresh one would be.
fn check_index(editor: &Editor) {
    let mut fresh = Editor::new(catalogue(), editor.document().clone());
    for crumb in editor.path().iter().skip(1) {
        let slot = fresh.node_slot(crumb.node.as_deref().expect("an id")).expect("on the way");
        fresh.enter(slot).expect("entered");
    }
    assert_eq!(fresh.open_graph(), editor.open_graph());
    assert_eq!(wires(&fresh), wires(editor));
    let cards = |editor: &Editor| -> Vec<_> {
        editor
            .nodes()
            .map(|view| {
                let ports = |ports: &[wickflow_graph::Port]| -> BTreeSet<String> {
                    ports.iter().map(|port| format!("{port:?}")).collect()
                };
                assert_eq!(editor.node_slot(&view.node.id), Some(view.slot));
                let wires = (view.wires_in().len(), view.wires_out().len());
                (view.node.id.clone(), view.at, view.size, ports(view.inputs()), ports(view.outputs()), wires)
            })
            .collect()
    };
    assert_eq!(cards(&fresh), cards(editor));
}

/// Carries a script out; enters and leaves sub-graphs on the way. Gives the number of gestures.
fn run(editor: &mut Editor, script: &[Step]) {
    for step in script {
        let (what, [a, b, ..]) = *step;
        if what % 13 == 12 {
            let depth = editor.path().len() - 1;
            match pick(&uses(editor), a).and_then(|id| editor.node_slot(&id)) {
                Some(slot) if b % 2 == 0 => drop(editor.enter(slot)),
                _ => editor.leave_to(depth.saturating_sub(1)),
            }
        }
        let before = editor.document().clone();
        if let Some(edit) = edit(editor, *step) {
            let (revision, result) = (editor.revision(), editor.result_revision());
            match editor.apply(edit.clone()) {
                Err(error) => {
                    assert_eq!((editor.revision(), editor.result_revision()), (revision, result));
                    assert_eq!(
                        *editor.document(),
                        before,
                        "{edit:?} was refused ({error}) but changed something"
                    );
                    assert!(error.to_string().len() > 10);
                }
                Ok(()) if *editor.document() != before => {
                    assert!(editor.revision() > revision, "{edit:?}");
                    let is_computed = |document: &Document| computed(document);
                    if is_computed(&before) != is_computed(editor.document()) {
                        assert!(editor.result_revision() > result, "{edit:?}");
                    }
                }
                Ok(()) => {}
            }
        }
    }
}

/// What of a document can alter results, as text.
fn computed(document: &Document) -> String {
    let mut document = document.clone();
    let settings = &mut document.wickflow;
    (settings.name, settings.description) = Default::default();
    for node in
        document.nodes.iter_mut().chain(settings.graphs.values_mut().flat_map(|graph| &mut graph.nodes))
    {
        node.other.clear();
        let flags = node.data.other.remove("wickflow");
        let flag = |name: &str| flags.as_ref().and_then(|flags| flags.get(name)).is_some();
        let flags = (flag("muted"), flag("bypassed"));
        node.data.other.clear();
        node.data.other.insert("flags".into(), json!([flags.0, flags.1]));
    }
    let edges =
        document.edges.iter_mut().chain(settings.graphs.values_mut().flat_map(|graph| &mut graph.edges));
    edges.for_each(|edge| edge.other.clear());
    for nodes in settings.graphs.values_mut().map(|graph| &mut graph.nodes).chain([&mut document.nodes]) {
        nodes.retain(|node| !node.kind.starts_with("note.") && node.kind != "group");
    }
    document.to_json()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undoing_all_is_identity_and_redoing_all_too(template in 0..14_usize, script in script(40)) {
        let document = document(template);
        let mut editor = Editor::new(catalogue(), document.clone());
        let first = editor.document().to_json();
        run(&mut editor, &script);
        check_index(&editor);
        let last = editor.document().to_json();
        let labels: Vec<String> = editor.undo_labels().map(str::to_owned).collect();
        for label in &labels {
            let undone = editor.undo();
            prop_assert_eq!(undone.as_ref(), Some(label));
        }
        prop_assert_eq!(editor.undo(), None);
        prop_assert_eq!(editor.document(), &document);
        prop_assert_eq!(editor.document().to_json(), first);
        check_index(&editor);
        while editor.redo().is_some() {}
        prop_assert_eq!(editor.document().to_json(), last);
        check_index(&editor);
    }

    #[test]
    fn what_was_edited_goes_through_links_and_views(template in 0..14_usize, script in script(30)) {
        let mut editor = numbered(template);
        run(&mut editor, &script);
        let document = editor.document();
        let (reopened, notes) = Editor::open(catalogue(), &document.to_json()).expect("read");
        prop_assert!(notes.is_empty(), "{notes:?}");
        prop_assert_eq!(reopened.document(), document);
        prop_assert_eq!(&from_fragment(&to_fragment(document)).expect("a link"), document);
        prop_assert!(diff(document, document).is_empty());
        let view = compile_view(document, &catalogue()).into_owned();
        let flagged = |document: &Document| document.to_json().contains("\"muted\": true") || document.to_json().contains("\"bypassed\": true");
        prop_assert!(!flagged(&view));
        // Once left out, there is nothing more to leave out.
        prop_assert_eq!(compile_view(&view, &catalogue()).into_owned(), view);
        let missing = editor.missing_inputs();
        prop_assert!(missing.iter().all(|port| editor.wires_at(*port).next().is_none()));
        let silent = editor.silent();
        prop_assert!(editor.nodes().filter(|view| view.is_muted()).all(|view| silent.contains(&view.slot)));
    }

    #[test]
    fn a_gesture_is_one_entry_and_abort_takes_it_back(template in 0..14_usize, script in script(15)) {
        let document = document(template);
        let mut editor = Editor::new(catalogue(), document.clone());
        editor.begin("A gesture");
        // Entering a sub-graph ends a gesture, so none is entered.
        let script: Vec<Step> = script.into_iter().filter(|(what, _)| what % 13 != 12).collect();
        run(&mut editor, &script);
        let last = editor.document().clone();
        let mut aborted = editor.clone();
        aborted.abort();
        prop_assert_eq!(aborted.document(), &document);
        check_index(&aborted);
        editor.commit();
        let changed = last != document;
        prop_assert!(editor.undo_labels().count() <= 1);
        if changed {
            prop_assert_eq!(editor.undo(), Some("A gesture".to_owned()));
        } else {
            while editor.undo().is_some() {}
        }
        prop_assert_eq!(editor.document(), &document);
        while editor.redo().is_some() {}
        prop_assert_eq!(editor.document(), &last);
    }

    #[test]
    fn the_history_survives_a_reload(template in 0..14_usize, script in script(25), back in 0..10_usize) {
        let mut editor = numbered(template);
        let first = editor.document().to_json();
        run(&mut editor, &script);
        for _ in 0..back {
            editor.undo();
        }
        let (document, history) = (editor.document().to_json(), editor.history_json());
        let (mut reloaded, notes) = Editor::open(catalogue(), &document).expect("read");
        prop_assert!(notes.is_empty(), "{notes:?}");
        reloaded.restore_history(&history).expect("its own history");
        while editor.redo().is_some() {}
        while reloaded.redo().is_some() {}
        prop_assert_eq!(reloaded.document().to_json(), editor.document().to_json());
        while reloaded.undo().is_some() {}
        prop_assert_eq!(reloaded.document().to_json(), first);
    }

    #[test]
    fn edits_are_values_that_can_be_sent(template in 0..14_usize, script in script(25)) {
        let mut here = numbered(template);
        let mut there = here.clone();
        for step in script {
            let Some(edit) = edit(&here, step) else { continue };
            let sent: Edit = serde_json::from_str(&serde_json::to_string(&edit).expect("JSON")).expect("an edit");
            prop_assert_eq!(&sent, &edit);
            prop_assert_eq!(here.apply(edit).map_err(|e| e.to_string()), there.apply(sent).map_err(|e| e.to_string()));
        }
        prop_assert_eq!(here.document().to_json(), there.document().to_json());
    }

    #[test]
    fn changes_tell_a_view_all_that_it_has_to_know(template in 0..14_usize, script in script(30)) {
        let mut editor = numbered(template);
        let mut view = Mirror::default();
        view.read(&editor);
        run(&mut editor, &script);
        view.follow(&mut editor);
        while editor.undo().is_some() {
            view.follow(&mut editor);
        }
    }
}

/// A view's own copy, brought up to date by changes alone.
#[derive(Default, PartialEq, Debug)]
struct Mirror {
    nodes: std::collections::BTreeMap<wickflow_graph::NodeSlot, String>,
    edges: std::collections::BTreeMap<wickflow_graph::EdgeSlot, String>,
}

impl Mirror {
    fn read(&mut self, editor: &Editor) {
        *self = Self::default();
        for view in editor.nodes() {
            self.nodes.insert(view.slot, node_text(editor, view.slot));
        }
        for view in editor.edges() {
            self.edges.insert(view.slot, edge_text(editor, view.slot));
        }
    }

    fn follow(&mut self, editor: &mut Editor) {
        for change in editor.take_changes() {
            match change {
                Change::NodeAdded(slot) | Change::NodeMoved(slot) | Change::NodeChanged(slot) => {
                    self.nodes.insert(slot, node_text(editor, slot));
                }
                Change::NodeRemoved(slot) => drop(self.nodes.remove(&slot)),
                Change::EdgeAdded(slot) | Change::EdgeChanged(slot) => {
                    self.edges.insert(slot, edge_text(editor, slot));
                }
                Change::EdgeRemoved(slot) => drop(self.edges.remove(&slot)),
                Change::Everything => self.read(editor),
                Change::Selection | Change::Document => {}
            }
        }
        // Slots may be free by now, whose removal comes later in the list.
        self.nodes.retain(|_, text| text != "gone");
        self.edges.retain(|_, text| text != "gone");
        let mut truth = Self::default();
        truth.read(editor);
        assert_eq!(*self, truth);
    }
}

fn node_text(editor: &Editor, slot: wickflow_graph::NodeSlot) -> String {
    let Some(view) = editor.node(slot) else { return "gone".to_owned() };
    let values: Vec<_> = view.kind.params.iter().map(|param| editor.param_value(&view, param)).collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {values:?}",
        view.node,
        view.at,
        view.size,
        view.inputs(),
        view.outputs()
    )
}

fn edge_text(editor: &Editor, slot: wickflow_graph::EdgeSlot) -> String {
    let Some(view) = editor.edge(slot) else { return "gone".to_owned() };
    format!("{:?} {:?} {:?}", view.edge, view.source, view.target)
}

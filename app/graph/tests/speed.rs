//! How long the largest strategy takes: 2,000 nodes, 4,000 wires. Run by
//! `cargo test --release -p wickflow-graph --test speed -- --ignored --nocapture`; times on a loaded machine are no test.

#![expect(clippy::print_stdout, reason = "it is there to print times")]

mod common;

use std::time::{Duration, Instant};

use common::{catalogue, end};
use serde_json::{Value as Json, json};
use wickflow_graph::{
    Edit, Editor, Placed, Point, PortRef, Side, compile_view, diff, from_fragment, to_fragment,
};

/// 2,000 sums in rows of 50, each of its left neighbor and the one above.
fn large() -> String {
    let nodes: Vec<Json> = (0..2_000)
        .map(|n| {
            json!({ "id": format!("n{n}"), "type": "math.add", "data": { "params": { "b": n } },
                         "position": { "x": n % 50 * 260, "y": n / 50 * 140 } })
        })
        .collect();
    let mut edges = Vec::new();
    let mut wire = |source: i32, target: i32, input: &str| {
        if source >= 0 {
            edges.push(json!({ "id": format!("{source}-{target}.{input}"), "source": format!("n{source}"),
                "sourceHandle": "value", "target": format!("n{target}"), "targetHandle": input }));
        }
    };
    for n in 1..2_000 {
        wire(n - 1, n, "a");
        wire(n - 50, n, "b");
    }
    json!({ "nodes": nodes, "edges": edges, "wickflow": { "version": 1, "name": "Large" } }).to_string()
}

/// The shortest of some runs.
fn time<T>(name: &str, bound: Duration, runs: usize, mut run: impl FnMut(usize) -> T) {
    let once = |number: usize, run: &mut dyn FnMut(usize) -> T| {
        let start = Instant::now();
        std::hint::black_box(run(number));
        start.elapsed()
    };
    let best = (0..runs).map(|number| once(number, &mut run)).min().unwrap_or_default();
    println!("{name}: {:.1} µs (bound {:.0} µs)", best.as_secs_f64() * 1e6, bound.as_secs_f64() * 1e6);
    if !cfg!(debug_assertions) {
        assert!(best <= bound, "{name} took {best:?}");
    }
}

#[test]
#[ignore = "times mean something only in release and on an idle machine"]
fn the_largest_strategy_is_quick() {
    let text = large();
    let (ms, us) = (Duration::from_millis, Duration::from_micros);
    println!("{} bytes", text.len());
    time("open", ms(30), 7, |_| Editor::open(catalogue(), &text).expect("read"));
    let (mut editor, notes) = Editor::open(catalogue(), &text).expect("read");
    assert_eq!((notes.len(), editor.nodes().count(), editor.edges().count()), (0, 2_000, 3_949));
    time("save", ms(30), 7, |_| editor.document().to_json());
    time("set a parameter", us(200), 50, |n| {
        let value = json!(n);
        editor.apply(Edit::SetParam { node: "n1500".into(), param: "b".into(), value }).expect("set");
    });
    editor.begin("Drag");
    time("move a node", us(200), 50, |n| {
        let at = Point::new(n as f64, 7.0);
        editor.apply(Edit::Move { places: vec![Placed { node: "n1000".into(), at }] }).expect("moved");
    });
    editor.commit();
    editor.begin("Drag");
    time("move all nodes", ms(5), 20, |n| {
        let places: Vec<Placed> = (0..2_000)
            .map(|id| Placed { node: format!("n{id}"), at: Point::new(f64::from(id), n as f64) })
            .collect();
        editor.apply(Edit::Move { places }).expect("moved");
    });
    editor.abort();
    time("remove a wire", us(200), 40, |n| {
        editor.apply(Edit::Disconnect { edges: vec![format!("{n}-{}.b", n + 50)] }).expect("removed");
    });
    time("draw a wire", us(200), 40, |n| {
        let (source, target) = (end(&format!("n{n}.value")), end(&format!("n{}.b", n + 50)));
        editor.apply(Edit::Connect { source, target }).expect("drawn");
    });
    time("remove and undo a node in the middle", us(400), 20, |n| {
        let nodes = vec![format!("n{}", 900 + n)];
        editor.apply(Edit::Remove { nodes, edges: vec![], bridge: true }).expect("removed");
        editor.undo();
    });
    let port =
        |id: &str| editor.port_ref(&end(id), if id.ends_with("value") { Side::Output } else { Side::Input });
    let (first, last): (PortRef, PortRef) =
        (port("n0.a").expect("a port"), port("n1999.value").expect("a port"));
    time("refuse a circle of all", ms(2), 20, |_| editor.can_connect(last, first).is_err());
    time("what a loose wire may go to", ms(2), 20, |_| {
        editor.partners(PortRef { side: Side::Output, ..first }).len()
    });
    time("search", ms(1), 50, |_| catalogue().search("moving av").len());
    let mut muted = editor.clone();
    muted.apply(Edit::SetMuted { nodes: vec!["n40".into()], muted: true }).expect("muted");
    time("compile view", ms(30), 7, |_| compile_view(muted.document(), &catalogue()).nodes.len());
    time("diff", ms(20), 7, |_| diff(editor.document(), muted.document()).len());
    let fragment = to_fragment(editor.document());
    println!("fragment of {} bytes", fragment.len());
    time("to a link", ms(100), 5, |_| to_fragment(editor.document()));
    time("from a link", ms(60), 5, |_| from_fragment(&fragment).expect("read"));
    let mut all = editor.clone();
    all.select_all();
    time("copy all", ms(40), 5, |_| all.copy());
    time("remove all and undo", ms(100), 5, |_| {
        let nodes = all.node_ids(all.selected_nodes().clone());
        all.apply(Edit::Remove { nodes, edges: vec![], bridge: false }).expect("removed");
        all.undo()
    });
    let (document, history) = (editor.document().to_json(), editor.history_json());
    println!("history of {} bytes", history.len());
    time("reload with history", ms(60), 5, |_| {
        let (mut editor, _) = Editor::open(catalogue(), &document).expect("read");
        editor.restore_history(&history).expect("its own");
        editor
    });
}

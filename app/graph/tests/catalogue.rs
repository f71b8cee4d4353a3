//! Searching the palette, what fits a wire, the size of cards, versions and links.

mod common;

use common::{catalogue, document, node, template};
use proptest::prelude::*;
use serde_json::json;
use wickflow_graph::geometry::{self, Row};
use wickflow_graph::{
    Catalogue, Edit, Kind, Point, PortType, Role, Side, Size, Unit, Unwired, diff, from_fragment, to_fragment,
};
use wickflow_strategy::catalogue::kinds;

#[test]
fn every_kind_is_read_with_its_ports() {
    let catalogue = catalogue();
    assert_eq!(catalogue.kinds().len(), kinds().count());
    for kind in kinds() {
        let ours = catalogue.find(kind.kind).expect("known");
        assert_eq!(
            (ours.label.as_str(), ours.doc.as_str(), ours.category.as_str()),
            (kind.label, kind.doc, kind.category)
        );
        let theirs: Vec<_> = kind.inputs.iter().map(|port| (port.name, port.port_type.name())).collect();
        let inputs: Vec<_> =
            ours.inputs.iter().map(|port| (port.name.as_str(), port.port_type.name())).collect();
        assert_eq!(inputs, theirs, "{}", kind.kind);
        assert_ne!(ours.role, Role::Unknown, "{}", kind.kind);
        assert!(ours.inputs.iter().chain(&ours.outputs).all(|port| port.port_type != PortType::Unknown));
    }
    let buy = catalogue.find("action.buy").expect("known");
    let unwired: Vec<_> = buy.inputs.iter().map(|port| port.unwired.clone()).collect();
    let absent = || Unwired::Absent;
    assert_eq!(unwired, [Unwired::Refused, absent(), absent(), absent(), Unwired::Param("percent".into())]);
    let categories = catalogue.categories();
    assert_eq!(categories.first().map(|(name, _)| *name), Some("Data"));
    assert_eq!(categories.iter().map(|(_, kinds)| kinds.len()).sum::<usize>(), catalogue.kinds().len());
}

#[test]
fn catalogues_of_later_versions_are_read_as_far_as_they_are_understood() {
    let json = json!({ "version": 9, "kinds": [{ "kind": "x.y", "role": "oracle", "inputs": [{ "name": "a", "type": "matrix" }],
        "params": [{ "name": "p", "type": "color", "default": "red" }] }] });
    let catalogue = Catalogue::parse(&json.to_string()).expect("read");
    let kind = catalogue.find("x.y").expect("known");
    assert_eq!((kind.role, kind.inputs[0].port_type), (Role::Unknown, PortType::Unknown));
    assert!(kind.params[0].check(&json!([1])).is_ok());
    assert!(Catalogue::parse("{}").is_err());
}

#[test]
fn what_people_type_finds_what_they_mean() {
    let catalogue = catalogue();
    let mut bad = Vec::new();
    for (query, expected) in [
        ("rsi", "indicator.rsi"),
        ("RSI", "indicator.rsi"),
        ("relative strength", "indicator.rsi"),
        ("sma", "indicator.sma"),
        ("ma", "indicator.sma"),
        ("simple moving", "indicator.sma"),
        ("moving simple", "indicator.sma"),
        ("boll", "indicator.bollinger"),
        ("bollinger", "indicator.bollinger"),
        ("bolinger", "indicator.bollinger"),
        ("atr", "indicator.atr"),
        ("macd", "indicator.macd"),
        ("crosses over", "logic.cross_over"),
        ("crossover", "logic.cross_over"),
        (">", "logic.above"),
        ("and", "logic.and"),
        ("not", "logic.not"),
        ("buy", "action.buy"),
        ("sl", "action.stop_loss"),
        ("stop loss", "action.stop_loss"),
        ("trailing", "action.trailing_stop"),
        ("close", "action.close"),
        ("candle", "data.candle"),
        ("vwap", "indicator.vwap"),
        ("comment", "note.comment"),
        ("constant number", "constant.number"),
        ("indicator.ema", "indicator.ema"),
        ("highest", "math.highest"),
        ("hihgest", "math.highest"),
        ("previous", "math.lag"),
        ("doji", "pattern.doji"),
    ] {
        let found = catalogue.search(query);
        let names: Vec<&str> = found.iter().take(4).map(|kind| kind.name.as_str()).collect();
        if names.first() != Some(&expected) {
            bad.push(format!("{query}: {names:?}"));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(catalogue.search("  ").len(), catalogue.kinds().len());
    assert!(catalogue.search("qqqqzzzz").is_empty());
    assert!(catalogue.search(&"average ".repeat(1_000_000)).len() <= 60);
}

#[test]
fn every_kind_is_found_by_its_name_and_label() {
    let catalogue = catalogue();
    for kind in catalogue.kinds() {
        for query in [&kind.name, &kind.label] {
            let place = catalogue.search(query).iter().position(|found| found.name == kind.name);
            assert!(place.is_some_and(|place| place < 3), "{query}: {place:?}");
        }
    }
}

#[test]
fn a_loose_wire_is_offered_what_fits() {
    let catalogue = catalogue();
    let signal = catalogue.fitting(Side::Output, PortType::Signal, "");
    assert!(signal.iter().all(|fit| fit.kind.inputs[fit.port].port_type == PortType::Signal));
    let names = |side, port_type, query: &str| -> Vec<String> {
        catalogue.fitting(side, port_type, query).iter().take(3).map(|fit| fit.kind.name.clone()).collect()
    };
    assert_eq!(names(Side::Output, PortType::Signal, "buy")[0], "action.buy");
    assert_eq!(names(Side::Output, PortType::Number(Unit::Price), "rsi")[0], "indicator.rsi");
    assert!(names(Side::Output, PortType::Size, "rsi").is_empty());
    // Backwards from an input: what gives it.
    let sizes = catalogue.fitting(Side::Input, PortType::Size, "");
    assert!(!sizes.is_empty() && sizes.iter().all(|fit| fit.kind.name.starts_with("size.")));
    assert_eq!(names(Side::Input, PortType::Signal, "cross over")[0], "logic.cross_over");
}

#[test]
fn cards_have_a_row_for_every_port_and_setting() {
    let catalogue = catalogue();
    for kind in catalogue.kinds() {
        let rows = geometry::rows(kind);
        let of = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
        assert_eq!(of(|row| matches!(row, Row::Output(_))), kind.outputs.len());
        assert_eq!(of(|row| matches!(row, Row::Input(..))), kind.inputs.len());
        // Every parameter can be edited somewhere, and in one row only.
        let edited = of(|row| matches!(row, Row::Param(_) | Row::Input(_, Some(_))));
        assert_eq!(edited, kind.params.len(), "{}", kind.name);
        let size = geometry::node_size(kind);
        for (side, ports) in [(Side::Input, &kind.inputs), (Side::Output, &kind.outputs)] {
            let mut last = geometry::HEADER_PX;
            for index in 0..ports.len() {
                let at = geometry::port_offset(kind, side, Some(index), false);
                assert!(at.y > last && at.y < size.height, "{} {side:?} {index}", kind.name);
                last = at.y;
            }
        }
    }
    let above = catalogue.find("logic.above").expect("known");
    assert_eq!(geometry::rows(above), [Row::Output(0), Row::Input(0, None), Row::Input(1, Some(0))]);
    assert_eq!(geometry::node_size(above), Size { width: 200.0, height: 28.0 + 3.0 * 22.0 + 8.0 });
    assert_eq!(geometry::port_offset(above, Side::Input, Some(1), false), Point::new(0.0, 28.0 + 2.5 * 22.0));
    assert_eq!(geometry::port_offset(above, Side::Output, Some(0), true), Point::new(200.0, 14.0));
    assert_eq!(geometry::node_size(&Kind::unknown("x")), Size { width: 200.0, height: 36.0 });
}

#[test]
fn versions_are_compared() {
    let before = template("average_cross");
    let mut after = before.clone();
    for edit in [
        Edit::SetParam { node: "fast".into(), param: "period".into(), value: json!(12) },
        Edit::Rename { node: "slow".into(), label: "Trend".into() },
        Edit::Remove { nodes: vec!["sell".into()], edges: vec![], bridge: false },
        Edit::Add { nodes: vec![node("stop", "action.stop_loss")], edges: vec![] },
        Edit::Connect { source: common::end("candle.open"), target: common::end("slow.source") },
        Edit::SetMuted { nodes: vec!["buy".into()], muted: true },
    ] {
        after.apply(edit).expect("done");
    }
    let told: Vec<String> =
        diff(before.document(), after.document()).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "sell is gone",
            "fast: period: 10 → 12",
            "Trend: label: default → \"Trend\"",
            "buy: muted: false → true",
            "stop is new",
            "sell.when is fed by nothing, before by down.value",
            "slow.source is fed by candle.open, before by candle.close",
        ]
    );
    assert!(diff(before.document(), before.document()).is_empty());
    let mut made = before.clone();
    let nodes = vec!["fast".to_owned(), "slow".to_owned()];
    made.apply(Edit::MakeGraph { nodes, name: "pair".into() }).expect("made");
    let told: Vec<String> =
        diff(before.document(), made.document()).iter().map(ToString::to_string).collect();
    assert!(told.contains(&"pair: the sub-graph is new".to_owned()), "{told:?}");
    assert!(told.contains(&"pair: fast is new".to_owned()), "{told:?}");
}

#[test]
fn links_carry_whole_strategies() {
    for number in 0..12 {
        let document = document(number);
        let fragment = to_fragment(&document);
        assert_eq!(from_fragment(&fragment), Ok(document.clone()));
        assert_eq!(from_fragment(&format!("#{fragment}")), Ok(document));
        assert!(fragment.len() < 3_000, "{}", fragment.len());
        assert!(
            fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_query_and_a_link_without_a_panic(text in ".{0,60}", tail in "[A-Za-z0-9_-]{0,80}") {
        let catalogue = catalogue();
        let _ = catalogue.search(&text);
        let _ = catalogue.fitting(Side::Output, PortType::Signal, &text);
        prop_assert!(from_fragment(&text).is_err());
        let damaged = format!("s1.{tail}");
        prop_assert!(from_fragment(&damaged).is_err());
        prop_assert!(wickflow_graph::load(&text).is_err());
    }
}

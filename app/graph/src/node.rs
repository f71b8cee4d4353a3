//! What the studio keeps in nodes and wires of a document, and where.
//!
//! React Flow's fields where it has them (`position`, `data.label`, `parentId`); what it does not know is under
//! `data.wickflow` (`muted`, `bypassed`, `collapsed`) and `data.points` of wires.

use serde_json::{Map, Number, Value as Json};
use wickflow_strategy::document::{Edge, Node};

use crate::geometry::{Point, Size};

/// A node that computes nothing, nor does what cannot do without it.
pub const MUTED: &str = "muted";
/// A node whose inputs go on to its outputs unchanged.
pub const BYPASSED: &str = "bypassed";
/// A node drawn as its title alone.
pub const COLLAPSED: &str = "collapsed";
/// Coordinates are kept to 1/100 px: a document has no use for more.
const STEPS_PER_PX: f64 = 100.0;
/// Beyond this a coordinate is a mistake, and its distance to others no longer exact.
const FARTHEST_PX: f64 = 1e7;

/// A new node.
#[must_use]
pub fn new_node(id: impl Into<String>, kind: impl Into<String>, at: Point) -> Node {
    let mut node = Node { id: id.into(), kind: kind.into(), data: Default::default(), other: Map::new() };
    set_position(&mut node, at);
    node
}

/// Where a node is: relative to its parent where it has one. `None` where the document does not say.
#[must_use]
pub fn position(node: &Node) -> Option<Point> {
    node.other.get("position").and_then(point)
}

/// Puts a node somewhere, within ±10,000,000 px.
pub fn set_position(node: &mut Node, at: Point) {
    let at = rounded(at);
    let place = node.other.entry("position").or_insert_with(|| Json::Object(Map::new()));
    if !place.is_object() {
        *place = Json::Object(Map::new());
    }
    if let Some(fields) = place.as_object_mut() {
        fields.insert("x".to_owned(), number(at.x));
        fields.insert("y".to_owned(), number(at.y));
    }
}

/// A coordinate as documents keep it.
pub(crate) fn rounded(at: Point) -> Point {
    let round = |value: f64| {
        let value = if value.is_finite() { value.clamp(-FARTHEST_PX, FARTHEST_PX) } else { 0.0 };
        // No negative zero: it would be another text for the same place.
        (value * STEPS_PER_PX).round() / STEPS_PER_PX + 0.0
    };
    Point { x: round(at.x), y: round(at.y) }
}

/// The name that its author gave a node.
#[must_use]
pub fn own_label(node: &Node) -> Option<&str> {
    node.data.other.get("label").and_then(Json::as_str).filter(|label| !label.trim().is_empty())
}

/// The node of React Flow's `parentId` (before version 12 `parentNode`).
#[must_use]
pub fn parent(node: &Node) -> Option<&str> {
    let parent = node.other.get("parentId").or_else(|| node.other.get("parentNode"));
    parent.and_then(Json::as_str).filter(|id| !id.is_empty())
}

/// Whether a flag is set: [`MUTED`], [`BYPASSED`] or [`COLLAPSED`].
#[must_use]
pub fn flag(node: &Node, name: &str) -> bool {
    let flags = node.data.other.get("wickflow");
    flags.and_then(|flags| flags.get(name)).and_then(Json::as_bool).unwrap_or_default()
}

/// Sets a flag, or takes it away without leaving anything behind.
pub fn set_flag(node: &mut Node, name: &str, is_set: bool) {
    let flags = node.data.other.entry("wickflow").or_insert_with(|| Json::Object(Map::new()));
    if !flags.is_object() {
        *flags = Json::Object(Map::new());
    }
    if let Some(fields) = flags.as_object_mut() {
        if is_set {
            fields.insert(name.to_owned(), Json::Bool(true));
        } else {
            fields.remove(name);
        }
        if fields.is_empty() {
            node.data.other.remove("wickflow");
        }
    }
}

/// The size that a node of its own size has: `width` and `height`, or React Flow's `style` or `measured`.
#[must_use]
pub fn own_size(node: &Node) -> Option<Size> {
    let field = |name: &str| {
        let places = [Some(&node.other), object(&node.other, "style"), object(&node.other, "measured")];
        places.into_iter().flatten().find_map(|fields| fields.get(name).and_then(Json::as_f64))
    };
    let (width, height) = (field("width")?, field("height")?);
    (width > 0.0 && height > 0.0).then_some(Size { width, height })
}

/// The points through which a wire is led, in order.
#[must_use]
pub fn points(edge: &Edge) -> Vec<Point> {
    let points = object(&edge.other, "data").and_then(|data| data.get("points")).and_then(Json::as_array);
    points.into_iter().flatten().filter_map(point).collect()
}

/// Leads a wire through points; none for a plain wire.
pub fn set_points(edge: &mut Edge, points: &[Point]) {
    if points.is_empty() {
        if let Some(Json::Object(data)) = edge.other.get_mut("data") {
            data.remove("points");
            if data.is_empty() {
                edge.other.remove("data");
            }
        }
        return;
    }
    let data = edge.other.entry("data").or_insert_with(|| Json::Object(Map::new()));
    if !data.is_object() {
        *data = Json::Object(Map::new());
    }
    if let Some(data) = data.as_object_mut() {
        let point = |at: &Point| {
            let at = rounded(*at);
            Json::Object(Map::from_iter([("x".to_owned(), number(at.x)), ("y".to_owned(), number(at.y))]))
        };
        data.insert("points".to_owned(), points.iter().map(point).collect());
    }
}

/// Moves the points of a wire.
pub(crate) fn shift_points(edge: &mut Edge, by: Point) {
    let points = points(edge);
    if !points.is_empty() && by != Point::default() {
        set_points(edge, &points.iter().map(|at| at.plus(by.x, by.y)).collect::<Vec<_>>());
    }
}

/// A number as documents hold it: whole ones without a fraction.
#[must_use]
pub fn number(value: f64) -> Json {
    const EXACT: f64 = 9e15;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
        return Json::from(value as i64);
    }
    Number::from_f64(value).map_or(Json::Null, Json::Number)
}

/// Reads `{x, y}` or `[x, y]`.
pub(crate) fn point(json: &Json) -> Option<Point> {
    let (x, y) = match json {
        Json::Object(fields) => (fields.get("x")?, fields.get("y")?),
        Json::Array(pair) => (pair.first()?, pair.get(1)?),
        _ => return None,
    };
    Some(Point { x: x.as_f64()?, y: y.as_f64()? })
}

fn object<'a>(fields: &'a Map<String, Json>, name: &str) -> Option<&'a Map<String, Json>> {
    fields.get(name).and_then(Json::as_object)
}

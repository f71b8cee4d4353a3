//! What is on the canvas, where it is, and what has changed since it was drawn.

mod change;
mod damage;
mod find;
mod hit;
mod index;
mod moved;
mod node;
mod query;
mod settle;

pub use damage::Damage;
pub use find::Direction;
pub use hit::{Edge, Hit, Select};
pub use node::{End, Flags, Node, NodeKind, Port, Side, Slot, Wire};
pub use query::Visible;
pub(crate) use settle::WIRE_HALO;

use std::collections::BTreeMap;

use crate::geometry::{Point, Rect};
use crate::route::{Path, Router, WireStyle};
use index::Grid;
use moved::Moved;

/// Nodes and wires with their places.
///
/// Every change keeps index, wires and damage up to date. A wire whose ends moved is drawn by a cheap route at once;
/// [`Scene::settle`] then routes it round the nodes, together with the wires that the moved nodes are now in the way
/// of. So a host calls `move_nodes` while dragging and `settle` at the end.
///
/// Slots are small numbers: the scene keeps a table up to the largest, and ignores those from [`Scene::MAX_SLOTS`] on.
#[derive(Debug, Default)]
pub struct Scene {
    nodes: Vec<Option<Node>>,
    wires: Vec<Option<Routed>>,
    /// Wires at each node, also at nodes that do not exist.
    attached: Vec<Vec<Slot>>,
    node_grid: Grid,
    wire_grid: Grid,
    style: WireStyle,
    damage: Damage,
    moved: Moved,
    /// Wires that [`Scene::settle`] has to route.
    stale: Vec<Slot>,
    router: Router,
    /// Wires of the nodes that are being moved.
    concerned: Vec<Slot>,
    /// How far each of them has moved.
    shifts: BTreeMap<Slot, Point>,
    /// Start, reroute points and end of the wire in hand.
    points: Vec<Point>,
    revision: u64,
    node_count: usize,
    wire_count: usize,
}

/// A wire and its line.
#[derive(Clone, Debug, Default)]
struct Routed {
    wire: Wire,
    path: Path,
    /// The region whose nodes decided the route.
    examined: Rect,
    /// Waits in [`Scene::stale`].
    stale: bool,
}

impl Scene {
    /// Bound of slots, for nodes and for wires.
    pub const MAX_SLOTS: Slot = 1 << 20;

    #[must_use]
    pub fn new(style: WireStyle) -> Self {
        Self { style, ..Self::default() }
    }

    #[must_use]
    pub fn node(&self, slot: Slot) -> Option<&Node> {
        self.nodes.get(slot as usize)?.as_ref()
    }

    #[must_use]
    pub fn wire(&self, slot: Slot) -> Option<&Wire> {
        Some(&self.routed(slot)?.wire)
    }

    /// The line of a wire; empty if one of its ends does not exist.
    #[must_use]
    pub fn path(&self, slot: Slot) -> Option<&Path> {
        Some(&self.routed(slot)?.path)
    }

    /// All nodes, by slot.
    pub fn nodes(&self) -> impl Iterator<Item = (Slot, &Node)> {
        (0..).zip(&self.nodes).filter_map(|(slot, node)| Some((slot, node.as_ref()?)))
    }

    /// All wires, by slot.
    pub fn wires(&self) -> impl Iterator<Item = (Slot, &Wire, &Path)> {
        (0..).zip(&self.wires).filter_map(|(slot, routed)| {
            let routed: &Routed = routed.as_ref()?;
            Some((slot, &routed.wire, &routed.path))
        })
    }

    /// The wires that begin or end at a node, by slot.
    #[must_use]
    pub fn wires_of(&self, node: Slot) -> &[Slot] {
        self.attached.get(node as usize).map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub const fn node_count(&self) -> usize {
        self.node_count
    }

    #[must_use]
    pub const fn wire_count(&self) -> usize {
        self.wire_count
    }

    /// The smallest rectangle that holds every node; `None` without nodes.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        self.nodes().map(|(_, node)| node.rect).reduce(|a, b| a.union(&b))
    }

    /// Counts changes: two equal numbers mean the same scene.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    #[must_use]
    pub const fn style(&self) -> WireStyle {
        self.style
    }

    #[must_use]
    pub const fn damage(&self) -> &Damage {
        &self.damage
    }

    /// What changed since the last call.
    pub fn take_damage(&mut self) -> Damage {
        std::mem::take(&mut self.damage)
    }

    /// The same without giving memory away: for every frame.
    pub fn clear_damage(&mut self) {
        self.damage.clear();
    }

    fn routed(&self, slot: Slot) -> Option<&Routed> {
        self.wires.get(slot as usize)?.as_ref()
    }

    fn routed_mut(&mut self, slot: Slot) -> Option<&mut Routed> {
        self.wires.get_mut(slot as usize)?.as_mut()
    }
}

//! Layout of what is on the canvas, with its frames.

use super::{LayoutEdge, LayoutNode, LayoutOptions, layout};
use crate::geometry::{Point, Rect, at, put};
use crate::scene::{End, Node, Scene, Side, Slot};
use crate::sort;

/// Space between a frame and what is in it, below its header, world pixels.
const PADDING: f64 = 30.0;

/// The nodes that are laid out, by their position in a list without gaps.
struct Members<'a> {
    slots: Vec<Slot>,
    nodes: Vec<&'a Node>,
    /// The position of the frame directly around each, by where they are now.
    parents: Vec<Option<usize>>,
    /// Where each is placed: from the corner of its frame until that is placed, too.
    places: Vec<Rect>,
}

impl Scene {
    /// Places for these nodes, wherever they are now, with the wires between them: the corner of the box around them
    /// stays. A frame is moved and fitted around the nodes that lie in it, if it is among them; they stay together.
    #[must_use]
    pub fn layout(&self, slots: &[Slot], options: &LayoutOptions) -> Vec<(Slot, Rect)> {
        let mut members = Members::new(self, slots);
        let bounds = members.nodes.iter().map(|node| node.rect).reduce(|a, b| a.union(&b));
        let corner = bounds.unwrap_or_default().origin().snapped(options.grid);
        self.lay_out_frame(None, &mut members, options);
        let moved = |rect: &Rect| rect.moved_to(rect.origin() + corner);
        members.slots.iter().copied().zip(members.places.iter().map(moved)).collect()
    }

    /// Places what is directly in a frame, frames in it first, from the frame's own corner; returns the size.
    fn lay_out_frame(
        &self,
        frame: Option<usize>,
        members: &mut Members<'_>,
        options: &LayoutOptions,
    ) -> (f64, f64) {
        let inside: Vec<usize> = members
            .parents
            .iter()
            .enumerate()
            .filter(|(_, parent)| **parent == frame)
            .map(|(index, _)| index)
            .collect();
        let mut boxes = Vec::with_capacity(inside.len());
        for index in &inside {
            let (width, height) = if members.is_around_others(*index) {
                self.lay_out_frame(Some(*index), members, options)
            } else {
                members.nodes.get(*index).map_or((0.0, 0.0), |node| (node.rect.width, node.rect.height))
            };
            boxes.push(LayoutNode { width, height });
        }
        let edges = self.edges_among(&inside, members);
        let header = frame.and_then(|frame| members.nodes.get(frame)).map(|node| node.header);
        let inset = header
            .map_or(options.origin, |header| Point::new(PADDING, header + PADDING).snapped(options.grid));
        let places = layout(&boxes, &edges, &LayoutOptions { origin: inset, ..*options });
        let mut size = Rect::default();
        for ((index, size_of), place) in inside.iter().zip(&boxes).zip(places) {
            let rect = Rect::new(place.x, place.y, size_of.width, size_of.height);
            size = size.union(&rect);
            members.place(*index, rect);
        }
        (size.right() + PADDING, size.bottom() + PADDING)
    }

    /// Wires between what lies in different members, as edges between these.
    fn edges_among(&self, inside: &[usize], members: &Members<'_>) -> Vec<LayoutEdge> {
        let mut places = vec![None; members.slots.len()];
        for (place, index) in inside.iter().enumerate() {
            put(&mut places, *index, Some(place));
        }
        let edge = |from: End, to: End| {
            let (from, from_y) = members.end(&places, from, Side::Output)?;
            let (to, to_y) = members.end(&places, to, Side::Input)?;
            Some(LayoutEdge { from, to, from_y, to_y })
        };
        self.wires().filter_map(|(_, wire, _)| edge(wire.from, wire.to)).collect()
    }
}

impl<'a> Members<'a> {
    fn new(scene: &'a Scene, slots: &[Slot]) -> Self {
        let mut slots = slots.to_vec();
        sort::by(&mut slots, &mut |a, b| a.cmp(&b));
        slots.dedup();
        slots.retain(|slot| scene.node(*slot).is_some());
        let nodes: Vec<&Node> = slots.iter().filter_map(|slot| scene.node(*slot)).collect();
        let parents = parents(&nodes);
        Self { places: vec![Rect::default(); slots.len()], slots, nodes, parents }
    }

    /// Places a member, and moves along what was placed from its corner.
    fn place(&mut self, index: usize, rect: Rect) {
        put(&mut self.places, index, rect);
        if !self.is_around_others(index) {
            return;
        }
        for other in 0..self.places.len() {
            if self.is_within(other, index)
                && let Some(place) = self.places.get_mut(other)
            {
                *place = place.moved_to(place.origin() + rect.origin());
            }
        }
    }

    fn is_around_others(&self, index: usize) -> bool {
        self.nodes.get(index).is_some_and(|node| node.is_frame()) && self.parents.contains(&Some(index))
    }

    fn is_within(&self, index: usize, frame: usize) -> bool {
        let mut above = at(&self.parents, index);
        while let Some(parent) = above {
            if parent == frame {
                return true;
            }
            above = at(&self.parents, parent);
        }
        false
    }

    /// Which of the boxes a wire's end lies in, and how far below its top. `places` gives the box of a member.
    fn end(&self, places: &[Option<usize>], end: End, side: Side) -> Option<(usize, f64)> {
        let own = self.slots.binary_search(&end.node).ok()?;
        let node = self.nodes.get(own)?;
        let mut y = node.port(side, end.port).y - node.rect.y;
        let mut index = own;
        loop {
            if let Some(place) = at(places, index) {
                return Some((place, y));
            }
            // Within a frame: it has just been placed from the frame's corner.
            y += at(&self.places, index).y;
            index = at(&self.parents, index)?;
        }
    }
}

/// The smallest frame around each node.
fn parents(nodes: &[&Node]) -> Vec<Option<usize>> {
    let areas: Vec<f64> = nodes.iter().map(|node| node.rect.area()).collect();
    let mut frames: Vec<usize> = sort::positions(&areas).into_iter().map(|index| index as usize).collect();
    frames.retain(|index| nodes.get(*index).is_some_and(|node| node.is_frame()));
    let parent = |(index, node): (usize, &&Node)| {
        // In the order of the list, so that two equal frames do not hold each other.
        let own = frames.iter().position(|frame| *frame == index).map_or(0, |own| own + 1);
        let holds =
            |frame: &&usize| nodes.get(**frame).is_some_and(|frame| frame.rect.contains_rect(&node.rect));
        frames.iter().skip(own).find(holds).copied()
    };
    nodes.iter().enumerate().map(parent).collect()
}

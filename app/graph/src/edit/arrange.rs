//! Lining nodes up.

use serde::{Deserialize, Serialize};

use super::{EditError, Placed};
use crate::Editor;
use crate::geometry::{Point, Rect};
use crate::order::{key_of, order_by};

/// What nodes are lined up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alignment {
    /// Left edges.
    Left,
    /// Middles, from left to right.
    Center,
    /// Right edges.
    Right,
    /// Upper edges.
    Top,
    /// Middles, from top to bottom.
    Middle,
    /// Lower edges.
    Bottom,
}

/// A direction of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From top to bottom.
    Vertical,
}

impl Editor {
    pub(super) fn align(&mut self, nodes: &[String], to: Alignment) -> Result<(), EditError> {
        let rects = self.rects(nodes, 2)?;
        let whole = rects.iter().map(|(_, rect)| *rect).reduce(Rect::union).unwrap_or_default();
        let places = rects.into_iter().map(|(node, rect)| {
            let (width, height) = (rect.size.width, rect.size.height);
            let at = match to {
                Alignment::Left => Point::new(whole.min.x, rect.min.y),
                Alignment::Center => Point::new(whole.center().x - width / 2.0, rect.min.y),
                Alignment::Right => Point::new(whole.max().x - width, rect.min.y),
                Alignment::Top => Point::new(rect.min.x, whole.min.y),
                Alignment::Middle => Point::new(rect.min.x, whole.center().y - height / 2.0),
                Alignment::Bottom => Point::new(rect.min.x, whole.max().y - height),
            };
            Placed { node, at }
        });
        let places: Vec<Placed> = places.collect();
        self.move_to(&places)
    }

    pub(super) fn distribute(&mut self, nodes: &[String], axis: Axis) -> Result<(), EditError> {
        let mut rects = self.rects(nodes, 3)?;
        let start = |rect: &Rect| if axis == Axis::Horizontal { rect.min.x } else { rect.min.y };
        let length = |rect: &Rect| if axis == Axis::Horizontal { rect.size.width } else { rect.size.height };
        rects = order_by(rects, |(_, rect)| key_of(start(rect)));
        let (Some((_, first)), Some((_, last))) = (rects.first(), rects.last()) else { return Ok(()) };
        let taken: f64 = rects.iter().map(|(_, rect)| length(rect)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a document has thousands of nodes")]
        let gap = (start(last) + length(last) - start(first) - taken) / (rects.len() - 1) as f64;
        let mut next = start(first);
        let mut places = Vec::new();
        for (node, rect) in &rects {
            let at = match axis {
                Axis::Horizontal => Point::new(next, rect.min.y),
                Axis::Vertical => Point::new(rect.min.x, next),
            };
            next += length(rect) + gap;
            places.push(Placed { node: node.clone(), at });
        }
        self.move_to(&places)
    }

    fn rects(&self, nodes: &[String], least: usize) -> Result<Vec<(String, Rect)>, EditError> {
        if nodes.len() < least {
            return Err(EditError::NotPossible(format!("this takes at least {least} nodes")));
        }
        nodes.iter().map(|id| Ok((id.clone(), self.view_by_id(id)?.rect()))).collect()
    }
}

//! What the application lays over the candles: horizontal price lines and fill markers.

/// Direction of an order, a position or a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Buy,
    Sell,
}

/// What a price line stands for; decides its color and dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Order,
    StopLoss,
    TakeProfit,
    Position,
    /// A price of reference: an alert, a previous close.
    Reference,
}

/// A horizontal line at a price, with a tag in the plot and a label on the price axis.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceLine {
    /// The application's own identity; comes back in outcomes.
    pub id: String,
    pub price: f64,
    pub kind: LineKind,
    /// Colors lines of kind [`LineKind::Order`]; `None` uses the neutral color.
    pub side: Option<Side>,
    /// Short text in the tag, as `Buy 0.5`.
    pub label: String,
    /// Text behind the label, as `+12.40`; empty for none.
    pub pnl: String,
    /// Whether the user may move it.
    pub draggable: bool,
}

/// Where the user dropped a line.
#[derive(Clone, Debug, PartialEq)]
pub struct DragOutcome {
    pub id: String,
    /// The new price, on the tick grid.
    pub price: f64,
    /// The price before the drag.
    pub previous: f64,
}

/// A fill, drawn as a small arrow whose tip is at the exact price.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    pub id: String,
    /// UTC milliseconds; drawn at the bar that contains it.
    pub time: i64,
    pub price: f64,
    pub side: Side,
    /// Text shown beside the arrow when there is room.
    pub text: String,
}

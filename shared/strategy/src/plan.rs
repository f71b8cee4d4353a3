//! What a compiled strategy wants done, and when: the part of a program that whoever fills orders reads.
//!
//! Everything that varies from bar to bar is a [`Value`]: a column of the evaluation, or a register of the stream.

/// A value of a program: an output of one of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(pub u32);

/// The orders of a strategy, in the order in which they are looked at on each bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// What to do when its signal is on.
    pub actions: Vec<Action>,
    /// Orders that every position gets.
    pub guards: Vec<Guard>,
}

/// One action node.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The node in the document, for the report.
    pub node: String,
    /// The signal; known and on at a bar's close is when it acts.
    pub when: Value,
    /// What it does.
    pub kind: ActionKind,
}

/// Which way a position goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Bought; gains when the price rises.
    Long,
    /// Sold short; gains when the price falls.
    Short,
}

/// What an action does at the close of a bar whose signal is on.
#[derive(Debug, Clone, PartialEq)]
pub enum ActionKind {
    /// Opens a position, or adds to it. A position the other way is closed by the same order first.
    Enter {
        /// Which way.
        direction: Direction,
        /// How it is ordered.
        order: EntryOrder,
        /// How much.
        size: Size,
        /// For how many bars a limit or stop order rests before it is canceled; 0 for ever.
        expiry_bars: u32,
        /// How many entries a position may have; a signal beyond that does nothing.
        max_entries: u32,
        /// Whether it only adds to a position that is open that way, and does nothing else.
        only_adds: bool,
    },
    /// Closes a position, or a part of it, with a market order.
    Exit {
        /// Which positions; `None` for both.
        direction: Option<Direction>,
        /// The share of the position as it is, in (0, 1].
        fraction: f64,
    },
    /// Cancels the resting entry orders.
    CancelEntries,
}

/// How an entry is ordered. Prices are read at the close of the signal's bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryOrder {
    /// At once: at the next bar's open.
    Market,
    /// At the price or better.
    Limit(Value),
    /// When the price is reached.
    Stop(Value),
    /// A limit order once the stop price is reached.
    StopLimit {
        /// The price that triggers it.
        stop: Value,
        /// The worst price accepted then.
        limit: Value,
    },
}

/// How much to buy or sell. Cash and equity are those at the moment of the fill.
#[derive(Debug, Clone, PartialEq)]
pub enum Size {
    /// So many units.
    Units(Value),
    /// For so much money, in the quote currency, fees included.
    Cash(Value),
    /// For so many percent of equity, fees included.
    PercentOfEquity(Value),
    /// So that a loss of `distance` per unit (price units) costs so many percent of equity.
    Risk {
        /// Percent of equity at risk.
        percent: Value,
        /// From entry to stop, in price units, above 0.
        distance: Value,
        /// The most that is bought, in percent of equity, however near the stop is.
        max_percent: f64,
    },
    /// So that the position's annual volatility is so many percent of equity.
    Volatility {
        /// Annual volatility wanted, in percent.
        percent: Value,
        /// The instrument's annual volatility, in percent, above 0.
        volatility: Value,
        /// The most that is bought, in percent of equity, however calm the market is.
        max_percent: f64,
    },
    /// A share of the Kelly fraction of the strategy's own closed trades: p − (1 − p) ÷ (average win ÷ average loss).
    Kelly {
        /// The share of the full fraction, in (0, 1].
        share: f64,
        /// How many of the latest trades count.
        lookback: u32,
        /// Percent of equity until there are `lookback` trades.
        start_percent: f64,
        /// The most, in percent of equity.
        max_percent: f64,
    },
}

/// A protective order that positions get when they are opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// The node in the document.
    pub node: String,
    /// Which positions; `None` for both.
    pub direction: Option<Direction>,
    /// What it is.
    pub kind: GuardKind,
    /// How far from the entry.
    pub distance: Distance,
    /// What a distance counts from.
    pub from: From,
    /// Whether the level is worked out anew at each close (a trailing stop is regardless).
    pub follows: bool,
}

/// Kinds of protective orders. The first that fills cancels the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardKind {
    /// Closes the position at a loss: a stop order.
    StopLoss,
    /// Closes the position at a gain: a limit order.
    TakeProfit,
    /// A stop order that follows the best price of the position, and never goes back.
    TrailingStop,
}

/// How far a guard is from what it counts from, always towards its own side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distance {
    /// In percent of the price that it counts from.
    Percent(Value),
    /// In price units.
    Price(Value),
    /// Not a distance: the level itself.
    Level(Value),
    /// In multiples of the position's initial risk, the distance of its stop-loss.
    Risk(Value),
}

/// What a guard's distance counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The price of the entry's fill.
    Fill,
    /// The close of the bar whose signal led to the entry.
    SignalClose,
}

/// What a strategy may know about its own position, at the close of a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AccountView {
    /// Units held; negative when short.
    pub position: f64,
    /// Average price of the position; NaN when flat.
    pub entry_price: f64,
    /// Gain of the position at the close, in the quote currency; 0 when flat.
    pub unrealized_pnl: f64,
    /// The same in percent of what was paid; 0 when flat.
    pub unrealized_percent: f64,
    /// Closes since the bar of the first entry's fill; NaN when flat.
    pub bars_since_entry: f64,
    /// Closes since the last exit's fill; NaN before the first.
    pub bars_since_exit: f64,
    /// Cash and position at the close, in the quote currency.
    pub equity: f64,
    /// Cash.
    pub cash: f64,
}

impl AccountView {
    /// An account that holds cash alone.
    #[must_use]
    pub const fn flat(cash: f64) -> Self {
        Self {
            position: 0.0,
            entry_price: f64::NAN,
            unrealized_pnl: 0.0,
            unrealized_percent: 0.0,
            bars_since_entry: f64::NAN,
            bars_since_exit: f64::NAN,
            equity: cash,
            cash,
        }
    }
}

impl Plan {
    /// Calls `visit` with every value that is read, in the order of actions and guards.
    pub fn each_value(&self, mut visit: impl FnMut(Value)) {
        for action in &self.actions {
            visit(action.when);
            if let ActionKind::Enter { order, size, .. } = &action.kind {
                let (mut order, mut size) = (*order, size.clone());
                order.values().into_iter().chain(size.values()).flatten().for_each(|value| visit(*value));
            }
        }
        self.guards.iter().for_each(|guard| visit(guard.distance.value()));
    }

    /// Replaces every value that is read, in the order of actions and guards.
    pub(crate) fn map_values(&mut self, mut map: impl FnMut(Value) -> Value) {
        let mut replace = |value: &mut Value| *value = map(*value);
        for action in &mut self.actions {
            replace(&mut action.when);
            if let ActionKind::Enter { order, size, .. } = &mut action.kind {
                order.values().into_iter().flatten().for_each(&mut replace);
                size.values().into_iter().flatten().for_each(&mut replace);
            }
        }
        for guard in &mut self.guards {
            let (Distance::Percent(value)
            | Distance::Price(value)
            | Distance::Level(value)
            | Distance::Risk(value)) = &mut guard.distance;
            replace(value);
        }
    }
}

impl Distance {
    fn value(self) -> Value {
        let (Self::Percent(value) | Self::Price(value) | Self::Level(value) | Self::Risk(value)) = self;
        value
    }
}

impl EntryOrder {
    fn values(&mut self) -> [Option<&mut Value>; 2] {
        match self {
            Self::Market => [None, None],
            Self::Limit(price) | Self::Stop(price) => [Some(price), None],
            Self::StopLimit { stop, limit } => [Some(stop), Some(limit)],
        }
    }
}

impl Size {
    fn values(&mut self) -> [Option<&mut Value>; 2] {
        match self {
            Self::Units(value) | Self::Cash(value) | Self::PercentOfEquity(value) => [Some(value), None],
            Self::Risk { percent, distance: other, .. }
            | Self::Volatility { percent, volatility: other, .. } => [Some(percent), Some(other)],
            Self::Kelly { .. } => [None, None],
        }
    }
}

use wickflow_shared::market::Candle;
use wickflow_shared::time::Timestamp;
use wickflow_strategy::column::{Bits, Column};
use wickflow_strategy::data::{Field, Series};
use wickflow_strategy::plan::{
    AccountView, Action, ActionKind, Direction, Distance, EntryOrder, Guard, Plan, Size, Value,
};
use wickflow_strategy::{Evaluation, Live, ProgramStream};

/// Values that are known for every bar before the run.
pub trait Columns {
    /// The column of a value; `None` when it follows from what is held.
    fn column(&self, value: Value) -> Option<&Column>;
}

/// Values that follow from what is held: worked out close by close.
pub trait Late {
    /// Takes the next bar's close.
    fn step(&mut self, series: &Series, row: usize, account: &AccountView);

    /// A value at that close: a number, or a signal as 1 or 0; NaN when missing.
    fn register(&self, value: Value) -> f64;
}

impl Columns for Evaluation {
    fn column(&self, value: Value) -> Option<&Column> {
        self.column(value)
    }
}

impl Late for Live {
    fn step(&mut self, series: &Series, row: usize, account: &AccountView) {
        self.step(series, row, account);
    }

    fn register(&self, value: Value) -> f64 {
        self.register(value)
    }
}

/// Where a value is read.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Column(&'a Column),
    Late(Value),
}

impl<'a> Source<'a> {
    fn of(value: Value, columns: &'a dyn Columns) -> Self {
        columns.column(value).map_or(Self::Late(value), Self::Column)
    }

    /// The value at a close; late ones must have been worked out for it.
    pub(super) fn number(&self, row: usize, late: &Values<'_>) -> f64 {
        match self {
            Self::Column(column) => column.register(row),
            Self::Late(value) => late.register(*value),
        }
    }

    /// Whether the signal is known and on.
    pub(super) fn is_on(&self, row: usize, late: &Values<'_>) -> bool {
        match self.on_bits() {
            Some(bits) => bits.get(row),
            None => self.number(row, late) > 0.5,
        }
    }

    /// The bits of a column of signals.
    pub(super) fn on_bits(&self) -> Option<&'a Bits> {
        match self {
            Self::Column(column) => column.signals().map(|signals| signals.on()),
            Self::Late(_) => None,
        }
    }

    fn is_late(&self) -> bool {
        matches!(self, Self::Late(_))
    }
}

/// What the values that follow from what is held are worked out by.
pub(crate) enum Values<'a> {
    /// There are none.
    None,
    /// A batch: beside the columns of everything else.
    Late(&'a mut dyn Late, &'a Series),
    /// Bar by bar, with everything else: the stream and the bar that it takes next.
    Stream(&'a mut ProgramStream, &'a Candle, Timestamp),
}

impl Values<'_> {
    /// Whether there are values to be worked out at every close.
    pub(super) fn are_late(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Takes a close, with what is held then.
    pub(super) fn step(&mut self, row: usize, account: &AccountView) {
        match self {
            Self::None => {}
            Self::Late(late, series) => late.step(series, row, account),
            Self::Stream(stream, candle, close_time) => stream.push(candle, *close_time, account),
        }
    }

    /// A value at that close.
    fn register(&self, value: Value) -> f64 {
        match self {
            Self::None => f64::NAN,
            Self::Late(late, _) => late.register(value),
            Self::Stream(stream, ..) => stream.register(value),
        }
    }
}

/// The prices of a series.
#[derive(Clone, Copy)]
pub(crate) struct Bars<'a> {
    pub open: &'a [f64],
    pub high: &'a [f64],
    pub low: &'a [f64],
    pub close: &'a [f64],
    pub volume: &'a [f64],
}

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bar {
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
}

impl<'a> Bars<'a> {
    pub(crate) fn new(series: &'a Series) -> Self {
        let raw = |field| series.field(field).raw();
        let (open, high, low) = (raw(Field::Open), raw(Field::High), raw(Field::Low));
        Self { open, high, low, close: raw(Field::Close), volume: raw(Field::Volume) }
    }

    #[inline]
    pub(crate) fn at(&self, row: usize) -> Option<Bar> {
        Some(Bar {
            open: *self.open.get(row)?,
            high: *self.high.get(row)?,
            low: *self.low.get(row)?,
            close: *self.close.get(row)?,
        })
    }

    pub(crate) fn volume(&self, row: usize) -> f64 {
        self.volume.get(row).copied().unwrap_or_default()
    }
}

/// An action with where its values are read.
pub(crate) struct ActionInput<'a> {
    pub index: u16,
    pub when: Source<'a>,
    pub kind: ActionKind,
    /// Price and second price of an entry order.
    pub prices: [Option<Source<'a>>; 2],
    /// The numbers of its size.
    pub sizes: [Option<Source<'a>>; 2],
}

/// A guard with where its value is read.
pub(crate) struct GuardInput<'a> {
    pub guard: Guard,
    pub value: Source<'a>,
}

impl GuardInput<'_> {
    /// Whether its value is a price, or a distance in price units.
    pub(super) fn is_price(&self) -> bool {
        matches!(self.guard.distance, Distance::Price(_) | Distance::Level(_))
    }
}

/// A plan with where everything is read.
pub(crate) struct Inputs<'a> {
    /// Exits before entries, each in the order of the plan.
    pub actions: Vec<ActionInput<'a>>,
    pub guards: Vec<GuardInput<'a>>,
    /// Whether every close has to be looked at.
    pub is_late: bool,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(plan: &Plan, columns: &'a dyn Columns) -> Self {
        let mut actions: Vec<ActionInput<'a>> =
            (0..).zip(&plan.actions).map(|(index, action)| action_input(index, action, columns)).collect();
        actions.sort_by_key(|action| matches!(action.kind, ActionKind::Enter { .. }));
        let guards: Vec<GuardInput<'a>> = plan
            .guards
            .iter()
            .map(|guard| GuardInput {
                guard: guard.clone(),
                value: Source::of(distance_value(guard.distance), columns),
            })
            .collect();
        let is_late = guards.iter().any(|guard| guard.value.is_late())
            || actions.iter().any(|action| {
                // A signal that is kept as numbers has no bits to look ahead in.
                action.when.on_bits().is_none()
                    || action.prices.iter().chain(&action.sizes).flatten().any(Source::is_late)
            });
        Self { actions, guards, is_late }
    }

    /// What the guards say at a close, in their order.
    pub(super) fn guard_values(&self, row: usize, late: &Values<'_>) -> Vec<f64> {
        self.guards.iter().map(|guard| guard.value.number(row, late)).collect()
    }
}

fn action_input<'a>(index: u16, action: &Action, columns: &'a dyn Columns) -> ActionInput<'a> {
    let read = |value: &Value| Some(Source::of(*value, columns));
    let (prices, sizes) = match &action.kind {
        ActionKind::Enter { order, size, .. } => {
            let prices = match order {
                EntryOrder::Market => [None, None],
                EntryOrder::Limit(price) | EntryOrder::Stop(price) => [read(price), None],
                EntryOrder::StopLimit { stop, limit } => [read(stop), read(limit)],
            };
            let sizes = match size {
                Size::Units(value) | Size::Cash(value) | Size::PercentOfEquity(value) => [read(value), None],
                Size::Risk { percent, distance, .. } => [read(percent), read(distance)],
                Size::Volatility { percent, volatility, .. } => [read(percent), read(volatility)],
                Size::Kelly { .. } => [None, None],
            };
            (prices, sizes)
        }
        ActionKind::Exit { .. } | ActionKind::CancelEntries => ([None, None], [None, None]),
    };
    ActionInput { index, when: Source::of(action.when, columns), kind: action.kind.clone(), prices, sizes }
}

fn distance_value(distance: Distance) -> Value {
    match distance {
        Distance::Percent(value)
        | Distance::Price(value)
        | Distance::Level(value)
        | Distance::Risk(value) => value,
    }
}

/// Whether a direction that may be left open covers another.
pub(super) fn covers(which: Option<Direction>, direction: Direction) -> bool {
    which.is_none_or(|which| which == direction)
}

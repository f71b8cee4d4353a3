use wickflow_shared::portfolio::PositionSide;

use crate::fill::Fill;
use crate::trade::{OpenTrade, Trade};

/// Cash, a position and the trade that it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub cash: f64,
    /// Units held; negative when short.
    pub position: f64,
    pub held: Option<Held>,
    /// The bar of the last exit that left nothing.
    pub last_exit_row: Option<usize>,
    /// What else the cash stands for.
    pub elsewhere: Elsewhere,
}

/// Positions in other symbols that share the cash; all zero for an account of one symbol.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Elsewhere {
    /// What they are worth; negative when short.
    pub value: f64,
    /// The initial margin that they need.
    pub initial: f64,
    /// The maintenance margin that they need.
    pub maintenance: f64,
    pub is_held: bool,
}

/// A position and what has come of it so far.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub side: PositionSide,
    /// Average price of what is held.
    pub average: f64,
    pub entries: u32,
    pub entry_row: usize,
    /// Loss per unit down to the first stop.
    pub initial_risk: Option<f64>,
    first: Fill,
    first_fill: u32,
    exits: u32,
    entered: Sum,
    exited: Sum,
    fees: f64,
    slippage: f64,
    excursion: Excursion,
}

/// Units and money of fills.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    quantity: f64,
    notional: f64,
}

impl Sum {
    fn add(&mut self, fill: &Fill) {
        self.quantity += fill.quantity;
        self.notional += fill.notional();
    }

    fn price(&self) -> f64 {
        if self.quantity > 0.0 { self.notional / self.quantity } else { 0.0 }
    }
}

/// How far the price went while held.
#[derive(Debug, Clone, Copy)]
struct Excursion {
    /// Since the quantity last changed.
    low: f64,
    high: f64,
    /// Over the whole trade.
    lowest: f64,
    highest: f64,
    mae: f64,
    mfe: f64,
}

impl Excursion {
    fn at(price: f64) -> Self {
        Self { low: price, high: price, lowest: price, highest: price, mae: 0.0, mfe: 0.0 }
    }

    #[inline]
    fn visit(&mut self, low: f64, high: f64) {
        self.low = if low < self.low { low } else { self.low };
        self.high = if high > self.high { high } else { self.high };
    }

    /// Takes the gains and losses of a quantity that is about to change at `price`.
    fn flush(&mut self, position: f64, average: f64, price: f64) {
        self.visit(price, price);
        let (at_low, at_high) = (position * (self.low - average), position * (self.high - average));
        self.mae = self.mae.max(-at_low.min(at_high));
        self.mfe = self.mfe.max(at_low.max(at_high));
        self.lowest = self.lowest.min(self.low);
        self.highest = self.highest.max(self.high);
        (self.low, self.high) = (price, price);
    }
}

impl Account {
    pub(super) fn new(cash: f64) -> Self {
        Self { cash, position: 0.0, held: None, last_exit_row: None, elsewhere: Elsewhere::default() }
    }

    /// What cash and all positions come to at a price of this one.
    #[inline]
    pub(crate) fn equity(&self, price: f64) -> f64 {
        self.cash + self.position * price + self.elsewhere.value
    }

    pub(super) fn side(&self) -> Option<PositionSide> {
        if self.position > 0.0 {
            Some(PositionSide::Long)
        } else if self.position < 0.0 {
            Some(PositionSide::Short)
        } else {
            None
        }
    }

    /// The price was within these while the position was held.
    #[inline]
    pub(super) fn visit(&mut self, low: f64, high: f64) {
        if let Some(held) = &mut self.held {
            held.excursion.visit(low, high);
        }
    }

    /// Books a fill that opens or adds; `number` is its place among the run's fills.
    pub(super) fn enter(&mut self, fill: &Fill, number: u32) {
        let signed = fill.signed_quantity();
        self.cash -= signed * fill.price + fill.fee;
        let position = self.position;
        self.position += signed;
        let held = self.held.get_or_insert_with(|| Held {
            side: PositionSide::opened_by(fill.side),
            average: fill.price,
            entries: 0,
            entry_row: fill.bar as usize,
            initial_risk: None,
            first: *fill,
            first_fill: number,
            exits: 0,
            entered: Sum::default(),
            exited: Sum::default(),
            fees: 0.0,
            slippage: 0.0,
            excursion: Excursion::at(fill.price),
        });
        held.excursion.flush(position, held.average, fill.price);
        if held.entries > 0 {
            held.average = (position * held.average + signed * fill.price) / self.position;
        }
        held.entries += 1;
        held.entered.add(fill);
        held.pay(fill);
    }

    /// Books a fill that closes a part or all; the trade when nothing is left.
    pub(super) fn exit(&mut self, fill: &Fill) -> Option<Trade> {
        let signed = fill.signed_quantity();
        self.cash -= signed * fill.price + fill.fee;
        let position = self.position;
        self.position += signed;
        let held = self.held.as_mut()?;
        held.excursion.flush(position, held.average, fill.price);
        held.exits += 1;
        held.exited.add(fill);
        held.pay(fill);
        if self.position.abs() > 0.0 {
            return None;
        }
        let held = self.held.take()?;
        self.last_exit_row = Some(fill.bar as usize);
        Some(held.trade(fill))
    }

    /// What is open at the end, marked at the last close.
    pub(crate) fn open_trade(&self, mark: &Fill) -> Option<OpenTrade> {
        let mut held = self.held.clone()?;
        let (quantity, entry_price) = (self.position.abs(), held.average);
        held.excursion.flush(self.position, held.average, mark.price);
        held.exited.quantity += quantity;
        held.exited.notional += quantity * mark.price;
        let unrealized_pnl = self.position * (mark.price - entry_price);
        Some(OpenTrade { marked: held.trade(mark), quantity, entry_price, mark: mark.price, unrealized_pnl })
    }

    /// New units for old ones.
    pub(super) fn split(&mut self, ratio: f64) {
        self.position *= ratio;
        if let Some(held) = &mut self.held {
            held.average /= ratio;
            held.initial_risk = held.initial_risk.map(|risk| risk / ratio);
            held.entered.quantity *= ratio;
            held.exited.quantity *= ratio;
            let excursion = &mut held.excursion;
            for price in
                [&mut excursion.low, &mut excursion.high, &mut excursion.lowest, &mut excursion.highest]
            {
                *price /= ratio;
            }
        }
    }
}

impl Held {
    fn pay(&mut self, fill: &Fill) {
        self.fees += fill.fee;
        self.slippage += fill.slippage * fill.quantity;
    }

    fn trade(self, last: &Fill) -> Trade {
        let gained = self.exited.notional - self.entered.notional;
        let gross = match self.side {
            PositionSide::Long => gained,
            PositionSide::Short => -gained,
        };
        let pnl = gross - self.fees;
        let Excursion { lowest, highest, mae, mfe, .. } = self.excursion;
        let (worst_price, best_price) = match self.side {
            PositionSide::Long => (lowest, highest),
            PositionSide::Short => (highest, lowest),
        };
        Trade {
            side: self.side,
            entry_bar: self.first.bar,
            exit_bar: last.bar,
            entry_time: self.first.time,
            exit_time: last.time,
            entry_cause: self.first.cause,
            exit_cause: last.cause,
            first_fill: self.first_fill,
            entries: self.entries,
            exits: self.exits,
            quantity: self.entered.quantity,
            entry_price: self.entered.price(),
            exit_price: self.exited.price(),
            fees: self.fees,
            slippage_cost: self.slippage,
            pnl,
            return_fraction: if self.entered.notional > 0.0 { pnl / self.entered.notional } else { 0.0 },
            mae,
            mfe,
            worst_price,
            best_price,
            initial_risk: self.initial_risk,
        }
    }
}

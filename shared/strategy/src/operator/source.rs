use wickflow_shared::time::Timestamp;

use super::{ColumnType, Now, Operator, Stream, columns_by_stream};
use crate::column::Column;
use crate::data::{Field, Series};
use crate::plan::AccountView;

/// What the bar itself says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Open, high, low, close and volume.
    Candle,
    /// Minutes since local midnight at the bar's close, 0 to 1439.
    MinuteOfDay,
    /// Day of the week on which the bar opened: 1 Monday to 7 Sunday.
    DayOfWeek,
    /// Day of the month on which the bar opened, 1 to 31.
    DayOfMonth,
    /// Month in which the bar opened, 1 to 12.
    Month,
    /// On at the first bar of a local day.
    DayStart,
    /// On at the first bar of a session; round the clock, of a local day.
    SessionStart,
    /// On while the exchange is open at the bar's open.
    SessionOpen,
    /// Bars since the first bar of the session, 0 at the first.
    BarOfSession,
}

use ColumnType::{Numbers as N, Signals as S};

const CANDLE: [Field; 5] = [Field::Open, Field::High, Field::Low, Field::Close, Field::Volume];

impl Context {
    /// Where the series keeps the column.
    fn slot(self) -> usize {
        match self {
            Self::Candle => usize::MAX,
            Self::MinuteOfDay => 0,
            Self::DayOfWeek => 1,
            Self::DayOfMonth => 2,
            Self::Month => 3,
            Self::DayStart => 4,
            Self::SessionStart => 5,
            Self::SessionOpen => 6,
            Self::BarOfSession => 7,
        }
    }
}

impl Operator for Context {
    fn outputs(&self) -> &[ColumnType] {
        match self {
            Self::Candle => &[N; 5],
            Self::MinuteOfDay | Self::DayOfWeek | Self::DayOfMonth | Self::Month | Self::BarOfSession => &[N],
            Self::DayStart | Self::SessionStart | Self::SessionOpen => &[S],
        }
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(ContextStream { context: *self, session: None, bar: 0.0 })
    }

    fn columns(&self, series: &Series, input: &[Column]) -> Vec<Column> {
        if *self == Self::Candle {
            return CANDLE.map(|field| Column::Numbers(series.field(field).clone())).into();
        }
        let compute = || {
            let mut columns = columns_by_stream(self.stream().as_mut(), self.outputs(), series, input);
            columns.pop().unwrap_or_else(|| super::logic::unknown(series.rows()))
        };
        vec![series.derived(self.slot(), compute)]
    }
}

struct ContextStream {
    context: Context,
    /// What tells the session of the bar before from the next: when it opened, or the local day.
    session: Option<Timestamp>,
    bar: f64,
}

const DAY_MS: i64 = 86_400_000;

impl ContextStream {
    /// Whether the bar is the first of its session or day.
    fn begins(&mut self, now: &Now<'_>, by_session: bool) -> bool {
        let open = now.candle.open_time;
        let local_day = || Timestamp(now.calendar.zone().local(open).0.div_euclid(DAY_MS) * DAY_MS);
        let session = if by_session && !now.calendar.is_round_the_clock() {
            now.calendar.session_at(open).map_or_else(local_day, |session| session.open)
        } else {
            local_day()
        };
        self.session.replace(session) != Some(session)
    }
}

impl Stream for ContextStream {
    fn update(&mut self, now: &Now<'_>, _: &[f64], output: &mut [f64]) {
        let candle = now.candle;
        let opened = || now.calendar.zone().local(candle.open_time);
        let value = match self.context {
            Context::Candle => {
                let values = [candle.open, candle.high, candle.low, candle.close, candle.volume];
                for (cell, value) in output.iter_mut().zip(values) {
                    *cell = value;
                }
                return;
            }
            Context::MinuteOfDay => {
                let closed = now.calendar.zone().local(now.close_time);
                f64::from(u16::try_from(closed.0.rem_euclid(DAY_MS) / 60_000).unwrap_or_default())
            }
            Context::DayOfWeek => {
                let weekday = (opened().0.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1;
                f64::from(u8::try_from(weekday).unwrap_or_default())
            }
            Context::DayOfMonth => f64::from(opened().civil().day),
            Context::Month => f64::from(opened().civil().month),
            Context::DayStart => f64::from(u8::from(self.begins(now, false))),
            Context::SessionStart => f64::from(u8::from(self.begins(now, true))),
            Context::SessionOpen => f64::from(u8::from(now.calendar.is_open(candle.open_time))),
            Context::BarOfSession => {
                self.bar = if self.begins(now, true) { 0.0 } else { self.bar + 1.0 };
                self.bar
            }
        };
        output.fill(value);
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
    }
}

/// What the strategy holds. Known only while orders are being filled, so whatever follows from it is computed bar by
/// bar, after the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// 1 long, −1 short, 0 flat.
    Side,
    /// Units held; negative when short.
    Position,
    /// Average price of the position; missing when flat.
    EntryPrice,
    /// Gain of the position, in the quote currency.
    UnrealizedPnl,
    /// Gain of the position, in percent of what was paid.
    UnrealizedPercent,
    /// Closes since the entry; missing when flat.
    BarsSinceEntry,
    /// Closes since the last exit; missing before the first.
    BarsSinceExit,
    /// Cash and position, in the quote currency.
    Equity,
    /// Cash, in the quote currency.
    Cash,
}

impl Account {
    fn of(self, account: &AccountView) -> f64 {
        match self {
            Self::Side if account.position > 0.0 => 1.0,
            Self::Side if account.position < 0.0 => -1.0,
            Self::Side => 0.0,
            Self::Position => account.position,
            Self::EntryPrice => account.entry_price,
            Self::UnrealizedPnl => account.unrealized_pnl,
            Self::UnrealizedPercent => account.unrealized_percent,
            Self::BarsSinceEntry => account.bars_since_entry,
            Self::BarsSinceExit => account.bars_since_exit,
            Self::Equity => account.equity,
            Self::Cash => account.cash,
        }
    }
}

impl Operator for Account {
    fn outputs(&self) -> &[ColumnType] {
        &[N]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(*self)
    }
}

impl Stream for Account {
    fn update(&mut self, now: &Now<'_>, _: &[f64], output: &mut [f64]) {
        output.fill(self.of(now.account));
    }

    fn bytes(&self) -> usize {
        0
    }
}

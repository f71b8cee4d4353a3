//! Candles from text: a header that names the columns, in any order, or the usual order without one.

use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_shared::time::Timestamp;

use crate::error::LabError;

/// Bad rows that are listed; all are counted.
const LISTED: usize = 5;

/// Reads candles. A file with bad rows is refused, with their lines and what is wrong with them.
pub(super) fn read(text: &str, most: usize) -> Result<CandleColumns, LabError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).peekable();
    let Some((_, first)) = lines.peek() else { return Err(LabError::candles("the file is empty")) };
    let delimiter =
        [',', ';', '\t'].into_iter().max_by_key(|mark| first.matches(*mark).count()).unwrap_or(',');
    let columns = match Columns::of_header(first, delimiter)? {
        Some(columns) => {
            lines.next();
            columns
        }
        None => Columns::USUAL,
    };
    let mut candles = CandleColumns::default();
    let (mut bad, mut listed) = (0_usize, Vec::new());
    let mut before: Option<Timestamp> = None;
    for (line, row) in lines {
        match columns.candle(row, delimiter).and_then(|candle| follows(candle, before)) {
            Ok(candle) if candles.len() < most => {
                before = Some(candle.open_time);
                candles.push(&candle);
            }
            Ok(_) => return Err(LabError::TooLarge(format!("the file has more than {most} candles"))),
            Err(reason) => {
                bad += 1;
                if listed.len() < LISTED {
                    listed.push(format!("line {line}: {reason}"));
                }
            }
        }
    }
    if bad > 0 {
        let rows = if bad == 1 { "row" } else { "rows" };
        let more =
            if bad > listed.len() { format!("; and {} more", bad - listed.len()) } else { String::new() };
        return Err(LabError::Candles(format!("{bad} bad {rows}: {}{more}", listed.join("; "))));
    }
    Ok(candles)
}

fn follows(candle: Candle, before: Option<Timestamp>) -> Result<Candle, String> {
    candle.check().map_err(|error| error.to_string())?;
    match before {
        Some(before) if candle.open_time <= before => {
            Err(format!("{} is not after the row before, {before}", candle.open_time))
        }
        _ => Ok(candle),
    }
}

/// Where the fields are.
struct Columns {
    time: usize,
    /// A second column for the time of day.
    clock: Option<usize>,
    prices: [usize; 4],
    volume: Option<usize>,
}

impl Columns {
    /// Time, open, high, low, close, volume.
    const USUAL: Self = Self { time: 0, clock: None, prices: [1, 2, 3, 4], volume: Some(5) };

    /// `None` when the line is no header: it begins with a number or a date.
    fn of_header(line: &str, delimiter: char) -> Result<Option<Self>, LabError> {
        let names: Vec<String> =
            line.split(delimiter).map(|name| unquoted(name).to_ascii_lowercase()).collect();
        if names.first().is_some_and(|name| name.starts_with(|first: char| first.is_ascii_digit())) {
            return Ok(None);
        }
        let place =
            |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
        let date = place(&["date", "day"]);
        let clock = place(&["time", "hour"]);
        let whole = place(&[
            "timestamp_utc_iso8601",
            "timestamp",
            "timestamp_ms",
            "open_time",
            "opentime",
            "datetime",
            "time_utc",
            "unix",
            "ts",
        ]);
        let (time, clock) = match (whole, date, clock) {
            (Some(whole), _, _) => (Some(whole), None),
            (None, Some(date), clock) => (Some(date), clock),
            (None, None, clock) => (clock, None),
        };
        let price = |name: &str| {
            let letter: String = name.chars().take(1).collect();
            place(&[name, &letter])
                .ok_or_else(|| LabError::Candles(format!("the header names no column {name:?}")))
        };
        Ok(Some(Self {
            time: time.ok_or_else(|| LabError::candles("the header names no column with times"))?,
            clock,
            prices: [price("open")?, price("high")?, price("low")?, price("close")?],
            volume: place(&["volume", "vol", "v", "base_volume"]),
        }))
    }

    fn candle(&self, row: &str, delimiter: char) -> Result<Candle, String> {
        let fields: Vec<&str> = row.split(delimiter).map(unquoted).collect();
        let field =
            |index: usize| fields.get(index).copied().ok_or_else(|| format!("only {} fields", fields.len()));
        let number = |index: usize| {
            let text = field(index)?;
            text.parse::<f64>().map_err(|_| format!("{:?} is not a number", short(text)))
        };
        let open_time = match self.clock {
            Some(clock) => time(&format!("{} {}", field(self.time)?, field(clock)?)),
            None => time(field(self.time)?),
        }?;
        let [open, high, low, close] = self.prices;
        let volume = match self.volume.and_then(|index| fields.get(index)) {
            Some(text) if !text.is_empty() => {
                text.parse::<f64>().map_err(|_| format!("{:?} is not a number", short(text)))?
            }
            _ => 0.0,
        };
        Ok(Candle {
            open_time,
            open: number(open)?,
            high: number(high)?,
            low: number(low)?,
            close: number(close)?,
            volume,
            turnover: 0.0,
            trades: 0,
        })
    }
}

fn unquoted(field: &str) -> &str {
    field.trim().trim_matches('"').trim()
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

/// A date with or without a time of day, in UTC where it names no offset; or a number of seconds, milliseconds or
/// microseconds since 1970, told apart by how large it is.
fn time(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("{:?} is not a time such as 2018-01-01T00:00:00Z", short(text));
    if let Ok(number) = text.parse::<f64>() {
        let ms = match number.abs() {
            size if size < 1e11 => number * 1e3,
            size if size < 1e14 => number,
            _ => number / 1e3,
        };
        let within =
            crate::message::time_number(Timestamp::MIN.0)..=crate::message::time_number(Timestamp::MAX.0);
        #[expect(clippy::cast_possible_truncation, reason = "checked to be within the range of times")]
        return if within.contains(&ms) { Ok(Timestamp(ms.round() as i64)) } else { Err(wrong()) };
    }
    text.replace('/', "-").parse().map_err(|_| wrong())
}

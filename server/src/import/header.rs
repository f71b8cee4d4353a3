/// Where the columns of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) time: usize,
    pub(super) kind: Kind,
    /// Marked rows are left out: prints that the source itself doubts.
    pub(super) suspicious: Option<usize>,
}

/// What each row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A candle.
    Candles { open: usize, high: usize, low: usize, close: usize, volume: Option<usize> },
    /// A trade: candles are made of them.
    Trades { price: usize, size: usize },
}

const TIMES: &[&str] = &[
    "timestamp_utc_iso8601",
    "timestamp",
    "time",
    "date",
    "datetime",
    "date_time",
    "open_time",
    "opentime",
    "timestamp_ms",
    "unix",
    "unix_timestamp",
    "epoch",
];

/// Finds the columns by their names, in any order and case.
pub(super) fn columns<'a>(names: impl IntoIterator<Item = &'a [u8]>) -> Result<Columns, String> {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| {
            String::from_utf8_lossy(name)
                .trim_start_matches('\u{feff}')
                .trim()
                .trim_matches('"')
                .trim()
                .to_lowercase()
                .replace(' ', "_")
        })
        .collect();
    let find = |wanted: &[&str]| -> Result<Option<usize>, String> {
        let mut found = names.iter().enumerate().filter(|(_, name)| wanted.contains(&name.as_str()));
        let first = found.next();
        match (first, found.next()) {
            (Some((_, a)), Some((_, b))) => {
                Err(format!("the columns {a} and {b} both look like the same thing"))
            }
            (first, _) => Ok(first.map(|(index, _)| index)),
        }
    };
    let need = |wanted: &[&str], what: &str| {
        find(wanted)?.ok_or_else(|| {
            let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
            let seen = names.join(", ").chars().take(120).map(printable).collect::<String>();
            format!("there is no column for the {what}; the header reads {seen}")
        })
    };
    let time = need(TIMES, "time")?;
    let suspicious = find(&["suspicious"])?;
    let price = find(&["price"])?;
    let kind = match price {
        Some(price) if find(&["open", "o"])?.is_none() => {
            Kind::Trades { price, size: need(&["size", "quantity", "qty", "volume", "amount"], "size")? }
        }
        _ => Kind::Candles {
            open: need(&["open", "o"], "open")?,
            high: need(&["high", "h"], "high")?,
            low: need(&["low", "l"], "low")?,
            close: need(&["close", "c"], "close")?,
            volume: find(&["volume", "vol", "v", "volume_btc", "base_volume"])?,
        },
    };
    Ok(Columns { time, kind, suspicious })
}

/// The separator of a header line: the one that it has most of.
pub(super) fn separator(line: &[u8]) -> u8 {
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    // The last of equals wins, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str) -> Result<Columns, String> {
        columns(header.split(char::from(separator(header.as_bytes()))).map(str::as_bytes))
    }

    #[test]
    fn columns_are_found_by_name() {
        let usual = Kind::Candles { open: 1, high: 2, low: 3, close: 4, volume: Some(5) };
        for (header, time, kind) in [
            ("timestamp_utc_iso8601,open,high,low,close,volume", 0, usual),
            ("Date;Open;High;Low;Close;Volume", 0, usual),
            ("\u{feff}time\topen\thigh\tlow\tclose\tvolume", 0, usual),
            ("\u{feff}\"Time\",\"Open\",\"High\",\"Low\",\"Close\",\"Volume\"", 0, usual),
            (
                "volume,close,low,high,open,unix",
                5,
                Kind::Candles { open: 4, high: 3, low: 2, close: 1, volume: Some(0) },
            ),
            ("Open Time,o,h,l,c", 0, Kind::Candles { open: 1, high: 2, low: 3, close: 4, volume: None }),
            (
                "timestamp_utc_iso8601,price,size,exchange,condition,suspicious",
                0,
                Kind::Trades { price: 1, size: 2 },
            ),
        ] {
            let found = find(header).unwrap();
            assert_eq!((found.time, found.kind), (time, kind), "{header}");
        }
    }

    #[test]
    fn what_is_missing_or_doubled_is_named() {
        for (header, word) in [
            ("open,high,low,close", "time"),
            ("time,open,high,low", "close"),
            ("time,date,open,high,low,close", "both"),
            ("1514764800,13763,13788,13752,13753", "time"),
            ("", "time"),
        ] {
            let message = find(header).unwrap_err();
            assert!(message.contains(word), "{header}: {message}");
        }
    }
}

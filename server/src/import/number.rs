use wickflow_shared::time::{Timestamp, Zone};

/// A number such as `12.5` or `1e-05`; never NaN or infinite.
pub(super) fn float(field: &str, bytes: &[u8]) -> Result<f64, String> {
    let text = text(bytes);
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let value = if plain { text.parse::<f64>().ok() } else { None };
    value
        .filter(|value| value.is_finite())
        .ok_or_else(|| format!("{field} {:?} is not a number", text.chars().take(40).collect::<String>()))
}

/// A time: ISO 8601 with or without a zone, or seconds, milliseconds, microseconds or nanoseconds since 1970.
///
/// `label` is set for candles of days and weeks: midnight, written in UTC or in no zone at all, is then a date
/// and not an instant, and means that date in the exchange's zone.
///
/// # Errors
/// A sentence that shows what was read instead.
pub fn time(bytes: &[u8], zone: &Zone, label: Option<&Zone>) -> Result<Timestamp, String> {
    let text = text(bytes);
    let error = || format!("{:?} is not a time", text.chars().take(40).collect::<String>());
    let digits = text.strip_prefix('-').unwrap_or(text);
    // pandas writes epochs as floats.
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    if !digits.is_empty() && digits.len() <= 19 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let value: i64 = digits.parse().map_err(|_| error())?;
        return Ok(epoch(if text.starts_with('-') { -value } else { value }));
    }
    let parsed: Timestamp = text.parse().map_err(|_| error())?;
    let is_utc = text.ends_with(['Z', 'z']);
    let is_naive = !is_utc && !text.bytes().skip(10).any(|b| matches!(b, b'+' | b'-'));
    Ok(if is_utc || is_naive { instant(parsed, is_utc, zone, label) } else { parsed })
}

/// The time that is a number since 1970, in the unit that its size shows.
pub(super) fn epoch(value: i64) -> Timestamp {
    // 10^11 seconds are the year 5138, 10^11 milliseconds are 1973: the sizes do not meet.
    Timestamp(match value.unsigned_abs() {
        0..100_000_000_000 => value * 1000,
        100_000_000_000..100_000_000_000_000 => value,
        100_000_000_000_000..100_000_000_000_000_000 => value.div_euclid(1000),
        _ => value.div_euclid(1_000_000),
    })
}

/// The time that is written in UTC or in no zone at all; `label` as of [`time`].
pub(super) fn instant(written: Timestamp, is_utc: bool, zone: &Zone, label: Option<&Zone>) -> Timestamp {
    match label {
        Some(exchange) if written.0.rem_euclid(86_400_000) == 0 => exchange.instant(written),
        _ if is_utc => written,
        _ => zone.instant(written),
    }
}

/// A field without the spaces and the quotes around it.
pub(super) fn text(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes).unwrap_or("\u{fffd}").trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map_or(text, str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (input, want) in [
            ("13752.18233851", Some(13752.18233851)),
            (" 5 ", Some(5.0)),
            ("1e-05", Some(0.00001)),
            ("\"1.5\"", Some(1.5)),
            ("\"1.5", None),
            ("-1", Some(-1.0)),
            ("NaN", None),
            ("inf", None),
            ("1e999", None),
            ("", None),
            ("1,5", None),
            ("0x10", None),
        ] {
            assert_eq!(float("open", input.as_bytes()).ok(), want, "{input:?}");
        }
    }

    #[test]
    fn times() {
        let india = Zone::fixed("Asia/Kolkata", 330).unwrap();
        for (input, label, want) in [
            ("2018-01-01T00:00:00Z", false, "2018-01-01T00:00:00Z"),
            ("1514764800", false, "2018-01-01T00:00:00Z"),
            ("1514764800.0", false, "2018-01-01T00:00:00Z"),
            ("1514764800000", false, "2018-01-01T00:00:00Z"),
            ("1514764800000000", false, "2018-01-01T00:00:00Z"),
            ("1514764800000000000", false, "2018-01-01T00:00:00Z"),
            ("2018-01-01 09:15", false, "2018-01-01T03:45:00Z"),
            ("2018-01-01T09:15:00+05:30", false, "2018-01-01T03:45:00Z"),
            ("2018-01-01", false, "2017-12-31T18:30:00Z"),
            ("2018-01-01T00:00:00Z", true, "2017-12-31T18:30:00Z"),
            ("2018-01-01T00:00:00+05:30", true, "2017-12-31T18:30:00Z"),
        ] {
            let got = time(input.as_bytes(), &india, label.then_some(&india)).unwrap();
            assert_eq!(got.to_string(), want, "{input}");
        }
        for input in ["", "yesterday", "2018-13-01", "99999999999999999999", "12:00"] {
            assert!(time(input.as_bytes(), &india, None).is_err(), "{input:?}");
        }
    }
}

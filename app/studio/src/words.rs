//! Numbers and times as the studio shows them.

use wickflow_app::state::format;
use wickflow_lab::protocol::{Figure, FigureUnit};

/// What stands where there is no number.
pub const DASH: &str = "–";
const MS_PER_HOUR: f64 = 3_600_000.0;

/// A figure in its unit.
#[must_use]
pub fn figure(figure: &Figure) -> String {
    match figure.value {
        _ if figure.no_losses => "∞".to_owned(),
        Some(value) => in_unit(value, figure.unit),
        None => DASH.to_owned(),
    }
}

/// A number in its unit.
#[must_use]
pub fn in_unit(value: f64, unit: FigureUnit) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    match unit {
        FigureUnit::Fraction => format!("{}%", format::number(value * 100.0, 2, false)),
        FigureUnit::Ratio | FigureUnit::RiskMultiple => format::number(value, 2, false),
        FigureUnit::Cash => format::number(value, 2, false),
        FigureUnit::Count => format::number(value, 0, false),
        FigureUnit::Bars => format!("{} bars", format::number(value, whole_or_one(value), false)),
        FigureUnit::Periods => format!("{} days", format::number(value, whole_or_one(value), false)),
        FigureUnit::Milliseconds => span(value),
    }
}

fn whole_or_one(value: f64) -> usize {
    usize::from(value.fract().abs() > 1e-9)
}

/// A span of time in one unit.
#[must_use]
pub fn span(ms: f64) -> String {
    let hours = ms / MS_PER_HOUR;
    if hours.abs() >= 48.0 {
        format!("{} days", format::number(hours / 24.0, 1, false))
    } else if hours.abs() >= 1.0 {
        format!("{} hours", format::number(hours, 1, false))
    } else {
        format!("{} min", format::number(hours * 60.0, 0, false))
    }
}

/// A wire's value in a few characters: as many decimals as its size leaves room for.
#[must_use]
pub fn wire_value(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => DASH.to_owned(),
        _ if size >= 1e9 => format!("{value:.3e}"),
        _ if size >= 10_000.0 => format::number(value, 1, false),
        _ if size >= 100.0 => format::number(value, 2, false),
        _ if size >= 1.0 => format::number(value, 3, false),
        _ if size == 0.0 => "0".to_owned(),
        _ if size < 1e-5 => format!("{value:.2e}"),
        _ => format!("{value:.5}"),
    }
}

/// A time of a candle in UTC: `2024-03-05 14:00`.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "times of candles are far below 2^63 ms")]
pub fn time(ms: f64) -> String {
    if !ms.is_finite() {
        return DASH.to_owned();
    }
    let text = wickflow_shared::time::Timestamp(ms as i64).to_string();
    // `2024-03-05T14:00:00Z` without its seconds.
    text.get(..16).map_or(text.clone(), |minutes| minutes.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_in_their_unit() {
        for (value, unit, text) in [
            (0.1234, FigureUnit::Fraction, "12.34%"),
            (1.5, FigureUnit::Ratio, "1.50"),
            (1234.5, FigureUnit::Cash, "1,234.50"),
            (12.0, FigureUnit::Bars, "12 bars"),
            (12.5, FigureUnit::Bars, "12.5 bars"),
            (7_200_000.0, FigureUnit::Milliseconds, "2.0 hours"),
            (f64::NAN, FigureUnit::Ratio, "–"),
        ] {
            assert_eq!(in_unit(value, unit), text);
        }
    }

    #[test]
    fn values_of_wires_stay_short() {
        for (value, text) in [
            (65_432.123, "65,432.1"),
            (101.256, "101.26"),
            (1.5, "1.500"),
            (0.012_345_6, "0.01235"),
            (0.000_001_234, "1.23e-6"),
            (0.0, "0"),
            (f64::NAN, "–"),
            (1.5e12, "1.500e12"),
        ] {
            assert_eq!(wire_value(value), text);
        }
    }

    #[test]
    fn times_are_minutes_in_utc() {
        assert_eq!(time(1_709_647_200_000.0), "2024-03-05 14:00");
        assert_eq!(time(f64::NAN), "–");
    }
}

use jiff::tz::TimeZone;
use wickflow_shared::time::{Timestamp, Zone};

/// From when on the changes of a zone are worked out; earlier ones matter to no data that we meet.
const FROM: &str = "1990-01-01T00:00:00Z";
/// Until when; a zone changes at most a few times a year, so a [`Zone`] holds them all.
const UNTIL: &str = "2060-01-01T00:00:00Z";

/// The IANA zone of that name as data, with the changes of its offset from 1990 to 2060. `None` when there is
/// no such zone. The zone database is built in: the machine needs none.
#[must_use]
pub fn iana_zone(name: &str) -> Option<Zone> {
    let zone = TimeZone::get(name).ok()?;
    let from: jiff::Timestamp = FROM.parse().ok()?;
    let until: jiff::Timestamp = UNTIL.parse().ok()?;
    let mut transitions: Vec<(Timestamp, i32)> = vec![];
    let first = (from, zone.to_offset(from));
    let later = zone.following(from).map(|change| (change.timestamp(), change.offset()));
    for (at, offset) in std::iter::once(first).chain(later.take_while(|change| change.0 < until)) {
        let minutes = offset.seconds().div_euclid(60);
        // Changes of the name alone (war time, a new abbreviation) do not count.
        if transitions.last().is_none_or(|last| last.1 != minutes) {
            transitions.push((Timestamp(at.as_millisecond()), minutes));
        }
    }
    Zone::try_new(name, transitions).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_york_changes_twice_a_year() {
        let zone = iana_zone("America/New_York").unwrap();
        // From the zone database: zdump -v America/New_York.
        for (utc, minutes) in [
            ("2026-03-08T06:59:59Z", -300),
            ("2026-03-08T07:00:00Z", -240),
            ("2026-11-01T05:59:59Z", -240),
            ("2026-11-01T06:00:00Z", -300),
            ("2044-07-01T00:00:00Z", -240),
        ] {
            assert_eq!(zone.offset_minutes(utc.parse().unwrap()), minutes, "{utc}");
        }
    }

    #[test]
    fn zones_without_changes_and_without_existence() {
        assert_eq!(iana_zone("Asia/Singapore").unwrap().transitions().len(), 1);
        assert!(iana_zone("Europe/Atlantis").is_none());
    }
}

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A time zone as data: its IANA name and the moments at which its offset changes.
///
/// The server works the moments out once from its zone database, so neither the engine nor the page needs one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "ZoneDocument", into = "ZoneDocument")]
pub struct Zone {
    name: String,
    /// (from when, minutes east of UTC), ascending; the first also serves everything before it.
    transitions: Vec<(Timestamp, i32)>,
}

/// Why a zone was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a zone needs at least one offset, at most 1000, in ascending order and within 24 hours of UTC")]
pub struct ZoneError;

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneDocument {
    name: String,
    transitions: Vec<(Timestamp, i32)>,
}

impl Zone {
    /// Checks the transitions.
    ///
    /// # Errors
    /// [`ZoneError`] when there are none, too many, out of order or absurd.
    pub fn try_new(name: impl Into<String>, transitions: Vec<(Timestamp, i32)>) -> Result<Self, ZoneError> {
        let ascending = transitions.is_sorted_by(|a, b| a.0 < b.0);
        let sane = transitions.iter().all(|t| t.1.abs() < 1440);
        if (1..=1000).contains(&transitions.len()) && ascending && sane {
            Ok(Self { name: name.into(), transitions })
        } else {
            Err(ZoneError)
        }
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), transitions: vec![(Timestamp(0), 0)] }
    }

    /// A zone that never changes its offset, such as India's (+330 minutes since 1945).
    ///
    /// # Errors
    /// [`ZoneError`] for an offset of a day or more.
    pub fn fixed(name: impl Into<String>, offset_minutes: i32) -> Result<Self, ZoneError> {
        Self::try_new(name, vec![(Timestamp(0), offset_minutes)])
    }

    /// The IANA name, such as `America/New_York`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The changes of offset: (from when, minutes east of UTC).
    #[must_use]
    pub fn transitions(&self) -> &[(Timestamp, i32)] {
        &self.transitions
    }

    /// Minutes east of UTC at an instant.
    #[must_use]
    pub fn offset_minutes(&self, at: Timestamp) -> i32 {
        let next = self.transitions.partition_point(|t| t.0 <= at);
        self.transitions.get(next.saturating_sub(1)).map_or(0, |t| t.1)
    }

    /// The wall clock of the zone at an instant, as if it were UTC.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> Timestamp {
        at.plus_ms(i64::from(self.offset_minutes(at)) * 60_000)
    }

    /// The instant at which the zone's wall clock shows `local`.
    ///
    /// Where clocks go back an hour shows twice, and the earlier instant is meant; where they go forward an
    /// hour never shows, and the same distance after the change is meant (RFC 5545 does likewise).
    #[must_use]
    pub fn instant(&self, local: Timestamp) -> Timestamp {
        let before = self.offset_minutes(local.plus_ms(-86_400_000));
        let candidate = local.plus_ms(-i64::from(before) * 60_000);
        if self.offset_minutes(candidate) == before {
            return candidate;
        }
        let after = self.offset_minutes(local.plus_ms(86_400_000));
        let later = local.plus_ms(-i64::from(after) * 60_000);
        if self.local(later) == local { later } else { candidate }
    }
}

impl From<Zone> for ZoneDocument {
    fn from(zone: Zone) -> Self {
        Self { name: zone.name, transitions: zone.transitions }
    }
}

impl TryFrom<ZoneDocument> for Zone {
    type Error = ZoneError;

    fn try_from(document: ZoneDocument) -> Result<Self, ZoneError> {
        Self::try_new(document.name, document.transitions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// New York in 2026: forward on 8 March 07:00Z, back on 1 November 06:00Z.
    fn new_york() -> Zone {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let transitions = vec![
            (at("2025-11-02T06:00:00Z"), -300),
            (at("2026-03-08T07:00:00Z"), -240),
            (at("2026-11-01T06:00:00Z"), -300),
        ];
        Zone::try_new("America/New_York", transitions).unwrap()
    }

    #[test]
    fn local_and_back() {
        let zone = new_york();
        for (local, utc) in [
            ("2026-01-05T09:30:00Z", "2026-01-05T14:30:00Z"),
            ("2026-07-06T09:30:00Z", "2026-07-06T13:30:00Z"),
            // Never shown on that day: an hour after the change.
            ("2026-03-08T02:30:00Z", "2026-03-08T07:30:00Z"),
            // Shown twice: the earlier one.
            ("2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z"),
            ("2026-11-01T03:00:00Z", "2026-11-01T08:00:00Z"),
            ("2026-03-08T04:00:00Z", "2026-03-08T08:00:00Z"),
        ] {
            let local: Timestamp = local.parse().unwrap();
            assert_eq!(zone.instant(local).to_string(), utc, "local {local}");
        }
    }

    #[test]
    fn refuses_nonsense() {
        assert!(Zone::try_new("X", vec![]).is_err());
        assert!(Zone::try_new("X", vec![(Timestamp(5), 0), (Timestamp(5), 60)]).is_err());
        assert!(Zone::fixed("X", 1440).is_err());
    }
}

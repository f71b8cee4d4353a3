use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::{Timeframe, Timestamp, Zone};

const DAY_MS: i64 = 86_400_000;

/// When an instrument trades, and in which zone its days begin: data, not code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "CalendarDocument", into = "CalendarDocument")]
pub struct Calendar {
    zone: Zone,
    /// None: round the clock.
    sessions: Option<Sessions>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
struct Sessions {
    /// The usual sessions of Monday to Sunday, in local minutes of the day.
    weekly: [Vec<SessionWindow>; 7],
    /// Local days (days since 1970-01-01) that differ: holidays (empty), half-days, special sessions.
    #[serde(default)]
    exceptions: BTreeMap<i32, Vec<SessionWindow>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarDocument {
    zone: Zone,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sessions: Option<Sessions>,
}

/// A span of trading within a local day: minutes from midnight, [open, close).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionWindow {
    /// Minute of the day at which trading starts, 0 to 1439.
    pub open: u16,
    /// Minute of the day at which it ends, up to 1440.
    pub close: u16,
}

/// One span of trading: [open, close).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// When trading starts.
    pub open: Timestamp,
    /// When it ends.
    pub close: Timestamp,
}

/// The span that one candle covers: [open, close).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// The candle's `open_time`.
    pub open: Timestamp,
    /// The first instant that belongs to the next one.
    pub close: Timestamp,
}

/// Why a calendar was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A window ends before it starts, leaves its day, or overlaps the one before.
    #[error("session windows must be ascending, apart, and within 0 to 1440 minutes of their day")]
    Window,
    /// More than the bound.
    #[error("a calendar holds at most 4 windows a day and 5000 exceptional days")]
    TooMany,
}

impl Calendar {
    /// Trading without end, with days that begin at midnight of `zone`.
    #[must_use]
    pub fn round_the_clock(zone: Zone) -> Self {
        Self { zone, sessions: None }
    }

    /// Trading in sessions: `weekly` for Monday to Sunday, `exceptions` by local day since 1970-01-01.
    ///
    /// # Errors
    /// [`CalendarError`] when the windows contradict each other.
    pub fn with_sessions(
        zone: Zone,
        weekly: [Vec<SessionWindow>; 7],
        exceptions: BTreeMap<i32, Vec<SessionWindow>>,
    ) -> Result<Self, CalendarError> {
        if exceptions.len() > 5000 {
            return Err(CalendarError::TooMany);
        }
        for windows in weekly.iter().chain(exceptions.values()) {
            if windows.len() > 4 {
                return Err(CalendarError::TooMany);
            }
            let in_order = windows.is_sorted_by(|a, b| a.close <= b.open);
            if !in_order || windows.iter().any(|w| w.open >= w.close || w.close > 1440) {
                return Err(CalendarError::Window);
            }
        }
        Ok(Self { zone, sessions: Some(Sessions { weekly, exceptions }) })
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Whether it trades without end.
    #[must_use]
    pub fn is_round_the_clock(&self) -> bool {
        self.sessions.is_none()
    }

    /// Local days that differ from the usual week.
    #[must_use]
    pub fn exceptional_days(&self) -> BTreeSet<i32> {
        self.sessions.iter().flat_map(|s| s.exceptions.keys().copied()).collect()
    }

    /// The windows of the local day that holds `at`; none when it trades round the clock.
    #[must_use]
    pub fn windows_of(&self, at: Timestamp) -> &[SessionWindow] {
        self.windows(self.local_day(at))
    }

    /// The same calendar with the usual week only.
    #[must_use]
    pub fn usual(&self) -> Self {
        let usual = |sessions: &Sessions| Sessions { exceptions: BTreeMap::new(), ..sessions.clone() };
        Self { zone: self.zone.clone(), sessions: self.sessions.as_ref().map(usual) }
    }

    /// The same calendar with more exceptional days, by local day since 1970-01-01.
    ///
    /// # Errors
    /// [`CalendarError`] when the windows contradict each other.
    pub fn with_exceptions(&self, more: BTreeMap<i32, Vec<SessionWindow>>) -> Result<Self, CalendarError> {
        let Some(sessions) = &self.sessions else { return Ok(self.clone()) };
        let mut exceptions = sessions.exceptions.clone();
        exceptions.extend(more);
        Self::with_sessions(self.zone.clone(), sessions.weekly.clone(), exceptions)
    }

    /// Midnight, in local time, of the local day that holds `at`; days since 1970-01-01 beside it.
    fn local_day(&self, at: Timestamp) -> i64 {
        self.zone.local(at).0.div_euclid(DAY_MS)
    }

    fn windows(&self, local_day: i64) -> &[SessionWindow] {
        let Some(sessions) = &self.sessions else { return &[] };
        let exception = i32::try_from(local_day).ok().and_then(|day| sessions.exceptions.get(&day));
        if let Some(windows) = exception {
            return windows;
        }
        // 1970-01-01 was a Thursday; Monday is 0.
        let weekday = usize::try_from((local_day + 3).rem_euclid(7)).unwrap_or_default();
        sessions.weekly.get(weekday).map_or(&[], Vec::as_slice)
    }

    /// The sessions of a local day, earliest first. Round-the-clock trading is one session a day.
    fn sessions_of(&self, local_day: i64) -> impl Iterator<Item = Session> + '_ {
        let midnight = local_day.saturating_mul(DAY_MS);
        let at = move |minute: i64| self.zone.instant(Timestamp(midnight).plus_ms(minute * 60_000));
        let whole_day = self.sessions.is_none().then(|| Session { open: at(0), close: at(1440) });
        whole_day.into_iter().chain(
            self.windows(local_day)
                .iter()
                .map(move |w| Session { open: at(i64::from(w.open)), close: at(i64::from(w.close)) }),
        )
    }

    /// The session that holds `at`, or `None` while the exchange is closed.
    #[must_use]
    pub fn session_at(&self, at: Timestamp) -> Option<Session> {
        self.sessions_of(self.local_day(at)).find(|s| s.open <= at && at < s.close)
    }

    /// Whether the exchange is open.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.is_round_the_clock() || self.session_at(at).is_some()
    }

    /// The first session that opens after `at`, looking at most 30 days ahead.
    #[must_use]
    pub fn next_session(&self, at: Timestamp) -> Option<Session> {
        let today = self.local_day(at);
        (today..today + 30).flat_map(|day| self.sessions_of(day)).find(|s| s.open > at)
    }

    /// The part of a candle's span from the first open to the last close of the sessions in it; the whole span
    /// round the clock, and where there is no session in it.
    #[must_use]
    pub fn trading_span(&self, bucket: Bucket) -> Bucket {
        let first = self.session_at(bucket.open).or_else(|| self.next_session(bucket.open));
        let Some(first) = first.filter(|session| session.open < bucket.close) else { return bucket };
        let mut last = first;
        while let Some(next) = self.next_session(last.open).filter(|next| next.open < bucket.close) {
            last = next;
        }
        Bucket { open: first.open.max(bucket.open), close: last.close.min(bucket.close) }
    }

    /// When a DAY order accepted at `at` expires: the last close of that trading day, or of the next one when
    /// trading is over for the day. Round-the-clock markets end their day at local midnight.
    #[must_use]
    pub fn day_end(&self, at: Timestamp) -> Timestamp {
        let today = self.local_day(at);
        (today..today + 30)
            .filter_map(|day| self.sessions_of(day).last())
            .map(|session| session.close)
            .find(|close| *close > at)
            .unwrap_or_else(|| at.plus_ms(DAY_MS))
    }

    /// The span of the candle that `at` belongs to.
    ///
    /// Minutes and hours count from the session's open (venues that open at 09:15 have hourly candles from
    /// 09:15), and the last candle of a session ends with it; outside sessions, and round the clock, from
    /// local midnight. Candles never overlap: one outside a session ends where the session begins. A day is a
    /// local day, a week begins on Monday.
    #[must_use]
    pub fn bucket(&self, at: Timestamp, timeframe: Timeframe) -> Bucket {
        let day = self.local_day(at);
        let start_of = |day: i64| self.zone.instant(Timestamp(day.saturating_mul(DAY_MS)));
        match timeframe {
            Timeframe::Week => {
                let monday = day - (day + 3).rem_euclid(7);
                Bucket { open: start_of(monday), close: start_of(monday + 7) }
            }
            Timeframe::Day => Bucket { open: start_of(day), close: start_of(day + 1) },
            Timeframe::Minutes(_) => {
                let span = timeframe.nominal_ms();
                let (midnight, next_midnight) = (start_of(day), start_of(day + 1));
                // The spans before, between and after sessions are cut where a session begins or ends, so
                // that candles never overlap.
                let (mut from, mut until, mut origin) = (midnight, next_midnight, midnight);
                for session in self.sessions.is_some().then(|| self.sessions_of(day)).into_iter().flatten() {
                    if at < session.open {
                        until = session.open;
                        break;
                    }
                    (from, origin) = (session.close, midnight);
                    if at < session.close {
                        (from, until, origin) = (session.open, session.close, session.open);
                        break;
                    }
                }
                let open = origin.0 + (at.0 - origin.0).div_euclid(span) * span;
                Bucket { open: Timestamp(open.max(from.0)), close: Timestamp((open + span).min(until.0)) }
            }
        }
    }
}

impl From<Calendar> for CalendarDocument {
    fn from(calendar: Calendar) -> Self {
        Self { zone: calendar.zone, sessions: calendar.sessions }
    }
}

impl TryFrom<CalendarDocument> for Calendar {
    type Error = CalendarError;

    fn try_from(document: CalendarDocument) -> Result<Self, CalendarError> {
        match document.sessions {
            None => Ok(Self::round_the_clock(document.zone)),
            Some(s) => Self::with_sessions(document.zone, s.weekly, s.exceptions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nse() -> Calendar {
        let usual = vec![SessionWindow { open: 555, close: 930 }];
        let weekly = [usual.clone(), usual.clone(), usual.clone(), usual.clone(), usual, vec![], vec![]];
        // 2014-10-23 (day 16366) was Diwali: an evening session of 61 minutes in the data, 18:23 to 19:30 local.
        let evening = vec![SessionWindow { open: 1095, close: 1170 }];
        let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
        Calendar::with_sessions(zone, weekly, BTreeMap::from([(16_366, evening)])).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn sessions_of_an_exchange() {
        let nse = nse();
        for (time, open) in [
            ("2014-10-22T03:44:59Z", false),
            ("2014-10-22T03:45:00Z", true),
            ("2014-10-22T09:59:59Z", true),
            ("2014-10-22T10:00:00Z", false),
            ("2014-10-23T04:00:00Z", false),
            ("2014-10-23T12:53:00Z", true),
            ("2014-10-25T04:00:00Z", false),
        ] {
            assert_eq!(nse.is_open(at(time)), open, "{time}");
        }
        assert_eq!(nse.next_session(at("2014-10-24T10:00:00Z")).unwrap().open, at("2014-10-27T03:45:00Z"));
    }

    #[test]
    fn day_orders_end_with_the_trading_day() {
        let nse = nse();
        for (accepted, end) in [
            ("2014-10-22T05:00:00Z", "2014-10-22T10:00:00Z"),
            ("2014-10-22T10:00:00Z", "2014-10-23T14:00:00Z"),
            ("2014-10-24T11:00:00Z", "2014-10-27T10:00:00Z"),
        ] {
            assert_eq!(nse.day_end(at(accepted)), at(end), "{accepted}");
        }
        let crypto = Calendar::round_the_clock(Zone::utc());
        assert_eq!(crypto.day_end(at("2018-01-01T00:00:00Z")), at("2018-01-02T00:00:00Z"));
    }

    #[test]
    fn candles_count_from_the_open() {
        let nse = nse();
        let hour = Timeframe::Minutes(60);
        for (time, timeframe, open, close) in [
            ("2014-10-22T04:00:00Z", hour, "2014-10-22T03:45:00Z", "2014-10-22T04:45:00Z"),
            ("2014-10-22T09:59:00Z", hour, "2014-10-22T09:45:00Z", "2014-10-22T10:00:00Z"),
            // 09:08 local, before the open, and 15:31 local, after the close.
            ("2014-10-22T03:38:00Z", hour, "2014-10-22T03:30:00Z", "2014-10-22T03:45:00Z"),
            ("2014-10-22T10:01:00Z", hour, "2014-10-22T10:00:00Z", "2014-10-22T10:30:00Z"),
            ("2014-10-22T09:59:00Z", Timeframe::Day, "2014-10-21T18:30:00Z", "2014-10-22T18:30:00Z"),
            ("2014-10-22T09:59:00Z", Timeframe::Week, "2014-10-19T18:30:00Z", "2014-10-26T18:30:00Z"),
        ] {
            assert_eq!(nse.bucket(at(time), timeframe), Bucket { open: at(open), close: at(close) });
        }
        let crypto = Calendar::round_the_clock(Zone::utc());
        let bucket = crypto.bucket(at("2018-01-01T00:03:59.999Z"), Timeframe::M1);
        assert_eq!(bucket, Bucket { open: at("2018-01-01T00:03:00Z"), close: at("2018-01-01T00:04:00Z") });
    }

    #[test]
    fn a_day_trades_from_the_first_open_to_the_last_close() {
        let nse = nse();
        for (time, timeframe, open, close) in [
            ("2014-10-22T09:00:00Z", Timeframe::Day, "2014-10-22T03:45:00Z", "2014-10-22T10:00:00Z"),
            ("2014-10-22T09:00:00Z", Timeframe::Week, "2014-10-20T03:45:00Z", "2014-10-24T10:00:00Z"),
            ("2014-10-22T09:50:00Z", Timeframe::Minutes(60), "2014-10-22T09:45:00Z", "2014-10-22T10:00:00Z"),
            // A Saturday: nothing to shorten it to.
            ("2014-10-25T09:00:00Z", Timeframe::Day, "2014-10-24T18:30:00Z", "2014-10-25T18:30:00Z"),
        ] {
            let span = nse.trading_span(nse.bucket(at(time), timeframe));
            assert_eq!(span, Bucket { open: at(open), close: at(close) }, "{time} {timeframe}");
        }
        let crypto = Calendar::round_the_clock(Zone::utc());
        let day = crypto.bucket(at("2018-01-01T05:00:00Z"), Timeframe::Day);
        assert_eq!(crypto.trading_span(day), day);
    }

    #[test]
    fn contradictory_windows_are_refused() {
        let zone = Zone::utc();
        for windows in [
            vec![SessionWindow { open: 600, close: 600 }],
            vec![SessionWindow { open: 600, close: 1441 }],
            vec![SessionWindow { open: 600, close: 700 }, SessionWindow { open: 650, close: 800 }],
        ] {
            let weekly = [windows, vec![], vec![], vec![], vec![], vec![], vec![]];
            assert!(Calendar::with_sessions(zone.clone(), weekly, BTreeMap::new()).is_err());
        }
    }

    #[test]
    fn documents_round_trip() {
        let text = serde_json::to_string(&nse()).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), nse());
    }
}

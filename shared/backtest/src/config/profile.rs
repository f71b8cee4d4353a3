use serde::{Deserialize, Serialize};

/// How orders meet candles: which of the rules of `docs/fill-rules.md` hold, where platforms differ.
///
/// | | next-open | signal-close | optimistic | tradingview | lean | adverse-first |
/// |---|---|---|---|---|---|---|
/// | market orders (C3) | next open | signal's close | next open | next open | next open | next open |
/// | limits (L-1, S4) | through | through | touch | touch | through | through |
/// | path (B1, B2) | nearer first | nearer first | favorable first | nearer first | adverse first | adverse first |
/// | equally near (B1) | low first | low first | – | high first | – | – |
/// | guards from (C2) | entry bar | next bar | entry bar | entry bar | next bar | entry bar |
/// | stop-limit (S2) | later points | later points | later points | later points | the close | later points |
///
/// In all of them: S1 (gap at the open, otherwise at the stop), L-2 (gap at the open, otherwise at the limit), L-6
/// (a limit within the market takes), S3 (one leg cancels the other), B5 (an old trailing stop before it moves), C6, K3
/// and K4. Each field can be set on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct FillProfile {
    /// When market orders fill.
    pub entry: EntryTiming,
    /// What fills a resting limit order.
    pub limit: LimitFill,
    /// In which order a candle's prices come.
    pub path: BarPath,
    /// Which extreme comes first when both are equally near.
    pub tie: Tie,
    /// The first bar on which a guard can fill.
    pub guards: GuardStart,
    /// What a triggered stop-limit order fills on.
    pub stop_limit: StopLimitFill,
    /// Whether limit orders stand in a queue; then a touch fills those that come first.
    pub queue: Option<Queue>,
}

/// When market orders fill (rule C3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryTiming {
    /// At the open of the bar after the signal's.
    NextOpen,
    /// At the close of the signal's bar: a price that was known only when trading on it was over.
    SignalClose,
}

/// What fills a resting limit order (rule L-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitFill {
    /// Only trading through it: the order is last in the queue.
    Through,
    /// A touch is enough: the order is first in the queue.
    Touch,
}

/// Queues at the prices of limit orders, as far as candles tell (rule L-3): what stands ahead of an order when it is
/// placed is taken for a share of the volume of the candle in which that happens. Each point of a path that comes to its
/// limit trades a quarter of its candle's volume there (rule B4), and once more was traded than stood ahead the order
/// fills whole. Trading through fills it at once; a limit that moves goes to the back; where the volume is not known
/// the queue does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// The share of the volume, in hundredths of a percent.
    pub ahead_bps: u32,
}

/// In which order a candle's prices come, between its open and its close (rules B1, B2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarPath {
    /// The extreme nearer to the open comes first.
    NearerFirst,
    /// What hurts the position comes first. Without a position at the open it is the nearer one; then a position that is
    /// entered within the bar meets the extreme against it once more, and a limit entry no extreme in its favor.
    AdverseFirst,
    /// What helps the position comes first; the nearer one without a position at the open.
    FavorableFirst,
}

/// Which extreme comes first when both are equally near to the open (rule B1 leaves it open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// The low.
    LowFirst,
    /// The high.
    HighFirst,
}

/// The first bar on which a guard can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardStart {
    /// The bar of the entry, on what comes after it.
    EntryBar,
    /// The bar after.
    NextBar,
}

/// What a triggered stop-limit order fills on (rule S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopLimitFill {
    /// The points of the path after the one that triggered it.
    LaterPoints,
    /// The close of the bar that triggered it, if that is within the limit; later bars otherwise.
    BarClose,
}

/// A profile as configurations spell it: a name, or all fields.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Name(String),
    Fields(Fields),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<Queue>,
    entry: EntryTiming,
    limit: LimitFill,
    path: BarPath,
    tie: Tie,
    guards: GuardStart,
    stop_limit: StopLimitFill,
}

/// A name that no profile has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no fill profile; there are next-open, signal-close, optimistic, tradingview, lean, adverse-first and queue-aware"
)]
pub struct UnknownProfile(String);

impl FillProfile {
    /// The profiles that need no more than prices, the default first. `queue-aware` has a name, too.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("next-open", Self::next_open()),
        ("signal-close", Self::signal_close()),
        ("optimistic", Self::optimistic()),
        ("tradingview", Self::tradingview()),
        ("lean", Self::lean()),
        ("adverse-first", Self::adverse_first()),
    ];

    /// The default: the rules of paper trading (C3, B1, L-1, S1, S2).
    #[must_use]
    pub const fn next_open() -> Self {
        Self {
            entry: EntryTiming::NextOpen,
            limit: LimitFill::Through,
            path: BarPath::NearerFirst,
            tie: Tie::LowFirst,
            guards: GuardStart::EntryBar,
            stop_limit: StopLimitFill::LaterPoints,
            queue: None,
        }
    }

    /// Market orders fill at the close that they were decided on.
    #[must_use]
    pub const fn signal_close() -> Self {
        Self { entry: EntryTiming::SignalClose, guards: GuardStart::NextBar, ..Self::next_open() }
    }

    /// The kindest reading of a candle: what a result can be at best.
    #[must_use]
    pub const fn optimistic() -> Self {
        Self { limit: LimitFill::Touch, path: BarPath::FavorableFirst, ..Self::next_open() }
    }

    /// As TradingView's broker emulator describes itself (Pine Script documentation); which extreme comes first when
    /// both are equally near is not said there, the high first is our reading.
    #[must_use]
    pub const fn tradingview() -> Self {
        Self { limit: LimitFill::Touch, tie: Tie::HighFirst, ..Self::next_open() }
    }

    /// As LEAN's fill models: bars are tested whole, brackets are placed after the entry's bar, a stop-limit fills on the
    /// close. Where a stop and a target lie in one bar we let the stop win.
    #[must_use]
    pub const fn lean() -> Self {
        Self {
            path: BarPath::AdverseFirst,
            guards: GuardStart::NextBar,
            stop_limit: StopLimitFill::BarClose,
            ..Self::next_open()
        }
    }

    /// Where a bar holds a stop and a target the stop wins (B2): what a result is at worst.
    #[must_use]
    pub const fn adverse_first() -> Self {
        Self { path: BarPath::AdverseFirst, ..Self::next_open() }
    }

    /// The default, but a limit is first in the queue once what stood ahead of it has traded: a quarter of the volume of
    /// the candle in which it was placed (our choice).
    #[must_use]
    pub const fn queue_aware() -> Self {
        Self { queue: Some(Queue { ahead_bps: 2_500 }), ..Self::next_open() }
    }

    /// The profile of a name.
    ///
    /// # Errors
    /// [`UnknownProfile`], which lists the names.
    pub fn named(name: &str) -> Result<Self, UnknownProfile> {
        let found = Self::named_ones().find(|(known, _)| *known == name);
        found.map(|(_, profile)| profile).ok_or_else(|| UnknownProfile(name.chars().take(40).collect()))
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        Self::named_ones().find(|(_, profile)| profile == self).map(|(name, _)| name)
    }

    fn named_ones() -> impl Iterator<Item = (&'static str, Self)> {
        Self::NAMED.into_iter().chain([("queue-aware", Self::queue_aware())])
    }
}

impl Default for FillProfile {
    fn default() -> Self {
        Self::next_open()
    }
}

impl TryFrom<Written> for FillProfile {
    type Error = UnknownProfile;

    fn try_from(written: Written) -> Result<Self, UnknownProfile> {
        match written {
            Written::Name(name) => Self::named(&name),
            Written::Fields(Fields { entry, limit, path, tie, guards, stop_limit, queue }) => {
                Ok(Self { entry, limit, path, tie, guards, stop_limit, queue })
            }
        }
    }
}

impl From<FillProfile> for Written {
    fn from(profile: FillProfile) -> Self {
        match profile.name() {
            Some(name) => Self::Name(name.to_owned()),
            None => {
                let FillProfile { entry, limit, path, tie, guards, stop_limit, queue } = profile;
                Self::Fields(Fields { entry, limit, path, tie, guards, stop_limit, queue })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_spelled_by_name_or_in_full() {
        for (name, profile) in FillProfile::named_ones() {
            assert_eq!(FillProfile::named(name), Ok(profile));
            assert_eq!(serde_json::to_string(&profile).unwrap(), format!("{name:?}"));
        }
        let own = FillProfile { limit: LimitFill::Touch, ..FillProfile::lean() };
        assert!(
            !serde_json::to_string(&own).unwrap().contains("queue"),
            "hashes of runs cover what is written"
        );
        let slow = FillProfile { queue: Some(Queue { ahead_bps: 9_000 }), ..own };
        let text = serde_json::to_string(&slow).unwrap();
        assert_eq!(serde_json::from_str::<FillProfile>(&text).unwrap(), slow);
        let text = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<FillProfile>(&text).unwrap(), own);
        assert!(FillProfile::named("kind").unwrap_err().to_string().contains("next-open"));
    }
}

//! Finding a kind by what people type.

use std::sync::Arc;

use super::{Catalogue, Kind};
use crate::order::order_by;

/// How many letters of a query are looked at.
const QUERY_CHARS: usize = 64;
/// How many kinds a search gives at most.
const RESULTS: usize = 60;

/// What traders and programmers type for kinds that are named otherwise.
const ALIASES: &[(&str, &[&str])] = &[
    ("ma", &["indicator.sma", "indicator.ema"]),
    ("average", &["indicator.sma", "indicator.ema"]),
    ("bb", &["indicator.bollinger"]),
    ("boll", &["indicator.bollinger"]),
    ("stoch", &["indicator.stochastic"]),
    ("dmi", &["indicator.adx"]),
    ("di", &["indicator.adx"]),
    ("sar", &["indicator.parabolic_sar"]),
    ("psar", &["indicator.parabolic_sar"]),
    ("hv", &["indicator.historical_volatility"]),
    ("volatility", &["indicator.historical_volatility", "indicator.atr"]),
    ("stdev", &["math.standard_deviation"]),
    ("stddev", &["math.standard_deviation"]),
    ("sd", &["math.standard_deviation"]),
    ("hhv", &["math.highest"]),
    ("llv", &["math.lowest"]),
    ("breakout", &["indicator.donchian", "math.highest"]),
    ("previous", &["math.lag", "logic.delay"]),
    ("shift", &["math.lag", "logic.delay"]),
    ("price", &["data.candle", "constant.price"]),
    ("close", &["data.candle"]),
    ("ohlc", &["data.candle"]),
    ("ohlcv", &["data.candle"]),
    ("bar", &["data.candle"]),
    ("mtf", &["data.timeframe"]),
    ("higher timeframe", &["data.timeframe"]),
    ("time", &["data.time_of_day", "logic.time_window"]),
    ("weekday", &["data.day_of_week"]),
    ("long", &["action.buy"]),
    ("entry", &["action.buy", "action.short"]),
    ("exit", &["action.sell", "action.close", "action.cover"]),
    ("sl", &["action.stop_loss"]),
    ("stop", &["action.stop_loss", "action.trailing_stop"]),
    ("tp", &["action.take_profit"]),
    ("target", &["action.take_profit"]),
    ("ts", &["action.trailing_stop"]),
    ("qty", &["size.units", "position.quantity"]),
    ("if", &["logic.if_else"]),
    ("select", &["logic.if_else"]),
    ("nan", &["math.fallback"]),
    ("golden cross", &["logic.cross_over"]),
    ("crossover", &["logic.cross_over"]),
    ("crossunder", &["logic.cross_under"]),
    (">", &["logic.above"]),
    ("greater", &["logic.above"]),
    ("<", &["logic.below"]),
    ("less", &["logic.below"]),
    (">=", &["logic.at_least"]),
    ("<=", &["logic.at_most"]),
    ("=", &["logic.equal"]),
    ("==", &["logic.equal"]),
    ("&&", &["logic.and"]),
    ("&", &["logic.and"]),
    ("||", &["logic.or"]),
    ("|", &["logic.or"]),
    ("!", &["logic.not"]),
    ("+", &["math.add"]),
    ("plus", &["math.add"]),
    ("-", &["math.subtract"]),
    ("minus", &["math.subtract"]),
    ("*", &["math.multiply"]),
    ("times", &["math.multiply"]),
    ("/", &["math.divide"]),
    ("^", &["math.power"]),
    ("%", &["math.percent_of", "constant.percent"]),
    ("ln", &["math.log"]),
    ("note", &["note.comment"]),
    ("text", &["note.comment"]),
    ("group", &["note.frame", "graph.use"]),
    ("macro", &["graph.use"]),
    ("function", &["graph.use"]),
];

impl Catalogue {
    /// Kinds that a query may mean, the likeliest first: by name, label, initials (`rsi`), usual abbreviations,
    /// category, words of the documentation, and with a letter wrong or left out. Every word of the query has to
    /// match. An empty query gives the whole palette. At most 60 kinds, from the first 64 letters.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<Arc<Kind>> {
        let query = query.trim().chars().take(QUERY_CHARS).collect::<String>().to_lowercase();
        if query.is_empty() {
            return self.kinds().to_vec();
        }
        let found: Vec<(u32, &Arc<Kind>)> =
            self.kinds().iter().filter_map(|kind| Some((score(kind, &query)?, kind))).collect();
        let found = order_by(found, |(score, _)| u64::from(u32::MAX - score));
        found.into_iter().take(RESULTS).map(|(_, kind)| kind.clone()).collect()
    }
}

/// How well a kind matches the whole query; `None` where a word of it matches nothing.
pub(super) fn score(kind: &Kind, query: &str) -> Option<u32> {
    let texts = Texts {
        name: kind.name.rsplit('.').next().unwrap_or_default().to_lowercase(),
        kind: kind.name.to_lowercase(),
        label: kind.label.to_lowercase(),
        category: kind.category.to_lowercase(),
        doc: &kind.doc,
    };
    let whole = texts.word(query).max(alias(kind, query));
    if whole > 60 {
        return Some(whole * 4);
    }
    let mut total = 0;
    for word in query.split_whitespace() {
        let score = texts.word(word).max(alias(kind, word));
        if score == 0 {
            return (whole > 0).then_some(whole);
        }
        total += score;
    }
    Some(total)
}

fn alias(kind: &Kind, word: &str) -> u32 {
    let of_word = ALIASES.iter().filter(|(alias, _)| *alias == word);
    // The first of an alias is what is meant most often.
    let place = of_word.filter_map(|(_, kinds)| kinds.iter().position(|name| *name == kind.name)).min();
    place.map_or(0, |place| if place == 0 { 92 } else { 88 })
}

struct Texts<'a> {
    /// The kind's name without its family.
    name: String,
    kind: String,
    label: String,
    category: String,
    doc: &'a str,
}

impl Texts<'_> {
    fn word(&self, word: &str) -> u32 {
        let length = word.chars().count();
        let words = || self.label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let starts = |part: &str| part.starts_with(word);
        let initials = || words().filter_map(|word| word.chars().next()).collect::<String>();
        if self.name == word || self.kind == word {
            100
        } else if self.label == word {
            95
        } else if self.name.starts_with(word) || self.label.starts_with(word) {
            80
        } else if length >= 2 && initials() == word {
            75
        } else if words().any(starts) || self.name.split('_').any(starts) {
            70
        } else if length >= 2 && (self.label.contains(word) || self.kind.contains(word)) {
            50
        } else if self.category.starts_with(word) {
            40
        } else if length >= 4 && words().chain(self.name.split('_')).any(|part| is_near(part, word)) {
            30
        } else if length >= 3 && is_within(&self.label, word) {
            20
        } else if length >= 3 && self.doc.split(|c: char| !c.is_alphanumeric()).any(|part| begins(part, word))
        {
            10
        } else {
            0
        }
    }
}

/// Whether a word begins with lower-case letters, whatever its own case.
fn begins(part: &str, letters: &str) -> bool {
    let mut own = part.chars().flat_map(char::to_lowercase);
    letters.chars().all(|letter| own.next() == Some(letter))
}

/// Whether one letter was typed wrong, twice, not at all, or swapped with its neighbor.
fn is_near(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let rest = |letters: &[char], skip: usize| letters.get(same + skip..).unwrap_or_default().to_vec();
    let swapped = {
        let mut ends = rest(&left, 0);
        if ends.len() >= 2 {
            ends.swap(0, 1);
        }
        ends == rest(&right, 0)
    };
    swapped
        || rest(&left, 1) == rest(&right, 1)
        || rest(&left, 1) == rest(&right, 0)
        || rest(&left, 0) == rest(&right, 1)
}

/// Whether the letters come in this order, beginning at a word's first.
fn is_within(text: &str, letters: &str) -> bool {
    let mut wanted = letters.chars().peekable();
    let Some(first) = wanted.peek().copied() else { return true };
    let Some(start) = text.split(' ').position(|word| word.starts_with(first)) else { return false };
    for letter in text.split(' ').skip(start).flat_map(str::chars) {
        if wanted.peek() == Some(&letter) {
            wanted.next();
        }
    }
    wanted.peek().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_name_kinds_that_there_are() {
        for (alias, kinds) in ALIASES {
            assert_eq!(*alias, alias.to_lowercase());
            for kind in *kinds {
                assert!(wickflow_strategy::catalogue::find_kind(kind).is_some(), "{alias}: {kind}");
            }
        }
    }

    #[test]
    fn one_letter_may_be_wrong() {
        for (left, right, expected) in [
            ("rsi", "rsi", true),
            ("rsi", "rsu", true),
            ("rsi", "ris", true),
            ("rsi", "rs", true),
            ("rs", "rsi", true),
            ("rsi", "r", false),
            ("rsi", "sir", false),
            ("", "a", true),
            ("", "", true),
        ] {
            assert_eq!(is_near(left, right), expected, "{left} {right}");
        }
    }
}

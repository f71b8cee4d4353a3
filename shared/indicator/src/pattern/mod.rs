//! Candlestick patterns: a table of definitions, and one kernel that looks for any of them.
//!
//! To add a pattern, add one entry to the table of its length (`single.rs`, `double.rs` or `triple.rs`) and rows of
//! candles to `tests/patterns.rs`; everything else reads the tables.
//!
//! The definitions are the plain ones of S. Nison, Japanese Candlestick Charting Techniques (1991). He draws, he does
//! not measure: every number here ([`candle`]) is our choice, and so is this: where he asks for a gap between
//! bodies, bodies that touch will do, since a market that never closes leaves no gaps. TA-Lib's recognizers compare
//! with averages over earlier candles instead; theirs and ours agree on clear cases only.

pub mod candle;
mod double;
mod single;
mod triple;

use crate::Kernel;
pub use candle::{Candle, Recent};

/// What a pattern is taken to announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bias {
    /// Its answer is 0 or 1.
    Bullish,
    /// Its answer is 0 or -1.
    Bearish,
    /// It has a bullish and a bearish form: its answer is -1, 0 or 1.
    Either,
    /// It announces indecision: its answer is 0 or 1, and 1 only says "here".
    Neutral,
}

/// One pattern: how it is called, what it is, and the test for it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// Its name in documents: lower case with underscores, never changed.
    pub name: &'static str,
    /// Its name on the screen.
    pub label: &'static str,
    /// How many candles form it.
    pub candles: usize,
    /// Whether the [`candle::TREND`] candles before it matter.
    pub after_trend: bool,
    /// What it is taken to announce.
    pub bias: Bias,
    /// Its exact definition in words.
    pub definition: &'static str,
    /// 1.0 bullish (or present, when neutral), -1.0 bearish, 0.0 absent; the latest candle ends the pattern.
    pub answer: fn(&Recent) -> f64,
}

/// Every pattern, the shorter first.
pub fn all() -> impl Iterator<Item = &'static Pattern> {
    single::PATTERNS.iter().chain(double::PATTERNS).chain(triple::PATTERNS)
}

/// The pattern called `name` in documents.
#[must_use]
pub fn find(name: &str) -> Option<&'static Pattern> {
    all().find(|pattern| pattern.name == name)
}

/// Looks for one pattern in open, high, low, close: 1.0, 0.0 or -1.0 (see [`Bias`]) at the candle that completes it.
///
/// NaN until all candles that the definition looks at are there.
#[derive(Debug, Clone)]
pub struct CandlePattern {
    pattern: &'static Pattern,
    recent: Recent,
    rows: usize,
}

impl CandlePattern {
    /// A search for `pattern`, one of [`all`].
    #[must_use]
    pub fn new(pattern: &'static Pattern) -> Self {
        Self { pattern, recent: Recent::default(), rows: 0 }
    }
}

impl Kernel<4, 1> for CandlePattern {
    fn warm_up(&self) -> usize {
        let before = if self.pattern.after_trend { candle::TREND + 1 } else { 0 };
        (self.pattern.candles + before).saturating_sub(1)
    }

    #[inline]
    fn update(&mut self, [open, high, low, close]: [f64; 4]) -> [f64; 1] {
        self.recent.push(Candle { open, high, low, close });
        if self.rows < self.warm_up() {
            self.rows += 1;
            return [f64::NAN];
        }
        [(self.pattern.answer)(&self.recent)]
    }
}

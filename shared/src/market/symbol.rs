use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of an instrument at a venue: `BITFINEX:BTCUSD`. Cheap to clone.
///
/// Venue 1 to 16, name 1 to 40 characters of `A-Z 0-9 . _ - &`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Symbol(Arc<str>);

/// Text that names no instrument.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a symbol such as BITFINEX:BTCUSD (venue, colon, name; capitals, digits and . _ - &)")]
pub struct SymbolError(String);

impl Symbol {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the colon.
    #[must_use]
    pub fn venue(&self) -> &str {
        self.0.split_once(':').map_or("", |parts| parts.0)
    }

    /// What stands behind the colon.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or(&*self.0, |parts| parts.1)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Symbol({})", self.0)
    }
}

impl FromStr for Symbol {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let plain = |part: &str| {
            part.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'&'))
        };
        match text.split_once(':') {
            Some((venue, name))
                if (1..=16).contains(&venue.len())
                    && (1..=40).contains(&name.len())
                    && plain(venue)
                    && plain(name) =>
            {
                Ok(Self(text.into()))
            }
            _ => Err(SymbolError(text.chars().take(64).collect())),
        }
    }
}

impl From<Symbol> for String {
    fn from(symbol: Symbol) -> Self {
        symbol.0.as_ref().to_owned()
    }
}

impl TryFrom<String> for Symbol {
    type Error = SymbolError;

    fn try_from(text: String) -> Result<Self, SymbolError> {
        text.parse()
    }
}

/// A currency or coin that accounts hold: `USD`, `INR`, `USDT`. One to eight capitals or digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 8]);

impl Currency {
    /// United States dollar.
    pub const USD: Self = Self(*b"USD\0\0\0\0\0");
    /// Indian rupee.
    pub const INR: Self = Self(*b"INR\0\0\0\0\0");

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        self.0.get(..len).and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let mut code = [0; 8];
        let plain = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        match code.get_mut(..text.len()) {
            Some(slot) if plain && !text.is_empty() => slot.copy_from_slice(text.as_bytes()),
            _ => return Err(SymbolError(text.chars().take(16).collect())),
        }
        Ok(Self(code))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl TryFrom<String> for Currency {
    type Error = SymbolError;

    fn try_from(text: String) -> Result<Self, SymbolError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols() {
        let symbol: Symbol = "NSE:M&M".parse().unwrap();
        assert_eq!((symbol.venue(), symbol.name()), ("NSE", "M&M"));
        for text in ["", "BTCUSD", ":X", "X:", "a:b", "A:B:C", "A:B C", "A:../X", "A:\u{e9}"] {
            assert!(text.parse::<Symbol>().is_err(), "{text}");
        }
    }

    #[test]
    fn currencies() {
        assert_eq!("USD".parse::<Currency>().unwrap(), Currency::USD);
        for text in ["", "usd", "TOOLONGCODE", "U D"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}

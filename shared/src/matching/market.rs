use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::market::{Instrument, Symbol, Tick};
use crate::num::Price;

/// The place of an instrument in [`Markets`]: what the hot path looks instruments up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SymbolIndex(pub u32);

/// An instrument and the last that was seen of its market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    /// What is traded.
    pub instrument: Arc<Instrument>,
    /// The last market event, if there was one.
    pub last: Option<Tick>,
}

impl Market {
    /// The last price.
    #[must_use]
    pub fn last_price(&self) -> Option<Price> {
        self.last.map(|tick| tick.price)
    }
}

/// The instruments that can be traded, with their last prices.
///
/// A shard keeps its own; the page builds one from what it shows, for the ticket's preview.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markets {
    index: BTreeMap<Symbol, SymbolIndex>,
    markets: Vec<Market>,
}

impl Markets {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an instrument, or changes the description of one that is there already. Its index never changes.
    pub fn insert(&mut self, instrument: Arc<Instrument>) -> SymbolIndex {
        if let Some(index) = self.index_of(&instrument.symbol) {
            if let Some(market) = self.markets.get_mut(index.0 as usize) {
                market.instrument = instrument;
            }
            return index;
        }
        // More than u32::MAX instruments do not fit into memory.
        let index = SymbolIndex(u32::try_from(self.markets.len()).unwrap_or(u32::MAX));
        self.index.insert(instrument.symbol.clone(), index);
        self.markets.push(Market { instrument, last: None });
        index
    }

    /// Where an instrument stands.
    #[must_use]
    pub fn index_of(&self, symbol: &Symbol) -> Option<SymbolIndex> {
        self.index.get(symbol).copied()
    }

    /// The market of an instrument.
    #[must_use]
    pub fn get(&self, symbol: &Symbol) -> Option<&Market> {
        self.at(self.index_of(symbol)?)
    }

    /// The market at an index.
    #[must_use]
    pub fn at(&self, index: SymbolIndex) -> Option<&Market> {
        self.markets.get(index.0 as usize)
    }

    /// Takes note of a market event; one that is older than the last is ignored. Whether it was taken.
    pub fn observe(&mut self, index: SymbolIndex, tick: &Tick) -> bool {
        match self.markets.get_mut(index.0 as usize) {
            Some(market) if market.last.is_none_or(|last| last.time <= tick.time) => {
                market.last = Some(*tick);
                true
            }
            _ => false,
        }
    }

    /// Forgets the last price of an instrument: a replay was moved to another time.
    pub fn forget(&mut self, index: SymbolIndex) {
        if let Some(market) = self.markets.get_mut(index.0 as usize) {
            market.last = None;
        }
    }

    /// The last price of an instrument: what positions are valued at.
    #[must_use]
    pub fn mark(&self, symbol: &Symbol) -> Option<Price> {
        self.get(symbol)?.last_price()
    }

    /// The instruments, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Market> {
        self.markets.iter()
    }
}

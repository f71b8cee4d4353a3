use wickflow_shared::market::{Calendar, Instrument, InstrumentKind};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money, Price, Quantity};
use wickflow_shared::time::Zone;

/// What the venue says of a product, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Product {
    /// Such as `BTC-USD`.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) price_increment: String,
    pub(super) base_increment: String,
}

/// Products with their increments as of 2026, for when the venue's list cannot be had.
const BUILT_IN: [(&str, &str, &str, &str); 12] = [
    ("BTC-USD", "Bitcoin", "0.01", "0.00000001"),
    ("ETH-USD", "Ether", "0.01", "0.00000001"),
    ("SOL-USD", "Solana", "0.01", "0.00000001"),
    ("XRP-USD", "XRP", "0.0001", "0.000001"),
    ("ADA-USD", "Cardano", "0.0001", "0.00000001"),
    ("DOGE-USD", "Dogecoin", "0.00001", "0.1"),
    ("LTC-USD", "Litecoin", "0.01", "0.00000001"),
    ("LINK-USD", "Chainlink", "0.001", "0.01"),
    ("AVAX-USD", "Avalanche", "0.01", "0.00000001"),
    ("DOT-USD", "Polkadot", "0.001", "0.00000001"),
    ("BCH-USD", "Bitcoin Cash", "0.01", "0.00000001"),
    ("UNI-USD", "Uniswap", "0.001", "0.000001"),
];

/// The built-in description of a product.
pub(super) fn built_in(id: &str) -> Option<Product> {
    BUILT_IN.iter().find(|row| row.0 == id).map(|row| Product {
        id: row.0.to_owned(),
        name: row.1.to_owned(),
        price_increment: row.2.to_owned(),
        base_increment: row.3.to_owned(),
    })
}

impl Product {
    /// The product as an instrument, `COINBASE:BTC-USD`; `None` when the venue's words make none.
    pub(super) fn instrument(&self) -> Option<Instrument> {
        let (_, quote) = self.id.rsplit_once('-')?;
        let instrument = Instrument {
            symbol: format!("COINBASE:{}", self.id).parse().ok()?,
            description: self.name.chars().take(80).collect(),
            kind: InstrumentKind::Crypto,
            currency: quote.parse().ok()?,
            tick_size: self.price_increment.parse::<Price>().ok()?,
            lot_size: self.base_increment.parse::<Quantity>().ok()?,
            max_quantity: "1000000".parse().ok()?,
            min_notional: "1".parse::<Money>().ok()?,
            spread: Bps(2),
            calendar: Calendar::round_the_clock(Zone::utc()),
            // The venue's own schedule for small accounts, which most newcomers would pay.
            fees: FeeModel::Percentage { maker: Bps(40), taker: Bps(60), min: Money::ZERO },
            slippage: SlippageModel::VolumeShare { limit: Bps(250), impact: Bps(1000) },
        };
        instrument.check().is_ok().then_some(instrument)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_products_are_instruments() {
        for (id, ..) in BUILT_IN {
            let instrument = built_in(id).and_then(|product| product.instrument()).unwrap();
            assert_eq!(instrument.symbol.name(), id);
        }
        assert_eq!(built_in("NOPE-USD"), None);
    }

    #[test]
    fn nonsense_makes_no_instrument() {
        let good = built_in("BTC-USD").unwrap();
        for bad in [
            Product { id: "BTCUSD".to_owned(), ..good.clone() },
            Product { id: "btc-usd".to_owned(), ..good.clone() },
            Product { price_increment: "0".to_owned(), ..good.clone() },
            Product { base_increment: "0".to_owned(), ..good.clone() },
            Product { base_increment: "1e-8".to_owned(), ..good },
        ] {
            assert!(bad.instrument().is_none(), "{bad:?}");
        }
    }
}

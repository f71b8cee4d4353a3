//! What the address says: `#BITFINEX:BTCUSD/5m` opens that chart, so that a link can be shared.

use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;

/// Symbol and timeframe of an address, as far as they make sense.
#[must_use]
pub fn parse(hash: &str) -> (Option<Symbol>, Option<Timeframe>) {
    let text = hash.trim_start_matches('#').replace("%26", "&");
    match text.split_once('/') {
        Some((symbol, timeframe)) => (symbol.parse().ok(), timeframe.parse().ok()),
        None => (text.parse().ok(), None),
    }
}

/// The address of a chart.
#[must_use]
pub fn format(symbol: &Symbol, timeframe: Timeframe) -> String {
    format!("#{symbol}/{timeframe}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip_and_nonsense_is_ignored() {
        let symbol: Symbol = "NSE:M&M".parse().unwrap();
        let address = format(&symbol, Timeframe::Minutes(5));
        assert_eq!(address, "#NSE:M&M/5m");
        assert_eq!(parse(&address), (Some(symbol.clone()), Some(Timeframe::Minutes(5))));
        assert_eq!(parse("#NSE:M%26M"), (Some(symbol), None));
        for text in ["", "#", "#/", "#x/y", "#A:B:C/1m/2"] {
            assert_eq!(parse(text), (None, None), "{text}");
        }
    }
}

use std::time::Duration;

use serde::Deserialize;
use wickflow_shared::market::Candle;
use wickflow_shared::time::Timestamp;

use super::net::{Net, NetError};
use super::product::Product;
use super::{CoinbaseConfig, RestDialect};

const MINUTE_MS: i64 = 60_000;
/// The start does not wait any longer for the list of products.
const PRODUCTS_TIMEOUT: Duration = Duration::from_secs(3);

/// The venue's public REST interface.
#[derive(Clone)]
pub(super) struct Rest {
    net: Net,
    url: String,
    dialect: RestDialect,
    timeout: Duration,
}

/// Why a document could not be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum RestError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("the answer cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct AdvancedProducts {
    products: Vec<AdvancedProduct>,
}

#[derive(Deserialize)]
struct AdvancedProduct {
    product_id: String,
    #[serde(default)]
    base_name: String,
    #[serde(default)]
    price_increment: String,
    #[serde(default)]
    quote_increment: String,
    base_increment: String,
}

#[derive(Deserialize)]
struct ExchangeProduct {
    id: String,
    quote_increment: String,
    base_increment: String,
}

#[derive(Deserialize)]
struct AdvancedCandles {
    candles: Vec<AdvancedCandle>,
}

#[derive(Deserialize)]
struct AdvancedCandle {
    start: String,
    low: String,
    high: String,
    open: String,
    close: String,
    volume: String,
}

impl Rest {
    pub(super) fn new(net: Net, config: &CoinbaseConfig) -> Self {
        let url = config.rest_url.trim_end_matches('/').to_owned();
        Self { net, url, dialect: config.rest_dialect, timeout: config.rest_timeout }
    }

    /// Most candles of one answer.
    pub(super) fn cap(&self) -> i64 {
        match self.dialect {
            RestDialect::AdvancedTrade => 350,
            RestDialect::Exchange => 300,
        }
    }

    /// Everything that is traded.
    pub(super) async fn products(&self) -> Result<Vec<Product>, RestError> {
        let timeout = self.timeout.min(PRODUCTS_TIMEOUT);
        match self.dialect {
            RestDialect::AdvancedTrade => {
                let body = self.net.get(&format!("{}/market/products", self.url), timeout).await?;
                let list: AdvancedProducts = serde_json::from_slice(&body)?;
                Ok(list.products.into_iter().map(AdvancedProduct::into_product).collect())
            }
            RestDialect::Exchange => {
                let body = self.net.get(&format!("{}/products", self.url), timeout).await?;
                let list: Vec<ExchangeProduct> = serde_json::from_slice(&body)?;
                let product = |row: ExchangeProduct| Product {
                    name: row.id.clone(),
                    id: row.id,
                    price_increment: row.quote_increment,
                    base_increment: row.base_increment,
                };
                Ok(list.into_iter().map(product).collect())
            }
        }
    }

    /// The minutes that opened in [`from`, `to`), oldest first; at most [`cap`](Self::cap) of them. Minutes
    /// without trades are missing. Candles that contradict themselves are left out.
    pub(super) async fn minutes(
        &self,
        product: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Candle>, RestError> {
        // The venue includes the candle that opens at the end.
        let last = to.plus_ms(-MINUTE_MS);
        let (start, end) = (from.0.div_euclid(1000), last.0.div_euclid(1000));
        let candles = match self.dialect {
            RestDialect::AdvancedTrade => {
                let cap = self.cap();
                let url = format!(
                    "{}/market/products/{product}/candles?start={start}&end={end}&granularity=ONE_MINUTE&limit={cap}",
                    self.url
                );
                let body = self.net.get(&url, self.timeout).await?;
                let rows: AdvancedCandles = serde_json::from_slice(&body)?;
                rows.candles.iter().filter_map(AdvancedCandle::candle).collect::<Vec<_>>()
            }
            RestDialect::Exchange => {
                let url = format!(
                    "{}/products/{product}/candles?granularity=60&start={}&end={}",
                    self.url,
                    Timestamp(start * 1000),
                    Timestamp(end * 1000)
                );
                let body = self.net.get(&url, self.timeout).await?;
                let rows: Vec<(i64, f64, f64, f64, f64, f64)> = serde_json::from_slice(&body)?;
                let candle = |(time, low, high, open, close, volume): (i64, f64, f64, f64, f64, f64)| {
                    Some(Candle { high, low, close, volume, ..Candle::flat(opened(time)?, open) })
                };
                rows.into_iter().filter_map(candle).collect()
            }
        };
        let mut candles: Vec<Candle> = candles
            .into_iter()
            .filter(|candle| from <= candle.open_time && candle.open_time < to && candle.check().is_ok())
            .collect();
        candles.sort_by_key(|candle| candle.open_time);
        candles.dedup_by_key(|candle| candle.open_time);
        Ok(candles)
    }
}

fn opened(seconds: i64) -> Option<Timestamp> {
    seconds.checked_mul(1000).map(Timestamp)
}

impl AdvancedProduct {
    fn into_product(self) -> Product {
        // Older answers name only the increment of the quote currency.
        let price_increment =
            if self.price_increment.is_empty() { self.quote_increment } else { self.price_increment };
        let name = if self.base_name.is_empty() { self.product_id.clone() } else { self.base_name };
        Product { id: self.product_id, name, price_increment, base_increment: self.base_increment }
    }
}

impl AdvancedCandle {
    fn candle(&self) -> Option<Candle> {
        let number = |text: &str| text.parse::<f64>().ok();
        Some(Candle {
            high: number(&self.high)?,
            low: number(&self.low)?,
            close: number(&self.close)?,
            volume: number(&self.volume)?,
            ..Candle::flat(opened(self.start.parse().ok()?)?, number(&self.open)?)
        })
    }
}

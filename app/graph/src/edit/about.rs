//! What the strategy is called and made for.

use std::str::FromStr;

use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;

use super::EditError;
use crate::Editor;
use crate::op::{About, Op, Pair};

impl Editor {
    pub(super) fn set_about(&mut self, about: About) -> Result<(), EditError> {
        if let Some(bad) = about.symbols.iter().find(|symbol| Symbol::from_str(symbol).is_err()) {
            return Err(EditError::BadName(format!("{bad:?} is no symbol such as BITFINEX:BTCUSD")));
        }
        if let Some(bad) = about.timeframe.as_ref().filter(|text| Timeframe::from_str(text).is_err()) {
            return Err(EditError::BadName(format!("{bad:?} is no timeframe such as 15m, 1h or 1d")));
        }
        let before = About::of(&self.document);
        self.run(Op::About { change: Pair::new(before, about) });
        Ok(())
    }
}

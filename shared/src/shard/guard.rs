use std::collections::{BTreeMap, BTreeSet};

use crate::account::{Account, RiskLimits};
use crate::id::AccountId;
use crate::market::{Currency, Symbol};
use crate::matching::Markets;
use crate::num::{Decimal, MAX_VALUE, Money, Price, RoundingStrategy};
use crate::portfolio::{Position, PositionSide};

/// At which prices of one instrument an account's equity has to be looked at (rule K4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Guard {
    /// At this price or below.
    low: Option<Price>,
    /// At this price or above.
    high: Option<Price>,
}

impl Guard {
    /// At the next price, whatever it is.
    fn always() -> Self {
        Self { low: Price::try_new(MAX_VALUE).ok(), high: None }
    }
}

/// The guards of all accounts with a position in one instrument.
#[derive(Debug, Default)]
pub(super) struct Guards {
    lows: BTreeSet<(Price, AccountId)>,
    highs: BTreeSet<(Price, AccountId)>,
    of: BTreeMap<AccountId, Guard>,
}

impl Guards {
    pub(super) fn remove(&mut self, id: AccountId) {
        let Some(guard) = self.of.remove(&id) else { return };
        if let Some(low) = guard.low {
            self.lows.remove(&(low, id));
        }
        if let Some(high) = guard.high {
            self.highs.remove(&(high, id));
        }
    }

    pub(super) fn set(&mut self, id: AccountId, guard: Guard) {
        if self.of.get(&id) == Some(&guard) {
            return;
        }
        self.remove(id);
        self.lows.extend(guard.low.map(|low| (low, id)));
        self.highs.extend(guard.high.map(|high| (high, id)));
        self.of.insert(id, guard);
    }

    /// The accounts to look at when the price is `price`, by id.
    pub(super) fn reached(&self, price: Price) -> BTreeSet<AccountId> {
        let lows = self.lows.iter().rev().take_while(|(low, _)| *low >= price);
        let highs = self.highs.iter().take_while(|(high, _)| *high <= price);
        lows.chain(highs).map(|(_, id)| *id).collect()
    }
}

/// The guards of an account's positions in one currency.
///
/// Each position may lose an equal share of the equity before the account is looked at again, so as long as
/// no price passes its guard the equity is above zero, and a tick costs one comparison. Without shorts and
/// leverage equity cannot fall to zero, and there are no guards.
pub(super) fn guards_of(
    account: &Account,
    currency: Currency,
    markets: &Markets,
    limits: &RiskLimits,
) -> Vec<(Symbol, Guard)> {
    let positions = || account.portfolio().positions_in(currency);
    let can_fall = limits.leverage > 1 || positions().any(|position| position.side == PositionSide::Short);
    if !can_fall || account.is_liquidating(currency) {
        return Vec::new();
    }
    let equity = account.portfolio().value(currency, |symbol| markets.mark(symbol)).map(|value| value.equity);
    let share = equity.ok().and_then(|equity| equity.get().checked_div(Decimal::from(positions().count())));
    positions()
        .map(|position| {
            let guard = share.and_then(|share| guard_of(position, markets.mark(&position.symbol)?, share));
            (position.symbol.clone(), guard.unwrap_or_else(Guard::always))
        })
        .collect()
}

/// Where a position has lost `share`; none when its price cannot go there.
fn guard_of(position: &Position, mark: Price, share: Decimal) -> Option<Guard> {
    if share <= Money::ZERO.get() {
        return None;
    }
    let away = share.checked_div(position.quantity.get())?;
    // Rounded towards the mark: rather too early than too late.
    Some(match position.side {
        PositionSide::Long => {
            let low = round(mark.get().checked_sub(away)?, RoundingStrategy::ToPositiveInfinity);
            Guard { low: Price::try_new(low).ok(), high: None }
        }
        PositionSide::Short => {
            let high = round(mark.get().checked_add(away)?, RoundingStrategy::ToZero);
            Guard { low: None, high: Price::try_new(high).ok() }
        }
    })
}

fn round(value: Decimal, rounding: RoundingStrategy) -> Decimal {
    value.round_dp_with_strategy(crate::num::MAX_DECIMALS, rounding)
}

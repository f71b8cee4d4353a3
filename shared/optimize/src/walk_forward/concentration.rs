use wickflow_stats::Outcomes;
use wickflow_stats::trades::Concentration;

/// How much of what was gained hangs on the best, of trades or of windows: the share of the best and the Herfindahl
/// index of the gains; nothing without a gain.
pub(super) fn concentration(pnl: &[f64]) -> Concentration {
    let gained = Outcomes::of(pnl.iter().copied()).gross_profit;
    if gained <= 0.0 {
        return Concentration::default();
    }
    let shares = pnl.iter().map(|pnl| pnl.max(0.0) / gained);
    let finite = |value: f64| value.is_finite().then_some(value);
    Concentration {
        best_share: finite(shares.clone().fold(0.0, f64::max)),
        hhi: finite(shares.map(|share| share * share).sum()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_and_one() {
        assert_eq!(
            concentration(&[2.0, -9.0, 2.0, 2.0, 2.0]),
            Concentration { best_share: Some(0.25), hhi: Some(0.25) }
        );
        assert_eq!(concentration(&[2.0, -1.0]), Concentration { best_share: Some(1.0), hhi: Some(1.0) });
        assert_eq!(concentration(&[-1.0]), Concentration::default());
        assert_eq!(concentration(&[]), Concentration::default());
    }
}

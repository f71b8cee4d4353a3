use wickflow_backtest::{BarReport, Event};
use wickflow_shared::protocol::paper::PaperAccount;

/// What a run holds before its first bar.
pub(crate) fn opening(cash: f64) -> PaperAccount {
    PaperAccount { start_cash: cash, cash, equity: cash, peak_equity: cash, ..PaperAccount::default() }
}

/// What it holds after a bar.
pub(crate) fn after(before: &PaperAccount, report: &BarReport) -> PaperAccount {
    let mut account = PaperAccount {
        cash: report.cash,
        position: report.position,
        last_price: report.close,
        equity: report.equity,
        peak_equity: before.peak_equity.max(report.equity),
        bars: before.bars.saturating_add(1),
        ..*before
    };
    if account.peak_equity > 0.0 {
        let fall = (account.peak_equity - account.equity) / account.peak_equity;
        account.max_drawdown = account.max_drawdown.max(fall);
    }
    for event in &report.events {
        match event {
            Event::OrderFilled(_) => account.fills = account.fills.saturating_add(1),
            Event::TradeClosed(trade) => {
                account.trades = account.trades.saturating_add(1);
                account.winners = account.winners.saturating_add(u32::from(trade.pnl > 0.0));
            }
            _ => {}
        }
    }
    account
}

use wickflow_shared::portfolio::PositionSide;

use crate::report::Report;

const HEADER: &str = "number,side,entry_time,exit_time,entry_bar,exit_bar,bars,quantity,entry_price,exit_price,fees,\
                      slippage_cost,pnl,return_fraction,mae,mfe,r_multiple,entered_by,exited_by\n";

/// The closed trades as CSV (RFC 4180, with bare line feeds): times in UTC, money in the quote currency, shares as
/// fractions, and numbers in full, so that they read back as the same bits.
#[must_use]
pub fn trades_csv(report: &Report) -> String {
    let mut out = String::with_capacity(HEADER.len() + report.trades.len() * 200);
    out.push_str(HEADER);
    for line in report.trades.iter() {
        let trade = line.trade;
        let side = match trade.side {
            PositionSide::Long => "long",
            PositionSide::Short => "short",
        };
        let cells = [
            line.number.to_string(),
            side.to_owned(),
            trade.entry_time.to_string(),
            trade.exit_time.to_string(),
            trade.entry_bar.to_string(),
            trade.exit_bar.to_string(),
            trade.bars().to_string(),
            trade.quantity.to_string(),
            trade.entry_price.to_string(),
            trade.exit_price.to_string(),
            trade.fees.to_string(),
            trade.slippage_cost.to_string(),
            trade.pnl.to_string(),
            trade.return_fraction.to_string(),
            trade.mae.to_string(),
            trade.mfe.to_string(),
            trade.r_multiple().map(|multiple| multiple.to_string()).unwrap_or_default(),
            cell(line.entered_by),
            cell(line.exited_by),
        ];
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// A stranger's text as a cell: quoted where it must be, and with an apostrophe before what a spreadsheet would take for
/// a formula.
fn cell(text: &str) -> String {
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, slope};

    #[test]
    fn one_line_a_trade() {
        let case = Case::new(slope(20, 1.0)).trade(2, 5, 10.0).trade(7, 9, -2.0);
        let csv = trades_csv(&case.report());
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [19; 3]);
        let cell =
            |row: usize, name: &str| lines[row][lines[0].iter().position(|cell| *cell == name).unwrap()];
        assert_eq!((cell(1, "side"), cell(1, "entry_price"), cell(1, "exit_price")), ("long", "101", "104"));
        assert_eq!((cell(2, "side"), cell(2, "bars"), cell(2, "entered_by")), ("short", "2", "sell"));
        assert_eq!(cell(1, "entry_time"), "2024-01-03T00:00:00.001Z");
        // 10 units from 101 to 104, 10 bps of 1010 and of 1040.
        assert!((cell(1, "pnl").parse::<f64>().unwrap() - (30.0 - 1.01 - 1.04)).abs() < 1e-9);
    }

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        for (text, expected) in
            [("buy", "buy"), ("a,b", "\"a,b\""), ("=1+1", "'=1+1"), ("say \"hi\"", "\"say \"\"hi\"\"\"")]
        {
            assert_eq!(cell(text), expected);
        }
    }
}

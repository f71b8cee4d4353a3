use super::*;
use crate::testing::{Case, slope, swing};

/// Every element that is opened is closed, in order, and attributes are quoted: what a parser of XML would demand but
/// for the doctype and the elements that have no end in HTML.
pub(super) fn check_well_formed(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        assert!(!text.contains('>') || open.last() == Some(&"style"), "a stray > in {text:?}");
        let end = tag.find('>').unwrap_or_else(|| panic!("no end: {:.40}", tag));
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if inner.starts_with('!') {
            continue;
        }
        assert_eq!(inner.matches('"').count() % 2, 0, "quotes: {inner}");
        let name = inner.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if let Some(closing) = inner.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closing), "closes what is not open");
        } else if !inner.ends_with('/') && name != "meta" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

#[test]
fn a_page_is_well_formed_and_whole() {
    let case = Case::new(swing(800)).trades(1, 10, 4, 10.0).hold(795, 5.0).with(|case| {
        case.profiles = vec![("next-open", case.run.clone()), ("lean", case.run.clone())];
    });
    let page = html(&case.report());
    check_well_formed(&page);
    for expected in [
        "<h1>Cross</h1>",
        "Equity and drawdown",
        "Review: ",
        "Fill profiles",
        "Returns by month",
        "Deepest drawdowns",
        "Open position",
        "<h2>Trades</h2>",
        "Fills and why",
        "All figures",
        "How it was computed",
        "id=\"trade-80\"",
        "bought 10 at the open 95 of the bar after the signal, rule C3, fee 0.95 (0.1 %)",
    ] {
        assert!(page.contains(expected), "{expected} is missing");
    }
    assert!(!page.contains("NaN") && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn strangers_text_stays_text() {
    let case = Case::new(swing(50)).trade(1, 5, 1.0).with(|case| {
        case.name = "<script>alert('\"&\u{0}')</script>".to_owned();
        case.document = case.document.replace("\"buy\"", "\"<img src=x onerror=alert(1)>\"");
        case.profiles = vec![("<b>", case.run.clone())];
    });
    let page = html(&case.report());
    check_well_formed(&page);
    assert!(
        !page.contains("<script")
            && !page.contains("<img")
            && !page.contains("<b></td>")
            && !page.contains('\u{0}')
    );
    assert!(page.contains("<h1>&lt;script&gt;alert(&#39;&quot;&amp;\u{FFFD}&#39;)&lt;/script&gt;</h1>"));
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
}

#[test]
fn long_runs_stay_small() {
    let case = Case::new(swing(30_000)).trades(1, 5, 3, 1.0);
    let report = case.report();
    let page = html(&report);
    assert!(report.trades.len() > 5000 && report.curve.equity.len() <= crate::MAX_POINTS);
    assert!(page.len() < 700_000, "{} bytes", page.len());
    assert!(
        page.contains("The last 500 of 6,000 trades") && !page.contains("id=\"trade-5500\""),
        "{}",
        report.trades.len()
    );
    check_well_formed(&page);
}

#[test]
fn no_bars_and_no_trades() {
    check_well_formed(&html(&Case::new(std::iter::empty()).report()));
    let page = html(&Case::new(slope(3, 0.0)).report());
    check_well_formed(&page);
    assert!(!page.contains("NaN") && !page.contains("<h2>Trades</h2>"));
}

#[test]
fn other_platforms_stand_beside_ours() {
    let report = Case::new(swing(400)).trades(1, 10, 4, 10.0).report();
    let lean = report.elsewhere.iter().find(|platform| platform.platform == "LEAN").unwrap();
    assert!(lean.metrics.iter().any(|metric| metric.key == "sharpe"));
    let page = html(&report);
    let table = page.split("As others count").nth(1).expect("a table");
    let header = "class=\"left\">Figure</th><th scope=\"col\">Ours</th><th scope=\"col\">LEAN</th>";
    assert!(table.contains(header), "{}", table.chars().take(900).collect::<String>());
}

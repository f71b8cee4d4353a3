//! Below the chart: positions, open orders, what became of the others, fills with their receipts, the account.

mod account;
mod fills;
mod history;
mod modify;
mod orders;
mod positions;
mod receipt;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wickflow_shared::id::{FillId, OrderId};

use crate::components::{Empty, Erase, Row, act, aria, attr, flag, part, rows, when};
use crate::platform;
use crate::state::reactive::{Derived, Var};
use crate::state::{Store, actions};

/// The tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Positions,
    Orders,
    History,
    Fills,
    Account,
}

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Positions, "positions", "Positions"),
    (Tab::Orders, "orders", "Open orders"),
    (Tab::History, "history", "Order history"),
    (Tab::Fills, "fills", "Fills"),
    (Tab::Account, "account", "Account"),
];

/// What the desk shows. The chart opens rows in it.
#[derive(Clone, Copy)]
pub(super) struct DeskView {
    tab: Var<Tab>,
    /// The fill whose receipt is open.
    receipt: Var<Option<FillId>>,
    /// The order that the chart pointed at.
    pointed: Var<Option<OrderId>>,
}

impl DeskView {
    pub(super) fn new() -> Self {
        Self { tab: Var::new(Tab::Positions), receipt: Var::new(None), pointed: Var::new(None) }
    }

    pub(super) fn get() -> Self {
        expect_context()
    }

    /// Opens a fill's receipt.
    pub(super) fn show_fill(self, fill: FillId) {
        self.receipt.set(Some(fill));
        self.tab.set(Tab::Fills);
    }

    /// Points at an order.
    pub(super) fn show_order(self, order: OrderId) {
        self.pointed.set(Some(order));
        self.tab.set(Tab::Orders);
    }

    /// Shows the positions.
    pub(super) fn show_positions(self) {
        self.tab.set(Tab::Positions);
    }
}

/// The tabs and what is behind them.
#[component]
pub(super) fn Desk() -> impl IntoView {
    let store = Store::get();
    let desk = DeskView::get();
    let counts = Derived::new(move || {
        store.account.with(|account| {
            account
                .as_ref()
                .map(|a| (a.portfolio().positions().count(), a.open_order_count()))
                .unwrap_or_default()
        })
    });
    let count = move |tab: Tab| {
        let count = match tab {
            Tab::Positions => counts.get().0,
            Tab::Orders => counts.get().1,
            Tab::History | Tab::Fills | Tab::Account => 0,
        };
        (count > 0).then(|| view! { <span class="count">{count.to_string()}</span> }.erase())
    };
    let on_keydown = move |event: KeyboardEvent| {
        let current = TABS.iter().position(|tab| tab.0 == desk.tab.get_untracked()).unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowRight" => (current + 1) % TABS.len(),
            "ArrowLeft" => (current + TABS.len() - 1) % TABS.len(),
            "Home" => 0,
            "End" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some((tab, name, _)) = TABS.get(next) {
            desk.tab.set(*tab);
            platform::focus(&format!("tab-{name}"));
        }
    };
    let tabs = TABS
        .map(|(tab, name, text)| {
            view! {
                <button
                    type="button"
                    id=format!("tab-{name}")
                    data-testid=format!("tab-{name}")
                    class="tab"
                    role="tab"
                    aria-selected=aria(move || desk.tab.get() == tab)
                    aria-controls="desk-panel"
                    tabindex=attr(move || if desk.tab.get() == tab { "0" } else { "-1" })
                    on:click=act(move |_| desk.tab.set(tab))
                >
                    {text}
                    {part(move || count(tab))}
                </button>
            }
            .erase()
        })
        .collect_view();
    let label = move || TABS.iter().find(|tab| tab.0 == desk.tab.get()).map(|tab| format!("tab-{}", tab.1));
    let is_loading = Derived::new(move || store.account.with(Option::is_none));
    let content = move || match (is_loading.get(), desk.tab.get()) {
        (true, _) => skeleton(),
        (false, Tab::Positions) => view! { <positions::Positions /> }.erase(),
        (false, Tab::Orders) => view! { <orders::Orders /> }.erase(),
        (false, Tab::History) => view! { <history::History /> }.erase(),
        (false, Tab::Fills) => view! { <fills::Fills /> }.erase(),
        (false, Tab::Account) => view! { <account::Balances /> }.erase(),
    };
    view! {
        <section class="desk" aria-label="Orders and positions" data-stale=flag(move || store.is_stale.get())>
            <h2 class="hidden-text">"Orders and positions"</h2>
            <div class="desk-head">
                <div class="tabs" role="tablist" aria-label="Orders and positions" on:keydown=act(on_keydown)>
                    {tabs}
                </div>
                {when(move || desk.tab.get() == Tab::Orders && counts.get().1 != 0, move || view! {
                    <button
                        type="button"
                        class="button cancel-all"
                        data-kind="danger"
                        data-testid="cancel-all"
                        on:click=act(move |_| actions::cancel_all(store))
                    >
                        "Cancel all"
                    </button>
                }.erase())}
            </div>
            <div id="desk-panel" class="desk-panel scroll" role="tabpanel" aria-labelledby=attr(label) tabindex="0">
                {part(move || Some(content()))}
            </div>
        </section>
    }
    .erase()
}

/// Rows without content, as high as those to come.
fn skeleton() -> AnyView {
    view! {
        <div class="desk-skeleton" role="status" aria-label="Loading the account">
            {(0..4).map(|_| view! { <div class="skeleton"></div> }.erase()).collect_view()}
        </div>
    }
    .erase()
}

/// A table of rows, or what to show while there are none.
fn table(
    columns: &'static [&'static str],
    is_empty: impl Fn() -> bool + Send + Sync + 'static,
    empty: (&'static str, &'static str),
    each: impl Fn() -> Vec<Row> + Send + Sync + Clone + 'static,
) -> AnyView {
    let is_empty = Derived::new(is_empty);
    let content = move || {
        if is_empty.get() {
            return Some(view! { <Empty title=empty.0 text=empty.1 /> }.erase());
        }
        let rows = rows(each.clone());
        Some(view! { <table class="desk-table">{head(columns)}<tbody>{rows}</tbody></table> }.erase())
    };
    view! { {part(content)} }.into_any()
}

/// A cell with its column's name, which shows where the table becomes a list of cards.
fn cell(label: &'static str, class: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! { <td class=class data-label=label>{content.into_any()}</td> }.erase()
}

/// The head of a table: texts, `>` in front of those that stand right, before it `~` for columns that go when room is
/// short, `~~` for those that go first.
fn head(columns: &'static [&'static str]) -> AnyView {
    let cells = columns
        .iter()
        .map(|column| {
            let (text, roomy) = match (column.strip_prefix("~~"), column.strip_prefix('~')) {
                (Some(text), _) => (text, "spare-only "),
                (None, Some(text)) => (text, "roomy-only "),
                (None, None) => (*column, ""),
            };
            let (text, class) = text.strip_prefix('>').map_or((text, ""), |text| (text, "num"));
            let nameless = text.is_empty().then(|| view! { <span class="hidden-text">"Actions"</span> });
            view! { <th scope="col" class=format!("{roomy}{class}")>{text} {nameless}</th> }.erase()
        })
        .collect_view();
    view! { <thead><tr>{cells}</tr></thead> }.erase()
}

/// Buy or sell, by word, color and arrow.
fn side(side: wickflow_shared::order::OrderSide) -> AnyView {
    use crate::components::{Icon, icon};
    let (class, picture) = match side {
        wickflow_shared::order::OrderSide::Buy => ("side up", Icon::Up),
        wickflow_shared::order::OrderSide::Sell => ("side down", Icon::Down),
    };
    view! { <span class=class>{icon(picture)}{crate::state::account::side_name(side)}</span> }.erase()
}

/// The name of a market, which shows it.
fn market(store: Store, symbol: &wickflow_shared::market::Symbol) -> AnyView {
    let (name, title) = (symbol.name().to_owned(), format!("Show {symbol}"));
    let symbol = symbol.clone();
    view! {
        <button type="button" class="link" title=title on:click=act(move |_| store.select(&symbol))>
            {name}
        </button>
    }
    .erase()
}

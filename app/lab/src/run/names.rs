use wickflow_backtest::{Cause, Fill};
use wickflow_report::Receipt;
use wickflow_strategy::plan::Plan;

/// The nodes of a plan, by the causes of a run.
pub(crate) struct Names {
    actions: Vec<String>,
    guards: Vec<String>,
}

impl Names {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            actions: plan.actions.iter().map(|action| action.node.clone()).collect(),
            guards: plan.guards.iter().map(|guard| guard.node.clone()).collect(),
        }
    }

    /// The node that ordered something, or what else did; in the report's words.
    pub(crate) fn of_cause(&self, cause: Cause) -> &str {
        let node = match cause {
            Cause::Action(index) => self.actions.get(usize::from(index)),
            Cause::Guard(index) => self.guards.get(usize::from(index)),
            Cause::MarginCall => return "margin call",
            Cause::Liquidation => return "liquidation",
            Cause::EndOfData => return "still open",
        };
        node.map_or("?", String::as_str)
    }

    /// A fill with what is needed to check it by hand.
    pub(crate) fn receipt<'a>(&'a self, fill: &'a Fill) -> Receipt<'a> {
        Receipt { fill, ordered_by: self.of_cause(fill.cause) }
    }
}

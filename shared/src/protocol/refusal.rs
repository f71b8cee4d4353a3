use serde::{Deserialize, Serialize};

/// What an error says beyond [`ErrorDetail`](super::ErrorDetail), beside whose fields these stand, where there is
/// more to say about a refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// What stands in the way, when the code is `conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictReason>,
    /// The version that is the latest now, when somebody else has saved since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// What the compiler says of a strategy that cannot run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<StrategyDiagnostic>,
}

/// What stands in the way, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConflictReason {
    /// The strategy was saved since by another tab or device: `current_version` is the latest now.
    StaleVersion,
    /// As many as the server keeps, or as many bytes.
    LimitReached,
    /// The strategy was deleted; it can be restored.
    Deleted,
    /// The paper run is still running; it has to be stopped first.
    Running,
}

/// Something that the compiler says about a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyDiagnostic {
    /// `error`: it cannot run; `warning`: it runs, but hardly as meant.
    pub severity: String,
    /// A stable name: `unknown_kind`.
    pub code: String,
    /// The node; inside sub-graphs the path of ids, joined by `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The port or the parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// A sentence.
    pub message: String,
    /// What was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What would be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

use serde::Serialize;

/// Something about a document that its author should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether the strategy can run regardless.
    pub severity: Severity,
    /// A stable name: `unknown_kind`.
    pub code: &'static str,
    /// The node; inside sub-graphs the path of ids, joined by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The port or the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// A sentence.
    pub message: String,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot run.
    Error,
    /// It runs, but hardly as meant.
    Warning,
}

impl Diagnostic {
    /// An error.
    pub(crate) fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity, code, node: None, port: None, message: message.into(), found: None, accepted: None }
    }

    /// At a node.
    pub(crate) fn at(mut self, node: impl Into<String>) -> Self {
        self.node = Some(node.into());
        self
    }

    /// At a port or parameter of the node.
    pub(crate) fn port(mut self, port: impl Into<String>) -> Self {
        self.port = Some(port.into());
        self
    }

    /// What was found, and what would be accepted.
    pub(crate) fn found(mut self, found: impl Into<String>, accepted: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self.accepted = Some(accepted.into());
        self
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.node, &self.port) {
            (Some(node), Some(port)) => write!(f, "{node}.{port}: ")?,
            (Some(node), None) => write!(f, "{node}: ")?,
            _ => {}
        }
        f.write_str(&self.message)?;
        match (&self.found, &self.accepted) {
            (Some(found), Some(accepted)) => write!(f, " (found {found}; accepted: {accepted})"),
            _ => Ok(()),
        }
    }
}

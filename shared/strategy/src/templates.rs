//! Strategies to begin with: each a document with a paragraph about what it does and what it costs.

use crate::document::{Document, DocumentError};

/// A strategy that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// A stable name: `average_cross`.
    pub name: &'static str,
    /// The document.
    pub text: &'static str,
}

impl Template {
    /// The document, read.
    ///
    /// # Errors
    /// Never for the templates here, which a test compiles.
    pub fn document(&self) -> Result<Document, DocumentError> {
        Document::parse(self.text)
    }
}

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        /// All templates, the simplest first.
        pub const TEMPLATES: &[Template] = &[
            $(Template { name: $name, text: include_str!(concat!("../templates/", $name, ".json")) }),+
        ];
    };
}

templates![
    "average_cross",
    "rsi_dip",
    "bollinger_bounce",
    "stochastic_bracket",
    "golden_cross",
    "macd_momentum",
    "channel_breakout",
    "directional_movement",
    "super_trend_reversal",
    "session_vwap",
    "two_timeframes",
    "keltner_ladder",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, compile};

    #[test]
    fn every_template_compiles_without_a_warning_and_says_what_it_is() {
        for template in TEMPLATES {
            let document = template.document().expect("a document");
            let program = compile(&document, &Limits::default());
            let warnings = program.map(|program| program.warnings().to_vec());
            assert_eq!(
                warnings.map_err(|problems| format!("{problems:#?}")),
                Ok(vec![]),
                "{}",
                template.name
            );
            assert!(document.wickflow.description.len() > 100, "{}", template.name);
        }
    }
}

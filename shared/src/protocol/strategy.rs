//! The strategy library: what is kept of a strategy, and the bodies of its routes.
//!
//! A document travels as text, so that its bytes, and with them its hash, stay what they were.

use serde::{Deserialize, Serialize};

use super::text::{TextError, any, filled_line, folder, line, random_id, text};
use crate::digest::Digest;
use crate::id::ClientOrderId;
use crate::time::Timestamp;

random_id! {
    /// A strategy of the library.
    StrategyId
}

text! {
    /// What a strategy is called: one line.
    StrategyName, "the name", 120, filled_line
}

text! {
    /// Where a strategy lies: names of folders with slashes between them, from the outermost; empty for no folder.
    FolderPath, "the folder", 200, folder
}

text! {
    /// A word or two to find strategies by.
    Tag, "a tag", 40, filled_line
}

text! {
    /// What a version is remembered as; one with a label is never dropped. Empty for none.
    VersionLabel, "the label", 80, line
}

text! {
    /// What the author wants to remember about a version.
    VersionNote, "the note", 1000, any
}

/// Most tags on one strategy.
pub const MAX_TAGS: usize = 16;

/// Largest thumbnail, in bytes.
pub const MAX_THUMBNAIL_BYTES: usize = 8 * 1024;

/// A strategy as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategySummary {
    /// Which.
    pub id: StrategyId,
    /// What it is called.
    pub name: StrategyName,
    /// Where it lies.
    pub folder: FolderPath,
    /// What it is found by.
    pub tags: Vec<Tag>,
    /// The latest version: what a save builds on. Numbers rise with every change of the document, and some are
    /// missing afterwards.
    pub version: u64,
    /// SHA-256 of the latest document.
    pub hash: Digest,
    /// Length of the latest document, in bytes.
    pub document_bytes: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// A picture of it, as the page that saved it drew it: text of the page's own making, to be treated as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// A page of strategies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyList {
    /// Those changed last come first.
    pub strategies: Vec<StrategySummary>,
    /// Whether there are more behind these.
    pub has_more: bool,
}

/// A strategy with its latest document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredStrategy {
    /// What a list shows of it.
    pub strategy: StrategySummary,
    /// The document, as it was saved.
    pub document: String,
}

/// A version as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionSummary {
    /// Its number.
    pub version: u64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Whether it was saved without being asked to: the next such save may take its place.
    pub is_autosave: bool,
    /// SHA-256 of the document.
    pub hash: Digest,
    /// Length of the document, in bytes.
    pub document_bytes: u32,
    /// What it is remembered as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<VersionLabel>,
    /// What the author wants to remember.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<VersionNote>,
}

/// A version with its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredVersion {
    /// What a list shows of it.
    pub version: VersionSummary,
    /// The document, as it was saved.
    pub document: String,
}

/// A strategy to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateStrategy {
    /// What it is called.
    pub name: StrategyName,
    /// Where it lies.
    #[serde(default, skip_serializing_if = "FolderPath::is_empty")]
    pub folder: FolderPath,
    /// What it is found by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The document: JSON of a strategy's shape, which need not be one that runs.
    pub document: String,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The client's own name for this request: asked again with the same one, the answer is the strategy that was
    /// made the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_strategy_id: Option<ClientOrderId>,
}

/// A changed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveStrategy {
    /// The version that the change was made to; when it is no longer the latest, nothing is saved.
    pub base_version: u64,
    /// The document.
    pub document: String,
    /// Whether the author asked for it. Versions saved without are thinned out: one takes the place of the one
    /// before for some minutes.
    #[serde(default = "yes")]
    pub checkpoint: bool,
    /// What the version is remembered as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<VersionLabel>,
    /// What the author wants to remember.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<VersionNote>,
    /// A new picture; the old one stays when left out, and goes when this is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

fn yes() -> bool {
    true
}

/// Changes beside the document; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateStrategy {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<StrategyName>,
    /// A new folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderPath>,
    /// New tags, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// A new picture; none when empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// A copy to be made of a strategy's latest version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DuplicateStrategy {
    /// What the copy is called; "… (copy)" when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<StrategyName>,
    /// As of [`CreateStrategy`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_strategy_id: Option<ClientOrderId>,
}

/// What a version is remembered as; what is left out stays, what is empty goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelVersion {
    /// A label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<VersionLabel>,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<VersionNote>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_where_they_are_read() {
        let folder = |text: &str| text.parse::<FolderPath>().map(String::from);
        for good in ["", "Trend", "Trend/Cross overs/A&B", "a/b/c/d/e/f/g/h"] {
            assert_eq!(folder(good).as_deref(), Ok(good));
        }
        for bad in ["/", "a/", "/a", "a//b", "a/ b", "a/b/c/d/e/f/g/h/i"] {
            assert_eq!(folder(bad), Err(TextError::Folder), "{bad}");
        }
        assert_eq!(folder("a\nb"), Err(TextError::Control("the folder")));
        assert_eq!(" Golden cross ".parse::<StrategyName>().map(String::from).as_deref(), Ok("Golden cross"));
        assert_eq!("  ".parse::<StrategyName>(), Err(TextError::Empty("the name")));
        let long = "é".repeat(121);
        let error = TextError::TooLong { what: "the name", found: 121, most: 120 };
        assert_eq!(long.parse::<StrategyName>(), Err(error));
        assert!("two\nlines".parse::<VersionNote>().is_ok());
    }

    #[test]
    fn requests_say_what_is_wrong_and_where() {
        let save: SaveStrategy =
            serde_json::from_str(r#"{"base_version":3,"document":"{}"}"#).expect("a save");
        assert!(save.checkpoint, "unless it says otherwise");
        let error = serde_json::from_str::<CreateStrategy>(r#"{"name":"a","document":"{}","nmae":"b"}"#);
        assert!(error.is_err_and(|error| error.to_string().contains("unknown field `nmae`")));
        let id: StrategyId = "00000000000000000000000000000abc".parse().expect("an id");
        assert_eq!((id.0, id.to_string().len()), (0xabc, 32));
    }
}

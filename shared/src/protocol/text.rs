//! Texts and identifiers that the library and the paper runs are described with: each checked once, where it is read.

/// Why a text is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks, where something is needed.
    #[error("{0} must not be empty")]
    Empty(&'static str),
    /// Too long.
    #[error("{what} has {found} characters; at most {most} are accepted")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The longest.
        most: usize,
    },
    /// A line break or another control character.
    #[error("{0} must not contain control characters")]
    Control(&'static str),
    /// A folder with an empty part, or too deep.
    #[error(
        "a folder is written like Trend/Crossovers: 1 to {MAX_FOLDER_DEPTH} names with one slash between them"
    )]
    Folder,
}

/// Folders within folders, at most.
pub const MAX_FOLDER_DEPTH: usize = 8;

/// Makes a type for a text with a longest length, which is trimmed when it is read.
macro_rules! text {
    ($(#[doc = $doc:literal])+ $name:ident, $what:literal, $most:literal, $check:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest, in characters.
            pub const MAX_CHARS: usize = $most;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether there is nothing in it.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl std::str::FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let text = text.trim();
                let found = text.chars().count();
                if found > Self::MAX_CHARS {
                    return Err(TextError::TooLong { what: $what, found, most: Self::MAX_CHARS });
                }
                let check: fn(&'static str, &str) -> Result<(), TextError> = $check;
                check($what, text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}
pub(super) use text;

/// Makes an identifier of 128 random bits that the server draws, written as 32 hexadecimal digits.
macro_rules! random_id {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        ///
        /// 128 random bits that the server draws, written as 32 hexadecimal digits. Knowing it grants nothing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub u128);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::id::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<crate::id::AccountId>().map(|id| Self(id.0))
            }
        }

        impl TryFrom<String> for $name {
            type Error = crate::id::IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}
pub(super) use random_id;

/// One line, which may be empty.
pub(super) fn line(what: &'static str, text: &str) -> Result<(), TextError> {
    if text.chars().any(char::is_control) { Err(TextError::Control(what)) } else { Ok(()) }
}

/// One line with something in it.
pub(super) fn filled_line(what: &'static str, text: &str) -> Result<(), TextError> {
    if text.is_empty() { Err(TextError::Empty(what)) } else { line(what, text) }
}

/// Any text, line breaks included.
pub(super) fn any(_: &'static str, _: &str) -> Result<(), TextError> {
    Ok(())
}

/// The name of a folder with those it lies in; nothing for the outermost.
pub(super) fn folder(what: &'static str, text: &str) -> Result<(), TextError> {
    let is_name = |part: &str| !part.is_empty() && part.trim() == part;
    let fits =
        text.is_empty() || (text.split('/').all(is_name) && text.split('/').count() <= MAX_FOLDER_DEPTH);
    if fits { line(what, text) } else { Err(TextError::Folder) }
}

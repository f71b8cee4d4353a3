//! From JSON to the types of the wire.
//!
//! The types derive `serde::Deserialize`, and the server uses it. Compiled for the page, the derived readers are a fifth of
//! the module: for each field they carry code for formats other than JSON and for errors that the page does not show. Here
//! a type names its fields, and a value that does not fit is `None`. What is named is checked by the compiler (a struct
//! needs all its fields, a `match` all its variants), and how it is spelled by tests that read what serde wrote.

mod account;
mod json;
mod market;
mod order;
mod protocol;
#[cfg(test)]
mod tests;

use self::json::{Json, Object};

/// What can be read from JSON.
pub(super) trait Read: Sized {
    /// The value; `None` when the JSON is no such thing. A member that is not there reads as null.
    fn read(json: &Json) -> Option<Self>;
}

fn member<'a>(object: &'a Object, name: &str) -> &'a Json {
    object.get(name).unwrap_or(&Json::Null)
}

/// The text of a member; empty, which is no word of any type, when it is none.
fn word<'a>(object: &'a Object, name: &str) -> &'a str {
    member(object, name).as_str().unwrap_or_default()
}

/// Reads a struct by the names of its fields.
macro_rules! read_struct {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl Read for $type {
            fn read(json: &Json) -> Option<Self> {
                let object = json.as_object()?;
                Some(Self { $($field: Read::read(member(object, stringify!($field)))?),* })
            }
        }
    };
}
use read_struct;

/// Reads an enum of words.
macro_rules! read_words {
    ($type:ident { $($word:literal => $variant:ident),* $(,)? }) => {
        impl Read for $type {
            fn read(json: &Json) -> Option<Self> {
                // The compiler asks for a word when there is a new variant.
                #[cfg(test)]
                let _ = |value: &Self| match value { $(Self::$variant => $word),* };
                match json.as_str()? {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
use read_words;

/// Reads what is written as text and has rules of its own.
macro_rules! read_text {
    ($($type:ty),* $(,)?) => {
        $(impl Read for $type {
            fn read(json: &Json) -> Option<Self> {
                json.as_str()?.parse().ok()
            }
        })*
    };
}
use read_text;

impl Read for bool {
    fn read(json: &Json) -> Option<Self> {
        json.as_bool()
    }
}

impl Read for u64 {
    fn read(json: &Json) -> Option<Self> {
        json.as_u64()
    }
}

impl Read for i64 {
    fn read(json: &Json) -> Option<Self> {
        json.as_i64()
    }
}

impl Read for f64 {
    fn read(json: &Json) -> Option<Self> {
        json.as_f64()
    }
}

/// Whole numbers of other sizes, which must fit.
macro_rules! read_integer {
    ($($type:ty),*) => {
        $(impl Read for $type {
            fn read(json: &Json) -> Option<Self> {
                json.as_i64()?.try_into().ok()
            }
        })*
    };
}
read_integer!(u16, u32, i32);

impl Read for String {
    fn read(json: &Json) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &Json) -> Option<Self> {
        if *json == Json::Null { Some(None) } else { T::read(json).map(Some) }
    }
}

/// A list that is not there is empty: lists without elements are left out of some messages.
impl<T: Read> Read for Vec<T> {
    fn read(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::new()),
            Json::List(items) => items.iter().map(T::read).collect(),
            _ => None,
        }
    }
}

impl<T: Read> Read for Box<T> {
    fn read(json: &Json) -> Option<Self> {
        T::read(json).map(Self::new)
    }
}

/// Reads a whole text.
pub(super) fn from_text<T: Read>(text: &str) -> Option<T> {
    T::read(&Json::parse(text)?)
}

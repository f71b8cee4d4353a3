//! Closures for views, boxed by the kind of thing that they return.
//!
//! Leptos compiles the code that builds and rebuilds a view once for every type in it, and every closure is a type of
//! its own. Boxed, all texts are one type, all attributes another: the module is smaller by a third.

use std::borrow::Cow;

use leptos::prelude::*;

/// A boxed closure.
pub type Dynamic<T> = Box<dyn Fn() -> T + Send>;

/// What a text or an attribute can be made of.
pub trait Words {
    /// The text; `None` for no text, and an attribute that is not there.
    fn words(self) -> Option<Cow<'static, str>>;
}

impl Words for String {
    fn words(self) -> Option<Cow<'static, str>> {
        Some(Cow::Owned(self))
    }
}

impl Words for &'static str {
    fn words(self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(self))
    }
}

impl<T: Words> Words for Option<T> {
    fn words(self) -> Option<Cow<'static, str>> {
        self.and_then(Words::words)
    }
}

/// Text, or a class, that follows signals.
pub fn text<T: Words>(read: impl Fn() -> T + Send + 'static) -> Dynamic<Cow<'static, str>> {
    Box::new(move || read().words().unwrap_or_default())
}

/// An attribute that follows signals; `None` takes it away.
pub fn attr<T: Words>(read: impl Fn() -> T + Send + 'static) -> Dynamic<Option<Cow<'static, str>>> {
    Box::new(move || read().words())
}

/// A switch, as `disabled`, that follows signals.
pub fn is(read: impl Fn() -> bool + Send + 'static) -> Dynamic<bool> {
    Box::new(read)
}

/// `true` or `false` as ARIA spells it.
pub fn aria(read: impl Fn() -> bool + Send + 'static) -> Dynamic<Option<Cow<'static, str>>> {
    Box::new(move || Some(Cow::Borrowed(if read() { "true" } else { "false" })))
}

/// An attribute without a value, as `data-open`, that is there while something holds.
pub fn flag(read: impl Fn() -> bool + Send + 'static) -> Dynamic<Option<Cow<'static, str>>> {
    Box::new(move || read().then_some(Cow::Borrowed("")))
}

/// A part of a view that is made anew when a signal it read changes.
pub fn part(read: impl Fn() -> Option<AnyView> + Send + 'static) -> Dynamic<Option<AnyView>> {
    Box::new(read)
}

/// A part of a view that is there while something holds. It is not made anew while that stays so.
pub fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + 'static,
) -> Dynamic<Option<AnyView>> {
    let condition = Memo::new(move |_| condition());
    Box::new(move || condition.get().then(|| untrack(&view)))
}

/// An event handler.
pub fn act<E>(handle: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(handle)
}

/// A row of a list: its key, and what makes it.
pub type Row = (String, Box<dyn FnOnce() -> AnyView + Send>);

/// A row of a list; `view` is called when the key is new.
pub fn row(key: impl Into<String>, view: impl FnOnce() -> AnyView + Send + 'static) -> Row {
    (key.into(), Box::new(view))
}

/// A list whose rows stay while their keys do.
#[must_use]
pub fn rows(each: impl Fn() -> Vec<Row> + Send + Sync + 'static) -> AnyView {
    let each: Box<dyn Fn() -> Vec<Row> + Send + Sync> = Box::new(each);
    let children: fn(Row) -> AnyView = |row| (row.1)();
    view! { <For each=each key=|row| row.0.clone() children=children /> }.into_any()
}

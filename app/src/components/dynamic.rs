//! Closures for views, boxed by the kind of thing that they return.
//!
//! Leptos compiles the code that builds and rebuilds a view once for every type in it, and every closure is a type of
//! its own. Boxed, all texts are one type, all attributes another: the module is smaller by a third.

use std::borrow::Cow;

use leptos::prelude::*;

use crate::state::reactive::Derived;

/// Erases the type of a view.
pub trait Erase {
    /// The view as one of any type.
    fn erase(self) -> AnyView;
}

// Leptos wraps the root of each `view!` once more: unwrapped first, roots and inner elements are erased by the same code.
impl<T: IntoAny + Send> Erase for View<T> {
    fn erase(self) -> AnyView {
        self.into_inner().into_any()
    }
}

/// Works out a part of a view. A trait of our own instead of `dyn Fn`, whose table holds two more functions.
trait Source<T>: Send {
    fn read(&self) -> T;
}

impl<T, F: Fn() -> T + Send> Source<T> for F {
    fn read(&self) -> T {
        self()
    }
}

/// The closure that Leptos is given: the same type for every source of a `T`.
fn dynamic<T>(source: Box<dyn Source<T>>) -> impl Fn() -> T + Send + use<T> {
    move || source.read()
}

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
pub fn text<T: Words>(read: impl Fn() -> T + Send + 'static) -> impl Fn() -> Cow<'static, str> + Send {
    dynamic(Box::new(move || read().words().unwrap_or_default()))
}

/// An attribute that follows signals; `None` takes it away.
pub fn attr<T: Words>(
    read: impl Fn() -> T + Send + 'static,
) -> impl Fn() -> Option<Cow<'static, str>> + Send {
    dynamic(Box::new(move || read().words()))
}

/// A switch, as `disabled`, that follows signals.
pub fn is(read: impl Fn() -> bool + Send + 'static) -> impl Fn() -> bool + Send {
    dynamic(Box::new(read))
}

/// `true` or `false` as ARIA spells it.
pub fn aria(read: impl Fn() -> bool + Send + 'static) -> impl Fn() -> Option<Cow<'static, str>> + Send {
    dynamic(Box::new(move || Some(Cow::Borrowed(if read() { "true" } else { "false" }))))
}

/// An attribute without a value, as `data-open`, that is there while something holds.
pub fn flag(read: impl Fn() -> bool + Send + 'static) -> impl Fn() -> Option<Cow<'static, str>> + Send {
    dynamic(Box::new(move || read().then_some(Cow::Borrowed(""))))
}

/// A part of a view that is made anew when a signal it read changes.
pub fn part(read: impl Fn() -> Option<AnyView> + Send + 'static) -> impl Fn() -> Option<AnyView> + Send {
    dynamic(Box::new(read))
}

/// A part of a view that is there while something holds. It is not made anew while that stays so.
pub fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + 'static,
) -> impl Fn() -> Option<AnyView> + Send {
    let condition = Derived::new(condition);
    dynamic(Box::new(move || condition.get().then(|| untrack(&view))))
}

/// Reacts to an event.
trait Handler<E> {
    fn handle(&mut self, event: E);
}

impl<E, F: FnMut(E)> Handler<E> for F {
    fn handle(&mut self, event: E) {
        self(event);
    }
}

/// An event handler.
pub fn act<E: 'static>(handle: impl FnMut(E) + 'static) -> impl FnMut(E) {
    boxed_handler(Box::new(handle))
}

fn boxed_handler<E>(mut handler: Box<dyn Handler<E>>) -> impl FnMut(E) {
    move |event| handler.handle(event)
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
    view! { <For each=each key=|row| row.0.clone() children=children /> }.erase()
}

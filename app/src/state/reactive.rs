//! Signals whose machinery is compiled once.
//!
//! Leptos compiles each kind of signal and memo anew for every type that they hold: half a dozen functions for each of the
//! forty types of this page. Here values lie behind `dyn Any`, and what tracks and notifies is the same for all. They
//! behave as [`RwSignal`] and [`Memo`] do, and are disposed with their owner like these.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::*;

/// A value and who follows it.
struct Node<V: ?Sized> {
    changed: ArcTrigger,
    value: RefCell<V>,
}

/// Where a value of any type lies.
#[derive(Clone, Copy)]
struct Slot(StoredValue<Rc<Node<dyn Any>>, LocalStorage>);

impl Slot {
    fn new<T: 'static>(value: T) -> Self {
        Self::of(Rc::new(Node { changed: ArcTrigger::new(), value: RefCell::new(value) }))
    }

    #[inline(never)]
    fn of(node: Rc<Node<dyn Any>>) -> Self {
        Self(StoredValue::new_local(node))
    }

    #[inline(never)]
    fn track(self) {
        if let Some(node) = self.0.try_get_value() {
            node.changed.track();
        }
    }

    #[inline(never)]
    fn notify(self) {
        if let Some(node) = self.0.try_get_value() {
            node.changed.notify();
        }
    }

    /// Shows the value, unless its owner is gone or it is being changed.
    #[inline(never)]
    fn show(self, reader: &mut dyn Reader) {
        if let Some(node) = self.0.try_get_value()
            && let Ok(value) = node.value.try_borrow()
        {
            reader.read(&*value);
        }
    }

    /// Lends the value, unless its owner is gone or it is being read.
    #[inline(never)]
    fn lend(self, writer: &mut dyn Writer) {
        if let Some(node) = self.0.try_get_value()
            && let Ok(mut value) = node.value.try_borrow_mut()
        {
            writer.write(&mut *value);
        }
    }

    fn read<T: 'static, R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let mut call = Call::new(read);
        self.show(&mut call);
        call.result
    }

    fn change<T: 'static, R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut call = Call::new(change);
        self.lend(&mut call);
        call.result
    }
}

/// What is done with a value of any type. Traits of our own instead of `dyn FnMut`, whose table holds a second function.
trait Reader {
    fn read(&mut self, value: &dyn Any);
}

trait Writer {
    fn write(&mut self, value: &mut dyn Any);
}

/// A function of a `T`, and what it returned.
struct Call<T, F, R> {
    function: Option<F>,
    result: Option<R>,
    kind: PhantomData<fn(&T)>,
}

impl<T, F, R> Call<T, F, R> {
    fn new(function: F) -> Self {
        Self { function: Some(function), result: None, kind: PhantomData }
    }
}

impl<T: 'static, R, F: FnOnce(&T) -> R> Reader for Call<T, F, R> {
    fn read(&mut self, value: &dyn Any) {
        self.result = value.downcast_ref().zip(self.function.take()).map(|(value, read)| read(value));
    }
}

impl<T: 'static, R, F: FnOnce(&mut T) -> R> Writer for Call<T, F, R> {
    fn write(&mut self, value: &mut dyn Any) {
        self.result = value.downcast_mut().zip(self.function.take()).map(|(value, change)| change(value));
    }
}

/// What reading a value that is gone comes to: the mistake of a view that outlives its state.
#[cold]
#[inline(never)]
fn gone() -> ! {
    panic!("a value was read after its owner had gone, or while it was being changed")
}

/// A value that views follow: a signal.
pub struct Var<T> {
    slot: Slot,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Var<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Var<T> {}

impl<T: 'static> Var<T> {
    /// A variable that belongs to the current owner.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { slot: Slot::new(value), kind: PhantomData }
    }

    /// Whoever runs now is run again when the value changes.
    pub fn track(self) {
        self.slot.track();
    }

    /// Reads the value, and tracks it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.with_untracked(read)
    }

    /// Reads the value.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.slot.read(read).unwrap_or_else(|| gone())
    }

    /// Another value. Nothing happens when the owner is gone.
    pub fn set(self, value: T) {
        self.update(|old| *old = value);
    }

    /// Changes the value. Nothing happens when the owner is gone.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.update_if(|value| (true, change(value)));
    }

    /// Changes the value, and tells whether it is another one now: otherwise nobody is notified.
    pub fn update_if<R>(self, change: impl FnOnce(&mut T) -> (bool, R)) -> Option<R> {
        let (is_other, result) = self.slot.change(change)?;
        if is_other {
            self.slot.notify();
        }
        Some(result)
    }
}

impl<T: Clone + 'static> Var<T> {
    /// The value, tracked.
    #[must_use]
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// A value that follows from others: a memo. It is worked out when it is read and something has changed, and whoever
/// follows it is run again only when it is another one.
pub struct Derived<T> {
    slot: Slot,
    version: Memo<u64>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T: PartialEq + 'static> Derived<T> {
    /// A value that belongs to the current owner.
    #[must_use]
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::boxed(Box::new(Plain(compute)))
    }

    /// A value that also follows from the one before.
    #[must_use]
    pub fn fold(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        Self::boxed(Box::new(Folding(compute)))
    }

    fn boxed(compute: Box<dyn Compute<T>>) -> Self {
        let slot = Slot::new(None::<T>);
        let renew = move || {
            let is_other = slot.change(|old: &mut Option<T>| {
                let value = Some(compute.compute(old.as_ref()));
                let is_other = *old != value;
                *old = value;
                is_other
            });
            is_other.unwrap_or_default()
        };
        Self { slot, version: version(Box::new(renew)), kind: PhantomData }
    }

    /// Whoever runs now is run again when the value changes.
    pub fn track(self) {
        let _ = self.version.get();
    }

    /// Reads the value, and tracks it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.read(read)
    }

    /// Reads the value.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let _ = self.version.get_untracked();
        self.read(read)
    }

    fn read<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.slot.read(|value: &Option<T>| value.as_ref().map(read)).flatten().unwrap_or_else(|| gone())
    }
}

impl<T: Clone + PartialEq + 'static> Derived<T> {
    /// The value, tracked.
    #[must_use]
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// How a value follows from others, and from the one before.
trait Compute<T>: Send + Sync {
    fn compute(&self, before: Option<&T>) -> T;
}

struct Plain<F>(F);

impl<T, F: Fn() -> T + Send + Sync> Compute<T> for Plain<F> {
    fn compute(&self, _: Option<&T>) -> T {
        (self.0)()
    }
}

struct Folding<F>(F);

impl<T, F: Fn(Option<&T>) -> T + Send + Sync> Compute<T> for Folding<F> {
    fn compute(&self, before: Option<&T>) -> T {
        (self.0)(before)
    }
}

/// Counts how often a value became another one; `renew` works it out and tells.
#[inline(never)]
fn version(renew: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<u64> {
    Memo::new(move |version: Option<&u64>| version.copied().unwrap_or_default() + u64::from(renew()))
}

/// Runs something soon, and again whenever a value that it read has changed.
pub fn effect(run: impl FnMut() + 'static) {
    follow(Box::new(run));
}

#[inline(never)]
fn follow(run: Box<dyn FnMut()>) {
    Effect::new(run);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn derived_values_are_worked_out_when_something_changed_and_no_more() {
        let owner = Owner::new();
        owner.set();
        let count = Arc::new(AtomicU32::new(0));
        let runs = |count: &AtomicU32| count.load(Ordering::Relaxed);
        let number = Var::new(4);
        let is_even = Derived::new({
            let count = count.clone();
            move || {
                count.fetch_add(1, Ordering::Relaxed);
                number.get() % 2 == 0
            }
        });
        let later = Arc::new(AtomicU32::new(0));
        let word = Derived::new({
            let later = later.clone();
            move || {
                later.fetch_add(1, Ordering::Relaxed);
                if is_even.get() { "even" } else { "odd" }
            }
        });
        assert_eq!(
            (word.get_untracked(), word.get_untracked(), runs(&count), runs(&later)),
            ("even", "even", 1, 1)
        );
        number.set(6);
        assert_eq!(
            (word.get_untracked(), runs(&count), runs(&later)),
            ("even", 2, 1),
            "an equal value goes no further"
        );
        number.update(|n| *n += 1);
        assert_eq!((word.get_untracked(), runs(&count), runs(&later)), ("odd", 3, 2));
        assert_eq!(number.update_if(|n| (false, *n)), Some(7));
        assert_eq!((word.get_untracked(), runs(&count)), ("odd", 3), "nobody was notified");
    }

    #[test]
    fn a_derived_value_knows_the_one_before() {
        let owner = Owner::new();
        owner.set();
        let price = Var::new(1.0);
        let peak = Derived::fold(move |before: Option<&f64>| before.copied().unwrap_or(0.0).max(price.get()));
        let mut seen = Vec::new();
        for next in [1.0, 3.0, 2.0] {
            price.set(next);
            seen.push(peak.get_untracked());
        }
        assert_eq!(seen, [1.0, 3.0, 3.0]);
    }

    #[test]
    fn what_is_gone_is_not_changed() {
        let owner = Owner::new();
        let var = owner.with(|| Var::new(1));
        owner.cleanup();
        var.set(2);
        assert_eq!(var.update_if(|_| (true, ())), None);
    }
}

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic; `None` when it did, without a word on the terminal.
///
/// The reader of pages panics on some damaged files, a page that refers to a dictionary that is not there for
/// one (`parquet` 60.1, `column/reader/decoder.rs`). What was read until then is dropped by the caller, so
/// nothing is seen half changed.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            // Other threads, and this one at other times, report theirs as before.
            if !IS_CAUGHT.get() {
                usual(panic);
            }
        }));
    });
    IS_CAUGHT.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.set(false);
    done.ok()
}

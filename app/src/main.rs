//! Placeholder of the page: replaced by the app.

use leptos::prelude::*;

fn main() {
    leptos::mount::mount_to_body(|| {
        let (count, set_count) = signal(0);
        view! { <button on:click=move |_| set_count.update(|count| *count += 1)>"Wickflow " {count}</button> }
    });
}

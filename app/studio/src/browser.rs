//! What the studio asks of the browser: files, the clipboard, the address.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The page's address without what stands behind the `#`.
#[must_use]
pub fn page_address() -> String {
    let location = window().location();
    format!("{}{}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default())
}

/// Puts a text on the clipboard.
///
/// # Errors
/// When the browser does not allow it.
pub async fn copy(text: &str) -> Result<(), ()> {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.map(drop).map_err(|_| ())
}

/// Saves a text as a file of the user's. Nothing happens where the browser refuses.
pub fn download(name: &str, media_type: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    download_address(name, &address);
    let _ = Url::revoke_object_url(&address);
}

/// Saves what stands at an address of this page's own, such as a picture as a data URL.
pub fn download_address(name: &str, address: &str) {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

/// A name as a file may have it on every system.
#[must_use]
pub fn file_name(name: &str) -> String {
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | ' ') { c } else { '_' };
    let name: String = name.chars().map(allowed).take(80).collect();
    let name = name.trim();
    if name.is_empty() { "strategy".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_have_nothing_strange() {
        for (name, expected) in
            [("Two averages", "Two averages"), ("../etc", "___etc"), ("  ", "strategy"), ("a/b:c", "a_b_c")]
        {
            assert_eq!(file_name(name), expected);
        }
    }
}

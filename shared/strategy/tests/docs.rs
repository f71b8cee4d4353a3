//! The page on nodes says what the catalogue says.

use std::path::Path;

use wickflow_strategy::catalogue::markdown;

#[test]
fn the_page_on_nodes_is_that_of_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/nodes.md");
    let expected = markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &expected).expect("docs/nodes.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/nodes.md is not that of the catalogue: run UPDATE_DOCS=1 cargo test -p wickflow-strategy --test docs"
    );
}

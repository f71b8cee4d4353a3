//! The API's description and its routes say the same.

use std::collections::BTreeSet;

use serde_json::Value;
use wickflow_server::http::router;

use crate::support::TestApp;

#[tokio::test]
async fn every_route_is_described_and_every_description_has_a_route() {
    let app = TestApp::start().await;
    let document: Value = app.anonymous().get("/api/v1/openapi.json").await.json();
    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let routes = router::routes(app.server().state());
    let mounted: BTreeSet<String> =
        routes.listed().iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(described, mounted);
}

#[tokio::test]
async fn every_operation_says_what_it_does_and_every_reference_leads_somewhere() {
    let app = TestApp::start().await;
    let text = app.anonymous().get("/api/v1/openapi.json").await.body;
    let document: Value = serde_json::from_str(&text).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|says| says.len() > 5), "{method} {path}");
            assert!(operation["tags"][0].is_string(), "{method} {path}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
}

#[tokio::test]
async fn the_page_brings_its_script_and_style_under_a_policy_that_allows_them() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let page = client.get("/api/docs").await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    assert!(
        !page.body.contains("<style") && !page.body.contains("onclick"),
        "nothing inline, which the policy forbids"
    );
    for (file, kind) in [("docs.js", "text/javascript"), ("docs.css", "text/css")] {
        let path = format!("/api/docs/{file}");
        assert!(page.body.contains(&path));
        assert!(client.get(&path).await.header("content-type").unwrap().starts_with(kind));
    }
    assert_eq!(client.get("/api/docs/other.js").await.status, 404);
}

//! Reads `app/index.html`: an ordinary page in which Trunk's `<link data-trunk …>` tags name what to build or copy.
//!
//! Trunk and xtask read the same file, so the page builds with either.

use std::fmt::Write as _;
use std::ops::Range;

use crate::ui::{Failure, Result};

/// The page with the tags that stand for assets.
#[derive(Debug)]
pub(crate) struct Index {
    html: String,
    pub(crate) links: Vec<Link>,
}

/// One `<link data-trunk rel="…" href="…">`.
#[derive(Debug)]
pub(crate) struct Link {
    place: Range<usize>,
    pub(crate) rel: String,
    /// Relative to the folder of `index.html`.
    pub(crate) href: String,
}

impl Index {
    pub(crate) fn parse(html: String) -> Result<Self> {
        let mut links = Vec::new();
        let mut from = 0;
        while let Some(start) = html.get(from..).and_then(|rest| rest.find("<link ")).map(|at| from + at) {
            let tail = html.get(start..).unwrap_or_default();
            let length =
                tail.find('>').ok_or_else(|| Failure::new("app/index.html: a <link> is not closed"))? + 1;
            let tag = tail.get(..length).unwrap_or_default();
            if tag.contains(" data-trunk") {
                let need = |name| {
                    attribute(tag, name)
                        .ok_or_else(|| Failure::new(format!("app/index.html: {tag} has no {name}")))
                };
                links.push(Link { place: start..start + length, rel: need("rel")?, href: need("href")? });
            }
            from = start + length;
        }
        Ok(Self { html, links })
    }

    /// The page with every tag replaced by what `replace` gives for it; emptied lines vanish.
    pub(crate) fn render(&self, mut replace: impl FnMut(&Link) -> Result<String>) -> Result<String> {
        let mut page = String::with_capacity(self.html.len() * 2);
        let mut from = 0;
        for link in &self.links {
            page.push_str(self.html.get(from..link.place.start).unwrap_or_default());
            page.push_str(&replace(link)?);
            from = link.place.end;
        }
        page.push_str(self.html.get(from..).unwrap_or_default());
        Ok(page.lines().filter(|line| !line.trim().is_empty()).fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "{line}");
            out
        }))
    }
}

/// The value of a quoted attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n  <link rel=\"icon\" href=\"/i.svg\">\n  <link data-trunk rel=\"css\" href=\"../a.css\">\n\
                        \n  <link data-trunk rel=\"rust\" href=\"Cargo.toml\" data-bin=\"app\" />\n</head>\n";

    #[test]
    fn only_tags_for_trunk_are_taken_and_replaced() {
        let index = Index::parse(PAGE.to_owned()).unwrap();
        let seen: Vec<_> = index.links.iter().map(|link| (link.rel.as_str(), link.href.as_str())).collect();
        assert_eq!(seen, [("css", "../a.css"), ("rust", "Cargo.toml")]);

        let page = index
            .render(|link| Ok(if link.rel == "css" { String::new() } else { "<script></script>".to_owned() }))
            .unwrap();
        assert_eq!(page, "<head>\n  <link rel=\"icon\" href=\"/i.svg\">\n  <script></script>\n</head>\n");
    }

    #[test]
    fn a_tag_without_what_it_needs_is_named() {
        let missing = Index::parse("<link data-trunk rel=\"css\">".to_owned()).unwrap_err();
        assert!(missing.to_string().contains("has no href"), "{missing}");
        assert!(Index::parse("<link data-trunk".to_owned()).is_err());
    }
}

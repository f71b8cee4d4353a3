//! The finished files of a page: hashed names, brotli and gzip beside them, and a folder that changes no more than
//! it must.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::ui::{AtPath, Failure, Result};

/// Hexadecimal digits of the content's SHA-256 in a file name; the server takes such names for immutable.
const NAME_DIGITS: usize = 16;
/// What a page loads before it shows; the rest (icons, fonts) may be cached or never asked for.
const FIRST_LOAD: [&str; 4] = [".html", ".js", ".css", ".wasm"];
/// Formats that shrink; images and fonts are compressed already.
const COMPRESSIBLE: [&str; 9] =
    [".html", ".js", ".css", ".wasm", ".svg", ".json", ".webmanifest", ".txt", ".ico"];

/// Files by their path below the page's root.
#[derive(Debug, Default)]
pub(crate) struct Assets {
    files: BTreeMap<String, Vec<u8>>,
}

impl Assets {
    pub(crate) fn insert(&mut self, path: &str, content: Vec<u8>) {
        self.files.insert(path.to_owned(), content);
    }

    /// Inserts under `stem-HASH.extension` and returns that name.
    pub(crate) fn insert_hashed(&mut self, stem: &str, extension: &str, content: Vec<u8>) -> String {
        let hash = crate::stamp::hex(&Sha256::digest(&content));
        let name = format!("{stem}-{}.{extension}", hash.get(..NAME_DIGITS).unwrap_or(&hash));
        self.insert(&name, content);
        name
    }

    /// Gives files that `text` refers to by an absolute address a hashed name too, and returns the text with that name:
    /// fonts and icons are then cached forever. The plain name stays for those who know no other.
    pub(crate) fn hash_references(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        let names: Vec<String> = self.files.keys().filter(|name| !has_hash(name)).cloned().collect();
        for name in names {
            for (open, close) in [("\"", "\""), ("'", "'"), ("(", ")")] {
                let reference = format!("{open}/{name}{close}");
                if !text.contains(&reference) {
                    continue;
                }
                if let Some((stem, extension)) = name.rsplit_once('.')
                    && let Some(content) = self.files.get(&name).cloned()
                {
                    let hashed = self.insert_hashed(stem, extension, content);
                    text = text.replace(&reference, &format!("{open}/{hashed}{close}"));
                }
            }
        }
        text
    }

    /// Adds every file below `dir`, named by its path there.
    pub(crate) fn insert_dir(&mut self, dir: &Path) -> Result {
        for file in crate::stamp::files_below(dir)? {
            let content = fs::read(&file).at(&file)?;
            let path = file.strip_prefix(dir).unwrap_or(&file);
            self.insert(&path.to_string_lossy().replace('\\', "/"), content);
        }
        Ok(())
    }

    /// Adds `NAME.br` and `NAME.gz` for what they make smaller.
    pub(crate) fn compress(&mut self) -> Result {
        let mut packed = Vec::new();
        std::thread::scope(|scope| {
            let workers: Vec<_> = self
                .files
                .iter()
                .filter(|(name, _)| ends_with_any(name, &COMPRESSIBLE))
                .map(|(name, content)| {
                    scope.spawn(move || Ok((name.clone(), brotli(content)?, gzip(content)?, content.len())))
                })
                .collect();
            for worker in workers {
                packed.push(worker.join().map_err(|_| Failure::new("compressing a file panicked"))??);
            }
            Ok(())
        })?;
        for (name, brotli, gzip, plain) in packed {
            for (suffix, content) in [("br", brotli), ("gz", gzip)] {
                if content.len() < plain {
                    self.insert(&format!("{name}.{suffix}"), content);
                }
            }
        }
        Ok(())
    }

    /// Bytes (brotli) of those files that the page `html` names and `counts` takes, and a line for each and for the sum.
    pub(crate) fn first_load(
        &self,
        html: &str,
        title: &str,
        counts: impl Fn(&str) -> bool,
    ) -> Result<(usize, Vec<String>)> {
        let page = self.files.get(html).ok_or_else(|| Failure::new(format!("there is no {html}")))?;
        let text = String::from_utf8_lossy(page);
        let (mut plain, mut brotli) = (0, 0);
        let mut lines = Vec::new();
        let is_loaded = |name: &str| {
            name == html || (ends_with_any(name, &FIRST_LOAD) && text.contains(&format!("\"/{name}\"")))
        };
        for (name, content) in self.files.iter().filter(|(name, _)| is_loaded(name) && counts(name)) {
            let packed = self.files.get(&format!("{name}.br")).map_or(content.len(), Vec::len);
            plain += content.len();
            brotli += packed;
            lines.push(format!("{name:<36} {:>9} {:>9} brotli", kb(content.len()), kb(packed)));
        }
        let title = format!("first load of {title}");
        lines.push(format!("{title:<36} {:>9} {:>9} brotli", kb(plain), kb(brotli)));
        Ok((brotli, lines))
    }

    /// Makes `dir` hold exactly these files. What is equal keeps its time, so that cargo rebuilds no server for it.
    pub(crate) fn write(&self, dir: &Path) -> Result {
        fs::create_dir_all(dir).at(dir)?;
        for file in crate::stamp::files_below(dir)? {
            let path = file.strip_prefix(dir).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            if !self.files.contains_key(&path) {
                fs::remove_file(&file).at(&file)?;
            }
        }
        for (path, content) in &self.files {
            let file = dir.join(path);
            if fs::read(&file).is_ok_and(|old| old == *content) {
                continue;
            }
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent).at(parent)?;
            }
            // A reader sees the old file or the new one, never half of it.
            let half = file.with_file_name(".half-written");
            fs::write(&half, content).at(&half)?;
            fs::rename(&half, &file).at(&file)?;
        }
        Ok(())
    }
}

/// Bytes in thousands, as budgets count them.
pub(crate) fn kb(bytes: usize) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

fn has_hash(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() == NAME_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn ends_with_any(name: &str, suffixes: &[&str]) -> bool {
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut packed, &params)
        .map_err(|error| Failure::new(format!("brotli: {error}")))?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let fail = |error: std::io::Error| Failure::new(format!("gzip: {error}"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).map_err(fail)?;
    encoder.finish().map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn packed_files_unpack_to_the_original_and_only_stand_where_they_save() {
        let text = b"candle ".repeat(400);
        let mut assets = Assets::default();
        assets.insert("a.css", text.clone());
        assets.insert("tiny.css", b"a".to_vec());
        assets.insert("font.woff2", text.clone());
        assets.compress().unwrap();
        let names: Vec<_> = assets.files.keys().map(String::as_str).collect();
        assert_eq!(names, ["a.css", "a.css.br", "a.css.gz", "font.woff2", "tiny.css"]);

        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &assets.files["a.css.br"][..], &mut plain).unwrap();
        assert_eq!(plain, text);
        plain.clear();
        flate2::read::GzDecoder::new(&assets.files["a.css.gz"][..]).read_to_end(&mut plain).unwrap();
        assert_eq!(plain, text);
    }

    #[test]
    fn a_name_follows_the_content() {
        let mut assets = Assets::default();
        let one = assets.insert_hashed("app", "js", b"1".to_vec());
        assert_eq!(one, "app-6b86b273ff34fce1.js");
        assert_ne!(one, assets.insert_hashed("app", "js", b"2".to_vec()));
    }

    #[test]
    fn what_a_text_refers_to_gets_a_hashed_name_there() {
        let mut assets = Assets::default();
        assets.insert("fonts/a.woff2", b"1".to_vec());
        assets.insert("b.svg", b"1".to_vec());
        let css = assets.hash_references("url(\"/fonts/a.woff2\") url(/b.svg) url(/fonts/a.woff) '/b.svgz'");
        assert_eq!(
            css,
            "url(\"/fonts/a-6b86b273ff34fce1.woff2\") url(/b-6b86b273ff34fce1.svg) url(/fonts/a.woff) '/b.svgz'"
        );
        assert_eq!(assets.hash_references(&css), css, "a hashed name is not hashed again");
        assert_eq!(assets.files.len(), 4, "the plain names stay");
    }

    #[test]
    fn writing_removes_the_old_and_leaves_the_equal_untouched() {
        let dir = std::env::temp_dir().join(format!("xtask-assets-{}", std::process::id()));
        let mut assets = Assets::default();
        assets.insert("same", b"1".to_vec());
        assets.insert("icons/gone", b"2".to_vec());
        assets.write(&dir).unwrap();
        let before = fs::metadata(dir.join("same")).unwrap().modified().unwrap();
        assets.files.remove("icons/gone");
        assets.insert("new", b"3".to_vec());
        std::thread::sleep(std::time::Duration::from_millis(20));
        assets.write(&dir).unwrap();
        assert_eq!(fs::metadata(dir.join("same")).unwrap().modified().unwrap(), before);
        assert!(!dir.join("icons/gone").exists());
        assert_eq!(fs::read(dir.join("new")).unwrap(), b"3");
        fs::remove_dir_all(dir).unwrap();
    }
}

//! Embeds the page that `cargo xtask page` left in `dist/`: writes a table of its files, with their brotli and gzip
//! forms, for `src/assets.rs`. Without a built page the table is empty and the server says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = manifest.join("../dist");
    // Cargo watches a folder only when it exists. Where it cannot be made, a later page is not noticed, no more.
    if fs::create_dir_all(&dist).is_ok() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }

    let mut files = BTreeMap::new();
    collect(&dist, "", &mut files)?;
    let mut table = String::from("[\n");
    for (path, file) in &files {
        if let Some((plain, _)) = path.rsplit_once('.')
            && (path.ends_with(".br") || path.ends_with(".gz"))
            && files.contains_key(plain)
        {
            continue;
        }
        let mut hash = String::new();
        for byte in Sha256::digest(fs::read(file)?).iter().take(16) {
            let _ = write!(hash, "{byte:02x}");
        }
        let packed = |suffix: &str| match files.get(&format!("{path}.{suffix}")) {
            Some(packed) => format!("Some(include_bytes!({packed:?}))"),
            None => "None".to_owned(),
        };
        let _ = writeln!(
            table,
            "    Asset {{ path: {path:?}, hash: {hash:?}, plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
            packed("br"),
            packed("gz"),
        );
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("page.rs"), table)
}

/// Files below `dir` by the path that a browser asks for; hidden files are somebody's notes.
fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}/{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else {
            files.insert(path, fs::canonicalize(entry.path())?);
        }
    }
    Ok(())
}

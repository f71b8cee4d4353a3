//! Skipping what is already built: a stamp holds the hash of a step's inputs and of what it left behind.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::ui::{AtPath, Result};

/// Collects the inputs of a step into one hash.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// Adds a fact that is not a file: a version, a flag.
    pub(crate) fn fact(mut self, fact: &str) -> Self {
        self.hash.update(fact.as_bytes());
        self.hash.update([0]);
        self
    }

    /// Adds a file, or every file below a folder, by path and content; what does not exist counts as that.
    pub(crate) fn tree(mut self, path: &Path) -> Result<Self> {
        for file in files_below(path)? {
            let content = fs::read(&file).at(&file)?;
            self.hash.update(file.to_string_lossy().as_bytes());
            self.hash.update([0]);
            self.hash.update(u64::try_from(content.len()).unwrap_or(u64::MAX).to_le_bytes());
            self.hash.update(content);
        }
        Ok(self)
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// Remembers that `output` was built from inputs with a given hash.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    output: PathBuf,
}

impl Stamp {
    pub(crate) fn new(name: &str, output: &Path) -> Self {
        Self { file: crate::paths::state().join(format!("{name}.stamp")), output: output.to_owned() }
    }

    /// True when the output still is what these inputs gave.
    pub(crate) fn is_fresh(&self, inputs: &str) -> bool {
        let Ok(stamp) = fs::read_to_string(&self.file) else { return false };
        self.output.exists() && self.text(inputs).is_ok_and(|text| text == stamp)
    }

    pub(crate) fn write(&self, inputs: &str) -> Result {
        fs::create_dir_all(crate::paths::state()).at(&self.file)?;
        fs::write(&self.file, self.text(inputs)?).at(&self.file)
    }

    fn text(&self, inputs: &str) -> Result<String> {
        Ok(format!("{inputs}\n{}\n", Inputs::default().tree(&self.output)?.finish()))
    }
}

/// Every file below `path` in a fixed order; hidden files and build outputs are left out.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(path, &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() && !matches!(name.as_ref(), "target" | "node_modules") {
        for entry in fs::read_dir(path).at(path)? {
            let entry = entry.at(path)?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_goes_stale_with_its_inputs_and_with_its_output() {
        let dir = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(dir.join("in")).unwrap();
        fs::write(dir.join("in/a"), "1").unwrap();
        fs::write(dir.join("out"), "page").unwrap();
        let stamp = Stamp { file: dir.join("stamp"), output: dir.join("out") };
        let hash = || Inputs::default().tree(&dir.join("in")).unwrap().finish();

        assert!(!stamp.is_fresh(&hash()));
        fs::write(&stamp.file, stamp.text(&hash()).unwrap()).unwrap();
        assert!(stamp.is_fresh(&hash()));
        fs::write(dir.join("in/b"), "").unwrap();
        assert!(!stamp.is_fresh(&hash()), "a new empty file is a change");
        fs::remove_file(dir.join("in/b")).unwrap();
        fs::write(dir.join("out"), "tampered").unwrap();
        assert!(!stamp.is_fresh(&hash()), "a changed output is rebuilt");
        fs::remove_dir_all(dir).unwrap();
    }
}

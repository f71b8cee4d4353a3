//! Short names between the module and its script.
//!
//! wasm-bindgen names every import with 16 digits of a hash, which no compression shortens: they take 6 kB of the page.
//! wasm-opt gives the module short names and prints which; here the script is told.

use std::collections::BTreeMap;

use crate::ui::{Failure, Result};

/// What wasm-opt calls the one module that everything is imported from.
const MODULE: &str = "a";

/// Renames in wasm-bindgen's script what wasm-opt has renamed in the module; `printed` is what it said.
///
/// # Errors
/// When the script does not hold an import just once, or no module to import from: its form has changed.
pub(super) fn shorten(script: &str, printed: &str) -> Result<String> {
    let names = Names::read(printed);
    let mut out = String::with_capacity(script.len());
    let mut renamed = 0;
    let mut rest = script;
    while let Some(start) = rest.find(is_part_of_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_part_of_name(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        out.push_str(before);
        let short = if out.ends_with("wasm.") {
            names.exports.get(name)
        } else {
            let import = names.imports.get(name).filter(|_| after.starts_with(": function"));
            renamed += usize::from(import.is_some());
            import
        };
        out.push_str(short.map_or(name, |short| short));
        rest = after;
    }
    out.push_str(rest);

    let key = format!("\"{}\": import0", names.module);
    if renamed != names.imports.len() || !out.contains(&key) {
        let count = names.imports.len();
        return Err(Failure::new(format!(
            "{renamed} of {count} imports were found in wasm-bindgen's script"
        )));
    }
    Ok(out.replace(&key, &format!("\"{MODULE}\": import0")))
}

fn is_part_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// Old names with their new ones.
#[derive(Debug, Default)]
struct Names<'a> {
    module: &'a str,
    imports: BTreeMap<&'a str, &'a str>,
    exports: BTreeMap<&'a str, &'a str>,
}

impl<'a> Names<'a> {
    /// Reads lines such as `["./page_bg.js", "__wbg_click_c6ef", "a"],` of imports and `["memory", "b"],` of exports.
    fn read(printed: &'a str) -> Self {
        let mut names = Self::default();
        for line in printed.lines() {
            let mut words = line.split('"').skip(1).step_by(2);
            match (words.next(), words.next(), words.next()) {
                (Some(module), Some(old), Some(new)) => {
                    names.module = module;
                    names.imports.insert(old, new);
                }
                (Some(old), Some(new), None) => {
                    names.exports.insert(old, new);
                }
                _ => {}
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"{
 "imports": [
  ["./page_bg.js", "__wbg_click_c6ef", "$"],
  ["./page_bg.js", "__wbg_close_294d", "Aa"]
 ],
 "exports": [
  ["memory", "b"],
  ["call__h863b", "c"],
  ["call__h863b_17", "d"]
 ]
}"#;
    const SCRIPT: &str = r#"
const import0 = {
    __wbg_click_c6ef: function(arg0) { arg0.click(); },
    __wbg_close_294d: function() { return call__h863b_17(wasm.memory.buffer); },
};
return { "./page_bg.js": import0 };
function call__h863b_17(a) { wasm.call__h863b_17(a); wasm.call__h863b(memory); }
"#;

    #[test]
    fn the_script_learns_the_names_of_the_module() {
        let want = r#"
const import0 = {
    $: function(arg0) { arg0.click(); },
    Aa: function() { return call__h863b_17(wasm.b.buffer); },
};
return { "a": import0 };
function call__h863b_17(a) { wasm.d(a); wasm.c(memory); }
"#;
        assert_eq!(shorten(SCRIPT, PRINTED).unwrap(), want);
    }

    #[test]
    fn another_form_of_the_script_is_an_error() {
        let script = SCRIPT.replace("__wbg_close_294d: function()", "__wbg_close_294d: ()");
        assert!(shorten(&script, PRINTED).unwrap_err().to_string().contains("1 of 2 imports"));
        assert!(shorten(&SCRIPT.replace("./page_bg.js", "env"), PRINTED).is_err());
    }
}

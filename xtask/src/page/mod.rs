//! Builds the page: cargo for WASM, wasm-bindgen, wasm-opt, esbuild, then hashed and compressed files.
//!
//! The release page goes to `dist/`, where the server's build script embeds it. The development page keeps plain names,
//! skips everything that makes it small, and is read from disk by a development server.

mod assets;
mod index;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

use self::assets::Assets;
pub(crate) use self::assets::{FirstLoad, kb};
use self::index::{Index, Link};
use crate::exec::Program;
use crate::stamp::{Inputs, Stamp};
use crate::tools::bindgen::Bindgen;
use crate::tools::node::PageTools;
use crate::tools::wasm::{self, WasmToolchain};
use crate::ui::{AtPath, Failure, Heartbeat, Result, note, step};

const PACKAGE: &str = "wickflow-app";
/// Name of the page's module, script and stylesheet.
const STEM: &str = "wickflow";
/// What rustc's WASM uses beyond the first version of the format; wasm-opt refuses it unasked.
pub(crate) const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// Reloads the page when a build ends; the server answers the path in development alone.
const RELOAD_SCRIPT: &str = include_str!("reload.js");

/// What the page is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Release,
    Dev,
}

impl Mode {
    fn profile(self) -> &'static str {
        match self {
            Self::Release => "page",
            Self::Dev => "page-dev",
        }
    }

    pub(crate) fn output(self) -> PathBuf {
        match self {
            Self::Release => crate::paths::dist(),
            Self::Dev => crate::paths::dev_dist(),
        }
    }
}

/// Builds the page unless it is as its sources are; returns its folder.
pub(crate) fn build(mode: Mode) -> Result<PathBuf> {
    let output = mode.output();
    let toolchain = WasmToolchain::ensure()?;
    let bindgen = Bindgen::ensure()?;
    let tools = if mode == Mode::Release { Some(PageTools::ensure()?) } else { None };

    let inputs = inputs(mode, &toolchain, &bindgen)?;
    let stamp = Stamp::new(mode.profile(), &output);
    if stamp.is_fresh(&inputs) {
        step("The page is up to date", || Ok(()))?;
        return Ok(output);
    }
    let wasm = step("Compiling the page", || compile(mode, &toolchain))?;
    let work = crate::paths::state().join("work").join(mode.profile());
    let glue = work.join("glue");
    bind(&bindgen, &wasm, &glue, mode)?;
    let page = Page { mode, root: crate::paths::root(), work: &work, glue: &glue, tools: tools.as_ref() };
    let assets = step("Assembling the page", || page.assemble())?;
    assets.write(&output)?;
    match mode {
        Mode::Release => assets.first_load().1.iter().for_each(note),
        // Tells a waiting browser that the page is complete.
        Mode::Dev => {
            let version = output.join(".version");
            fs::write(&version, &inputs).at(&version)?;
        }
    }
    stamp.write(&inputs)?;
    Ok(output)
}

/// Sizes of the release page as it lies in `dist/`.
pub(crate) fn first_load() -> Result<(FirstLoad, Vec<String>)> {
    let mut assets = Assets::default();
    assets.insert_dir(&crate::paths::dist())?;
    Ok(assets.first_load())
}

/// Compresses the release page that Trunk has assembled; its `post_build` hook calls this.
pub(crate) fn after_trunk() -> Result {
    let dir = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let dir =
        dir.ok_or_else(|| Failure::new("TRUNK_STAGING_DIR is not set: this command is a hook of Trunk"))?;
    if std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile != "release") {
        return Ok(());
    }
    let mut assets = Assets::default();
    assets.insert_dir(&dir)?;
    assets.compress()?;
    assets.write(&dir)
}

/// Everything that the page depends on.
pub(crate) fn sources() -> Vec<PathBuf> {
    ["app", "shared", "style", "public", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "xtask/src/page"]
        .into_iter()
        .map(|path| crate::paths::root().join(path))
        .collect()
}

fn inputs(mode: Mode, toolchain: &WasmToolchain, bindgen: &Bindgen) -> Result<String> {
    let mut inputs = Inputs::default()
        .fact(mode.profile())
        .fact(&toolchain.version()?)
        .fact(&bindgen.version)
        .fact(&PageTools::version())
        .fact(&std::env::var("RUSTFLAGS").unwrap_or_default());
    for path in sources() {
        inputs = inputs.tree(&path)?;
    }
    Ok(inputs.finish())
}

fn compile(mode: Mode, toolchain: &WasmToolchain) -> Result<PathBuf> {
    toolchain
        .cargo()
        .args(["build", "--package", PACKAGE, "--target", wasm::TARGET, "--profile", mode.profile()])
        .run()?;
    Ok(wasm::target_dir().join(wasm::TARGET).join(mode.profile()).join(format!("{PACKAGE}.wasm")))
}

/// Writes the script that joins the module and the browser; an edit of a stylesheet alone has no need of that.
fn bind(bindgen: &Bindgen, wasm: &Path, glue: &Path, mode: Mode) -> Result {
    let inputs = Inputs::default().fact(&bindgen.version).tree(wasm)?.finish();
    let stamp = Stamp::new(&format!("{}-glue", mode.profile()), glue);
    if stamp.is_fresh(&inputs) {
        return Ok(());
    }
    step("Binding the module (wasm-bindgen)", || {
        if glue.exists() {
            fs::remove_dir_all(glue).at(glue)?;
        }
        Program::new(&bindgen.bindgen)
            .args(["--target", "web", "--no-typescript", "--omit-default-module-path"])
            .args(["--out-name", STEM, "--out-dir"])
            .arg(glue)
            .arg(wasm)
            .run()
    })?;
    stamp.write(&inputs)
}

/// The parts of a page on their way into files.
#[derive(Debug)]
struct Page<'a> {
    mode: Mode,
    root: &'a Path,
    work: &'a Path,
    glue: &'a Path,
    /// Present in release mode.
    tools: Option<&'a PageTools>,
}

impl Page<'_> {
    fn assemble(&self) -> Result<Assets> {
        let file = self.root.join("app/index.html");
        let index = Index::parse(fs::read_to_string(&file).at(&file)?)?;
        self.check_styles(&index)?;

        let mut assets = self.copied(&index)?;
        let mut styles = self.styles(&index, &mut assets)?;
        let mut html = index.render(|link| match link.rel.as_str() {
            // All stylesheets are one file, linked where the first stands.
            "css" => Ok(std::mem::take(&mut styles)),
            "rust" => self.module(&mut assets),
            _ => Ok(String::new()),
        })?;
        if self.mode == Mode::Release {
            html = assets.hash_references(&html);
        }
        assets.insert("index.html", html.into_bytes());
        if self.mode == Mode::Release {
            assets.compress()?;
        }
        Ok(assets)
    }

    /// The files that are taken as they are.
    fn copied(&self, index: &Index) -> Result<Assets> {
        let mut assets = Assets::default();
        for link in &index.links {
            let source = self.source(link);
            match link.rel.as_str() {
                "css" | "rust" => {}
                "copy-dir" => assets.insert_dir(&source)?,
                "copy-file" => {
                    let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    assets.insert(&name, fs::read(&source).at(&source)?);
                }
                other => {
                    return Err(Failure::new(format!("app/index.html: xtask cannot build rel=\"{other}\"")));
                }
            }
        }
        Ok(assets)
    }

    fn source(&self, link: &Link) -> PathBuf {
        self.root.join("app").join(&link.href)
    }

    /// A stylesheet that nobody linked would be missed only by its reader's eyes.
    fn check_styles(&self, index: &Index) -> Result {
        let linked: Vec<_> =
            index.links.iter().filter_map(|link| fs::canonicalize(self.source(link)).ok()).collect();
        for file in crate::stamp::files_below(&self.root.join("style"))? {
            let file = fs::canonicalize(&file).at(&file)?;
            if file.extension().is_some_and(|extension| extension == "css") && !linked.contains(&file) {
                return Err(Failure::new(format!("{} is not linked in app/index.html", file.display()))
                    .advise("Add <link data-trunk rel=\"css\" href=\"../style/…\"> in the place where it should apply."));
            }
        }
        Ok(())
    }

    /// Joins the stylesheets in their order, and returns the tag that links the result.
    fn styles(&self, index: &Index, assets: &mut Assets) -> Result<String> {
        let mut css = String::new();
        for link in index.links.iter().filter(|link| link.rel == "css") {
            let file = self.source(link);
            css.push_str(&fs::read_to_string(&file).at(&file)?);
            css.push('\n');
        }
        if css.is_empty() {
            return Ok(String::new());
        }
        let name = match self.tools {
            None => {
                assets.insert(&format!("{STEM}.css"), css.into_bytes());
                format!("{STEM}.css")
            }
            Some(tools) => {
                let (plain, small) = (self.work.join("all.css"), self.work.join("all.min.css"));
                fs::write(&plain, assets.hash_references(&css)).at(&plain)?;
                esbuild(tools, &plain, &small).run()?;
                assets.insert_hashed(STEM, "css", fs::read(&small).at(&small)?)
            }
        };
        Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
    }

    /// Writes the module as small as it gets; returns the names that it has now, as wasm-opt prints them.
    fn optimize(&self, wasm_opt: &Path, to: &Path) -> Result<String> {
        let _heartbeat = Heartbeat::start("wasm-opt");
        Program::new(wasm_opt)
            .args(WASM_FEATURES)
            // Functions of one name differ by a type: side by side they pack better, by one percent.
            .args(["-Oz", "--reorder-functions-by-name", "--minify-imports-and-exports-and-modules"])
            .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(to)
            .arg(self.glue.join(format!("{STEM}_bg.wasm")))
            .read()
    }

    /// Adds the WASM module and its script, and returns the tags that load them.
    ///
    /// The content security policy allows no inline script, so `boot.js` reads the names from its own tag.
    fn module(&self, assets: &mut Assets) -> Result<String> {
        let (wasm, js) = match self.tools {
            None => {
                assets.insert_dir(self.glue)?;
                assets.insert("reload.js", RELOAD_SCRIPT.as_bytes().to_vec());
                (format!("{STEM}_bg.wasm"), format!("{STEM}.js"))
            }
            Some(tools) => {
                let (wasm, js) = (self.work.join("page.wasm"), self.work.join("page.js"));
                let names = self.optimize(&tools.wasm_opt, &wasm)?;
                let glue = self.glue.join(format!("{STEM}.js"));
                let short = self.work.join("glue.js");
                let script = names::shorten(&fs::read_to_string(&glue).at(&glue)?, &names)?;
                fs::write(&short, script).at(&short)?;
                esbuild(tools, &short, &js).args(["--bundle", "--format=esm", "--target=es2022"]).run()?;
                let wasm = assets.insert_hashed(STEM, "wasm", fs::read(&wasm).at(&wasm)?);
                (wasm, assets.insert_hashed(STEM, "js", fs::read(&js).at(&js)?))
            }
        };
        let reload =
            if self.mode == Mode::Dev { "\n    <script src=\"/reload.js\" defer></script>" } else { "" };
        Ok(format!(
            "<link rel=\"modulepreload\" href=\"/{js}\">\n    \
             <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
             <script type=\"module\" src=\"/boot.js\" data-js=\"/{js}\" data-wasm=\"/{wasm}\"></script>{reload}"
        ))
    }
}

fn esbuild(tools: &PageTools, from: &Path, to: &Path) -> Program {
    Program::new(&tools.esbuild)
        .arg(from)
        .args(["--minify", "--log-level=warning"])
        .arg(format!("--outfile={}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        fs::read_to_string(crate::paths::root().join(path)).unwrap()
    }

    /// Trunk builds from its own settings; they must not drift away from ours.
    #[test]
    fn trunk_is_told_the_same_versions_flags_and_names() {
        let trunk = read("Trunk.toml");
        let bindgen = crate::tools::bindgen::locked_version(&read("Cargo.lock"), "wasm-bindgen").unwrap();
        assert!(trunk.contains(&format!("wasm_bindgen = \"{bindgen}\"")), "wasm-bindgen {bindgen}");
        let (major, _) = crate::tools::node::BINARYEN.split_once('.').unwrap();
        assert!(trunk.contains(&format!("wasm_opt = \"version_{major}\"")), "binaryen {major}");

        let index = read("app/index.html");
        assert!(index.contains(&format!("data-wasm-opt-params=\"{}\"", WASM_FEATURES.join(" "))));
        for mode in [Mode::Release, Mode::Dev] {
            assert!(index.contains(&format!("=\"{}\"", mode.profile())), "{mode:?}");
        }

        let boot = read("app/boot.js");
        assert!(boot.contains("script[data-wasm]") && boot.contains("{ js, wasm }"));
        assert!(trunk.contains("data-js=\"{base}{js}\" data-wasm=\"{base}{wasm}\""));
    }
}

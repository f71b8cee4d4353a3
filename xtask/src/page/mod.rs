//! Builds the pages: cargo for WASM, wasm-bindgen, wasm-opt, esbuild, then hashed and compressed files.
//!
//! Each page is a module of its own, and so is the engine's worker, so that nobody loads what another page needs. The
//! release pages go to `dist/`, where the server's build script embeds them. The development pages keep plain names,
//! skip everything that makes them small, and are read from disk by a development server.

mod assets;
mod index;
mod module;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

use self::assets::Assets;
pub(crate) use self::assets::kb;
use self::index::{Index, Link};
use self::module::{Goal, Module};
use crate::exec::Program;
use crate::stamp::{Inputs, Stamp};
use crate::tools::bindgen::Bindgen;
use crate::tools::node::PageTools;
use crate::tools::wasm::WasmToolchain;
use crate::ui::{AtPath, Failure, Result, note, step};

/// A page: what it is built from, and its name among the finished files.
#[derive(Debug)]
struct Page {
    /// Below the project's root.
    html: &'static str,
    /// Among the finished files.
    output: &'static str,
    module: Module,
    /// What a first visit may load, brotli: WASM, scripts, styles and the page itself. It keeps the page from growing;
    /// `docs/benchmarks.md` says where the bytes go.
    budget: usize,
}

const PAGES: [Page; 2] = [
    Page {
        html: "app/index.html",
        output: "index.html",
        module: Module { package: "wickflow-app", stem: "wickflow", goal: Goal::Size },
        budget: 300_000,
    },
    Page {
        html: "app/studio/index.html",
        output: "studio.html",
        module: Module { package: "wickflow-studio", stem: "studio", goal: Goal::Size },
        budget: 680_000,
    },
];
/// What the engine's worker may take beside a page, brotli: its module and its scripts.
const ENGINE_BUDGET: usize = 640_000;
/// The engine, which pages run in workers.
const ENGINE: Module = Module { package: "wickflow-worker", stem: "engine", goal: Goal::Speed };
/// Beginnings of the names of the engine's files.
const ENGINE_STEMS: [&str; 2] = ["engine-", "worker-"];
/// Reloads the page when a build ends; the server answers the path in development alone.
const RELOAD_SCRIPT: &str = include_str!("reload.js");

/// What the pages are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Release,
    Dev,
}

impl Mode {
    fn name(self) -> &'static str {
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

/// Builds the pages unless they are as their sources are; returns their folder.
pub(crate) fn build(mode: Mode) -> Result<PathBuf> {
    let output = mode.output();
    let toolchain = WasmToolchain::ensure()?;
    let bindgen = Bindgen::ensure()?;
    let tools = if mode == Mode::Release { Some(PageTools::ensure()?) } else { None };

    let inputs = inputs(mode, &toolchain, &bindgen)?;
    let stamp = Stamp::new(mode.name(), &output);
    if stamp.is_fresh(&inputs) {
        step("The pages are up to date", || Ok(()))?;
        return Ok(output);
    }
    let modules: Vec<&Module> = PAGES.iter().map(|page| &page.module).chain([&ENGINE]).collect();
    step("Compiling the pages", || module::compile(&modules, mode, &toolchain))?;
    for module in &modules {
        module.bind(&bindgen, mode)?;
    }
    let site = Site { mode, root: crate::paths::root(), tools: tools.as_ref() };
    let assets = step("Assembling the pages", || site.assemble())?;
    assets.write(&output)?;
    match mode {
        Mode::Release => report(&assets)?,
        // Tells a waiting browser that the page is complete.
        Mode::Dev => {
            let version = output.join(".version");
            fs::write(&version, &inputs).at(&version)?;
        }
    }
    stamp.write(&inputs)?;
    Ok(output)
}

fn report(assets: &Assets) -> Result {
    for load in loads(assets)? {
        load.lines.iter().for_each(note);
    }
    Ok(())
}

/// What a visit loads at first.
#[derive(Debug)]
pub(crate) struct Load {
    /// A page, or the engine beside it.
    pub(crate) name: &'static str,
    /// Bytes, brotli.
    pub(crate) size: usize,
    pub(crate) budget: usize,
    /// One for each file, and the sum.
    pub(crate) lines: Vec<String>,
}

/// Sizes of the release pages as they lie in `dist/`.
pub(crate) fn first_loads() -> Result<Vec<Load>> {
    let mut assets = Assets::default();
    assets.insert_dir(&crate::paths::dist())?;
    loads(&assets)
}

fn loads(assets: &Assets) -> Result<Vec<Load>> {
    let is_engine = |name: &str| ENGINE_STEMS.iter().any(|stem| name.starts_with(stem));
    let mut loads = Vec::new();
    for Page { output, budget, .. } in &PAGES {
        let (size, lines) = assets.first_load(output, output, |name| !is_engine(name))?;
        loads.push(Load { name: output, size, budget: *budget, lines });
        let (size, lines) = assets.first_load(output, "engine", is_engine)?;
        if size > 0 {
            loads.push(Load { name: "engine", size, budget: ENGINE_BUDGET, lines });
        }
    }
    Ok(loads)
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

/// Everything that the pages depend on.
pub(crate) fn sources() -> Vec<PathBuf> {
    ["app", "shared", "style", "public", "Cargo.toml", "Cargo.lock", ".cargo/config.toml", "xtask/src/page"]
        .into_iter()
        .map(|path| crate::paths::root().join(path))
        .collect()
}

fn inputs(mode: Mode, toolchain: &WasmToolchain, bindgen: &Bindgen) -> Result<String> {
    let mut inputs = Inputs::default()
        .fact(mode.name())
        .fact(&toolchain.version()?)
        .fact(&bindgen.version)
        .fact(&PageTools::version())
        .fact(&std::env::var("RUSTFLAGS").unwrap_or_default());
    for path in sources() {
        inputs = inputs.tree(&path)?;
    }
    Ok(inputs.finish())
}

/// The parts of the pages on their way into files.
#[derive(Debug)]
struct Site<'a> {
    mode: Mode,
    root: &'a Path,
    /// Present in release mode.
    tools: Option<&'a PageTools>,
}

/// Where a module's files go by the name of the tag that asks for it.
struct Tags<'a> {
    page: &'a Page,
    styles: String,
}

impl Site<'_> {
    fn assemble(&self) -> Result<Assets> {
        let mut indexes = Vec::new();
        for page in &PAGES {
            let file = self.root.join(page.html);
            indexes.push((page, Index::parse(fs::read_to_string(&file).at(&file)?)?));
        }
        self.check_styles(&indexes)?;
        let mut assets = Assets::default();
        for (page, index) in &indexes {
            self.copy(page, index, &mut assets)?;
        }
        for (page, index) in &indexes {
            let mut tags = Tags { page, styles: self.styles(page, index, &mut assets)? };
            let mut html = index.render(|link| self.tag(link, &mut tags, &mut assets))?;
            if self.mode == Mode::Release {
                html = assets.hash_references(&html);
            }
            assets.insert(page.output, html.into_bytes());
        }
        if self.mode == Mode::Release {
            assets.compress()?;
        }
        Ok(assets)
    }

    fn tag(&self, link: &Link, tags: &mut Tags<'_>, assets: &mut Assets) -> Result<String> {
        match link.rel.as_str() {
            // All stylesheets are one file, linked where the first stands.
            "css" => Ok(std::mem::take(&mut tags.styles)),
            "rust" => self.start(&tags.page.module, assets),
            "worker" => self.worker(&self.source(tags.page, link), assets),
            _ => Ok(String::new()),
        }
    }

    /// Adds the files that are taken as they are.
    fn copy(&self, page: &Page, index: &Index, assets: &mut Assets) -> Result {
        for link in &index.links {
            let source = self.source(page, link);
            match link.rel.as_str() {
                "css" | "rust" | "worker" => {}
                "copy-dir" => assets.insert_dir(&source)?,
                "copy-file" => {
                    let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    assets.insert(&name, fs::read(&source).at(&source)?);
                }
                other => {
                    let html = page.html;
                    return Err(Failure::new(format!("{html}: xtask cannot build rel=\"{other}\"")));
                }
            }
        }
        Ok(())
    }

    fn source(&self, page: &Page, link: &Link) -> PathBuf {
        self.root.join(page.html).parent().unwrap_or(self.root).join(&link.href)
    }

    /// A stylesheet that nobody linked would be missed only by its reader's eyes.
    fn check_styles(&self, indexes: &[(&Page, Index)]) -> Result {
        let mut linked = Vec::new();
        for (page, index) in indexes {
            linked
                .extend(index.links.iter().filter_map(|link| fs::canonicalize(self.source(page, link)).ok()));
        }
        for file in crate::stamp::files_below(&self.root.join("style"))? {
            let file = fs::canonicalize(&file).at(&file)?;
            if file.extension().is_some_and(|extension| extension == "css") && !linked.contains(&file) {
                return Err(Failure::new(format!("no page links {}", file.display())).advise(
                    "Add <link data-trunk rel=\"css\" href=\"../style/…\"> in the place where it should apply.",
                ));
            }
        }
        Ok(())
    }

    /// Joins the stylesheets in their order, and returns the tag that links the result.
    fn styles(&self, page: &Page, index: &Index, assets: &mut Assets) -> Result<String> {
        let stem = page.module.stem;
        let mut css = String::new();
        for link in index.links.iter().filter(|link| link.rel == "css") {
            let file = self.source(page, link);
            css.push_str(&fs::read_to_string(&file).at(&file)?);
            css.push('\n');
        }
        if css.is_empty() {
            return Ok(String::new());
        }
        let name = match self.tools {
            None => {
                assets.insert(&format!("{stem}.css"), css.into_bytes());
                format!("{stem}.css")
            }
            Some(tools) => {
                let work = crate::paths::state().join("work").join(self.mode.name());
                let (plain, small) = (work.join(format!("{stem}.css")), work.join(format!("{stem}.min.css")));
                fs::create_dir_all(&work).at(&work)?;
                fs::write(&plain, assets.hash_references(&css)).at(&plain)?;
                esbuild(tools, &plain, &small).run()?;
                assets.insert_hashed(stem, "css", fs::read(&small).at(&small)?)
            }
        };
        Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
    }

    /// Adds the page's module, and returns the tags that load it.
    ///
    /// The content security policy allows no inline script, so `boot.js` reads the names from its own tag.
    fn start(&self, module: &Module, assets: &mut Assets) -> Result<String> {
        let module::Names { js, wasm } = module.insert(assets, self.mode, self.tools)?;
        let mut reload = "";
        if self.mode == Mode::Dev {
            assets.insert("reload.js", RELOAD_SCRIPT.as_bytes().to_vec());
            reload = "\n    <script src=\"/reload.js\" defer></script>";
        }
        Ok(format!(
            "<link rel=\"modulepreload\" href=\"/{js}\">\n    \
             <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
             <script type=\"module\" src=\"/boot.js\" data-js=\"/{js}\" data-wasm=\"/{wasm}\"></script>{reload}"
        ))
    }

    /// Adds the engine's worker, and returns the tag from which the page reads its names.
    fn worker(&self, script: &Path, assets: &mut Assets) -> Result<String> {
        let module::Names { js, wasm } = ENGINE.insert(assets, self.mode, self.tools)?;
        let worker = match self.tools {
            None => {
                assets.insert("worker.js", fs::read(script).at(script)?);
                "worker.js".to_owned()
            }
            Some(tools) => {
                let small = crate::paths::state().join("work").join("worker.js");
                esbuild(tools, script, &small).args(["--format=esm", "--target=es2022"]).run()?;
                assets.insert_hashed("worker", "js", fs::read(&small).at(&small)?)
            }
        };
        // No preload: what a worker fetches is not taken from the page's preloads.
        Ok(format!(
            "<meta name=\"wickflow-worker\" content=\"/{worker}\" data-js=\"/{js}\" data-wasm=\"/{wasm}\">"
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
    use super::module::WASM_FEATURES;
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
            assert!(index.contains(&format!("=\"{}\"", mode.name())), "{mode:?}");
        }

        let boot = read("app/boot.js");
        assert!(boot.contains("script[data-wasm]") && boot.contains("{ js, wasm }"));
        assert!(trunk.contains("data-js=\"{base}{js}\" data-wasm=\"{base}{wasm}\""));
    }
}

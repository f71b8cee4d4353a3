//! A WASM module on its way from a crate to files: cargo, wasm-bindgen, wasm-opt, esbuild.

use std::fs;
use std::path::{Path, PathBuf};

use super::assets::Assets;
use super::{Mode, esbuild, names};
use crate::exec::Program;
use crate::stamp::{Inputs, Stamp};
use crate::tools::bindgen::Bindgen;
use crate::tools::node::PageTools;
use crate::tools::wasm::{self, WasmToolchain};
use crate::ui::{AtPath, Heartbeat, Result, step};

/// What rustc's WASM uses beyond the first version of the format; wasm-opt refuses it unasked.
pub(super) const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What a module is made small or fast for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// A page: size first.
    Size,
    /// The engine's worker: speed first.
    Speed,
}

/// A crate that becomes a WASM module of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Module {
    pub(super) package: &'static str,
    /// Of the names of its files.
    pub(super) stem: &'static str,
    pub(super) goal: Goal,
}

/// Names of a module's files in the page's folder.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) js: String,
    pub(super) wasm: String,
}

impl Module {
    pub(super) fn profile(&self, mode: Mode) -> &'static str {
        match (mode, self.goal) {
            (Mode::Release, Goal::Size) => "page",
            (Mode::Release, Goal::Speed) => "engine",
            (Mode::Dev, _) => "page-dev",
        }
    }

    fn compiled(&self, mode: Mode) -> PathBuf {
        let file = format!("{}.wasm", self.package);
        wasm::target_dir().join(wasm::TARGET).join(self.profile(mode)).join(file)
    }

    fn work(&self, mode: Mode) -> PathBuf {
        crate::paths::state().join("work").join(self.profile(mode)).join(self.stem)
    }

    fn glue(&self, mode: Mode) -> PathBuf {
        self.work(mode).join("glue")
    }

    /// Writes the script that joins the module and the browser; an edit of a stylesheet alone has no need of that.
    pub(super) fn bind(&self, bindgen: &Bindgen, mode: Mode) -> Result {
        let (wasm, glue) = (self.compiled(mode), self.glue(mode));
        let inputs = Inputs::default().fact(&bindgen.version).tree(&wasm)?.finish();
        let stamp = Stamp::new(&format!("{}-{}-glue", self.profile(mode), self.stem), &glue);
        if stamp.is_fresh(&inputs) {
            return Ok(());
        }
        step(format!("Binding {} (wasm-bindgen)", self.package), || {
            if glue.exists() {
                fs::remove_dir_all(&glue).at(&glue)?;
            }
            Program::new(&bindgen.bindgen)
                .args(["--target", "web", "--no-typescript", "--omit-default-module-path"])
                .args(["--out-name", self.stem, "--out-dir"])
                .arg(&glue)
                .arg(&wasm)
                .run()
        })?;
        stamp.write(&inputs)
    }

    /// Adds the module and its script to the page's files.
    pub(super) fn insert(&self, assets: &mut Assets, mode: Mode, tools: Option<&PageTools>) -> Result<Names> {
        let stem = self.stem;
        let glue = self.glue(mode);
        let Some(tools) = tools else {
            assets.insert_dir(&glue)?;
            return Ok(Names { js: format!("{stem}.js"), wasm: format!("{stem}_bg.wasm") });
        };
        let work = self.work(mode);
        let (wasm, short, js) = (work.join("module.wasm"), work.join("glue.js"), work.join("module.js"));
        let names = self.optimize(&tools.wasm_opt, &glue, &wasm)?;
        let script = glue.join(format!("{stem}.js"));
        let script = names::shorten(&fs::read_to_string(&script).at(&script)?, &names)?;
        fs::write(&short, script).at(&short)?;
        esbuild(tools, &short, &js).args(["--bundle", "--format=esm", "--target=es2022"]).run()?;
        let wasm = assets.insert_hashed(stem, "wasm", fs::read(&wasm).at(&wasm)?);
        Ok(Names { js: assets.insert_hashed(stem, "js", fs::read(&js).at(&js)?), wasm })
    }

    /// Writes the module as small or as fast as it gets; returns the names that it has now, as wasm-opt prints them.
    fn optimize(&self, wasm_opt: &Path, glue: &Path, to: &Path) -> Result<String> {
        let _heartbeat = Heartbeat::start("wasm-opt");
        let level = match self.goal {
            Goal::Size => "-Oz",
            Goal::Speed => "-O3",
        };
        Program::new(wasm_opt)
            .args(WASM_FEATURES)
            // Functions of one name differ by a type: side by side they pack better, by one percent.
            .args([level, "--reorder-functions-by-name", "--minify-imports-and-exports-and-modules"])
            .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(to)
            .arg(glue.join(format!("{}_bg.wasm", self.stem)))
            .read()
    }
}

/// Compiles modules, those of one profile together.
pub(super) fn compile(modules: &[&Module], mode: Mode, toolchain: &WasmToolchain) -> Result {
    let mut profiles: Vec<&str> = modules.iter().map(|module| module.profile(mode)).collect();
    profiles.dedup();
    for profile in profiles {
        let packages = modules.iter().filter(|module| module.profile(mode) == profile);
        toolchain
            .cargo()
            .args(["build", "--target", wasm::TARGET, "--profile", profile])
            .args(packages.flat_map(|module| ["--package", module.package]))
            .run()?;
    }
    Ok(())
}

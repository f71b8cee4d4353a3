//! The single stages of a test run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exec::{Program, which};
use crate::page::{self, Load, Mode, kb};
use crate::server::{self, Profile};
use crate::tools::bindgen::Bindgen;
use crate::tools::browser::Browser;
use crate::tools::wasm::{self, WasmToolchain};
use crate::ui::{AtPath, Failure, Result, note, step};

/// Crates that also run in the browser, with their folders.
const WASM_PACKAGES: [(&str, &str); 4] = [
    ("wickflow-shared", "shared"),
    ("wickflow-backtest", "shared/backtest"),
    ("wickflow-chart", "app/chart"),
    ("wickflow-app", "app"),
];
/// Crates that are compiled for the browser alone, and whose tests run natively or end to end.
const WASM_PROGRAMS: [&str; 2] = ["wickflow-studio", "wickflow-worker"];
const CARGO_DENY: &str = "0.20.2";

/// One stage; its name chooses it on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Format,
    Page,
    Clippy,
    Native,
    Doc,
    ClippyWasm,
    Wasm,
    EndToEnd,
    Deny,
}

impl Stage {
    const ALL: [Self; 9] = [
        Self::Format,
        Self::Page,
        Self::Clippy,
        Self::Native,
        Self::Doc,
        Self::ClippyWasm,
        Self::Wasm,
        Self::EndToEnd,
        Self::Deny,
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Format => "fmt",
            Self::Page => "page",
            Self::Clippy => "clippy",
            Self::Native => "native",
            Self::Doc => "doc",
            Self::ClippyWasm => "clippy-wasm",
            Self::Wasm => "wasm",
            Self::EndToEnd => "e2e",
            Self::Deny => "deny",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Format => "Format (fmt)",
            Self::Page => "Release page and its size (page)",
            Self::Clippy => "Lints, native (clippy)",
            Self::Native => "Native tests (native)",
            Self::Doc => "Documentation examples (doc)",
            Self::ClippyWasm => "Lints, WASM (clippy-wasm)",
            Self::Wasm => "Tests in the browser's WASM (wasm)",
            Self::EndToEnd => "End to end in the browser (e2e)",
            Self::Deny => "Licenses and sources of dependencies (deny)",
        }
    }

    pub(super) fn run(self) -> Result {
        match self {
            Self::Format => {
                let fmt = Program::new("cargo").args(["fmt", "--all", "--", "--check"]);
                fmt.run().map_err(|failure| failure.advise("Run: cargo fmt --all"))
            }
            Self::Page => page_size(),
            // The app's own lints run for its real target, see `ClippyWasm`.
            Self::Clippy => Program::new("cargo")
                .args([
                    "clippy",
                    "--workspace",
                    "--exclude",
                    "wickflow-app",
                    "--exclude",
                    "wickflow-studio",
                    "--exclude",
                    "wickflow-worker",
                    "--all-targets",
                ])
                .args(["--", "--deny", "warnings"])
                .run(),
            Self::Native => native(),
            Self::Doc => Program::new("cargo")
                .args([
                    "test",
                    "--workspace",
                    "--exclude",
                    "wickflow-app",
                    "--exclude",
                    "wickflow-studio",
                    "--exclude",
                    "wickflow-worker",
                    "--doc",
                ])
                .run(),
            Self::ClippyWasm => clippy_wasm(),
            Self::Wasm => wasm_tests(),
            Self::EndToEnd => end_to_end(),
            Self::Deny => deny(),
        }
    }
}

fn page_size() -> Result {
    page::build(Mode::Release)?;
    for Load { name, size, budget, lines } in page::first_loads()? {
        lines.iter().for_each(note);
        if size > budget {
            let (taken, budget) = (kb(size), kb(budget));
            return Err(Failure::new(format!(
                "the first load of {name} takes {taken}, the budget is {budget}"
            )));
        }
        note(format!("{} of {} used", kb(size), kb(budget)));
    }
    Ok(())
}

fn native() -> Result {
    let nextest = which("cargo-nextest").is_some();
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test", "--all-targets"] };
    // The app too: its plain tests do not run under the browser's test runner.
    Program::new("cargo").args(runner).arg("--workspace").run()
}

fn clippy_wasm() -> Result {
    let toolchain = WasmToolchain::ensure()?;
    toolchain.ensure_clippy()?;
    let deny: &[&str] = if toolchain.is_native_compiler() { &["--", "--deny", "warnings"] } else { &[] };
    let packages = WASM_PACKAGES.iter().map(|(package, _)| *package).chain(WASM_PROGRAMS);
    let packages = packages.flat_map(|package| ["--package", package]);
    toolchain
        .cargo()
        .args(["clippy", "--target", wasm::TARGET, "--profile", "page-dev"])
        // Not `--all-targets`: benchmarks need threads and clocks.
        .args(["--lib", "--bins", "--tests", "--examples"])
        .args(packages)
        .args(deny)
        .run()
}

fn wasm_tests() -> Result {
    let toolchain = WasmToolchain::ensure()?;
    let bindgen = Bindgen::ensure()?;
    let browser = Browser::ensure()?;
    let driver = webdriver_settings(&browser)?;
    for (package, folder) in WASM_PACKAGES {
        let targets = browser_test_targets(&crate::paths::root().join(folder))?;
        if targets.is_empty() {
            // A package is listed because it has some: not finding them would be passing without a test.
            return Err(Failure::new(format!("{package} has no tests for the browser")));
        }
        toolchain
            .cargo()
            .args(["test", "--target", wasm::TARGET, "--profile", "page-dev", "--package", package])
            .args(targets)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &bindgen.test_runner)
            .env("CHROMEDRIVER", &browser.driver)
            // Also for suites that do not say where they run: those would be skipped in silence.
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            // Seconds; generous, because the machine may be busy.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "600")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &driver)
            .run()?;
    }
    Ok(())
}

/// The browser's settings with the path of this machine's browser.
fn webdriver_settings(browser: &Browser) -> Result<PathBuf> {
    let template = crate::paths::root().join("app/webdriver.json");
    let text = fs::read_to_string(&template).at(&template)?;
    let file = crate::paths::state().join("webdriver.json");
    fs::create_dir_all(crate::paths::state()).at(&file)?;
    fs::write(&file, text.replace("/usr/bin/chromium", &browser.chromium.to_string_lossy())).at(&file)?;
    Ok(file)
}

/// Cargo's flags for the targets of a crate that hold tests for the browser, whether they are written
/// `#[wasm_bindgen_test]` or named by their path in a `cfg_attr`: the others need not be compiled.
fn browser_test_targets(folder: &Path) -> Result<Vec<String>> {
    let holds_tests = |file: &Path| -> Result<bool> {
        let rust = file.extension().is_some_and(|extension| extension == "rs");
        let marks = ["#[wasm_bindgen_test", "wasm_bindgen_test::wasm_bindgen_test)]"];
        let text = if rust { fs::read_to_string(file).at(file)? } else { String::new() };
        Ok(marks.iter().any(|mark| text.contains(mark)))
    };
    let mut targets = Vec::new();
    for file in crate::stamp::files_below(&folder.join("src"))? {
        if holds_tests(&file)? {
            let library = folder.join("src/lib.rs").exists();
            let program = folder.join("src/main.rs").exists();
            targets.extend(
                [(library, "--lib"), (program, "--bins")]
                    .into_iter()
                    .filter_map(|(is, flag)| is.then_some(flag.to_owned())),
            );
            break;
        }
    }
    let tests = folder.join("tests");
    for file in crate::stamp::files_below(&tests)? {
        if holds_tests(&file)?
            && let Ok(Some(first)) = file.strip_prefix(&tests).map(|path| path.iter().next())
        {
            // `tests/web.rs` and all files below `tests/web/` belong to the target `web`.
            let name = first.to_string_lossy();
            let flag = format!("--test={}", name.strip_suffix(".rs").unwrap_or(&name));
            if !targets.contains(&flag) {
                targets.push(flag);
            }
        }
    }
    Ok(targets)
}

fn end_to_end() -> Result {
    let root = crate::paths::root();
    let browser = Browser::ensure()?;
    crate::tools::node::ensure_npm()?;
    page::build(Mode::Release)?;
    let binary = server::build(Profile::Dev)?;
    let e2e = root.join("e2e");
    install_packages(&e2e)?;
    Program::new("node")
        .arg(e2e.join("node_modules/@playwright/test/cli.js"))
        .arg("test")
        .env("WICKFLOW_BINARY", &binary)
        .env("WICKFLOW_CHROMIUM", &browser.chromium)
        .dir(&e2e)
        .run()
}

/// `npm ci`, unless the packages are those of the lock file already.
fn install_packages(dir: &Path) -> Result {
    let lock = dir.join("package-lock.json");
    let wanted = crate::stamp::Inputs::default().tree(&lock)?.finish();
    let stamp = dir.join("node_modules/.wickflow-lock");
    if fs::read_to_string(&stamp).is_ok_and(|seen| seen == wanted) {
        return Ok(());
    }
    step("Installing Playwright and axe (npm)", || {
        Program::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .dir(dir)
            .quiet("npm ci")
            .run()
            .map_err(|failure| {
                failure.advise("Check that npm reaches its registry (npm ping), then run this again.")
            })
    })?;
    fs::write(&stamp, wanted).at(&stamp)
}

fn deny() -> Result {
    let cached = crate::paths::tools().join("bin/cargo-deny");
    let program = match which("cargo-deny") {
        Some(program) => program,
        None => {
            if !cached.exists() {
                crate::tools::cargo_install("cargo-deny", CARGO_DENY, &[])?;
            }
            cached
        }
    };
    // Advisories need a database from the network; a scheduled job is the place for them.
    Program::new(program).args(["--workspace", "check", "bans", "licenses", "sources"]).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_targets_with_browser_tests_are_named() {
        let dir = std::env::temp_dir().join(format!("xtask-stages-{}", std::process::id()));
        let test = "#[wasm_bindgen_test]\nfn a() {}\n";
        fs::create_dir_all(dir.join("src/deep")).unwrap();
        fs::create_dir_all(dir.join("tests/suite")).unwrap();
        for (file, text) in
            [("src/main.rs", ""), ("tests/native.rs", "#[test]\nfn a() {}\n"), ("tests/web.rs", test)]
        {
            fs::write(dir.join(file), text).unwrap();
        }
        assert_eq!(browser_test_targets(&dir).unwrap(), ["--test=web"]);
        let both = "#[cfg_attr(target_arch = \"wasm32\", wasm_bindgen_test::wasm_bindgen_test)]\nfn a() {}\n";
        fs::write(dir.join("tests/native.rs"), both).unwrap();
        assert_eq!(browser_test_targets(&dir).unwrap(), ["--test=native", "--test=web"]);
        fs::remove_file(dir.join("tests/native.rs")).unwrap();
        for file in ["src/deep/tests.rs", "tests/suite/one.rs", "tests/suite/two.rs"] {
            fs::write(dir.join(file), test).unwrap();
        }
        assert_eq!(browser_test_targets(&dir).unwrap(), ["--bins", "--test=suite", "--test=web"]);
        fs::remove_dir_all(dir).unwrap();
    }
}

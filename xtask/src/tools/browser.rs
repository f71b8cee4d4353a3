//! A headless Chromium with its driver, for the tests.

use std::path::{Path, PathBuf};

use crate::exec::which;
use crate::ui::{Failure, Result};

/// Chromium and the `WebDriver` server of the same version.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Browser {
    /// Finds the browser, or installs Debian's (no test tool's own download is needed).
    pub(crate) fn ensure() -> Result<Self> {
        if let Some(browser) = Self::find() {
            return Ok(browser);
        }
        super::debian::install(&["chromium", "chromium-driver", "fonts-dejavu-core"])?;
        Self::find().ok_or_else(|| {
            Failure::new("Chromium is still missing")
                .advise("Install chromium and chromedriver so that both are on the PATH.")
        })
    }

    fn find() -> Option<Self> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(which)?;
        let driver = which("chromedriver")
            .or_else(|| Some(PathBuf::from("/usr/bin/chromedriver")).filter(|p| Path::exists(p)))?;
        Some(Self { chromium, driver })
    }
}

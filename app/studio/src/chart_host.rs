//! A chart in an element of the page: mounted once, with the page's colors and font.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::HtmlElement;
use wickflow_app::chart_widget::Widget;
use wickflow_app::state::Store;
use wickflow_app::state::reactive::effect;
use wickflow_app::state::theme::palette;
use wickflow_chart::{Chart, Options, Outcome, StudyOutcome, StudyPalette};

/// The stack of fonts that the page uses, for the canvas.
const FONT: &str = "Inter, system-ui, sans-serif";
/// Until the page's own font is there, so that characters are measured anew when it is.
const FALLBACK_FONT: &str = "system-ui, sans-serif";

/// A time or a bar of a column, which holds numbers.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "times of candles are whole and far below 2^53 ms")]
pub fn whole(number: f64) -> i64 {
    number as i64
}

/// A chart that may not be mounted yet. Cheap to copy.
#[derive(Clone, Copy)]
pub struct ChartHost {
    widget: StoredValue<Option<Widget>, LocalStorage>,
}

impl ChartHost {
    /// Not mounted.
    #[must_use]
    pub fn new() -> Self {
        Self { widget: StoredValue::new_local(None) }
    }

    /// Puts the chart into its element. False when it is there already, or cannot be.
    pub fn mount(self, host: &HtmlElement, store: Store) -> bool {
        if self.widget.with_value(Option::is_some) {
            return false;
        }
        let dark = untrack(|| store.is_dark());
        let options =
            Options { palette: palette(dark), font_family: FALLBACK_FONT.to_owned(), ..Options::default() };
        let Ok(widget) = Widget::mount(host, options) else { return false };
        self.widget.set_value(Some(widget));
        spawn_local(async move {
            let loading = document().fonts().load("12px Inter");
            let _ = wasm_bindgen_futures::JsFuture::from(loading).await;
            self.update(|chart| chart.set_font(FONT, 11.5));
        });
        effect(move || {
            let is_dark = store.is_dark();
            self.update(|chart| {
                chart.set_palette(palette(is_dark));
                chart.update_studies(|studies| {
                    studies.set_palette(if is_dark {
                        StudyPalette::default()
                    } else {
                        StudyPalette::light()
                    });
                });
            });
        });
        on_cleanup(move || {
            self.widget.try_set_value(None);
        });
        true
    }

    /// Shows curves alone, without candles and what belongs to them.
    pub fn show_curves_only(self) {
        self.update(|chart| {
            chart.set_volume_visible(false);
            chart.set_last_price_line(false);
            chart.has_more_history(false);
            chart.update_studies(|studies| studies.set_bars_visible(false));
        });
    }

    /// Sets who hears of what the user does.
    pub fn listen(
        self,
        on_outcome: impl Fn(Outcome) + 'static,
        on_study_outcome: impl Fn(StudyOutcome) + 'static,
    ) {
        if let Some(widget) = self.widget.try_get_value().flatten() {
            widget.on_outcome(on_outcome);
            widget.on_study_outcome(on_study_outcome);
        }
    }

    /// Changes the chart; `None` before it is mounted.
    pub fn update<R>(self, change: impl FnOnce(&mut Chart) -> R) -> Option<R> {
        // The handle is cloned out first: acting may come back here.
        let widget = self.widget.try_get_value().flatten()?;
        Some(widget.update(change))
    }

    /// Reads the chart; `None` before it is mounted.
    pub fn with<R>(self, read: impl FnOnce(&Chart) -> R) -> Option<R> {
        let widget = self.widget.try_get_value().flatten()?;
        Some(widget.with(read))
    }

    /// The picture as a PNG data URL.
    #[must_use]
    pub fn picture(self) -> Option<String> {
        self.widget.try_get_value().flatten()?.to_data_url().ok()
    }
}

impl Default for ChartHost {
    fn default() -> Self {
        Self::new()
    }
}

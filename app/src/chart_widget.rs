//! The chart in its element. Natively there is no canvas, and a bare chart stands in for it, so that the compiler and
//! the tests see the whole page without a browser.

#[cfg(target_arch = "wasm32")]
pub use wickflow_chart::web::Widget;

#[cfg(not(target_arch = "wasm32"))]
pub use bare::Widget;

#[cfg(not(target_arch = "wasm32"))]
mod bare {
    use std::cell::RefCell;
    use std::rc::Rc;

    use leptos::web_sys::HtmlElement;
    use wasm_bindgen::JsValue;
    use wickflow_chart::{Chart, Options, Outcome, StudyOutcome};

    /// A chart that nobody sees.
    #[derive(Clone)]
    pub struct Widget {
        chart: Rc<RefCell<Chart>>,
    }

    impl Widget {
        /// # Errors
        /// Never; a browser may refuse a canvas.
        pub fn mount(_host: &HtmlElement, options: Options) -> Result<Self, JsValue> {
            Ok(Self { chart: Rc::new(RefCell::new(Chart::new(options))) })
        }

        /// Changes the chart.
        pub fn update<R>(&self, change: impl FnOnce(&mut Chart) -> R) -> R {
            change(&mut self.chart.borrow_mut())
        }

        /// Reads the chart.
        pub fn with<R>(&self, read: impl FnOnce(&Chart) -> R) -> R {
            read(&self.chart.borrow())
        }

        /// Nobody acts on it, so nobody is told.
        pub fn on_outcome(&self, _listener: impl Fn(Outcome) + 'static) {}

        /// Nor of what happens to studies.
        pub fn on_study_outcome(&self, _listener: impl Fn(StudyOutcome) + 'static) {}

        /// # Errors
        /// Always: there is no picture.
        pub fn to_data_url(&self) -> Result<String, JsValue> {
            Err(JsValue::NULL)
        }
    }
}

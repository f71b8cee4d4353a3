//! The widget in a real browser: what it draws, what it hears, and that it goes without a trace.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "in tests, and in what only tests use, a missing value is a failure")]

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    CanvasRenderingContext2d, Document, Event, HtmlCanvasElement, HtmlElement, KeyboardEvent,
    KeyboardEventInit, PointerEvent, PointerEventInit, WheelEvent, WheelEventInit,
};
use wickflow_chart::web::Widget;
use wickflow_chart::{
    Bar, Ink, Layer, Op, Options, Outcome, Pane, PathPoint, SUBPIXELS, Study, StudyInk, StudyOutcome,
    StudyStyle, View,
};

wasm_bindgen_test_configure!(run_in_browser);

const MINUTE: i64 = 60_000;

struct Page {
    host: HtmlElement,
    widget: Option<Widget>,
    heard: Rc<RefCell<Vec<Outcome>>>,
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

impl Page {
    /// 600 by 300 CSS pixels with 500 bars, all rising, drawn.
    fn open() -> Self {
        let host: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        for (name, value) in
            [("width", "600px"), ("height", "300px"), ("position", "fixed"), ("left", "0"), ("top", "0")]
        {
            host.style().set_property(name, value).unwrap();
        }
        document().body().unwrap().append_child(&host).unwrap();
        let options = Options { last_price_line: false, volume: false, ..Options::default() };
        let widget = Widget::mount(&host, options).unwrap();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let listener = heard.clone();
        widget.on_outcome(move |outcome| listener.borrow_mut().push(outcome));
        widget.update(|chart| {
            chart.set_candles((0..500).map(|i| Bar::new(i * MINUTE, 10.0, 12.0, 9.0, 11.0, 1.0)).collect())
        });
        widget.flush();
        Self { host, widget: Some(widget), heard }
    }

    fn widget(&self) -> &Widget {
        self.widget.as_ref().unwrap()
    }

    fn canvases(&self) -> Vec<HtmlCanvasElement> {
        let found = self.host.query_selector_all("canvas").unwrap();
        (0..found.length()).map(|i| found.item(i).unwrap().unchecked_into()).collect()
    }

    fn pointer(&self, name: &str, x: i32, y: i32) -> bool {
        let init = PointerEventInit::new();
        init.set_pointer_id(1);
        init.set_pointer_type("mouse");
        init.set_client_x(x);
        init.set_client_y(y);
        init.set_cancelable(true);
        self.host.dispatch_event(&PointerEvent::new_with_event_init_dict(name, &init).unwrap()).unwrap()
    }

    fn key(&self, key: &str) -> bool {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.host.dispatch_event(&event).unwrap()
    }

    /// How many pixels of the base canvas have this color.
    fn count(&self, [red, green, blue]: [u8; 3]) -> usize {
        let canvas = self.canvases().swap_remove(0);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").unwrap().unwrap().unchecked_into();
        let image =
            context.get_image_data(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height())).unwrap();
        image.data().chunks_exact(4).filter(|pixel| **pixel == [red, green, blue, 255]).count()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.host.remove();
    }
}

/// `#26a69a`, the default color of rising candles.
const UP: [u8; 3] = [0x26, 0xa6, 0x9a];

#[wasm_bindgen_test]
fn candles_are_on_the_canvas_pixel_by_pixel() {
    let page = Page::open();
    let ratio = web_sys::window().unwrap().device_pixel_ratio();
    let base = page.canvases().swap_remove(0);
    assert_eq!((f64::from(base.width()), f64::from(base.height())), (600.0 * ratio, 300.0 * ratio));
    let mut expected = 0;
    page.widget().with(|chart| {
        let mut view = wickflow_chart::View::default();
        let list = view.draw(chart, wickflow_chart::Layer::Base);
        for op in list.ops() {
            if matches!(
                op,
                wickflow_chart::Op::Rects { ink: wickflow_chart::Ink::Up | wickflow_chart::Ink::WickUp, .. }
            ) {
                expected += list
                    .rects(op)
                    .iter()
                    .map(|rect| (rect.width * rect.height).unsigned_abs() as usize)
                    .sum::<usize>();
            }
        }
    });
    // Bodies cover a part of their wicks; nothing is blurred, so no other pixel has nearly this color.
    let seen = page.count(UP);
    assert!(seen > expected / 2 && seen <= expected, "{seen} of at most {expected}");
}

#[wasm_bindgen_test]
fn dragging_pans_and_the_press_may_nest_events() {
    let page = Page::open();
    let before = page.widget().with(|chart| chart.visible().unwrap());
    // The focus moves within the press, as it does under a real mouse.
    let inner = page.host.clone();
    let focus = Closure::<dyn Fn()>::new(move || {
        inner.dispatch_event(&Event::new("focus").unwrap()).map(drop).unwrap()
    });
    page.host.add_event_listener_with_callback("pointerdown", focus.as_ref().unchecked_ref()).unwrap();
    page.pointer("pointermove", 200, 100);
    page.pointer("pointerdown", 200, 100);
    page.pointer("pointermove", 270, 100);
    page.pointer("pointerup", 270, 100);
    let after = page.widget().with(|chart| chart.visible().unwrap());
    assert_eq!(after.from, before.from - 10 * MINUTE, "ten bars of seven pixels");
    assert!(page.heard.borrow().contains(&Outcome::HoverChanged));
    assert!(page.host.get_attribute("aria-label").unwrap().starts_with("Candlestick chart, "));
}

#[wasm_bindgen_test]
fn the_crosshair_is_shown_moved_and_hidden() {
    let page = Page::open();
    let shown = |page: &Page| {
        page.widget().flush();
        let visible = |canvas: &&HtmlCanvasElement| {
            canvas.style().get_property_value("visibility").unwrap() == "visible"
        };
        page.canvases()
            .iter()
            .skip(1)
            .filter(visible)
            .map(|canvas| canvas.style().get_property_value("transform").unwrap())
            .collect::<Vec<_>>()
    };
    assert!(shown(&page).is_empty());
    page.pointer("pointermove", 200, 100);
    let first = shown(&page);
    assert_eq!(first.len(), 4, "two lines and two labels");
    page.pointer("pointermove", 300, 150);
    let second = shown(&page);
    assert!(first.iter().zip(&second).all(|(a, b)| a != b), "{first:?} {second:?}");
    page.pointer("pointerleave", 700, 150);
    assert!(shown(&page).is_empty());
}

#[wasm_bindgen_test]
fn the_wheel_does_not_scroll_the_page() {
    let page = Page::open();
    let init = WheelEventInit::new();
    init.set_delta_y(-100.0);
    init.set_cancelable(true);
    let event = WheelEvent::new_with_event_init_dict("wheel", &init).unwrap();
    let spacing = page.widget().with(wickflow_chart::Chart::bar_spacing);
    assert!(!page.host.dispatch_event(&event).unwrap(), "the default was prevented");
    assert!(page.widget().with(wickflow_chart::Chart::bar_spacing) > spacing);
}

#[wasm_bindgen_test]
fn keys_speak_and_others_are_left_to_the_page() {
    let page = Page::open();
    assert_eq!(page.host.tab_index(), 0);
    assert!(!page.key("ArrowLeft"));
    let said = page.host.query_selector("[aria-live]").unwrap().unwrap().text_content().unwrap();
    assert!(said.contains("open 10.00, high 12.00, low 9.00, close 11.00"), "{said}");
    assert!(page.key("Tab") && page.key("a"));
}

#[wasm_bindgen_test]
fn studies_are_on_the_canvas_pixel_by_pixel() {
    let page = Page::open();
    page.widget().update(|chart| {
        chart.set_candles((0..3000).map(|i| Bar::new(i * MINUTE, 10.0, 10.0, 10.0, 10.0, 0.0)).collect());
        chart.set_grid_visible(false);
        chart.update_studies(|studies| {
            studies.set_legend(false);
            studies.set_panes(vec![Pane::new("pane", "Pane").share(0.5)]);
            let values = (0..3000).map(|i| f64::from(i * 7919 % 1009)).collect();
            let style = StudyStyle::Histogram { base: 0.0 };
            studies.set_studies(vec![
                Study::new("a", "A", 0, values).in_pane("pane").style(style).ink(StudyInk::Orange),
            ]);
        });
        chart.fit();
    });
    page.widget().flush();
    let expected = page.widget().with(|chart| {
        let mut view = View::default();
        let list = view.draw(chart, Layer::Base);
        let strokes = |op: &&Op| matches!(op, Op::Stroke { ink: Ink::Extra(1), width: 1, .. });
        let rows = |pair: &[PathPoint]| match pair {
            [top, bottom] => (bottom.y - top.y) / SUBPIXELS,
            _ => 0,
        };
        let length = |op: &Op| list.path(op).chunks(2).map(rows).sum::<i32>();
        list.ops().iter().filter(strokes).map(length).sum::<i32>().unsigned_abs() as usize
    });
    assert!(expected > 10_000);
    // `#e89c42`: upright strokes of one pixel blur nothing.
    assert_eq!(page.count([0xe8, 0x9c, 0x42]), expected);
}

#[wasm_bindgen_test]
fn widgets_follow_each_other() {
    let (prices, equity) = (Page::open(), Page::open());
    for (from, to) in [(&prices, &equity), (&equity, &prices)] {
        let other = to.widget().clone();
        from.widget().update(|chart| chart.update_studies(|_| {}));
        from.widget().on_study_outcome(move |outcome| {
            if let StudyOutcome::RangeChanged(range) = outcome {
                other.update(|chart| chart.set_visible_range(range));
            }
        });
    }
    let shown = |page: &Page| page.widget().with(wickflow_chart::Chart::time_range);
    for (mover, follower) in [(&prices, &equity), (&equity, &prices)] {
        let before = shown(follower);
        mover.pointer("pointerdown", 200, 100);
        mover.pointer("pointermove", 270, 100);
        mover.pointer("pointerup", 270, 100);
        assert_eq!(shown(mover), shown(follower));
        assert_ne!(shown(follower), before);
    }
    // Breaks the circle of the handles in each other's listeners.
    prices.widget().on_study_outcome(|_| {});
    equity.widget().on_study_outcome(|_| {});
}

#[wasm_bindgen_test]
fn a_listener_may_use_the_widget() {
    let page = Page::open();
    let handle = page.widget().clone();
    let read = Rc::new(RefCell::new(None));
    let seen = read.clone();
    page.widget().on_outcome(move |_| {
        handle.update(|chart| chart.set_countdown("00:10"));
        *seen.borrow_mut() = handle.with(wickflow_chart::Chart::readout);
    });
    page.pointer("pointermove", 200, 100);
    assert!(read.borrow().is_some_and(|readout| readout.hovered));
    // Breaks the circle of the handle in its own listener.
    page.widget().on_outcome(|_| {});
}

#[wasm_bindgen_test]
fn the_picture_can_be_saved() {
    let page = Page::open();
    page.pointer("pointermove", 200, 100);
    let url = page.widget().to_data_url().unwrap();
    assert!(url.starts_with("data:image/png;base64,") && url.len() > 1000);
}

#[wasm_bindgen_test]
fn dropped_it_leaves_no_canvas_and_hears_nothing() {
    let mut page = Page::open();
    page.heard.borrow_mut().clear();
    page.widget = None;
    assert!(page.canvases().is_empty());
    assert!(page.host.query_selector("[aria-live]").unwrap().is_none());
    page.pointer("pointermove", 200, 100);
    assert!(page.heard.borrow().is_empty());
}

/// Both targets make the same picture: this list is also the native snapshot.
#[wasm_bindgen_test]
fn draw_lists_are_those_of_the_native_target() {
    let svg = |dpr: f64| {
        let mut chart = wickflow_chart::Chart::new(Options::default());
        chart.resize(300.0, 200.0, dpr);
        chart.set_candles(
            (0..90)
                .map(|i| {
                    let price = 100.0 + f64::from(i * 7 % 23);
                    Bar::new(
                        i64::from(i) * MINUTE,
                        price,
                        price + 2.5,
                        price - 1.5,
                        price + f64::from(i % 3) - 1.0,
                        f64::from(i % 5),
                    )
                })
                .collect(),
        );
        wickflow_chart::View::default().draw(&chart, wickflow_chart::Layer::Base).to_string()
    };
    assert_eq!(svg(2.0), include_str!("both_targets.txt"));
}

//! A chart that lives in a page element.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, ResizeObserver};

use super::canvas::Surface;
use super::events::Listeners;
use crate::{Chart, Damage, Gestures, InputEvent, Options, Outcome, Response, StudyOutcome};

/// A chart in a page element: sized by it, listening on it, drawn once per animation frame when something changed.
///
/// Clones are handles to the same chart. When the last one is dropped its canvases and listeners go.
/// [`update`](Self::update) and [`with`](Self::with) must not be called from within each other's closures: the chart is
/// borrowed there. A listener of outcomes may call both.
#[derive(Clone)]
pub struct Widget {
    inner: Rc<Inner>,
}

/// More than a frame brings.
const MAX_STUDY_OUTCOMES: usize = 100;

type Listener = Rc<dyn Fn(Outcome)>;
/// Empties the queue of study outcomes into their listener.
type EmitStudies = Rc<dyn Fn(&Inner)>;
type FrameCallback = Closure<dyn FnMut(f64)>;
type ResizeWatch = (ResizeObserver, Closure<dyn FnMut()>);

pub(super) struct Inner {
    pub(super) host: HtmlElement,
    announcer: Element,
    chart: RefCell<Chart>,
    gestures: RefCell<Gestures>,
    surface: RefCell<Surface>,
    on_outcome: RefCell<Option<Listener>>,
    emit_studies: RefCell<Option<EmitStudies>>,
    cursor: Cell<&'static str>,
    /// Whether gestures want to be called each frame.
    animate: Cell<bool>,
    scheduled: Cell<bool>,
    on_frame: RefCell<Option<FrameCallback>>,
    on_resize: RefCell<Option<ResizeWatch>>,
    listeners: RefCell<Option<Listeners>>,
}

impl Widget {
    /// Fills `host` with a chart. The host needs a size from its stylesheet; it gets a place in the tab order, the role
    /// `application` unless it has one, and a live region that says what the arrow keys find.
    ///
    /// # Errors
    /// When the browser refuses a canvas.
    pub fn mount(host: &HtmlElement, options: Options) -> Result<Self, JsValue> {
        let surface = Surface::new(host)?;
        prepare(host)?;
        let announcer = announcer(host)?;
        let inner = Rc::new(Inner {
            host: host.clone(),
            announcer,
            chart: RefCell::new(Chart::new(options)),
            gestures: RefCell::new(Gestures::default()),
            surface: RefCell::new(surface),
            on_outcome: RefCell::new(None),
            emit_studies: RefCell::new(None),
            cursor: Cell::new(""),
            animate: Cell::new(false),
            scheduled: Cell::new(false),
            on_frame: RefCell::new(None),
            on_resize: RefCell::new(None),
            listeners: RefCell::new(None),
        });
        let reduced = web_sys::window()
            .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
            .is_some_and(|query| query.matches());
        inner.gestures.borrow_mut().set_inertia(!reduced);

        let weak = Rc::downgrade(&inner);
        *inner.on_frame.borrow_mut() = Some(Closure::new(move |time_ms| on_frame(&weak, time_ms)));
        let weak = Rc::downgrade(&inner);
        let resized = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.resize();
            }
        });
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref())?;
        observer.observe(host);
        *inner.on_resize.borrow_mut() = Some((observer, resized));
        *inner.listeners.borrow_mut() = Some(Listeners::attach(&inner)?);
        inner.resize();
        Ok(Self { inner })
    }

    /// Changes the chart; what changed is drawn with the next animation frame.
    pub fn update<R>(&self, change: impl FnOnce(&mut Chart) -> R) -> R {
        let result = change(&mut self.inner.chart.borrow_mut());
        self.inner.schedule_if_needed();
        result
    }

    /// Reads the chart.
    pub fn with<R>(&self, read: impl FnOnce(&Chart) -> R) -> R {
        read(&self.inner.chart.borrow())
    }

    /// Sets who hears of what the user does. It may use the widget.
    pub fn on_outcome(&self, listener: impl Fn(Outcome) + 'static) {
        *self.inner.on_outcome.borrow_mut() = Some(Rc::new(listener));
        self.inner.schedule();
    }

    /// Sets who hears of panes, trades and the stretch of time in view. It may use this and other widgets; a handle in
    /// it keeps that widget alive until another listener is set.
    pub fn on_study_outcome(&self, listener: impl Fn(StudyOutcome) + 'static) {
        *self.inner.emit_studies.borrow_mut() = Some(Rc::new(move |inner: &Inner| {
            // A listener that answers each change with another one waits for the next event.
            for _ in 0..MAX_STUDY_OUTCOMES {
                let outcome = inner.chart.borrow_mut().next_study_outcome();
                match outcome {
                    Some(outcome) => listener(outcome),
                    None => return,
                }
            }
        }));
        self.inner.schedule();
    }

    /// Whether flicks keep scrolling; follows the user's preference for reduced motion unless set.
    pub fn set_inertia(&self, inertia: bool) {
        self.inner.gestures.borrow_mut().set_inertia(inertia);
    }

    /// Draws at once what is out of date, without waiting for the next frame.
    pub fn flush(&self) {
        self.inner.surface.borrow_mut().paint(&mut self.inner.chart.borrow_mut());
    }

    /// The picture as a PNG data URL.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn to_data_url(&self) -> Result<String, JsValue> {
        self.flush();
        self.inner.surface.borrow_mut().to_data_url(&self.inner.chart.borrow())
    }
}

impl Inner {
    /// Runs an event through the gestures. Returns whether the browser should leave it alone.
    pub(super) fn on_input(&self, event: InputEvent) -> bool {
        let response = self.gestures.borrow_mut().on(event, &mut self.chart.borrow_mut());
        let Response { handled, cursor, animate, outcome } = response;
        if self.cursor.replace(cursor.css()) != cursor.css() {
            let _ = self.host.style().set_property("cursor", cursor.css());
        }
        self.animate.set(animate);
        self.schedule_if_needed();
        if let Some(outcome) = outcome {
            if let Outcome::Announce(text) = &outcome {
                self.announcer.set_text_content(Some(text));
            }
            self.emit(outcome);
        }
        self.emit_study_outcomes();
        handled
    }

    /// Says in words what is in view, for those who arrive by keyboard.
    pub(super) fn describe(&self) {
        let _ = self.host.set_attribute("aria-label", &self.chart.borrow().summary());
    }

    pub(super) fn resize(&self) {
        self.surface.borrow().fit(&mut self.chart.borrow_mut());
        // At once: a canvas shown at its old size for a frame would flicker.
        self.surface.borrow_mut().paint(&mut self.chart.borrow_mut());
        self.schedule();
    }

    pub(super) fn fonts_changed(&self) {
        self.surface.borrow_mut().forget_widths();
        self.chart.borrow_mut().repaint();
        self.schedule();
    }

    fn schedule_if_needed(&self) {
        if self.animate.get() || self.chart.borrow().pending_damage() > Damage::None {
            self.schedule();
        }
    }

    fn schedule(&self) {
        if self.scheduled.replace(true) {
            return;
        }
        let requested = match (web_sys::window(), &*self.on_frame.borrow()) {
            (Some(window), Some(callback)) => {
                window.request_animation_frame(callback.as_ref().unchecked_ref()).is_ok()
            }
            _ => false,
        };
        self.scheduled.set(requested);
    }

    fn emit_study_outcomes(&self) {
        let emit = self.emit_studies.borrow().clone();
        if let Some(emit) = emit {
            emit(self);
        }
    }

    fn emit(&self, outcome: Outcome) {
        // Taken out of the cell first: the listener may set another one.
        let listener = self.on_outcome.borrow().clone();
        if let Some(listener) = listener {
            listener(outcome);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some((observer, _)) = self.on_resize.get_mut().take() {
            observer.disconnect();
        }
        if let Some(listeners) = self.listeners.get_mut().take() {
            listeners.detach(&self.host);
        }
        self.surface.get_mut().remove();
        self.announcer.remove();
    }
}

fn on_frame(inner: &Weak<Inner>, time_ms: f64) {
    let Some(inner) = inner.upgrade() else { return };
    inner.scheduled.set(false);
    if inner.animate.get() {
        inner.on_input(InputEvent::Frame { time_ms });
    }
    inner.surface.borrow_mut().paint(&mut inner.chart.borrow_mut());
    let listens = inner.on_outcome.borrow().is_some();
    let wanted = if listens { inner.chart.borrow_mut().needs_history() } else { None };
    if let Some(request) = wanted {
        inner.emit(Outcome::HistoryWanted(request));
    }
    inner.emit_study_outcomes();
}

fn prepare(host: &HtmlElement) -> Result<(), JsValue> {
    for (name, value) in [("tabindex", "0"), ("role", "application"), ("aria-roledescription", "chart")] {
        if !host.has_attribute(name) {
            host.set_attribute(name, value)?;
        }
    }
    let style = host.style();
    for (name, value) in [("touch-action", "none"), ("user-select", "none"), ("-webkit-user-select", "none")]
    {
        style.set_property(name, value)?;
    }
    Ok(())
}

fn announcer(host: &HtmlElement) -> Result<Element, JsValue> {
    let document = host.owner_document().ok_or("the host element has no document")?;
    let element: HtmlElement = document.create_element("div")?.dyn_into()?;
    element.set_attribute("aria-live", "polite")?;
    let style = element.style();
    let hidden = [
        ("position", "absolute"),
        ("width", "1px"),
        ("height", "1px"),
        ("overflow", "hidden"),
        ("clip-path", "inset(50%)"),
        ("white-space", "nowrap"),
    ];
    for (name, value) in hidden {
        style.set_property(name, value)?;
    }
    host.append_child(&element)?;
    Ok(element.into())
}

//! Where the chart hands over to its studies, panes, trades and marks.

use super::{Chart, Damage, Hit};
use crate::model::Element;
use crate::studies::{Studies, StudyOutcome};
use crate::{CursorShape, Key};

impl Chart {
    /// Changes studies, panes, trades and marks, which a chart has from the first call on. (Programs that never call
    /// this are built without their code.)
    pub fn update_studies<R>(&mut self, change: impl FnOnce(&mut Studies) -> R) -> R {
        let mut studies = self.take_studies();
        let result = change(&mut studies);
        self.extension = Some(studies);
        let before = self.layout;
        self.lay_out();
        self.changed(if before == self.layout { Damage::Light } else { Damage::Full });
        result
    }

    /// The studies, if [`update_studies`](Self::update_studies) was ever called.
    #[must_use]
    pub fn studies(&self) -> Option<&Studies> {
        let extension = self.extension.as_deref()?;
        (extension as &dyn std::any::Any).downcast_ref()
    }

    /// What the user did to panes and trades, and whether another stretch of time is in view; to be asked after each
    /// event and each frame until it answers `None`. [`web::Widget`](crate::web) does, where somebody listens.
    pub fn next_study_outcome(&mut self) -> Option<StudyOutcome> {
        let mut extension = self.extension.take()?;
        let outcome = extension.outcome(self);
        self.extension = Some(extension);
        outcome
    }

    pub(crate) fn studies_mut(&mut self) -> Option<&mut Studies> {
        let extension = self.extension.as_deref_mut()?;
        (extension as &mut dyn std::any::Any).downcast_mut()
    }

    fn take_studies(&mut self) -> Box<Studies> {
        match self.extension.take() {
            Some(extension) => (extension as Box<dyn std::any::Any>).downcast().unwrap_or_default(),
            None => Box::default(),
        }
    }

    pub(crate) fn point_at(&mut self, hit: Hit) {
        if let Some(extension) = &mut self.extension {
            extension.point_at(if let Hit::Extra(element) = hit { Some(element) } else { None });
        }
    }

    pub(crate) fn extra_cursor(&self, element: Element) -> CursorShape {
        self.extension.as_ref().map_or(CursorShape::Default, |extension| extension.cursor(element))
    }

    pub(crate) fn can_drag_extra(&self, element: Element) -> bool {
        self.extension.as_ref().is_some_and(|extension| extension.is_draggable(element))
    }

    pub(crate) fn drag_extra(&mut self, element: Element, y: f64) {
        let body = self.layout.body;
        if self.extension.as_mut().is_some_and(|extension| extension.drag(element, y, body)) {
            self.lay_out();
            self.changed(Damage::Light);
        }
    }

    pub(crate) fn click_extra(&mut self, element: Element, x: f64) {
        let Some(time) = self.time_from_x(x) else { return };
        if let Some(extension) = &mut self.extension {
            extension.click(element, time);
            self.changed(Damage::Light);
        }
    }

    pub(crate) fn extra_key(&mut self, key: Key, shift: bool) -> Option<String> {
        let body = self.layout.body;
        let said = self.extension.as_mut()?.key(key, shift, body)?;
        self.lay_out();
        self.changed(Damage::Light);
        Some(said)
    }

    /// Height of the crosshair on a bar where no pointer says so: at its close, without candles at the first curve.
    pub(crate) fn cursor_y(&self, index: i64) -> Option<f64> {
        let price = match &self.extension {
            Some(extension) if !extension.shows_bars() => extension.cursor_price(&self.series, index)?,
            _ => self.series.get(index)?.close,
        };
        self.y_from_price(price)
    }
}

//! Where the chart hands over to its studies, panes, trades and marks.

use super::{Chart, Damage};
use crate::CursorShape;
use crate::model::{Act, Element};
use crate::studies::{Studies, StudyOutcome};

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

    /// Hands over what the user does. (One door, so that it costs programs without studies next to nothing.)
    pub(crate) fn act(&mut self, act: Act) {
        let body = self.layout.body;
        if self.extension.as_mut().is_some_and(|extension| extension.act(act, body)) {
            self.lay_out();
            self.changed(Damage::Light);
        }
    }

    pub(crate) fn take_words(&mut self) -> Option<String> {
        self.extension.as_mut()?.take_words()
    }

    pub(crate) fn extra_cursor(&self, element: Element) -> CursorShape {
        self.extension.as_ref().map_or(CursorShape::Default, |extension| extension.cursor(element))
    }

    pub(crate) fn can_drag_extra(&self, element: Element) -> bool {
        self.extension.as_ref().is_some_and(|extension| extension.is_draggable(element))
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

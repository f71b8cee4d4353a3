//! The colors of draw lists, which the stylesheet names: `--ink-…` and `--class-…` in `style/studio/canvas.css`.

use web_sys::HtmlElement;
use wickflow_scene::Ink;

use crate::canvas::board::color::CLASSES;

/// Colors by ink, as a canvas takes them.
#[derive(Debug, Default)]
pub struct Theme {
    colors: Vec<String>,
    /// The page's fonts.
    pub font: String,
}

/// Inks and the custom properties that hold their colors.
const INKS: [(Ink, &str); 22] = [
    (Ink::BACKGROUND, "--ink-background"),
    (Ink::DOT, "--ink-dot"),
    (Ink::FRAME, "--ink-frame"),
    (Ink::FRAME_EDGE, "--ink-frame-edge"),
    (Ink::FRAME_TITLE, "--ink-frame-title"),
    (Ink::CARD, "--ink-card"),
    (Ink::CARD_EDGE, "--ink-card-edge"),
    (Ink::CARD_TITLE, "--ink-card-title"),
    (Ink::FADED_TITLE, "--ink-faded-title"),
    (Ink::SELECTED, "--ink-selected"),
    (Ink::ERROR, "--ink-error"),
    (Ink::FIRED, "--ink-fired"),
    (Ink::HOVERED, "--ink-hovered"),
    (Ink::BOX, "--ink-box"),
    (Ink::BOX_EDGE, "--ink-box-edge"),
    (Ink::GUIDE, "--ink-guide"),
    (Ink::DROP, "--ink-drop"),
    (Ink::REFUSED, "--ink-refused"),
    (Ink::LABEL, "--ink-label"),
    (Ink::LABEL_EDGE, "--ink-label-edge"),
    (Ink::LABEL_TEXT, "--ink-label-text"),
    (Ink::VIEWPORT, "--ink-viewport"),
];

impl Theme {
    /// Asks the browser what the properties come to: a canvas does not know `light-dark()`.
    pub fn read(host: &HtmlElement) -> Self {
        let mut theme = Self { colors: vec![String::new(); Ink::COUNT], font: "sans-serif".to_owned() };
        let Ok(Some(computed)) = leptos::prelude::window().get_computed_style(host) else { return theme };
        if let Ok(font) = computed.get_property_value("font-family")
            && !font.is_empty()
        {
            theme.font = font;
        }
        let style = host.style();
        let mut resolve = |ink: Ink, value: &str| {
            let _ = style.set_property("color", value);
            let color = computed.get_property_value("color").unwrap_or_default();
            if let Some(place) = theme.colors.get_mut(ink.index()) {
                *place = color;
            }
        };
        for (ink, property) in INKS {
            resolve(ink, &format!("var({property})"));
        }
        for class in 0..CLASSES {
            resolve(Ink::class(class), &format!("var(--class-{class})"));
            resolve(Ink::faded(class), &format!("color-mix(in srgb, var(--class-{class}) 38%, var(--bg))"));
        }
        let _ = style.remove_property("color");
        theme
    }

    /// A color; what no stylesheet names is gray.
    pub fn color(&self, ink: Ink) -> &str {
        self.colors.get(ink.index()).map(String::as_str).filter(|color| !color.is_empty()).unwrap_or("gray")
    }
}

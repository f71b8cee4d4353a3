//! Dark, light or as the system says; and the chart's colors, which are those of `style/tokens.css`.

use wickflow_chart::Palette;

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

impl Theme {
    /// The value kept in the browser, and that of the document's `data-theme`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// From [`name`](Self::name); anything else is the system's choice.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "dark" => Self::Dark,
            "light" => Self::Light,
            _ => Self::System,
        }
    }

    /// The next one when the user presses the switch.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::System,
        }
    }

    /// Whether colors are dark, given what the system prefers.
    #[must_use]
    pub fn is_dark(self, system_is_dark: bool) -> bool {
        match self {
            Self::System => system_is_dark,
            Self::Dark => true,
            Self::Light => false,
        }
    }
}

/// A chart color by the tokens that it comes from: dark, then light.
struct ChartColors {
    background: &'static str,
    grid: &'static str,
    line: &'static str,
    text: &'static str,
    text_faint: &'static str,
    cursor_label: &'static str,
    up: &'static str,
    up_soft: &'static str,
    down: &'static str,
    down_soft: &'static str,
    accent: &'static str,
    cursor_label_text: &'static str,
}

const DARK: ChartColors = ChartColors {
    background: "#0f131a",
    grid: "#171d27",
    line: "#1f2733",
    text: "#a9b4c3",
    text_faint: "#8793a4",
    cursor_label: "#3a4656",
    up: "#34c795",
    up_soft: "#10302a",
    down: "#ff6b7a",
    down_soft: "#3a1a22",
    accent: "#86a3ff",
    cursor_label_text: "#e7ebf1",
};

const LIGHT: ChartColors = ChartColors {
    background: "#ffffff",
    grid: "#edf1f6",
    line: "#dde3ea",
    text: "#465264",
    text_faint: "#5f6c7e",
    cursor_label: "#465264",
    up: "#08734d",
    up_soft: "#def3ea",
    down: "#c2213a",
    down_soft: "#fce4e7",
    accent: "#2f55d4",
    cursor_label_text: "#ffffff",
};

/// The chart's colors.
#[must_use]
pub fn palette(is_dark: bool) -> Palette {
    let c = if is_dark { DARK } else { LIGHT };
    let own = str::to_owned;
    Palette {
        background: own(c.background),
        grid: own(c.grid),
        axis_line: own(c.line),
        text: own(c.text),
        text_muted: own(c.text_faint),
        up: own(c.up),
        down: own(c.down),
        wick_up: own(c.up),
        wick_down: own(c.down),
        volume_up: own(c.up_soft),
        volume_down: own(c.down_soft),
        crosshair: own(c.text_faint),
        crosshair_label: own(c.cursor_label),
        crosshair_label_text: own(c.cursor_label_text),
        label_text: own(c.background),
        buy: own(c.up),
        sell: own(c.down),
        stop_loss: own(c.down),
        take_profit: own(c.up),
        position: own(c.accent),
        marker_outline: own(c.background),
        marker_text: own(c.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = include_str!("../../../style/tokens.css");

    /// A token's colors: light, dark.
    fn token(name: &str) -> (String, String) {
        let line = TOKENS.lines().find(|line| line.trim_start().starts_with(&format!("--{name}: "))).unwrap();
        let value = line.split_once(": ").unwrap().1.trim_end_matches(';');
        match value.strip_prefix("light-dark(") {
            Some(pair) => {
                let (light, dark) = pair.trim_end_matches(')').split_once(", ").unwrap();
                (light.to_owned(), dark.to_owned())
            }
            None => (value.to_owned(), value.to_owned()),
        }
    }

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_surface_it_stands_on() {
        let everywhere = ["bg", "panel", "raised", "hover"];
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for text in ["text", "text-soft", "up", "down"] {
            pairs.extend(everywhere.iter().map(|surface| (text, *surface)));
        }
        for text in ["text-faint", "accent"] {
            pairs.extend(["bg", "panel", "raised"].map(|surface| (text, surface)));
        }
        pairs.extend([
            ("accent", "accent-soft"),
            ("up", "up-soft"),
            ("down", "down-soft"),
            ("warn", "warn-soft"),
        ]);
        pairs.extend([
            ("on-fill", "accent-fill"),
            ("on-fill", "up-fill"),
            ("on-fill", "down-fill"),
            ("warn", "panel"),
        ]);
        for (text, surface) in pairs {
            let (text_pair, surface_pair) = (token(text), token(surface));
            for (theme, a, b) in
                [("light", &text_pair.0, &surface_pair.0), ("dark", &text_pair.1, &surface_pair.1)]
            {
                let ratio = contrast(a, b);
                assert!(ratio >= 4.5, "{theme}: {text} on {surface} has {ratio:.2}");
            }
        }
    }

    #[test]
    fn the_chart_has_the_colors_of_the_page() {
        let (light, dark) = (palette(false), palette(true));
        for (name, light, dark) in [
            ("panel", &light.background, &dark.background),
            ("line", &light.axis_line, &dark.axis_line),
            ("text-soft", &light.text, &dark.text),
            ("text-faint", &light.text_muted, &dark.text_muted),
            ("up", &light.up, &dark.up),
            ("down", &light.down, &dark.down),
            ("up-soft", &light.volume_up, &dark.volume_up),
            ("down-soft", &light.volume_down, &dark.volume_down),
            ("accent", &light.position, &dark.position),
        ] {
            assert_eq!(
                (light.as_str(), dark.as_str()),
                (token(name).0.as_str(), token(name).1.as_str()),
                "{name}"
            );
        }
    }

    #[test]
    fn names_round_trip() {
        for theme in [Theme::System, Theme::Dark, Theme::Light] {
            assert_eq!(Theme::from_name(theme.name()), theme);
        }
        assert_eq!(Theme::from_name("solarized"), Theme::System);
    }
}

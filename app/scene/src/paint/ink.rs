//! Names of colors: a theme gives each one a color.

/// An index into a theme's palette of [`Ink::COUNT`] colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ink(u8);

impl Ink {
    pub const BACKGROUND: Self = Self(0);
    /// Dots of the grid.
    pub const DOT: Self = Self(1);
    pub const FRAME: Self = Self(2);
    pub const FRAME_EDGE: Self = Self(3);
    pub const FRAME_TITLE: Self = Self(4);
    pub const CARD: Self = Self(5);
    pub const CARD_EDGE: Self = Self(6);
    pub const CARD_TITLE: Self = Self(7);
    /// Title of a card that takes no part.
    pub const FADED_TITLE: Self = Self(8);
    pub const SELECTED: Self = Self(9);
    pub const ERROR: Self = Self(10);
    pub const FIRED: Self = Self(11);
    pub const HOVERED: Self = Self(12);
    /// Inside of the selection box: translucent.
    pub const BOX: Self = Self(13);
    pub const BOX_EDGE: Self = Self(14);
    pub const GUIDE: Self = Self(15);
    /// Where a dragged wire or node would go.
    pub const DROP: Self = Self(16);
    /// A wire that would not be accepted, and the knife.
    pub const REFUSED: Self = Self(17);
    pub const LABEL: Self = Self(18);
    pub const LABEL_EDGE: Self = Self(19);
    pub const LABEL_TEXT: Self = Self(20);
    /// Frame of the viewport on the minimap.
    pub const VIEWPORT: Self = Self(21);

    /// Color classes that a theme has to know: ports and wires by type, headers by category.
    pub const CLASSES: u8 = 32;

    /// Colors of a palette.
    pub const COUNT: usize = 64 + 2 * 32;

    /// The color of a class; classes from 32 on begin anew.
    #[must_use]
    pub const fn class(class: u8) -> Self {
        Self(64 + class % Self::CLASSES)
    }

    /// The color of a class for what takes no part.
    #[must_use]
    pub const fn faded(class: u8) -> Self {
        Self(64 + Self::CLASSES + class % Self::CLASSES)
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..Self::CLASSES * 4).map(Self)
    }

    /// Position in the palette.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_as_many_as_the_palette_has() {
        assert_eq!(Ink::all().count(), Ink::COUNT);
    }

    #[test]
    fn every_ink_is_in_the_palette() {
        assert!((0..=u8::MAX).all(|class| Ink::class(class).index() < Ink::COUNT));
        assert!((0..=u8::MAX).all(|class| Ink::faded(class).index() < Ink::COUNT));
        assert!(Ink::VIEWPORT.index() < Ink::class(0).index());
    }
}

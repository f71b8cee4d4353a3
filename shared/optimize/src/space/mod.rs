//! What is searched: parameters, their values, and conditions between them.

mod axis;
mod check;
mod constraint;

pub use axis::{Axis, AxisError, MAX_AXIS_VALUES, Setting, Target};
pub use check::CheckError;
pub use constraint::{Constraint, ConstraintError};

use serde::{Deserialize, Serialize};

/// The most axes.
pub const MAX_AXES: usize = 32;
/// The most combinations that a space may have; indices stay exact as JSON numbers.
pub const MAX_COMBINATIONS: u64 = 1 << 53;
/// The most conditions.
const MAX_CONSTRAINTS: usize = 64;

/// The combinations of the values of some axes, numbered from 0: the last axis varies fastest. Conditions leave
/// numbers out, they do not shift them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SpaceText", into = "SpaceText")]
pub struct Space {
    axes: Vec<Axis>,
    constraints: Vec<Constraint>,
    size: u64,
}

/// Why there is nothing to search.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// An axis cannot be read.
    #[error(transparent)]
    Axis(#[from] AxisError),
    /// A condition cannot be read.
    #[error(transparent)]
    Constraint(#[from] ConstraintError),
    /// Two axes set one parameter.
    #[error("{0} is searched twice")]
    Twice(String),
    /// No axis, or too many.
    #[error("{0} parameters to search; 1 to {MAX_AXES} are possible")]
    Axes(usize),
    /// Too many conditions.
    #[error("{0} constraints; at most {MAX_CONSTRAINTS} are possible")]
    Constraints(usize),
    /// A condition is about words.
    #[error("the constraint {constraint:?} uses {axis}, whose values are not numbers")]
    Words {
        /// The condition.
        constraint: String,
        /// The axis.
        axis: String,
    },
    /// More combinations than can be numbered.
    #[error("the parameters have more than {MAX_COMBINATIONS} combinations")]
    TooLarge,
}

impl Space {
    /// Reads axes (`NODE.PARAM=5..50:5`) and conditions between them (`fast.period < slow.period`).
    ///
    /// # Errors
    /// [`SpaceError`] with what is wrong, and what would be accepted.
    pub fn parse(
        axes: impl IntoIterator<Item = impl AsRef<str>>,
        constraints: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, SpaceError> {
        let axes = axes.into_iter().map(|text| text.as_ref().parse()).collect::<Result<Vec<Axis>, _>>()?;
        if !(1..=MAX_AXES).contains(&axes.len()) {
            return Err(SpaceError::Axes(axes.len()));
        }
        let names: Vec<String> = axes.iter().map(Axis::name).collect();
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|other| other == name) {
                return Err(SpaceError::Twice(name.clone()));
            }
        }
        let size = axes
            .iter()
            .try_fold(1_u64, |size, axis| size.checked_mul(u64::from(axis.count())))
            .filter(|size| *size <= MAX_COMBINATIONS)
            .ok_or(SpaceError::TooLarge)?;
        let mut space = Self { axes, constraints: Vec::new(), size };
        for text in constraints {
            let constraint = Constraint::parse(text.as_ref(), &names)?;
            let words = space
                .axes
                .iter()
                .enumerate()
                .find(|(index, axis)| !axis.is_numeric() && constraint.uses(*index));
            if let Some((_, axis)) = words {
                return Err(SpaceError::Words { constraint: constraint.to_string(), axis: axis.name() });
            }
            space.constraints.push(constraint);
        }
        match space.constraints.len() {
            count if count > MAX_CONSTRAINTS => Err(SpaceError::Constraints(count)),
            _ => Ok(space),
        }
    }

    /// The axes, in the order given.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The conditions.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// Number of combinations, those that conditions exclude among them.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The settings of a combination, one for each axis; `None` when there is no such number or a condition
    /// excludes it.
    #[must_use]
    pub fn candidate(&self, index: u64) -> Option<Vec<Setting>> {
        let positions = self.positions(index)?;
        let setting = |(axis, position): (&Axis, &u32)| axis.value(*position);
        if self.allows(&positions) { self.axes.iter().zip(&positions).map(setting).collect() } else { None }
    }

    /// Where a combination is on each axis.
    #[must_use]
    pub fn positions(&self, index: u64) -> Option<Vec<u32>> {
        if index >= self.size {
            return None;
        }
        let mut rest = index;
        let mut positions = vec![0; self.axes.len()];
        for (position, axis) in positions.iter_mut().zip(&self.axes).rev() {
            let count = u64::from(axis.count());
            // Below the count, which is a u32.
            *position = u32::try_from(rest % count).unwrap_or_default();
            rest /= count;
        }
        Some(positions)
    }

    /// The number of the combination at these positions; `None` outside the axes.
    #[must_use]
    pub fn index(&self, positions: &[u32]) -> Option<u64> {
        if positions.len() != self.axes.len() {
            return None;
        }
        self.axes.iter().zip(positions).try_fold(0, |index, (axis, position)| {
            (*position < axis.count()).then(|| index * u64::from(axis.count()) + u64::from(*position))
        })
    }

    /// Whether the conditions allow what stands at these positions.
    #[must_use]
    pub fn allows(&self, positions: &[u32]) -> bool {
        if self.constraints.is_empty() {
            return true;
        }
        let number = |(axis, position): (&Axis, &u32)| axis.number(*position).unwrap_or(f64::NAN);
        let values: Vec<f64> = self.axes.iter().zip(positions).map(number).collect();
        self.constraints.iter().all(|constraint| constraint.holds(&values))
    }

    /// Whether the conditions allow a combination.
    #[must_use]
    pub fn allows_index(&self, index: u64) -> bool {
        self.positions(index).is_some_and(|positions| self.allows(&positions))
    }
}

/// A space as it is kept: the text that it is read from.
#[derive(Serialize, Deserialize)]
struct SpaceText {
    axes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    constraints: Vec<String>,
}

impl From<Space> for SpaceText {
    fn from(space: Space) -> Self {
        Self {
            axes: space.axes.iter().map(ToString::to_string).collect(),
            constraints: space.constraints.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<SpaceText> for Space {
    type Error = SpaceError;

    fn try_from(text: SpaceText) -> Result<Self, SpaceError> {
        Self::parse(&text.axes, &text.constraints)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing() -> Space {
        Space::parse(["fast.period=5..50:5", "slow.period=20..200:10"], ["fast.period < slow.period"])
            .expect("a space")
    }

    #[test]
    fn combinations_are_numbered_with_the_last_axis_fastest() {
        let space = crossing();
        assert_eq!(space.size(), 190);
        let numbers = |index| {
            let settings = space.candidate(index)?;
            Some(settings.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(numbers(0).as_deref(), Some("5 20"));
        assert_eq!(numbers(1).as_deref(), Some("5 30"));
        assert_eq!(numbers(19).as_deref(), Some("10 20"));
        assert_eq!(numbers(189).as_deref(), Some("50 200"));
        assert_eq!(numbers(3 * 19), None, "20 is not below 20");
        assert_eq!(numbers(190), None);
        assert_eq!((0..190).filter(|index| space.allows_index(*index)).count(), 174);
        for index in 0..190 {
            assert_eq!(space.index(&space.positions(index).expect("positions")), Some(index));
        }
        assert_eq!(space.index(&[0]), None);
        assert_eq!(space.index(&[10, 0]), None);
    }

    #[test]
    fn a_space_survives_json() {
        let json = serde_json::to_string(&crossing()).expect("JSON");
        assert_eq!(
            json,
            r#"{"axes":["fast.period=5..50:5","slow.period=20..200:10"],"constraints":["fast.period < slow.period"]}"#
        );
        assert_eq!(serde_json::from_str::<Space>(&json).expect("a space"), crossing());
        assert!(serde_json::from_str::<Space>(r#"{"axes":["a"]}"#).is_err());
    }

    #[test]
    fn what_cannot_be_searched_is_refused() {
        let none: [&str; 0] = [];
        let error = |axes: &[&str], constraints: &[&str]| {
            Space::parse(axes, constraints).expect_err("refused").to_string()
        };
        assert!(Space::parse(none, none).is_err());
        assert!(error(&["a.x=1,2", "a.x=3,4"], &[]).contains("a.x is searched twice"));
        assert!(error(&["a.x=1,2", "a.y=u,v"], &["a.x < a.y"]).contains("not numbers"));
        assert!(Space::parse(["a.x=1,2", "a.y=u,v"], ["a.x < 2"]).is_ok());
        let wide: Vec<String> = (0..9).map(|axis| format!("a.p{axis}=1..100")).collect();
        assert_eq!(Space::parse(&wide, none), Err(SpaceError::TooLarge));
        let many: Vec<String> = (0..33).map(|axis| format!("a.p{axis}=1")).collect();
        assert_eq!(Space::parse(&many, none), Err(SpaceError::Axes(33)));
    }
}

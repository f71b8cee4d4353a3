//! Conditions between axes: `fast.period < slow.period and slow.period >= 3 * fast.period`.

use std::fmt;

/// The longest condition, in characters.
const MAX_LENGTH: usize = 1_000;
/// The deepest nesting of a condition.
const MAX_DEPTH: usize = 64;
/// Numbers this close, relative to the larger, are equal: 0.1 × 3 is 0.3.
const EQUAL_WITHIN: f64 = 1e-12;

/// A condition that a candidate has to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    text: String,
    root: Node,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the constraint {text:?} cannot be read at character {at}: {reason}")]
pub struct ConstraintError {
    /// What was written, its beginning.
    pub text: String,
    /// Where, counted from 1.
    pub at: usize,
    /// What is wrong.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    /// The value of the axis at this place.
    Axis(usize),
    Negative(Box<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Compare(Compare, Box<[Node; 2]>),
    /// All of them, or any of them.
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Compare {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Constraint {
    /// Reads a condition over the axes of these names.
    ///
    /// # Errors
    /// [`ConstraintError`] with the place, and what was expected there.
    pub fn parse(text: &str, axes: &[String]) -> Result<Self, ConstraintError> {
        let mut parser = Parser { text, rest: text, axes, depth: 0 };
        let root = parser.whole().map_err(|reason| ConstraintError {
            text: text.chars().take(80).collect(),
            at: text.chars().count() - parser.rest.chars().count() + 1,
            reason,
        })?;
        Ok(Self { text: text.to_owned(), root })
    }

    /// Whether the values, one for each axis, meet the condition. A comparison with something divided by zero does
    /// not hold.
    #[must_use]
    pub fn holds(&self, values: &[f64]) -> bool {
        self.root.holds(values)
    }

    /// Whether it is about the axis at this place.
    #[must_use]
    pub fn uses(&self, axis: usize) -> bool {
        self.root.uses(axis)
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Node {
    fn is_condition(&self) -> bool {
        matches!(self, Self::Compare(..) | Self::And(_) | Self::Or(_))
    }

    fn uses(&self, axis: usize) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Axis(index) => *index == axis,
            Self::Negative(inner) => inner.uses(axis),
            Self::Arithmetic(_, both) | Self::Compare(_, both) | Self::And(both) | Self::Or(both) => {
                both.iter().any(|part| part.uses(axis))
            }
        }
    }

    fn holds(&self, values: &[f64]) -> bool {
        match self {
            Self::And(both) => both.iter().all(|part| part.holds(values)),
            Self::Or(both) => both.iter().any(|part| part.holds(values)),
            Self::Compare(compare, both) => {
                let [left, right] = &**both;
                compare.holds(left.number(values), right.number(values))
            }
            Self::Number(_) | Self::Axis(_) | Self::Negative(_) | Self::Arithmetic(..) => false,
        }
    }

    fn number(&self, values: &[f64]) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Axis(axis) => values.get(*axis).copied().unwrap_or(f64::NAN),
            Self::Negative(inner) => -inner.number(values),
            Self::Arithmetic(arithmetic, both) => {
                let [left, right] = &**both;
                let (left, right) = (left.number(values), right.number(values));
                match arithmetic {
                    Arithmetic::Plus => left + right,
                    Arithmetic::Minus => left - right,
                    Arithmetic::Times => left * right,
                    Arithmetic::Over => left / right,
                }
            }
            Self::Compare(..) | Self::And(_) | Self::Or(_) => f64::NAN,
        }
    }
}

impl Compare {
    fn holds(self, left: f64, right: f64) -> bool {
        if !left.is_finite() || !right.is_finite() {
            return false;
        }
        let equal = (left - right).abs() <= EQUAL_WITHIN * left.abs().max(right.abs());
        match self {
            Self::Less => left < right && !equal,
            Self::LessOrEqual => left < right || equal,
            Self::Greater => left > right && !equal,
            Self::GreaterOrEqual => left > right || equal,
            Self::Equal => equal,
            Self::NotEqual => !equal,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    axes: &'a [String],
    depth: usize,
}

type Parsed = Result<Node, String>;

impl Parser<'_> {
    fn whole(&mut self) -> Parsed {
        if self.text.chars().count() > MAX_LENGTH {
            return Err(format!("it is longer than {MAX_LENGTH} characters"));
        }
        let root = self.or()?;
        self.space();
        match (self.rest, root.is_condition()) {
            ("", true) => Ok(root),
            ("", false) => Err("a comparison is missing: <, <=, >, >=, == or !=".to_owned()),
            _ => Err("expected an operator or the end".to_owned()),
        }
    }

    fn or(&mut self) -> Parsed {
        self.joined(&["or", "||"], Self::and, Node::Or)
    }

    fn and(&mut self) -> Parsed {
        self.joined(&["and", "&&"], Self::comparison, Node::And)
    }

    fn joined(
        &mut self,
        words: &[&str],
        part: fn(&mut Self) -> Parsed,
        join: fn(Box<[Node; 2]>) -> Node,
    ) -> Parsed {
        let mut left = part(self)?;
        while let Some(word) = words.iter().find(|word| self.take_word(word)) {
            if !left.is_condition() {
                return Err(format!("`{word}` joins comparisons, not numbers"));
            }
            let right = part(self)?;
            if !right.is_condition() {
                return Err(format!("`{word}` joins comparisons, not numbers"));
            }
            left = join(Box::new([left, right]));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed {
        const SIGNS: [(&str, Compare); 6] = [
            ("<=", Compare::LessOrEqual),
            (">=", Compare::GreaterOrEqual),
            ("==", Compare::Equal),
            ("!=", Compare::NotEqual),
            ("<", Compare::Less),
            (">", Compare::Greater),
        ];
        let left = self.sum()?;
        let Some((_, compare)) = SIGNS.iter().find(|(sign, _)| self.take(sign)) else { return Ok(left) };
        let right = self.sum()?;
        if left.is_condition() || right.is_condition() {
            return Err("numbers are compared, not comparisons; join those with `and`".to_owned());
        }
        Ok(Node::Compare(*compare, Box::new([left, right])))
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[("+", Arithmetic::Plus), ("-", Arithmetic::Minus)], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&[("*", Arithmetic::Times), ("/", Arithmetic::Over)], Self::factor)
    }

    fn chain(&mut self, signs: &[(&str, Arithmetic)], part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = part(self)?;
        while let Some((_, arithmetic)) = signs.iter().find(|(sign, _)| self.take(sign)) {
            let right = part(self)?;
            if left.is_condition() || right.is_condition() {
                return Err("comparisons cannot be calculated with".to_owned());
            }
            left = Node::Arithmetic(*arithmetic, Box::new([left, right]));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("it is nested more than {MAX_DEPTH} deep"));
        }
        let node = self.factor_inside();
        self.depth -= 1;
        node
    }

    fn factor_inside(&mut self) -> Parsed {
        if self.take("-") {
            let inner = self.factor()?;
            return if inner.is_condition() {
                Err("comparisons cannot be calculated with".to_owned())
            } else {
                Ok(Node::Negative(Box::new(inner)))
            };
        }
        if self.take("(") {
            let inner = self.or()?;
            return if self.take(")") { Ok(inner) } else { Err("expected `)`".to_owned()) };
        }
        self.axis().or_else(|| self.number()).ok_or_else(|| {
            format!("expected a number or a searched parameter, which are {}", self.axes.join(", "))
        })
    }

    /// The longest name that stands here. Names come before signs, so that ids such as `node-1` can be used.
    fn axis(&mut self) -> Option<Node> {
        self.space();
        let stands_here = |name: &str| {
            let after = self.rest.strip_prefix(name);
            after.is_some_and(|after| {
                !after.starts_with(|next: char| next.is_alphanumeric() || "._".contains(next))
            })
        };
        let named = self.axes.iter().enumerate().filter(|(_, name)| stands_here(name));
        let (index, name) = named.max_by_key(|(_, name)| name.len())?;
        self.rest = self.rest.get(name.len()..).unwrap_or_default();
        Some(Node::Axis(index))
    }

    fn number(&mut self) -> Option<Node> {
        let end =
            self.rest.find(|next: char| !next.is_ascii_digit() && next != '.').unwrap_or(self.rest.len());
        let (digits, after) = self.rest.split_at_checked(end)?;
        let number = digits.parse::<f64>().ok().filter(|number| number.is_finite())?;
        self.rest = after;
        Some(Node::Number(number))
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let after = self.rest.strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// As [`take`](Self::take), but a word has to end where it ends.
    fn take_word(&mut self, word: &str) -> bool {
        self.space();
        let after = self.rest.strip_prefix(word);
        let is_letters = word.starts_with(char::is_alphabetic);
        let after = after.filter(|after| !(is_letters && after.starts_with(char::is_alphanumeric)));
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["fast.period", "slow.period", "node-1.x", "$risk"].map(str::to_owned).to_vec()
    }

    fn holds(text: &str, values: [f64; 4]) -> bool {
        Constraint::parse(text, &names()).expect("a constraint").holds(&values)
    }

    #[test]
    fn conditions() {
        let values = [10.0, 30.0, 0.3, -2.0];
        for (text, expected) in [
            ("fast.period < slow.period", true),
            ("slow.period<fast.period", false),
            ("fast.period * 3 == slow.period", true),
            ("fast.period * 3 != slow.period", false),
            ("fast.period * 3 < slow.period", false),
            ("fast.period * 3 <= slow.period", true),
            ("fast.period + 2 * fast.period >= slow.period", true),
            ("(fast.period + 2) * fast.period > 100", true),
            ("0.1 * 3 == node-1.x", true),
            ("node-1.x > 0.3", false),
            ("$risk < 0 and -$risk == 2", true),
            ("$risk > 0 or slow.period - fast.period - 5 == 15", true),
            ("$risk > 0 || 1 > 2", false),
            ("1 > 2 and 1 > 2 or 1 < 2", true),
            ("1 > 2 and (1 > 2 or 1 < 2)", false),
            ("fast.period / 0 > 1", false),
            ("fast.period / 0 != 1", false),
            ("12 / 2 / 3 == 2 && 7 - 2 - 1 == 4", true),
        ] {
            assert_eq!(holds(text, values), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_with_its_place() {
        for (text, at, reason) in [
            ("", 1, "expected a number or a searched parameter"),
            ("fast.period", 12, "a comparison is missing"),
            ("fast.period < ", 15, "fast.period, slow.period"),
            ("fast.period < unknown.x", 15, "expected a number or a searched parameter"),
            ("fast.periods < 3", 1, "expected a number or a searched parameter"),
            ("fast.period < 3 4", 17, "expected an operator or the end"),
            ("(fast.period < 3", 17, "expected `)`"),
            ("1 < 2 < 3", 7, "expected an operator or the end"),
            ("(1 < 2) < 3", 12, "join those with `and`"),
            ("(1 < 2) + 3 > 1", 13, "cannot be calculated"),
            ("1 < 2 and 3", 12, "joins comparisons"),
            ("1.2.3 < 4", 1, "expected a number or a searched parameter"),
        ] {
            let error = Constraint::parse(text, &names()).expect_err("refused");
            assert!(error.reason.contains(reason), "{text}: {error}");
            assert_eq!(error.at, at, "{text}: {error}");
        }
        let deep = format!("{}1 < 2", "(".repeat(500));
        assert!(Constraint::parse(&deep, &names()).expect_err("refused").reason.contains("nested"));
        let long = "1 < 2 and ".repeat(500);
        assert!(Constraint::parse(&long, &names()).expect_err("refused").reason.contains("longer"));
    }
}

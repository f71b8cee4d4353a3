//! JSON as a value.
//!
//! Half the size of `serde_json`'s reader and map in the module, which also bring a table of all powers of ten. It reads
//! what the standard allows, no deeper than messages go. Floats of up to 15 digits and 22 decimals are exact; of longer ones
//! the last digit of 14 may be off.

/// Deeper nesting is refused. Messages of the server have eight levels.
const MAX_DEPTH: u32 = 32;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::api) enum Json {
    Null,
    Bool(bool),
    /// A whole number from zero up.
    Whole(u64),
    /// A whole number below zero.
    Negative(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

/// An object's members, in the order of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::api) struct Object(Vec<(String, Json)>);

impl Object {
    /// The member of this name; of several the last.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().rev().find(|member| member.0 == name).map(|member| &member.1)
    }

    pub(super) fn members(&self) -> &[(String, Json)] {
        &self.0
    }
}

impl Json {
    /// Reads a whole text; `None` when it is no JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.skip_space();
        (reader.at == text.len()).then_some(value)
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Whole(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Whole(value) => i64::try_from(*value).ok(),
            Self::Negative(value) => Some(*value),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a number of JSON is meant as the nearest float")]
    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Whole(value) => Some(*value as f64),
            Self::Negative(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// A text, and how far it is read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Goes past a byte, if it is the next one.
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        self.skip_space();
        match self.peek()? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => self.list(depth),
            b'{' => self.object(depth),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let follows = self.text.get(self.at..)?.starts_with(word);
        self.at += word.len();
        follows.then_some(value)
    }

    fn list(&mut self, depth: u32) -> Option<Json> {
        let mut items = Vec::new();
        self.items(b']', depth, |reader| {
            items.push(reader.value(depth + 1)?);
            Some(())
        })?;
        Some(Json::List(items))
    }

    fn object(&mut self, depth: u32) -> Option<Json> {
        let mut members = Vec::new();
        self.items(b'}', depth, |reader| {
            reader.skip_space();
            let name = reader.string()?;
            reader.skip_space();
            let value = if reader.eat(b':') { reader.value(depth + 1)? } else { return None };
            members.push((name, value));
            Some(())
        })?;
        Some(Json::Object(Object(members)))
    }

    /// What stands between brackets, with commas between.
    fn items(&mut self, end: u8, depth: u32, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.skip_space();
        if self.eat(end) {
            return Some(());
        }
        if depth == MAX_DEPTH {
            return None;
        }
        loop {
            item(self)?;
            self.skip_space();
            match self.next()? {
                b',' => {}
                byte => return (byte == end).then_some(()),
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat(b'"') {
            return None;
        }
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
            out.push_str(rest.get(..plain)?);
            self.at += plain;
            match self.next()? {
                b'"' => return Some(out),
                b'\\' => out.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.utf16(),
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return None,
        })
    }

    /// One character as `\u` escapes, whose first `\u` is read: two of them beyond the basic plane.
    fn utf16(&mut self) -> Option<char> {
        let first = self.hex()?;
        let is_pair = (0xd800..0xdc00).contains(&first);
        let second = if is_pair && self.eat(b'\\') && self.eat(b'u') { Some(self.hex()?) } else { None };
        let mut characters = char::decode_utf16([first].into_iter().chain(second));
        characters.next()?.ok()
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex { u16::from_str_radix(digits, 16).ok() } else { None }
    }

    fn number(&mut self) -> Option<Json> {
        let is_negative = self.eat(b'-');
        let mut digits = Digits::default();
        let begins_with_zero = self.peek() == Some(b'0');
        let whole = self.digits(&mut digits);
        if whole == 0 || (begins_with_zero && whole > 1) {
            return None;
        }
        let mut is_whole = digits.exponent == 0;
        if self.eat(b'.') {
            is_whole = false;
            let decimals = self.digits(&mut digits);
            if decimals == 0 {
                return None;
            }
            // Those that did not fit were counted as if they stood before the point.
            digits.exponent = digits.exponent.saturating_sub(decimals);
        }
        if self.eat(b'e') || self.eat(b'E') {
            is_whole = false;
            digits.exponent = digits.exponent.saturating_add(self.exponent()?);
        }
        digits.value(is_negative, is_whole)
    }

    /// Takes digits, and counts them.
    fn digits(&mut self, digits: &mut Digits) -> i32 {
        let mut count = 0_i32;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            self.at += 1;
            count = count.saturating_add(1);
            digits.push(byte - b'0');
        }
        count
    }

    fn exponent(&mut self) -> Option<i32> {
        let is_negative = self.eat(b'-');
        if !is_negative {
            self.eat(b'+');
        }
        let mut digits = Digits::default();
        if self.digits(&mut digits) == 0 {
            return None;
        }
        let exponent = if digits.exponent == 0 { i32::try_from(digits.significand).ok() } else { None };
        let exponent = exponent.unwrap_or(i32::MAX);
        Some(if is_negative { -exponent } else { exponent })
    }
}

/// The number `significand` × 10^`exponent`. Digits that do not fit only count.
#[derive(Debug, Clone, Copy, Default)]
struct Digits {
    significand: u64,
    exponent: i32,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        let longer = self.significand.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(digit)));
        match longer {
            Some(significand) if self.exponent == 0 => self.significand = significand,
            _ => self.exponent = self.exponent.saturating_add(1),
        }
    }

    fn value(self, is_negative: bool, is_whole: bool) -> Option<Json> {
        if is_whole && !is_negative {
            return Some(Json::Whole(self.significand));
        }
        if is_whole
            && self.significand > 0
            && let Some(value) = 0_i64.checked_sub_unsigned(self.significand)
        {
            return Some(Json::Negative(value));
        }
        #[expect(clippy::cast_precision_loss, reason = "the nearest float is meant")]
        let magnitude = scaled(self.significand as f64, self.exponent);
        let value = if is_negative { -magnitude } else { magnitude };
        value.is_finite().then_some(Json::Float(value))
    }
}

/// `value` × 10^`exponent`.
fn scaled(value: f64, exponent: i32) -> f64 {
    if value == 0.0 {
        return value;
    }
    // Powers up to 10^22 are exact; in two steps the smallest numbers do not fall to zero on the way.
    let (near, far) = (exponent.clamp(-300, 300), exponent.saturating_sub(exponent.clamp(-300, 300)));
    [near, far].into_iter().fold(value, |value, step| {
        let power = 10_f64.powi(step.saturating_abs());
        if step < 0 { value / power } else { value * power }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    impl From<Value> for Json {
        fn from(value: Value) -> Self {
            match value {
                Value::Null => Self::Null,
                Value::Bool(value) => Self::Bool(value),
                Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                    (Some(whole), _) => Self::Whole(whole),
                    (None, Some(negative)) => Self::Negative(negative),
                    (None, None) => Self::Float(number.as_f64().unwrap()),
                },
                Value::String(text) => Self::Text(text),
                Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
                Value::Object(members) => Self::Object(Object(
                    members.into_iter().map(|(name, value)| (name, value.into())).collect(),
                )),
            }
        }
    }

    /// The same value as `serde_json` reads, or none by both.
    #[track_caller]
    fn as_serde_does(text: &str) {
        assert_eq!(Json::parse(text), serde_json::from_str::<Value>(text).ok().map(Json::from), "{text}");
    }

    #[test]
    fn reads_what_serde_reads() {
        for text in [
            "null",
            "true",
            "false",
            " [ ] ",
            "{}",
            "\n{\t\"a\" : [1 , 2]\r}",
            r#"{"a":{"b":[{},[[]],"c"]}}"#,
            r#""""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""é € 𝄞 \u00e9 \u20AC \ud834\udd1e""#,
            r#"{"":null}"#,
        ] {
            as_serde_does(text);
            assert!(Json::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn refuses_what_serde_refuses() {
        for text in [
            "",
            " ",
            "nul",
            "nulll",
            "True",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "{\"a\" 1}",
            "\"",
            "\"a",
            "\"\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u+123\"",
            "\"\\ud834\"",
            "\"\\ud834x\"",
            "\"\\ud834\\n\"",
            "\"\\udd1e\"",
            "\"\\ud834\\ud834\"",
            "\"a\nb\"",
            "1 2",
            "\u{feff}1",
            "'a'",
            "-",
            "+1",
            "01",
            "-01",
            "1.",
            ".5",
            "1e",
            "1e+",
            "1.e5",
            "0x10",
            "NaN",
            "Infinity",
            "1e400",
            "-1e400",
            "--1",
            "1-",
        ] {
            as_serde_does(text);
            assert_eq!(Json::parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers_as_serde_does() {
        for text in [
            "0",
            "-0",
            "7",
            "-7",
            "18446744073709551615",
            "18446744073709551616",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "0.0",
            "-0.0",
            "0.1",
            "64000.5",
            "-12.25",
            "1e3",
            "1E-3",
            "1.5e+10",
            "0.00012345",
            "61234.12345678",
            "1e22",
            "123456789012345e-22",
            "0e999999999999",
            "1e-400",
            "100000000000000000000",
            "12345678901234567890123",
            "0.30000000000000000000000000",
            "2.5E0",
        ] {
            as_serde_does(text);
        }
    }

    #[test]
    fn very_small_large_and_long_numbers_are_near() {
        for text in ["2.2250738585072014e-308", "1.7e308", "3.141592653589793238", "1.2345678901234567e-30"] {
            let (read, exact): (f64, f64) =
                (Json::parse(text).unwrap().as_f64().unwrap(), text.parse().unwrap());
            assert!((read / exact - 1.0).abs() < 1.0e-14, "{text}: {read:e}");
        }
        assert!(Json::parse("4.9e-324").unwrap().as_f64().unwrap() > 0.0, "the smallest is not zero");
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::parse(&nested(30)).is_some());
        assert_eq!(Json::parse(&nested(1_000_000)), None);
    }

    #[test]
    fn of_two_members_with_one_name_the_last_counts() {
        let json = Json::parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(json.as_object().unwrap().get("a"), Some(&Json::Whole(3)));
    }
}

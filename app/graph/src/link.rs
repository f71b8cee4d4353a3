//! A whole strategy in the fragment of a link, which no server sees: deflated JSON in URL-safe base64 (RFC 4648,
//! section 5).

use wickflow_strategy::document::{Document, MAX_BYTES};

use crate::load::{LoadError, load};

/// What a fragment begins with: the format, so that a later one can be told apart.
const PREFIX: &str = "s1.";
/// The longest fragment that is read. Browsers take links of 2 MB; a strategy of 2,000 nodes has some 50 kB.
const LONGEST: usize = 1 << 20;
/// The hardest of the usual levels.
const LEVEL: u8 = 9;
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Why a link holds no strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It begins with something else.
    #[error("this link holds no strategy")]
    NoStrategy,
    /// It was cut off or changed on its way.
    #[error("this link is damaged: perhaps it was not copied to its end")]
    Damaged,
    /// Longer than a strategy can be.
    #[error("this link is too long")]
    TooLong,
    /// What is in it is no strategy.
    #[error("{0}")]
    Document(LoadError),
}

/// A strategy as the fragment of a link, without `#`.
#[must_use]
pub fn to_fragment(document: &Document) -> String {
    // Every key is a string, and JSON numbers are finite, so this cannot fail.
    let json = serde_json::to_string(document).unwrap_or_default();
    let packed = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), LEVEL);
    format!("{PREFIX}{}", encode(&packed))
}

/// Reads the fragment of a link, with or without `#`.
///
/// # Errors
/// [`LinkError`]; what would unpack to more than a document may have is not unpacked.
pub fn from_fragment(fragment: &str) -> Result<Document, LinkError> {
    let fragment = fragment.trim().trim_start_matches('#');
    let letters = fragment.strip_prefix(PREFIX).ok_or(LinkError::NoStrategy)?;
    if letters.len() > LONGEST {
        return Err(LinkError::TooLong);
    }
    let packed = decode(letters).ok_or(LinkError::Damaged)?;
    let json = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MAX_BYTES).map_err(|error| {
        let is_long = error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput;
        if is_long { LinkError::TooLong } else { LinkError::Damaged }
    })?;
    let text = String::from_utf8(json).map_err(|_| LinkError::Damaged)?;
    load(&text).map(|loaded| loaded.document).map_err(LinkError::Document)
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for shift in [18, 12, 6, 0].into_iter().take(chunk.len() + 1) {
            let letter = LETTERS.get((bits >> shift & 63) as usize).copied().unwrap_or(b'A');
            text.push(char::from(letter));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    // Chat programs and mail put padding and line ends where they like.
    let letters: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'=' | b'\n' | b'\r' | b' ')).collect();
    for chunk in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in chunk {
            let value = LETTERS.iter().position(|known| known == letter)?;
            bits = bits << 6 | u32::try_from(value).ok()?;
        }
        let missing = 4 - chunk.len();
        bits <<= 6 * u32::try_from(missing).ok()?;
        let [_, first, second, third] = bits.to_be_bytes();
        let count = 3_usize.checked_sub(missing).filter(|count| *count > 0)?;
        bytes.extend([first, second, third].into_iter().take(count));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard() {
        // RFC 4648, section 10, without padding; the last two from section 5's alphabet.
        for (plain, letters) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"fooba", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xfb, 0xff], "-_8"),
        ] {
            assert_eq!(encode(plain), letters);
            assert_eq!(decode(letters).as_deref(), Some(plain));
        }
        assert_eq!(decode("Z"), None);
        assert_eq!(decode("Z!"), None);
    }

    #[test]
    fn damaged_and_oversized_links_are_refused() {
        assert_eq!(from_fragment("#market=BTC"), Err(LinkError::NoStrategy));
        assert_eq!(from_fragment("s1.!!"), Err(LinkError::Damaged));
        let whole = to_fragment(&Document::default());
        for length in PREFIX.len()..whole.len() {
            assert!(from_fragment(&whole[..length]).is_err(), "{length}");
        }
        assert_eq!(from_fragment(&format!("s1.{}", "A".repeat(2 << 20))), Err(LinkError::TooLong));
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b' '; 8 << 20], LEVEL);
        assert_eq!(from_fragment(&format!("s1.{}", encode(&bomb))), Err(LinkError::TooLong));
    }
}

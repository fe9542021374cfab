//! Answers that are kept.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

/// The most answers that are kept. Beyond them it begins anew: a program that asks so much hardly comes back to one.
const MOST: usize = 4096;

/// What was asked before, with its answers.
pub(super) struct Memo<K, V>(Mutex<HashMap<K, V, Mixed>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The answer that is kept.
    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, asked: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned()
    }

    /// Keep an answer.
    pub(super) fn keep(&self, asked: K, answer: V) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(asked, answer);
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Makes a [`Mixer`] for each key.
pub(super) type Mixed = BuildHasherDefault<Mixer>;

/// A hasher of words that nobody chooses to do harm: a multiplication for each, where that of the standard library takes dozens of operations.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for &word in words {
            self.write_u64(u64::from_le_bytes(word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.write_u64(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number whose bits have no pattern: the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    /// Which variant of an enumeration it is.
    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    /// A multiplication moves what differs to the higher bits, tables begin with the lower ones.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn what_differs_a_little_has_other_low_and_high_bits() {
        let hash = |words: &[u64]| Mixed::default().hash_one(words);
        let keys = (0..64).flat_map(|a| (0..64).map(move |b| [a * 256, b, 7]));
        let hashes: Vec<u64> = keys.map(|key| hash(&key)).collect();
        let apart = |bits: fn(&u64) -> u64| hashes.iter().map(bits).collect::<HashSet<u64>>().len();
        assert_eq!(apart(|hash| *hash), 4096);
        // Of 4096 balls in 65536 boxes some share one.
        assert!(apart(|hash| hash & 0xffff) > 3500 && apart(|hash| hash >> 48) > 3500);
    }

    #[test]
    fn answers_are_kept_until_there_are_too_many() {
        let memo: Memo<Vec<u8>, usize> = Memo::default();
        assert_eq!(memo.get(&b"one"[..]), None);
        memo.keep(b"one".to_vec(), 1);
        assert_eq!(memo.get(&b"one"[..]), Some(1));
        (0..MOST).for_each(|k| memo.keep(k.to_le_bytes().to_vec(), k));
        assert_eq!((memo.get(&b"one"[..]), memo.len()), (None, 1));
    }
}

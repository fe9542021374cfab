//! What tells kernels and passes apart.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

/// All that something depends on, as numbers: it takes what is hashed into it, and two of them are equal when they took the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(SmallVec<[u64; 24]>);

impl Key {
    /// With one thing more.
    pub(super) fn add(&mut self, part: &(impl Hash + ?Sized)) -> &mut Self {
        part.hash(self);
        self
    }
}

/// Numbers one by one, as whoever knows how many there will be adds them.
impl Extend<usize> for Key {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, numbers: I) {
        for number in numbers {
            self.0.push(number as u64);
        }
    }
}

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.write_usize(bytes.len());
        let (words, rest) = bytes.as_chunks();
        for &word in words {
            self.0.push(u64::from_le_bytes(word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.0.push(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.0.push(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.0.push(number as u64);
    }

    /// Which variant of an enumeration it is.
    fn write_isize(&mut self, number: isize) {
        self.0.push(number as u64);
    }

    fn finish(&self) -> u64 {
        unreachable!("it is compared, not reduced to a number")
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn keys_are_equal_when_they_took_the_same() {
        let of_text = |text: &str| Key::default().add(text).clone();
        let of_numbers = |numbers: &[usize]| of_text("shader").add(numbers).clone();
        assert_eq!(of_numbers(&[1, 255, 1 << 40]), of_numbers(&[1, 255, 1 << 40]));
        let numbers = [&[][..], &[0], &[0, 0], &[255], &[256], &[1 << 40], &[254, 1]];
        let texts = ["", "a", "a\0", "a\0\0\0\0\0\0\0", "aaaaaaaa", "aaaaaaaab"];
        let apart: Vec<Key> = numbers.map(of_numbers).into_iter().chain(texts.map(of_text)).collect();
        for (k, one) in apart.iter().enumerate() {
            assert!(apart[..k].iter().all(|other| other != one), "{k}");
        }
    }
}

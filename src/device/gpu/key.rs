//! What tells kernels apart without their texts.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

/// All that the texts of a kernel depend on, as bytes: it takes what is hashed into it, and two of them are equal when they took the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(SmallVec<[u8; 256]>);

impl Key {
    /// With one thing more.
    pub(super) fn and(mut self, part: &(impl Hash + ?Sized)) -> Self {
        part.hash(&mut self);
        self
    }
}

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    // Most of what comes is small: a byte, or one that announces eight.
    fn write_usize(&mut self, number: usize) {
        match u8::try_from(number) {
            Ok(small) if small < u8::MAX => self.0.push(small),
            _ => {
                self.0.push(u8::MAX);
                self.0.extend_from_slice(&(number as u64).to_le_bytes());
            }
        }
    }

    /// Which variant of an enumeration it is.
    fn write_isize(&mut self, number: isize) {
        self.write_usize(number as usize);
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
        let key = |numbers: &[usize]| numbers.iter().fold(Key::default().and("shader"), Key::and);
        assert_eq!(key(&[1, 255, 1 << 40]), key(&[1, 255, 1 << 40]));
        let apart = [key(&[]), key(&[0]), key(&[0, 0]), key(&[255]), key(&[256]), key(&[1 << 40]), key(&[254, 1])];
        for (k, one) in apart.iter().enumerate() {
            assert!(apart[..k].iter().all(|other| other != one), "{k}");
        }
    }
}

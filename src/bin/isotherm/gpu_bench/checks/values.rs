//! Operands: special values, their neighbours, and random bits and magnitudes.

use std::f64::consts::{E, FRAC_PI_2, FRAC_PI_4, LN_2, PI, SQRT_2};

use isotherm::Complex;

use super::agreement::Sample;

/// Types with operands for tests.
pub(crate) trait Values: Sample {
    /// What functions treat in their own ways, and what lies beside it.
    fn special() -> Vec<Self>;
    /// Some value or other, of random bits or of a common magnitude.
    fn random(random: &mut Random) -> Self;
}

/// A fixed sequence of random bits.
///
/// # References
/// Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014, doi:10.1145/2660193.2660195.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// From -1 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() as i64) as f64 / (1_u64 << 63) as f64
    }

    /// Of either sign, with exponents of base 2 from -`range` to `range`.
    pub(crate) fn magnitude(&mut self, range: u64) -> f64 {
        self.unit() * (self.below(2 * range + 1) as f64 - range as f64).exp2()
    }
}

/// One column of special values and `more` random ones.
pub(crate) fn one<T: Values>(more: usize) -> Vec<Vec<T>> {
    let mut column = T::special();
    let mut random = Random(1);
    column.extend((0..more).map(|_| T::random(&mut random)));
    vec![column]
}

/// Two columns: all pairs of special values, random values with each, and `more` random pairs.
pub(crate) fn two<T: Values>(more: usize) -> Vec<Vec<T>> {
    let (special, mut random) = (T::special(), Random(2));
    let mut columns = pairs(&special);
    for &value in &special {
        let other = T::random(&mut random);
        columns[0].extend([value, other]);
        columns[1].extend([other, value]);
    }
    for column in &mut columns {
        column.extend((0..more).map(|_| T::random(&mut random)));
    }
    columns
}

/// Two columns of all pairs.
pub(crate) fn pairs<T: Copy>(values: &[T]) -> Vec<Vec<T>> {
    let left = values.iter().flat_map(|&left| values.iter().map(move |_| left)).collect();
    let right = values.iter().flat_map(|_| values.iter().copied()).collect();
    vec![left, right]
}

impl Values for bool {
    fn special() -> Vec<Self> {
        vec![false, true]
    }

    fn random(random: &mut Random) -> Self {
        random.bits() & 1 == 1
    }
}

impl Values for u8 {
    fn special() -> Vec<Self> {
        (0..=Self::MAX).collect()
    }

    fn random(random: &mut Random) -> Self {
        random.bits() as Self
    }
}

macro_rules! integers {
    ($($rust:ty),*) => {$(
        impl Values for $rust {
            fn special() -> Vec<Self> {
                let powers = (0..Self::BITS).map(|place| (1 as Self) << place).filter(|power| power.trailing_zeros() % 8 < 2);
                let small = [3, 5, 6, 7, 10, 31, 33, 63, 65, 100, Self::MAX, Self::MAX / 3, Self::MIN];
                let beside = |value: Self| [value, value.wrapping_sub(1), value.wrapping_add(1), (0 as Self).wrapping_sub(value)];
                let mut all: Vec<Self> = powers.chain(small).flat_map(beside).collect();
                all.sort_unstable();
                all.dedup();
                all
            }

            fn random(random: &mut Random) -> Self {
                let places = random.below(u64::from(Self::BITS));
                random.bits() as Self >> places
            }
        }
    )*};
}
integers!(i32, i64, u64);

/// Where functions of floats begin, end, or change their ways.
const MAGNITUDES: [f64; 54] = [
    1e-30,
    1e-10,
    1e-5,
    2.5e-4,
    1e-3,
    0.1,
    0.25,
    1.0 / 3.0,
    0.5,
    LN_2,
    FRAC_PI_4,
    0.9,
    1.0,
    SQRT_2,
    1.5,
    FRAC_PI_2,
    2.0,
    2.5,
    E,
    3.0,
    PI,
    3.5,
    5.0,
    8.0,
    10.0,
    20.0,
    22.0,
    40.0,
    87.336_54,
    88.722_84,
    89.0,
    100.0,
    103.97,
    127.0,
    128.0,
    149.0,
    255.0,
    256.0,
    709.782_712,
    745.133,
    1024.0,
    1074.0,
    12_345.678,
    4_194_304.0,
    8_388_608.0,
    16_777_216.0,
    2_147_483_648.0,
    4_294_967_296.0,
    4_503_599_627_370_496.0,
    9_007_199_254_740_992.0,
    9_223_372_036_854_775_808.0,
    18_446_744_073_709_551_616.0,
    1e22,
    1e30,
];

macro_rules! floats {
    ($($rust:ty: $bits:ty, $least:expr;)*) => {$(
        impl Values for $rust {
            fn special() -> Vec<Self> {
                let own = [$least, Self::MIN_POSITIVE, Self::EPSILON, Self::EPSILON.sqrt(), Self::MAX / 2.0, Self::MAX, Self::MAX.sqrt()];
                let magnitudes = MAGNITUDES.iter().map(|&value| value as Self).chain(own);
                let beside = magnitudes.flat_map(|value| [value.next_down(), value, value.next_up()]);
                let all = beside.chain([0.0, Self::INFINITY, Self::NAN]);
                all.flat_map(|value| [value, -value]).collect()
            }

            fn random(random: &mut Random) -> Self {
                match random.below(4) {
                    0 => Self::from_bits(random.bits() as $bits),
                    1 => random.magnitude(60) as Self,
                    _ => random.magnitude(4) as Self,
                }
            }
        }

        impl Values for Complex<$rust> {
            fn special() -> Vec<Self> {
                let (tiny, large) = (<$rust>::MIN_POSITIVE * 8.0, <$rust>::MAX / 8.0);
                let inner: [$rust; 8] = [1.0, 0.5, 2.5, PI as $rust, 1e-3, 100.0, tiny, large];
                let all: Vec<$rust> = inner.into_iter().chain([0.0, <$rust>::INFINITY, <$rust>::NAN]).flat_map(|part| [part, -part]).collect();
                let pairs = pairs(&all);
                pairs[0].iter().zip(&pairs[1]).map(|(&re, &im)| Self::new(re, im)).collect()
            }

            fn random(random: &mut Random) -> Self {
                let range = [1, 4, 20][random.below(3) as usize];
                Self::new(random.magnitude(range) as $rust, random.magnitude(range) as $rust)
            }
        }
    )*};
}
floats! { f32: u32, 1e-45; f64: u64, 5e-324; }

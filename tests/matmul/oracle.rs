//! The oracle: NumPy's rules, one sum after another.

use isotherm::prelude::*;

/// Types that the oracle multiplies.
pub(crate) trait Ring: Numeric {
    fn mul_add(self, a: Self, b: Self) -> Self;
    fn small(value: i64) -> Self;
}

macro_rules! integers {
    ($($rust:ty),*) => {$(
        impl Ring for $rust {
            fn mul_add(self, a: Self, b: Self) -> Self {
                self.wrapping_add(a.wrapping_mul(b))
            }
            fn small(value: i64) -> Self {
                value as Self
            }
        }
    )*};
}
integers!(u8, i32, i64, u64);

macro_rules! floats {
    ($($rust:ty),*) => {$(
        impl Ring for $rust {
            fn mul_add(self, a: Self, b: Self) -> Self {
                self + a * b
            }
            fn small(value: i64) -> Self {
                value as Self
            }
        }
        impl Ring for isotherm::Complex<$rust> {
            fn mul_add(self, a: Self, b: Self) -> Self {
                self + a * b
            }
            fn small(value: i64) -> Self {
                Self::new(value as $rust, (value * 7 % 5) as $rust)
            }
        }
    )*};
}
floats!(f32, f64);

/// Elements in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dense<T> {
    pub(crate) shape: Shape,
    pub(crate) elements: Vec<T>,
}

impl<T: Ring> Dense<T> {
    /// Small integers, other ones for another seed.
    pub(crate) fn small(shape: impl Into<Shape>, seed: usize) -> Self {
        let shape = shape.into();
        let value = |i: usize| ((i * 2_654_435_761 + seed * 40_503) >> 7) as i64 % 11 - 5;
        let elements = (0..shape.size()).map(|i| T::small(value(i))).collect();
        Self { shape, elements }
    }

    pub(crate) fn placed(&self, cx: &Context, placement: impl Into<Placement>) -> Result<DistArray<T>> {
        cx.from_slice(&self.elements, &self.shape, placement)
    }

    /// By NumPy's rules, or nothing when they do not allow it.
    pub(crate) fn matmul(&self, other: &Self) -> Option<Self> {
        let (a, b) = (self.shape.to_vec(), other.shape.to_vec());
        let (first, last) = (a.len() == 1, b.len() == 1);
        let a = if first { vec![1, a[0]] } else { a };
        let b = if last { vec![b[0], 1] } else { b };
        if a.len() < 2 || b.len() < 2 || a[a.len() - 1] != b[b.len() - 2] {
            return None;
        }
        let (m, k, n) = (a[a.len() - 2], a[a.len() - 1], b[b.len() - 1]);
        let (a_stack, b_stack) = (Shape::from(&a[..a.len() - 2]), Shape::from(&b[..b.len() - 2]));
        let stack = a_stack.broadcast(&b_stack).ok()?;
        let place = |own: &Shape, index: &[usize]| {
            let missing = index.len() - own.ndim();
            let own_index = own.iter().zip(&index[missing..]).map(|(&extent, &i)| if extent == 1 { 0 } else { i });
            own.ravel(&own_index.collect::<Vec<_>>())
        };
        let mut elements = Vec::new();
        for s in 0..stack.size() {
            let index = stack.unravel(s);
            let (x, y) = (place(&a_stack, &index) * m * k, place(&b_stack, &index) * k * n);
            for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let term = |sum: T, l| sum.mul_add(self.elements[x + i * k + l], other.elements[y + l * n + j]);
                elements.push((0..k).fold(T::ZERO, term));
            }
        }
        let rows = if first { vec![] } else { vec![m] };
        let cols = if last { vec![] } else { vec![n] };
        Some(Self { shape: stack.iter().copied().chain(rows).chain(cols).collect(), elements })
    }
}

/// That this rank's part of `x` is what it should be.
#[track_caller]
pub(crate) fn assert_equal<T: Ring>(what: &str, x: &DistArray<T>, wanted: &Dense<T>) {
    assert_eq!(*x.shape(), wanted.shape, "{what}");
    for run in x.region().runs() {
        let (local, global) = (&x.local()[run.local..][..run.global.len()], &wanted.elements[run.global.clone()]);
        assert_eq!(local, global, "{what}: from element {} on", run.global.start);
    }
}

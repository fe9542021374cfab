//! Sums of products without any rounding: dot products, norms, variances.

use num_complex::Complex;
use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, parts};
use super::grid::DEPTH;
use super::kernel::{WIDE, Wide};
use super::slice::Counts;
use super::terms::{Plain, WideProducts};
use crate::dtype::Float;

/// From here on the error of a rounded product is a number again: its last bit weighs 2^-1074 or more.
const SAFE: f64 = f64::from_bits((1023 - 968) << 52);

/// The most products of one block.
const BLOCK: usize = WIDE * DEPTH;

/// Bits of a mantissa, which is half of a product's.
const HALF: u32 = 53;

impl Accumulator {
    /// Adds the products of the elements of two slices of equal length, exactly.
    ///
    /// **Local.** Class: Reproducible. Products that overflow or underflow `f64` are still exact, and slower.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn add_products(&mut self, left: &[f64], right: &[f64]) {
        assert_eq!(left.len(), right.len(), "factors of products come in pairs");
        Arch::new().dispatch(AddProducts { sum: self, left, right });
    }

    /// Adds the products of the elements of two slices of equal length, exactly.
    ///
    /// **Local.** Class: Reproducible.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn add_products_f32(&mut self, left: &[f32], right: &[f32]) {
        assert_eq!(left.len(), right.len(), "factors of products come in pairs");
        self.add_terms::<_, Wide, WIDE>(WideProducts(left, right));
    }

    /// Adds one product in integer arithmetic.
    fn add_product(&mut self, x: f64, y: f64) {
        if !(x.is_finite() && y.is_finite()) || x == 0.0 || y == 0.0 {
            return self.add(x * y);
        }
        let ((m, p), (n, q)) = (parts(x), parts(y));
        let negative = x.is_sign_negative() != y.is_sign_negative();
        let product = u128::from(m) * u128::from(n);
        self.deposit_scaled(product as u64 & ((1 << HALF) - 1), p + q, negative);
        self.deposit_scaled((product >> HALF) as u64, p + q + HALF as i32, negative);
    }
}

/// Whether `product` and its error are not the product of `x` and `y`.
#[inline(always)]
fn is_unsafe(x: f64, y: f64, product: f64) -> bool {
    !product.is_finite() || product.abs() < SAFE && x != 0.0 && y != 0.0
}

struct AddProducts<'a> {
    sum: &'a mut Accumulator,
    left: &'a [f64],
    right: &'a [f64],
}

impl WithSimd for AddProducts<'_> {
    type Output = ();

    /// A product is exactly its rounded value plus the error of rounding, which a fused multiply-add gives: two more blocks to add.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sum, left, right } = self;
        let (mut products, mut errors) = ([0.0; BLOCK], [0.0; BLOCK]);
        let (mut coarse, mut fine) = (Counts::<Wide, WIDE>::default(), Counts::<Wide, WIDE>::default());
        for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
            let (products, errors) = (&mut products[..left.len()], &mut errors[..left.len()]);
            let mut any_unsafe = false;
            for ((product, error), (&x, &y)) in products.iter_mut().zip(&mut *errors).zip(left.iter().zip(right)) {
                *product = x * y;
                *error = x.mul_add(y, -*product);
                any_unsafe |= is_unsafe(x, y, *product);
            }
            if any_unsafe {
                take_unsafe(sum, left, right, products, errors);
            }
            coarse.add(simd, sum, &Plain(products));
            // Errors of zero are no zeros that were added.
            let seen = sum.seen;
            fine.add(simd, sum, &Plain(errors));
            sum.seen = seen;
        }
        coarse.settle(sum);
        fine.settle(sum);
    }
}

/// Adds the products that `f64` cannot hold, and leaves zeros in their place.
#[cold]
fn take_unsafe(sum: &mut Accumulator, left: &[f64], right: &[f64], products: &mut [f64], errors: &mut [f64]) {
    for (i, (&x, &y)) in left.iter().zip(right).enumerate() {
        if is_unsafe(x, y, products[i]) {
            sum.add_product(x, y);
            (products[i], errors[i]) = (0.0, 0.0);
        }
    }
}

/// Adds products of complex numbers: four sums of real products, block by block.
pub(super) fn add_complex<T: Float + std::ops::Neg<Output = T>>(
    state: &mut [Accumulator; 2],
    left: &[Complex<T>],
    right: &[Complex<T>],
    add_products: fn(&mut Accumulator, &[T], &[T]),
) {
    assert_eq!(left.len(), right.len(), "factors of products come in pairs");
    let [real, imaginary] = state;
    for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
        let part = |of: fn(&Complex<T>) -> T, values: &[Complex<T>]| values.iter().map(of).collect::<Vec<T>>();
        let (a, b, minus_b) = (part(|z| z.re, left), part(|z| z.im, left), part(|z| -z.im, left));
        let (c, d) = (part(|z| z.re, right), part(|z| z.im, right));
        add_products(real, &a, &c);
        add_products(real, &minus_b, &d);
        add_products(imaginary, &a, &d);
        add_products(imaginary, &b, &c);
    }
}

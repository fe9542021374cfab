//! Sums of products against the oracle.

use isotherm::Complex;
use isotherm::exact::{Accumulator, Summable};

use crate::draw::{Draw, REGIMES};
use crate::oracle::Oracle;
use crate::scalar::{assert_agrees, assert_same};
use crate::slices::narrow;

fn products(left: &[f64], right: &[f64]) -> Accumulator {
    let mut sum = Accumulator::default();
    sum.add_products(left, right);
    sum
}

#[test]
fn products_of_every_pair_of_regimes() {
    for first in 0..REGIMES {
        for second in 0..REGIMES {
            let mut draw = Draw(first * 100 + second);
            let count = [0, 1, 2, 9, 300, 3000][draw.below(6) as usize];
            let (left, right) = (draw.values(count, first), draw.values(count, second));
            let what = format!("regimes {first} and {second}, {count} values");
            assert_agrees(&products(&left, &right), &Oracle::of_products(&left, &right), &what);
            let (left, right) = (narrow(&left), narrow(&right));
            let mut sum = Accumulator::default();
            sum.add_products_f32(&left, &right);
            let wide = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
            assert_agrees(&sum, &Oracle::of_products(&wide(&left), &wide(&right)), &format!("f32, {what}"));
        }
    }
}

#[test]
fn products_out_of_range_still_count() {
    let (huge, tiny, least) = (2.0_f64.powi(1000), 2.0_f64.powi(-1000), f64::from_bits(1));
    let cases: [(&[f64], &[f64], f64); 5] = [
        (&[huge, huge, 3.0], &[huge, -huge, 1.0], 3.0),
        (&[huge, huge], &[huge, huge], f64::INFINITY),
        (&[tiny; 4], &[tiny; 4], 0.0),
        (&[least, 1.0], &[least, 1.0], 1.0),
        (&[1.0 + f64::EPSILON, -1.0], &[1.0 + f64::EPSILON, 1.0 + 2.0 * f64::EPSILON], f64::EPSILON * f64::EPSILON),
    ];
    for (left, right, expected) in cases {
        assert_same(products(left, right).round_f64(), expected, &format!("{left:?} {right:?}"));
    }
    // 2^26 products of 2^-1100 would be 0 one by one.
    let small = vec![2.0_f64.powi(-550); 1 << 13];
    let mut sum = products(&small, &small);
    for _ in 0..13 {
        let copy = sum.clone();
        sum.merge(&copy);
    }
    assert_eq!(sum.round_f64(), 2.0_f64.powi(-1074));
}

#[test]
fn products_in_the_band_where_errors_underflow() {
    for seed in 0..60 {
        let mut draw = Draw(seed);
        let scale = 2.0_f64.powi(-480 - draw.below(60) as i32);
        let mut values = |_| draw.unit() * scale;
        let (left, right): (Vec<f64>, Vec<f64>) = ((0..200).map(&mut values).collect(), (0..200).map(values).collect());
        let (mut sum, mut oracle) = (products(&left, &right), Oracle::of_products(&left, &right));
        // Into range, and then down to the last bit.
        for _ in 0..1100 {
            let copy = sum.clone();
            sum.merge(&copy);
        }
        oracle.double(1100);
        for digit in 0..5 {
            assert_agrees(&sum, &oracle, &format!("seed {seed}, digit {digit}"));
            let leading = oracle.round_f64();
            sum.add(-leading);
            oracle.add(-leading);
        }
        assert_same(sum.round_f64(), 0.0, "all digits are taken");
    }
}

#[test]
fn only_negative_zeros_make_a_negative_zero() {
    assert_same(products(&[-0.0, 0.0], &[1.0, -2.0]).round_f64(), -0.0, "-0");
    assert_same(products(&[-0.0, 0.0], &[1.0, 2.0]).round_f64(), 0.0, "0");
    assert_same(products(&[-1e-300], &[1e-300]).round_f64(), -0.0, "a negative sum below the least float");
}

#[test]
fn complex_products() {
    let left = [Complex::new(1.0, 2.0), Complex::new(-3.0, 0.5)];
    let right = [Complex::new(4.0, -1.0), Complex::new(2.0, 8.0)];
    let mut state = Default::default();
    Complex::<f64>::add_products(&mut state, &left, &right);
    assert_eq!(Complex::<f64>::finish(&state), left[0] * right[0] + left[1] * right[1]);
}

//! One value at a time: adding, merging, writing and rounding.

use isotherm::exact::Accumulator;

use crate::draw::{Draw, REGIMES};
use crate::oracle::Oracle;

pub(crate) fn bytes(sum: &Accumulator) -> Vec<u8> {
    let mut bytes = Vec::new();
    sum.write(&mut bytes);
    bytes
}

pub(crate) fn read(mut bytes: &[u8]) -> Accumulator {
    let sum = Accumulator::read(&mut bytes).unwrap();
    assert!(bytes.is_empty());
    sum
}

/// The same number, with the same sign of zero; any NaN is NaN.
#[track_caller]
pub(crate) fn assert_same(got: f64, expected: f64, what: &str) {
    assert!(
        got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan(),
        "{got:e} not {expected:e}: {what}"
    );
}

#[track_caller]
pub(crate) fn assert_agrees(sum: &Accumulator, oracle: &Oracle, what: &str) {
    assert_same(sum.round_f64(), oracle.round_f64(), what);
    assert_same(sum.round_f32().into(), oracle.round_f32().into(), what);
}

pub(crate) fn one_by_one(values: &[f64]) -> Accumulator {
    let mut sum = Accumulator::default();
    for &value in values {
        sum.add(value);
    }
    sum
}

#[test]
fn every_regime_agrees_with_the_oracle() {
    for regime in 0..REGIMES {
        for (trial, count) in [0, 1, 2, 3, 10, 100, 1500, 6000].into_iter().enumerate() {
            let mut draw = Draw(regime * 100 + trial as u64);
            let values = draw.values(count, regime);
            let sum = one_by_one(&values);
            let what = format!("regime {regime}, {count} values");
            assert_agrees(&sum, &Oracle::of(&values), &what);
            assert_eq!(sum.is_empty(), count == 0, "{what}");
        }
    }
}

#[test]
fn partitions_merge_to_the_same_bytes_in_any_order() {
    for regime in 0..REGIMES {
        let mut draw = Draw(7000 + regime);
        let mut values = draw.values(3000, regime);
        let expected = bytes(&one_by_one(&values));
        draw.shuffle(&mut values);
        let mut parts = Vec::new();
        let mut rest = values.as_slice();
        while !rest.is_empty() {
            let (part, after) = rest.split_at(draw.below(rest.len() as u64 + 1) as usize);
            parts.push(bytes(&one_by_one(part)));
            rest = after;
        }
        draw.shuffle(&mut parts);
        let mut total = Accumulator::default();
        for part in &parts {
            total.merge(&read(part));
        }
        assert_eq!(bytes(&total), expected, "regime {regime}");
        assert_same(read(&expected).round_f64(), total.round_f64(), "after writing");
    }
}

#[test]
fn many_merges_of_full_accumulators_do_not_overflow_a_chunk() {
    // Of all values this one fills a chunk most: 53 bits of ones, 52 of them in one chunk.
    let value = 2.0_f64.next_down() * 2.0_f64.powi(83);
    let mut sum = Accumulator::default();
    (0..10_000).for_each(|_| sum.add(value));
    assert_eq!(sum.mean_f64(10_000), value);

    let mut part = Accumulator::default();
    (0..999).for_each(|_| part.add(-f64::MAX));
    let mut total = Accumulator::default();
    (0..5000).for_each(|_| total.merge(&part));
    assert_eq!(total.round_f64(), f64::NEG_INFINITY);
    assert_eq!(total.mean_f64(999 * 5000), -f64::MAX);
    let mut doubled = total.clone();
    doubled.merge(&total);
    assert_eq!(doubled.mean_f64(2 * 999 * 5000), -f64::MAX);
}

#[test]
fn special_values_follow_the_table() {
    let cases: [(&[f64], f64); 9] = [
        (&[], 0.0),
        (&[-0.0, -0.0], -0.0),
        (&[-0.0, 0.0], 0.0),
        (&[1.5, -1.5, -0.0], 0.0),
        (&[f64::INFINITY, 1.0, f64::INFINITY], f64::INFINITY),
        (&[f64::NEG_INFINITY, f64::MAX], f64::NEG_INFINITY),
        (&[f64::NEG_INFINITY, f64::INFINITY], f64::NAN),
        (&[f64::NAN, 1.0], f64::NAN),
        (&[f64::MAX, f64::MAX, -f64::MAX], f64::MAX),
    ];
    for (values, expected) in cases {
        let sum = one_by_one(values);
        let what = format!("{values:?}");
        assert_same(sum.round_f64(), expected, &what);
        assert_same(read(&bytes(&sum)).round_f64(), expected, &what);
        assert_same(sum.mean_f64(1), expected, &what);
        assert_same(f64::from(sum.round_f32()), f64::from(expected as f32), &what);
    }
}

#[test]
fn ties_go_to_even_in_both_formats() {
    let half = 2.0_f64.powi(-53);
    let tiny = f64::from_bits(1);
    let single = 2.0_f64.powi(-24);
    for sign in [1.0, -1.0] {
        for terms in [
            [1.0, half, 0.0],
            [1.0, half, tiny],
            [1.0, half, -tiny],
            [1.0 + 2.0 * half, half, 0.0],
            [1.0 + 2.0 * half, half, -tiny],
            [1.0, single, 0.0],
            [1.0, single, tiny],
            [1.0, single, -half],
            [1.0 + 2.0 * single, single, 0.0],
            // The next two round the wrong way when an f32 is made by way of an f64.
            [1.0, single, half / 4.0],
            [1.0 + 2.0 * single, single, -half / 4.0],
            // Subnormal f32, at and about a tie.
            [2.0_f64.powi(-149), 2.0_f64.powi(-150), 0.0],
            [2.0_f64.powi(-150), 0.0, 0.0],
            [2.0_f64.powi(-150), tiny, 0.0],
            [2.0_f64.powi(-126), -2.0_f64.powi(-150), 0.0],
            [2.0_f64.powi(-126), -2.0_f64.powi(-151), 0.0],
            // The border to infinity.
            [f64::MAX, 2.0_f64.powi(969), 0.0],
            [f64::MAX, 2.0_f64.powi(970), 0.0],
            [f64::MAX, 2.0_f64.powi(970), -tiny],
            [f64::from(f32::MAX), 2.0_f64.powi(103), 0.0],
            [f64::from(f32::MAX), 2.0_f64.powi(103), -tiny],
            [tiny, tiny, tiny],
            [2.0_f64.powi(-1022), -tiny, 0.0],
        ] {
            let terms = terms.map(|term| sign * term);
            assert_agrees(&one_by_one(&terms), &Oracle::of(&terms), &format!("{terms:?}"));
        }
    }
}

#[test]
fn rounding_random_short_sums() {
    for seed in 0..3000 {
        let mut draw = Draw(seed);
        let range = [2, 30, 60, 150][draw.below(4) as usize];
        let values: Vec<f64> = (0..=draw.below(4)).map(|_| draw.spread(range)).collect();
        assert_agrees(&one_by_one(&values), &Oracle::of(&values), &format!("seed {seed}"));
    }
}

#[test]
fn means_are_rounded_once() {
    for seed in 0..2000 {
        let mut draw = Draw(seed);
        let range = [1, 30, 900][draw.below(3) as usize];
        let count = draw.below(4) as usize + 1;
        let values: Vec<f64> = (0..count).map(|_| draw.spread(range)).collect();
        let (sum, oracle) = (one_by_one(&values), Oracle::of(&values));
        for count in [1, 3, count as u64, draw.bits() >> draw.below(63) | 1, u64::MAX] {
            let what = format!("seed {seed}, count {count}");
            assert_same(sum.mean_f64(count), oracle.mean_f64(count), &what);
            assert_same(sum.mean_f32(count).into(), oracle.mean_f32(count).into(), &what);
        }
    }
    assert!(Accumulator::default().mean_f64(0).is_nan());
}

#[test]
fn malformed_bytes_are_refused() {
    let sum = bytes(&one_by_one(&[1.0, 1e-30]));
    for cut in 0..sum.len() {
        assert!(Accumulator::read(&mut &sum[..cut]).is_err());
    }
    for header in [[3, 100, 10], [3, 0x80, 1], [0x43, 0, 0], [0, 0, 200]] {
        let mut bytes = header.to_vec();
        bytes.extend([1; 800]);
        assert!(Accumulator::read(&mut bytes.as_slice()).is_err(), "{header:?}");
    }
}

#[test]
fn an_accumulator_fits_a_cache_line() {
    assert_eq!(size_of::<Accumulator>(), 64);
}

//! Whole slices: the kernels against one value at a time, and that against the oracle.

use isotherm::exact::{Accumulator, Summable};

use crate::draw::{Draw, REGIMES};
use crate::oracle::Oracle;
use crate::scalar::{assert_agrees, bytes, one_by_one, read};

const LENGTHS: [usize; 14] = [0, 1, 2, 7, 11, 12, 13, 100, 2047, 2048, 2049, 4097, 6500, 20000];

pub(crate) fn slice(values: &[f64]) -> Accumulator {
    let mut sum = Accumulator::default();
    sum.add_slice(values);
    sum
}

fn slice_f32(values: &[f32]) -> Accumulator {
    let mut sum = Accumulator::default();
    sum.add_slice_f32(values);
    sum
}

pub(crate) fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}

#[test]
fn slices_agree_with_the_oracle() {
    for regime in 0..REGIMES {
        for count in LENGTHS {
            let values = Draw(regime * 1000 + count as u64).values(count, regime);
            let what = format!("regime {regime}, {count} values");
            assert_agrees(&slice(&values), &Oracle::of(&values), &what);
        }
    }
}

#[test]
fn slices_have_the_bytes_of_single_values() {
    for regime in 0..REGIMES {
        for count in LENGTHS {
            let mut draw = Draw(regime * 1000 + count as u64);
            let values = draw.values(count, regime);
            assert_eq!(bytes(&slice(&values)), bytes(&one_by_one(&values)), "f64, regime {regime}, {count} values");
            let values = narrow(&values);
            let wide: Vec<f64> = values.iter().copied().map(f64::from).collect();
            assert_eq!(bytes(&slice_f32(&values)), bytes(&one_by_one(&wide)), "f32, regime {regime}, {count} values");
        }
    }
}

#[test]
fn subnormal_and_wide_f32_slices() {
    for seed in 0..20 {
        let mut draw = Draw(seed);
        let range = [1, 18, 22, 40, 120][seed as usize % 5];
        let mut values: Vec<f32> = (0..9000).map(|_| draw.spread(range) as f32).collect();
        for value in values.iter_mut().step_by(7) {
            *value *= f32::from_bits(1 << (seed % 24)) * [1.0, 1e30][seed as usize % 2];
        }
        let wide: Vec<f64> = values.iter().copied().map(f64::from).collect();
        assert_agrees(&slice_f32(&values), &Oracle::of(&wide), &format!("seed {seed}"));
    }
}

/// The largest sums of a lane of `f32` with one small odd value at the end, about the spread where `f64` begins to round.
#[test]
fn f32_at_the_edge_of_exact_lanes() {
    for shift in 15..45 {
        let mut values = vec![2.0_f32.next_down(); 4096];
        *values.last_mut().unwrap() = 1.0_f32.next_up() * 2.0_f32.powi(-shift);
        let wide: Vec<f64> = values.iter().copied().map(f64::from).collect();
        assert_eq!(bytes(&slice_f32(&values)), bytes(&one_by_one(&wide)), "2^-{shift}");
        let mut columns = vec![Accumulator::default(); 16];
        f32::add_rows(&mut columns, &values);
        let mut total = Accumulator::default();
        for column in &columns {
            total.merge(column);
        }
        assert_eq!(bytes(&total), bytes(&one_by_one(&wide)), "columns, 2^-{shift}");
    }
}

#[test]
fn scales_that_change_from_block_to_block() {
    let mut draw = Draw(3);
    let mut values = draw.values(40_000, 0);
    for (block, values) in values.chunks_mut(1000).enumerate() {
        let scale = 2.0_f64.powi([0, 5, -3, 60, -60, 400, 1000, -1000, -1040, 1023][block % 10]);
        for value in values {
            *value *= scale;
        }
    }
    assert_agrees(&slice(&values), &Oracle::of(&values), "scales");
    assert_eq!(bytes(&slice(&values)), bytes(&one_by_one(&values)));
}

#[test]
fn permutations_and_partitions_give_equal_bits() {
    for regime in 0..REGIMES {
        let mut draw = Draw(90 + regime);
        let mut values = draw.values(20_000, regime);
        let expected = bytes(&slice(&values));
        draw.shuffle(&mut values);
        assert_eq!(bytes(&slice(&values)), expected, "shuffled, regime {regime}");
        let mut total = Accumulator::default();
        let mut rest = values.as_slice();
        while !rest.is_empty() {
            let length = draw.below(5000).min(rest.len() as u64) as usize;
            let (part, after) = rest.split_at(length);
            total.merge(&read(&bytes(&slice(part))));
            rest = after;
        }
        assert_eq!(bytes(&total), expected, "partitioned, regime {regime}");
    }
}

/// Around the borders of blocks of both kernels, and of the values that the first grid is guessed from.
const PLACES: [usize; 14] = [0, 7, 8, 15, 16, 127, 128, 2047, 2048, 2049, 4095, 4096, 8191, 8200];

#[test]
fn one_unusual_value_anywhere_in_a_batch() {
    let usual = Draw(11).values(8201, 0);
    let least = f64::from_bits(1);
    let unusual =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, least, f64::MIN_POSITIVE, f64::MAX, 1e-30, 1e30, 3.0];
    for place in PLACES {
        for value in unusual {
            let mut values = usual.clone();
            values[place] = value;
            assert_slices(&values, &format!("{value} at {place}"));
        }
    }
}

#[test]
fn one_usual_value_among_zeros() {
    for zero in [0.0, -0.0] {
        for place in PLACES {
            let mut values = vec![zero; 8201];
            values[place] = 0.1;
            assert_slices(&values, &format!("0.1 at {place} among {zero}"));
            values[place] = -zero;
            assert_slices(&values, &format!("{} at {place} among {zero}", -zero));
        }
    }
}

#[test]
fn grids_go_up_and_down_with_the_blocks() {
    for step in [-400, -40, -20, -3, -1, 1, 3, 20, 40, 400] {
        let mut values = Draw(12).values(5 * 4096 + 9, 0);
        for (block, values) in values.chunks_mut(2048).enumerate() {
            let scale = 2.0_f64.powi(step * [0, 1, 2, 1, 0][block % 5]);
            for value in values {
                *value *= scale;
            }
        }
        assert_slices(&values, &format!("{step} binades from block to block"));
    }
}

#[test]
fn lanes_filled_to_their_limit() {
    // The greatest values below a power of two, all of one sign: the lanes go as far up or down as they can.
    for exponent in [-1060, -1022, -300, 0, 120, 127, 900, 1013, 1014, 1020] {
        for sign in [1.0, -1.0] {
            let value = sign * 2.0_f64.powi(exponent) * (1.0 - f64::EPSILON / 2.0);
            assert_slices(&vec![value; 70 * 2048], &format!("{value:e}"));
        }
    }
}

/// All ways to add the values, as `f64` and as `f32`, have the bytes of adding one by one.
fn assert_slices(values: &[f64], what: &str) {
    let mut sum = Accumulator::default();
    sum.add_slice(values);
    assert!(bytes(&sum) == bytes(&one_by_one(values)), "f64, {what}");
    let narrow = narrow(values);
    let wide: Vec<f64> = narrow.iter().copied().map(f64::from).collect();
    let mut sum = Accumulator::default();
    sum.add_slice_f32(&narrow);
    assert!(bytes(&sum) == bytes(&one_by_one(&wide)), "f32, {what}");
}

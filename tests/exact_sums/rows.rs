//! Sums of columns, of complex numbers and of integers.

use isotherm::Complex;
use isotherm::exact::{Accumulator, Averageable, State, Summable, Wrapping};

use crate::draw::{Draw, REGIMES};
use crate::scalar::{assert_same, bytes, one_by_one};
use crate::slices::narrow;

fn columns_one_by_one(columns: usize, rows: &[f64]) -> Vec<Vec<u8>> {
    let column = |first| rows.iter().skip(first).step_by(columns).copied().collect::<Vec<f64>>();
    (0..columns).map(|first| bytes(&one_by_one(&column(first)))).collect()
}

fn assert_columns(columns: usize, rows: &[f64], what: &str) {
    let mut states = vec![Accumulator::default(); columns];
    f64::add_rows(&mut states, rows);
    assert!(states.iter().map(bytes).eq(columns_one_by_one(columns, rows)), "f64, {what}");
    let rows = narrow(rows);
    let wide: Vec<f64> = rows.iter().copied().map(f64::from).collect();
    let mut states = vec![Accumulator::default(); columns];
    f32::add_rows(&mut states, &rows);
    assert!(states.iter().map(bytes).eq(columns_one_by_one(columns, &wide)), "f32, {what}");
}

#[test]
fn columns_are_their_own_sums() {
    for columns in [1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 31, 63, 64, 65, 100] {
        for rows in [0, 1, 3, 4, 5, 16, 100, 257, 600] {
            let regime = [0, 1, 9][(columns + rows) % 3];
            let values = Draw((columns * 1000 + rows) as u64).values(columns * rows, regime);
            assert_columns(columns, &values, &format!("{rows} x {columns}, regime {regime}"));
        }
    }
    let values = Draw(1).values(1003 * 20, 0);
    assert_columns(1003, &values, "20 x 1003");
}

#[test]
fn columns_of_every_regime() {
    for regime in 0..REGIMES {
        for columns in [3, 24, 70] {
            let values = Draw(regime).values(columns * 300, regime);
            assert_columns(columns, &values, &format!("300 x {columns}, regime {regime}"));
        }
    }
}

#[test]
fn rows_may_lie_apart() {
    for (columns, stride) in [(1, 3), (2, 5), (7, 8), (8, 20), (16, 17), (40, 64), (300, 700), (520, 521)] {
        for (rows, regime) in [(1, 0), (3, 1), (5, 9), (260, 0), (300, 10), (270, 12), (259, 4)] {
            let draw = Draw((columns * 1000 + rows) as u64).values(stride * rows, regime);
            let values = &draw[..stride * (rows - 1) + columns];
            let dense: Vec<f64> = values.chunks(stride).flat_map(|row| &row[..columns]).copied().collect();
            let mut states = vec![Accumulator::default(); columns];
            f64::add_strided_rows(&mut states, values, stride);
            let what = format!("{rows} x {columns}, {stride} apart, regime {regime}");
            assert!(states.iter().map(bytes).eq(columns_one_by_one(columns, &dense)), "f64, {what}");
            let (values, dense) = (narrow(values), narrow(&dense).into_iter().map(f64::from).collect::<Vec<f64>>());
            let mut states = vec![Accumulator::default(); columns];
            f32::add_strided_rows(&mut states, &values, stride);
            assert!(states.iter().map(bytes).eq(columns_one_by_one(columns, &dense)), "f32, {what}");
        }
    }
}

#[test]
fn columns_of_different_scales_and_kinds() {
    let columns = 66;
    let mut values = Draw(5).values(columns * 700, 0);
    for row in values.chunks_mut(columns) {
        for (column, value) in row.iter_mut().enumerate() {
            *value *= 2.0_f64.powi([0, 30, -100, 500, -500, -1030][column % 6]);
        }
        (row[1], row[2], row[65]) = (-0.0, 0.0, f64::NEG_INFINITY);
    }
    values[columns * 400 + 9] = f64::NAN;
    values[columns * 500 + 20] = f64::INFINITY;
    assert_columns(columns, &values, "mixed");
}

#[test]
fn complex_sums_are_sums_of_parts() {
    let mut draw = Draw(8);
    let values: Vec<Complex<f64>> = (0..5000).map(|_| Complex::new(draw.spread(30), draw.spread(2))).collect();
    let mut state = Default::default();
    Complex::<f64>::add_slice(&mut state, &values);
    let [re, im]: [Vec<f64>; 2] = [values.iter().map(|z| z.re).collect(), values.iter().map(|z| z.im).collect()];
    let sum = Complex::<f64>::finish(&state);
    assert_same(sum.re, one_by_one(&re).round_f64(), "real part");
    assert_same(sum.im, one_by_one(&im).round_f64(), "imaginary part");
    let mean = Complex::<f64>::mean(&state, 5000);
    assert_same(mean.im, one_by_one(&im).mean_f64(5000), "mean");

    let mut states = vec![<[Accumulator; 2]>::default(); 5];
    Complex::<f64>::add_rows(&mut states, &values);
    let (first, others) = states.split_first_mut().unwrap();
    for other in others {
        first.merge(other);
    }
    let (mut merged, mut whole) = (Vec::new(), Vec::new());
    first.write(&mut merged);
    state.write(&mut whole);
    assert_eq!(merged, whole);
    assert_eq!(Complex::<f64>::finish(&State::read(&mut merged.as_slice()).unwrap()), sum);
}

#[test]
fn integer_sums_wrap_in_64_bits() {
    let mut state = Wrapping::default();
    i64::add_slice(&mut state, &[i64::MAX, 1, -3]);
    assert_eq!(i64::finish(&state), i64::MAX.wrapping_add(-2));
    let mut state = Wrapping::default();
    u8::add_slice(&mut state, &[255; 1000]);
    assert_eq!(u8::finish(&state), 255_000);
    let mut states = [Wrapping::default(); 2];
    i32::add_rows(&mut states, &[i32::MIN, 1, i32::MIN, 2]);
    assert_eq!(states.map(|state| i32::finish(&state)), [2 * i64::from(i32::MIN), 3]);
    let mut state = Wrapping::default();
    i32::add_products(&mut state, &[i32::MIN, 2], &[i32::MIN, -3]);
    assert_eq!(i32::finish(&state), (1 << 62) - 6);
}

#[test]
#[should_panic(expected = "no whole rows")]
fn partial_rows_are_a_bug() {
    f64::add_rows(&mut [Accumulator::default(), Accumulator::default()], &[1.0; 3]);
}

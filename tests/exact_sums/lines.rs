//! Sums and means of many lines at once, without states.

use isotherm::Complex;
use isotherm::exact::{Accumulator, Averageable, Summable};

use crate::draw::{Draw, REGIMES};
use crate::scalar::{assert_same, one_by_one};
use crate::slices::narrow;

fn assert_lines(sums: &[f64], means: &[f64], line: impl Fn(usize) -> Vec<f64>, what: &str) {
    for (number, (&sum, &mean)) in sums.iter().zip(means).enumerate() {
        let values = line(number);
        let exact = one_by_one(&values);
        assert_same(sum, exact.round_f64(), &format!("sum {number}, {what}"));
        assert_same(mean, exact.mean_f64(values.len() as u64), &format!("mean {number}, {what}"));
    }
}

fn assert_lines_f32(sums: &[f32], means: &[f32], line: impl Fn(usize) -> Vec<f64>, what: &str) {
    for (number, (&sum, &mean)) in sums.iter().zip(means).enumerate() {
        let values = line(number);
        let exact = one_by_one(&values);
        assert_eq!(sum.to_bits(), exact.round_f32().to_bits(), "sum {number}, {what}");
        assert_eq!(mean.to_bits(), exact.mean_f32(values.len() as u64).to_bits(), "mean {number}, {what}");
    }
}

fn assert_runs(values: &[f64], len: usize, what: &str) {
    let lines = values.len() / len;
    let (mut sums, mut means) = (vec![0.0; lines], vec![0.0; lines]);
    f64::sum_runs(&mut sums, values, len);
    f64::mean_runs(&mut means, values, len);
    assert_lines(&sums, &means, |line| values[line * len..][..len].to_vec(), what);
    let values = narrow(values);
    let (mut sums, mut means) = (vec![0.0; lines], vec![0.0; lines]);
    f32::sum_runs(&mut sums, &values, len);
    f32::mean_runs(&mut means, &values, len);
    assert_lines_f32(&sums, &means, |line| values[line * len..][..len].iter().map(|&x| x.into()).collect(), what);
}

fn assert_rows(values: &[f64], columns: usize, stride: usize, what: &str) {
    let (mut sums, mut means) = (vec![0.0; columns], vec![0.0; columns]);
    f64::sum_rows(&mut sums, values, stride);
    f64::mean_rows(&mut means, values, stride);
    assert_lines(&sums, &means, |line| values[line..].iter().step_by(stride).copied().collect(), what);
    let values = narrow(values);
    let (mut sums, mut means) = (vec![0.0; columns], vec![0.0; columns]);
    f32::sum_rows(&mut sums, &values, stride);
    f32::mean_rows(&mut means, &values, stride);
    assert_lines_f32(&sums, &means, |line| values[line..].iter().step_by(stride).map(|&x| x.into()).collect(), what);
}

#[test]
fn runs_of_every_regime() {
    for regime in 0..REGIMES {
        for len in [1, 3, 8, 31, 256, 300, 4097] {
            let values = Draw(regime * 7 + len as u64).values(len * (2000 / len).clamp(2, 9), regime);
            assert_runs(&values, len, &format!("runs of {len}, regime {regime}"));
        }
    }
}

#[test]
fn runs_of_different_scales() {
    let mut values = Draw(3).values(64 * 40, 0);
    for (number, run) in values.chunks_mut(64).enumerate() {
        let scale = 2.0_f64.powi([0, 30, -100, 500, -500, -1030, 900][number % 7]);
        for value in run.iter_mut() {
            *value *= scale;
        }
        run[5] = if number % 11 == 10 { f64::NAN } else { run[5] };
    }
    values[64 * 8..64 * 9].fill(-0.0);
    values[64 * 9..64 * 10].fill(0.0);
    assert_runs(&values, 64, "mixed");
}

#[test]
fn rows_of_every_regime() {
    for regime in 0..REGIMES {
        for (columns, stride) in [(1, 1), (7, 7), (8, 9), (64, 64), (70, 70), (520, 600)] {
            for rows in [1, 5, 67, 130] {
                let values = Draw(regime * 31 + rows as u64).values(stride * (rows - 1) + columns, regime);
                assert_rows(&values, columns, stride, &format!("{rows} x {columns}, regime {regime}"));
            }
        }
    }
    assert_rows(&Draw(9).values(5000 * 16, 1), 16, 16, "more rows than one grid counts");
}

#[test]
fn rows_of_different_scales_and_kinds() {
    let columns = 1100;
    let mut values = Draw(5).values(columns * 140, 0);
    for (number, row) in values.chunks_mut(columns).enumerate() {
        for (column, value) in row.iter_mut().enumerate() {
            *value *= 2.0_f64.powi([0, 30, -100, 12, -500, -1030][column / 192] + number as i32 % 3);
        }
        (row[1], row[2], row[65]) = (-0.0, 0.0, f64::NEG_INFINITY);
    }
    values[columns * 40 + 600] = f64::NAN;
    values[columns * 50 + 20] = f64::INFINITY;
    assert_rows(&values, columns, columns, "mixed");
}

#[test]
fn complex_lines_are_lines_of_parts() {
    let mut draw = Draw(8);
    let values: Vec<Complex<f64>> = (0..600).map(|_| Complex::new(draw.spread(30), draw.spread(2))).collect();
    let part = |values: Vec<Complex<f64>>, of: fn(&Complex<f64>) -> f64| -> Accumulator {
        one_by_one(&values.iter().map(of).collect::<Vec<f64>>())
    };
    let (mut sums, mut means) = (vec![Complex::default(); 20], vec![Complex::default(); 20]);
    Complex::sum_rows(&mut sums, &values, 20);
    Complex::mean_rows(&mut means, &values, 20);
    for column in 0..20 {
        let line: Vec<_> = values[column..].iter().step_by(20).copied().collect();
        assert_same(sums[column].re, part(line.clone(), |z| z.re).round_f64(), "real part");
        assert_same(means[column].im, part(line, |z| z.im).mean_f64(30), "imaginary mean");
    }
    Complex::sum_runs(&mut sums, &values, 30);
    Complex::mean_runs(&mut means, &values, 30);
    for run in 0..20 {
        let line = values[run * 30..][..30].to_vec();
        assert_same(sums[run].im, part(line.clone(), |z| z.im).round_f64(), "imaginary part");
        assert_same(means[run].re, part(line, |z| z.re).mean_f64(30), "real mean");
    }
}

//! Elements as columns of text, after NumPy's manner.

use std::fmt::{Display, LowerExp};

use num_complex::Complex;

use crate::dtype::{DType, Element};

/// So many indices are shown at either end of an axis that is cut.
pub(super) const EDGE: usize = 3;

/// The longest line, if its elements can be broken.
const LINE: usize = 75;

/// The most digits behind the point.
const PRECISION: usize = 8;

/// All elements as text of one width.
pub(super) fn cells<T: Element>(elements: &[T]) -> Vec<String> {
    match T::DTYPE {
        DType::F32 => reals(bytemuck::checked::cast_slice::<T, f32>(elements).iter().copied()),
        DType::F64 => reals(bytemuck::checked::cast_slice::<T, f64>(elements).iter().copied()),
        DType::C32 => complex(bytemuck::checked::cast_slice::<T, Complex<f32>>(elements)),
        DType::C64 => complex(bytemuck::checked::cast_slice::<T, Complex<f64>>(elements)),
        _ => right(elements.iter().map(ToString::to_string).collect()),
    }
}

/// Cells in brackets, one pair around each row; axes that are `cut` have dots in their middle.
pub(super) fn nested(cells: &[String], shape: &[usize], cut: &[bool]) -> String {
    if cells.is_empty() && !shape.is_empty() {
        return "[]".to_owned();
    }
    bracketed(cells, shape, cut, 1)
}

fn bracketed(cells: &[String], shape: &[usize], cut: &[bool], depth: usize) -> String {
    let Some((&extent, inner)) = shape.split_first() else { return cells[0].trim().to_owned() };
    let rows = cells.chunks(cells.len() / extent);
    let mut parts: Vec<String> = match inner {
        [] => cells.to_vec(),
        _ => rows.map(|row| bracketed(row, inner, &cut[1..], depth + 1)).collect(),
    };
    if cut[0] {
        parts.insert(EDGE, "...".to_owned());
    }
    let indent = " ".repeat(depth);
    if inner.is_empty() {
        return format!("[{}]", wrapped(&parts, &indent));
    }
    format!("[{}]", parts.join(&format!("{}{indent}", "\n".repeat(inner.len()))))
}

/// Parts side by side, in lines of at most [`LINE`] characters.
fn wrapped(parts: &[String], indent: &str) -> String {
    let mut text = String::new();
    let mut line = indent.len();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 && line + 1 + part.len() > LINE {
            text.push('\n');
            text.push_str(indent);
            line = indent.len();
        } else if number > 0 {
            text.push(' ');
            line += 1;
        }
        text.push_str(part);
        line += part.len();
    }
    text
}

/// Moves each to the right end of the column.
fn right(cells: Vec<String>) -> Vec<String> {
    let width = cells.iter().map(String::len).max().unwrap_or(0);
    cells.into_iter().map(|cell| format!("{cell:>width$}")).collect()
}

/// Real numbers with their points below each other, all of them in scientific notation if that is needed for any.
fn reals<F: Display + LowerExp + Copy + Into<f64>>(numbers: impl Iterator<Item = F> + Clone) -> Vec<String> {
    let sizes = || numbers.clone().map(|x| x.into().abs()).filter(|size| size.is_finite() && *size > 0.0);
    let (least, greatest) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    // NumPy's rule: too large, too small, or too far apart to be read as they are.
    if greatest >= 1e8 || least < 1e-4 || greatest / least > 1000.0 { scientific(numbers) } else { fixed(numbers) }
}

fn fixed<F: Display + Into<f64> + Copy>(numbers: impl Iterator<Item = F>) -> Vec<String> {
    let shortest = |x: F| {
        let text = x.to_string();
        match text.split_once('.') {
            _ if !x.into().is_finite() => text.to_lowercase(),
            None => format!("{text}."),
            Some((_, fraction)) if fraction.len() <= PRECISION => text,
            Some(_) => format!("{x:.PRECISION$}").trim_end_matches('0').to_owned(),
        }
    };
    let cells: Vec<String> = numbers.map(shortest).collect();
    let behind = |cell: &String| cell.find('.').map(|point| cell.len() - point);
    let most = cells.iter().filter_map(behind).max().unwrap_or(0);
    let padded = |cell: String| match behind(&cell) {
        Some(behind) => format!("{cell}{}", " ".repeat(most - behind)),
        None => cell,
    };
    right(cells.into_iter().map(padded).collect())
}

fn scientific<F: LowerExp + Into<f64> + Copy>(numbers: impl Iterator<Item = F> + Clone) -> Vec<String> {
    // The digits behind the point, and those of the exponent.
    let needed = |x: F| {
        let behind = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len());
        let (shortest, rounded) = (format!("{x:e}"), format!("{x:.PRECISION$e}"));
        let (mantissa, exponent) = shortest.split_once('e').expect("this notation has an exponent");
        let digits = match behind(mantissa) {
            digits if digits <= PRECISION => digits,
            _ => behind(rounded.split('e').next().unwrap_or_default()),
        };
        (digits, exponent.trim_start_matches('-').len())
    };
    let finite = numbers.clone().filter(|&x| x.into().is_finite());
    let (most, width) = finite.map(needed).fold((0, 2), |(a, b), (digits, width)| (a.max(digits), b.max(width)));
    let cell = |x: F| {
        let text = format!("{x:.most$e}");
        let Some((mantissa, exponent)) = text.split_once('e').filter(|_| x.into().is_finite()) else {
            return text.to_lowercase();
        };
        let point = if most == 0 { "." } else { "" };
        let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
        format!("{mantissa}{point}e{sign}{size:0>width$}")
    };
    right(numbers.map(cell).collect())
}

/// Complex numbers as a column of real parts and one of imaginary parts.
fn complex<F: Display + LowerExp + Copy + Into<f64>>(numbers: &[Complex<F>]) -> Vec<String> {
    let real = reals(numbers.iter().map(|z| z.re));
    let signed = reals(numbers.iter().map(|z| z.im)).into_iter().map(|part| {
        let digits = part.trim();
        let sign = if digits.starts_with('-') { "" } else { "+" };
        let behind = &part[part.trim_end().len()..];
        format!("{sign}{digits}j{behind}")
    });
    real.into_iter().zip(right(signed.collect())).map(|(real, imaginary)| format!("{real}{imaginary}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<T: Element>(elements: &[T]) -> String {
        nested(&cells(elements), &[elements.len()], &[false])
    }

    /// Each of these is what NumPy 2 prints (but for `true` and `false`).
    #[test]
    fn rows_look_like_numpys() {
        assert_eq!(row(&[1.0, 2.5, -30.0]), "[  1.    2.5 -30. ]");
        assert_eq!(row(&[0.1_f32, 1.0 / 3.0]), "[0.1        0.33333334]");
        assert_eq!(row(&[1.0 / 3.0, f64::NAN, f64::INFINITY]), "[0.33333333        nan        inf]");
        assert_eq!(row(&[1e-5, 1.5]), "[1.0e-05 1.5e+00]");
        assert_eq!(row(&[1e100, -1e8]), "[ 1.e+100 -1.e+008]");
        assert_eq!(row(&[0.1 + 0.2, 1e3, 1.0]), "[3.e-01 1.e+03 1.e+00]");
        assert_eq!(row(&[0.0, -0.0]), "[ 0. -0.]");
        assert_eq!(row(&[1, -20, 300]), "[  1 -20 300]");
        assert_eq!(row(&[true, false]), "[ true false]");
        assert_eq!(row(&[Complex::new(1.0, 2.0), Complex::new(-3.5, -10.0)]), "[ 1.  +2.j -3.5-10.j]");
        assert_eq!(row::<f64>(&[]), "[]");
    }

    #[test]
    fn long_rows_are_broken_and_blocks_stand_apart() {
        let text = row(&[1_234_567_i64; 20]);
        assert!(text.lines().count() == 3 && text.lines().all(|line| line.len() <= LINE + 1), "{text}");
        assert_eq!(nested(&cells(&[1, 2, 3, 4]), &[2, 1, 2], &[false; 3]), "[[[1 2]]\n\n [[3 4]]]");
        assert_eq!(nested(&cells(&[7.0]), &[], &[]), "7.");
        assert_eq!(nested(&cells(&[0, 1, 2, 7, 8, 9]), &[6], &[true]), "[0 1 2 ... 7 8 9]");
    }
}

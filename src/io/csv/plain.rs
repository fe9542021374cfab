//! Records of nothing but plain numbers, read where they stand in a buffer: the way that nearly all of a table goes.

use super::decimal::Decimal;
#[cfg(target_arch = "x86_64")]
use super::digits;
use super::number::Field;

/// What was read at the start of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) bytes: usize,
    pub(super) rows: usize,
    /// The line feeds among the bytes.
    pub(super) lines: u64,
}

/// Read the plain records at the start of `text` into rows of `columns` values, up to the first that is not plain, does not end in
/// the text, or begins at or behind `stop`. What is there of that one may have come into its row.
pub(super) fn read<T: Field>(text: &[u8], stop: usize, delimiter: u8, columns: usize, values: &mut [T]) -> Read {
    let task = Task { text, stop, delimiter, columns, values };
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(
            #[inline(always)]
            || task.run(simd),
        );
    }
    task.run(Scalar)
}

/// A way to read a number.
trait Lexer: Copy {
    /// The number that `text` starts with, and its length.
    fn number(self, text: &[u8]) -> Option<(Decimal, usize)>;
}

#[derive(Clone, Copy)]
struct Scalar;

impl Lexer for Scalar {
    #[inline(always)]
    fn number(self, text: &[u8]) -> Option<(Decimal, usize)> {
        Decimal::parse(text)
    }
}

#[cfg(target_arch = "x86_64")]
impl Lexer for pulp::x86::V3 {
    #[inline(always)]
    fn number(self, text: &[u8]) -> Option<(Decimal, usize)> {
        if let Some(here) = text.first_chunk()
            && let Some(found) = digits::number(self, here)
        {
            return Some(found);
        }
        unusual(text)
    }
}

/// A number at the end of the text, or of many digits.
#[cfg(target_arch = "x86_64")]
#[cold]
fn unusual(text: &[u8]) -> Option<(Decimal, usize)> {
    Decimal::parse(text)
}

struct Task<'a, T> {
    text: &'a [u8],
    stop: usize,
    delimiter: u8,
    columns: usize,
    values: &'a mut [T],
}

impl<T: Field> Task<'_, T> {
    #[inline(always)]
    fn run(self, lexer: impl Lexer) -> Read {
        let mut read = Read::default();
        for row in self.values.chunks_exact_mut(self.columns) {
            if read.bytes >= self.stop {
                break;
            }
            let Some(end) = record(lexer, self.text, read.bytes, self.delimiter, row) else { break };
            let feed = self.text[end] == b'\n' || self.text.get(end + 1) == Some(&b'\n');
            let pair = feed && self.text[end] == b'\r';
            read =
                Read { bytes: end + 1 + usize::from(pair), rows: read.rows + 1, lines: read.lines + u64::from(feed) };
        }
        read
    }
}

/// Where the line end of the record at `at` is.
#[inline(always)]
fn record<T: Field>(lexer: impl Lexer, text: &[u8], mut at: usize, delimiter: u8, row: &mut [T]) -> Option<usize> {
    let (last, others) = row.split_last_mut()?;
    for slot in others {
        let (decimal, len) = lexer.number(text.get(at..)?)?;
        at += len;
        if *text.get(at)? != delimiter {
            return None;
        }
        (*slot, at) = (T::from_decimal(decimal)?, at + 1);
    }
    let (decimal, len) = lexer.number(text.get(at..)?)?;
    at += len;
    *last = T::from_decimal(decimal)?;
    matches!(text.get(at), Some(b'\n' | b'\r')).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rows(text: &str, columns: usize, rows: usize) -> (Read, Vec<f64>) {
        let mut values = vec![-1.0; columns * rows];
        (read(text.as_bytes(), usize::MAX, b',', columns, &mut values), values)
    }

    #[test]
    fn records_are_read_up_to_the_first_that_is_not_plain() {
        let filler = "0.25,1\n".repeat(20);
        let text = format!("1,-2.5\r\n3e2,.5\r7.,8\n\"9\",1\n{filler}");
        let (found, values) = read_rows(&text, 2, 30);
        assert_eq!(found, Read { bytes: text.find('"').unwrap(), rows: 3, lines: 2 });
        assert_eq!(values[..6], [1.0, -2.5, 300.0, 0.5, 7.0, 8.0]);
        for text in
            ["1,2,3\n", "1\n", "1,\n", ",1\n", "NA,1\n", " 1,2\n", "1,2", "\n1,2\n", "1;2\n", "1.2.3,4\n", "--1,2\n"]
        {
            assert_eq!(
                read_rows(&format!("{text}{}", if text.ends_with('\n') { &filler } else { "" }), 2, 30).0.rows,
                0,
                "{text:?}"
            );
        }
    }

    #[test]
    fn it_ends_with_the_rows_or_where_others_begin() {
        let text = "1.5,2\n".repeat(40);
        assert_eq!(read_rows(&text, 2, 7).0, Read { bytes: 42, rows: 7, lines: 7 });
        for (stop, rows) in [(0, 0), (1, 1), (6, 1), (7, 2), (1000, 40)] {
            let mut values = [0.0; 80];
            assert_eq!(read(text.as_bytes(), stop, b',', 2, &mut values).rows, rows);
        }
        assert_eq!(read(b"1\n2\n", 9, b',', 1, &mut [0_u8; 5]).rows, 2);
    }

    /// Numbers of all lengths before and behind the point, with a sign or none, with an exponent or none.
    fn spelled() -> Vec<String> {
        let digits = |len: usize, seed: usize| {
            (0..len).map(|i| char::from(b'0' + ((i * i + seed * 7 + i / 3) % 10) as u8)).collect::<String>()
        };
        let mut all = Vec::new();
        for (seed, (before, behind)) in
            (0..23).flat_map(|before| (0..25).map(move |behind| (before, behind))).enumerate()
        {
            for (sign, power) in [("", ""), ("-", ""), ("", "e3"), ("-", "E-11"), ("", "e+00")] {
                for zeros in ["", "0", "000"] {
                    let number = format!("{sign}{}.{zeros}{}{power}", digits(before, seed), digits(behind, seed + 1));
                    all.push(number.replace('.', if behind == 0 && seed % 2 == 0 { "" } else { "." }));
                }
            }
        }
        all
    }

    #[test]
    fn every_way_to_spell_a_number_gives_what_the_standard_library_does() {
        let (mut left, numbers) = (0, spelled());
        for text in &numbers {
            let record = format!("{text}\n{}", "7\n".repeat(40));
            let (mut double, mut single, mut integer) = ([-1.0_f64], [-1.0_f32], [-1_i64]);
            if read(record.as_bytes(), 1, b',', 1, &mut double).rows == 1 {
                assert_eq!(double[0].to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            } else {
                let digits =
                    text.split(['e', 'E']).next().expect("a split gives one part").matches(char::is_numeric).count();
                left += usize::from((1..20).contains(&digits));
            }
            if read(record.as_bytes(), 1, b',', 1, &mut single).rows == 1 {
                assert_eq!(single[0].to_bits(), text.parse::<f32>().unwrap().to_bits(), "{text}");
            }
            if read(record.as_bytes(), 1, b',', 1, &mut integer).rows == 1 {
                assert_eq!(Some(integer[0]), text.parse().ok(), "{text}");
            }
        }
        // Only ties.
        assert!(left < numbers.len() / 500, "{left} of {}", numbers.len());
    }
}

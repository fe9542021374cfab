//! Values as text: every dtype's own reading and writing, without a detour through another.

use std::io::Write;

use num_complex::Complex;

use crate::dtype::Element;
use crate::io::csv::decimal::Decimal;

/// An element type that fields can hold: all nine.
pub trait Field: Element {
    /// What stands for a missing value, in the dtypes that have one.
    const MISSING: Option<Self>;

    /// The value that `text` (without space around it) spells, if it spells one of this type: integers exactly and never
    /// through a float, floats rounded correctly.
    ///
    /// **Local.** Class: Exact.
    fn from_text(text: &str) -> Option<Self>;

    /// The value that a plain number is, where that is soon found: then it is that of [`from_text`](Self::from_text).
    ///
    /// **Local.** Class: Exact.
    fn from_decimal(decimal: Decimal) -> Option<Self> {
        let _ = decimal;
        None
    }

    /// Append the shortest text that reads back as this value.
    ///
    /// **Local.** Class: Exact.
    fn to_text(self, text: &mut Vec<u8>);
}

/// Whether `text` stands for a missing value.
pub(super) fn is_missing(text: &str) -> bool {
    // Nearly all fields are numbers: they leave at their first byte.
    match text.as_bytes().first() {
        None => true,
        Some(b'n' | b'N') => ["na", "n/a", "nan", "null", "none"].iter().any(|name| text.eq_ignore_ascii_case(name)),
        Some(_) => false,
    }
}

/// Whether a field is a value of any dtype, or a missing one: what a header's names are not.
pub(super) fn is_value(field: &[u8]) -> bool {
    let text = std::str::from_utf8(field.trim_ascii());
    text.is_ok_and(|text| {
        is_missing(text) || bool::from_text(text).is_some() || Complex::<f64>::from_text(text).is_some()
    })
}

impl Field for bool {
    const MISSING: Option<Self> = None;

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "0" | "false" | "False" | "FALSE" => Some(false),
            "1" | "true" | "True" | "TRUE" => Some(true),
            _ => None,
        }
    }

    /// 0 or 1, which every program takes for a number.
    fn to_text(self, text: &mut Vec<u8>) {
        text.push(b'0' + u8::from(self));
    }
}

/// The integers: Rust's own reading and writing.
macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Field for $integer {
            const MISSING: Option<Self> = None;

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            #[inline(always)]
            fn from_decimal(decimal: Decimal) -> Option<Self> {
                decimal.to_integer()?.try_into().ok()
            }

            fn to_text(self, text: &mut Vec<u8>) {
                write!(text, "{self}").expect("a vector grows");
            }
        }
    )*};
}
integers!(u8, i32, i64, u64);

/// The floats, and complex numbers of them.
macro_rules! floats {
    ($($float:ty: $nearest:ident),*) => {$(
        impl Field for $float {
            const MISSING: Option<Self> = Some(<$float>::NAN);

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            #[inline(always)]
            fn from_decimal(decimal: Decimal) -> Option<Self> {
                decimal.$nearest()
            }

            /// NaN as `nan`; other values as Rust's shortest text, with an exponent where that is shorter.
            fn to_text(self, text: &mut Vec<u8>) {
                if self.is_nan() {
                    text.extend_from_slice(b"nan");
                } else {
                    write!(text, "{self:?}").expect("a vector grows");
                }
            }
        }

        impl Field for Complex<$float> {
            const MISSING: Option<Self> = Some(Complex::new(<$float>::NAN, 0.0));

            fn from_text(text: &str) -> Option<Self> {
                let (re, im) = parts(text);
                let re = re.map_or(Some(0.0), <$float>::from_text)?;
                let im = im.map_or(Some(0.0), <$float>::from_text)?;
                Some(Complex::new(re, im))
            }

            /// As Python writes it, without the parentheses: `1.0-2.5j`.
            fn to_text(self, text: &mut Vec<u8>) {
                self.re.to_text(text);
                if self.im.is_nan() || self.im.is_sign_positive() {
                    text.push(b'+');
                }
                self.im.to_text(text);
                text.push(b'j');
            }
        }
    )*};
}
floats!(f32: to_f32, f64: to_f64);

/// The real and the imaginary part of `3`, `2j`, `3-2j`, `(3+2j)`, where they are; `i` does as well as `j`.
fn parts(text: &str) -> (Option<&str>, Option<&str>) {
    let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text);
    let Some(text) = text.strip_suffix(['j', 'i']) else { return (Some(text), None) };
    let bytes = text.as_bytes();
    // The last sign, unless it begins the text or an exponent, stands between the parts.
    let between =
        (1..bytes.len()).rev().find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E'));
    match between.map(|i| text.split_at(i)) {
        Some((re, im)) => (Some(re), Some(im)),
        None => (None, Some(text)),
    }
}

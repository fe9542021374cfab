//! Reads the golden files (see `tests/golden/README.md`) and compares with them.
//!
//! A test crate takes this in with `#[path = "common/golden.rs"] mod golden;`.
#![allow(dead_code, reason = "each test crate uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a golden file that is not as described fails its test")]

use std::path::PathBuf;

use isotherm::{Complex, DType, Element, Shape};
use serde_json::Value;

/// An array of a golden file: its elements as bytes, as they lie in memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GoldenArray {
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    bytes: Vec<u8>,
}

impl GoldenArray {
    /// The elements. Panics when `T` is not the array's dtype.
    pub(crate) fn values<T: Element>(&self) -> Vec<T> {
        assert_eq!(T::DTYPE, self.dtype, "the golden array has another dtype");
        self.bytes.chunks_exact(size_of::<T>()).map(bytemuck::checked::pod_read_unaligned).collect()
    }
}

/// The golden file `name` below `tests/golden`.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

/// The array `{dtype, shape, bits}`. Without a shape, `bits` is a list (one axis) or one element (no axes).
/// An error names a dtype that we do not have.
pub(crate) fn array(value: &Value) -> Result<GoldenArray, String> {
    let given: DType =
        value["dtype"].as_str().unwrap().parse().map_err(|error: isotherm::Error| error.message().to_owned())?;
    let array = elements(given, &value["bits"]);
    let Some(extents) = value["shape"].as_array() else { return Ok(array) };
    let shape: Shape = extents.iter().map(|extent| extent.as_u64().unwrap() as usize).collect();
    assert_eq!(shape.size(), array.shape.size(), "shape and number of elements differ");
    Ok(GoldenArray { shape, ..array })
}

/// `bits`, a list or one element, as an array of `dtype`.
pub(crate) fn elements(dtype: DType, bits: &Value) -> GoldenArray {
    match bits.as_array() {
        None => GoldenArray { dtype, shape: Shape::from(()), bytes: element(dtype, bits) },
        Some(list) => {
            let bytes = list.iter().flat_map(|one| element(dtype, one)).collect();
            GoldenArray { dtype, shape: Shape::from(list.len()), bytes }
        }
    }
}

/// One element as it lies in memory: `bool` and integers are JSON's own, floats the hex of their bits, complex of both parts.
fn element(dtype: DType, value: &Value) -> Vec<u8> {
    let integer = || value.as_i64().unwrap_or_else(|| panic!("{value} is no {dtype}"));
    match dtype {
        DType::Bool => vec![u8::from(value.as_bool().unwrap())],
        DType::U8 => vec![u8::try_from(integer()).unwrap()],
        DType::I32 => i32::try_from(integer()).unwrap().to_ne_bytes().to_vec(),
        DType::I64 => integer().to_ne_bytes().to_vec(),
        DType::U64 => value.as_u64().unwrap().to_ne_bytes().to_vec(),
        DType::F32 | DType::C32 => parts(value, dtype, |hex| u32::from_str_radix(hex, 16).unwrap().to_ne_bytes()),
        DType::F64 | DType::C64 => parts(value, dtype, |hex| u64::from_str_radix(hex, 16).unwrap().to_ne_bytes()),
    }
}

/// The float, or the two, that a string of `2 N` hex digits each spells.
fn parts<const N: usize>(value: &Value, dtype: DType, part: impl Fn(&str) -> [u8; N]) -> Vec<u8> {
    let hex = value.as_str().unwrap_or_else(|| panic!("{value} is no {dtype}"));
    assert_eq!(hex.len(), 2 * dtype.bytes(), "{hex} is no {dtype}");
    [&hex[..2 * N], &hex[2 * N..]].into_iter().filter(|hex| !hex.is_empty()).flat_map(part).collect()
}

/// The array in the NPY file `name` below `tests/golden`: little-endian and row-major, as all of them are.
pub(crate) fn npy(name: &str) -> GoldenArray {
    let file = bytes(name);
    assert!(file.starts_with(b"\x93NUMPY\x01\x00"), "{name} is no NPY file of version 1");
    let data = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    let header = std::str::from_utf8(&file[10..data]).unwrap();
    assert!(header.contains("'fortran_order': False"), "{name}: {header}");
    let after = |key: &str| header.split_once(key).unwrap_or_else(|| panic!("{name} has no {key}: {header}")).1;
    let dtype = match after("'descr': '").split('\'').next().unwrap() {
        "<f4" => DType::F32,
        "<f8" => DType::F64,
        "<i8" => DType::I64,
        other => panic!("{name}: dtype {other} does not occur in golden files"),
    };
    let extents = after("'shape': (").split(')').next().unwrap().split(',').map(str::trim);
    let shape: Shape =
        extents.filter(|extent| !extent.is_empty()).map(|extent| extent.parse::<usize>().unwrap()).collect();
    assert_eq!(file.len() - data, shape.size() * dtype.bytes(), "{name}: {header}");
    const { assert!(cfg!(target_endian = "little"), "NPY files are read as they lie") };
    GoldenArray { dtype, shape, bytes: file[data..].to_vec() }
}

fn bytes(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name].iter().collect();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A decimal, as a string of any number of digits or a JSON number, to the nearest `f64`.
pub(crate) fn decimal(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| {
        value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
    })
}

/// Whether two elements are the same: by their bits, and any NaN is any other.
pub(crate) fn same<T: Element>(a: T, b: T) -> bool {
    #[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
    let is_nan = |x: &T| x != x;
    bytemuck::bytes_of(&a) == bytemuck::bytes_of(&b) || (is_nan(&a) && is_nan(&b))
}

/// Panics at the first place where the two differ; `what` says in which case.
#[track_caller]
pub(crate) fn assert_same<T: Element>(what: &str, actual: &[T], golden: &[T]) {
    assert_eq!(actual.len(), golden.len(), "{what}: the number of elements");
    if let Some(place) = (0..actual.len()).find(|&i| !same(actual[i], golden[i])) {
        panic!("{what}: element {place} is {:?} and should be {:?}", actual[place], golden[place]);
    }
}

/// How many floats lie between two: 0 for the same and for two zeros or two NaN, `u64::MAX` for a NaN and a number.
pub(crate) fn ulps<T: Ulps>(a: T, b: T) -> u64 {
    match (a.place(), b.place()) {
        (Some(a), Some(b)) => a.abs_diff(b),
        (None, None) => 0,
        _ => u64::MAX,
    }
}

/// A float's place on the line of all floats of its type.
pub(crate) trait Ulps {
    /// Zero for both zeros, negative below them, nothing for NaN.
    fn place(self) -> Option<i64>;
}

impl Ulps for f64 {
    fn place(self) -> Option<i64> {
        let magnitude = self.abs().to_bits() as i64;
        (!self.is_nan()).then_some(if self.is_sign_negative() { -magnitude } else { magnitude })
    }
}

impl Ulps for f32 {
    fn place(self) -> Option<i64> {
        let magnitude = i64::from(self.abs().to_bits());
        (!self.is_nan()).then_some(if self.is_sign_negative() { -magnitude } else { magnitude })
    }
}

/// |a - b| / |b|, of real or complex numbers as pairs of parts: 0 when they are the same, |a| when b is 0.
pub(crate) fn relative_error(a: impl Into<Complex<f64>>, b: impl Into<Complex<f64>>) -> f64 {
    let (a, b) = (a.into(), b.into());
    if a == b {
        return 0.0;
    }
    (a - b).norm() / if b.norm() == 0.0 { 1.0 } else { b.norm() }
}

/// NIST's log relative error, the number of correct decimal digits: infinite when all are, -infinite for NaN.
pub(crate) fn lre(actual: f64, certified: f64) -> f64 {
    let digits = -relative_error(actual, certified).log10();
    if digits.is_nan() { f64::NEG_INFINITY } else { digits }
}

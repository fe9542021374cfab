//! NPY against files that NumPy wrote, and runs against slices.

use std::iter::once;

use bytemuck::cast_slice;
use isotherm::io::npy::{ByteOrder, Header, read_runs, write_runs};
use isotherm::io::{Part, Source, Staging};
use isotherm::{Complex, DType, Element, Shape};
use proptest::prelude::*;
use serde_json::Value;

use super::folder::{Folder, golden};

fn manifest() -> Vec<Value> {
    serde_json::from_slice(&std::fs::read(golden("manifest.json")).unwrap()).unwrap()
}

fn header_of(entry: &Value) -> Header {
    let shape: Shape = entry["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let dtype: DType = entry["dtype"].as_str().unwrap().parse().unwrap();
    let mut header = Header::new(dtype, shape);
    header.fortran = entry["fortran"].as_bool().unwrap();
    header.byte_order = if entry["big"].as_bool().unwrap() { ByteOrder::Big } else { ByteOrder::NATIVE };
    header.data_start = header.to_bytes().len() as u64;
    header
}

/// The elements' bytes in row-major order, from values in the order of the file.
fn row_major<T: Element>(header: &Header, values: &[T]) -> Vec<u8> {
    let shape = &header.shape;
    let reversed: Shape = shape.iter().rev().copied().collect();
    let ordered: Vec<T> = (0..shape.size())
        .map(|position| {
            let index = shape.unravel(position);
            let backwards: Vec<usize> = index.iter().rev().copied().collect();
            values[if header.fortran { reversed.ravel(&backwards) } else { position }]
        })
        .collect();
    cast_slice(&ordered).to_vec()
}

fn read_all<T: Element>(source: &Source, header: &Header) -> Vec<T> {
    let mut values = vec![T::zeroed(); header.shape.size()];
    read_runs(source, header, once(0..values.len() as u64), &Staging::default(), &mut values).unwrap();
    values
}

/// Calls a generic function with the element type of a dtype.
macro_rules! with_element {
    ($dtype:expr, $function:ident($($argument:expr),*)) => {
        match $dtype {
            DType::Bool => $function::<bool>($($argument),*),
            DType::U8 => $function::<u8>($($argument),*),
            DType::I32 => $function::<i32>($($argument),*),
            DType::I64 => $function::<i64>($($argument),*),
            DType::U64 => $function::<u64>($($argument),*),
            DType::F32 => $function::<f32>($($argument),*),
            DType::F64 => $function::<f64>($($argument),*),
            DType::C32 => $function::<Complex<f32>>($($argument),*),
            DType::C64 => $function::<Complex<f64>>($($argument),*),
        }
    };
}

fn check_reading<T: Element>(source: &Source, header: &Header, entry: &Value) {
    let bytes = row_major::<T>(header, &read_all(source, header));
    let hex = bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(hex, entry["bytes"].as_str().unwrap(), "{}", entry["file"]);
}

#[test]
fn reads_what_numpy_wrote() {
    let entries = manifest();
    assert_eq!(entries.len(), 34);
    for entry in &entries {
        let source = Source::open(golden(entry["file"].as_str().unwrap())).unwrap();
        let header = Header::read(&source).unwrap();
        let mut wanted = header_of(entry);
        wanted.data_start = header.data_start;
        assert_eq!(header, wanted, "{}", entry["file"]);
        with_element!(header.dtype, check_reading(&source, &header, entry));
    }
}

fn check_writing<T: Element>(folder: &Folder, name: &str, header: &Header) {
    let source = Source::open(golden(name)).unwrap();
    let values: Vec<T> = read_all(&source, &Header::read(&source).unwrap());
    let bytes = folder.written(name, |part| {
        part.write_all_at(&header.to_bytes(), 0).unwrap();
        write_runs(part, header, (0..values.len() as u64).map(|i| i..i + 1), &values).unwrap();
    });
    assert_eq!(bytes, std::fs::read(golden(name)).unwrap(), "{name}");
}

#[test]
fn writes_the_bytes_that_numpy_writes() {
    let folder = Folder::new("npy-writes");
    for entry in manifest().iter().filter(|entry| entry["numpy_default"].as_bool().unwrap()) {
        let header = header_of(entry);
        with_element!(header.dtype, check_writing(&folder, entry["file"].as_str().unwrap(), &header));
    }
}

#[test]
fn a_header_has_a_further_line_where_numpy_adds_one() {
    // {'descr': '<f8', 'fortran_order': False, 'shape': (...), } and its spare room end exactly on a boundary here.
    let mut lengths: Vec<_> = (1..20).map(|ndim| Header::new(DType::F64, vec![1; ndim].into()).data_start).collect();
    lengths.dedup();
    assert_eq!(lengths, [128, 192]);
    for ndim in 0..20 {
        let header = Header::new(DType::F64, vec![1; ndim].into());
        assert_eq!(Header::parse(&header.to_bytes(), header.file_len()).unwrap(), header);
    }
}

#[test]
fn python_may_space_and_order_the_dict_as_it_likes() {
    let dict = b"{\"shape\" :(2L , 3) ,'descr':\t'=i4','fortran_order':True}  \n\n";
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(dict.len() as u16).to_le_bytes());
    bytes.extend_from_slice(dict);
    let header = Header::parse(&bytes, bytes.len() as u64 + 24).unwrap();
    assert_eq!((header.dtype, header.fortran, header.shape), (DType::I32, true, Shape::from((2, 3))));
}

const COUNT: u64 = 100_000;

/// A file of the numbers from 0 on, longer than the staging buffer, in the given order of bytes.
fn counting(folder: &Folder, byte_order: ByteOrder) -> (Source, Header) {
    let header = Header { byte_order, ..Header::new(DType::F64, [COUNT as usize].into()) };
    let values: Vec<f64> = (0..COUNT).map(|i| i as f64).collect();
    folder.written("counting.npy", |part| {
        part.write_all_at(&header.to_bytes(), 0).unwrap();
        write_runs(part, &header, once(0..COUNT), &values).unwrap();
    });
    (Source::open(folder.path("counting.npy")).unwrap(), header)
}

fn any_runs() -> impl Strategy<Value = Vec<std::ops::Range<u64>>> {
    let run = prop_oneof![3 => (0..COUNT, 0..9_u64), 1 => (0..COUNT, 0..80_000_u64)];
    let runs = prop::collection::vec(run.prop_map(|(start, len)| start..(start + len).min(COUNT)), 0..20);
    // Ascending runs with small gaps as a region gives them, and any others.
    let grid = (0..COUNT / 2, 1..700_u64, 1..40_u64, 0..70_u64).prop_map(|(start, step, len, rows)| {
        (0..rows).map(|r| start + r * step..start + r * step + len.min(step)).collect()
    });
    prop_oneof![runs, grid]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn runs_are_slices(runs in any_runs(), big in any::<bool>()) {
        let folder = Folder::new(if big { "npy-runs-big" } else { "npy-runs-little" });
        let (source, header) = counting(&folder, if big { ByteOrder::Big } else { ByteOrder::Little });
        let wanted: Vec<f64> = runs.iter().cloned().flatten().map(|i| i as f64).collect();
        let mut values = vec![-1.0; wanted.len()];
        read_runs(&source, &header, runs, &Staging::default(), &mut values).unwrap();
        prop_assert_eq!(values, wanted);
    }
}

#[test]
fn parts_of_several_ranks_make_one_file() {
    let folder = Folder::new("npy-ranks");
    let header = Header::new(DType::I32, (5, 7).into());
    let bytes = folder.written("ranks.npy", |part| {
        part.write_all_at(&header.to_bytes(), 0).unwrap();
        // Columns dealt round-robin over three ranks, the last rank first.
        for rank in (0..3).rev() {
            let mine = (0..35_u64).filter(|i| i % 7 % 3 == rank);
            let values: Vec<i32> = mine.clone().map(|i| i as i32).collect();
            write_runs(part, &header, mine.map(|i| i..i + 1), &values).unwrap();
        }
    });
    let values: Vec<i32> = bytes[128..].chunks(4).map(|b| i32::from_le_bytes(b.try_into().unwrap())).collect();
    assert_eq!(values, (0..35).collect::<Vec<_>>());
}

#[test]
fn a_bool_that_is_none_is_named() {
    let folder = Folder::new("npy-bool");
    let header = Header::new(DType::Bool, 4.into());
    let path = folder.written("flags.npy", |part: &Part| {
        part.write_all_at(&header.to_bytes(), 0).unwrap();
        part.write_all_at(&[1, 0, 7, 1], header.data_start).unwrap();
    });
    assert_eq!(path.len(), 132);
    let source = Source::open(folder.path("flags.npy")).unwrap();
    let mut values = [false; 2];
    read_runs(&source, &header, [0..1, 3..4], &Staging::default(), &mut values).unwrap();
    assert_eq!(values, [true, true]);
    let error = read_runs(&source, &header, once(1..3), &Staging::default(), &mut values).unwrap_err().to_string();
    assert!(error.ends_with("flags.npy, element 2: the byte 7 is no bool"), "{error}");
}

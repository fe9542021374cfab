//! AC-04: sums with condition numbers up to 1e18, correctly rounded.

use isotherm::exact::Accumulator;
use serde_json::Value;

use crate::draw::Draw;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/acceptance/");

/// The elements of a one-dimensional `.npy` file, as bytes: magic, version, length of the header, header, elements.
fn npy(name: &str, dtype: &str) -> Vec<u8> {
    let file = std::fs::read(format!("{FOLDER}{name}")).unwrap();
    assert_eq!(&file[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
    assert!(String::from_utf8_lossy(&file[..start]).contains(&format!("'descr': '{dtype}'")));
    file[start..].to_vec()
}

fn case(name: &str) -> (Value, Accumulator, Accumulator) {
    let golden: Value = serde_json::from_slice(&std::fs::read(format!("{FOLDER}ac04_sums.json")).unwrap()).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["case"] == name).unwrap().clone();
    let file = golden["files"][name]["file"].as_str().unwrap();
    let (mut forward, mut shuffled) = (Accumulator::default(), Accumulator::default());
    if name.starts_with("float64") {
        let mut values: Vec<f64> = npy(file, "<f8").as_chunks().0.iter().map(|&b| f64::from_le_bytes(b)).collect();
        assert_eq!(values.len(), 2000);
        forward.add_slice(&values);
        Draw(4).shuffle(&mut values);
        shuffled.add_slice(&values);
    } else {
        let mut values: Vec<f32> = npy(file, "<f4").as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
        assert_eq!(values.len(), 2000);
        forward.add_slice_f32(&values);
        Draw(4).shuffle(&mut values);
        shuffled.add_slice_f32(&values);
    }
    (case, forward, shuffled)
}

#[test]
fn acceptance_04_float64_sums_are_correctly_rounded() {
    for name in ["float64_c1e02", "float64_c1e08", "float64_c1e14", "float64_c1e18"] {
        let (case, forward, shuffled) = case(name);
        assert_eq!(format!("{:016x}", forward.round_f64().to_bits()), case["exact_sum_rounded_bits"], "{name}");
        assert_eq!(forward.round_f64().to_bits(), shuffled.round_f64().to_bits(), "{name}");
    }
}

#[test]
fn acceptance_04_float32_sums_are_correctly_rounded() {
    for name in ["float32_c1e02", "float32_c1e04", "float32_c1e07"] {
        let (case, forward, shuffled) = case(name);
        assert_eq!(format!("{:08x}", forward.round_f32().to_bits()), case["exact_sum_rounded_bits"], "{name}");
        assert_eq!(forward.round_f32().to_bits(), shuffled.round_f32().to_bits(), "{name}");
    }
}

//! The ceilings are numbers, and the findings are answers, on any device.

use crate::device::gpu::Gpu;
use crate::device::gpu::measure::{median, random_bytes};
use crate::dtype::DType;

#[test]
fn ceilings_are_rates() {
    let gpu = Gpu::open(0).unwrap();
    for rate in [gpu.copy_bandwidth(), gpu.read_bandwidth(), gpu.arithmetic_peak(DType::F32).unwrap()] {
        assert!(rate > 1e6 && rate < 1e16, "{rate}");
    }
    assert_eq!(gpu.arithmetic_peak(DType::F64).is_some(), gpu.adapter().f64);
    assert_eq!(gpu.arithmetic_peak(DType::I32), None);
    let seconds = gpu.dispatch_seconds();
    assert!(seconds > 1e-8 && seconds < 1e-2, "{seconds}");
}

#[test]
fn transfers_bring_what_was_sent() {
    let gpu = Gpu::open(0).unwrap();
    let rates = gpu.transfer_bandwidth();
    assert!([rates.link, rates.staged, rates.ordinary].as_flattened().iter().all(|rate| *rate > 1e6), "{rates:?}");
}

#[test]
fn what_copies_for_the_clock_copies() {
    let gpu = Gpu::open(0).unwrap();
    let bytes = random_bytes(16 * 1000);
    let (source, destination) = (gpu.upload(&bytes, 16), gpu.empty(1000, 16));
    gpu.copy_elements(&source, &destination);
    let mut back = vec![0; bytes.len()];
    gpu.download(&destination, &mut back);
    assert!(back == bytes);
}

/// Kernels rely on some answers: a device that gives others has failed.
#[test]
fn what_kernels_rely_on_is_there() {
    let gpu = Gpu::open(0).unwrap();
    let findings = gpu.findings();
    assert!(findings.iter().any(|finding| finding.question.contains("f32")));
    let broken: Vec<_> = findings.iter().filter(|finding| finding.breaks).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn a_median_is_in_the_middle() {
    assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    assert_ne!(random_bytes(64)[..32], random_bytes(64)[32..]);
}

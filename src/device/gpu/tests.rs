//! What a share of a device does with buffers: transfers, bind groups, times.

use super::*;
use crate::memory::strided::{Grid, Step};

#[test]
fn bytes_come_back_as_they_went() {
    let gpu = Gpu::open_with_segments_of(0, 1024).unwrap();
    for len in [0, 1, 3, 1024, 1025, 5000, 3 << 20] {
        let bytes: Vec<u8> = (0..len).map(|k| (k % 251) as u8).collect();
        let memory = gpu.upload(&bytes, 1);
        let mut back = vec![0; len];
        gpu.download(&memory, &mut back);
        assert!(back == bytes, "{len}");
    }
}

/// A bind group is made once, and keeps no buffer alive that the shelf has let go.
#[test]
fn bind_groups_end_with_their_buffers() {
    let gpu = Gpu::open_with(0, Options::default()).unwrap();
    let groups = || gpu.work().stream.groups();
    let source = gpu.upload(&[1; 4000], 4);
    let (one, other) = (gpu.empty(1000, 4), gpu.empty(1000, 4));
    let grid = Grid::new(0, 0, [Step { extent: 1000, from: 1, into: 1 }]);
    for into in [&one, &other, &one, &other] {
        gpu.copy(&grid, &source, into);
    }
    assert_eq!(groups(), 2);
    drop(one);
    assert_eq!(groups(), 2, "its buffer is kept for the next taker");
    let larger = gpu.empty(2000, 4);
    assert_eq!(groups(), 1, "it made room");
    let reader = Gpu::open_with(0, Options::default()).unwrap();
    let read = reader.empty(1000, 4);
    reader.copy(&grid, &source, &read);
    assert_eq!(reader.work().stream.groups(), 1);
    drop((other, larger));
    let bytes: u64 = gpu.memory_in_use().0;
    assert_eq!(bytes, memory::class(4000));
    drop((source, gpu));
    reader.work().stream.submit();
    assert_eq!(reader.work().stream.groups(), 0, "another rank's buffer");
}

#[test]
fn kernels_are_timed_and_counted() {
    let gpu = Gpu::open_with(0, Options::default()).unwrap();
    let (source, into) = (gpu.upload(&[1; 4000], 4), gpu.empty(1000, 4));
    let grid = Grid::new(0, 0, [Step { extent: 1000, from: 1, into: 1 }]);
    let copy = |times: usize| (0..times).for_each(|_| gpu.copy(&grid, &source, &into));
    copy(3);
    assert_eq!(gpu.profile(), [], "nobody has asked");
    if !gpu.start_profile() {
        return; // a device without a clock
    }
    copy(150);
    let times = gpu.profile();
    assert_eq!(times.len(), 1);
    let KernelTime { name, calls, seconds, bytes, operations } = &times[0];
    assert_eq!((name.as_str(), *calls), ("program/map: copy of elements of 4 bytes", 150));
    assert_eq!((*bytes, *operations), (150 * 8000, 0));
    assert!(*seconds > 0.0 && *seconds < 100.0, "{seconds}");
    copy(1);
    assert_eq!(gpu.profile(), [], "it has ended");
}

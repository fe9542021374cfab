use super::*;
use crate::device::cpu::clusters as host;
use crate::device::tally::{Race, Tally, Wanted};
use crate::exact::Accumulator;
use crate::layout::Progression;
use crate::math::cast;
use crate::memory::Block;
use crate::random::{self, OpenUniform, Seed};

/// Numbers with many digits, and now and then a tiny one, a zero or a repeated row.
fn value<T: Coordinate>(seed: usize) -> T {
    let number = ((seed * 7919 + 13) % 10_007) as f64 / 10_007.0 - 0.4;
    cast(match seed % 23 {
        0 => 0.0,
        1 => -number * 1e-30,
        2 => number * 40.0,
        _ => number,
    })
}

fn table<T: Coordinate>(rows: usize, columns: usize, seed: usize) -> Vec<T> {
    (0..rows * columns).map(|place| value(place + seed)).collect()
}

fn on_card<T: Coordinate>(gpu: &Gpu, values: &[T], columns: usize) -> Rows<T> {
    let memory = gpu.upload(bytemuck::cast_slice(values), size_of::<T>());
    Rows::new(Arc::new(memory), columns).expect("kernels can number these rows")
}

/// All but the inertia.
fn counts(tally: &Tally) -> Vec<u8> {
    let mut tally = tally.clone();
    tally.inertia = Accumulator::default();
    tally.to_bytes()
}

/// Some passes on both sides: labels and sums have the same bits.
fn compare<T: Coordinate>(gpu: &Gpu, n: usize, columns: usize, clusters: usize, scale: f64) {
    let cpu = Cpu::new(1);
    let values: Vec<T> = table(n, columns, 0).into_iter().map(|value: T| cast(cast::<T, f64>(value) * scale)).collect();
    let mut centers: Vec<T> =
        table(clusters, columns, 5).into_iter().map(|value: T| cast(cast::<T, f64>(value) * scale)).collect();
    let rows = on_card(gpu, &values, columns);
    assert!(rows.takes(clusters));
    let mut there = Assignment::new(&rows, clusters, true, &cpu);
    there.groups = 2; // so that each takes several tiles
    let mut here = host::Assignment::new(&cpu, host::Rows::new(&values, columns, true, &cpu), clusters);
    for step in 0..3 {
        let what = format!("{} {n} x {columns}, {clusters} clusters, step {step}", T::DTYPE);
        let (own, its) =
            (there.renew(&centers, step == 1), here.renew(&centers, Wanted { inertia: step == 1, screened: false }));
        assert_eq!((own.moved, &own.sizes), (its.moved, &its.sizes), "{what}");
        assert_eq!(counts(&own), counts(&its), "{what}");
        let (own, its) = (own.inertia.round_f64(), its.inertia.round_f64());
        let unit = if T::DTYPE == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        assert!((own - its).abs() <= (columns + 3) as f64 * unit * its, "{what}: inertia {own}, on the CPU {its}");
        for (place, center) in centers.iter_mut().enumerate() {
            *center = cast(cast::<T, f64>(*center) * 0.9 + 0.1 * scale * cast::<T, f64>(value(place + 31 * step)));
        }
    }
    let own = gpu.block::<i64>(&there.into_labels(), cpu.pool());
    assert_eq!(own[..], here.into_labels()[..]);
}

fn both(gpu: &Gpu, n: usize, columns: usize, clusters: usize) {
    compare::<f32>(gpu, n, columns, clusters, 1.0);
    if gpu.supports(DType::F64) {
        compare::<f64>(gpu, n, columns, clusters, 1.0);
    }
}

#[test]
fn passes_label_and_add_up_as_on_the_cpu() {
    let gpu = Gpu::open_with_segments_of(0, 1024).unwrap();
    for (n, columns, clusters) in
        [(0, 3, 2), (1, 1, 1), (700, 1, 2), (999, 3, 8), (600, 16, 8), (300, 16, 33), (77, 130, 2), (50, 130, 33)]
    {
        both(&gpu, n, columns, clusters);
    }
}

#[test]
fn rows_may_lie_across_segments() {
    for (segment, n, columns) in [(16, 20, 3), (16, 9, 16), (64, 40, 5), (64, 100, 1)] {
        both(&Gpu::open_with_segments_of(0, segment).unwrap(), n, columns, 3);
    }
}

/// Sums of numbers of all sizes, from subnormal ones to the largest whose squares are finite.
#[test]
fn numbers_of_any_size_are_added_exactly() {
    let gpu = Gpu::open_with_segments_of(0, 1024).unwrap();
    for scale in [1e-37, 1e-12, 1e15] {
        compare::<f32>(&gpu, 200, 4, 3, scale);
    }
    for scale in [1e-300, 1e100] {
        if gpu.supports(DType::F64) {
            compare::<f64>(&gpu, 200, 4, 3, scale);
        }
    }
}

/// The same centre twice, and pairs on both sides of many rows: few that the state shows, and more.
#[test]
fn of_equally_near_centres_the_first_is_taken() {
    let (gpu, cpu) = (Gpu::open(0).unwrap(), Cpu::new(1));
    let centers = [1.0, 1.0, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0];
    for (rows, step) in [(300, 1), (3000, 0)] {
        let values: Vec<f32> = (0..rows).flat_map(|row| [(row % 7 * step) as f32, (row % 5) as f32 - 2.0]).collect();
        let mut here = host::Assignment::new(&cpu, host::Rows::new(&values, 2, true, &cpu), 5);
        let table = on_card(&gpu, &values, 2);
        let mut there = Assignment::new(&table, 5, true, &cpu);
        for inertia in [false, true] {
            let (own, its) =
                (there.renew(&centers, inertia), here.renew(&centers, Wanted { inertia, screened: false }));
            assert_eq!(own.to_bytes(), its.to_bytes(), "{rows} rows");
        }
        let labels = here.into_labels();
        assert_eq!(gpu.block::<i64>(&there.into_labels(), cpu.pool())[..], labels[..]);
        assert_eq!(gpu.block::<i64>(&table.labels(&centers, &cpu), cpu.pool())[..], labels[..]);
        assert!(labels.iter().all(|&label| label != 2));
    }
}

#[test]
fn rows_come_in_the_order_in_which_they_are_asked_for() {
    for segment in [16, 1024] {
        let gpu = Gpu::open_with_segments_of(0, segment).unwrap();
        let values = table::<f32>(100, 5, 3);
        let positions = [99, 0, 3, 3, 50, 12, 6];
        let want: Vec<f32> = positions.iter().flat_map(|&row| &values[row * 5..][..5]).copied().collect();
        assert_eq!(on_card(&gpu, &values, 5).at(&positions), want);
        assert!(on_card(&gpu, &values, 5).at(&[]).is_empty());
    }
}

#[test]
fn the_farthest_rows_are_those_of_the_cpu() {
    let (gpu, cpu) = (Gpu::open_with_segments_of(0, 64).unwrap(), Cpu::new(1));
    let (values, centers) = (table::<f32>(90, 3, 0), table::<f32>(2, 3, 8));
    let (mut labels, mut distances) = (vec![0; 90], vec![0.0; 90]);
    host::Rows::new(&values, 3, true, &cpu).label(&cpu, &centers, &mut labels, &mut distances);
    for count in [1, 5, 90, 100] {
        let found = on_card(&gpu, &values, 3).farthest(&centers, count, &cpu);
        assert_eq!(found, Some(host::farthest(&distances, count)));
    }
    assert_eq!(on_card::<f32>(&gpu, &[], 3).farthest(&centers, 2, &cpu), Some(Vec::new()));
    // Of many rows few words come.
    let (many, before) = (on_card(&gpu, &table::<f32>(20_000, 1, 0), 1), gpu.traffic().down);
    assert!(many.farthest(&centers[..2], 3, &cpu).is_some());
    assert!(gpu.traffic().down - before < 10_000);
    // Many are as far.
    assert_eq!(on_card(&gpu, &[1.0_f32; 900], 3).farthest(&centers, 1, &cpu), None);
}

#[test]
fn distances_come_down_centre_by_centre() {
    let (gpu, cpu) = (Gpu::open_with_segments_of(0, 64).unwrap(), Cpu::new(1));
    let (values, centers) = (table::<f32>(90, 3, 0), table::<f32>(3, 3, 8));
    let (mut labels, mut want) = (vec![0; 90], vec![0.0; 90]);
    host::Rows::new(&values, 3, true, &cpu).label(&cpu, &centers, &mut labels, &mut want);
    let rows = on_card(&gpu, &values, 3);
    let there = rows.distances();
    centers.chunks(3).enumerate().for_each(|(k, center)| rows.store_distances(center, k > 0, &there));
    let here: Block<f32> = gpu.block(&there, cpu.pool());
    for (own, its) in here.iter().zip(&want) {
        assert!((own - its).abs() <= 6.0 * f32::EPSILON * its, "{own}, on the CPU {its}");
    }
}

/// For each of some centres the first to arrive on the CPU is among the few that the device names, with its distance.
fn arrive<T: Coordinate>(gpu: &Gpu, scale: f64, indices: Progression) {
    let (n, cpu) = (indices.len(), Cpu::new(1));
    let scaled = |value: T| cast::<f64, T>(cast::<T, f64>(value) * scale);
    let values: Vec<T> = table(n, 3, 0).into_iter().map(scaled).collect();
    let (rows, mut centers, mut here) = (on_card(gpu, &values, 3), Vec::new(), vec![T::ONE; n]);
    let there = rows.distances();
    for pick in 0..4 {
        let race = Race { seed: Seed::new(3).stream(pick), indices };
        let time = |&row: &usize| {
            let uniform: f64 = random::at(OpenUniform, race.seed, indices.nth(row) as u64);
            let distance: f64 = cast(here[row]);
            -uniform.ln() / distance
        };
        let first = (0..n).filter(|&row| here[row] > T::ZERO).min_by(|a, b| time(a).total_cmp(&time(b))).unwrap();
        let found = rows.race(&centers, &race, &there, &cpu).expect("few arrive at the same time");
        assert!(found.contains(&(first, here[first])), "{first} of {} is none of {found:?}", T::DTYPE);
        assert!(found.len() < 3, "{found:?}");
        centers.extend_from_slice(&values[first * 3..][..3]);
        let mut labels = vec![0; n];
        host::Rows::new(&values, 3, true, &cpu).label(&cpu, &centers, &mut labels, &mut here);
    }
}

#[test]
fn the_first_to_arrive_is_among_those_that_are_named() {
    let gpu = Gpu::open_with_segments_of(0, 64).unwrap();
    for indices in [
        Progression::interval(0..500),
        Progression::interval(5..106),
        Progression::new((1 << 40) + 3, 5, 1 << 33, 1 << 41),
    ] {
        arrive::<f32>(&gpu, 1.0, indices);
    }
    arrive::<f32>(&gpu, 1e-12, Progression::interval(7..400));
    arrive::<f32>(&gpu, 1e12, Progression::new(1, 2, 3, 600));
    if gpu.supports(DType::F64) {
        arrive::<f64>(&gpu, 1e-100, Progression::new(1, 2, 3, 600));
        arrive::<f64>(&gpu, 1e100, Progression::interval(1..200));
    }
}

/// Where nothing is known of any row, all are left to the host: squares that are subnormal, or infinite.
#[test]
fn distances_that_are_not_known_are_not_compared() {
    let (gpu, cpu) = (Gpu::open(0).unwrap(), Cpu::new(1));
    let race = Race { seed: Seed::new(1), indices: Progression::interval(0..900) };
    for scale in [1e-22, 1e30] {
        let values: Vec<f32> = table::<f32>(900, 3, 0).into_iter().map(|value| value * scale).collect();
        let rows = on_card(&gpu, &values, 3);
        assert_eq!(rows.race(&[0.0; 3], &race, &rows.distances(), &cpu), None, "{scale}");
    }
}

#[test]
fn the_largest_magnitude_tells_what_is_not_finite() {
    let gpu = Gpu::open_with_segments_of(0, 64).unwrap();
    let mut values = table::<f32>(90, 3, 0);
    values[200] = -1e9;
    assert_eq!(on_card(&gpu, &values, 3).largest(), 1e9);
    for bad in [f32::NAN, f32::INFINITY, -f32::NAN] {
        values[17] = bad;
        assert_eq!(on_card(&gpu, &values, 3).largest(), f64::INFINITY);
    }
    assert_eq!(on_card::<f32>(&gpu, &[], 3).largest(), 0.0);
    if gpu.supports(DType::F64) {
        let largest = on_card(&gpu, &[1.0, -3.25, 1e-320], 1).largest();
        assert!((3.25..3.26).contains(&largest), "{largest}");
    }
}

//! Kernels against `random::fill`, on devices with tiny segments, with and without integers of 64 bits.

use num_complex::Complex;

use super::*;
use crate::device::Abilities;
use crate::dtype::Element;
use crate::layout::{Distribution as Dealt, Layout, Mesh, Progression};
use crate::random::{self, Distribution, Integers, Normal, OpenUniform, Uniform};
use crate::shape::Shape;

const SEED: Seed = Seed::new(0x0123_4567_89ab_cdef).stream(0xfedc_ba98_7654_3210);

fn down<T: Element>(gpu: &Gpu, memory: &Memory) -> Vec<T> {
    let mut bytes = vec![0; memory.len() * memory.width()];
    gpu.download(memory, &mut bytes);
    bytes.chunks_exact(memory.width()).map(|bytes| bytemuck::checked::pod_read_unaligned(bytes)).collect()
}

/// The device's elements of a region, over others that would be seen.
fn drawn<T: Element>(gpu: &Gpu, distribution: impl Distribution<T>, region: &Region) -> Vec<T> {
    let memory = gpu.empty(region.len(), size_of::<T>());
    gpu.fill(&memory, bytemuck::checked::pod_read_unaligned::<T>(&vec![1; size_of::<T>()]));
    let recipe = distribution.recipe().unwrap();
    assert!(gpu.draw(recipe, T::DTYPE, SEED, region, &memory));
    down(gpu, &memory)
}

fn interval(first: u64, len: usize) -> Region {
    let first = first as usize;
    Region::new(Shape::from([usize::MAX]), [Progression::interval(first..first + len)])
}

/// The same bits at all beginnings and lengths.
fn intervals<T: Element>(gpu: &Gpu, distribution: impl Distribution<T>) {
    let beginnings = [0, 1, 2, 3, 4, 7, (1 << 32) - 30, (1 << 33) - 5, (1 << 34) - 33, u64::MAX - 1030];
    for first in beginnings {
        for len in [1, 2, 5, 16, 33, 1000] {
            let mut want = vec![T::zeroed(); len];
            random::fill(distribution, SEED, first, &mut want);
            let got = drawn(gpu, distribution, &interval(first, len));
            assert_eq!(got, want, "{len} {} from {first} on", T::DTYPE);
        }
    }
}

fn regions() -> Vec<Region> {
    let deal = |shape: &Shape, axis: usize, deal: Dealt, ranks: usize| {
        let mut all = vec![Dealt::Whole; shape.ndim()];
        all[axis] = deal;
        Layout::new(shape.clone(), Mesh::line(ranks).unwrap(), all).unwrap()
    };
    let mut layouts = Vec::new();
    for shape in [Shape::from([100]), [6, 35].into(), [35, 6].into(), [5, 4, 9].into(), [2, 3, 1, 4, 2].into()] {
        for axis in 0..shape.ndim() {
            layouts.push(Layout::split(shape.clone(), axis, 3).unwrap());
            layouts.extend([1, 3, 4].map(|block| deal(&shape, axis, Dealt::cyclic(0..1, block), 3)));
        }
    }
    let mesh = Mesh::new(&[2, 2]).unwrap();
    let tiles = vec![Dealt::cyclic(0..1, 2), Dealt::cyclic(1..2, 3)];
    layouts.push(Layout::new(Shape::from([11, 17]), mesh, tiles).unwrap());
    layouts.push(Layout::split([0, 3], 1, 3).unwrap());
    layouts.push(Layout::replicated((), 3).unwrap());
    layouts.iter().flat_map(|layout| (0..layout.mesh().ranks()).map(|rank| layout.region(rank))).collect()
}

fn wanted<T: Element>(distribution: impl Distribution<T>, region: &Region) -> Vec<T> {
    let mut want = vec![T::zeroed(); region.len()];
    for run in region.runs() {
        random::fill(distribution, SEED, run.global.start as u64, &mut want[run.local..][..run.global.len()]);
    }
    want
}

fn gpus() -> [Gpu; 3] {
    let short = Gpu::open_with_segments_of(0, 64).unwrap();
    short.limit(Abilities { f64: false, i64: false, memory: None, shared: true });
    [Gpu::open_with_segments_of(0, 16).unwrap(), short, Gpu::open(0).unwrap()]
}

fn agrees<T: Element>(gpu: &Gpu, distribution: impl Distribution<T>) {
    if gpu.supports(T::DTYPE) {
        intervals(gpu, distribution);
        for region in regions() {
            assert_eq!(drawn(gpu, distribution, &region), wanted(distribution, &region), "{} {region:?}", T::DTYPE);
        }
    }
}

#[test]
fn uniforms_have_the_bits_of_the_cpu() {
    for gpu in gpus() {
        agrees::<f32>(&gpu, Uniform);
        agrees::<f64>(&gpu, Uniform);
        agrees::<Complex<f32>>(&gpu, Uniform);
        agrees::<Complex<f64>>(&gpu, Uniform);
        agrees::<f32>(&gpu, OpenUniform);
        agrees::<f64>(&gpu, OpenUniform);
    }
}

#[test]
fn integers_have_the_bits_of_the_cpu() {
    for gpu in gpus() {
        agrees(&gpu, Integers::new(3_u8, 250).unwrap());
        agrees(&gpu, Integers::new(i32::MIN, i32::MAX).unwrap());
        agrees(&gpu, Integers::new(-7, 8).unwrap());
        agrees(&gpu, Integers::new(i64::MIN, i64::MAX).unwrap());
        agrees(&gpu, Integers::new(-7_i64, 1 << 40).unwrap());
        agrees(&gpu, Integers::new(0, u64::MAX).unwrap());
    }
}

/// AC-23.
#[test]
fn known_answers() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/golden/ac23_rng.json")).unwrap();
    let vectors = golden["kat"].as_array().unwrap().iter().filter(|vector| vector["gen"] == "philox4x32_10");
    let mut tested = 0;
    for vector in vectors {
        let words = |key: &str| -> Vec<u32> {
            let words = vector[key].as_array().unwrap().iter();
            words.map(|word| u32::from_str_radix(word.as_str().unwrap(), 16).unwrap()).collect()
        };
        let (counter, key) = (words("ctr"), words("key"));
        let long = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
        let seed = Seed::new(long(key[0], key[1])).stream(long(counter[2], counter[3]));
        let block = long(counter[0], counter[1]);
        let kind = Kind { call: "bits".to_owned(), shift: 0, width: 4, bytes: false };
        for gpu in gpus() {
            let memory = gpu.empty(1, 16);
            gpu.draw_walk(&kind, [0; 2], seed, &Walk::interval(block, 1), 0, &memory);
            let mut bytes = [0; 16];
            gpu.download(&memory, &mut bytes);
            assert_eq!(bytemuck::cast::<_, [u32; 4]>(bytes).to_vec(), words("out"));
        }
        tested += 1;
    }
    assert_eq!(tested, 3);
}

/// Kernels add positions by 32 bits: regions are cut before that is too few.
#[test]
fn regions_are_cut() {
    let gpu = Gpu::open_with_segments_of(0, 64).unwrap();
    let kind = Kind::new(Distribution::<f32>::recipe(Uniform).unwrap(), DType::F32).unwrap();
    for region in regions() {
        for longest in [1, 2, 5] {
            let memory = gpu.empty(region.len(), 4);
            let mut walks = 0;
            walk::each(&region, longest, &mut |walk, local| {
                walks += 1;
                gpu.draw_walk(&kind, [0; 2], SEED, walk, local, &memory);
            });
            assert_eq!(down::<f32>(&gpu, &memory), wanted::<f32>(Uniform, &region), "{walks} {region:?}");
        }
    }
}

/// Bits at the ends of the intervals: of four words one has none, one has all, one has three, and one is any.
const EXTREMES: &str = "select(select(bits, select(vec4<u32>(0xffffffffu), vec4<u32>(0u), (bits & vec4<u32>(1u)) == vec4<u32>(0u)), \
                        (bits & vec4<u32>(3u)) < vec4<u32>(2u)), bits & vec4<u32>(0xe0000000u), (bits & vec4<u32>(3u)) == vec4<u32>(2u))";

fn extreme(words: [u32; 4]) -> [u32; 4] {
    words.map(|word| match word & 3 {
        0 => 0,
        1 => u32::MAX,
        2 => word & 0xe000_0000,
        _ => word,
    })
}

/// How many floats are between a device's normals and the CPU's: at most, and in how many of `blocks` blocks any, of all bits and of extreme ones.
fn apart<T: Element>(gpu: &Gpu, blocks: usize, between: impl Fn(T, T) -> u64) -> (u64, usize)
where
    Normal: Distribution<T>,
{
    let per = <Normal as Distribution<T>>::PER_BLOCK;
    let (mut most, mut count) = (0, 0);
    for (bits, of) in [("bits", (|words| words) as fn([u32; 4]) -> [u32; 4]), (EXTREMES, extreme)] {
        let call = format!("normal_{}({bits})", T::DTYPE.name());
        let kind = Kind { call, shift: per.ilog2(), width: 4 / per, bytes: false };
        let memory = gpu.empty(blocks * per, size_of::<T>());
        gpu.draw_walk(&kind, [0; 2], SEED, &Walk::interval(0, blocks * per), 0, &memory);
        let got: Vec<T> = down(gpu, &memory);
        for (block, got) in got.chunks(per).enumerate() {
            let want = Normal.values(of(random::bits(SEED, block as u64)));
            let distance = got.iter().zip(want.as_ref()).map(|(&got, &want)| between(got, want)).max().unwrap();
            most = most.max(distance);
            count += usize::from(distance > 0);
        }
    }
    (most, count)
}

fn floats(x: f32, y: f32) -> u64 {
    let ordinal = |x: f32| i64::from(x.abs().to_bits()) * if x < 0.0 { -1 } else { 1 };
    ordinal(x).abs_diff(ordinal(y))
}

fn doubles(x: f64, y: f64) -> u64 {
    let ordinal = |x: f64| i128::from(x.abs().to_bits()) * if x < 0.0 { -1 } else { 1 };
    ordinal(x).abs_diff(ordinal(y)) as u64
}

#[test]
fn normals_are_within_two_ulps_of_the_cpu() {
    let gpu = Gpu::open(0).unwrap();
    let (single, double) = (apart(&gpu, 100_000, floats), apart(&gpu, 100_000, doubles));
    println!("f32 {single:?}, f64 {double:?}");
    let parts = |x: Complex<f32>, y: Complex<f32>| floats(x.re, y.re).max(floats(x.im, y.im));
    let pairs = apart(&gpu, 2000, parts);
    let parts = |x: Complex<f64>, y: Complex<f64>| doubles(x.re, y.re).max(doubles(x.im, y.im));
    let most = single.0.max(double.0).max(pairs.0).max(apart(&gpu, 2000, parts).0);
    assert!(most <= 2, "{single:?} {double:?} {most}");
}

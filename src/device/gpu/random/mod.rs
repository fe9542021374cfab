//! Random numbers, made where they are to lie: a kernel's invocation makes one block of bits and all its elements.
//!
//! [`Walk`](walk::Walk) says in numbers which global indices a region has, [`walk::each`] cuts it to what a kernel counts.

mod walk;

use std::fmt::Write;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::{Gpu, Memory, library};
use crate::dtype::DType;
use crate::layout::Region;
use crate::random::{Recipe, Seed};
use walk::{Part, Walk};

const DRAW: Shader = Shader { name: "random/draw", text: include_str!("../../../../shaders/random/draw.wgsl") };

/// A kernel: what it calls to make words of elements of bits, and how elements lie in these words.
struct Kind {
    call: String,
    /// Elements of a block: 2 to this power.
    shift: u32,
    /// Words of an element; bytes take one until they are stored.
    width: usize,
    bytes: bool,
}

impl Kind {
    /// The kernel of a recipe, if there is one.
    fn new(recipe: Recipe, dtype: DType) -> Option<Self> {
        let width = dtype.bytes().div_ceil(4);
        let (shift, arguments) =
            if dtype.is_integer() { (1, "bits, parameters") } else { ((4 / width).ilog2(), "bits") };
        let function = format!("{}_{}", recipe.name, dtype.name());
        let call = format!("{function}({arguments})");
        library::has(&function).then_some(Self { call, shift, width, bytes: dtype == DType::U8 })
    }

    /// What stands in the places of the examples: declarations, and how a workgroup stores what it gathered.
    fn parts(&self, gpu: &Gpu) -> [String; 2] {
        let Self { call, shift, width, bytes } = self;
        let mut head = String::new();
        let entries = width << shift;
        let stored = if *bytes { "atomic<u32>" } else { "u32" };
        let product = product(gpu);
        write!(
            head,
            "const SHIFT = {shift}u;\nconst WIDTH = {width}u;\nconst ENTRIES = {entries}u;\n\
             @group(0) @binding(1) var<storage, read_write> elements: array<{stored}>;\n\
             fn recipe(bits: vec4<u32>, parameters: vec4<u32>) -> vec4<u32> {{ return {call}; }}\n\
             {product}"
        )
        .expect("a string takes all");
        let store = if *bytes { STORE_BYTES } else { STORE_WORDS };
        [head, store.to_owned()]
    }
}

/// What the generator calls for products of 64 bits.
pub(super) fn product(gpu: &Gpu) -> String {
    let name = if gpu.supports(DType::U64) { "native_product_u32" } else { "wide_product_u32" };
    format!("fn product(a: u32, b: u32) -> vec2<u32> {{ return {name}(a, b); }}\n")
}

/// Neighbours write neighbouring words.
const STORE_WORDS: &str = "
    for (var k = lane; k < count; k += WORKGROUP) {
        elements[origin + k] = staged[k];
    }
";

/// Every invocation writes one word, of four bytes: the first and the last one of a workgroup may be shared with others, which write the rest.
const STORE_BYTES: &str = "
    let word = origin / 4u + lane;
    var value = 0u;
    var mask = 0u;
    for (var k = 0u; k < 4u; k++) {
        let at = word * 4u + k - origin;
        if at < count {
            value |= staged[at] << (8u * k);
            mask |= 255u << (8u * k);
        }
    }
    if mask == 0xffffffffu {
        atomicStore(&elements[word], value);
    } else if mask != 0u {
        atomicAnd(&elements[word], ~mask);
        atomicOr(&elements[word], value);
    }
";

impl Gpu {
    /// Fill `memory` with the elements at the indices of `region`; whether there is a kernel for that.
    pub(crate) fn draw(&self, recipe: Recipe, dtype: DType, seed: Seed, region: &Region, memory: &Memory) -> bool {
        let kind = Kind::new(recipe, dtype);
        if let Some(kind) = &kind {
            walk::each(region, walk::LONGEST, &mut |walk, local| {
                self.draw_walk(kind, recipe.parameters, seed, walk, local, memory);
            });
        }
        kind.is_some()
    }

    /// Fill `memory` from `local` on with the elements at the indices of a walk.
    fn draw_walk(&self, kind: &Kind, parameters: [u64; 2], seed: Seed, walk: &Walk, local: usize, memory: &Memory) {
        let parts = kind.parts(self);
        let parts = parts.each_ref().map(String::as_str);
        let [low, count] = parameters.map(walk::words);
        walk.parts(local, self.segment(), kind.shift, &mut |part: &Part| {
            let arguments = [&seed.words()[..], &low, &count, &part.arguments].concat();
            let arrays = [(Access::Write, &memory.segments()[part.segment])];
            let groups = part.invocations.div_ceil(self.workgroup());
            let launch = Launch { shader: &DRAW, parts: &parts, arrays: &arrays, arguments: &arguments, groups };
            launch.run(self, || kind.call.clone());
        });
    }
}

#[cfg(test)]
mod tests;

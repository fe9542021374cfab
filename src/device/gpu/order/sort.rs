//! Radix sorts: least significant digit first, eight bits in a pass, stable.
//!
//! A pass counts the digits of each part of the array, scans the counts, and deals the elements to their places. Of n keys of w bytes it reads them twice and
//! writes them once: 12 bytes for each key of 32 bits, and up to 1.4 bytes more for the counts (5 KiB for each part of 3840 keys or more). Four
//! passes are 48 to 54 bytes for a key: at 2.7 TB/s 50 Gkey/s, where the counts and writes of 15 neighbours at a time cost nothing. 8 Gkey/s leave
//! seven cycles of a multiprocessor of an H100 for a key and pass; dealing takes about two (200 instructions on 128 lanes) and the waiting at 44
//! barriers for 3840 keys, which eight workgroups share. Not measured on a card.
//!
//! Of an array in several segments a launch writes as many as it may have arrays: six of keys alone, two with places. More of them read all
//! keys again.
//!
//! # References
//! N. Satish, M. Harris, M. Garland, *Designing efficient sorting algorithms for manycore GPUs*, IPDPS 2009, DOI 10.1109/IPDPS.2009.5161005.
//! D. Merrill, A. Grimshaw, *High performance and scalable radix sorting*, 2011, DOI 10.1142/S0129626411000187.

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::order::keys;
use crate::device::gpu::program::emit;
use crate::device::gpu::program::text::Text;
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::DType;

const COUNT: Shader = Shader { name: "order/count", text: include_str!("../../../../shaders/order/count.wgsl") };
const DEAL: Shader = Shader { name: "order/deal", text: include_str!("../../../../shaders/order/deal.wgsl") };

/// Elements of a tile for an invocation, as in the shader.
const EACH: usize = 15;

/// Parts that keep a large device busy.
const PARTS: usize = 4 << 10;

/// The most tiles of a part: some software devices end all loops after 65535 trips.
const TILES: usize = 192;

/// Arrays that a kernel may have on every device.
const MOST_ARRAYS: usize = 8;

/// The bits of a digit.
const DIGIT: usize = 8;

/// The numbers that go with elements.
#[derive(Clone, Copy)]
enum Numbers<'m> {
    None,
    /// Places in the array.
    Counted,
    Given(&'m Memory),
}

impl Gpu {
    /// The elements in ascending order: -0 before 0, NaN last.
    ///
    /// Exact. Of at most 2^32 - 1 elements, no complex numbers.
    pub(crate) fn sorted(&self, source: &Memory, dtype: DType) -> Memory {
        self.sorted_in(PARTS, source, dtype, false).0
    }

    /// The same with the place from which each came, in 32 bits: equal elements keep their order.
    pub(crate) fn sorted_with_places(&self, source: &Memory, dtype: DType) -> (Memory, Memory) {
        let (elements, places) = self.sorted_in(PARTS, source, dtype, true);
        (elements, places.expect("places were asked for"))
    }

    /// The same in so many parts, or as many as are needed.
    pub(super) fn sorted_in(
        &self,
        parts: usize,
        source: &Memory,
        dtype: DType,
        numbered: bool,
    ) -> (Memory, Option<Memory>) {
        assert!(u32::try_from(source.len()).is_ok(), "{} elements to sort", source.len());
        if source.len() == 0 {
            return (self.empty(0, source.width()), numbered.then(|| self.empty(0, 4)));
        }
        let tile = EACH * self.workgroup();
        let tiles_of_part = source.len().div_ceil(tile).div_ceil(parts).clamp(1, TILES);
        let sort = Sort { gpu: self, len: source.len(), dtype, elements_of_part: tiles_of_part * tile };
        let mut sorted = sort.pass(source, if numbered { Numbers::Counted } else { Numbers::None }, 0);
        for shift in (DIGIT..8 * source.width()).step_by(DIGIT) {
            let (elements, numbers) = sorted;
            sorted = sort.pass(&elements, numbers.as_ref().map_or(Numbers::None, Numbers::Given), shift);
        }
        sorted
    }
}

/// How an array is shared by workgroups.
struct Sort<'g> {
    gpu: &'g Gpu,
    len: usize,
    dtype: DType,
    elements_of_part: usize,
}

impl Sort<'_> {
    /// The elements, with their numbers if they have some, in the order of the digit from bit `shift` on.
    fn pass(&self, source: &Memory, numbers: Numbers<'_>, shift: usize) -> (Memory, Option<Memory>) {
        let counts = self.counts(source, shift);
        let starts = self.gpu.sums_before(&counts);
        let into = self.gpu.empty(source.len(), source.width());
        let numbers_into = match numbers {
            Numbers::None => None,
            Numbers::Counted | Numbers::Given(_) => Some(self.gpu.empty(source.len(), 4)),
        };
        self.deal([source, &into], numbers, numbers_into.as_ref(), &starts, shift);
        (into, numbers_into)
    }

    /// For each segment its number, its elements, its parts, and the parts of those before it.
    fn segments(&self) -> impl Iterator<Item = [usize; 4]> {
        let (segment, of_part) = (self.gpu.segment(), self.elements_of_part);
        let full = segment.div_ceil(of_part);
        (0..self.len.div_ceil(segment)).map(move |number| {
            let elements = segment.min(self.len - number * segment);
            [number, elements, elements.div_ceil(of_part), number * full]
        })
    }

    fn all_parts(&self) -> usize {
        self.segments().map(|[.., parts, _]| parts).sum()
    }

    /// How often each digit occurs in each part, digit by digit.
    fn counts(&self, source: &Memory, shift: usize) -> Memory {
        let all = self.all_parts();
        let counts = Memory::whole(self.gpu, all << DIGIT, 4);
        let mut head = self.head();
        head.line("@group(0) @binding(2) var<storage, read_write> h: array<u32>;");
        for [number, elements, parts, before] in self.segments() {
            let arrays = [(Access::Read, &source.segments()[number]), (Access::Write, &counts.segments()[0])];
            let arguments = [elements, self.elements_of_part, parts, before, all, shift].map(|number| number as u32);
            Launch { shader: &COUNT, parts: &[&head], arrays: &arrays, arguments: &arguments, groups: parts }
                .run(self.gpu, || format!("digits of {}", self.dtype));
        }
        counts
    }

    /// Deal the elements to their places. A launch writes as many segments as it may have arrays.
    fn deal(
        &self,
        [source, into]: [&Memory; 2],
        numbers: Numbers<'_>,
        numbers_into: Option<&Memory>,
        starts: &Memory,
        shift: usize,
    ) {
        let at_once = match numbers {
            Numbers::None => MOST_ARRAYS - 2,
            Numbers::Counted => (MOST_ARRAYS - 2) / 2,
            Numbers::Given(_) => (MOST_ARRAYS - 3) / 2,
        };
        let all = self.all_parts();
        let segment = self.gpu.segment();
        for (written, first) in into.segments().chunks(at_once).zip((0..).step_by(at_once)) {
            let head = self.dealing(numbers, written.len());
            for [number, elements, parts, before] in self.segments() {
                let mut arrays =
                    vec![(Access::Read, &source.segments()[number]), (Access::Read, &starts.segments()[0])];
                if let Numbers::Given(numbers) = numbers {
                    arrays.push((Access::Read, &numbers.segments()[number]));
                }
                arrays.extend(written.iter().map(|buffer| (Access::Write, buffer)));
                if let Some(numbers) = numbers_into {
                    let buffers = &numbers.segments()[first..first + written.len()];
                    arrays.extend(buffers.iter().map(|buffer| (Access::Write, buffer)));
                }
                let (start, bits) = (number * segment, segment.ilog2() as usize);
                let arguments = [elements, self.elements_of_part, parts, before, all, shift, start, bits, first]
                    .map(|number| number as u32);
                Launch { shader: &DEAL, parts: &[&head], arrays: &arrays, arguments: &arguments, groups: parts }
                    .run(self.gpu, || format!("{} into {} segments", self.dtype, written.len()));
            }
        }
    }

    /// The source, and the digit of an element.
    fn head(&self) -> Text {
        let mut head = Text::default();
        keys::declare(&mut head, self.dtype, "a0", 1);
        let key = keys::key(self.dtype, "a0", "at");
        let word = if self.dtype.bytes() == 8 {
            format!("shifted_pair({key}, arguments.shift).x")
        } else {
            format!("({key} >> arguments.shift)")
        };
        head.line(format_args!("fn digit(at: u32) -> u32 {{ return {word} & 255u; }}"));
        head
    }

    /// The arrays of a dealing into so many segments, and the function that deals one element.
    fn dealing(&self, numbers: Numbers<'_>, segments: usize) -> Text {
        let mut head = self.head();
        head.line("@group(0) @binding(2) var<storage, read> h: array<u32>;");
        let mut binding = 2;
        let mut declare = |head: &mut Text, name: &str, access: &str, of: &str| {
            binding += 1;
            head.line(format_args!("@group(0) @binding({binding}) var<storage, {access}> {name}: array<{of}>;"));
        };
        let number = match numbers {
            Numbers::None => None,
            Numbers::Counted => Some("arguments.start + origin"),
            Numbers::Given(_) => {
                declare(&mut head, "n0", "read", "u32");
                Some("n0[origin]")
            }
        };
        let bytes = emit::is_bytes(self.dtype);
        let of = if bytes { "atomic<u32>" } else { keys::words(self.dtype) };
        (0..segments).for_each(|segment| declare(&mut head, &format!("b{segment}"), "read_write", of));
        if number.is_some() {
            (0..segments).for_each(|segment| declare(&mut head, &format!("m{segment}"), "read_write", "u32"));
        }
        let value = keys::bits(self.dtype, "a0", "origin");
        head.line("fn deal(origin: u32, number: u32) {");
        head.line("let at = number & ((1u << arguments.segment_bits) - 1u);");
        head.line("switch (number >> arguments.segment_bits) - arguments.first_segment {");
        for segment in 0..segments {
            head.line(format_args!("case {segment}u: {{"));
            let of = if bytes { DType::U8 } else { DType::I32 };
            emit::store(&mut head, of, &format!("b{segment}"), "at", &value);
            if let Some(number) = number {
                head.line(format_args!("m{segment}[at] = {number};"));
            }
            head.line("}");
        }
        head.line("default: {} } }");
        head
    }
}

//! Rows of tables on a GPU, and their nearest centres: the passes of k-means.
//!
//! ```text
//!   Rows ──▶ parts: what lies within a segment                Assignment ──▶ pass.wgsl ──▶ state ──▶ Tally
//!     ├─ reach, gather: the few things that the host asks          └─ doubts: rows whose label the host decides
//!     └─ distances ──▶ least: the few rows among which the host finds the first in a race, or the farthest
//! ```
//!
//! The data never leaves the device. A pass brings the centres there and the state back: its bytes are those of the sums. Rows that are nearly as far from
//! their second centre as from the first come to the host one by one, where distances have the bits that they have everywhere.

mod assign;
mod distances;
mod doubts;
mod least;
mod parts;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use crate::device::cpu::Cpu;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::{Gpu, Memory};
use crate::device::tally::Coordinate;
use crate::dtype::DType;

pub(crate) use assign::Assignment;
use parts::Part;
use table::{Table, elements};
use text::{Form, TRIPS};

const GATHER: Shader =
    Shader { name: "clusters/gather", text: include_str!("../../../../shaders/clusters/gather.wgsl") };
const REACH: Shader = Shader { name: "clusters/reach", text: include_str!("../../../../shaders/clusters/reach.wgsl") };

/// Words of rows that come to the host together.
const TOGETHER: usize = 1 << 22;

/// Coordinates of centres whose sums fit a buffer of 128 MiB, whatever the range of the values.
const MOST: usize = 200_000;

/// Trips that an element takes at most where its row moves, carries included, or is in doubt.
const MOVE: usize = 9;

/// Workgroups that keep a large device busy, and whose parts of sums are few.
const GROUPS: usize = 2048;

/// The rows of a table, whole.
pub(crate) struct Rows<T> {
    gpu: Gpu,
    table: Arc<Memory>,
    parts: Vec<Part>,
    columns: usize,
    range: OnceLock<[u32; 2]>,
    dtype: PhantomData<T>,
}

impl<T: Coordinate> Rows<T> {
    /// Rows of so many columns, at least one; nothing where kernels cannot number them: a row is longer than a segment, or there are 2^32 of them.
    pub(crate) fn new(table: Arc<Memory>, columns: usize) -> Option<Self> {
        let gpu = table.gpu().clone();
        let few = u32::try_from(table.len() / columns).is_ok();
        if columns > gpu.segment() || !few || !gpu.supports(T::DTYPE) {
            return None;
        }
        let parts = parts::parts(&gpu, &table, columns);
        Some(Self { gpu, table, parts, columns, range: OnceLock::new(), dtype: PhantomData })
    }

    fn len(&self) -> usize {
        self.table.len() / self.columns
    }

    /// Whether there are kernels for so many centres: loops end in time, and sums fit a buffer.
    pub(crate) fn takes(&self, centers: usize) -> bool {
        let form = self.form(centers);
        form.trips() + MOVE * self.columns + 8 <= TRIPS && centers * self.columns <= MOST
    }

    fn form(&self, centers: usize) -> Form {
        Form::new(T::DTYPE, self.columns, centers)
    }

    /// The largest magnitude, rounded up to 20 bits for f64; infinity if a value is not finite. Eight bytes come to the host.
    pub(crate) fn largest(&self) -> f64 {
        let [_, most] = *self.range();
        let value = match T::DTYPE {
            DType::F32 => f32::from_bits(most).into(),
            _ => f64::from_bits((u64::from(most) << 32) | if most == 0 { 0 } else { u64::from(u32::MAX) }),
        };
        if f64::is_finite(value) { value } else { f64::INFINITY }
    }

    /// The exponent fields of the least value that is not zero and of the greatest.
    fn fields(&self) -> [u32; 2] {
        self.range().map(|high| high >> if T::DTYPE == DType::F32 { 23 } else { 20 })
    }

    /// The high words of the least magnitude that is not zero and of the greatest.
    fn range(&self) -> &[u32; 2] {
        self.range.get_or_init(|| {
            let range = Table::of(&self.gpu, &[0, u32::MAX]);
            let head = match T::DTYPE {
                DType::F32 => {
                    "alias V = u32;\nfn high(x: V) -> u32 { return x & 0x7fffffffu; }\n\
                     fn is_zero(x: V) -> bool { return high(x) == 0u; }\n"
                }
                _ => {
                    "alias V = vec2<u32>;\nfn high(x: V) -> u32 { return x.y & 0x7fffffffu; }\n\
                     fn is_zero(x: V) -> bool { return (high(x) | x.x) == 0u; }\n"
                }
            };
            let lens = (0..self.table.len()).step_by(self.gpu.segment());
            for (buffer, start) in self.table.segments().iter().zip(lens) {
                let elements = self.gpu.segment().min(self.table.len() - start);
                let groups = elements.div_ceil(self.gpu.workgroup()).min(GROUPS);
                let arrays = [(Access::Read, buffer), (Access::Write, range.buffer())];
                let arguments = [elements as u32, groups as u32];
                Launch { shader: &REACH, parts: &[head], arrays: &arrays, arguments: &arguments, groups }
                    .run(&self.gpu, || format!("the range of {}", T::DTYPE));
            }
            match range.download()[..] {
                [most, least] if least <= most => [least, most],
                _ => [0, 0],
            }
        })
    }

    /// The rows at these positions, one after the other.
    pub(crate) fn at(&self, positions: &[usize]) -> Vec<T> {
        let width = self.columns * T::DTYPE.bytes() / 4;
        let mut values = vec![T::ZERO; positions.len() * self.columns];
        let mut order: Vec<usize> = (0..positions.len()).collect();
        order.sort_by_key(|&place| positions[place]);
        for places in order.chunks((TOGETHER / width).max(1)) {
            let sorted: Vec<usize> = places.iter().map(|&place| positions[place]).collect();
            let rows: Vec<T> = elements(&self.gathered(&sorted, width));
            for (&place, row) in places.iter().zip(rows.chunks(self.columns)) {
                values[place * self.columns..][..self.columns].copy_from_slice(row);
            }
        }
        values
    }

    /// The words of rows at ascending positions.
    fn gathered(&self, positions: &[usize], width: usize) -> Vec<u32> {
        let of_part = |position: usize| self.parts.partition_point(|part| part.first <= position) - 1;
        let list: Vec<u32> =
            positions.iter().map(|&position| (position - self.parts[of_part(position)].first) as u32).collect();
        let (list, words) = (Table::of(&self.gpu, &list), Table::new(&self.gpu, positions.len() * width));
        let mut into = 0;
        for rows in positions.chunk_by(|&a, &b| of_part(a) == of_part(b)) {
            let part = &self.parts[of_part(rows[0])];
            let (offset, groups) =
                (part.offset * T::DTYPE.bytes() / 4, (rows.len() * width).div_ceil(self.gpu.workgroup()));
            let arrays = [
                (Access::Read, part.buffer(&self.table)),
                (Access::Read, list.buffer()),
                (Access::Write, words.buffer()),
            ];
            let arguments = [rows.len(), width, offset, into].map(|number| number as u32);
            Launch { shader: &GATHER, parts: &[""], arrays: &arrays, arguments: &arguments, groups }
                .run(&self.gpu, || "rows".to_owned());
            into += rows.len();
        }
        words.download()
    }

    /// The number of the nearest centre for each row, as elements of i64. What is in doubt is decided on `cpu`.
    pub(crate) fn labels(&self, centers: &[T], cpu: &Cpu) -> Memory {
        let mut assignment = Assignment::new(self, centers.len() / self.columns, false, cpu);
        assignment.renew(centers, false);
        assignment.into_labels()
    }
}

/// A constant of the type of the elements.
fn constant(name: &str, value: f64) -> String {
    format!("const {name}: T = {value:e};\n")
}

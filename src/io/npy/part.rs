//! Moving runs of elements between a file and memory.

use std::ops::Range;

use bytemuck::checked;

use crate::device::Cpu;
use crate::dtype::{DType, Element};
use crate::error::LocalError;
use crate::io::npy::{ByteOrder, Header};
use crate::io::{Part, Source, Staging};
use crate::memory::{Block, Pool};

/// Bytes that a thread reads at once: a call of the system takes nothing beside them.
const AT_ONCE: usize = 1 << 20;
/// Bytes turned around at once.
const SWAPPED: usize = 64 << 10;
/// Runs no further apart than this are read as one; the system reads whole pages anyway.
const GAP: u64 = 4 << 10;
/// At most this many runs are read as one, so that their list stays small as well.
const MOST_NEAR: usize = 1024;

/// Read one run of elements into memory of `pool`, with the threads of `cpu`: nothing is copied on the way.
///
/// **Local.** Class: Exact.
///
/// # Errors
/// When the file cannot be read.
///
/// # Panics
/// When the dtype is another than the file's, or bool, of which not every byte is one, or the file's byte order is foreign.
pub fn read_run<T: Element>(
    source: &Source,
    header: &Header,
    run: Range<u64>,
    cpu: &Cpu,
    pool: &Pool,
) -> Result<Block<T>, LocalError> {
    assert!(header.dtype == T::DTYPE && T::DTYPE != DType::Bool && header.byte_order == ByteOrder::NATIVE);
    let item = size_of::<T>() as u64;
    let start = header.data_start + run.start * item;
    let mut bytes = pool.take::<u8>(((run.end - run.start) * item) as usize);
    let pieces = (start..).step_by(AT_ONCE).zip(bytes.chunks_mut(AT_ONCE)).collect();
    let read = |(at, piece): (u64, &mut [u8])| source.read_exact_at(piece, at);
    cpu.each(pieces, read).into_iter().collect::<Result<(), _>>()?;
    bytes.into_buffer().into_block()
}

/// Read `runs` of elements, counted from the first in the file, into `values`, one after the other.
///
/// **Local.** Near runs (up to 4 KiB apart) are read together; besides `values`, one buffer of `staging` is used. Class: Exact.
///
/// # Errors
/// When the file cannot be read or a byte of a bool is neither 0 nor 1.
///
/// # Panics
/// When `values` has another length than the runs together, or another dtype than the file.
pub fn read_runs<T: Element>(
    source: &Source,
    header: &Header,
    runs: impl IntoIterator<Item = Range<u64>>,
    staging: &Staging,
    values: &mut [T],
) -> Result<(), LocalError> {
    assert_eq!(header.dtype, T::DTYPE, "the file's dtype is the caller's to cast");
    let words = staging.bytes().min(size_of_val(values).saturating_mul(2)).div_ceil(size_of::<u64>());
    let most = words * size_of::<u64>() / size_of::<T>();
    let mut reader = Reader { source, header, staging: staging.take(words), values };
    let mut near: Vec<Range<u64>> = Vec::new();
    for piece in runs.into_iter().flat_map(|run| pieces(run, most)) {
        let joined = near.last().zip(near.first()).is_none_or(|(last, first)| joins::<T>(first, last, &piece, most));
        if !joined || near.len() == MOST_NEAR {
            reader.read(&mut near)?;
        }
        near.push(piece);
    }
    reader.read(&mut near)?;
    assert!(reader.values.is_empty(), "{} values are left after the last run", reader.values.len());
    Ok(())
}

/// `run` in pieces of at most `most` elements.
fn pieces(run: Range<u64>, most: usize) -> impl Iterator<Item = Range<u64>> {
    let end = run.end;
    run.step_by(most.max(1)).map(move |start| start..end.min(start + most as u64))
}

/// Whether `next` is read together with the near runs from `first` to `last`.
fn joins<T>(first: &Range<u64>, last: &Range<u64>, next: &Range<u64>, most: usize) -> bool {
    let gap = GAP / size_of::<T>() as u64;
    next.start >= last.end && next.start - last.end <= gap && next.end - first.start <= most as u64
}

struct Reader<'a, T> {
    source: &'a Source,
    header: &'a Header,
    /// Words, so that every element is aligned in it.
    staging: Block<u64>,
    /// What is left to fill.
    values: &'a mut [T],
}

impl<T: Element> Reader<'_, T> {
    /// Read the span of `runs` at once, pick them out of it, and forget them.
    fn read(&mut self, runs: &mut Vec<Range<u64>>) -> Result<(), LocalError> {
        let Some((start, end)) = runs.first().zip(runs.last()).map(|(first, last)| (first.start, last.end)) else {
            return Ok(());
        };
        let item = size_of::<T>();
        let bytes = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut self.staging)[..(end - start) as usize * item];
        self.source.read_exact_at(bytes, self.header.data_start + start * item as u64)?;
        for run in runs.drain(..) {
            let picked = &mut bytes[(run.start - start) as usize * item..(run.end - start) as usize * item];
            if self.header.byte_order != ByteOrder::NATIVE {
                swap::<T>(picked);
            }
            let elements: &[T] =
                checked::try_cast_slice(picked).map_err(|_| no_bool(self.source, run.start, picked))?;
            let (head, rest) = std::mem::take(&mut self.values).split_at_mut(elements.len());
            head.copy_from_slice(elements);
            self.values = rest;
        }
        Ok(())
    }
}

/// The one way in which bytes are no element.
fn no_bool(source: &Source, first: u64, bytes: &[u8]) -> LocalError {
    let at = bytes.iter().position(|&byte| byte > 1).expect("every dtype but bool takes all bytes");
    source.error(format_args!("element {}", first + at as u64), format_args!("the byte {} is no bool", bytes[at]))
}

/// Write `values`, one run of elements after the other, in the byte order of `header`.
///
/// **Local.** The header itself is written by whoever writes the first bytes of the file. Runs that touch are written together.
/// Class: Exact.
///
/// # Errors
/// When the file cannot be written.
///
/// # Panics
/// When `values` has another length than the runs together, or another dtype than the file.
pub fn write_runs<T: Element>(
    part: &Part,
    header: &Header,
    runs: impl IntoIterator<Item = Range<u64>>,
    mut values: &[T],
) -> Result<(), LocalError> {
    assert_eq!(header.dtype, T::DTYPE, "the file's dtype is the caller's to cast");
    let mut runs = runs.into_iter().peekable();
    while let Some(mut run) = runs.next() {
        while let Some(next) = runs.next_if(|next| next.start == run.end) {
            run.end = next.end;
        }
        let (head, rest) = values.split_at((run.end - run.start) as usize);
        write_run(part, header, run.start, head)?;
        values = rest;
    }
    assert!(values.is_empty(), "{} values are left after the last run", values.len());
    Ok(())
}

fn write_run<T: Element>(part: &Part, header: &Header, start: u64, values: &[T]) -> Result<(), LocalError> {
    let at = header.data_start + start * size_of::<T>() as u64;
    if header.byte_order == ByteOrder::NATIVE {
        return part.write_all_at(bytemuck::cast_slice(values), at);
    }
    let mut swapped = Vec::new();
    for (i, piece) in values.chunks(SWAPPED / size_of::<T>()).enumerate() {
        swapped.clear();
        swapped.extend_from_slice(bytemuck::cast_slice(piece));
        swap::<T>(&mut swapped);
        part.write_all_at(&swapped, at + (i * SWAPPED) as u64)?;
    }
    Ok(())
}

/// Turn the bytes of each number around; a complex number is two.
fn swap<T: Element>(bytes: &mut [u8]) {
    let number = if T::DTYPE.is_complex() { size_of::<T>() / 2 } else { size_of::<T>() };
    bytes.chunks_exact_mut(number).for_each(<[u8]>::reverse);
}

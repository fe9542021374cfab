//! Arrays from `.npy` files and into them.

use std::ops::Range;
use std::path::Path;

use crate::array::{DistArray, Placement};
use crate::context::Context;
use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind, LocalError, Result};
use crate::io::npy::{ByteOrder, Header, read_run, read_runs, shares, write_runs};
use crate::io::together::{agreed, agreed_content, same, write_together};
use crate::io::{Source, Staging};
use crate::layout::{Layout, Move};
use crate::local::Local;
use crate::memory::Block;

/// What an `.npy` file holds: dtype, shape, order.
///
/// **Collective.** One broadcast of 8 bytes and one agreement; every rank reads the header, at most 64 KiB.
///
/// # Errors
/// [`ErrorKind::File`] when a rank cannot read it, it is no such file, it is longer or shorter than it says, or ranks find
/// different ones.
#[track_caller]
pub fn npy_header(cx: &Context, path: impl AsRef<Path>) -> Result<Header> {
    open(cx, path.as_ref()).map(|(_, header)| header)
}

/// Read an array of an `.npy` file.
///
/// **Collective.** As [`npy_header`], and one agreement more (two for bool); then, unless every rank could read
/// just what it holds, the exchanges of one redistribution. `path` and `placement` must be the same on every rank. Class: Exact.
///
/// | the array shall lie | rank reads | then |
/// |---|---|---|
/// | in long runs of the file (64 KiB, or one run a rank) | its own elements | nothing moves |
/// | in short runs, or on several ranks | one slab of the file | a plan moves the elements |
/// | anywhere, with at most 64 KiB in all | its own elements | nothing moves |
///
/// A file in Fortran order is an array with its axes reversed: the same holds for that, and the plan transposes. Peak memory:
/// a rank's slab, its block, and twice the staging limit. The header is believed only after the file's length
/// confirms it, and nothing is allocated before all ranks agree.
///
/// # Errors
/// As [`npy_header`]; [`ErrorKind::DType`] with both dtypes when the file's is not `T` (see
/// [`dtype_of`](crate::io::dtype_of)); [`ErrorKind::Axis`] or [`ErrorKind::Layout`] when the placement does not suit the
/// shape; [`ErrorKind::Memory`] beyond the context's budget.
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-npy-{}.npy", std::process::id()));
/// use isotherm::io;
/// isotherm::run_on(3, |cx| {
///     let x = cx.arange(0_i64, 12, 1, 0)?;
///     io::write_npy(&x, &path)?;
///     let y = io::read_npy::<i64>(cx, &path, None)?; // the whole array on every rank
///     assert_eq!(y.to_vec()?[11], 11);
///     let wrong = io::read_npy::<f32>(cx, &path, 0).unwrap_err();
///     assert!(wrong.message().ends_with("holds i64, not the f32 that was asked for"));
///     Ok(())
/// }).unwrap();
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn read_npy<T: Element>(
    cx: &Context,
    path: impl AsRef<Path>,
    placement: impl Into<Placement>,
) -> Result<DistArray<T>> {
    let path = path.as_ref();
    let (source, header) = open(cx, path)?;
    if header.dtype != T::DTYPE {
        let message = format!("{} holds {}, not the {} that was asked for", path.display(), header.dtype, T::DTYPE);
        return Err(Error::new(ErrorKind::DType, message));
    }
    let layout = placement.into().layout(&header.shape, cx.size())?;
    let axes = axes_in_file(header.shape.ndim(), header.fortran);
    let wanted = layout.permuted(&axes)?;
    let limit = cx.staging_limit();
    let small = shares::is_small(&wanted, size_of::<T>(), limit);
    let reading = if small { wanted } else { shares::shares(&wanted, size_of::<T>(), limit)? };
    cx.charge(&layout, T::DTYPE)?;
    cx.charge(&reading, T::DTYPE)?;
    if T::DTYPE == DType::Bool {
        agreed_content(cx, check_bools(cx, &source, &header))?;
    }
    let block = agreed(cx, read_block(cx, &source, &header, &reading))?;
    let here = reading.local_shape(cx.rank());
    let read = DistArray::from_parts(Local::new(block, here), reading, cx.clone());
    if *read.layout() == layout && !header.fortran {
        return Ok(read);
    }
    let transposed = Move::permute(read.shape(), &axes);
    DistArray::moved("read_npy", &[&read], layout, vec![transposed])
}

/// Write an array as an `.npy` file in C order, byte for byte as `numpy.save` does.
///
/// **Collective.** As [`write_together`](crate::io::write_together), after the exchanges of one redistribution unless
/// every element has one holder and the holders' elements stand in long runs in the file. Every rank writes its own part, of
/// replicas one; the bytes are the same for any ranks and layout. Peak memory beyond the array: a rank's slab of
/// the file and twice the staging limit. `path` must be the same on every rank. Class: Exact.
///
/// # Errors
/// [`ErrorKind::File`] when the file cannot be written. What stood there before still does, and nothing else is left behind.
///
/// # Examples
/// See [`read_npy`].
#[track_caller]
pub fn write_npy<T: Element>(x: &DistArray<T>, path: impl AsRef<Path>) -> Result<()> {
    write(x, path.as_ref(), false)
}

/// As [`write_npy`], in Fortran order: the first axis is the fastest.
///
/// **Collective**, as [`write_npy`], but a rank needs as much memory as its block again where it writes that and no slab. Where both orders are one, the header says C, as NumPy's does.
///
/// # Errors
/// As [`write_npy`].
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-fortran-{}.npy", std::process::id()));
/// use isotherm::io;
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_fn((2, 3), 0, |index| (10 * index[0] + index[1]) as u8)?;
///     io::write_npy_fortran(&x, &path)?;
///     assert!(io::npy_header(cx, &path)?.fortran);
///     Ok(())
/// }).unwrap();
/// assert!(std::fs::read(&path).unwrap().ends_with(&[0, 10, 1, 11, 2, 12]));
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn write_npy_fortran<T: Element>(x: &DistArray<T>, path: impl AsRef<Path>) -> Result<()> {
    let orders_differ = x.size() > 0 && x.shape().iter().filter(|&&extent| extent > 1).count() > 1;
    write(x, path.as_ref(), orders_differ)
}

#[track_caller]
fn write<T: Element>(x: &DistArray<T>, path: &Path, fortran: bool) -> Result<()> {
    let cx = x.context();
    let axes = axes_in_file(x.ndim(), fortran);
    let writing = shares::shares(&x.layout().permuted(&axes)?, size_of::<T>(), cx.staging_limit())?;
    let slab = if writing == *x.layout() && !fortran {
        x.clone()
    } else {
        DistArray::moved("write_npy", &[x], writing, vec![Move::permute(x.shape(), &axes)])?
    };
    let header = Header::ordered(T::DTYPE, x.shape().clone(), fortran);
    write_together(cx, path, header.file_len(), |part| {
        if cx.rank() == 0 {
            part.write_all_at(&header.to_bytes(), 0)?;
        }
        // A scalar has no axis to deal: every rank holds it.
        if slab.layout().replicas() == 1 || cx.rank() == 0 {
            write_runs(part, &header, runs(slab.layout(), cx.rank()), slab.local())?;
        }
        Ok(())
    })
}

#[track_caller]
fn open(cx: &Context, path: &Path) -> Result<(Source, Header)> {
    let opened = Source::open(path).and_then(|source| {
        let header = Header::read(&source)?;
        Ok((source, header))
    });
    // The header's dtype and shape give the file's length, which has been checked against it.
    same(cx, path, opened, |(_, header)| (header.to_bytes(), header.data_start))
}

/// The array's axes, slowest first in the file; the same permutation leads back.
fn axes_in_file(ndim: usize, fortran: bool) -> Vec<usize> {
    if fortran { (0..ndim).rev().collect() } else { (0..ndim).collect() }
}

/// The elements of a rank, counted as the file has them.
fn runs(layout: &Layout, rank: usize) -> impl Iterator<Item = Range<u64>> {
    layout.region(rank).runs().map(|run| run.global.start as u64..run.global.end as u64)
}

/// This rank's elements. One run of them is read to where it stays; bools and foreign byte orders go through a buffer.
fn read_block<T: Element>(
    cx: &Context,
    source: &Source,
    header: &Header,
    layout: &Layout,
) -> std::result::Result<Block<T>, LocalError> {
    let mut runs = runs(layout, cx.rank()).peekable();
    let len = layout.local_len(cx.rank());
    let first = runs.peek().cloned().unwrap_or_default();
    if first.end - first.start == len as u64 && header.byte_order == ByteOrder::NATIVE && T::DTYPE != DType::Bool {
        return read_run(source, header, first, cx.cpu(), cx.pool());
    }
    let mut block = cx.pool().take::<T>(len);
    read_runs(source, header, runs, &Staging::of(cx), &mut block)?;
    Ok(block)
}

/// See that an equal share of the elements are bools: the only thing that can be wrong with elements, found before they get memory.
fn check_bools(cx: &Context, source: &Source, header: &Header) -> std::result::Result<(), LocalError> {
    let (len, ranks) = (header.shape.size() as u128, cx.size() as u128);
    let cut = |rank: usize| (len * rank as u128 / ranks) as u64;
    let staging = Staging::of(cx);
    let (first, last) = (cut(cx.rank()), cut(cx.rank() + 1));
    let mut piece = cx.pool().take::<bool>(staging.bytes().min((last - first) as usize));
    for start in (first..last).step_by(piece.len().max(1)) {
        let end = last.min(start + piece.len() as u64);
        read_runs(source, header, std::iter::once(start..end), &staging, &mut piece[..(end - start) as usize])?;
    }
    Ok(())
}

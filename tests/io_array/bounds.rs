//! What reading and writing may cost each rank: memory, bytes of the file, messages.

use std::path::Path;

use isotherm::io::csv::{Format, HeaderRow};
use isotherm::io::{read_csv, read_npy, write_csv, write_npy, write_npy_fortran};
use isotherm::prelude::*;

use super::cases::{array, layouts};
use super::folder::Folder;
use crate::world;

const STAGING: usize = 1024;
/// The longest field of a text table that is read.
const FIELD: usize = 4096;

/// A rank's bytes of an array in even slabs, the largest.
fn slab(shape: &Shape, ranks: usize) -> usize {
    (0..shape.ndim()).map(|axis| Layout::split(shape, axis, ranks).unwrap().max_local_len()).max().unwrap() * 8
}

/// What `action` adds at most to what this rank has.
fn peak<R>(cx: &Context, action: impl FnOnce() -> R) -> usize {
    cx.comm().barrier().unwrap();
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    action();
    cx.pool().peak() - before
}

#[test]
fn memory_is_a_slab_a_block_and_two_stagings() {
    let folder = Folder::new("bounds-memory");
    let shape = Shape::from((128, 40));
    world::on_each([8], |cx| {
        let cx = cx.with_staging_limit(STAGING);
        let slab = slab(&shape, cx.size());
        for layout in layouts(&shape, cx.size()) {
            let x = array::<f64>(&cx, &shape, &layout);
            let block = layout.local_len(cx.rank()) * 8;
            for (name, fortran) in [("c.npy", false), ("fortran.npy", true)] {
                let path = folder.path(name);
                let write =
                    |x: &DistArray<f64>| if fortran { write_npy_fortran(x, &path) } else { write_npy(x, &path) };
                let wrote = peak(&cx, || write(&x).unwrap());
                // To be written as it lies, a block is transposed whole.
                let bound = if fortran { slab.max(block) } else { slab } + 2 * STAGING;
                assert!(wrote <= bound, "writing {name} from {layout}: {wrote} of {bound}");
                let read = peak(&cx, || read_npy::<f64>(&cx, &path, &layout).unwrap());
                let bound = slab.max(block) + block + 2 * STAGING;
                assert!(read <= bound, "reading {name} into {layout}: {read} of {bound}");
            }
            let path = folder.path("x.csv");
            let format = Format::default().header(HeaderRow::None);
            let wrote = peak(&cx, || write_csv(&x, &path, format, &[]).unwrap());
            assert!(wrote <= slab + 2 * STAGING, "writing text from {layout}: {wrote}");
            let read = peak(&cx, || read_csv::<f64>(&cx, &path, &layout, format).unwrap());
            // The rows of a range: lines differ in length by less than a half.
            let bound = slab * 3 / 2 + block + 2 * STAGING + FIELD;
            assert!(read <= bound, "reading text into {layout}: {read} of {bound}");
        }
        Ok(())
    });
}

/// Bytes that this thread has asked the system to read and to write so far.
#[cfg(target_os = "linux")]
fn system_bytes() -> [usize; 2] {
    let text = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    let count = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().parse().unwrap();
    [count("rchar:"), count("wchar:")]
}

/// The header, and the count itself.
const SMALL: usize = 1024;

#[cfg(target_os = "linux")]
#[test]
fn each_rank_touches_only_its_own_part_of_the_file() {
    let folder = Folder::new("bounds-touched");
    let shape = Shape::from((512, 256));
    let path = folder.path("x.npy");
    let whole = shape.size() * 8;
    world::on_each([8], |cx| {
        let (ranks, slab) = (cx.size(), slab(&shape, cx.size()));
        for layout in layouts(&shape, ranks) {
            let x = array::<f64>(cx, &shape, &layout);
            let before = system_bytes();
            write_npy(&x, &path)?;
            let wrote = system_bytes()[1] - before[1];
            read_npy::<f64>(cx, &path, &layout)?;
            let read = system_bytes()[0] - before[0];
            // A rank with uneven rows reads those, any other a slab.
            let own = if layout.split_axis() == Some(0) { layout.local_len(cx.rank()) * 8 } else { slab };
            assert!(wrote <= own + SMALL, "{wrote} bytes written from {layout}, {own} are its own");
            assert!(read <= own + SMALL, "{read} bytes read into {layout}, {own} are its own");
            let all = cx.comm().all_reduce(&[read as u64], |a, b| a + b)?[0] as usize;
            assert!((whole..whole + ranks * SMALL).contains(&all), "{all} bytes read of {whole}");
        }
        Ok(())
    });
}

#[cfg(target_os = "linux")]
#[test]
fn each_rank_reads_its_range_of_a_text_three_times() {
    let folder = Folder::new("bounds-text");
    let path = folder.write("x.csv", "1.5,2.5,3.5\n".repeat(20_000));
    let len = std::fs::metadata(&path).unwrap().len() as usize;
    world::on_each([8], |cx| {
        let cx = cx.with_staging_limit(STAGING);
        let before = system_bytes()[0];
        let x = read_csv::<f64>(&cx, &path, 0, Format::default())?;
        let read = system_bytes()[0] - before;
        assert_eq!(x.shape(), &Shape::from((20_000, 3)));
        let bound = 3 * len / cx.size() + 6 * STAGING;
        assert!(read <= bound, "{read} bytes of {bound}");
        Ok(())
    });
}

/// Bytes that this rank sent while `action` ran.
fn sent<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<usize> {
    cx.comm().reset_counters();
    action()?;
    Ok(cx.comm().counters().total().bytes as usize)
}

#[test]
fn no_element_travels_to_where_it_is_read() {
    let folder = Folder::new("bounds-sent");
    let path: &Path = &folder.path("x.npy");
    let shape = Shape::from((512, 256));
    world::on_each([8], |cx| {
        let ranks = cx.size();
        let rows = Layout::split(&shape, 0, ranks)?;
        let x = array::<f64>(cx, &shape, &rows);
        assert!(sent(cx, || write_npy(&x, path))? < SMALL);
        assert!(sent(cx, || read_npy::<f64>(cx, path, &rows))? < SMALL);
        // Every rank keeps a copy: nothing moves to write it, and each slab is sent to the others once it is read.
        let copy = x.replicate()?;
        assert!(sent(cx, || write_npy(&copy, path))? < SMALL);
        let spread = sent(cx, || read_npy::<f64>(cx, path, None))?;
        let slabs = (ranks - 1) * rows.local_len(cx.rank()) * 8;
        assert!((slabs..slabs + SMALL).contains(&spread), "{spread} bytes for {slabs}");
        Ok(())
    });
}
